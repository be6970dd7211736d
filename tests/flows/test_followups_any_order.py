"""Whatever people do in whatever order, and whoever lets reminders out: none after it was done, each stage once."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.flows import followups, reminders
from bot.flows.planning import REMINDER
from bot.flows.reminders import Asked, Out
from bot.store import followups as store
from bot.store.tables import notices
from tests.builders import CHANNEL, NOW, WORKSPACE
from tests.flows.story import ANA, BEN, Story

STEPS = 55
OF_THE_CASE = (followups.reassign, followups.wait_for_customer, followups.customer_answered)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_said_after_it_is_done_and_each_stage_once(story: Story, seed: int) -> None:
    random, content = Random(seed), story.content
    case, at = story.open(), NOW
    said: Counter[tuple[int, str]] = Counter()
    for step in range(STEPS):
        at += timedelta(minutes=random.choice([1, 20, 90, 400]))
        verb = random.choice(
            [
                *(followups.done, followups.snooze, followups.unreachable, followups.reassign),
                *(followups.wait_for_customer, followups.customer_answered, story.resolve, story.reopen),
                *((followups.opted_out, followups.close) if step >= 40 else ()),
            ]
        )
        with story.database.reading() as session:
            several = [kept.id for kept in store.of_case(session, case.id)]
        key = random.choice(several)
        given: dict[Any, Any] = {
            followups.done: {"words": ""},
            followups.snooze: {"until": at + timedelta(minutes=random.choice([30, 600]))},
            followups.reassign: {"to": random.choice([ANA, BEN])},
            followups.close: {"role": Role.LEAD},
        }
        if verb in (story.resolve, story.reopen):
            verb(case)
        else:
            about = case.id if verb in OF_THE_CASE else key
            with story.database.transaction() as session:
                verb(session, content, WORKSPACE, about, by=ANA, now=at, **given.get(verb, {}))
        for subject in _due(story, at):
            number, _, name = subject.partition(":")
            with story.database.transaction() as session:
                before = store.get(session, WORKSPACE, int(number))
                assert before is not None
                asked = Asked(int(number), before.case.id, name, before.case.owner, (), False, at, CHANNEL)
                out = reminders.let_out(session, content, WORKSPACE, asked, now=at)
                _taken(session, subject)
            if isinstance(out, Out):
                assert not before.follow_up.is_over
                assert before.case.opted_out_at is None or before.case.details.severity is Severity.CRITICAL
                assert before.case.waiting_since is None or before.follow_up.kind.value not in ("first reply", "update")
                said[int(number), name] += 1
    assert said, "the test lets something out"
    assert set(said.values()) == {1}
    assert story.broken_link() is None


def _due(story: Story, at: Any) -> list[str]:
    query = sa.select(notices.c.subject).where(
        notices.c.kind == REMINDER, notices.c.state == "pending", notices.c.due_at <= at
    )
    return story.look(lambda session: sorted(session.execute(query).scalars()))


def _taken(session: Any, subject: str) -> None:
    session.execute(sa.update(notices).where(notices.c.subject == subject).values(state="withdrawn"))
