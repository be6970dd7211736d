"""Drafts: suggest, walk on, choose, revise, mark as sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Details, Status, steps_after_reply
from bot.domain.draft import MAX_TEXT, Draft, DraftState, Override, Promised, Reply
from bot.domain.phrases import Level, Violation
from bot.domain.promise import Unapproved
from bot.domain.template import (
    NEVER_MISSING,
    Channel,
    MissingValues,
    ResponseTemplate,
    Value,
    choose,
    recovery_parts,
    standard_values,
)
from bot.flows.cards import ask_for_card
from bot.flows.guess import LONGEST_VALUE, details_from
from bot.flows.outcome import GONE, Refused
from bot.flows.promised import given_on, unapproved_in
from bot.store import audit, cases, drafts, promises
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template rendered for a case. `text` is empty while a required value is missing."""

    template_id: str
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """The text breaks phrase rules that stop it, or states amends that nobody decided. Nothing was saved."""

    violations: tuple[Violation, ...] = ()
    unapproved: tuple[Unapproved, ...] = ()


REPLACED = Refused("That draft was replaced. The card shows the one that counts now.")


def fitting(content: Content, details: Details, *, agent: str | None) -> list[ResponseTemplate]:
    """The templates for a case like this, best first."""
    known = frozenset(name for name, value in values_for(details, agent=agent).items() if value)
    return choose(
        content.templates,
        category=details.category,
        severity=details.severity,
        risks=details.risks,
        known=known,
    )


def best(content: Content, details: Details, *, agent: str | None) -> Suggestion:
    """The first fitting template whose text, with what is known, passes the phrase rules."""
    first: Suggestion | None = None
    for template in fitting(content, details, agent=agent)[:3]:
        suggestion = render(content, template, details, agent=agent)
        shape = (template.id, details.category, details.severity, suggestion.missing)
        if suggestion.text and content.is_clean(suggestion.text, shape):
            return suggestion
        first = first or suggestion
    assert first is not None, "there is a template for everything else"  # noqa: S101
    return first


def for_text(content: Content, text: str, *, agent: str | None) -> Suggestion:
    """A draft for a complaint text, with no case and no database."""
    return best(content, details_from(content.triage(text)), agent=agent)


def render(content: Content, template: ResponseTemplate, details: Details, *, agent: str | None) -> Suggestion:
    """One template with what is known about the case."""
    known = values_for(details, agent=agent)
    unknown = (value.name for value in template.asks() if not known.get(value.name))
    missing = tuple(name for name in unknown if name not in NEVER_MISSING)
    try:
        return Suggestion(template.id, content.render(template.id, known), missing)
    except MissingValues:
        return Suggestion(template.id, "", missing)


def values_for(details: Details, *, agent: str | None) -> dict[str, str]:
    """What a template can be told without asking anybody."""
    return standard_values(
        category=details.category,
        severity=details.severity,
        customer=details.customer,
        reference=details.reference,
        agent=agent or "",
    )


def errors_in(content: Content, text: str) -> tuple[Violation, ...]:
    """The places in a text that may not be sent."""
    return tuple(violation for violation in content.check(text) if violation.rule.level is Level.ERROR)


def advice_on(content: Content, text: str) -> tuple[Violation, ...]:
    """The places in a text that could be said better, though they do not stop it."""
    return tuple(violation for violation in content.check(text) if violation.rule.level is not Level.ERROR)


def questions(content: Content, draft: Draft) -> tuple[Value, ...]:
    """What the form asks before this draft is complete."""
    template = content.template(draft.template_id)
    return tuple(value for value in template.values if value.name in draft.missing) if template else ()


def suggest_again(
    session: Session, content: Content, case: Case, *, agent: str | None, now: datetime
) -> list[audit.Happened]:
    """The facts changed: make a suggestion that nobody has touched anew. Gives back what is to be logged."""
    draft = drafts.live(session, case.id)
    if draft is None or draft.state is not DraftState.SUGGESTED or draft.edited:
        return []
    _, happened = _replace(session, content, case, draft, best(content, case.details, agent=agent), now=now)
    return [happened]


