"""A case's card and the forms about a case."""

from collections.abc import Mapping

from bot.domain.case import Case, Status, rests_with_customer
from bot.domain.complaint import Complaint, Door
from bot.domain.followup import FollowUp, State
from bot.domain.taxonomy import OUTCOMES, RISKS, Severity, category_keys, category_label
from bot.domain.template import RECOVERY_STEPS
from bot.domain.triage import Triage
from bot.flows.cards import Card
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks import offers as offer_blocks
from bot.slack.blocks.common import (
    MOST_BOXES,
    Block,
    actions,
    button,
    checkboxes,
    confirm,
    context,
    date,
    divider,
    escape,
    form,
    label,
    literal,
    mrkdwn,
    one_line,
    picker_input,
    section,
    select_input,
    shorten,
    text_input,
)
from bot.slack.ids import Field, Form, Press

SMALL_PRINT = 1900
"""Characters of one text in small print: Slack's limit is 2000."""

COMPLAINT_SHOWN = 900
"""Characters of the complaint that the card repeats; the whole is in the thread and in the case."""

UNREAD = (
    ":warning: I could not make out what this is about, and try again. Look for a risk yourself, and say with "
    "*Change details* what it is. Your admin finds the reason in the log, by the case's number."
)

_STATUS = {Status.OPEN: "Open", Status.ANSWERED: "Answered", Status.RESOLVED: "Resolved"}
_SEVERITIES = {
    Severity.MINOR: "S1 minor: an annoyance, put right at once",
    Severity.MODERATE: "S2 moderate: time or money lost, or a broken promise",
    Severity.SERIOUS: "S3 serious: large loss, second failure, distress",
    Severity.CRITICAL: "S4 critical: safety, law, rights, data, press",
}


def card(
    shown: Card, advice: list[Block], guesses: Triage | None = None, *, marker: str, colleague: str = "a colleague"
) -> tuple[str, list[Block]]:
    """The card's fallback text and blocks. `marker` is the first block's id, by which the message is found again.

    `guesses` are what the text seems to say, for how sure each guess on the card is and for the language.
    `colleague` is the name of the suggested owner: a name, because a suggestion calls nobody.
    """
    case, draft = shown.case, shown.draft
    blocks = [section(_headline(case), block_id=marker), *_risks(case, guesses), _facts(shown), _steps(case)]
    blocks += literal(shorten(case.complaint.text, COMPLAINT_SHOWN))
    blocks += _notes(case, guesses)
    blocks += offer_blocks.on_card(shown.offers)
    suggested = shown.suggested if case.owner is None and case.status is not Status.RESOLVED else None
    if suggested is not None:
        cases = f"{suggested.open} open {'case' if suggested.open == 1 else 'cases'}"
        blocks.append(context(f"Suggested owner: {escape(one_line(colleague, 80))} ({cases})"))
    blocks.append(_case_buttons(case, may_assign=suggested is not None, checked=shown.checked))
    for reply, sent_at in shown.replies[-1:]:
        blocks += [*draft_blocks.sent(reply, sent_at), *draft_blocks.promised(shown.promises)]
    if draft is not None and case.status is not Status.RESOLVED:
        blocks += [divider(), *draft_blocks.offered(draft, advice)]
    return _fallback(shown), blocks


def _headline(case: Case) -> str:
    parts = [
        f"*{case.reference}*",
        category_label(case.details.category),
        f"{case.details.severity} {case.details.severity.label}",
        _STATUS[case.status],
    ]
    if case.outcome:
        parts.append(OUTCOMES.get(case.outcome, case.outcome))
    return "  ·  ".join(parts)


def _risks(case: Case, guesses: Triage | None) -> list[Block]:
    if not case.details.risks:
        return []
    heard = [each for each in (guesses.risks if guesses else ()) if each.value in case.details.risks and each.sure < 1]
    names = ", ".join(RISKS.get(risk, risk) for risk in case.details.risks)
    words = case.details.words_for("risks")
    found = f" (from: {_quoted(words)})" if words else ""
    names_heard = ", ".join(RISKS[each.value] for each in heard)
    unsure = f"\nNo rule names {names_heard}: it only sounds like it. A lead may take it back." if heard else ""
    return [
        section(
            f":warning: *Risk: {names}*{found}{unsure}\nTell a lead before you answer. Offer nothing and admit nothing."
        )
    ]


