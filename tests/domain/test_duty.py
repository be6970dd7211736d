"""Who is on duty, and whom a case is suggested to."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.duty import Load, Suggestion, all_leads, called, leads_called, on_duty, suggest
from bot.domain.team import Duty, Member, Role, Team

ZONE = ZoneInfo("Europe/Berlin")
MEMBERS = (
    Member("ana@example.com", Role.AGENT),
    Member("U0BEN", Role.SENIOR),
    Member("lena@example.com", Role.LEAD),
    Member("mara@example.com", Role.MANAGER),
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


@pytest.mark.parametrize(
    ("duties", "who"),
    [
        (None, ("ana@example.com", "U0BEN")),
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
        (None, ("lena@example.com",)),
        ((), ("lena@example.com",)),
        ((Duty("ana@example.com"),), ("lena@example.com",)),
        ((Duty("ana@example.com"), Duty("mara@example.com")), ("mara@example.com",)),
        ((Duty("mara@example.com", begins=14 * 60), Duty("U0BEN")), ("lena@example.com",)),
    ],
)
def test_a_risk_calls_the_leads_on_duty_else_all_of_them(duties: tuple[Duty, ...] | None, who: tuple[str, ...]) -> None:
    assert leads_called(Team(MEMBERS, duties=duties), NOON) == who


def test_all_leads_are_called_before_the_managers() -> None:
    assert all_leads(TEAM) == ("lena@example.com", "mara@example.com")
