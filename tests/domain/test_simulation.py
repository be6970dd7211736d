"""The simulated month keeps the promises of a cadence, and its judge sees when they are broken."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import simulation
from bot.domain.cadence import Cadence, Clock
from bot.domain.followup import Kind, Stage
from bot.domain.hours import Calendar, Quiet, Span
from bot.domain.reminders import Delivery, Digest, Way
from bot.domain.simulation import Message, Result, Setting, faults_in, simulate
from bot.domain.taxonomy import Severity
from tests.cadences import a_cadence, a_rhythm, hours, on

SMALL = Setting(agents=6, cases=60, days=12, seed=3)
CADENCE = a_cadence(quiet=Quiet(19 * 60, 8 * 60, frozenset({5, 6})), cap_per_day=3)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(scope="module")
def month() -> Result:
    return simulate(CADENCE, SMALL)


def test_every_deadline_is_met_or_told_and_nobody_is_disturbed(month: Result) -> None:
    assert month.faults == []
    assert month.messages
    assert month.held["quiet hours"] and month.held["cap"]
    assert month.met[Kind.FIRST_REPLY] and month.late[Kind.FIRST_REPLY]
    assert {Stage.WARNING.value, Stage.DEADLINE.value, Stage.LEAD.value} <= month.sent.keys()
    assert month.most_that_could_wait() <= CADENCE.cap_per_day
    assert 0 < month.to_desk()["in all"] < len(month.messages) / 2


def test_those_on_duty_are_called_no_more_often_than_one_person() -> None:
    crowd = replace(SMALL, cases=300)
    few, many = (simulate(replace(CADENCE, cap_per_day=cap), crowd) for cap in (2, 50))
    may_wait = Counter(one.day for one in few.messages if one.person == few.desk and one.may_wait)
    assert max(may_wait.values()) == 2
    assert many.to_desk()["in all"] > few.to_desk()["in all"]
    assert few.faults == many.faults == []


def test_each_follow_up_ends_in_one_way(month: Result) -> None:
    for kind, planned in month.planned.items():
        ways = (month.met, month.late, month.fell_away, month.open)
        assert sum(way[kind] for way in ways) == planned


def test_a_seed_is_a_month(month: Result) -> None:
    assert simulate(a_cadence(quiet=CADENCE.quiet, cap_per_day=3), SMALL) == month
    assert simulate(CADENCE, replace(SMALL, seed=4)) != month


def test_an_outage_is_summed_up_and_nobody_is_flooded(month: Result) -> None:
    after = simulate(CADENCE, replace(SMALL, outage=timedelta(hours=30), cases=200))
    assert after.faults == []
    assert after.summaries
    assert month.summaries <= 1


def test_a_higher_limit_sends_more(month: Result) -> None:
    more = simulate(replace(CADENCE, cap_per_day=50), SMALL)
    assert more.faults == []
    assert not more.held["cap"]
    assert len(more.messages) > len(month.messages)


WEEKS = [
    ((Span(540, 1020),),) * 5 + ((), ()),
    ((Span(540, 720), Span(780, 1080)),) * 6 + ((),),
    ((Span(1320, 1800),),) * 5 + ((), ()),
    ((Span(0, 1440),),) * 7,
]
MINUTES = st.integers(0, 1439)


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    """Any cadence: hours by day or night, short and long waits, whatever quiet hours and limits."""
    zone = draw(st.sampled_from(["Europe/London", "Asia/Kolkata", "Australia/Lord_Howe"]))
    some = st.sampled_from([1, 4, 16, 40])
    rhythms = {
        ("", severity): a_rhythm(
            first_reply=hours(draw(some)),
            update_every=hours(draw(some)),
            checks=tuple(hours(draw(some), draw(st.sampled_from([Clock.WORKING, Clock.DAYS]))) for _ in range(2)),
            to_lead_after=hours(draw(st.sampled_from([0, 1, 8]))),
            can_wait=draw(st.booleans()),
        )
        for severity in Severity
    }
    return a_cadence(
        calendar=Calendar(zone, draw(st.sampled_from(WEEKS)), country=draw(st.sampled_from([None, "GB"]))),
        rhythms=rhythms,
        quiet=Quiet(draw(MINUTES), draw(MINUTES), draw(st.frozensets(st.integers(0, 6), max_size=3))),
        cap_per_day=draw(st.integers(1, 6)),
        digest_at=draw(MINUTES),
        warn_share=draw(st.integers(1, 100)),
    )


@settings(max_examples=30, deadline=None)
@given(cadences(), st.integers(0, 99), st.sampled_from([0, 3, 40]))
def test_no_cadence_disturbs_or_forgets_anybody(cadence: Cadence, seed: int, outage: int) -> None:
    """From before Christmas over the end of the year."""
    begins = date(2026, 12, 21)
    setting = Setting(agents=3, cases=25, days=10, seed=seed, begins=begins, outage=timedelta(hours=outage))
    assert simulate(cadence, setting).faults == []


def at_once(*_: Any, now: datetime, **__: Any) -> Delivery:
    return Delivery(Way.NOW, now)


def nothing_listed(*_: Any, **__: Any) -> Digest:
    return Digest((), (), (), ())


def always(*_: Any, **__: Any) -> bool:
    return True


@pytest.mark.parametrize(
    ("rule", "broken", "fault"),
    [
        ("may_send", at_once, "of their own time"),
        ("may_send", at_once, "times on"),
        ("stands", always, "after it had ended"),
        ("digest", nothing_listed, "nobody was told"),
    ],
)
def test_the_judge_sees_a_broken_rule(
    rule: str, broken: Callable[..., object], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, rule, broken)
    assert any(fault in line for line in simulate(CADENCE, SMALL).faults)


def judged(*messages: Message, cadence: Cadence = CADENCE, ended: dict[int, datetime] | None = None) -> list[str]:
    return faults_in(messages, cadence, ended or {}, lambda _: LONDON)


def message(at: datetime, follow_up: int = 1, name: str = "warning", may_wait: bool = True) -> Message:
    return Message(at, at.astimezone(LONDON).date(), 7, follow_up, name, may_wait)


def test_the_log_is_judged_line_by_line() -> None:
    assert judged(message(on(2, 12))) == []
    assert judged(message(on(2, 20))) == ["person 7 was reminded at Mon 20:00 of their own time"]
    assert judged(message(on(7, 12))) == ["person 7 was reminded at Sat 12:00 of their own time"]
    assert judged(message(on(7, 20), may_wait=False)) == []
    ended = {1: on(2, 11)}
    assert judged(message(on(2, 12)), ended=ended) == ["follow-up 1 was reminded of after it had ended"]
    assert judged(message(on(2, 11)), ended=ended) == []
    assert judged(message(on(2, 12)), message(on(2, 13))) == ["reminder warning of follow-up 1 was sent 2 times"]
    several = [message(on(2, 12), number) for number in range(4)]
    assert judged(*several) == [f"person 7 was reminded 4 times on {date(2026, 3, 2)}"]
    assert judged(*several[:3]) == []
