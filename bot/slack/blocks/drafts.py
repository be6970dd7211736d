"""The draft on a case's card, the reply form, and what a check of a text says."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.draft import MAX_TEXT, Draft, DraftState, Promise, PromiseState, Reply
from bot.domain.phrases import Level, Violation
from bot.domain.promise import Unapproved
from bot.domain.template import Channel, Value
from bot.slack.blocks.common import (
    Block,
    actions,
    button,
    confirm,
    context,
    date,
    escape,
    literal,
    one_line,
    section,
    shorten,
)
from bot.slack.ids import Press

_STATE = {DraftState.SUGGESTED: "suggested", DraftState.CHOSEN: "in use"}
ERROR_LIMIT = 1900
"""Characters under a field of a form."""


_GIVE_UP = confirm("Give up your words?", "This draft was edited. Another one takes its place.", yes="Another")


def offered(draft: Draft, advice: list[Block]) -> list[Block]:
    """The live draft of a case with its buttons."""
    state = "edited" if draft.edited else _STATE.get(draft.state, draft.state.value)
    blocks = [context(f"*Reply draft*  ·  {state}  ·  {draft.channel.label}  ·  from `{draft.template_id}`")]
    if draft.override:
        words = _quoted([words for _, words in draft.override.broken])
        said = f"<@{draft.override.by}> lets {words} stand: {escape(one_line(draft.override.reason, 500))}"
        blocks.append(context(shorten(f":warning: {said}", ERROR_LIMIT)))
    if draft.text:
        blocks += literal(shorten(draft.text, MAX_TEXT))
    else:
        blocks.append(section("This reply needs a few details before it can be written. Press *Edit* to fill them in."))
    blocks += advice
    buttons = [
        button("Edit", Press.EDIT, draft.id),
        button("Another", Press.ANOTHER, draft.id, confirm=_GIVE_UP if draft.edited else None),
        button("Mark as sent", Press.SENT, draft.id, style=None if draft.state is DraftState.SUGGESTED else "primary"),
    ]
    if draft.state is DraftState.SUGGESTED:
        buttons.insert(0, button("Use this", Press.USE, draft.id, style="primary"))
    return [*blocks, actions(*buttons)]


def missing(questions: Sequence[Value]) -> list[Block]:
    """What the form will ask, said on the card."""
    if not questions:
        return []
    return [context("Not known yet: " + " ".join(escape(value.ask) for value in questions) + " *Edit* asks for it.")]


def advice(violations: Sequence[Violation]) -> list[Block]:
    """Advice on a draft's words, on the card."""
    lines = [_line(violation) for violation in violations if violation.rule.level is not Level.ERROR]
    return [context(shorten("Advice: " + "  ·  ".join(lines[:3]), ERROR_LIMIT))] if lines else []


def sent(reply: Reply, sent_at: datetime) -> list[Block]:
    """The last reply that was sent."""
    how = {Channel.EMAIL: "by email", Channel.CHAT: "in the chat", Channel.PHONE: "on the phone"}
    head = f"✓ *Reply sent* {how.get(reply.channel, 'in public')} by <@{reply.sent_by}> {date(sent_at)}"
    return [context(head, *_faults_of(reply)), *literal(shorten(reply.text, 600))]


def promised(promises: Sequence[Promise]) -> list[Block]:
    """What the replies promised and is still to be done, soonest first."""
    still = sorted((each for each in promises if each.state is PromiseState.OPEN), key=lambda each: each.due_at)
    lines = [f"“{escape(one_line(each.words, 60))}”: {date(each.due_at)}" for each in still[:5]]
    return [context(shorten(":calendar: *Promised* " + "  ·  ".join(lines), ERROR_LIMIT))] if lines else []


def _faults_of(reply: Reply) -> list[str]:
    """What is wrong with a reply that has left, for a lead to see."""
    lines = []
    if reply.unapproved:
        lines.append(f":warning: It promises what nobody approved: {_quoted(reply.unapproved)}. Tell a lead.")
    if reply.broken:
        words = [words for _, words in reply.broken]
        lines.append(f":warning: It left with words that the phrase rules stop: {_quoted(words)}.")
    return [shorten(line, ERROR_LIMIT) for line in lines]


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{escape(one_line(each, 60))}”" for each in list(dict.fromkeys(words))[:5])


def blocked(violations: Sequence[Violation], unapproved: Sequence[Unapproved] = ()) -> str:
    """Why a text cannot be saved: which words, why, what to say instead. Plain text, for under a field."""
    lines = [f"“{one_line(promise.words, 60)}”: {promise.why}" for promise in unapproved]
    lines += [
        f"“{one_line(violation.words, 60)}”: {violation.rule.why} Say instead: {violation.rule.instead[0]}"
        for violation in violations
    ]
    return shorten("\n".join(dict.fromkeys(lines)), ERROR_LIMIT)


def checked(violations: Sequence[Violation]) -> str:
    """The answer to a phrase check, as mrkdwn."""
    if not violations:
        return "✓ Nothing in this text breaks the phrase rules."
    names = {Level.ERROR: "Stop", Level.WARNING: "Advice", Level.SUGGESTION: "Style"}
    lines = [f"• *{names[violation.rule.level]}*: {_line(violation)}" for violation in violations]
    return shorten("\n".join(lines), 2900)


def _line(violation: Violation) -> str:
    words, why = escape(one_line(violation.words, 60)), escape(violation.rule.why)
    return f"“{words}”: {why} Say instead: _{escape(one_line(violation.rule.instead[0], 200))}_"
