"""Everything drawn about offers: within Slack's limits, and harmless whatever people typed."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approval import Step
from bot.domain.authority import Decision, decide
from bot.domain.complaint import clean
from bot.domain.money import Money, parse
from bot.domain.offer import Answer, Answered, Comparable, History, Offered, OfferState
from bot.domain.team import Role
from bot.flows.approval_card import ApprovalCard
from bot.slack.blocks import approvals, offers
from tests.builders import a_case, a_complaint, a_policy, an_offer, an_offered, details, spent
from tests.slack.limits import message_faults, view_faults
from tests.slack.looks import golden_names, is_golden
from tests.slack.test_hostile_text import texts_in

AT = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
EVIL = "<!channel> <@U0EVIL> <http://evil.example|here> & *bold* " * 60
NOTHING = Money(Decimal(0), "EUR")


def decision(amount: str = "80 EUR", **given_: Any) -> Decision:
    return decide(an_offer(amount, **given_), spent(), a_policy(), AT)


def shown(offered: Offered, **given_: Any) -> ApprovalCard:
    case = a_case(complaint=a_complaint(text=EVIL), details=details(customer=EVIL[:150], reference=EVIL[:150]))
    values: dict[str, Any] = {
        "case": case,
        "reason": "Late",
        "offered": offered,
        "decision": decision(),
        "answers": [Answered(7, "U0LENA", Answer.YES, offered.amount, "", AT)] * 2,
        "customer": History(3, parse("60 EUR"), 1),
        "agent": History(0, NOTHING, 0),
        "comparable": Comparable(5, parse("30 EUR"), parse("10 EUR"), parse("60 EUR")),
        "place": None,
    }
    return ApprovalCard(**{**values, **given_})


def is_harmless(value: Any) -> bool:
    """Whether nothing that was typed is read as markup."""
    return not any("<!channel" in text or "<@U0EVIL" in text or "<http" in text for text in marked(value))


def marked(value: Any) -> list[str]:
    return texts_in(value, markup_only=True)


DECIDED: dict[str, Any] = {"decided_by": "U0LENA", "decided_at": AT}
TIDY = a_case(details=details(customer="Jane Doe", reference="10412"))
YES = Answered(7, "U0LENA", Answer.YES, parse("80 EUR"), "", AT)


def looks(state: OfferState, *, about: str | None = None, risks: tuple[str, ...] = (), **given_: Any) -> ApprovalCard:
    """A card as an approver sees it: nothing on it is hostile."""
    case = replace(TIDY, details=replace(TIDY.details, about=about, risks=risks))
    given_ = {"answers": [], "case": case, **given_}
    offered = {"asked": parse("80 EUR"), **given_.pop("offered", {})}
    return shown(an_offered(state=state, note="Third delay in a row.", **offered), **given_)


CARDS: dict[str, ApprovalCard] = {
    "waiting": looks(OfferState.PENDING),
    "waiting-for-a-second-yes": looks(
        OfferState.PENDING,
        answers=[YES],
        offered={"amount": parse("2001 EUR"), "asked": parse("2001 EUR"), "people": 2, "waits_for": Role.MANAGER},
        decision=decision("2001 EUR", loss="9000 EUR"),
    ),
    "waiting-about-a-colleague": looks(OfferState.PENDING, about="U0BEN"),
    "frozen": looks(OfferState.FROZEN, risks=("legal",), offered=DECIDED, decision=decision(risks=("legal",))),
    "countered": looks(
        OfferState.COUNTERED, offered={**DECIDED, "decided_at": None, "amount": parse("60 EUR"), "why": "Half will do."}
    ),
    "approved-with-another-sum": looks(OfferState.APPROVED, offered={**DECIDED, "amount": parse("60 EUR")}),
    "approved": looks(OfferState.APPROVED, answers=[YES], offered=DECIDED),
    "approved-by-a-stand-in": looks(
        OfferState.APPROVED,
        answers=[replace(YES, by="U0BEN", lent_by="U0LENA")],
        offered={**DECIDED, "decided_by": "U0BEN"},
    ),
    "approved-by-two": looks(OfferState.APPROVED, answers=[YES, replace(YES, by="U0MARA")], offered=DECIDED),
    "declined": looks(OfferState.DECLINED, offered={**DECIDED, "why": "They had one last week."}),
    "withdrawn": looks(OfferState.WITHDRAWN, offered={**DECIDED, "decided_by": "U0ANA"}),
    "expired": looks(OfferState.EXPIRED, offered={"decided_at": AT}),
}
FORMS: dict[str, dict[str, Any]] = {
    "form-allowed": offers.offer_form(
        TIDY, a_policy(), {"offer.amount": "40", "offer.loss": "100"}, decision("40 EUR"), Role.AGENT
    ),
    "form-needs-approval": offers.offer_form(
        TIDY, a_policy(), {"offer.amount": "80", "offer.loss": "100"}, decision("80 EUR"), Role.AGENT
    ),
    "form-decline": approvals.decline_form("R-1001", an_offered(), ""),
    "form-counter": approvals.counter_form("R-1001", an_offered(), ""),
    "form-done": offers.done_form(TIDY, an_offered(state=OfferState.APPROVED, **DECIDED), ""),
}


@pytest.mark.parametrize("name", CARDS)
def test_an_approval_card_looks_as_agreed(name: str) -> None:
    text, blocks = approvals.card(CARDS[name], "https://example.slack.com/archives/C1/p1", marker="notice-3")
    assert message_faults(text, blocks) == []
    is_golden(f"offers/{name}", {"text": text, "blocks": blocks})


@pytest.mark.parametrize("name", FORMS)
def test_a_form_about_an_offer_looks_as_agreed(name: str) -> None:
    assert view_faults(FORMS[name]) == []
    is_golden(f"offers/{name}", FORMS[name])


def test_every_golden_file_is_compared_with_something() -> None:
    assert golden_names("offers") == {*CARDS, *FORMS}


HOSTILE = an_offered(note=EVIL, item=EVIL, why=EVIL, done_reference=EVIL[:200], decided_by="U0LENA", decided_at=AT)


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("done", [False, True])
def test_whatever_people_typed_each_state_is_drawn_within_the_limits_and_pings_nobody(
    state: OfferState, done: bool
) -> None:
    offered = replace(HOSTILE, state=state, done_at=AT if done else None, done_by="U0ANA" if done else None)
    text, card = approvals.card(shown(offered), None, marker="notice-1")
    assert message_faults(text, card) == []
    assert is_harmless(card)
    assert "<!channel" not in text
    on_card = offers.on_card([offered] * 12)
    assert message_faults("x", on_card) == [] if on_card else True
    assert is_harmless(on_card)
    assert len(on_card) <= 2 * offers.MOST_SHOWN + 1
    told, buttons = offers.news(a_case(), offered)
    assert len(told) < 2900
    assert is_harmless([{"type": "mrkdwn", "text": told}])
    assert len(buttons) <= 2


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: offers.offer_form(a_case(), a_policy(), {}, "Write an amount.", Role.AGENT),
        lambda: offers.offer_form(a_case(), a_policy(), {"offer.kind": "gift"}, decision(), Role.AGENT),
        lambda: offers.offer_form(a_case(), a_policy(), {"offer.note": EVIL, "offer.amount": EVIL}, EVIL, None),
        lambda: offers.done_form(a_case(), HOSTILE, "home"),
        lambda: approvals.decline_form("R-1001", HOSTILE, "home"),
        lambda: approvals.counter_form("R-1001", HOSTILE, "home"),
    ],
)
def test_forms_are_within_the_limits(drawn: Any) -> None:
    view = drawn()
    assert view_faults(view) == []
    assert is_harmless(view["blocks"])


def test_reasons_for_leads_only_are_not_in_the_agents_form_and_are_on_the_card() -> None:
    many = decide(an_offer("10 EUR"), spent(customer=_often()), a_policy(), AT)
    form = offers.offer_form(a_case(), a_policy(), {}, many, Role.AGENT)
    card = approvals.card(shown(an_offered(), decision=many), None, marker="notice-1")[1]
    assert not any("had 3 offers" in text or "customer" in text for text in marked(form["blocks"]))
    assert any("customer" in text for text in marked(card))


def _often() -> dict[int, Any]:
    from bot.domain.authority import Tally

    return {180: Tally(3, Decimal(60)), 365: Tally(3, Decimal(60))}


def test_money_is_asked_about_before_it_is_given() -> None:
    for buttons in (
        approvals.card(shown(an_offered()), None, marker="m")[1][-1]["elements"][:1],
        offers.answers(an_offered(state=OfferState.COUNTERED))[:1],
    ):
        assert "80.00 EUR" in buttons[0]["confirm"]["text"]["text"]


@given(st.text(max_size=400), st.sampled_from(list(OfferState)))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_drawn(text: str, state: OfferState) -> None:
    text = clean(text)  # as every field of a form is
    offered = an_offered(note=text, item=text[:200], why=text, state=state, decided_by="U0LENA", decided_at=AT)
    fallback, card = approvals.card(shown(offered), None, marker="notice-1")
    assert message_faults(fallback, card) == []
    assert message_faults("x", [*offers.on_card([offered]), *card]) == [] or len(card) > 40


def test_a_reminder_names_who_is_called() -> None:
    said = approvals.reminder("R-1001", an_offered(), Step.CALL_HIGHER, "<@U0MARA>")
    assert said.startswith("<@U0MARA>: nobody has answered yet")


@pytest.mark.parametrize(
    ("history", "like", "expected"),
    [
        (History(1, parse("60 EUR"), 0), Comparable(1, *[parse("30 EUR")] * 3), ("1 offer, 60.00", "one, 30.00 EUR")),
        (
            History(2, parse("60 EUR"), 0),
            Comparable(2, parse("30 EUR"), parse("10 EUR"), parse("30 EUR")),
            ("2 offers, 60.00", "2, median 30.00 EUR, from 10.00 EUR to 30.00 EUR"),
        ),
    ],
)
def test_one_is_not_counted_as_many(history: History, like: Comparable, expected: tuple[str, str]) -> None:
    offered = an_offered(state=OfferState.PENDING)
    _, card = approvals.card(shown(offered, customer=history, comparable=like), None, marker="notice-1")
    said = "\n".join(texts_in(card))
    assert expected[0] in said
    assert expected[1] in said
