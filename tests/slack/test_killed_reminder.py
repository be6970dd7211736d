"""The bot is killed while it sends reminders, at every step: each comes once, and none for what was done meanwhile."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.flows import followups as deeds
from bot.flows.planning import REMINDER
from bot.processes import Child, wait_until
from bot.slack.ids import Press
from bot.store import outbox
from bot.store.db import Database
from bot.store.tables import cases, db_now, follow_ups, notices, reminded
from tests.slack.dies import the_lease_ends
from tests.slack.fake_slack import ANA, BEN, COMPLAINTS, TEAM, FakeSlack, Fault, Server, cut
from tests.slack.recorded import Door, door, press

ELSEWHERE = "C0COMPLAI2"
PATIENCE = 90
STEPS = DECIDED, LET_OUT, POSTED = "while it is decided", "before the post", "after the post"


@pytest.fixture
def slack() -> FakeSlack:
    workspace = FakeSlack()
    workspace.channels[ELSEWHERE] = "complaints"
    return workspace


@pytest.fixture
def bot(database: Database, slack: FakeSlack, server: Server, content: Content) -> Iterator[Door]:
    with door(database, slack, server, content, database) as opened:
        yield opened


def report(bot: Door, channel: str, owner: str) -> int:
    """A case that has its owner; its id."""
    case = bot.report(channel=channel)
    bot.send(press(Press.TAKE, case.id, by=owner))
    return case.id


def owe(bot: Door, case_id: int) -> int:
    """Have the warning of the case's first reply be due now, at any hour; the follow-up's id."""
    hour = timedelta(hours=1)
    with bot.database.transaction() as session:
        now = session.execute(sa.select(db_now())).scalar_one()
        due, wait = now + hour / 4 - timedelta(seconds=1), hour // timedelta(microseconds=1)
        times = {"runs_from": due - hour, "due_at": due, "wait": wait, "left": wait, "clock": "around the clock"}
        case = sa.update(cases).where(cases.c.id == case_id).values(severity="S4").returning(cases.c.channel)
        channel = session.execute(case).scalar_one()
        owed = sa.update(follow_ups).where(follow_ups.c.case_id == case_id).values(times).returning(follow_ups.c.id)
        key = int(session.execute(owed).scalar_one())
        wish = outbox.Wish(channel, REMINDER, f"{key}:warning")
        outbox.ask(session, TEAM, wish)
    return key


def reminders(bot: Door, channel: str) -> list[dict[str, Any]]:
    """Every message about a follow-up that stands in a channel."""
    marks = {f"notice-{row.id}" for row in bot.rows(notices) if row.kind == "reminder"}
    return [message for message in bot.slack.ours(channel) if message["blocks"][0]["block_id"] in marks]


def dies_at(step: str, worker: Child, slack: FakeSlack) -> None:
    """Have the bot killed when its reminders are at this step; what it had on its way then is never answered."""
    method, how_many = ("dnd.info", 1) if step == DECIDED else ("chat.postMessage", 2)
    real, condemned = slack.answer, worker.pid
    together = threading.Barrier(how_many, lambda: os.kill(condemned, signal.SIGKILL), PATIENCE)

    def answer(asked: str, args: dict[str, Any]) -> tuple[Fault | None, dict[str, Any]]:
        if worker.pid != condemned or asked != method:
            return real(asked, args)
        if step == POSTED:
            real(asked, args)
        together.wait()
        return cut(works=False), {}

    slack.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("step", STEPS)
def test_each_reminder_comes_once_and_none_for_what_was_done_wherever_the_bot_died(
    bot: Door, worker: Child, step: str
) -> None:
    reported = report(bot, COMPLAINTS, ANA), report(bot, ELSEWHERE, BEN)
    bot.deliver()
    _, done = (owe(bot, case_id) for case_id in reported)
    worker.start()
    dies_at(step, worker, bot.slack)
    wait_until(lambda: worker.exit_code, PATIENCE, f"the bot is killed {step}")
    assert worker.exit_code == -signal.SIGKILL, worker.last_lines()
    there = int(step == POSTED)
    assert [len(reminders(bot, channel)) for channel in (COMPLAINTS, ELSEWHERE)] == [there, there]
    with bot.database.transaction() as session:
        deeds.done(session, bot.house.content(), TEAM, done, words="", by=BEN, now=datetime.now(UTC))
    the_lease_ends(bot)

    worker.start()
    wait_until(lambda: settled(bot), PATIENCE, "all is said")
    worker.stop()
    [message] = reminders(bot, COMPLAINTS)
    assert message["text"].startswith("Due soon")
    assert ["done" in each["text"] for each in reminders(bot, ELSEWHERE)] == [True] * there
    assert {row.person: row.count for row in bot.rows(reminded)}[ANA] == 1


def settled(bot: Door) -> bool:
    return all(row.state != "pending" for row in bot.rows(notices) if row.subject.endswith(":warning"))
