"""Leads are called one after the other for a risk, through the outbox and a small Slack, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.team import Delegate, Duty, Member, Role, Team
from bot.slack.ids import Press
from bot.store.db import Database
from bot.store.tables import alert_calls, alerts, cases, notices
from tests.slack.fake_slack import ANA, BEN, LENA, FakeSlack, Server, broken, error
from tests.slack.recorded import NOW, Door, door, press

LEADS, MARA, NORA = "C0LEADSCHN", "U0MARAMANA", "U0NORALEAD"
RISKY = "Customer Jane Doe: the heater of order 10412 caught fire."
MEMBERS = (
    Member(ANA, Role.AGENT),
    Member("ben@example.com", Role.LEAD),
    Member("lena@example.com", Role.LEAD),
    Member(MARA, Role.MANAGER),
)
TEAM = Team(MEMBERS, duties=(Duty("ben@example.com"),), on_call=("lena@example.com", MARA))
EVERYBODY = [BEN, LENA, MARA]


@pytest.fixture
def slack() -> FakeSlack:
    slack = FakeSlack()
    slack.channels[LEADS] = "leads"
    return slack


@pytest.fixture
def team() -> Team:
    return TEAM


@pytest.fixture
def desk(database: Database, slack: FakeSlack, server: Server, content: Content, team: Team) -> Iterator[Door]:
    with door(database, slack, server, replace(content, team=team), database) as opened:
        yield opened


def deliver(bot: Door) -> None:
    for _ in range(3):
        bot.later()
        bot.deliver()


def a_clock_runs_out(bot: Door) -> None:
    """Who was called last has had their time."""
    past = NOW - timedelta(minutes=1)
    with bot.database.transaction() as session:
        session.execute(sa.update(alerts).values(raised_at=NOW - timedelta(hours=5)))
        session.execute(sa.update(alert_calls).where(alert_calls.c.next_at > past).values(next_at=past))
    deliver(bot)


def calls(bot: Door) -> list[list[str]]:
    """Who is called in each message of the leads' channel."""
    return [
        [who for who in (ANA, BEN, LENA, MARA, NORA) if f"<@{who}>" in message["blocks"][0]["text"]["text"]]
        for message in bot.slack.ours(LEADS)
    ]


def notes(bot: Door) -> list[str]:
    return [str(message["blocks"][1]) for message in bot.slack.ours(LEADS)]


