"""Who has which role."""

import pytest

from bot.domain.team import Member, Role, Team

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