def _facts(shown: Card) -> Block:
    case, duty = shown.case, shown.duty
    owner = f"<@{case.owner}>" if case.owner else "nobody yet"
    fields = [
        ("Customer", escape(one_line(case.details.customer, 100)) or "not known"),
        ("Their reference", escape(one_line(case.details.reference, 100)) or "not known"),
        ("Owner", owner),
    ]
    if case.details.about:
        fields.append(("About a colleague", f"<@{case.details.about}>"))
    if case.resolved_at:
        fields.append(("Resolved", date(case.resolved_at)))
    elif case.first_replied_at:
        fields.append(("First reply", date(case.first_replied_at)))
    if case.waiting_since:
        fields.append(("Waiting for the customer", f"since {date(case.waiting_since)}"))
    elif duty is not None and duty.state is State.OPEN:
        fields.append((f"{_duty(duty)} due", date(duty.due_at)))
    return {"type": "section", "fields": [mrkdwn(f"*{name}*\n{value}") for name, value in fields]}


def _duty(duty: FollowUp) -> str:
    return duty.kind.value.capitalize()


def _steps(case: Case) -> Block:
    drawn = [f"{'☑' if step.key in case.steps else '☐'} {step.label}" for step in RECOVERY_STEPS]
    return context("   ".join(drawn))


_LANGUAGES = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
    "tr": "Turkish",
    "ru": "a Cyrillic script",
    "ar": "Arabic script",
    "hi": "Hindi",
    "hi-Latn": "Hindi",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
"""Languages that are said on the card; in English there is nothing to say."""


def _sure(case: Case, guesses: Triage | None, field: str) -> str:
    """How sure a guess on the card is, in words; nothing for what the text gave otherwise."""
    now = {"category": guesses.category, "severity": guesses.severity}.get(field) if guesses else None
    if now is None or now.value != str(getattr(case.details, field)) or not now.sure:
        return ""
    return " (sure)" if now.sure >= 0.8 else " (fairly sure)" if now.sure >= 0.5 else " (not sure)"


def _notes(case: Case, guesses: Triage | None) -> list[Block]:
    notes = []
    guessed = [
        f"{name} from {_quoted(words)}{_sure(case, guesses, name)}"
        for name, words in case.details.guessed
        if words and name in ("category", "severity", "customer", "reference")
    ]
    if not case.is_read:
        notes.append(UNREAD)
    elif guessed:
        notes.append(f"Guessed: {'; '.join(guessed)}. *Change details* puts it right.")
    elif case.details.guessed:
        notes.append("Guessed, with little to go by. *Change details* puts it right.")
    if guesses and guesses.feelings:
        felt = (f"{feeling.value} ({_quoted(feeling.words)})" for feeling in guesses.feelings)
        notes.append(f"The customer seems {', '.join(felt)}")
    if guesses and guesses.language in _LANGUAGES:
        language = _LANGUAGES[guesses.language]
        notes.append(f"Written in {language}: the guesses and the draft are made for English. Read it yourself.")
    if case.complaint.thread_ts is None and case.complaint.reporter:
        reporter = case.complaint.reporter_name or "a colleague"
        notes.append(f"Reported by {escape(one_line(reporter, 80))} ({case.complaint.door})")
    if case.complaint.door is Door.WEBHOOK:
        notes.append(_ticket(case.complaint))
    if case.opted_out_at:
        notes.append(f"The customer wants no more messages (since {date(case.opted_out_at)})")
    if case.tries:
        notes.append(f"Not reached {case.tries} {'time' if case.tries == 1 else 'times'} since they last answered")
    if case.closed_at:
        notes.append(f"A lead ended the checks after the fix {date(case.closed_at)}")
    if case.report_edited_at:
        notes.append(f"Report edited {date(case.report_edited_at)}")
    if case.report_deleted_at:
        notes.append(f"Report deleted in Slack {date(case.report_deleted_at)}; the case keeps its words")
    if case.resolution:
        notes.append(f"What was done: {escape(one_line(case.resolution, 500))}")
    if case.satisfaction is not None:
        notes.append(f"The customer said {SATISFACTION[str(case.satisfaction)].partition(':')[0]} of 5")
    if len("\n".join(notes)) <= SMALL_PRINT:
        notes = ["\n".join(notes)] if notes else []
    return [context(*(shorten(note, SMALL_PRINT) for note in notes))] if notes else []


