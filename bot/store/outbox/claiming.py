"""Claiming lanes and taking their notices: who may send what, and when.

A claim holds a lane for a lease that nobody else can end, by the database's clock. Within it a notice is taken with one
statement; a worker that has had a lane for a while lets it go, so that all lanes get their turn.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.audit import upsert
from bot.store.db import Session
from bot.store.outbox.model import (
    BURST,
    IS_DUE,
    LEASE,
    POST,
    POST_EVERY,
    TAKE_UNTIL,
    UPDATE,
    Lane,
    Notice,
    now_in,
)
from bot.store.tables import IS_PENDING, Utc, db_now, lanes, notices, pauses


def _is_paused(workspace: Any, method: str) -> Any:
    """Whether Slack asked us not to call this method now."""
    return (
        sa.select(pauses.c.until)
        .where(pauses.c.workspace_id == workspace, pauses.c.method == method, pauses.c.until > db_now())
        .exists()
    )


def _has_due(method: str) -> Any:
    """Whether a lane has something due for a method that Slack does not want paused."""
    is_new = notices.c.message_ts.is_(None) if method == POST else notices.c.message_ts.is_not(None)
    of_lane = sa.and_(notices.c.workspace_id == lanes.c.workspace_id, notices.c.channel == lanes.c.channel)
    due = sa.select(notices.c.id).where(of_lane, IS_DUE, is_new)
    return sa.and_(~_is_paused(lanes.c.workspace_id, method), due.exists())


_FREE_LANES = (
    sa.select(lanes.c.workspace_id, lanes.c.channel, lanes.c.post_at, db_now().label("now"))
    .where(
        lanes.c.free_at <= db_now(),
        # The lane's own pace first: a lane that waits for it must not cost a look at all that waits in it.
        sa.or_(sa.and_(lanes.c.post_at <= db_now(), _has_due(POST)), _has_due(UPDATE)),
    )
    .order_by(lanes.c.free_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=lanes, skip_locked=True, key_share=True)  # reports that are being opened do not hinder
)

_HOLD = (
    sa.update(lanes)
    .where(lanes.c.workspace_id == sa.bindparam("workspace"), lanes.c.channel == sa.bindparam("lane"))
    .values(free_at=sa.bindparam("until"))
)


def claim(session: Session, limit: int) -> list[Lane]:
    """Take up to `limit` lanes that have something to send now and that nobody holds."""
    rows = session.execute(_FREE_LANES, {"most": limit})
    claimed = [Lane(row.workspace_id, row.channel, row.now + LEASE, row.post_at) for row in rows]
    if claimed:
        session.execute(
            _HOLD,
            [{"workspace": lane.workspace, "lane": lane.channel, "until": lane.held_until} for lane in claimed],
        )
    return claimed


_WORKSPACE: sa.BindParameter[str] = sa.bindparam("workspace")
_CHANNEL: sa.BindParameter[str] = sa.bindparam("lane")

_MAY_GO = sa.case(
    (
        notices.c.message_ts.is_(None),
        sa.and_(sa.bindparam("post_at", type_=Utc()) <= db_now(), ~_is_paused(_WORKSPACE, POST)),
    ),
    else_=~_is_paused(_WORKSPACE, UPDATE),
)
"""Its method is not paused and, for a new message, the pace of its lane allows it."""

_IS_OURS = lanes.c.free_at == sa.bindparam("held_until", type_=Utc())

_HELD = sa.select(lanes.c.channel).where(lanes.c.workspace_id == _WORKSPACE, lanes.c.channel == _CHANNEL, _IS_OURS)

_NEXT = (
    sa.select(notices.c.id)
    .where(
        notices.c.workspace_id == _WORKSPACE,
        notices.c.channel == _CHANNEL,
        IS_DUE,
        _MAY_GO,
        sa.bindparam("take_until", type_=Utc()) > db_now(),
        _HELD.exists(),
    )
    .order_by(notices.c.due_at, notices.c.id)
    .limit(1)
    # One that is being asked for again is not waited for: whoever asks may wait for what this transaction has changed.
    .with_for_update(skip_locked=True)
)

_TAKE = (
    sa.update(notices)
    .where(notices.c.id == _NEXT.scalar_subquery())
    .values(tried_at=sa.func.coalesce(notices.c.tried_at, db_now()), attempts=notices.c.attempts + 1)
    .returning(
        notices.c.id,
        notices.c.kind,
        notices.c.subject,
        notices.c.revision,
        notices.c.attempts,
        notices.c.message_ts,
        notices.c.tried_at,
        notices.c.due_at,
        db_now().label("now"),
    )
)


def take_next(session: Session, lane: Lane) -> tuple[Lane, Notice] | None:
    """The next notice of a held lane, marked as being tried, and the lane as it is once the notice was sent.

    None when there is none now, or when the lane has been held long enough: then it is let go.
    """
    taking = {
        "workspace": lane.workspace,
        "lane": lane.channel,
        "post_at": lane.post_at,
        "held_until": lane.held_until,
        "take_until": lane.held_until - TAKE_UNTIL,
    }
    row = session.execute(_TAKE, taking).one_or_none()
    if row is None:
        release(session, lane)
        return None
    notice = Notice(
        id=row.id,
        workspace=lane.workspace,
        channel=lane.channel,
        kind=row.kind,
        subject=row.subject,
        revision=row.revision,
        attempts=row.attempts,
        message_ts=row.message_ts,
        tried_at=row.tried_at if row.tried_at < row.now else None,
        due_at=row.due_at,
    )
    return (lane if notice.message_ts else replace(lane, post_at=_next_post(lane.post_at, row.now))), notice


_RELEASE = (
    sa.update(lanes)
    .where(lanes.c.workspace_id == _WORKSPACE, lanes.c.channel == _CHANNEL, _IS_OURS)
    .values(free_at=db_now(), post_at=sa.bindparam("next_post", type_=Utc()))
)


def release(session: Session, lane: Lane) -> None:
    """Let others have the lane, unless somebody already took it; its pace goes on where it is."""
    letting_go = {
        "workspace": lane.workspace,
        "lane": lane.channel,
        "held_until": lane.held_until,
        "next_post": lane.post_at,
    }
    session.execute(_RELEASE, letting_go)


def pause_method(session: Session, workspace: str, method: str, pause: timedelta) -> None:
    """Slack asked us not to call this method for a while. The longest pause counts."""
    until = now_in(session) + pause
    insert = upsert(session.dialect.name, pauses).values(workspace_id=workspace, method=method, until=until)
    longest = sa.case((pauses.c.until > insert.excluded.until, pauses.c.until), else_=insert.excluded.until)
    session.execute(insert.on_conflict_do_update(index_elements=["workspace_id", "method"], set_={"until": longest}))


def release_all(session: Session, *, settle: timedelta) -> None:
    """Free every lane: only for a database that no other process uses.

    What was being tried is looked for in Slack first, after `settle`: a fresh message takes a moment to show there.
    """
    now = now_in(session)
    session.execute(sa.update(lanes).where(lanes.c.free_at > now).values(free_at=now))
    session.execute(
        sa.update(notices)
        .where(IS_PENDING, notices.c.tried_at.is_not(None), notices.c.due_at < now + settle)
        .values(due_at=now + settle)
    )


def _next_post(post_at: datetime, now: datetime) -> datetime:
    """When the next new message may go, after one goes now: one a second, `BURST` at once after a rest."""
    return max(post_at, now - (BURST - 1) * POST_EVERY) + POST_EVERY
