"""Counter-offers: another sum, and the answer of the person who offered."""

import pytest

from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows.telling import CLOCK
from bot.store import tables
from tests.flows.money import MARA, Till, refused
from tests.flows.story import BEN, LENA


def test_a_counter_offer_is_answered_by_the_requester(till: Till, waiting: Offered) -> None:
    countered = till.counter(waiting, "60 EUR")
    assert (countered.state, str(countered.amount), str(countered.asked)) == (
        OfferState.COUNTERED,
        "60.00 EUR",
        "80.00 EUR",
    )
    assert str(countered.goodwill) == "60.00 EUR", "from now on the lower sum counts"
    refused(till.accept(waiting, by=BEN), "made this offer")
    accepted = till.accept(waiting)
    assert (accepted.state, accepted.decided_by, str(accepted.amount)) == (OfferState.APPROVED, LENA, "60.00 EUR")
    refused(till.accept(waiting), "approved already")


def test_a_counter_offer_can_be_turned_down(till: Till, waiting: Offered) -> None:
    till.counter(waiting, "60 EUR")
    assert till.turn_down(waiting).state is OfferState.WITHDRAWN
    [row] = till.look(lambda session: session.execute(tables.spendings.select()).all())
    assert row.goodwill == 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [("80.01 EUR", "more than the 80.00 EUR"), ("10 USD", "Write the sum in EUR"), ("0 EUR", "nothing")],
)
def test_a_counter_offer_of_more_or_of_another_currency_is_refused(
    till: Till, waiting: Offered, amount: str, words: str
) -> None:
    refused(till.counter(waiting, amount), words)
    assert till.stands(waiting) == waiting


def test_a_counter_offer_never_exceeds_the_presser_s_own_limit(till: Till) -> None:
    offered = till.made(till.open(), "900 EUR", loss="2000 EUR")
    assert offered.waits_for is Role.MANAGER
    refused(till.counter(offered, "501 EUR", by=LENA), "needs a manager")
    till.roles[MARA] = Role.MANAGER
    assert till.counter(offered, "501 EUR", by=MARA).state is OfferState.COUNTERED


def test_a_counter_offer_whose_giver_lost_the_role_is_not_accepted(till: Till, waiting: Offered) -> None:
    till.counter(waiting, "60 EUR")
    till.roles[LENA] = None
    refused(till.accept(waiting), "cannot give this sum any more")
    assert till.state(waiting) == "countered"
    assert till.withdraw(waiting).state is OfferState.WITHDRAWN


def test_a_counter_offer_ends_at_its_own_deadline(till: Till, waiting: Offered) -> None:
    till.wait(hours=20)
    countered = till.counter(waiting, "60 EUR")
    assert waiting.deadline is not None
    till.clock = waiting.deadline
    assert till.expire(waiting) is None
    till.clock = countered.deadline
    refused(till.accept(waiting), "time to take this sum is over")
    assert till.state(waiting) == "expired"
    assert f"{waiting.id}:expire:lead:counter" in till.notices(CLOCK)
