"""Reminders, the digest, and the forms about a follow-up."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.case import Case
from bot.domain.followup import CHECKS, FollowUp, Kind, Stage, State
from bot.flows.followups import Due, Owed
from bot.flows.reminders import Digest, Nudge
from bot.flows.waiting import Waiting
from bot.slack.blocks.approvals import waiting
from bot.slack.blocks.cases import satisfaction_input
from bot.slack.blocks.common import (
    Block,
    Name,
    actions,
    button,
    context,
    date,
    divider,
    escape,
    form,
    literal,
    one_line,
    picker_input,
    section,
    select_input,
    shorten,
    text_input,
)
from bot.slack.ids import Field, Form, Press

MOST_LISTED = 12
"""Follow-ups that one message lists, with buttons; a message holds 50 blocks."""

MOST_WAITING = 5
"""Offers that one message lists beside them, with buttons."""

DRAFT_SHOWN = 900

_HEAD = {
    Stage.WARNING: ":hourglass_flowing_sand: *Due soon*",
    Stage.DEADLINE: ":alarm_clock: *Due now*",
    Stage.AGAIN: ":bell: *Back again*",
    Stage.LEAD: ":rotating_light: *For a lead*",
}


def reminder(
    nudge: Nudge, stage: Stage, *, call: str, owner: str = "", link: str | None, now: datetime, marker: str
) -> tuple[str, list[Block]]:
    """One reminder as things stand now: its fallback text and blocks.

    `call` names whoever is to hear it; `owner` is the owner's name, for leads, who read it without calling anybody.
    """
    owed = nudge.owed
    each, case = owed.follow_up, owed.case
    name = f"<{link}|{case.reference}>" if link else case.reference
    if each.is_over or each.state is State.PAUSED:
        return escape(f"{case.reference}: {_state(owed)}"), _settled(owed, name, marker)
    until = each.snoozed_until
    snoozed = until is not None and until > now
    head = f":zzz: *Snoozed until {date(until)}*" if until and snoozed else _HEAD[stage]
    to = f"{call}: " if call else ""
    blocks = [section(f"{head}  ·  *{name}*\n{to}{escape(_owed(owed))} {_when(each, now)}", block_id=marker)]
    if each.about and each.kind is Kind.PROMISE:
        blocks.append(context(f"Promised: “{escape(one_line(each.about, 300))}”"))
    if case.owner is None:
        blocks.append(context("Nobody has this case yet. *Take case* makes it yours."))
    elif case.owner == case.details.about:
        blocks.append(context("The complaint is about whoever has this case. *Reassign* gives it to somebody else."))
    elif stage is Stage.LEAD:
        blocks.append(context(f"Owner: {escape(one_line(owner, 80))}"))
    if nudge.draft is not None and nudge.draft.text and not snoozed:
        blocks += [context("*Ready to send*, also on the card"), *literal(shorten(nudge.draft.text, DRAFT_SHOWN))]
    blocks.append(_buttons(owed))
    return _fallback(owed, stage, now), blocks


def _buttons(owed: Owed) -> Block:
    case, follow_up_id = owed.case, owed.kept.id
    if owed.follow_up.kind is Kind.FULFILMENT:
        return actions(*_of_fulfilment(owed))
    return actions(
        button("Done", Press.DONE, follow_up_id, style="primary"),
        button("Snooze", Press.SNOOZE, follow_up_id),
        _owner_button(case),
        button("Customer unreachable", Press.UNREACHABLE, follow_up_id),
        button("Draft reply", Press.DRAFT, case.id),
    )


def _owner_button(case: Case) -> Block:
    """Take a case that nobody has; give one that somebody has to somebody else."""
    if case.owner is None:
        return button("Take case", Press.TAKE, case.id)
    return button("Reassign", Press.REASSIGN, case.id)


def _of_fulfilment(owed: Owed) -> list[Block]:
    """The buttons of what was granted: done is what the offer says, with the reference of the payment or shipment."""
    return [
        button("Mark as done", Press.GIVEN, owed.follow_up.number, style="primary"),
        button("Snooze", Press.SNOOZE, owed.kept.id),
        _owner_button(owed.case),
    ]


def _settled(owed: Owed, name: str, marker: str) -> list[Block]:
    each = owed.follow_up
    mark = "✓ " if each.state is State.DONE else ""
    blocks = [section(f"*{name}*  ·  {mark}{escape(_state(owed))}", block_id=marker)]
    if each.state is State.PAUSED and owed.case.waiting_since:
        blocks.append(context(f"Since {date(owed.case.waiting_since)}"))
    elif each.ended_at:
        who = f"<@{owed.kept.ended_by}>  ·  " if owed.kept.ended_by else ""
        blocks.append(context(f"{who}{date(each.ended_at)}"))
    return blocks


def _state(owed: Owed) -> str:
    words = {
        State.DONE: "is done.",
        State.PAUSED: "waits for the customer's answer.",
        State.CANCELLED: "is not needed any more.",
    }
    return f"{_owed(owed)} {words.get(owed.follow_up.state, 'is owed.')}"


def _owed(owed: Owed) -> str:
    words = owed.follow_up.owed(one_line(owed.case.details.customer, 60))
    return words[:1].upper() + words[1:]


def _when(each: FollowUp, now: datetime) -> str:
    if each.due_at > now:
        return f"is due {date(each.due_at)}."
    late = now - each.due_at
    return f"was due {date(each.due_at)}{f', {span(late)} ago' if late >= timedelta(minutes=1) else ''}."


def _fallback(owed: Owed, stage: Stage, now: datetime) -> str:
    each = owed.follow_up
    when = each.due_at.strftime("%Y-%m-%d %H:%M UTC")
    heads = {Stage.WARNING: "Due soon", Stage.DEADLINE: "Due now", Stage.AGAIN: "Back again", Stage.LEAD: "For a lead"}
    verb = "is due" if each.due_at > now else "was due"
    return escape(f"{heads[stage]}: {owed.case.reference}: {_owed(owed)} {verb} {when}.")


def span(length: timedelta) -> str:
    """A length of time in words: 3 minutes, 2 hours, 4 days."""
    minutes = int(length.total_seconds() // 60)
    for size, name in ((24 * 60, "day"), (60, "hour")):
        if minutes >= 2 * size or (minutes >= size and size == 60):
            count = minutes // size
            return f"{count} {name}{'s' if count != 1 else ''}"
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def digest(
    shown: Digest, *, name: Name, link: Callable[[tuple[str, str]], str | None], now: datetime, marker: str
) -> tuple[str, list[Block]]:
    """A channel's digest: its fallback text and blocks. It calls nobody. `link` gives the address of a message."""
    groups = (
        ("Overdue", shown.overdue),
        ("Due today", shown.due_today),
        ("Coming up", shown.held),
        ("Waiting for the customer", shown.waiting),
    )
    counts = [f"{len(found)} {title.lower()}" for title, found in groups if found]
    if shown.approvals:
        counts.append(f"{len(shown.approvals)} waiting for an answer")
    head = "What could not be said in time" if shown.is_late else "Follow-ups of the day"
    if not counts:
        return f"{head}: all done.", [section(f"*{head}*\n✓ All done.", block_id=marker)]
    blocks = [section(f"*{head}*\n{', '.join(counts)}", block_id=marker)]
    left = MOST_LISTED
    for title, found in groups:
        if found and left > 0:
            blocks += [divider(), section(f"*{title}*")]
            blocks += listed(found[:left], name=name, now=now)
            left -= len(found[:left])
    hidden = sum(len(found) for _, found in groups) - (MOST_LISTED - left)
    if hidden:
        blocks.append(context(f"… and {hidden} more: `/amends due` lists them."))
    if shown.approvals:
        blocks += [divider(), section("*Amends that wait for an answer*")]
        blocks += waiting_offers(shown.approvals, name=name, link=link)
    return f"{head}: {', '.join(counts)}.", blocks


