"""Who somebody is to the bot at this moment."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.content.bundle import Content
from bot.domain.approval import Presser
from bot.domain.team import Delegate, Member, Role, Standing, Team
from bot.slack.directory import Person
from bot.slack.house import House

TEAM = Team(
    (Member("lena@example.com", Role.LEAD), Member("@desk", Role.AGENT)),
    (Delegate("lena@example.com", "ben@example.com", Role.LEAD, date(2026, 8, 3), date(2026, 8, 14)),),
)


class People:
    """A directory that knows Ben, who is at the desk, and perhaps Lena."""

    def __init__(self, *, knows_lena: bool = True) -> None:
        self.knows_lena = knows_lena

    def person(self, user: str) -> Person | None:
        return Person(user, "Ben", "ben@example.com") if user == "U0BEN" else None

    def groups_of(self, user: str, among: set[str]) -> frozenset[str]:
        return frozenset({"@desk"} & among) if user == "U0BEN" else frozenset()

    def mention(self, written: str) -> str | None:
        return "<@U0LENA>" if self.knows_lena and written == "lena@example.com" else None


def house(content: Content, now: datetime, people: People) -> House:
    nothing: Any = None
    return House(
        **{
            **dict.fromkeys(House.__slots__, nothing),
            "directory": people,
            "content": lambda: replace(content, team=TEAM),
            "now": lambda: now,
        }
    )


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (datetime(2026, 8, 2, 21, 59, tzinfo=UTC), Standing(Role.AGENT)),
        (datetime(2026, 8, 2, 22, 0, tzinfo=UTC), Standing(Role.LEAD, "U0LENA")),
        (datetime(2026, 8, 14, 21, 59, tzinfo=UTC), Standing(Role.LEAD, "U0LENA")),
        (datetime(2026, 8, 14, 22, 0, tzinfo=UTC), Standing(Role.AGENT)),
    ],
)
def test_a_stand_in_has_the_role_on_the_days_of_the_company(
    content: Content, now: datetime, standing: Standing
) -> None:
    assert house(content, now, People()).standing_of("U0BEN") == standing
    assert house(content, now, People()).role_of("U0BEN") is standing.role
    assert house(content, now, People()).presser("U0BEN") == Presser("U0BEN", standing.role, standing.lent_by)
    assert house(content, now, People()).role_of("U0CLEO") is None


def test_nobody_stands_in_for_a_person_slack_does_not_know(content: Content) -> None:
    now = datetime(2026, 8, 5, tzinfo=UTC)
    assert house(content, now, People(knows_lena=False)).standing_of("U0BEN") == Standing(Role.AGENT)
