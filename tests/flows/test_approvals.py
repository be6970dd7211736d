"""Approvals: who may press, and what a press does."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.authority import Never, When
from bot.domain.case import Case
from bot.domain.offer import Comparable, Offered, OfferState
from bot.domain.team import Role
from bot.flows import approval_card
from bot.flows.details import change_details
from bot.flows.outcome import Refused
from bot.flows.telling import APPROVAL, NEWS
from bot.store import offers as stored
from bot.store import tables
from bot.store.approvals import answers_to
from tests.builders import a_policy, a_rule
from tests.flows.money import LUIS, MARA, SAM, Till, refused
from tests.flows.story import ANA, BEN, LENA


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
    [answer] = till.look(lambda session: answers_to(session, till.stands(waiting)))
    assert (answer.by, answer.lent_by) == (SAM, LENA)


def test_declining_says_why_and_the_requester_hears(till: Till, waiting: Offered) -> None:
    declined = till.decline(waiting, why="He got one last week.")
    assert (declined.state, declined.why) == (OfferState.DECLINED, "He got one last week.")
    assert [*till.notices(NEWS)] == [f"{waiting.id}:declined"]
    assert "He got one last week." not in "".join(entry.details for entry in till.log())


def about(till: Till, case: Case, person: str) -> Any:
    """Say on the case that the complaint is about this person."""
    return till.do(
        change_details,
        till.content,
        case.workspace,
        case.id,
        category=case.details.category,
        severity=case.details.severity,
        customer=None,
        reference=None,
        about=person,
        by=BEN,
        role=None,
        agent=None,
    )


def test_an_agent_whom_the_complaint_is_about_offers_nothing_without_a_lead(till: Till) -> None:
    assert till.made(till.open(), "10 EUR").state is OfferState.ALLOWED
    case = about(till, till.open(), ANA)
    waits = till.made(case, "10 EUR")
    assert (waits.state, waits.waits_for) == (OfferState.PENDING, Role.LEAD)
    assert till.approve(waits).state is OfferState.APPROVED


def test_a_lead_whom_the_complaint_is_about_does_not_decide(till: Till, waiting: Offered) -> None:
    revision = till.notices(APPROVAL)[str(waiting.id)].revision
    about(till, till.case_of(waiting), LENA)
    assert till.notices(APPROVAL)[str(waiting.id)].revision > revision
    refused(till.approve(waiting, by=LENA), "The complaint is about you")
    refused(till.counter(waiting, "10 EUR", by=LENA), "The complaint is about you")
    assert till.approve(waiting, by=LUIS).state is OfferState.APPROVED


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


def test_a_first_yes_of_somebody_who_took_the_case_since_counts_no_more(till: Till) -> None:
    offered = large(till)
    till.approve(offered, by=MARA)
    till.do(_take, offered, MARA)
    till.roles |= {LENA: Role.MANAGER, LUIS: Role.MANAGER}
    assert till.approve(offered, by=LENA).state is OfferState.PENDING
    assert till.approve(offered, by=LUIS).state is OfferState.APPROVED


def test_a_no_after_a_first_yes_is_a_no(till: Till) -> None:
    offered = large(till)
    till.approve(offered, by=MARA)
    assert till.decline(offered, by=MARA).state is OfferState.DECLINED


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


def test_those_that_wait_are_listed_by_deadline(till: Till, waiting: Offered) -> None:
    later = till.made(till.open(), "90 EUR")
    till.made(till.open(), "10 EUR")
    found = till.look(lambda session: stored.waiting(session, waiting.workspace, limit=9))
    assert [each.id for each, _ in found] == [waiting.id, later.id]


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


def test_like_cases_are_other_cases(till: Till) -> None:
    case = till.open()
    till.made(case, "30 EUR")
    waiting = till.made(case, "80 EUR")
    assert _like(till, waiting).offers == 0, "what this customer got on this case is no comparison"
    till.made(till.open(customer="Lea Roth", reference="5500"), "20 EUR")
    like = _like(till, waiting)
    assert (like.offers, str(like.median)) == (1, "20.00 EUR")


def test_the_card_names_the_reason_as_the_policy_does(till: Till) -> None:
    waiting = till.made(till.open(), "80 EUR", reason="review")
    assert _card(till, waiting).reason == "For a review"


def _like(till: Till, waiting: Offered) -> Comparable:
    return _card(till, waiting).comparable


def _card(till: Till, waiting: Offered) -> approval_card.ApprovalCard:
    with till.database.reading() as session:
        card = approval_card.card_of(
            session, till.content, waiting.workspace, waiting.id, role=Role.AGENT, now=till.now()
        )
    assert card is not None
    return card
