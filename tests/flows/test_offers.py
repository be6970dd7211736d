"""Offers of amends: allowed, waiting, refused; what they leave behind, and what counts as spent."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.authority import Budget, Decision, Verdict
from bot.domain.case import Case
from bot.domain.followup import Kind, State
from bot.domain.offer import OfferState
from bot.domain.team import Role
from bot.flows import offers
from bot.flows.followups import done
from bot.flows.offers import Made, NotAllowed, Preview
from bot.flows.outcome import Refused
from bot.flows.planning import REMINDER
from bot.flows.telling import APPROVAL, CLOCK, NEWS
from bot.store import followups, tables
from tests.builders import a_rule
from tests.flows.money import APPROVALS, MARA, SAM, Till
from tests.flows.story import ANA, BEN, LENA

ELSEWHERE = "T0ELSEWHERE"


def decision(made: Any) -> Decision:
    assert isinstance(made, Made)
    assert made.decision is not None
    return made.decision


def preview(till: Till, case: Case, amount: str, by: str = ANA) -> Decision:
    answer = till.do(
        offers.preview,
        till.content,
        case.workspace,
        case.id,
        till.wanted(amount),
        by=by,
        role=till.roles[by],
    )
    assert isinstance(answer, Preview)
    return answer.decision


def test_an_offer_inside_the_limit_may_be_given_at_once(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "50 EUR")
    assert (offered.state, str(offered.goodwill), offered.decided_by) == (OfferState.ALLOWED, "50.00 EUR", None)
    assert till.stands(offered) == offered
    assert till.actions(case)[3:] == ["offer:decided", "draft:suggested"]
    assert till.notices(APPROVAL) == till.notices(CLOCK) == {}
    assert till.card_revision(case) == 2


def test_one_cent_more_waits_for_a_lead(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "50.01 EUR")
    assert (offered.state, offered.waits_for, offered.people) == (OfferState.PENDING, Role.LEAD, 1)
    [card] = till.notices(APPROVAL).values()
    assert (card.channel, card.subject) == (APPROVALS, str(offered.id))
    steps = sorted(till.notices(CLOCK).values(), key=lambda row: row.due_at)
    assert [row.subject.split(":")[1:3] for row in steps] == [
        ["remind", "lead"],
        ["remind", "lead"],
        ["call higher", "manager"],
        ["remind", "manager"],
        ["remind", "manager"],
        ["expire", "manager"],
    ]
    assert steps[-1].due_at == offered.deadline
    assert till.actions(case)[3:] == ["offer:decided"]


def test_the_same_form_submitted_twice_offers_once(till: Till) -> None:
    case = till.open()
    first, again = till.offer(case, "40 EUR", form="one"), till.offer(case, "45 EUR", form="one")
    assert again.offered == first.offered
    assert again.decision is None
    assert till.count(tables.offers) == 1


def test_what_the_rules_forbid_is_not_stored_and_the_log_says_so(till: Till) -> None:
    case = till.open()
    answer = till.offer(case, "40 EUR", kind="trip to the moon")
    assert isinstance(answer, NotAllowed)
    assert till.count(tables.offers) == 0
    [entry] = [entry for entry in till.log() if entry.action == "offer:decided"]
    assert '"verdict":"refused"' in entry.details


def test_a_preview_says_the_same_and_writes_nothing(till: Till) -> None:
    case = till.open()
    rows = till.count(tables.audit), till.count(tables.notices)
    for amount in ("50 EUR", "50.01 EUR"):
        assert preview(till, case, amount).verdict is (
            Verdict.ALLOWED if amount == "50 EUR" else Verdict.NEEDS_APPROVAL
        )
    assert (till.count(tables.audit), till.count(tables.notices)) == rows
    assert till.count(tables.budgets) == till.count(tables.offers) == 0


def test_splitting_on_one_case_gets_no_more_through(till: Till) -> None:
    case = till.open()
    assert till.made(case, "40 EUR").state is OfferState.ALLOWED
    assert till.made(case, "40 EUR", kind="credit").state is OfferState.PENDING


def test_a_waiting_offer_counts_as_spent_and_a_declined_or_withdrawn_one_does_not(till: Till) -> None:
    case = till.open()
    waiting = till.made(case, "80 EUR")
    assert preview(till, case, "1 EUR").verdict is Verdict.NEEDS_APPROVAL
    till.decline(waiting)
    assert preview(till, case, "50 EUR").verdict is Verdict.ALLOWED
    given = till.made(case, "50 EUR")
    assert preview(till, case, "50 EUR").verdict is Verdict.NEEDS_APPROVAL
    till.withdraw(given)
    assert preview(till, case, "50 EUR").verdict is Verdict.ALLOWED


def test_a_reopened_case_remembers_what_it_got(till: Till) -> None:
    case = till.open()
    till.made(case, "50 EUR")
    till.resolve(case)
    till.reopen(case)
    assert preview(till, case, "30 EUR").verdict is Verdict.NEEDS_APPROVAL


def test_nothing_is_offered_on_a_resolved_case(till: Till) -> None:
    case = till.open()
    till.resolve(case)
    answer = till.offer(case)
    assert isinstance(answer, Refused)
    assert "Reopen" in answer.why
    assert till.count(tables.offers) == 0


def test_a_customer_is_known_again_by_name_or_reference_and_only_for_so_many_days(till: Till) -> None:
    for days_ago, reference in ((181, "a"), (180, "b"), (90, "c"), (2, "d")):
        till.clock = datetime(2026, 6, 30, 10, tzinfo=UTC)
        till.wait(days=-days_ago)
        old = till.open(text="A late order.", customer="Jane  DOE", reference=reference)
        assert till.made(old, "1 EUR", by=LENA).state is OfferState.ALLOWED
    till.clock = datetime(2026, 6, 30, 10, tzinfo=UTC)
    by_name = till.open(text="A late order.", customer="jane doe", reference="z")
    assert till.made(by_name, "1 EUR").state is OfferState.PENDING
    stranger = till.open(text="A late order.", customer="John Roe", reference="y")
    assert till.made(stranger, "1 EUR").state is OfferState.ALLOWED
    by_reference = till.open(text="A late order.", customer="J. Doe", reference="D")
    assert till.made(by_reference, "1 EUR").state is OfferState.ALLOWED, "one before, three are free"


def test_a_window_that_the_oldest_offer_has_left_lets_the_next_through(till: Till) -> None:
    for days_ago in (181, 90, 2):
        till.clock = datetime(2026, 6, 30, 10, tzinfo=UTC)
        till.wait(days=-days_ago)
        till.made(till.open(text="A late order.", customer="Jane Doe", reference=str(days_ago)), "1 EUR", by=LENA)
    till.clock = datetime(2026, 6, 30, 10, tzinfo=UTC)
    again = till.open(text="A late order.", customer="Jane Doe", reference="z")
    assert till.made(again, "1 EUR").state is OfferState.ALLOWED


def test_who_the_customer_is_can_be_said_later_and_counts_from_then(till: Till) -> None:
    nobody = [till.open(text="It is broken.", customer="", reference="") for _ in range(3)]
    for case in nobody:
        till.made(case, "1 EUR", by=LENA)
    for case in nobody:
        till.change(case, customer="Jane Doe")
    again = till.open(text="It is broken.", customer="Jane Doe", reference="")
    assert till.made(again, "1 EUR").state is OfferState.PENDING


@pytest.mark.parametrize(
    ("earlier", "later", "state"),
    [
        # The day begins at midnight in Berlin: 23:00 UTC in winter, 22:00 UTC in summer.
        ("2026-03-01T22:59:00+00:00", "2026-03-01T23:01:00+00:00", OfferState.ALLOWED),
        ("2026-03-01T23:01:00+00:00", "2026-03-02T22:59:00+00:00", OfferState.PENDING),
        ("2026-07-01T21:59:00+00:00", "2026-07-01T22:01:00+00:00", OfferState.ALLOWED),
        # The night in which the clocks go forward: the day has 23 hours.
        ("2026-03-28T22:59:00+00:00", "2026-03-28T23:01:00+00:00", OfferState.ALLOWED),
        ("2026-03-28T23:01:00+00:00", "2026-03-29T21:59:00+00:00", OfferState.PENDING),
        ("2026-03-28T23:01:00+00:00", "2026-03-29T22:01:00+00:00", OfferState.ALLOWED),
    ],
)
def test_the_day_is_the_company_s_also_when_the_clocks_change(
    till: Till, earlier: str, later: str, state: OfferState
) -> None:
    till.clock = datetime.fromisoformat(earlier)
    for number in range(6):
        till.made(till.open(text="A late order.", customer=f"Customer {number}", reference=""), "50 EUR")
    till.clock = datetime.fromisoformat(later)
    assert till.made(till.open(text="A late order.", customer="Another", reference=""), "1 EUR").state is state


def test_what_is_owed_uses_up_no_limit(till: Till) -> None:
    case = till.open()
    till.change(case, category="delivery.missed_slot")
    offered = till.made(case, "75 EUR")
    assert offered.state is OfferState.ALLOWED
    assert (str(offered.goodwill), {name: str(due) for name, due in offered.owed.items()}) == (
        "50.00 EUR",
        {"missed-visit": "25.00 EUR"},
    )
    assert decision(till.offer(case, "25 EUR")).owed == (), "it is paid once"


def test_the_month_is_added_up_for_all_and_over_the_budget_one_role_more_is_needed(till: Till) -> None:
    till.change_policy(budget=Budget(a_rule("month"), Decimal(100), Decimal(80)))
    for number, person in enumerate((ANA, BEN)):
        till.made(till.open(text="Late.", customer=f"Customer {number}", reference=""), "50 EUR", by=person)
    over = till.open(text="Late.", customer="One more", reference="")
    assert till.made(over, "1 EUR", by=ANA).state is OfferState.PENDING
    assert till.made(over, "1 EUR", by=SAM).state is OfferState.ALLOWED


def test_another_workspace_has_sums_of_its_own_and_cannot_touch_ours(till: Till) -> None:
    case = till.open()
    waiting = till.made(case, "80 EUR")
    theirs = till.open(ELSEWHERE)
    assert till.made(theirs, "50 EUR").state is OfferState.ALLOWED
    for answer in (
        till.offer(case, "10 EUR", workspace=ELSEWHERE),
        till.approve(waiting, workspace=ELSEWHERE),
        till.decline(waiting, workspace=ELSEWHERE),
        till.counter(waiting, "10 EUR", workspace=ELSEWHERE),
        till.withdraw(waiting, workspace=ELSEWHERE),
        till.mark_done(waiting, workspace=ELSEWHERE),
    ):
        assert isinstance(answer, Refused)
    assert till.expire(waiting, ELSEWHERE) is None
    assert till.stands(waiting) == waiting


def test_without_a_channel_for_approvals_nothing_waits_unseen(till: Till) -> None:
    case = till.open()
    answer = till.offer(case, "80 EUR", approvals=None)
    assert isinstance(answer, Refused)
    assert "/invite" in answer.why
    assert till.count(tables.offers) == 0
    assert till.made(case, "40 EUR", approvals=None).state is OfferState.ALLOWED


@pytest.mark.parametrize(("by", "works"), [(ANA, True), (BEN, False), (LENA, True), (MARA, True)])
def test_an_offer_is_withdrawn_by_who_made_it_or_a_lead(till: Till, by: str, works: bool) -> None:
    offered = till.made(till.open(), "40 EUR")
    answer = till.withdraw(offered, by=by)
    assert isinstance(answer, Refused) is not works
    assert till.state(offered) == ("withdrawn" if works else "allowed")


def test_the_owner_of_the_case_may_withdraw_too(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "40 EUR")
    till.take(case, by=BEN)
    assert not isinstance(till.withdraw(offered, by=BEN), Refused)


def test_after_a_reply_went_out_only_a_lead_withdraws(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "40 EUR")
    till.send(till.draft(case).id)
    assert isinstance(till.withdraw(offered), Refused)
    assert not isinstance(till.withdraw(offered, by=LENA), Refused)
    assert [*till.notices(NEWS)] == [f"{offered.id}:withdrawn"], "who offered hears of it"


def test_marked_as_done_once_with_its_reference_and_then_never_withdrawn(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "40 EUR")
    done = till.mark_done(offered, by=BEN, reference="PAY-77")
    assert (done.done_by, done.done_reference) == (BEN, "PAY-77")
    assert isinstance(till.mark_done(offered), Refused)
    assert isinstance(till.withdraw(offered, by=LENA), Refused)
    assert "make_amends" in till.card(case).case.steps
    assert till.actions(case)[-1] == "offer:done"


def test_nothing_is_given_for_an_offer_that_waits(till: Till) -> None:
    waiting = till.made(till.open(), "80 EUR")
    answer = till.mark_done(waiting)
    assert isinstance(answer, Refused)
    assert "pending" in answer.why


RISKY = "Customer Jane Doe is upset: order 10412 is three days late. She was hurt and will call her lawyer."


def test_a_risk_that_comes_up_later_freezes_what_was_allowed_until_a_lead_says_yes(till: Till) -> None:
    case = till.open()
    offered, waiting = till.made(case, "40 EUR"), till.made(case, "60 EUR")
    till.edit_report(case, RISKY)
    assert (till.state(offered), till.state(waiting)) == ("frozen", "pending")
    assert str(offered.id) in till.notices(APPROVAL)
    assert f"{offered.id}:frozen" in till.notices(NEWS)
    assert isinstance(till.mark_done(offered), Refused)
    assert "offer:frozen" in till.actions(case)
    assert isinstance(till.approve(offered, by=ANA), Refused)
    assert not isinstance(till.approve(offered, by=LENA), Refused)
    assert till.state(offered) == "approved"


def test_what_the_customer_has_already_is_not_frozen(till: Till) -> None:
    case = till.open()
    offered = till.made(case, "40 EUR")
    till.mark_done(offered)
    till.edit_report(case, RISKY)
    assert till.state(offered) == "allowed"


def test_sums_and_the_log_are_whole_after_all_of_it(till: Till) -> None:
    case = till.open()
    till.mark_done(till.made(case, "40 EUR"))
    till.approve(till.made(case, "60 EUR"))
    till.withdraw(till.made(case, "10 EUR", by=LENA), by=LENA)
    [row] = till.look(lambda session: session.execute(tables.spendings.select()).all())
    assert (row.currency, row.goodwill, row.done) == ("EUR", 10000, 4000)
    assert till.broken_link() is None


# What was granted is owed


def handing_over(till: Till, case: Case) -> list[tuple[str, State]]:
    """What is to be handed over on a case, and how that stands; in the order it came up."""
    kept = till.look(lambda session: followups.of_case(session, case.id))
    return [(each.follow_up.about, each.follow_up.state) for each in kept if each.follow_up.kind is Kind.FULFILMENT]


def granted(till: Till, case: Case) -> followups.Kept:
    """The last thing to be handed over on a case."""
    kept = till.look(lambda session: followups.of_case(session, case.id))
    return [each for each in kept if each.follow_up.kind is Kind.FULFILMENT][-1]


def test_what_is_allowed_is_owed_at_once_and_reminded_of_and_what_waits_only_with_the_yes(till: Till) -> None:
    at_once, later = till.open(), till.open()
    till.made(at_once, "50 EUR")
    assert handing_over(till, at_once) == [("refund of 50.00 EUR", State.OPEN)]
    reminder = f"{granted(till, at_once).id}:warning"
    assert till.notices(REMINDER)[reminder].due_at < granted(till, at_once).follow_up.due_at
    waiting = till.made(later, "50.01 EUR")
    assert handing_over(till, later) == []
    till.approve(waiting)
    assert handing_over(till, later) == [("refund of 50.01 EUR", State.OPEN)]


def test_of_a_counter_offer_the_sum_that_was_taken_is_owed(till: Till) -> None:
    case = till.open()
    waiting = till.made(case, "80 EUR")
    till.counter(waiting, "60 EUR")
    assert handing_over(till, case) == []
    till.accept(waiting)
    assert handing_over(till, case) == [("refund of 60.00 EUR", State.OPEN)]


def test_done_settles_what_is_owed_and_withdrawn_drops_it(till: Till) -> None:
    case = till.open()
    first, second = till.made(case, "20 EUR"), till.made(case, "10 EUR", kind="credit")
    till.mark_done(first, by=BEN)
    assert handing_over(till, case) == [("refund of 20.00 EUR", State.DONE), ("credit of 10.00 EUR", State.OPEN)]
    till.withdraw(second)
    assert handing_over(till, case)[1] == ("credit of 10.00 EUR", State.CANCELLED)
    kept = till.look(lambda session: followups.of_case(session, case.id))
    assert [each.ended_by for each in kept if each.follow_up.state is State.DONE] == [BEN]


@pytest.mark.parametrize("clock_stands", [False, True])
def test_what_is_frozen_is_not_owed_until_a_lead_says_yes_again(till: Till, clock_stands: bool) -> None:
    if clock_stands:
        till.wait(minutes=1)
    case = till.open()
    offered = till.made(case, "40 EUR")
    till.edit_report(case, RISKY)
    assert [state for _, state in handing_over(till, case)] == [State.CANCELLED]
    till.approve(offered, by=LENA)
    assert [state for _, state in handing_over(till, case)] == [State.CANCELLED, State.OPEN]
    till.mark_done(offered)
    assert [state for _, state in handing_over(till, case)] == [State.CANCELLED, State.DONE]


def test_a_reply_and_the_end_of_the_case_leave_it_owed(till: Till) -> None:
    case = till.open()
    till.made(case, "40 EUR")
    till.send(till.draft(case).id)
    till.resolve(case)
    assert [state for _, state in handing_over(till, case)] == [State.OPEN]


def test_only_marking_the_offer_says_that_the_customer_has_it(till: Till) -> None:
    case = till.open()
    till.made(case, "40 EUR")
    answer = till.do(done, till.content, case.workspace, granted(till, case).id, words="", by=ANA)
    assert isinstance(answer, Refused)
    assert "Mark as done" in answer.why
    assert [state for _, state in handing_over(till, case)] == [State.OPEN]
