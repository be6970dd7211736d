"""What one person's page holds: what waits for them, what they may offer, and for leads how the team stands."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.authority import Budget
from bot.domain.team import Role
from bot.flows.home import WORST, Home, home_of
from tests.builders import NOW, WORKSPACE, a_policy, a_rule
from tests.flows.money import Till
from tests.flows.story import ANA, BEN, LENA, Story

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def till(story: Story) -> Till:
    budget = Budget(a_rule("team"), Decimal(5000), Decimal(80))
    return Till(story.database, story.content, a_policy(budget=budget))


def page(till: Till, person: str, *, hours: float = 1) -> Home:
    role, now = till.roles.get(person), NOW + timedelta(hours=hours)
    found: Home = till.look(
        lambda session: home_of(session, till.content, WORKSPACE, person, role=role, zone=LONDON, now=now)
    )
    return found


def test_it_lists_what_the_person_owes_and_what_nobody_has(till: Till) -> None:
    mine = till.take(till.open())
    unowned = till.open()
    home = page(till, ANA)
    assert [owed.case.id for owed in home.mine.today] == [mine.id]
    assert [case.id for case in home.cases] == [mine.id]
    assert [case.id for case in home.unowned] == [unowned.id]
    assert page(till, BEN).mine.listed == 0


def test_it_says_what_may_be_offered_and_what_is_left(till: Till) -> None:
    till.made(till.open(), "40 EUR")
    home = page(till, ANA)
    assert home.may_offer.day is not None
    assert home.may_offer.month is not None
    assert (home.may_offer.day.used, home.may_offer.day.left) == (40, 260)
    assert (home.may_offer.month.used, home.may_offer.month.limit) == (40, 5000)
    assert [one.kind for one in home.may_offer.kinds] == ["refund", "credit", "replacement", "gift"]
    others = page(till, BEN).may_offer
    assert others.day is not None
    assert (others.day.used, page(till, "U0NOBODY").may_offer.kinds) == (0, ())


def test_what_waits_for_an_answer_is_on_the_page_of_those_who_may_give_it(till: Till) -> None:
    waiting = till.made(till.open(), "80 EUR")

    def on_page_of(person: str) -> list[Any]:
        return [each.offered.id for each in page(till, person).waiting]

    assert (on_page_of(LENA), on_page_of(ANA), on_page_of(BEN)) == ([waiting.id], [], [])
    till.counter(waiting, "60 EUR")
    assert (on_page_of(LENA), on_page_of(ANA), on_page_of(BEN)) == ([], [waiting.id], [])


@pytest.mark.parametrize("person", [ANA, "U0NOBODY"])
def test_only_leads_see_the_team(till: Till, person: str) -> None:
    assert page(till, person).team is None


def test_leads_see_what_is_overdue_what_was_spent_and_what_reminders_it_took(till: Till) -> None:
    for _ in range(WORST + 2):
        till.open()
    done = till.made(till.open(), "30 EUR")
    till.mark_done(done)
    till.resolve(till.case_of(done))
    team = page(till, LENA, hours=5).team
    assert team is not None
    assert (team.overdue, len(team.worst)) == (WORST + 2, WORST)
    assert (team.month_paid, team.toll.cases) == (30, 1)
    calm = page(till, LENA, hours=1).team
    assert calm is not None
    assert (calm.overdue, list(calm.worst)) == (0, [])
    assert till.roles[LENA] is Role.LEAD
