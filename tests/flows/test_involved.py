"""A complaint turns out to be about a colleague: what they decided waits for somebody else, and others are called."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.alert import Reach
from bot.domain.case import Case
from bot.domain.followup import Kind, State
from bot.domain.offer import Offered
from bot.domain.team import Role
from bot.flows.alerts import acknowledge
from bot.flows.calls import Seen, call
from bot.flows.cards import CALL
from bot.flows.planning import DIGEST, REMINDER
from bot.flows.receipts import Proof
from bot.flows.telling import APPROVAL, NEWS
from bot.store import followups
from bot.store.tables import follow_ups, notices
from tests.builders import WORKSPACE
from tests.flows.money import LUIS, MARA, Till, refused
from tests.flows.story import ANA, BEN, LENA, Story
from tests.flows.test_alerts import opened


@pytest.fixture
def till(story: Story) -> Till:
    return Till(story.database, story.content)


@pytest.fixture
def shipped(story: Story) -> Till:
    """A desk with the shipped limits, whose decisions can be proved."""
    return Till(story.database, story.content, story.content.policy)


@pytest.fixture
def case(till: Till) -> Case:
    return till.open()


def about(till: Till, case: Case, person: str) -> None:
    """Somebody says on the case that the complaint is about this person."""
    assert till.change(case, about=person, by=BEN).details.about == person


def owes(till: Till, offered: Offered) -> bool:
    """Whether what the offer grants is still to be handed over."""
    several = till.look(lambda session: followups.of_case(session, offered.case_id))
    owed = [kept.follow_up for kept in several if kept.follow_up.kind is Kind.FULFILMENT]
    return any(each.number == offered.id and each.state is State.OPEN for each in owed)


@pytest.mark.parametrize(("person", "state"), [(ANA, "frozen"), (BEN, "allowed")])
def test_what_its_maker_was_allowed_alone_waits_for_a_lead(till: Till, case: Case, person: str, state: str) -> None:
    offered = till.made(case, "40 EUR", by=ANA)
    about(till, case, person)
    assert till.state(offered) == state
    assert owes(till, offered) is (state == "allowed")
    assert (str(offered.id) in till.notices(APPROVAL)) is (state == "frozen")
    assert (f"{offered.id}:frozen" in till.notices(NEWS)) is (state == "frozen")
    assert ("offer:frozen" in till.actions(case)) is (state == "frozen")
    assert till.broken_link() is None


def test_then_a_lead_says_yes_and_it_is_owed_again_but_never_by_themself(till: Till, case: Case) -> None:
    offered = till.made(case, "40 EUR", by=LENA)
    about(till, case, LENA)
    refused(till.approve(offered, by=LENA), "You made this offer")
    refused(till.mark_done(offered), "frozen")
    assert till.approve(offered, by=LUIS).decided_by == LUIS
    assert owes(till, offered)


@pytest.mark.parametrize(("person", "state"), [(LENA, "frozen"), (LUIS, "approved")])
def test_what_they_said_yes_to_waits_for_another_lead(till: Till, case: Case, person: str, state: str) -> None:
    offered = till.made(case, "60 EUR")
    till.approve(offered, by=LENA)
    about(till, case, person)
    assert till.state(offered) == state
    if state == "frozen":
        refused(till.approve(offered, by=LENA), "The complaint is about you")
        assert till.approve(offered, by=LUIS).decided_by == LUIS


def test_also_where_theirs_was_the_first_of_two_yes_or_somebody_stood_in_for_them(till: Till, case: Case) -> None:
    two = till.made(case, "2001 EUR", loss="3000 EUR")
    till.roles |= {LENA: Role.MANAGER, LUIS: Role.MANAGER}
    till.approve(two, by=LUIS, lent_by=MARA)
    till.approve(two, by=LENA)
    assert till.state(two) == "approved"
    about(till, case, MARA)
    assert till.state(two) == "frozen"


@pytest.mark.parametrize(("person", "state"), [(MARA, "pending"), (BEN, "approved")])
def test_a_first_yes_said_for_them_counts_no_more(till: Till, case: Case, person: str, state: str) -> None:
    two = till.made(case, "2001 EUR", loss="3000 EUR")
    till.roles |= {LENA: Role.MANAGER, LUIS: Role.MANAGER}
    till.approve(two, by=LUIS, lent_by=MARA)
    about(till, case, person)
    till.approve(two, by=LENA)
    assert till.state(two) == state


def test_the_sum_of_a_counter_offer_counts_as_said_by_who_countered(till: Till, case: Case) -> None:
    offered = till.made(case, "80 EUR")
    till.counter(offered, "60 EUR", by=LENA)
    till.accept(offered)
    about(till, case, LENA)
    assert till.state(offered) == "frozen"


def test_what_the_customer_has_or_what_still_waits_is_left_alone(till: Till, case: Case) -> None:
    done, waiting = till.made(case, "20 EUR"), till.made(case, "60 EUR")
    till.mark_done(done)
    about(till, case, ANA)
    assert (till.state(done), till.state(waiting)) == ("allowed", "pending")


def test_where_the_policy_asks_nobody_about_such_offers_they_stand(till: Till, case: Case) -> None:
    till.change_policy(always_ask=())
    offered = till.made(case, "40 EUR")
    about(till, case, ANA)
    assert till.state(offered) == "allowed"


def test_said_again_or_taken_back_it_changes_nothing_more(till: Till, case: Case) -> None:
    offered = till.made(case, "40 EUR")
    about(till, case, ANA)
    till.approve(offered, by=LENA)
    about(till, case, ANA)
    till.change(case, about_nobody=True, role=Role.LEAD, by=LUIS)
    assert till.state(offered) == "approved"


def test_one_that_a_risk_froze_too_is_frozen_once(till: Till, case: Case) -> None:
    offered = till.made(case, "40 EUR")
    till.change(case, about=ANA, raised=["legal"], by=BEN)
    assert till.state(offered) == "frozen"
    assert till.actions(case).count("offer:frozen") == 1


@pytest.mark.parametrize("change", [{"raised": ["legal"]}, {"about": BEN}])
def test_whoever_said_yes_before_may_say_it_again_and_the_proof_holds(shipped: Till, change: dict[str, Any]) -> None:
    case = shipped.open()
    offered = shipped.made(case, "60 EUR", by=BEN)
    shipped.approve(offered, by=LENA)
    shipped.change(case, **change)
    assert shipped.state(offered) == "frozen"
    assert shipped.look(lambda session: Proof(session, WORKSPACE).faults) == []
    assert shipped.approve(offered, by=LENA).decided_by == LENA
    assert shipped.look(lambda session: Proof(session, WORKSPACE).faults) == []


def test_of_two_that_said_yes_before_a_risk_came_up_both_have_to_say_it_again(till: Till, case: Case) -> None:
    till.roles[LENA] = Role.MANAGER
    two = till.made(case, "2001 EUR", loss="3000 EUR")
    till.approve(two, by=MARA)
    till.approve(two, by=LENA)
    till.change(case, raised=["legal"])
    till.approve(two, by=LENA)
    assert till.state(two) == "frozen"
    till.approve(two, by=MARA)
    assert till.state(two) == "approved"


def state_of(till: Till, kind: str, subject: str) -> str:
    query = sa.select(notices.c.state).where(notices.c.kind == kind, notices.c.subject == subject)
    return till.look(lambda session: session.execute(query).scalar_one())


def posted(till: Till, kind: str) -> None:
    """All notices of a kind are in Slack."""
    with till.database.transaction() as session:
        session.execute(sa.update(notices).where(notices.c.kind == kind).values(message_ts="1.0", state="delivered"))


def test_reminders_that_may_name_them_are_drawn_anew(till: Till, case: Case) -> None:
    posted(till, REMINDER)
    [key] = till.look(lambda session: list(session.execute(sa.select(follow_ups.c.id)).scalars()))
    till.change(case, customer="Mary Major")
    assert state_of(till, REMINDER, f"{key}:warning") == "delivered"
    about(till, case, LENA)
    assert state_of(till, REMINDER, f"{key}:warning") == "pending"
    assert DIGEST not in till.notices(DIGEST)


REACH = Reach(on_call=(LUIS, MARA), everybody=(LUIS, MARA))


def called(till: Till, number: int, *, seen: Seen) -> Any:
    return till.do(call, WORKSPACE, 1, number, reach=REACH, seen=seen, channel="C0LEADS")


@pytest.mark.parametrize(("person", "state"), [(LENA, "pending"), (LUIS, "withdrawn")])
def test_others_are_called_in_place_of_who_looked_after_the_risk(till: Till, person: str, state: str) -> None:
    case = opened(till)
    called(till, 0, seen=Seen(None, None, None))
    till.do(acknowledge, WORKSPACE, 1, by=LENA, role=Role.LEAD)
    with till.database.transaction() as session:
        session.execute(sa.update(notices).where(notices.c.kind == CALL).values(state="withdrawn"))
    about(till, case, person)
    assert state_of(till, CALL, "1") == state
    made = called(till, 1, seen=Seen(None, None, person))
    assert (made is not None) is (state == "pending")


def test_others_are_called_in_place_of_the_lead_who_has_the_case(till: Till) -> None:
    case = opened(till)
    till.take(case, by=LENA)
    about(till, case, LENA)
    assert called(till, 1, seen=Seen(LENA, Role.LEAD, LENA)).called == (LUIS,)
