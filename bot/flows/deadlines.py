"""What happens to an offer that nobody answers: a higher role is called, and at last it is let go."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows.decisions import entry_of, locked, moved
from bot.flows.telling import ask_for_approval_card, came_out
from bot.store import audit
from bot.store.db import Session


def call_higher(session: Session, workspace: str, offer_id: int, role: Role, *, now: datetime) -> Offered | None:
    """Call a higher role to an offer that nobody answered; None when that is not needed any more."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return None
    case, before = found
    if before.state is not OfferState.PENDING or is_late(before, now):
        return None
    if before.called is not None and role <= before.called:
        return before if role is before.called else None
    offered = replace(before, called=role)
    moved(session, before, offered)
    ask_for_approval_card(session, case, offered)
    entry = entry_of(Action.OFFER_PASSED_ON, case, offered, None, called=role.value)
    audit.record(session, workspace, entry, by=None, now=now)
    return offered


def expire(session: Session, workspace: str, offer_id: int, *, now: datetime) -> Offered | None:
    """Let an offer go that nobody answered in time; None when it was answered, or its time is not over."""
    found = locked(session, workspace, offer_id)
    if found is None or not is_late(found[1], now):
        return None
    return let_go(session, *found, now=now)


def let_go(session: Session, case: Case, before: Offered, *, now: datetime) -> Offered:
    """The time of an offer is over. It must be locked."""
    offered = replace(before, state=OfferState.EXPIRED, decided_at=now)
    moved(session, before, offered)
    came_out(session, case, offered, by=None)
    entry = entry_of(Action.OFFER_EXPIRED, case, offered, None, before=before.state)
    audit.record(session, case.workspace, entry, by=None, now=now)
    return offered


def is_late(offered: Offered, now: datetime) -> bool:
    """Whether it still waits though its time is over."""
    return offered.state.is_open and offered.deadline is not None and now >= offered.deadline
