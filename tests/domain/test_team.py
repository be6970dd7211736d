"""Who has which role."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.team import Delegate, Member, Role, Standing, Team

TEAM = Team(
    (
        Member("U0ANA", Role.AGENT),
        Member("Lena@example.com", Role.LEAD),
        Member("S0DESK", Role.AGENT),
        Member("@leads", Role.LEAD),
        Member("U0ANA@example.com", Role.MANAGER),
    )
)

CASES: list[tuple[str, str | None, list[str], Role | None]] = [
    ("U0ANA", None, [], Role.AGENT),
    ("U0BEN", None, [], None),
    ("U0BEN", "lena@EXAMPLE.com", [], Role.LEAD),
    ("U0BEN", "lena@example.org", [], None),
    ("U0BEN", None, ["S0DESK"], Role.AGENT),
    ("U0BEN", None, ["S0OTHER"], None),
    ("U0BEN", None, ["leads"], Role.LEAD),
    ("U0BEN", None, ["@leads"], Role.LEAD),
    ("U0ANA", None, ["leads", "S0DESK"], Role.LEAD),
    ("U0ANA", "u0ana@example.com", ["leads"], Role.MANAGER),
    ("U0BEN", "@leads", [], None),
    ("U0BEN", "U0ANA", [], None),
]


@pytest.mark.parametrize(("user_id", "email", "groups", "role"), CASES)
def test_role(user_id: str, email: str | None, groups: list[str], role: Role | None) -> None:
    assert TEAM.role_of(user_id, email, groups) is role


def test_groups_may_be_any_iterable() -> None:
    assert TEAM.role_of("U0BEN", None, iter(["leads"])) is Role.LEAD


def test_roles_are_ordered() -> None:
    assert Role.AGENT < Role.SENIOR < Role.LEAD < Role.MANAGER
    assert max([Role.LEAD, Role.AGENT]) is Role.LEAD
    assert Role.LEAD >= Role.LEAD


AWAY = replace(
    TEAM,
    delegates=(
        Delegate("lena@example.com", "U0ANA", Role.LEAD, date(2026, 8, 3), date(2026, 8, 14)),
        Delegate("lena@example.com", "@desk", Role.MANAGER, date(2026, 8, 3), date(2026, 8, 14)),
        Delegate("gone@example.com", "U0CLEO", Role.MANAGER, date(2026, 8, 3), date(2026, 8, 14)),
        Delegate("U0ANA", "lena@example.com", Role.AGENT, date(2026, 8, 3), date(2026, 8, 14)),
    ),
)


@pytest.mark.parametrize(
    ("user_id", "email", "groups", "day", "standing"),
    [
        ("U0ANA", None, [], date(2026, 8, 2), Standing(Role.AGENT)),
        ("U0ANA", None, [], date(2026, 8, 3), Standing(Role.LEAD, "lena@example.com")),
        ("U0ANA", None, [], date(2026, 8, 14), Standing(Role.LEAD, "lena@example.com")),
        ("U0ANA", None, [], date(2026, 8, 15), Standing(Role.AGENT)),
        ("U0ANA", None, [], None, Standing(Role.AGENT)),
        ("U0BEN", None, ["desk"], date(2026, 8, 5), Standing(Role.LEAD, "lena@example.com")),
        ("U0CLEO", None, [], date(2026, 8, 5), Standing(None)),
        ("U0LENA", "lena@example.com", [], date(2026, 8, 5), Standing(Role.LEAD)),
        ("U0ANA", None, ["leads"], date(2026, 8, 5), Standing(Role.LEAD)),
    ],
)
def test_who_stands_in_for_whom(
    user_id: str, email: str | None, groups: list[str], day: date | None, standing: Standing
) -> None:
    assert AWAY.standing_of(user_id, email, groups, day=day) == standing
    assert AWAY.role_of(user_id, email, groups, day=day) is standing.role


def test_who_stands_in_is_called_on_those_days_with_no_more_than_was_lent() -> None:
    own = [member.who for member in TEAM.members if member.role >= Role.LEAD]
    assert AWAY.with_role(Role.LEAD, date(2026, 8, 3)) == (*own, "U0ANA", "@desk")
    assert AWAY.with_role(Role.MANAGER, date(2026, 8, 3)) == TEAM.with_role(Role.MANAGER, date(2026, 8, 3))
    assert AWAY.with_role(Role.LEAD, date(2026, 8, 15)) == tuple(own)