def draft_again(
    session: Session, content: Content, workspace: str, case_id: int, *, agent: str | None, by: str, now: datetime
) -> tuple[Case, Draft] | Refused:
    """The case's live draft; a fresh one when the last was sent."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    draft = drafts.live(session, case.id)
    if draft is None:
        ask_for_card(session, case)
        draft, happened = _suggest(session, content, case, best(content, case.details, agent=agent), now=now)
        audit.record(session, workspace, happened, by=by, now=now)
    return case, draft


def another(
    session: Session, content: Content, workspace: str, draft_id: int, *, agent: str | None, by: str, now: datetime
) -> Draft | Refused:
    """Pass this draft over for the next fitting template, and start again after the last."""
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    ranked = fitting(content, case.details, agent=agent)
    ids = [template.id for template in ranked]
    place = ids.index(draft.template_id) + 1 if draft.template_id in ids else 0
    following = ranked[place % len(ranked)]
    if following.id == draft.template_id and not draft.edited:
        ask_for_card(session, case)
        return Refused("This is the only response that fits this case. Edit it, or change the case's details.")
    suggestion = render(content, following, case.details, agent=agent)
    draft, happened = _replace(session, content, case, draft, suggestion, now=now)
    ask_for_card(session, case)
    audit.record(session, workspace, happened, by=by, now=now)
    return draft


def use(
    session: Session, content: Content, workspace: str, draft_id: int, *, agent: str | None, by: str, now: datetime
) -> Draft | Refused:
    """Settle on this draft, signed by whoever settles. A case that nobody has becomes theirs."""
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    if not draft.text:
        return Refused("This draft still needs a few details. Press *Edit* to fill them in.")
    happened: list[audit.Happened] = []
    if draft.state is not DraftState.CHOSEN:
        text = _signed(session, content, case, draft, agent=agent)
        draft = drafts.change(session, draft, state=DraftState.CHOSEN, text=text)
        entry = {"draft": draft.id, "template": draft.template_id, "text": text_hash(text)}
        happened.append((Action.DRAFT_CHOSEN, case.reference, entry))
    if case.owner is None:
        case = cases.change(session, case, owner=by)
        happened.append((Action.CASE_TAKEN, case.reference, {"owner": by, "before": None}))
    ask_for_card(session, case)
    if happened:
        audit.record(session, workspace, *happened, by=by, now=now)
    return draft


def revise(
    session: Session,
    content: Content,
    workspace: str,
    draft_id: int,
    *,
    text: str,
    answers: Mapping[str, str],
    agent: str | None,
    by: str,
    now: datetime,
) -> Draft | Blocked | Refused:
    """Save the agent's words, or, when only questions were answered, the template with the answers in it.

    Answers about the customer stay with the case. Words that the phrase rules stop are not saved.
    """
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    text = text.strip()
    given = {name: answer for name, answer in answers.items() if answer and name in draft.missing}
    details = _with_answers(case.details, given)
    answered = {**drafts.answers_to(session, draft), **given}
    missing: tuple[str, ...] = ()
    edited = draft.edited
    if given and text in ("", draft.text.strip()):
        if content.template(draft.template_id) is None:
            return Refused("The response this draft came from was taken away. Write the reply, or press *Another*.")
        try:
            text = content.render(draft.template_id, {**answered, **values_for(details, agent=agent)}).strip()
        except MissingValues as lacking:
            return Refused(f"Still needed before this reply can be written: {', '.join(lacking.names)}.")
        if len(text) > MAX_TEXT:
            return Refused(f"With these answers the reply is longer than {MAX_TEXT} characters. Shorten them.")
        missing, edited = tuple(name for name in draft.missing if name not in given), False
    elif not text:
        return Refused("Write the reply, or answer the questions above it.")
    else:
        edited = edited or text != draft.text.strip()
    blocked = _stops(session, content, case, text, now=now)
    if blocked:
        return blocked
    happened: list[audit.Happened] = []
    saved = replace(draft, text=text, missing=missing, edited=edited, state=DraftState.CHOSEN)
    if saved != draft or details != case.details:
        case = cases.change_details(session, case, details)
        draft = drafts.change(
            session, draft, text=text, missing=list(missing), answers=answered, edited=edited, state=DraftState.CHOSEN
        )
        entry = {"draft": draft.id, "text": text_hash(draft.text), "content": content.hash}
        happened.append((Action.DRAFT_EDITED, case.reference, entry))
    if case.owner is None:
        case = cases.change(session, case, owner=by)
        happened.append((Action.CASE_TAKEN, case.reference, {"owner": by, "before": None}))
    ask_for_card(session, case)
    if happened:
        audit.record(session, workspace, *happened, by=by, now=now)
    return draft


def _with_answers(details: Details, given: Mapping[str, str]) -> Details:
    """The case's details with what somebody answered about the customer."""
    return replace(
        details,
        customer=given.get("customer", details.customer)[:LONGEST_VALUE],
        reference=given.get("reference", details.reference)[:LONGEST_VALUE],
    )


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
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    text = draft.text if text is None else text.strip()
    if not text:
        return Refused("This draft still needs a few details. Press *Edit* to fill them in.")
    blocked = _stops(session, content, case, text, override=draft.override, now=now)
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
        tuple((violation.rule.id, violation.words) for violation in violations),
        tuple(each.words for each in unapproved),
    )
    drafts.change(session, draft, state=DraftState.SENT)
    reply_id = drafts.add_reply(session, workspace, reply, now=now)
    promises.add_all(session, workspace, promised, case_id=case.id, reply_id=reply_id, by=by, now=now)
    case = cases.change(
        session,
        case,
        status=Status.ANSWERED if case.status is Status.OPEN else case.status,
        owner=case.owner or by,
        first_replied_at=case.first_replied_at or now,
        steps=sorted(steps_after_reply(case.steps, parts)),
    )
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
    audit.record(session, workspace, (Action.REPLY_SENT, case.reference, entry), by=by, now=now)
    return case


