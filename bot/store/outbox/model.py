"""What the outbox is made of: lanes, notices, wishes; and when something is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.db import Session
from bot.store.tables import IS_PENDING, db_now, notices

LEASE = timedelta(seconds=30)
"""How long a worker holds a lane without a sign of life. Longer than any call to Slack may take."""

TAKE_UNTIL = timedelta(seconds=20)
"""What must be left of the lease when a notice is taken: enough to look for it in Slack, to post and to record it."""

POST_EVERY = timedelta(seconds=1)
BURST = 4
"""A channel takes one message a second; this many may come at once after a rest."""

PENDING, DELIVERED, WITHDRAWN, SET_ASIDE = "pending", "delivered", "withdrawn", "set aside"
POST, UPDATE = "chat.postMessage", "chat.update"


@dataclass(frozen=True, slots=True)
class Lane:
    """A channel whose notices this worker alone may send until `held_until`; new messages from `post_at` on.

    Both are the database's time.
    """

    workspace: str
    channel: str
    held_until: datetime
    post_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `tried_at` is the first earlier try that may have reached Slack without our hearing of it."""

    id: int
    workspace: str
    channel: str
    kind: str
    subject: str
    revision: int
    attempts: int
    message_ts: str | None
    tried_at: datetime | None
    due_at: datetime

    @property
    def uncertain(self) -> bool:
        """Whether an earlier try may have reached Slack."""
        return self.tried_at is not None


@dataclass(frozen=True, slots=True)
class Wish:
    """Something Slack is to be told, now unless `due_at` says later."""

    channel: str
    kind: str
    subject: str
    due_at: datetime | None = None


IS_DUE = sa.and_(IS_PENDING, notices.c.due_at <= db_now())

_NOW = sa.select(db_now())


def now_in(session: Session) -> datetime:
    """The database's time."""
    return session.execute(_NOW).scalar_one()
