"""The words of a person: saved as the draft, and marked as sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details, Status, steps_after_reply
from bot.domain.draft import MAX_TEXT, Draft, DraftState, Override, Promised, Reply
from bot.domain.team import Role
from bot.domain.template import Channel, recovery_parts
from bot.flows.cards import ask_for_card
from bot.flows.cases import take_if_free
from bot.flows.drafts import live_draft
from bot.flows.history import Setting, setting_of
from bot.flows.outcome import Refused
from bot.flows.planning import plan_again
from bot.flows.suggestions import render, with_answers
from bot.flows.violations import Blocked, errors_in, places, stopped
from bot.store import audit, cases, drafts, promises
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class NotYours(Refused):
    """Somebody tried what only a lead or a manager may do."""


ONLY_A_LEAD = NotYours(
    "Only a lead or a manager can save words that the phrase rules stop. Mend the words, or ask one of them to save it."
)


def revise(
    session: Session,
    content: Content,
    workspace: str,
    draft_id: int,
    *,
    text: str,
    answers: Mapping[str, str],
    template_id: str | None = None,
    channel: Channel | None = None,
    untouched: bool = False,
    reason: str = "",
    role: Role | None = None,
    agent: str | None,
    by: str,
    now: datetime,
) -> Draft | Blocked | NotYours | Refused:
    """Save the agent's words, or, when these are the response's own (`untouched`), the response with the answers in it.

    Answers about the customer stay with the case; an empty one takes an earlier answer back. Words that the phrase
    rules stop are not saved, unless a lead says why they should be; amends that nobody decided are never saved.
    """
    found = live_draft(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    wanted = replace(
        draft, text=text.strip(), template_id=template_id or draft.template_id, channel=channel or draft.channel
    )
    template = content.template(wanted.template_id)
    asked = {*draft.missing, *(value.name for value in (template.values if template else ()))}
    given = {name: answer for name, answer in answers.items() if name in asked}
    answered = {name: answer for name, answer in {**drafts.answers_to(session, draft), **given}.items() if answer}
    details = with_answers(case.details, given)
    as_it_was = wanted == replace(draft, text=wanted.text) and wanted.text in ("", draft.text.strip())
    if untouched or (any(given.values()) and as_it_was and not draft.edited):
        setting = setting_of(session, case, by=by, channel=wanted.channel)
        written = _rendered(content, wanted, details, agent=agent, setting=setting, answers=answered)
    elif wanted.text:
        written = replace(wanted, missing=(), edited=draft.edited or not as_it_was)
    else:
        written = Refused("Write the reply, or answer the questions above it.")
    if isinstance(written, Refused):
        return written
    passed = _passed(session, content, case, written, reason=reason, by=by, role=role, now=now)
    if not isinstance(passed, Draft):
        return passed
    happened: list[audit.Happened] = []
    saved = replace(passed, state=DraftState.CHOSEN)
    if saved != draft or details != case.details:
        case = cases.change_details(session, case, details)
        drafts.save(session, saved, answers=answered)
        happened = _edited(content, case, draft, saved)
    case, taken = take_if_free(session, case, by=by)
    happened += taken
    ask_for_card(session, case)
    if happened:
        audit.record(session, workspace, *happened, by=by, now=now)
    return saved


def _rendered(
    content: Content,
    wanted: Draft,
    details: Details,
    *,
    agent: str | None,
    setting: Setting,
    answers: Mapping[str, str],
) -> Draft | Refused:
    """The draft in its response's own words, with the answers in them."""
    template = content.template(wanted.template_id)
    if template is None or wanted.channel not in template.channels:
        return Refused("The response this draft came from was taken away. Write the reply, or press *Another*.")
    suggestion = render(content, template, details, agent=agent, setting=setting, answers=answers)
    if not suggestion.text:
        missing = [value for value in template.asks(wanted.channel) if value.name in suggestion.missing]
        asks = " ".join(value.ask for value in missing if value.required)
        return Refused(f"Still needed before this reply can be written: {asks}")
    text = suggestion.text.strip()
    if len(text) > MAX_TEXT:
        return Refused(f"With these answers the reply is longer than {MAX_TEXT} characters. Shorten them.")
    return replace(wanted, text=text, missing=suggestion.missing, edited=False)


