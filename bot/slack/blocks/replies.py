"""The forms about a reply: writing it, and marking it as sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.domain.case import Case
from bot.domain.draft import MAX_TEXT, Draft
from bot.domain.phrases import Level, Violation
from bot.domain.promise import DatePromise
from bot.domain.taxonomy import category_label
from bot.domain.template import Channel, ResponseTemplate, Value
from bot.flows.desk import Checked
from bot.slack.blocks.common import (
    SECTION_LIMIT,
    Block,
    actions,
    button,
    confirm,
    context,
    day_input,
    divider,
    escape,
    form,
    label,
    literal,
    mrkdwn,
    one_line,
    section,
    select_input,
    shorten,
    text_input,
    tick_input,
)
from bot.slack.ids import ANSWER, DAY, KEEP, TIME, Field, Form, Live
from bot.slack.payloads import Shown, digest

MOST_RESPONSES = 100
"""Options one menu of Slack takes."""

_TICKS_TITLE = "*What the reply holds*"
_LEVELS = {Level.WARNING: "Advice", Level.SUGGESTION: "Style", Level.ERROR: "Let stand by a lead"}
NEARLY_FULL = 2700
"""Characters after which the form behind Mark as sent has a second field for a longer reply."""


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """What the form behind Edit shows.

    `shown` is what it remembers; `chosen` the response in its menu; `offer` the button for words it may be given.
    """

    case: Case
    draft: Draft
    shown: Shown
    channel: Channel
    chosen: str
    responses: Sequence[ResponseTemplate]
    find: str
    questions: Sequence[tuple[Value, str]]
    text: str
    checked: Checked
    may_override: bool = False
    reason: str = ""
    notice: str = ""
    offer: str = ""


def reply_form(given: ReplyForm) -> Block:
    """The form behind Edit: channel, response, questions, the reply, and what can be said about it."""
    blocks = [context(_headline(given.case))]
    if given.notice:
        blocks.append(section(given.notice))
    blocks += [_channel_menu(given), *_response_menu(given)]
    blocks += [
        text_input(
            ANSWER + value.name,
            value.ask,
            value=answer,
            optional=True,
            limit=150,
            action_id=f"{Live.FORM}{ANSWER}{value.name}",
            tell="on_enter_pressed",
            hint="Goes into the reply. A dash removes it." if answer else "Goes into the reply.",
        )
        for value, answer in given.questions
    ]
    blocks.append(
        text_input(
            Field.REPLY,
            "Reply",
            value=given.text,
            multiline=True,
            optional=not given.text,
            limit=MAX_TEXT,
            action_id=f"{Live.FORM}{Field.REPLY}.{given.shown.turn}",
            tell="on_character_entered",
            hint=f"{given.channel.label}: {given.channel.length_hint}. Nothing is sent to the customer from here.",
        )
    )
    blocks += [*findings(given.checked), actions(*_buttons(given))]
    if given.may_override:
        blocks.append(
            text_input(
                Field.REASON,
                "Let words stand that the rules stop: why?",
                value=given.reason,
                optional=True,
                limit=500,
                hint="For leads. It is kept in the record and shown on the card. Amends still need a decision.",
            )
        )
    shown = replace(given.shown, said=_said(blocks))
    return form(Form.REPLY, "Edit reply", blocks, submit="Save", about=shown.text)


def _said(blocks: Sequence[Block]) -> str:
    """The digest of all that a form says besides the words in the reply's field."""
    told = [block["element"]["action_id"] if block.get("block_id") == Field.REPLY else block for block in blocks]
    return digest(json.dumps(told))


def _headline(case: Case) -> str:
    who = f"  ·  {escape(one_line(case.details.customer, 60))}" if case.details.customer else ""
    return f"*{case.reference}*  ·  {category_label(case.details.category)}  ·  {case.details.severity.label}{who}"


def _channel_menu(given: ReplyForm) -> Block:
    options = [(channel.value, channel.label) for channel in Channel]
    return select_input(
        Field.CHANNEL, "Channel", options, chosen=given.channel.value, action_id=f"{Live.FORM}{Field.CHANNEL}"
    )


def _response_menu(given: ReplyForm) -> list[Block]:
    """A menu of responses, the ones that fit first, and a field to find others by words."""
    if not given.responses and not given.find:
        return []
    options = [(each.id, one_line(each.title, 75)) for each in given.responses[:MOST_RESPONSES]]
    find = text_input(
        Field.FIND,
        "Find another response",
        value=given.find,
        optional=True,
        limit=100,
        action_id=f"{Live.FORM}{Field.FIND}",
        tell="on_enter_pressed",
        placeholder="parcel, refund, rude …",
    )
    if not options:
        return [find, context("No response has these words. Try others, or empty the field.")]
    menu = select_input(
        Field.RESPONSE,
        "Response",
        options,
        chosen=given.chosen,
        action_id=f"{Live.FORM}{Field.RESPONSE}.{sha256(given.find.encode()).hexdigest()[:8]}",
    )
    return [menu, find]


def _buttons(given: ReplyForm) -> list[Block]:
    buttons = [
        button("Check", f"{Live.FORM}check", given.draft.id),
        button("Preview", Live.PREVIEW, given.draft.id),
    ]
    if given.offer:
        over = confirm("Replace your words?", "The words in the form give way to this response.", yes="Replace")
        buttons.append(button(one_line(given.offer, 75), Live.REWORD, given.draft.id, confirm=over))
    return buttons