def _ticket(complaint: Complaint) -> str:
    """Where a complaint that came by webhook has its ticket."""
    _, source, number = complaint.source.split(":", 2)
    ticket = f"ticket {escape(one_line(number, 60))}"
    place = f"<{escape(complaint.link)}|{ticket}>" if complaint.link else ticket
    said = f", written {date(complaint.said_at)}" if complaint.said_at else ""
    return f"From {source}: {place}{said}"


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{escape(one_line(word, 60))}”" for word in words[:5])


_END_CHECKS = confirm(
    "End the checks?", "Nobody asks this customer any more how it went. What was granted is still owed.", yes="End them"
)


def _case_buttons(case: Case, *, may_assign: bool, checked: bool) -> Block:
    if case.status is Status.RESOLVED:
        answer = button("Customer's answer", Press.SATISFACTION, case.id)
        end = [button("End checks", Press.END_CHECKS, case.id, confirm=_END_CHECKS)] if checked else []
        return actions(answer, *end, button("Reopen", Press.REOPEN, case.id))
    over = (
        confirm("Take over?", "This case has an owner already. Take it over?", yes="Take case") if case.owner else None
    )
    return actions(
        button("Draft reply", Press.DRAFT, case.id),
        button("Offer amends", Press.OFFER, case.id),
        button("Take case", Press.TAKE, case.id, confirm=over),
        *_handing_over(case, may_assign=may_assign),
        button("Change details", Press.CHANGE, case.id),
        _turn(case),
        button("Resolve", Press.RESOLVE, case.id),
    )


def _handing_over(case: Case, *, may_assign: bool) -> list[Block]:
    if case.owner:
        return [button("Reassign", Press.REASSIGN, case.id)]
    return [button("Assign", Press.ASSIGN, case.id)] if may_assign else []


def _turn(case: Case) -> Block:
    """Whose turn it is, to be changed."""
    if rests_with_customer(case):
        return button("Customer answered", Press.ANSWERED, case.id)
    return button("Waiting for customer", Press.WAITING, case.id)


def _fallback(shown: Card) -> str:
    case = shown.case
    who = f" for {one_line(case.details.customer, 80)}" if case.details.customer else ""
    parts = [
        f"{case.reference}{who}: {category_label(case.details.category)}, {case.details.severity.label}, "
        f"{_STATUS[case.status].lower()}."
    ]
    if case.details.risks:
        parts.append(f"Risk: {', '.join(RISKS.get(risk, risk) for risk in case.details.risks)}.")
    if case.status is Status.RESOLVED:
        parts.append(f"Outcome: {OUTCOMES.get(case.outcome or '', 'not said')}.")
    if case.waiting_since:
        parts.append("Waiting for the customer.")
    elif shown.duty is not None and shown.duty.state is State.OPEN:
        parts.append(f"{_duty(shown.duty)} due {shown.duty.due_at.strftime('%Y-%m-%d %H:%M UTC')}.")
    parts.append(f"Complaint: {one_line(case.complaint.text, 300)}")
    if shown.draft is not None and shown.draft.text and case.status is not Status.RESOLVED:
        parts.append(f"Reply draft: {one_line(shown.draft.text, 1200)}")
    return escape(" ".join(parts))


def summary(case: Case, link: str | None) -> str:
    """One case on one line, for a private answer."""
    customer = f", {escape(one_line(case.details.customer, 60))}" if case.details.customer else ""
    name = f"<{link}|{case.reference}>" if link else case.reference
    return (
        f"*{name}*: {category_label(case.details.category)}, {case.details.severity.label}{customer}, "
        f"{_STATUS[case.status].lower()}. {escape(one_line(case.complaint.text, 120))}"
    )


def report_form(channel: str, text: str = "") -> Block:
    """The form behind `/amends report`."""
    return form(
        Form.REPORT,
        "Report complaint",
        [
            text_input(
                Field.TEXT,
                "What happened?",
                value=text,
                multiline=True,
                hint="In the customer's words where you can: what went wrong, what it cost them, what they want.",
            ),
            text_input(Field.CUSTOMER, "Customer's name", optional=True, limit=150),
            text_input(Field.REFERENCE, "Order, booking or account", optional=True, limit=150),
        ],
        submit="Open case",
        about=channel,
    )


