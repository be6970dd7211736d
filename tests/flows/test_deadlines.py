"""What happens to an offer that nobody answers."""

from datetime import timedelta

import pytest

from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows.deadlines import call_higher
from bot.flows.telling import NEWS
from bot.store import tables
from tests.flows.money import LUIS, Till, refused
from tests.flows.story import LENA


def test_after_the_deadline_nobody_approves_though_nobody_let_it_expire_yet(till: Till, waiting: Offered) -> None:
    till.clock = waiting.deadline
    refused(till.approve(waiting), "time for this approval is over")
    assert till.state(waiting) == "expired"
    assert [*till.notices(NEWS)] == [f"{waiting.id}:expired"]
    refused(till.approve(waiting, by=LUIS), "expired already")


def test_a_moment_before_the_deadline_it_can_be_approved(till: Till, waiting: Offered) -> None:
    assert waiting.deadline is not None
    till.clock = waiting.deadline - timedelta(microseconds=1)
    assert till.expire(waiting) is None
    assert till.approve(waiting).state is OfferState.APPROVED


def test_an_expired_offer_no_longer_counts(till: Till, waiting: Offered) -> None:
    till.clock = waiting.deadline
    assert till.expire(waiting).state is OfferState.EXPIRED
    assert till.expire(waiting) is None
    [row] = till.look(lambda session: session.execute(tables.spendings.select()).all())
    assert row.goodwill == 0
    assert [str(entry.action) for entry in till.log()].count("offer:expired") == 1


def test_a_higher_role_is_called_once(till: Till, waiting: Offered) -> None:
    till.wait(hours=4)
    called = till.do(call_higher, waiting.workspace, waiting.id, Role.MANAGER)
    assert called.called is Role.MANAGER
    again = till.do(call_higher, waiting.workspace, waiting.id, Role.MANAGER)
    assert again == called
    assert [str(entry.action) for entry in till.log()].count("offer:passed_on") == 1
    assert till.approve(waiting, by=LENA).state is OfferState.APPROVED, "a lead may still say yes"


@pytest.mark.parametrize("how", ["approve", "decline", "withdraw"])
def test_nobody_is_called_to_what_is_decided(till: Till, waiting: Offered, how: str) -> None:
    getattr(till, how)(waiting)
    assert till.do(call_higher, waiting.workspace, waiting.id, Role.MANAGER) is None
    till.clock = waiting.deadline
    assert till.expire(waiting) is None
