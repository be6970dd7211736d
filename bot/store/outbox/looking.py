"""Looking at the outbox: is there work, what waits, what became of a notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db import Session
from bot.store.outbox.model import IS_DUE, SET_ASIDE
from bot.store.tables import IS_SET_ASIDE, notices

_IS_ANYTHING_DUE = sa.select(notices.c.id).where(IS_DUE).order_by(notices.c.due_at).limit(1)  # in order: by the index


def is_anything_due(session: Session) -> bool:
    """Whether a look for lanes can be worth it. Cheap, takes no lock."""
    return session.execute(_IS_ANYTHING_DUE).first() is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of `amends outbox`: a notice that is not delivered."""

    id: int
    workspace: str
    channel: str
    kind: str
    subject: str
    state: str
    due_at: datetime
    attempts: int
    reason: str


def waiting(session: Session, *, limit: int = 100) -> Sequence[Waiting]:
    """What should have been told by now: set aside first, then by due time. What is planned for later is not in it."""
    query = (
        sa.select(notices)
        .where(sa.or_(IS_SET_ASIDE, IS_DUE))
        .order_by(notices.c.state != SET_ASIDE, notices.c.due_at, notices.c.id)
        .limit(limit)
    )
    return [
        Waiting(
            row.id,
            row.workspace_id,
            row.channel,
            row.kind,
            row.subject,
            row.state,
            row.due_at,
            row.attempts,
            row.reason,
        )
        for row in session.execute(query)
    ]


def counts(session: Session) -> dict[str, int]:
    """How many notices are due or set aside."""
    due = session.execute(sa.select(sa.func.count()).select_from(notices).where(IS_DUE)).scalar_one()
    aside = session.execute(sa.select(sa.func.count()).select_from(notices).where(IS_SET_ASIDE)).scalar_one()
    return {"due": due, "set_aside": aside}


def message_of(session: Session, workspace: str, kind: str, subject: str) -> tuple[str, str] | None:
    """Channel and timestamp of the message a notice became, once it is in Slack."""
    row = session.execute(
        sa.select(notices.c.channel, notices.c.message_ts).where(
            notices.c.workspace_id == workspace, notices.c.kind == kind, notices.c.subject == subject
        )
    ).one_or_none()
    return (row.channel, row.message_ts) if row is not None and row.message_ts else None


def is_message_of(session: Session, workspace: str, kind: str, channel: str, message_ts: str) -> bool:
    """Whether a message of a channel is what a notice of this kind became."""
    query = sa.select(notices.c.id).where(
        notices.c.workspace_id == workspace,
        notices.c.kind == kind,
        notices.c.channel == channel,
        notices.c.message_ts == message_ts,
    )
    return session.execute(query.limit(1)).scalar() is not None
