"""What became of a notice that was taken.

A worker that lost its lane must not undo what its successor has recorded: everything but a delivery counts only for
this very try of the notice.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.db import Session
from bot.store.outbox.asking import open_lanes
from bot.store.outbox.model import DELIVERED, PENDING, SET_ASIDE, WITHDRAWN, Notice, now_in
from bot.store.tables import db_now, notices

BREATH = timedelta(seconds=1)
"""The least time between two looks at a notice that is not to go out yet."""

_STANDS = notices.c.revision == sa.bindparam("known_revision")
"""Nobody asked for it again since it was taken."""

_DELIVERED = (
    sa.update(notices)
    .where(notices.c.id == sa.bindparam("notice"))
    .values(
        state=sa.case((_STANDS, DELIVERED), else_=PENDING),
        message_ts=sa.bindparam("ts"),
        tried_at=None,
        attempts=0,
        reason="",
    )
)


def delivered(session: Session, notice: Notice, message_ts: str | None) -> None:
    """Slack has it. If it was asked for again meanwhile it stays pending."""
    session.execute(_DELIVERED, {"notice": notice.id, "known_revision": notice.revision, "ts": message_ts})


def found(session: Session, notice: Notice, message_ts: str) -> None:
    """The message is there after all; it stays pending, to be brought up to date."""
    values = {"message_ts": message_ts, "tried_at": None, "attempts": 0, "reason": ""}
    session.execute(sa.update(notices).where(notices.c.id == notice.id).values(values))


def later(session: Session, notice: Notice, pause: timedelta, reason: str, *, uncertain: bool) -> None:
    """Try again after a pause. `uncertain` keeps the mark that Slack may have it."""
    values: dict[str, Any] = {"due_at": now_in(session) + pause, "reason": reason[:300]}
    if not uncertain:
        values["tried_at"] = None
    _change(session, notice, values)


def put_off(session: Session, notice: Notice, until: datetime, reason: str) -> None:
    """It is not the time for it: nothing was tried. If it was asked for again meanwhile it is due as it was asked.

    A clock that is behind the database's may name a time that is over here: a lane never turns on one notice.
    """
    until = max(until, now_in(session) + BREATH)
    due_at = sa.case((notices.c.revision == notice.revision, until), else_=notices.c.due_at)
    _change(session, notice, {"due_at": due_at, "tried_at": None, "attempts": 0, "reason": reason[:300]})


def withdrawn(session: Session, notice: Notice, reason: str) -> None:
    """There is nothing to tell any more. If it was asked for again meanwhile it stays pending."""
    state = sa.case((notices.c.revision == notice.revision, WITHDRAWN), else_=PENDING)
    _change(session, notice, {"state": state, "tried_at": None, "attempts": 0, "reason": reason[:300]})


def give_back(session: Session, notice: Notice, *, uncertain: bool) -> None:
    """Undo `take_next`: the notice was not tried after all. `uncertain` when an earlier try may have reached Slack."""
    values: dict[str, Any] = {"attempts": notice.attempts - 1}
    if not uncertain:
        values["tried_at"] = None
    _change(session, notice, values)


def set_aside(session: Session, notice: Notice, reason: str) -> None:
    """This can never be sent as it is: keep it, with the reason, out of everybody's way."""
    _change(session, notice, {"state": SET_ASIDE, "tried_at": None, "reason": reason[:300]})


def forget_message(session: Session, notice: Notice) -> None:
    """The message is gone from Slack: post anew, at once."""
    _change(session, notice, {"message_ts": None, "tried_at": None, "due_at": db_now(), "state": PENDING})


def move(session: Session, notice: Notice, channel: str, reason: str) -> None:
    """Send the notice to another channel, since its own does not take it."""
    open_lanes(session, notice.workspace, [channel])
    values = {"channel": channel, "message_ts": None, "tried_at": None, "reason": reason[:300]}
    _change(session, notice, values)


def retry(session: Session, notice_id: int) -> bool:
    """Put a notice that was set aside back in the outbox. False when there is no such notice."""
    result = session.execute(
        sa.update(notices)
        .where(notices.c.id == notice_id, notices.c.state == SET_ASIDE)
        .values(state=PENDING, due_at=db_now(), attempts=0)
        .returning(notices.c.id)
    )
    return result.scalar() is not None


def _change(session: Session, notice: Notice, values: dict[str, Any]) -> None:
    """Change this very try of the notice, if it still is one."""
    is_tried = sa.and_(
        notices.c.id == notice.id, notices.c.attempts == notice.attempts, notices.c.tried_at.is_not(None)
    )
    session.execute(sa.update(notices).where(is_tried).values(values))