def _passed(
    session: Session,
    content: Content,
    case: Case,
    draft: Draft,
    *,
    reason: str,
    by: str,
    role: Role | None,
    now: datetime,
) -> Draft | Blocked | NotYours:
    """The draft, if nothing stops its words or a lead says why they should stand, and with what was let stand."""
    errors = errors_in(content, draft.text)
    blocked = stopped(session, content, case, draft.text, override=draft.override, now=now)
    if blocked and blocked.violations and reason:
        if role not in (Role.LEAD, Role.MANAGER):
            return ONLY_A_LEAD
        draft = replace(draft, override=Override(places(errors), by, reason))
        blocked = stopped(session, content, case, draft.text, override=draft.override, now=now)
    if blocked:
        return blocked
    return draft if errors else replace(draft, override=None)


def _edited(content: Content, case: Case, before: Draft, saved: Draft) -> list[audit.Happened]:
    """What the audit log keeps of a change of words."""
    entry: dict[str, object] = {
        "draft": saved.id,
        "template": saved.template_id,
        "channel": saved.channel,
        "text": text_hash(saved.text),
        "content": content.hash,
    }
    happened: list[audit.Happened] = [(Action.DRAFT_EDITED, case.reference, entry)]
    if saved.override is not None and saved.override != before.override:
        rules = sorted({rule for rule, _ in saved.override.broken})
        entry = {"draft": saved.id, "rules": rules, "reason": text_hash(saved.override.reason)}
        happened.append((Action.DRAFT_OVERRIDDEN, case.reference, entry))
    return happened


def mark_sent(
    session: Session,
    content: Content,
    workspace: str,
    draft_id: int,
    *,
    text: str | None = None,
    channel: Channel | None = None,
    promised: Sequence[Promised] = (),
    already: bool = False,
    by: str,
    now: datetime,
) -> Case | Blocked | Refused:
    """The customer has this reply: record it, tick the steps that it holds, and keep what it promises.

    `text` is what really left; without it, the draft as it is. Words that the rules stop are held back, unless the
    agent says that the reply left like this `already`: then it is recorded together with what is wrong with it.
    """
    found = live_draft(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    text = draft.text if text is None else text.strip()
    if not text:
        return Refused("This draft still needs a few details. Press *Edit* to fill them in.")
    blocked = stopped(session, content, case, text, override=draft.override, now=now)
    if blocked and not already:
        return blocked
    violations, unapproved = errors_in(content, text), blocked.unapproved if blocked else ()
    parts = recovery_parts(text)
    reply = Reply(
        case.id,
        draft.id,
        text,
        parts,
        by,
        channel or draft.channel,
        places(violations),
        tuple(each.words for each in unapproved),
    )
    drafts.change(session, draft, state=DraftState.SENT)
    reply_id = drafts.add_reply(session, workspace, reply, now=now)
    kept = promises.add_all(session, workspace, promised, case_id=case.id, reply_id=reply_id, by=by, now=now)
    case, taken = take_if_free(session, case, by=by)
    case = cases.change(
        session,
        case,
        status=Status.ANSWERED if case.status is Status.OPEN else case.status,
        first_replied_at=case.first_replied_at or now,
        steps=sorted(steps_after_reply(case.steps, parts)),
    )
    plan_again(session, content, case, promised=kept, now=now)
    ask_for_card(session, case)
    entry: dict[str, object] = {
        "draft": draft.id,
        "template": draft.template_id,
        "channel": reply.channel,
        "edited": draft.edited or text != draft.text,
        "text": text_hash(text),
        "parts": sorted(parts),
        "promises": [each.due_at.isoformat() for each in promised],
    }
    if reply.broken:
        entry["broken"] = sorted({rule for rule, _ in reply.broken})
    if reply.unapproved:
        entry["unapproved"] = list(reply.unapproved)
    audit.record(session, workspace, (Action.REPLY_SENT, case.reference, entry), *taken, by=by, now=now)
    return case