def test_one_after_the_other_is_called_and_then_all_and_the_log_has_each(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    assert calls(desk) == [[BEN]]
    assert "The next lead is called" in notes(desk)[-1]
    a_clock_runs_out(desk)
    assert calls(desk) == [[BEN], [LENA]]
    assert "The next lead is called" in notes(desk)[-1]
    a_clock_runs_out(desk)
    assert calls(desk) == [[BEN], [LENA], [MARA]]
    assert "All leads are called" in notes(desk)[-1]
    for _ in range(3):
        a_clock_runs_out(desk)
    assert calls(desk) == [[BEN], [LENA], [MARA], EVERYBODY]
    assert "called" not in notes(desk)[-1]
    assert all("No lead has answered yet" in message["text"] for message in desk.slack.ours(LEADS)[1:])
    assert desk.happened().count("alert:called") == 4


def test_nobody_else_is_called_before_the_clock_has_run_out(desk: Door) -> None:
    desk.report(RISKY)
    for _ in range(3):
        deliver(desk)
    assert calls(desk) == [[BEN]]
    a_clock_runs_out(desk)
    for _ in range(3):
        deliver(desk)
    assert calls(desk) == [[BEN], [LENA]]


def test_who_looks_after_it_ends_the_calls_and_every_message_says_so(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    a_clock_runs_out(desk)
    assert desk.send(press(Press.ACKNOWLEDGE, 1, by=LENA)).status == 200
    a_clock_runs_out(desk)
    assert calls(desk) == [[], []]
    assert all("looks after it since" in note for note in notes(desk))
    assert not any(Press.ACKNOWLEDGE in str(message["blocks"]) for message in desk.slack.ours(LEADS))
    assert {row.state for row in desk.rows(notices) if row.subject == "1:2"} == {"withdrawn"}


@pytest.mark.parametrize("fault", [broken(works=True), broken(works=False), error("internal_error")])
def test_a_call_that_went_wrong_comes_once_even_from_a_bot_started_anew(
    desk: Door, database: Database, server: Server, fault: Any
) -> None:
    desk.report(RISKY)
    deliver(desk)
    desk.slack.next("chat.postMessage", fault)
    a_clock_runs_out(desk)
    with door(database, desk.slack, server, desk.house.content(), database) as again:
        for _ in range(3):
            deliver(again)
        assert calls(again) == [[BEN], [LENA]]
        a_clock_runs_out(again)
    assert calls(desk) == [[BEN], [LENA], [MARA]]
    assert desk.happened().count("alert:called") == 3


def test_a_lead_who_answers_while_slack_takes_no_messages_leaves_nobody_else_called(desk: Door) -> None:
    desk.report(RISKY)
    deliver(desk)
    desk.slack.always("chat.postMessage", broken(works=False))
    a_clock_runs_out(desk)
    desk.send(press(Press.ACKNOWLEDGE, 1, by=LENA))
    desk.slack.always("chat.postMessage", None)
    deliver(desk)
    assert calls(desk) == [[]]


def about(bot: Door, who: str) -> None:
    """It turns out whom the complaint is about."""
    with bot.database.transaction() as session:
        session.execute(sa.update(cases).values(about=who))


@pytest.mark.parametrize("who", [BEN, LENA, MARA])
def test_whom_the_complaint_is_about_is_never_called(desk: Door, who: str) -> None:
    desk.report(RISKY)
    about(desk, who)
    deliver(desk)
    for _ in range(3):
        a_clock_runs_out(desk)
    assert calls(desk) == [[one] for one in EVERYBODY if one != who] + [[one for one in EVERYBODY if one != who]]
    desk.send(press(Press.ACKNOWLEDGE, 1, by=who))
    assert "The complaint is about you" in desk.slack.whispers[-1]["text"]


@pytest.mark.parametrize(
    "team", [replace(TEAM, duties=(Duty("S0LEADS001"),), members=(*MEMBERS, Member("S0LEADS001", Role.LEAD)))]
)
def test_a_group_is_called_as_a_group_but_without_whom_the_complaint_is_about(desk: Door) -> None:
    desk.slack.groups["S0LEADS001"] = {LENA, NORA}
    desk.report(RISKY)
    deliver(desk)
    assert "<!subteam^S0LEADS001>" in desk.slack.ours(LEADS)[0]["blocks"][0]["text"]["text"]
    desk.report(RISKY.replace("Jane", "Joan"), ts="1772800777.000100")
    about(desk, LENA)
    deliver(desk)
    assert calls(desk)[1] == [NORA]
    assert "S0LEADS001" not in str(desk.slack.ours(LEADS)[1])


@pytest.mark.parametrize("team", [Team((Member(ANA, Role.AGENT), Member(LENA, Role.LEAD), Member(MARA, Role.MANAGER)))])
@pytest.mark.parametrize(("who", "called"), [(ANA, [LENA]), (LENA, [MARA])])
def test_where_the_only_lead_is_whom_it_is_about_the_managers_are_called_at_once(
    desk: Door, who: str, called: list[str]
) -> None:
    desk.report(RISKY)
    about(desk, who)
    deliver(desk)
    assert calls(desk) == [called]


def away(who: str, role: Role) -> tuple[Delegate, ...]:
    return (Delegate(who, NORA, role, date(2026, 3, 1), date(2026, 3, 31)),)


@pytest.mark.parametrize(
    ("team", "expected"),
    [
        (TEAM, [[BEN], [LENA], [MARA], EVERYBODY]),
        (replace(TEAM, duties=()), [[LENA], [MARA], EVERYBODY]),
        (replace(TEAM, duties=(Duty("lena@example.com", frozenset({5})),)), [[MARA], EVERYBODY]),
        (replace(TEAM, duties=(Duty(MARA, frozenset({5})),)), [[LENA], EVERYBODY]),
        (replace(TEAM, delegates=away("lena@example.com", Role.LEAD)), [[BEN], [NORA], [MARA], [*EVERYBODY, NORA]]),
        (replace(TEAM, delegates=away("lena@example.com", Role.SENIOR)), [[BEN], [MARA], EVERYBODY]),
        (replace(TEAM, on_call=()), [[BEN], EVERYBODY]),
        (replace(TEAM, on_call=(), duties=None), [[BEN, LENA], EVERYBODY]),
    ],
)
def test_who_is_off_duty_or_away_is_passed_over(desk: Door, expected: list[list[str]]) -> None:
    desk.report(RISKY)
    deliver(desk)
    for _ in range(4):
        a_clock_runs_out(desk)
    assert calls(desk) == expected


@pytest.mark.parametrize(
    ("team", "expected"),
    [(TEAM, [[LENA], [MARA], EVERYBODY]), (replace(TEAM, on_call=()), [EVERYBODY])],
)
def test_a_case_that_a_lead_had_at_first_calls_the_others_when_an_agent_gets_it(
    desk: Door, expected: list[list[str]]
) -> None:
    case = desk.report(RISKY)
    desk.send(press(Press.TAKE, case.id, by=BEN))
    deliver(desk)
    desk.send(press(Press.TAKE, case.id, by=ANA))
    for _ in range(4):
        a_clock_runs_out(desk)
    assert calls(desk) == [[ANA], *([ANA, *each] for each in expected)], "Ana is named as the owner"


def test_a_risk_that_somebody_is_called_for_twice_has_its_own_order(desk: Door) -> None:
    case = desk.report(RISKY)
    deliver(desk)
    desk.report(RISKY.replace("Jane", "Joan"), ts="1772800777.000100")
    deliver(desk)
    desk.send(press(Press.TAKE, case.id, by=LENA))
    a_clock_runs_out(desk)
    texts = [message["blocks"][0]["text"]["text"] for message in desk.slack.ours(LEADS)]
    assert [("R-1001" in text, "R-1002" in text) for text in texts] == [(True, False), (False, True), (False, True)]