def waiting_offers(
    several: Sequence[Waiting], *, name: Name, link: Callable[[tuple[str, str]], str | None]
) -> list[Block]:
    """Offers that wait for an answer, at most `MOST_WAITING`, each with its buttons."""
    blocks = [
        block
        for each in several[:MOST_WAITING]
        for block in waiting(each, name=name, link=link(each.card) if each.card else None)
    ]
    if len(several) > MOST_WAITING:
        blocks.append(context(f"… and {len(several) - MOST_WAITING} more in the channel for approvals."))
    return blocks


def listed(several: Sequence[Owed], *, name: Name, now: datetime) -> list[Block]:
    """Follow-ups in a list, each with its buttons."""
    blocks: list[Block] = []
    for owed in several:
        blocks.append(section(line(owed, name=name, now=now)))
        about = f"{owed.case.reference}: {_owed(owed)}"
        if owed.follow_up.state is State.PAUSED:
            blocks.append(actions(button("Customer answered", Press.ANSWERED, owed.case.id), about=about))
        elif owed.follow_up.kind is Kind.FULFILMENT:
            blocks.append(actions(*_of_fulfilment(owed), about=about))
        else:
            blocks.append(
                actions(
                    button("Done", Press.DONE, owed.kept.id),
                    button("Snooze", Press.SNOOZE, owed.kept.id),
                    _owner_button(owed.case),
                    button("Customer unreachable", Press.UNREACHABLE, owed.kept.id),
                    about=about,
                )
            )
    return blocks


