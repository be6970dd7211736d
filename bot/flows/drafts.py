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
from bot.domain.team import Role
from bot.domain.template import (
    NEVER_MISSING,
    Channel,
    MissingValues,
    ResponseTemplate,
    Value,
    choose,
    first_name,
    recovery_parts,
    standard_values,
)
from bot.flows.cards import ask_for_card
from bot.flows.guess import LONGEST_VALUE, details_from
from bot.flows.history import Setting, setting_of
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import plan_again
from bot.flows.promised import given_on, unapproved_in
from bot.store import audit, cases, drafts, promises
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template rendered for a case. `text` is empty while a required value is missing."""

    template_id: str
    text: str
    missing: tuple[str, ...]
    channel: Channel = Channel.EMAIL


FRESH = Setting()
"""A first reply by email, to a customer and from an agent of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The text breaks phrase rules that stop it, or states amends that nobody decided. Nothing was saved."""

    violations: tuple[Violation, ...] = ()
    unapproved: tuple[Unapproved, ...] = ()


@dataclass(frozen=True, slots=True)
class NotYours(Refused):
    """Somebody tried what only a lead or a manager may do."""


ONLY_A_LEAD = NotYours(
    "Only a lead or a manager can save words that the phrase rules stop. Mend the words, or ask one of them to save it."
)
NO_WORDS = "No response has words for a {channel} that fit this case. Write it with a lead, or choose another channel."
REPLACED = Refused("That draft was replaced. The card shows the one that counts now.")


def fitting(
    content: Content, details: Details, *, agent: str | None, setting: Setting = FRESH
) -> list[ResponseTemplate]:
    """The templates for a case like this, best first. In public there may be none: then a person decides."""
    known = frozenset(name for name, value in values_for(details, agent=agent, setting=setting).items() if value)
    return choose(
        content.templates,
        category=details.category,
        severity=details.severity,
        risks=details.risks,
        known=known,
        channel=setting.channel,
        repeated=setting.repeated,
        used=setting.used,
        when=setting.when,
    )


def best(content: Content, details: Details, *, agent: str | None, setting: Setting = FRESH) -> Suggestion:
    """The first fitting template whose text, with what is known, passes the phrase rules; an email where none fits."""
    first: Suggestion | None = None
    for template in fitting(content, details, agent=agent, setting=setting)[:3]:
        suggestion = render(content, template, details, agent=agent, setting=setting)
        if suggestion.text and _is_clean(content, suggestion, details, agent=agent, setting=setting):
            return suggestion
        first = first or suggestion
    if first is None and setting.channel is not Channel.EMAIL:
        return best(content, details, agent=agent, setting=replace(setting, channel=Channel.EMAIL))
    assert first is not None, "there is a template for everything else"  # noqa: S101
    return first


def _is_clean(
    content: Content, suggestion: Suggestion, details: Details, *, agent: str | None, setting: Setting
) -> bool:
    """Whether a rendered text may be sent. Texts of one shape differ only in names and numbers; amends are read."""
    if setting.given:
        return not errors_in(content, suggestion.text)
    known = values_for(details, agent=agent, setting=setting)
    if setting.channel is Channel.PUBLIC:
        known["customer"] = first_name(known.get("customer", ""))
    filled = frozenset(name for name, value in known.items() if value)
    shape = (suggestion.template_id, setting.channel, details.category, details.severity, filled)
    return content.is_clean(suggestion.text, shape)


def for_text(content: Content, text: str, *, agent: str | None) -> Suggestion:
    """A draft for a complaint text, with no case and no database."""
    return best(content, details_from(content.triage(text)), agent=agent)


def render(
    content: Content,
    template: ResponseTemplate,
    details: Details,
    *,
    agent: str | None,
    setting: Setting = FRESH,
    answers: Mapping[str, str] | None = None,
) -> Suggestion:
    """One template with what is known about the case and what was answered. Raises KeyError for a channel it lacks."""
    known = {**(answers or {}), **values_for(details, agent=agent, setting=setting)}
    unknown = (value.name for value in template.asks(setting.channel) if not known.get(value.name))
    missing = tuple(name for name in unknown if name not in NEVER_MISSING)
    try:
        text = content.render(template.id, known, setting.channel)
    except MissingValues:
        text = ""
    return Suggestion(template.id, text, missing, setting.channel)


def values_for(details: Details, *, agent: str | None, setting: Setting = FRESH) -> dict[str, str]:
    """What a template can be told without asking anybody."""
    return standard_values(
        category=details.category,
        severity=details.severity,
        customer=details.customer,
        reference=details.reference,
        agent=agent or "",
        repeated=setting.repeated,
        amends=setting.amends,
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
    session: Session,
    content: Content,
    case: Case,
    *,
    agent: str | None,
    by: str | None = None,
    in_any_case: bool = False,
    now: datetime,
) -> list[audit.Happened]:
    """The facts changed: make a suggestion that nobody has touched anew; `in_any_case` one in use or edited too.

    Gives back what is to be logged.
    """
    draft = drafts.live(session, case.id)
    is_touched = draft is not None and (draft.state is not DraftState.SUGGESTED or draft.edited)
    if draft is None or (is_touched and not in_any_case):
        return []
    setting = setting_of(session, case, by=by, channel=draft.channel)
    suggestion = best(content, case.details, agent=agent, setting=setting)
    _, happened = _replace(session, content, case, draft, suggestion, now=now)
    return [happened]


def with_amends(
    session: Session, content: Content, case: Case, *, agent: str | None, by: str, now: datetime
) -> list[audit.Happened]:
    """More was decided on the case: offer a reply that states it, unless somebody is at work on one.

    Gives back what is to be logged.
    """
    if drafts.live(session, case.id) is not None:
        return suggest_again(session, content, case, agent=agent, by=by, now=now)
    return [_next(session, content, case, agent=agent, by=by, now=now)[1]]


def draft_again(
    session: Session, content: Content, workspace: str, case_id: int, *, agent: str | None, by: str, now: datetime
) -> tuple[Case, Draft] | Refused:
    """The case's live draft; a fresh one, for the channel of the last reply, when that was sent."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    draft = drafts.live(session, case.id)
    if draft is None:
        ask_for_card(session, case)
        draft, happened = _next(session, content, case, agent=agent, by=by, now=now)
        audit.record(session, workspace, happened, by=by, now=now)
    return case, draft


