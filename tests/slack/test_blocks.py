"""Cards and forms as Slack gets them: golden files for what they look like, properties for what holds for any text.

After a change that is meant, `AMENDS_WRITE_GOLDEN=1 pytest tests/slack/test_blocks.py` writes the golden files anew;
read their diff before you commit it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.bundle import Content
from bot.domain.cadence import Wait
from bot.domain.case import Case, Details, Status
from bot.domain.complaint import Complaint, Door, clean
from bot.domain.draft import MAX_TEXT, Draft, DraftState, Promise, PromiseState, Reply
from bot.domain.duty import Suggestion
from bot.domain.followup import FollowUp, Kind
from bot.domain.taxonomy import OUTCOMES, RISKS, Severity, category_keys
from bot.domain.template import RECOVERY_STEPS, Channel, Value
from bot.domain.triage import Guess, Triage
from bot.flows.cards import Card
from bot.flows.desk import Desk, checked
from bot.flows.history import Setting
from bot.slack.blocks import cases, drafts
from bot.slack.blocks import replies as reply_blocks
from bot.slack.blocks.common import literal, shorten
from bot.slack.blocks.replies import ReplyForm, SentForm
from bot.slack.payloads import Shown
from tests.slack.limits import message_faults, view_faults
from tests.slack.looks import golden_names, is_golden
from tests.slack.test_hostile_text import pings, texts_in

AT = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
REPLY = "Hello Jane,\n\nI am sorry that your order is late. I will write to you today.\n\nAna"


def a_complaint(**given: Any) -> Complaint:
    values: dict[str, Any] = {
        "source": "message:C0COMPLAIN:1772800001.000100",
        "door": Door.MESSAGE,
        "text": "Jane Doe's order 10412 is three days late & she <is> upset",
        "channel": "C0COMPLAIN",
        "thread_ts": "1772800001.000100",
        "reporter": "U0ANAAGENT",
        "reporter_name": "Ana",
    }
    return Complaint(**{**values, **given})


def a_case(**given: Any) -> Case:
    details = Details(
        "delivery.late",
        Severity.MODERATE,
        customer="Jane Doe",
        reference="10412",
        guessed=(
            ("category", ("late",)),
            ("severity", ()),
            ("customer", ("Jane Doe",)),
            ("reference", ("order 10412",)),
        ),
    )
    values: dict[str, Any] = {
        "id": 7,
        "workspace": "T0AMENDS01",
        "number": 1042,
        "complaint": a_complaint(),
        "details": details,
        "status": Status.OPEN,
        "owner": None,
        "steps": frozenset(),
        "opened_at": AT,
    }
    return Case(**{**values, **given})


def a_draft(**given: Any) -> Draft:
    values: dict[str, Any] = {
        "id": 11,
        "case_id": 7,
        "template_id": "late-delivery",
        "text": REPLY,
        "state": DraftState.SUGGESTED,
    }
    return Draft(**{**values, **given})


PROMISED = Value("promised", "Which day or time was the customer given?")
REPLIED = (Reply(7, 11, REPLY, frozenset({"acknowledge", "apologise"}), "U0ANAAGENT"), AT + timedelta(minutes=5))
RISKY = Details(
    "trust.privacy", Severity.CRITICAL, ("data_breach", "legal"), "", "", (("risks", ("my data", "lawyer")),)
)

DUE = FollowUp(7, Kind.FIRST_REPLY, AT, Wait(timedelta(hours=1)), AT, timedelta(hours=1), AT + timedelta(hours=1))
RUDE = Details("service_manner.rude", Severity.SERIOUS, about="U0ANAAGENT")
CARDS: dict[str, Card] = {
    "card-new": Card(a_case(), a_draft(missing=("promised",)), [], DUE),
    "card-with-suggested-owner": Card(a_case(), a_draft(), [], suggested=Suggestion("U0BENAGENT", 1)),
    "card-needs-details": Card(a_case(), a_draft(text="", missing=("promised",)), []),
    "card-taken-and-chosen": Card(a_case(owner="U0ANAAGENT"), a_draft(state=DraftState.CHOSEN, edited=True), []),
    "card-with-risk": Card(a_case(details=RISKY), a_draft(template_id="playbook-data-privacy"), []),
    "card-answered": Card(
        a_case(
            status=Status.ANSWERED,
            owner="U0ANAAGENT",
            first_replied_at=AT + timedelta(minutes=5),
            steps=frozenset({"acknowledge", "apologise"}),
        ),
        None,
        [REPLIED],
    ),
    "card-answered-with-faults": Card(
        a_case(status=Status.ANSWERED, owner="U0ANAAGENT", first_replied_at=AT + timedelta(minutes=5)),
        None,
        [(replace(REPLIED[0], channel=Channel.CHAT, broken=(("a", "Sorry if"),), unapproved=("80 euros",)), AT)],
    ),
    "card-answered-with-promises": Card(
        a_case(status=Status.ANSWERED, owner="U0ANAAGENT", first_replied_at=AT + timedelta(minutes=5)),
        None,
        [REPLIED],
        [
            Promise(1, 7, 1, "by Tuesday", AT + timedelta(days=4), "U0ANAAGENT", AT),
            Promise(2, 7, 1, "<today>", AT + timedelta(hours=4), "U0ANAAGENT", AT),
            Promise(3, 7, 1, "at noon", AT, "U0ANAAGENT", AT, PromiseState.KEPT),
        ],
    ),
    "card-resolved": Card(
        a_case(
            status=Status.RESOLVED,
            owner="U0ANAAGENT",
            resolved_at=AT + timedelta(hours=2),
            outcome="refunded",
            resolution="Sent a new one & called <her>",
            steps=frozenset({"acknowledge", "document"}),
        ),
        a_draft(),
        [REPLIED],
    ),
    "card-resolved-and-still-to-be-checked": Card(
        a_case(status=Status.RESOLVED, owner="U0ANAAGENT", resolved_at=AT, outcome="refunded"), None, [], checked=True
    ),
    "card-about-a-colleague": Card(a_case(details=RUDE), None, []),
    "card-waiting": Card(
        a_case(status=Status.ANSWERED, owner="U0ANAAGENT", first_replied_at=AT, waiting_since=AT + timedelta(hours=1)),
        None,
        [],
    ),
    "card-of-a-command": Card(
        a_case(complaint=a_complaint(door=Door.COMMAND, thread_ts=None, reporter_name="Ana <b>")), a_draft(), []
    ),
    "card-report-edited-and-deleted": Card(
        a_case(report_edited_at=AT + timedelta(minutes=1), report_deleted_at=AT + timedelta(minutes=2)), a_draft(), []
    ),
}
FORMS: dict[str, dict[str, Any]] = {
    "form-report": cases.report_form("C0COMPLAIN"),
    "form-details": cases.details_form(a_case()),
    "form-details-about-a-colleague": cases.details_form(a_case(details=RUDE)),
    "form-resolution": cases.resolution_form(a_case(), {"partner.carrier": "Carrier"}),
    "form-satisfaction": cases.satisfaction_form(a_case(status=Status.RESOLVED)),
}


STOPPED = "I will refund 80 euros by Tuesday. Sorry if you were upset, <Jane> & co."
DESK = Desk(a_case(), a_draft(), Setting(), {})


def a_reply_form(content: Content, **given: Any) -> dict[str, Any]:
    """The form behind Edit, for one text."""
    text, channel = str(given.get("text", REPLY)), given.get("channel", Channel.EMAIL)
    values: dict[str, Any] = {
        "case": a_case(),
        "draft": a_draft(),
        "shown": Shown(11, "late-delivery", channel, "d1be", 1),
        "channel": channel,
        "chosen": "late-delivery",
        "responses": [each for each in content.templates if each.id in ("late-delivery", "general", "wrong-item")],
        "find": "",
        "questions": [],
        "text": text,
        "checked": checked(content, DESK, text, channel, today=AT),
    }
    return reply_blocks.reply_form(ReplyForm(**{**values, **given}))


def a_sent_form(content: Content, text: str, **given: Any) -> dict[str, Any]:
    """The form behind Mark as sent, for one text."""
    found = checked(content, DESK, text, Channel.EMAIL, today=AT)
    return reply_blocks.sent_form(SentForm(a_case(), a_draft(), Channel.EMAIL, text, found, **given))


REPLY_FORMS: dict[str, Callable[[Content], dict[str, Any]]] = {
    "form-reply": a_reply_form,
    "form-reply-with-questions": lambda content: a_reply_form(content, text="", questions=[(PROMISED, "Friday")]),
    "form-reply-stopped-for-a-lead": lambda content: a_reply_form(
        content,
        text=STOPPED,
        channel=Channel.CHAT,
        may_override=True,
        offer="Use “Late delivery” instead",
        notice=":warning: Look.",
    ),
    "form-reply-found-nothing": lambda content: a_reply_form(content, responses=[], find="zebra"),
    "form-sent": lambda content: a_sent_form(content, REPLY),
    "form-sent-that-is-long": lambda content: a_sent_form(content, "I see. " * 420, rest="That is all."),
    "form-sent-with-a-day-to-ask-about": lambda content: a_sent_form(content, "I will call you by 04/05."),
    "form-sent-that-should-not-leave": lambda content: a_sent_form(content, STOPPED, notice="Look."),
    "preview-chat": lambda content: reply_blocks.preview("One.\n\nTwo <b>.", Channel.CHAT, a_case()),
    "preview-email": lambda content: reply_blocks.preview(REPLY, Channel.EMAIL, a_case()),
}


@pytest.mark.parametrize("name", REPLY_FORMS)
def test_a_form_about_a_reply_looks_as_agreed(name: str, content: Content) -> None:
    form = REPLY_FORMS[name](content)
    assert view_faults(form) == []
    is_golden(name, form)


def drawn(card: Card, content: Content) -> dict[str, Any]:
    questions = [PROMISED] if card.draft is not None and card.draft.missing else []
    text = card.draft.text if card.draft else ""
    advice = [*drafts.missing(questions), *drafts.advice(content.check(text))]
    text, blocks = cases.card(card, advice, marker="notice-3")
    return {"text": text, "blocks": blocks}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_agreed(name: str, content: Content) -> None:
    message = drawn(CARDS[name], content)
    assert message_faults(message["text"], message["blocks"]) == []
    is_golden(name, message)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_looks_as_agreed(name: str) -> None:
    assert view_faults(FORMS[name]) == []
    is_golden(name, FORMS[name])


def test_every_golden_file_is_compared_with_something() -> None:
    assert golden_names() == {*CARDS, *FORMS, *REPLY_FORMS}


def test_the_first_block_of_every_card_carries_its_marker(content: Content) -> None:
    assert {drawn(card, content)["blocks"][0]["block_id"] for card in CARDS.values()} == {"notice-3"}


@pytest.mark.parametrize(
    ("risks", "unsure"),
    [
        ([Guess("data_breach", ("my data",), 0.7)], True),
        ([Guess("data_breach", ("my data",), 1.0)], False),
        ([Guess("press", ("my data",), 0.7)], False),  # heard, but taken back on the case
    ],
)
def test_the_card_says_when_a_risk_was_only_heard(risks: list[Guess], *, unsure: bool) -> None:
    risky = next(card for card in CARDS.values() if "data_breach" in card.case.details.risks)
    guesses = Triage(Guess("other"), Guess("S2"), risks=tuple(risks))
    _, blocks = cases.card(risky, [], guesses, marker="notice-3")
    assert ("No rule names Data breach: it only sounds like it" in str(blocks)) == unsure
    assert message_faults("x", blocks) == []


def test_buttons_carry_ids_and_nothing_else(content: Content) -> None:
    for card in CARDS.values():
        for block in drawn(card, content)["blocks"]:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                assert element["value"] == ("11" if element["action_id"].startswith("drafts.") else "7")


@pytest.mark.parametrize("name", CARDS)
def test_the_fallback_says_what_matters(name: str, content: Content) -> None:
    case, text = CARDS[name].case, drawn(CARDS[name], content)["text"]
    assert "R-1042" in text
    assert case.details.severity.label in text
    if case.status is Status.RESOLVED:
        assert OUTCOMES[case.outcome or ""] in text
    duty = CARDS[name].duty
    if duty is not None:
        assert f"First reply due {duty.due_at:%Y-%m-%d %H:%M} UTC" in text
    if case.waiting_since is not None:
        assert "Waiting for the customer" in text


def test_a_resolved_card_offers_only_to_reopen_and_to_keep_what_the_customer_says(content: Content) -> None:
    blocks = drawn(CARDS["card-resolved"], content)["blocks"]
    buttons = [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert buttons == ["cases.satisfaction", "cases.reopen"]


def test_a_case_that_is_not_resolved_can_be_given_amends(content: Content) -> None:
    for card in CARDS.values():
        assert ("Offer amends" in json.dumps(drawn(card, content))) == (card.case.status is not Status.RESOLVED)


def test_every_category_and_severity_can_be_chosen_in_the_form() -> None:
    for key in category_keys():
        for severity in Severity:
            details = replace(a_case().details, category=key, severity=severity)
            form = cases.details_form(a_case(details=details))
            assert view_faults(form) == []
            chosen = [block["element"]["initial_option"]["value"] for block in form["blocks"][1:3]]
            assert chosen == [key, severity.value]


# any text

WILD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
MARKS = [
    "<!channel>",
    "<@U0BENAGENT>",
    "<https://a.b|c>",
    "&lt;",
    "&",
    "*b*",
    "\u202e",
    "👩‍👩‍👧‍👦",
    "\u200b",
    "\n\n",
    "x" * 999,
    "`",
    "```",
]
TYPED = st.lists(st.one_of(WILD, st.sampled_from(MARKS)), max_size=8).map("".join)
LONG = st.builds(lambda text, times: (text * times)[:40_000], TYPED, st.sampled_from([1, 1, 1, 40, 2000]))
CASES = st.builds(
    a_case,
    id=st.integers(1, 2**62),
    number=st.integers(1001, 2**31 - 1),
    complaint=st.builds(
        a_complaint,
        text=LONG.map(lambda text: clean(text).strip() or "x"),
        door=st.sampled_from(Door),
        thread_ts=st.sampled_from([None, "1772800001.000100"]),
        reporter_name=st.one_of(st.none(), TYPED),
    ),
    details=st.builds(
        Details,
        category=st.sampled_from(category_keys()),
        severity=st.sampled_from(Severity),
        risks=st.lists(st.sampled_from(sorted(RISKS)), unique=True).map(tuple),
        customer=TYPED.map(lambda text: text[:200]),
        reference=TYPED.map(lambda text: text[:200]),
        guessed=st.lists(
            st.tuples(
                st.sampled_from(["category", "severity", "risks", "customer", "reference"]),
                st.lists(TYPED, max_size=9).map(tuple),
            ),
            max_size=5,
            unique_by=lambda pair: pair[0],
        ).map(tuple),
    ),
    status=st.sampled_from(Status),
    owner=st.sampled_from([None, "U0ANAAGENT"]),
    steps=st.sets(st.sampled_from([step.key for step in RECOVERY_STEPS])).map(frozenset),
    first_replied_at=st.sampled_from([None, AT]),
    resolved_at=st.sampled_from([None, AT]),
    outcome=st.sampled_from([None, *OUTCOMES]),
    resolution=TYPED.map(lambda text: text[:2000]),
    report_edited_at=st.sampled_from([None, AT]),
    report_deleted_at=st.sampled_from([None, AT]),
)
DRAFTS = st.builds(
    a_draft,
    id=st.integers(1, 2**62),
    text=LONG.map(lambda text: clean(text).strip()[:MAX_TEXT]),
    state=st.sampled_from([DraftState.SUGGESTED, DraftState.CHOSEN]),
    edited=st.booleans(),
    missing=st.sampled_from([(), ("promised",)]),
)
REPLIES = st.lists(st.builds(lambda text: (replace(REPLIED[0], text=text.strip()), AT), LONG), max_size=2)
OFTEN = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@OFTEN
@given(case=CASES, draft=st.one_of(st.none(), DRAFTS), replies=REPLIES)
def test_any_card_fits_into_slack_and_pings_nobody(
    content: Content, case: Case, draft: Draft | None, replies: list[tuple[Reply, datetime]]
) -> None:
    message = drawn(Card(case, draft, replies), content)
    assert message_faults(message["text"], message["blocks"]) == []
    assert pings([*texts_in(message["blocks"], markup_only=True), message["text"]]) == []
    assert case.reference in message["text"]
    assert case.details.severity.label in message["text"]
    assert len(json.dumps(message["blocks"])) < 100_000


@OFTEN
@given(case=CASES)
def test_any_form_fits_into_slack(case: Case) -> None:
    forms = (
        cases.details_form(case),
        cases.resolution_form(case, {"partner.carrier": "Carrier"}),
        cases.satisfaction_form(case),
        cases.report_form(case.complaint.channel, case.complaint.text),
    )
    assert [view_faults(form) for form in forms] == [[]] * len(forms)


@OFTEN
@given(case=CASES, draft=DRAFTS, text=LONG.map(lambda text: clean(text).strip()[:MAX_TEXT]), reason=TYPED)
def test_any_form_about_a_reply_fits_into_slack_and_pings_nobody(
    content: Content, case: Case, draft: Draft, text: str, reason: str
) -> None:
    text = f"{text} I will refund 80 euros by 04/05. Sorry if {text}"[:MAX_TEXT]
    found = checked(content, Desk(case, draft, Setting(), {}), text, Channel.CHAT, today=AT)
    ask = [(PROMISED, clean(reason)[:150])]
    forms = (
        a_reply_form(content, case=case, draft=draft, text=text, checked=found, questions=ask, reason=reason[:500]),
        reply_blocks.sent_form(SentForm(case, draft, Channel.EMAIL, text or "x", found, "")),
        reply_blocks.preview(text, Channel.CHAT, case),
        reply_blocks.preview(text, Channel.EMAIL, case),
    )
    assert [view_faults(form) for form in forms] == [[]] * 4
    assert [pings(texts_in(form["blocks"], markup_only=True)) for form in forms] == [[]] * 4


@OFTEN
@given(text=TYPED)
def test_any_answer_to_a_person_fits_and_pings_nobody(content: Content, text: str) -> None:
    # On a line of its own first: a text that begins with > makes what follows it a quotation.
    found = content.check(f"I am sorry if you were upset.\n{text} We never do that. {text} Sorry if you were upset.")
    assert 0 < len(drafts.blocked(found)) <= 2000
    assert 0 < len(drafts.checked(found)) <= 3000
    assert pings([drafts.checked(found)]) == []
    assert pings([cases.summary(a_case(complaint=a_complaint(text=text)), None)]) == []


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_what_people_typed_is_never_markup(card: Card, content: Content) -> None:
    evil = "<!channel> <@U0EVIL0001> *bold*"
    complaint = replace(card.case.complaint, text=evil, reporter_name=evil)
    details = replace(
        card.case.details, customer=evil, reference=evil, guessed=(("category", (evil,)), ("risks", (evil,)))
    )
    case = replace(card.case, complaint=complaint, details=details, resolution=evil)
    draft = replace(card.draft, text=evil) if card.draft else None
    message = drawn(Card(case, draft, [(replace(reply, text=evil), at) for reply, at in card.replies]), content)
    marked = texts_in(message["blocks"], markup_only=True)
    assert pings([*marked, message["text"]]) == []
    assert any("&lt;!channel&gt;" in text for text in marked)


@OFTEN
@given(text=LONG.map(lambda text: clean(text).strip() or "x"))
def test_a_text_of_any_length_is_split_into_blocks_that_fit_and_lose_no_letter(text: str) -> None:
    blocks = literal(text)
    assert message_faults("x", blocks) == []
    assert "".join("".join(texts_in(blocks)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three four", "one two three four"),
        (f"{'word ' * 20}end", "word word word"),
        (f"{'word ' * 3}and\n{'word ' * 20}", "word word word and"),
        ("x" * 100, "x" * 22),
    ],
    ids=["fits", "between words", "at the end of a line", "no word ends near"],
)
def test_a_text_is_cut_between_words_and_says_so(text: str, expected: str) -> None:
    cut = shorten(text, 60)
    assert len(cut) <= 60
    kept, said, _ = cut.partition(" … (shortened, ")
    assert bool(said) == (len(text) > 60)
    assert kept.replace("\n", " ").startswith(expected)
    assert len(expected) <= len(kept) <= len(expected) + 5