def line(owed: Owed, *, name: Name, now: datetime) -> str:
    """One follow-up on one line."""
    each, case = owed.follow_up, owed.case
    if each.state is State.PAUSED:
        when = f"waiting{f' since {date(case.waiting_since)}' if case.waiting_since else ''}"
    elif each.is_overdue(now):
        when = f"*{span(now - each.due_at)} late*, was due {date(each.due_at)}"
    else:
        when = f"due {date(each.due_at)}"
    return f"*{case.reference}*  ·  {escape(one_line(_owed(owed), 200))}  ·  {when}  ·  {_who_has(case, name)}"


def _who_has(case: Case, name: Name) -> str:
    if case.owner is None:
        return "nobody yet"
    return "needs another owner" if case.owner == case.details.about else escape(one_line(name(case.owner), 60))


def due(found: Due, *, name: Name, now: datetime) -> str:
    """The answer to `/amends due`."""
    groups = (
        ("Overdue", found.overdue),
        ("Today", found.today),
        ("Later", found.later),
        ("Waiting for the customer", found.waiting),
    )
    parts = [
        f"*{title}*\n" + "\n".join(f"• {line(owed, name=name, now=now)}" for owed in several)
        for title, several in groups
        if several
    ]
    if not parts:
        return "Nothing is due. Nobody is waiting for an answer of ours."
    more = [f"… and {found.more} more."] if found.more else []
    return shorten("\n\n".join([*parts, *more]), 2900)


def done_form(owed: Owed, place: str) -> Block:
    """The form behind Done."""
    said = text_input(
        Field.SAID,
        "What did you say to the customer?",
        multiline=True,
        optional=True,
        hint="By phone or anywhere else. It is checked like a reply. Leave it empty if nothing was said.",
    )
    fields = [context(escape(_owed(owed))), said]
    if owed.follow_up.kind in CHECKS:
        fields.append(satisfaction_input(optional=True))
    return form(Form.DONE, "Done", fields, submit="Done", about=_about(owed.kept.id, place))


NOT_REACHED, NO_MORE, CLOSE = "not_reached", "no_more", "close"
"""What somebody found who wanted to reach a customer."""


def unreachable_form(owed: Owed, place: str, *, most_tries: int | None, may_close: bool) -> Block:
    """The form behind Customer unreachable. `may_close` is for leads, whom alone the last choice is shown."""
    case, number = owed.case, owed.case.tries + 1
    choices = [
        (NOT_REACHED, f"Not reached: plan the next try (this is try {number})"),
        (NO_MORE, "They want no more messages from us"),
    ]
    if may_close:
        choices.append((CLOSE, "Nothing more to ask: end the checks"))
    if most_tries is None:
        hint = "Tries in vain do not end what is owed on this case: a lead does."
    else:
        hint = f"After {most_tries} tries in vain nobody is reminded any more, until the customer writes."
    return form(
        Form.UNREACHABLE,
        "Customer unreachable",
        [
            context(escape(f"{case.reference}: {_owed(owed)}")),
            select_input(Field.FOUND, "What happened?", choices, chosen=NOT_REACHED, hint=hint),
        ],
        submit="Save",
        about=_about(owed.kept.id, place),
    )


def snooze_form(owed: Owed, place: str) -> Block:
    """The form behind Snooze."""
    choices = [("hour", "For one hour"), ("tomorrow", "Until tomorrow morning"), ("date", "Until the day below")]
    return form(
        Form.SNOOZE,
        "Snooze",
        [
            context(escape(_owed(owed))),
            select_input(Field.SNOOZE, "How long", choices, chosen="hour"),
            picker_input(Field.DAY, "Day", "date", optional=True, hint="Only if you chose a day above."),
            picker_input(Field.TIME, "Time", "time", optional=True, hint="Your own time. Without it: nine o'clock."),
        ],
        submit="Snooze",
        about=_about(owed.kept.id, place),
    )


def owner_form(case: Case, place: str) -> Block:
    """The form behind Reassign."""
    person = picker_input(Field.OWNER, "Who takes it over?", "user", chosen=case.owner or "")
    return form(
        Form.OWNER, "Reassign", [context(case.reference), person], submit="Reassign", about=_about(case.id, place)
    )


def _about(key: int, place: str) -> str:
    return f"{key}:{place}"