def findings(checked: Checked) -> list[Block]:
    """The recovery parts as ticks, what stops the reply, advice, and what it promises."""
    parts = [f"{'☑' if present else '☐'} {name}" for name, present in checked.reading.labelled]
    blocks: list[Block] = [
        {"type": "section", "text": mrkdwn(_TICKS_TITLE), "fields": [mrkdwn(part) for part in parts]}
    ]
    stops = [f"“{_short(each.words)}”: {escape(each.why)}" for each in checked.unapproved]
    stops += [_line(each) for each in checked.stops]
    if stops:
        blocks.append(section(_listed(":no_entry: *This stops the reply*", stops)))
    advice = [f"*Order*: {escape(each)}" for each in checked.reading.advice]
    advice += [f"*Length*: {escape(fault.message)}." for fault in checked.lengths]
    advice += [f"*{_LEVELS[each.rule.level]}*: {_line(each)}" for each in checked.advice]
    if advice:
        blocks.append(section(_listed(":bulb: *To make it better*", advice)))
    if checked.dates:
        days = [f"“{_short(date.words)}”: {_day(date)}" for date in checked.dates]
        blocks.append(section(_listed(":calendar: *It promises*, to be confirmed when it is sent", days)))
    if not stops:
        blocks.append(context("✓ When last checked, nothing stopped this reply."))
    return blocks


def _listed(title: str, lines: Sequence[str]) -> str:
    return shorten("\n".join([title, *(f"• {line}" for line in dict.fromkeys(lines))]), SECTION_LIMIT)


def _line(violation: Violation) -> str:
    instead = escape(one_line(violation.rule.instead[0], 200))
    return f"“{_short(violation.words)}”: {escape(violation.rule.why)} Say instead: _{instead}_"


def _short(words: str) -> str:
    return escape(one_line(words, 60))


def _day(date: DatePromise) -> str:
    note = f" {escape(date.note)}" if date.note else ""
    if date.ambiguous:
        return f"which day or time is meant?{note}"
    at = f" at {date.at:%H:%M}" if date.at else f", by {date.due:%H:%M}"
    return f"{date.day:%A} {date.day.day} {date.day:%B}{at}.{note}"


def preview(text: str, channel: Channel, case: Case) -> Block:
    """The reply as the customer will read it."""
    count = len(text.split())
    blocks: list[Block] = [context(f"{_headline(case)}  ·  {channel.label}, {count} word{'s' if count != 1 else ''}")]
    if channel in (Channel.CHAT, Channel.PHONE):
        for number, piece in enumerate(channel.pieces(text)[:20], 1):
            name = "Message" if channel is Channel.CHAT else "Line"
            blocks += [context(f"{name} {number}"), *literal(piece)]
    else:
        blocks += [divider(), *literal(text)]
    view = form(Form.REPLY, "Preview", blocks[:100], submit="Back")
    del view["submit"]
    return {**view, "callback_id": str(Live.PREVIEW), "close": label("Back")}


@dataclass(frozen=True, slots=True)
class SentForm:
    """What the form behind Mark as sent shows."""

    case: Case
    draft: Draft
    channel: Channel
    text: str
    checked: Checked
    notice: str = ""
    rest: str = ""


def sent_form(given: SentForm) -> Block:
    """The form behind Mark as sent: what really left, how, and the dates it promises."""
    blocks = [context(_headline(given.case))]
    if given.notice:
        blocks.append(section(given.notice))
    blocks += [
        select_input(
            Field.CHANNEL,
            "How did it reach the customer?",
            [(channel.value, channel.label) for channel in Channel],
            chosen=given.channel.value,
        ),
        text_input(
            Field.REPLY,
            "What was sent",
            value=given.text,
            multiline=True,
            limit=MAX_TEXT,
            action_id=f"{Live.SENT_FORM}{Field.REPLY}",
            tell="on_character_entered",
            hint="If you changed it on the way out, paste what the customer has.",
        ),
    ]
    if given.rest or len(given.text) > NEARLY_FULL:
        blocks.append(
            text_input(
                Field.REST,
                "The rest of it",
                value=given.rest,
                multiline=True,
                optional=True,
                limit=MAX_TEXT,
                hint=f"One field takes {MAX_TEXT:,} characters. If more was sent, it goes on here.",
            )
        )
    stops = [f"“{_short(each.words)}”: {escape(each.why)}" for each in given.checked.unapproved]
    stops += [_line(each) for each in given.checked.stops]
    if stops:
        blocks.append(section(_listed(":no_entry: *This should not leave like this*", stops)))
        text = "The customer has it already, word for word"
        blocks.append(tick_input(Field.ALREADY, "It cannot be unsent: then it is recorded, and a lead sees it.", text))
    for date in given.checked.dates:
        blocks += _date_inputs(date)
    shown = Shown(given.draft.id, said=_said(blocks))
    return form(Form.SENT, "Mark as sent", blocks, submit="Mark as sent", about=shown.text)


def date_key(date: DatePromise) -> str:
    """What tells one promised date from the others of its reply."""
    return sha256(f"{date.words.casefold()} {date.iso}".encode()).hexdigest()[:12]


def _date_inputs(date: DatePromise) -> list[Block]:
    key, at = date_key(date), date.due.time()
    hint = date.note or ("The words can mean more than one day or time. Which is meant?" if date.ambiguous else "")
    ask = f"The reply says “{one_line(date.words, 80)}”"
    times = sorted({f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)} | {f"{at:%H:%M}"})
    return [
        tick_input(KEEP + key, ask, "Keep this promise: remind us before it is due", ticked=True),
        day_input(DAY + key, "Day", "" if date.ambiguous else date.day.isoformat(), hint=hint),
        select_input(TIME + key, "Time", [(each, each) for each in times], chosen=f"{at:%H:%M}"),
    ]
