"""Who is on duty, and whom a case is suggested to."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.duty import Load, Suggestion, all_leads, called, leads_on_call, leads_on_duty, on_duty, suggest
from bot.domain.team import Delegate, Duty, Member, Role, Team

ZONE = ZoneInfo("Europe/Berlin")
MEMBERS = (
    Member("ana@example.com", Role.AGENT),
    Member("U0BEN", Role.SENIOR),
    Member("lena@example.com", Role.LEAD),
    Member("mara@example.com", Role.MANAGER),
    Member("Sam@example.com", Role.AGENT),
    Member("@desk", Role.AGENT),
    Member("S0DESK", Role.AGENT),
)
DAYTIME = Duty("ana@example.com", frozenset({0, 1, 2, 3, 4}), 8 * 60, 14 * 60)
NIGHT = Duty("@night", frozenset({6}), 22 * 60, 6 * 60)
EVENING = Duty("U0BEN", frozenset(range(7)), 14 * 60, 0)
TEAM = Team(MEMBERS, duties=(DAYTIME, NIGHT, EVENING))

MOMENTS = [
    ("2026-03-02 07:59", ()),
    ("2026-03-02 08:00", ("ana@example.com",)),
    ("2026-03-02 13:59", ("ana@example.com",)),
    ("2026-03-02 14:00", ("U0BEN",)),
    ("2026-03-02 23:59", ("U0BEN",)),
    ("2026-03-03 00:00", ()),
    ("2026-03-07 08:00", ()),
    ("2026-03-08 21:59", ("U0BEN",)),
    ("2026-03-08 22:00", ("@night", "U0BEN")),
    ("2026-03-09 05:59", ("@night",)),
    ("2026-03-09 06:00", ()),
    ("2026-03-08 05:59", ()),
]


@pytest.mark.parametrize(("moment", "who"), MOMENTS)
def test_on_duty_by_the_clock_of_the_team(moment: str, who: tuple[str, ...]) -> None:
    at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    assert on_duty(TEAM, at) == who


NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()


@pytest.mark.parametrize(
    ("duties", "who"),
    [
        (None, ("ana@example.com", "U0BEN", "Sam@example.com")),
        ((), ()),
        ((Duty("lena@example.com"),), ("lena@example.com",)),
        ((Duty("U0BEN"), DAYTIME, Duty("U0BEN", begins=60, ends=0)), ("U0BEN", "ana@example.com")),
    ],
)
def test_without_duties_it_is_agents_and_seniors_by_name(duties: tuple[Duty, ...] | None, who: tuple[str, ...]) -> None:
    assert on_duty(Team(MEMBERS, duties=duties), NOON) == who


@pytest.mark.parametrize(("duties", "who"), [(None, ()), ((), ()), ((DAYTIME, NIGHT), ("ana@example.com",))])
def test_a_reminder_calls_only_whom_somebody_wrote_down(duties: tuple[Duty, ...] | None, who: tuple[str, ...]) -> None:
    assert called(Team(MEMBERS, duties=duties), NOON) == who


@pytest.mark.parametrize(
    ("loads", "chosen"),
    [
        ({}, Suggestion("U0ANA", 0)),
        ({"U0ANA": Load(1, 5)}, Suggestion("U0BEN", 0)),
        ({"U0ANA": Load(1, 5), "U0BEN": Load(2, 3)}, Suggestion("U0ANA", 1)),
        ({"U0ANA": Load(2, 5), "U0BEN": Load(2, 3)}, Suggestion("U0BEN", 2)),
        ({"U0ANA": Load(0, 5), "U0BEN": Load(0, 0)}, Suggestion("U0BEN", 0)),
        ({"U0ANA": Load(1, 5), "U0BEN": Load(1, 6)}, Suggestion("U0ANA", 1)),
    ],
)
def test_the_fewest_open_cases_then_the_oldest_newest_case(loads: dict[str, Load], chosen: Suggestion) -> None:
    assert suggest(("U0ANA", "U0BEN"), loads) == chosen


def test_nobody_is_suggested_when_nobody_is_on_duty() -> None:
    assert suggest((), {"U0ANA": Load(1, 5)}) is None


@pytest.mark.parametrize(
    ("duties", "who"),
    [
        (None, ()),
        ((Duty("ana@example.com"),), ()),
        ((Duty("ana@example.com"), Duty("mara@example.com")), ("mara@example.com",)),
        ((Duty("mara@example.com", begins=14 * 60), Duty("U0BEN")), ()),
        ((Duty("mara@example.com"), Duty("lena@example.com")), ("mara@example.com", "lena@example.com")),
    ],
)
def test_a_risk_calls_the_leads_who_are_on_duty(duties: tuple[Duty, ...] | None, who: tuple[str, ...]) -> None:
    assert leads_on_duty(Team(MEMBERS, duties=duties), NOON, TODAY) == who


LENA, MARA, NORA = "lena@example.com", "mara@example.com", "nora@example.com"


def away(role: Role, first: date, *, giver: str = LENA) -> tuple[Delegate, ...]:
    return (Delegate(giver, NORA, role, first, date(2026, 3, 4)),)


@pytest.mark.parametrize(
    ("duties", "delegates", "who"),
    [
        (None, (), (LENA, MARA)),
        ((Duty("ana@example.com"),), (), (LENA, MARA)),
        ((Duty("lena@example.com", begins=8 * 60, ends=14 * 60),), (), (LENA, MARA)),
        ((Duty("lena@example.com", begins=8 * 60, ends=12 * 60),), (), (MARA,)),
        ((Duty("Lena@Example.com", begins=8 * 60, ends=12 * 60),), (), (MARA,)),
        ((Duty(LENA, begins=8 * 60, ends=12 * 60), Duty(LENA, frozenset({0}))), (), (LENA, MARA)),
        ((Duty(LENA, frozenset({1})), Duty(MARA, frozenset({1}))), (), ()),
        (None, away(Role.LEAD, TODAY), (NORA, MARA)),
        (None, away(Role.LEAD, date(2026, 3, 3)), (LENA, MARA)),
        (None, away(Role.SENIOR, TODAY), (MARA,)),
        (None, (*away(Role.LEAD, TODAY), *away(Role.LEAD, TODAY, giver=MARA)), (NORA,)),
    ],
)
def test_the_order_leaves_out_who_is_off_duty_and_takes_who_stands_in(
    duties: tuple[Duty, ...] | None, delegates: tuple[Delegate, ...], who: tuple[str, ...]
) -> None:
    team = Team(MEMBERS, delegates, duties, on_call=(LENA, MARA))
    assert leads_on_call(team, NOON, TODAY) == who


@pytest.mark.parametrize(("role", "who"), [(Role.LEAD, (NORA,)), (Role.SENIOR, ())])
def test_who_stands_in_for_a_lead_on_duty_is_called_where_they_may_answer(role: Role, who: tuple[str, ...]) -> None:
    assert leads_on_duty(Team(MEMBERS, away(role, TODAY), (Duty(LENA),)), NOON, TODAY) == who


def test_without_an_order_nobody_is_in_it() -> None:
    assert leads_on_call(TEAM, NOON, TODAY) == ()


@pytest.mark.parametrize(
    ("delegates", "who"),
    [((), (LENA, MARA)), (away(Role.LEAD, TODAY), (LENA, MARA, NORA)), (away(Role.SENIOR, TODAY), (LENA, MARA))],
)
def test_all_leads_are_called_before_the_managers_and_who_stands_in(
    delegates: tuple[Delegate, ...], who: tuple[str, ...]
) -> None:
    assert all_leads(Team(MEMBERS, delegates), TODAY) == who