def _stops(
    session: Session, content: Content, case: Case, text: str, *, override: Override | None = None, now: datetime
) -> Blocked | None:
    """Why this text may not be sent, if it may not. A lead's override covers phrase rules, never money."""
    covered = override.rules if override else ()
    violations = tuple(each for each in errors_in(content, text) if each.rule.id not in covered)
    unapproved = unapproved_in(text, case, given_on(session, case), now=now)
    return Blocked(violations, unapproved) if violations or unapproved else None


def _signed(session: Session, content: Content, case: Case, draft: Draft, *, agent: str | None) -> str:
    """The draft's text with the name of whoever sends it; words that a person edited are left alone."""
    if draft.edited or not agent or content.template(draft.template_id) is None:
        return draft.text
    values = {**drafts.answers_to(session, draft), **values_for(case.details, agent=agent)}
    return content.render(draft.template_id, values).strip()


def suggested(content: Content, case: Case, suggestion: Suggestion) -> audit.Happened:
    """What the audit log keeps of a suggestion."""
    entry = {"template": suggestion.template_id, "text": text_hash(suggestion.text), "content": content.hash}
    return Action.DRAFT_SUGGESTED, case.reference, entry


def _live(session: Session, workspace: str, draft_id: int) -> tuple[Case, Draft] | Refused:
    """The case, locked for change, and its draft, if the draft is still the one on the card."""
    seen = drafts.get(session, workspace, draft_id)
    case = cases.get(session, workspace, seen.case_id, for_change=True) if seen else None
    if seen is None or case is None:
        return GONE
    draft = drafts.get(session, workspace, draft_id)
    if draft is None or not draft.is_live:
        ask_for_card(session, case)
        sent = draft is not None and draft.state is DraftState.SENT
        return Refused(f"This reply is already marked as sent on {case.reference}.") if sent else REPLACED
    return case, draft


def _suggest(
    session: Session, content: Content, case: Case, suggestion: Suggestion, *, now: datetime
) -> tuple[Draft, audit.Happened]:
    new = drafts.NewDraft(case.id, suggestion.template_id, suggestion.text, suggestion.missing)
    return drafts.add(session, case.workspace, new, now=now), suggested(content, case, suggestion)


def _replace(
    session: Session, content: Content, case: Case, draft: Draft, suggestion: Suggestion, *, now: datetime
) -> tuple[Draft, audit.Happened]:
    drafts.change(session, draft, state=DraftState.PASSED_OVER)
    return _suggest(session, content, case, suggestion, now=now)
