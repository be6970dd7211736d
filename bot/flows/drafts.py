"""The draft on a card: suggested, passed over for another, chosen."""

from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case
from bot.domain.draft import Draft, DraftState
from bot.domain.template import Channel, Value
from bot.flows.cards import ask_for_card
from bot.flows.cases import take_if_free
from bot.flows.history import Setting, setting_of
from bot.flows.outcome import GONE, Refused
from bot.flows.suggestions import Suggestion, best, fitting, new_draft, render, suggested
from bot.store import audit, cases, drafts
from bot.store.db import Session

NO_WORDS = "No response has words for a {channel} that fit this case. Write it with a lead, or choose another channel."
REPLACED = Refused("That draft was replaced. The card shows the one that counts now.")


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
    found = live_draft(session, workspace, draft_id)
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
    found = live_draft(session, workspace, draft_id)
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
    case, taken = take_if_free(session, case, by=by)
    happened += taken
    ask_for_card(session, case)
    if happened:
        audit.record(session, workspace, *happened, by=by, now=now)
    return draft


def _signed(
    session: Session, content: Content, case: Case, draft: Draft, *, agent: str | None, setting: Setting
) -> str:
    """The draft's text with the name of whoever sends it; words that a person edited are left alone."""
    template = content.template(draft.template_id)
    if draft.edited or not agent or template is None or draft.channel not in template.channels:
        return draft.text
    answers = drafts.answers_to(session, draft)
    return render(content, template, case.details, agent=agent, setting=setting, answers=answers).text or draft.text


def live_draft(session: Session, workspace: str, draft_id: int) -> tuple[Case, Draft] | Refused:
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