def another(
    session: Session, content: Content, workspace: str, draft_id: int, *, agent: str | None, by: str, now: datetime
) -> Draft | Refused:
    """Pass this draft over for the next fitting template that was shown least on this case: so all come in turn."""
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    setting = setting_of(session, case, by=by, channel=draft.channel)
    ranked = fitting(content, case.details, agent=agent, setting=setting)
    if not ranked:
        ask_for_card(session, case)
        return Refused(NO_WORDS.format(channel=draft.channel.label.lower()))
    ids = [template.id for template in ranked]
    place = ids.index(draft.template_id) + 1 if draft.template_id in ids else 0
    shown = drafts.shown_since_reply(session, case.id)
    following = min(ranked[place:] + ranked[:place], key=lambda template: shown.count(template.id))
    if len(ranked) == 1 and following.id == draft.template_id and not draft.edited:
        ask_for_card(session, case)
        return Refused("This is the only response that fits this case. Edit it, or change the case's details.")
    suggestion = render(content, following, case.details, agent=agent, setting=setting)
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
        setting = setting_of(session, case, by=by, channel=draft.channel)
        text = _signed(session, content, case, draft, agent=agent, setting=setting)
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
    found = _live(session, workspace, draft_id)
    if isinstance(found, Refused):
        return found
    case, draft = found
    text = text.strip()
    template_id, channel = template_id or draft.template_id, channel or draft.channel
    template = content.template(template_id)
    asked = {*draft.missing, *(value.name for value in (template.values if template else ()))}
    given = {name: answer for name, answer in answers.items() if name in asked}
    details = with_answers(case.details, given)
    answered = {name: answer for name, answer in {**drafts.answers_to(session, draft), **given}.items() if answer}
    missing: tuple[str, ...] = ()
    as_it_was = text in ("", draft.text.strip()) and template_id == draft.template_id and channel is draft.channel
    if untouched or (any(given.values()) and as_it_was and not draft.edited):
        if template is None or channel not in template.channels:
            return Refused("The response this draft came from was taken away. Write the reply, or press *Another*.")
        setting = setting_of(session, case, by=by, channel=channel)
        suggestion = render(content, template, details, agent=agent, setting=setting, answers=answered)
        if not suggestion.text:
            return Refused(_still_needed(template, channel, suggestion.missing))
        text, missing, edited = suggestion.text.strip(), suggestion.missing, False
        if len(text) > MAX_TEXT:
            return Refused(f"With these answers the reply is longer than {MAX_TEXT} characters. Shorten them.")
    elif not text:
        return Refused("Write the reply, or answer the questions above it.")
    else:
        edited = draft.edited or not as_it_was
    override, blocked = draft.override, _stops(session, content, case, text, override=draft.override, now=now)
    if blocked and blocked.violations and reason:
        if role not in (Role.LEAD, Role.MANAGER):
            return ONLY_A_LEAD
        override = Override(_places(errors_in(content, text)), by, reason)
        blocked = _stops(session, content, case, text, override=override, now=now)
    if blocked:
        return blocked
    if override is not None and not errors_in(content, text):
        override = None
    happened: list[audit.Happened] = []
    saved = replace(
        draft,
        text=text,
        missing=missing,
        edited=edited,
        state=DraftState.CHOSEN,
        template_id=template_id,
        channel=channel,
        override=override,
    )
    if saved != draft or details != case.details:
        case = cases.change_details(session, case, details)
        before = draft
        draft = drafts.change(
            session,
            draft,
            text=text,
            missing=list(missing),
            answers=answered,
            edited=edited,
            state=DraftState.CHOSEN,
            template_id=template_id,
            channel=channel,
            override=override,
        )
        entry = {
            "draft": draft.id,
            "template": template_id,
            "channel": channel,
            "text": text_hash(draft.text),
            "content": content.hash,
        }
        happened.append((Action.DRAFT_EDITED, case.reference, entry))
        if override is not None and override != before.override:
            rules = sorted({rule for rule, _ in override.broken})
            entry = {"draft": draft.id, "rules": rules, "reason": text_hash(override.reason)}
            happened.append((Action.DRAFT_OVERRIDDEN, case.reference, entry))
    if case.owner is None:
        case = cases.change(session, case, owner=by)
        happened.append((Action.CASE_TAKEN, case.reference, {"owner": by, "before": None}))
    ask_for_card(session, case)
    if happened:
        audit.record(session, workspace, *happened, by=by, now=now)
    return draft


