"""A case without an owner: whom it is suggested to, and giving it to them."""

from collections.abc import Sequence
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.case import Case, Status
from bot.domain.duty import Suggestion, suggest
from bot.flows.cards import ask_for_card
from bot.flows.followups import reassign
from bot.flows.outcome import GONE, Refused
from bot.store import cases
from bot.store.db import Session


def suggestion(session: Session, case: Case, on_duty: Sequence[str]) -> Suggestion | None:
    """Who of those on duty (Slack ids) should have this case, never whom it is about; None when nobody is left."""
    able = [person for person in on_duty if person != case.details.about]
    return suggest(able, cases.loads_of(session, case.workspace, able)) if able else None


def assign_suggested(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    *,
    on_duty: Sequence[str],
    by: str,
    now: datetime,
) -> Case | Refused:
    """Give a case that nobody has to whom it is suggested now."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    ask_for_card(session, case)
    if case.status is Status.RESOLVED:
        return Refused(f"{case.reference} is resolved. Reopen it first if there is more to do.")
    if case.owner is not None:
        whose = "You already have" if case.owner == by else f"<@{case.owner}> already has"
        return Refused(f"{whose} {case.reference}.")
    chosen = suggestion(session, case, on_duty)
    if chosen is None:
        return Refused(f"Nobody is on duty now. Take {case.reference} yourself with *Take case*.")
    return reassign(session, content, workspace, case_id, to=chosen.who, by=by, now=now)
