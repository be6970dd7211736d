"""Approvals: who may press, what a press does, and what happens when nobody does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.content.bundle import Content
from bot.domain.authority import Never, When
from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows import approvals
from bot.flows.outcome import Refused
from bot.flows.telling import APPROVAL, CLOCK, NEWS
from bot.store import offers as stored
from bot.store import tables
from bot.store.db import Database
from tests.builders import a_policy, a_rule
from tests.flows.money import LUIS, MARA, SAM, Till
from tests.flows.story import ANA, BEN, LENA


@pytest.fixture
def till(database: Database, content: Content) -> Till:
    return Till(database, content)


@pytest.fixture
def waiting(till: Till) -> Offered:
    """80 euros that Ana offered: a lead has to say yes."""
    return till.made(till.open(), "80 EUR")


def refused(answer: Any, *words: str) -> None:
    assert isinstance(answer, Refused), answer
    for word in words:
        assert word in answer.why


def test_a_lead_says_yes_and_the_requester_hears_of_it(till: Till, waiting: Offered) -> None:
    approved = till.approve(waiting)
    assert (approved.state, approved.decided_by) == (OfferState.APPROVED, LENA)
    assert till.stands(waiting) == approved
    assert [*till.notices(NEWS)] == [f"{waiting.id}:approved"]
    assert till.notices(APPROVAL)[str(waiting.id)].revision == 2
    assert "offer:approved" in [str(entry.action) for entry in till.log()]


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (ANA, "You made this offer"),
        (BEN, "needs a lead"),
        (SAM, "needs a lead"),
        ("U0NOBODY", "no role"),
    ],
)
def test_a_press_by_somebody_who_may_not_changes_nothing(till: Till, waiting: Offered, by: str, words: str) -> None:
    for press in (till.approve, till.decline):
        refused(press(waiting, by=by), words)
    refused(till.counter(waiting, "10 EUR", by=by), words)
    assert till.stands(waiting) == waiting
    assert till.count(tables.approvals) == 0


def test_a_lead_does_not_decide_on_their_own_offer_nor_on_their_own_case(till: Till) -> None:
    case = till.open()
    theirs = till.made(case, "600 EUR", by=LENA, loss="1000 EUR")
    assert theirs.state is OfferState.PENDING
    refused(till.approve(theirs), "You made this offer")
    other = till.made(till.open(), "80 EUR")
    till.do(_take, other, LUIS)
    refused(till.approve(other, by=LUIS), "You answer this case")
    assert not isinstance(till.approve(other, by=LENA), Refused)


def _take(session: Any, offered: Offered, by: str, *, now: Any) -> Any:
    from bot.flows import cases

    return cases.take(session, offered.workspace, offered.case_id, by=by, now=now)


def test_of_two_leads_at_once_one_decides_and_the_other_is_told(till: Till, waiting: Offered) -> None:
    till.wait(minutes=5)
    with ThreadPoolExecutor(4) as pool:
        presses = [
            pool.submit(till.approve, waiting, by=LENA),
            pool.submit(till.approve, waiting, by=LUIS),
            pool.submit(till.decline, waiting, by=MARA),
            pool.submit(till.counter, waiting, "20 EUR", by=LUIS),
        ]
        answers = [press.result() for press in presses]
    assert sum(isinstance(answer, Offered) for answer in answers) == 1
    assert till.count(tables.approvals) == 1
    assert all("already by <@" in answer.why for answer in answers if isinstance(answer, Refused))
    assert till.broken_link() is None


def test_a_lead_who_lost_the_role_between_the_card_and_the_press_may_not(till: Till, waiting: Offered) -> None:
    till.roles[LENA] = Role.AGENT
    refused(till.approve(waiting), "at the moment")
    till.roles[LENA] = Role.LEAD
    assert till.approve(waiting).state is OfferState.APPROVED


def test_a_stand_in_decides_with_the_authority_that_was_lent(till: Till, waiting: Offered) -> None:
    refused(till.approve(waiting, by=SAM))
    assert till.approve(waiting, by=SAM, lent_by=LENA).state is OfferState.APPROVED
    [entry] = [entry for entry in till.log() if entry.action == "offer:approved"]
    assert f'"lent_by":"{LENA}"' in entry.details


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


def test_declining_says_why_and_the_requester_hears(till: Till, waiting: Offered) -> None:
    declined = till.decline(waiting, why="He got one last week.")
    assert (declined.state, declined.why) == (OfferState.DECLINED, "He got one last week.")
    assert [*till.notices(NEWS)] == [f"{waiting.id}:declined"]
    assert "He got one last week." not in "".join(entry.details for entry in till.log())


# Two people


def large(till: Till) -> Offered:
    offered = till.made(till.open(), "2001 EUR", loss="9000 EUR")
    assert offered.people == 2
    return offered


def test_two_different_people_must_say_yes(till: Till) -> None:
    offered = large(till)
    first = till.approve(offered, by=MARA)
    assert first.state is OfferState.PENDING
    refused(till.approve(offered, by=MARA), "said yes already")
    till.roles[LENA] = Role.MANAGER
    assert till.approve(offered, by=LENA).state is OfferState.APPROVED
    actions = [str(entry.action) for entry in till.log()]
    assert (actions.count("offer:first_yes"), actions.count("offer:approved")) == (1, 1)


def test_a_first_yes_of_somebody_who_lost_the_role_since_counts_no_more(till: Till) -> None:
    offered = large(till)
    till.approve(offered, by=MARA)
    till.roles |= {MARA: Role.AGENT, LENA: Role.MANAGER, LUIS: Role.MANAGER}
    assert till.approve(offered, by=LENA).state is OfferState.PENDING
    assert till.approve(offered, by=LUIS).state is OfferState.APPROVED


def test_a_no_after_a_first_yes_is_a_no(till: Till) -> None:
    offered = large(till)
    till.approve(offered, by=MARA)
    assert till.decline(offered, by=MARA).state is OfferState.DECLINED


# Counter-offers


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


# The policy and the sums as they are at the press


def test_a_policy_changed_while_it_waits_is_the_one_that_counts_and_both_are_in_the_log(
    till: Till, waiting: Offered
) -> None:
    till.change_policy(
        approvals=_approvals(lowest_role=Role.MANAGER),
    )
    refused(till.approve(waiting, by=LENA), "needs a manager")
    approved = till.approve(waiting, by=MARA)
    assert approved.policy == till.content.policy.hash != waiting.policy
    hashes = {entry.action: entry.details for entry in till.log()}
    assert waiting.policy in hashes["offer:decided"]  # type: ignore[index]
    assert approved.policy in hashes["offer:approved"]  # type: ignore[index]


def _approvals(**given: Any) -> Any:
    from dataclasses import replace

    return replace(a_policy().approvals, **given)


def test_what_the_rules_forbid_by_now_can_be_declined_but_not_approved(till: Till, waiting: Offered) -> None:
    till.change_policy(never=(Never(a_rule("no-refunds"), When(kinds=frozenset({"refund"})), "No refunds today."),))
    refused(till.approve(waiting), "No refunds today.", "policies/authority.yml")
    assert till.decline(waiting).state is OfferState.DECLINED


def test_more_was_spent_since_so_a_higher_role_is_needed(till: Till, waiting: Offered) -> None:
    for _ in range(2):
        more = till.do(_offer_more, till, waiting)
        assert isinstance(till.approve(more, by=MARA), Offered)
    refused(till.approve(waiting, by=LENA), "needs a manager")
    assert till.approve(waiting, by=MARA).state is OfferState.APPROVED


def _offer_more(session: Any, till: Till, waiting: Offered, *, now: Any) -> Offered:
    from bot.flows import offers

    till.forms += 1
    made = offers.make_offer(
        session,
        till.content,
        waiting.workspace,
        waiting.case_id,
        till.wanted("360 EUR", loss="9000 EUR"),
        source=f"form:{till.forms}",
        approvals="C0APPROVALS",
        agent="Ana",
        by=BEN,
        role=Role.AGENT,
        now=now,
    )
    assert isinstance(made, offers.Made)
    return made.offered


# Nobody answers


def test_a_higher_role_is_called_once(till: Till, waiting: Offered) -> None:
    till.wait(hours=4)
    called = till.do(approvals.call_higher, waiting.workspace, waiting.id, Role.MANAGER)
    assert called.called is Role.MANAGER
    again = till.do(approvals.call_higher, waiting.workspace, waiting.id, Role.MANAGER)
    assert again == called
    assert [str(entry.action) for entry in till.log()].count("offer:passed_on") == 1
    assert till.approve(waiting, by=LENA).state is OfferState.APPROVED, "a lead may still say yes"


@pytest.mark.parametrize("how", ["approve", "decline", "withdraw"])
def test_nobody_is_called_to_what_is_decided(till: Till, waiting: Offered, how: str) -> None:
    getattr(till, how)(waiting)
    assert till.do(approvals.call_higher, waiting.workspace, waiting.id, Role.MANAGER) is None
    till.clock = waiting.deadline
    assert till.expire(waiting) is None


def test_those_that_wait_are_listed_by_deadline(till: Till, waiting: Offered) -> None:
    later = till.made(till.open(), "90 EUR")
    till.made(till.open(), "10 EUR")
    found = till.look(lambda session: stored.open_ones(session, waiting.workspace))
    assert [each.id for each in found] == [waiting.id, later.id]


def test_the_sums_used_and_the_rules_are_in_the_receipt(till: Till) -> None:
    import json

    case = till.open()
    till.made(case, "40 EUR")
    till.approve(till.made(case, "60 EUR"))
    entries = [json.loads(entry.details) for entry in till.log() if entry.action == "offer:approved"]
    [receipt] = [entry["receipt"] for entry in entries]
    assert receipt["spent"]["case"] == {"refund": "40.00"}
    assert receipt["policy"]["hash"] == till.content.policy.hash
    assert Decimal(receipt["decision"]["goodwill"].split()[0]) == 60
    assert {reason["id"] for reason in receipt["decision"]["reasons"]} >= {"one-offer", "one-case"}