def details_form(case: Case) -> Block:
    """The form behind Change details."""
    categories = [(key, category_label(key)) for key in category_keys()]
    return form(
        Form.DETAILS,
        "Change details",
        [
            context(_headline(case)),
            select_input(Field.CATEGORY, "Category", categories, chosen=case.details.category),
            select_input(Field.SEVERITY, "Severity", _SEVERITIES.items(), chosen=case.details.severity),
            *_risk_boxes(case),
            *_about(case),
            text_input(
                Field.CUSTOMER,
                "Customer's name",
                value=case.details.customer,
                optional=True,
                hint="A dash removes it.",
                limit=150,
            ),
            text_input(
                Field.REFERENCE,
                "Order, booking or account",
                value=case.details.reference,
                optional=True,
                hint="A dash removes it.",
                limit=150,
            ),
        ],
        submit="Save",
        about=case.id,
    )


def _about(case: Case) -> list[Block]:
    """Whom the complaint is about: asked while nobody has said it, shown with a way back afterwards."""
    if case.details.about is None:
        hint = "Then a lead decides on every offer they make here, and they decide on none."
        return [picker_input(Field.ABOUT, "Is it about a colleague?", "user", optional=True, hint=hint)]
    back = [("nobody", "It is about nobody of us")]
    hint = "Only a lead can, and never the person themself."
    said = section(f"*The complaint is about* <@{case.details.about}>")
    return [said, checkboxes(Field.ABOUT_NOBODY, "Take that back", back, hint=hint)]


def _risk_boxes(case: Case) -> list[Block]:
    """Boxes to add risks and to take back those that are up: what nobody ticks stays, whatever others do meanwhile."""
    up = [(risk, RISKS.get(risk, risk)) for risk in case.details.risks][:MOST_BOXES]
    down = [(risk, name) for risk, name in RISKS.items() if risk not in case.details.risks]
    split = len(down) if len(down) <= MOST_BOXES else (len(down) + 1) // 2
    groups = ((Field.RISKS, "Add a risk", down[:split]), (Field.MORE_RISKS, "More risks", down[split:]))
    drawn = [checkboxes(field, title, options) for field, title, options in groups if options]
    if drawn:
        drawn[-1]["hint"] = label("The leads are told of it at once.")
    if up:
        drawn.append(checkboxes(Field.CLEARED_RISKS, "Take back a risk", up, hint="Only a lead can."))
    return drawn


SATISFACTION = {
    "1": "1 very unhappy: the case stays open",
    "2": "2 unhappy: the case stays open",
    "3": "3 all right",
    "4": "4 happy",
    "5": "5 delighted",
}


def resolution_form(case: Case, causes: Mapping[str, str]) -> Block:
    """The form behind Resolve. `causes` are the root causes of `routing.yml`, key → label."""
    fields = [
        context(_headline(case)),
        select_input(Field.OUTCOME, "Outcome", OUTCOMES.items(), chosen="fixed"),
    ]
    if causes:
        hint = "Who can mend it hears of it, once, not for each case."
        chosen = case.cause or ""
        fields.append(select_input(Field.CAUSE, "Root cause", causes.items(), chosen=chosen, hint=hint))
    fields += [
        text_input(Field.RESOLUTION, "What was done", multiline=True, optional=True, limit=2000),
        satisfaction_input(optional=True),
    ]
    return form(Form.RESOLUTION, "Resolve", fields, submit="Resolve", about=case.id)


def satisfaction_form(case: Case) -> Block:
    """The form behind Customer's answer."""
    return form(
        Form.SATISFACTION,
        "Customer's answer",
        [context(_headline(case)), satisfaction_input(optional=False)],
        submit="Save",
        about=case.id,
    )


def satisfaction_input(*, optional: bool) -> Block:
    """What the customer says, from 1 to 5."""
    title = "What the customer says, if known" if optional else "What the customer says"
    return {**select_input(Field.SATISFACTION, title, SATISFACTION.items(), chosen=""), "optional": optional}