def _still_needed(template: ResponseTemplate, channel: Channel, missing: Sequence[str]) -> str:
    asks = " ".join(value.ask for value in template.asks(channel) if value.required and value.name in missing)
    return f"Still needed before this reply can be written: {asks}"


def _places(violations: Sequence[Violation]) -> tuple[tuple[str, str], ...]:
    """Which rules a text breaks with which words."""
    return tuple(dict.fromkeys((violation.rule.id, violation.words) for violation in violations))


def with_answers(details: Details, given: Mapping[str, str]) -> Details:
    """The case's details with what somebody answered about the customer."""
    return replace(
        details,
        customer=(given.get("customer") or details.customer)[:LONGEST_VALUE],
        reference=(given.get("reference") or details.reference)[:LONGEST_VALUE],
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
        _places(violations),
        tuple(each.words for each in unapproved),
    )
    drafts.change(session, draft, state=DraftState.SENT)
    reply_id = drafts.add_reply(session, workspace, reply, now=now)
    kept = promises.add_all(session, workspace, promised, case_id=case.id, reply_id=reply_id, by=by, now=now)
    case = cases.change(
        session,
        case,
        status=Status.ANSWERED if case.status is Status.OPEN else case.status,
        owner=case.owner or by,
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
    audit.record(session, workspace, (Action.REPLY_SENT, case.reference, entry), by=by, now=now)
    return case


def _stops(
    session: Session, content: Content, case: Case, text: str, *, override: Override | None = None, now: datetime
) -> Blocked | None:
    """Why this text may not be sent, if it may not. A lead's override covers phrase rules, never money."""
    covered = override.broken if override else ()
    violations = tuple(each for each in errors_in(content, text) if (each.rule.id, each.words) not in covered)
    unapproved = unapproved_in(text, case, given_on(session, case), now=now)
    return Blocked(violations, unapproved) if violations or unapproved else None


def _signed(
    session: Session, content: Content, case: Case, draft: Draft, *, agent: str | None, setting: Setting
) -> str:
    """The draft's text with the name of whoever sends it; words that a person edited are left alone."""
    template = content.template(draft.template_id)
    if draft.edited or not agent or template is None or draft.channel not in template.channels:
        return draft.text
    answers = drafts.answers_to(session, draft)
    return render(content, template, case.details, agent=agent, setting=setting, answers=answers).text or draft.text


def new_draft(case: Case, suggestion: Suggestion) -> drafts.NewDraft:
    """A suggestion as the draft of a case."""
    return drafts.NewDraft(case.id, suggestion.template_id, suggestion.text, suggestion.missing, suggestion.channel)


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


def _next(
    session: Session, content: Content, case: Case, *, agent: str | None, by: str, now: datetime
) -> tuple[Draft, audit.Happened]:
    """The first suggestion after a reply was sent, for the channel it went by."""
    channel = next((reply.channel for reply, _ in reversed(drafts.replies_of(session, case.id))), Channel.EMAIL)
    setting = setting_of(session, case, by=by, channel=channel)
    return _suggest(session, content, case, best(content, case.details, agent=agent, setting=setting), now=now)


def _suggest(
    session: Session, content: Content, case: Case, suggestion: Suggestion, *, now: datetime
) -> tuple[Draft, audit.Happened]:
    new = new_draft(case, suggestion)
    return drafts.add(session, case.workspace, new, now=now), suggested(content, case, suggestion)


def _replace(
    session: Session, content: Content, case: Case, draft: Draft, suggestion: Suggestion, *, now: datetime
) -> tuple[Draft, audit.Happened]:
    drafts.change(session, draft, state=DraftState.PASSED_OVER)
    return _suggest(session, content, case, suggestion, now=now)
