"""Leads are called one after the other until one looks after the risk; each call is made once and is in the log."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.alert import Call, Reach
from bot.domain.case import Case
from bot.domain.team import Role
from bot.flows.alerts import Raised, acknowledge, alert_of
from bot.flows.calls import Seen, call
from bot.flows.cards import CALL, call_of, call_subject
from bot.store.tables import alert_calls, notices
from tests.builders import WORKSPACE, a_complaint
from tests.flows.money import LUIS, MARA
from tests.flows.story import ANA, BEN, LENA, Story
from tests.opened import open_case

RISKY = "Customer Jane Doe: the heater on order 10412 caught fire and she was taken to hospital with burns."
LEADS = "C0LEADS"
CLOCK = timedelta(minutes=15)
ALL = (LENA, LUIS, MARA)
REACH = Reach(on_duty=(BEN,), on_call=ALL, leads=(LENA, LUIS), everybody=ALL)
NOBODY = Seen(None, None, None)


@pytest.fixture
def case(story: Story) -> Case:
    opened = story.do(open_case, story.content, WORKSPACE, a_complaint(text=RISKY), places={"leads": LEADS}).case
    assert isinstance(opened, Case)
    return opened


def make(story: Story, number: int, *, reach: Reach = REACH, seen: Seen = NOBODY, channel: str = LEADS) -> Any:
    return story.do(call, WORKSPACE, 1, number, reach=reach, seen=seen, channel=channel)


def asked(story: Story) -> dict[str, Any]:
    """The calls that are asked for, by subject, with when they are due."""
    query = sa.select(notices.c.subject, notices.c.due_at, notices.c.channel).where(notices.c.kind == CALL)
    return story.look(lambda session: {row.subject: row for row in session.execute(query)})


def raised(story: Story) -> Raised:
    found = story.look(lambda session: alert_of(session, WORKSPACE, 1))
    assert found is not None
    return found


def logged(story: Story) -> list[list[str]]:
    """Whom the log says were called, call by call."""
    return [json.loads(entry.details)["called"] for entry in story.log() if entry.action == "alert:called"]


def test_those_on_duty_then_each_of_the_order_then_all_and_the_log_has_each_step(story: Story, case: Case) -> None:
    made = [make(story, number) for number in range(5)]
    assert [each.called for each in made] == [(BEN,), (LENA,), (LUIS,), (MARA,), ALL]
    assert [each.next_at and each.next_at - each.at for each in made[1:]] == [CLOCK, CLOCK, CLOCK, None]
    assert made[0].next_at == raised(story).alert.calls_again_at
    assert logged(story) == [[BEN], [LENA], [LUIS], [MARA], [*ALL]]
    assert raised(story).calls == made
    assert story.broken_link() is None


def test_each_call_asks_for_the_next_one_at_its_clock_and_the_last_for_none(story: Story, case: Case) -> None:
    assert {subject: row.due_at for subject, row in asked(story).items()} == {"1": raised(story).alert.calls_again_at}
    make(story, 0)
    assert [*asked(story)] == ["1"]
    first = make(story, 1, channel="C0ELSEWHERE")
    assert {row.channel for subject, row in asked(story).items() if subject == "1:2"} == {"C0ELSEWHERE"}
    assert asked(story)["1:2"].due_at == first.next_at == raised(story).due_at(2)
    for number in (2, 3, 4):
        make(story, number)
    assert [*asked(story)] == ["1", "1:2", "1:3", "1:4"]


def test_without_an_order_all_are_called_after_those_on_duty(story: Story, case: Case) -> None:
    reach = replace(REACH, on_call=())
    assert [make(story, number, reach=reach).called for number in (0, 1)] == [(BEN,), ALL]
    assert [*asked(story)] == ["1"]


def test_the_same_call_again_is_the_same_and_calls_nobody_else(story: Story, case: Case) -> None:
    make(story, 0)
    first = make(story, 1)
    before = story.everything()
    assert make(story, 1, reach=replace(REACH, on_call=(LUIS,))) == first
    assert story.everything() == before


def test_two_workers_with_the_same_call_make_it_once(story: Story, case: Case) -> None:
    make(story, 0)
    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(lambda _: make(story, 1).called, range(4))]
    assert made == [(LENA,)] * 4
    assert logged(story) == [[BEN], [LENA]]
    assert story.count(alert_calls) == 2


@pytest.mark.parametrize("late", [False, True])
def test_when_a_lead_looks_after_it_nobody_else_is_called(story: Story, case: Case, late: bool) -> None:
    make(story, 0)
    if not late:
        story.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    made = make(story, 1)
    assert (made is None) is not late
    assert len(logged(story)) == 1 + late


@pytest.mark.parametrize(("role", "is_called"), [(Role.SENIOR, True), (Role.LEAD, False)])
def test_a_case_that_a_lead_has_calls_nobody(story: Story, case: Case, role: Role, is_called: bool) -> None:
    story.take(case, by=LUIS)
    assert (make(story, 0, seen=Seen(LUIS, role, None)) is not None) is is_called


@pytest.mark.parametrize("seen", [Seen(ANA, Role.AGENT, None), Seen(None, None, LENA)])
def test_a_case_that_changed_meanwhile_calls_nobody_before_it_is_looked_at_anew(
    story: Story, case: Case, seen: Seen
) -> None:
    before = story.everything()
    assert make(story, 0, seen=seen) is None
    assert story.everything() == before


def test_an_order_that_was_edited_meanwhile_counts_from_the_next_call(story: Story, case: Case) -> None:
    for number in (0, 1):
        make(story, number)
    edited = replace(REACH, on_call=(MARA, LENA))
    assert [make(story, number, reach=edited).called for number in (2, 3)] == [(MARA,), ALL]


def test_what_becomes_of_the_case_shows_on_every_call(story: Story, case: Case) -> None:
    for number in range(5):
        make(story, number)
    with story.database.transaction() as session:
        session.execute(sa.update(notices).where(notices.c.kind == CALL).values(message_ts="1.0", state="delivered"))
    story.do(acknowledge, WORKSPACE, 1, by=LUIS, role=Role.LEAD)
    query = sa.select(notices.c.subject).where(notices.c.kind == CALL, notices.c.state == "pending")
    assert story.look(lambda session: {*session.execute(query).scalars()}) == {"1", "1:2", "1:3", "1:4"}


@pytest.mark.parametrize(("number", "subject"), [(1, "7"), (2, "7:2"), (11, "7:11")])
def test_a_call_is_named_by_its_alert_and_number(number: int, subject: str) -> None:
    assert call_subject(7, number) == subject
    assert call_of(subject) == (7, number)


def test_no_call_of_another_workspace_or_of_an_alert_that_is_not_there(story: Story, case: Case) -> None:
    given = {"reach": REACH, "seen": NOBODY, "channel": LEADS}
    assert story.do(call, "T0OTHER", 1, 0, **given) is None
    assert story.do(call, WORKSPACE, 99, 0, **given) is None


def test_what_is_shown_of_calls_comes_in_their_order(story: Story, case: Case) -> None:
    for number in range(3):
        make(story, number)
    assert [each.number for each in raised(story).calls] == [0, 1, 2]
    assert raised(story).call(1) == Call(1, 1, (LENA,), raised(story).calls[1].at, raised(story).due_at(2))
    assert raised(story).call(3) is None
