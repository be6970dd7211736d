"""The outbox: what Slack has still to be told.

A notice is one row for ever, unique by workspace, kind and subject; asking again re-arms it. Its channel is a lane:
one worker at a time holds a lane and sends its notices one after the other. `revision` tells a worker that a notice
was asked for again while it was on its way; `tried_at` stands while nobody knows whether Slack has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.store.audit import ensure_workspace, upsert
from bot.store.db import Session
from bot.store.tables import IS_PENDING, IS_SET_ASIDE, db_now, lanes, notices, pauses

LEASE = timedelta(seconds=30)
"""How long a worker holds a lane without a sign of life. Longer than any call to Slack may take."""

POST_EVERY = timedelta(seconds=1)
BURST = 4
"""A channel takes one message a second; this many may come at once after a rest."""

PENDING, DELIVERED, SET_ASIDE = "pending", "delivered", "set aside"
POST, UPDATE = "chat.postMessage", "chat.update"


@dataclass(frozen=True, slots=True)
class Lane:
    """A channel whose notices this worker alone may send until `held_until` (the database's time)."""

    workspace: str
    channel: str
    held_until: datetime


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

    @property
    def uncertain(self) -> bool:
        """Whether an earlier try may have reached Slack."""
        return self.tried_at is not None


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")

_DUE = sa.and_(IS_PENDING, notices.c.due_at <= db_now())

_PAUSED = (
    sa.select(pauses.c.until)
    .where(
        pauses.c.workspace_id == notices.c.workspace_id,
        pauses.c.method == sa.case((notices.c.message_ts.is_(None), POST), else_=UPDATE),
        pauses.c.until > db_now(),
    )
    .exists()
)

_SENDABLE = sa.and_(_DUE, ~_PAUSED, sa.or_(notices.c.message_ts.is_not(None), lanes.c.post_at <= db_now()))
"""Due, its method not paused and, for a new message, within the pace of its lane."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something Slack is to be told, now unless `due_at` says later."""

    channel: str
    kind: str
    subject: str
    due_at: datetime | None = None


def ask(session: Session, workspace: str, *wishes: Wish) -> None:
    """Ask for notices. One that is already waiting is not doubled."""
    open_lanes(session, workspace, {wish.channel for wish in wishes})
    ask_in_open_lanes(session, workspace, wishes)


def ask_in_open_lanes(session: Session, workspace: str, wishes: Iterable[Wish]) -> None:
    """The same, where the lanes are known to be there."""
    rows = [
        {
            "workspace_id": workspace,
            "channel": wish.channel,
            "kind": wish.kind,
            "subject": wish.subject,
            "later": wish.due_at,
        }
        for wish in wishes
    ]
    session.execute(_ask(session.dialect.name), rows)


@cache
def _ask(dialect: str) -> Any:
    insert = upsert(dialect, notices).values(
        state=PENDING,
        revision=1,
        due_at=sa.func.coalesce(sa.bindparam("later", type_=notices.c.due_at.type), db_now()),
        attempts=0,
        reason="",
        **{name: sa.bindparam(name) for name in ("workspace_id", "channel", "kind", "subject")},
    )
    return insert.on_conflict_do_update(
        index_elements=["workspace_id", "kind", "subject"],
        set_={
            "state": PENDING,
            "revision": notices.c.revision + 1,
            "due_at": sa.case((_keeps_place(insert.excluded), notices.c.due_at), else_=insert.excluded.due_at),
            "attempts": sa.case((IS_SET_ASIDE, 0), else_=notices.c.attempts),
        },
    )


def _keeps_place(asked: Any) -> Any:
    """Whether a notice stays where it is in its lane: it is on its way, or was due before and is wanted now."""
    waits_already = sa.and_(IS_PENDING, notices.c.due_at <= asked.due_at, asked.due_at <= db_now())
    return sa.or_(notices.c.tried_at.is_not(None), waits_already)


def open_lanes(session: Session, workspace: str, channels: Iterable[str]) -> None:
    """Make the lanes of these channels, where they have none."""
    # An INSERT alone would wait for the workers that are just taking a lane, even to find that it is there.
    wanted = {*channels}
    known = session.execute(_LANES_OF, {"workspace": workspace, "channels": [*wanted]}).scalars()
    rows = [
        {"workspace_id": workspace, "channel": channel, "free_at": _LONG_AGO, "post_at": _LONG_AGO}
        for channel in sorted(wanted - {*known})
    ]
    if rows:
        ensure_workspace(session, workspace)
        session.execute(_open_lane(session.dialect.name), rows)


_LANES_OF = sa.select(lanes.c.channel).where(
    lanes.c.workspace_id == sa.bindparam("workspace"), lanes.c.channel.in_(sa.bindparam("channels", expanding=True))
)


@cache
def _open_lane(dialect: str) -> Any:
    return upsert(dialect, lanes).on_conflict_do_nothing()


def is_anything_due(session: Session) -> bool:
    """Whether a look for lanes can be worth it. Cheap, takes no lock."""
    query = sa.select(notices.c.id).where(_DUE).order_by(notices.c.due_at).limit(1)  # in order: by the index
    return session.execute(query).first() is not None


def _has_due(method: str) -> Any:
    """Whether a lane has something due for a method that Slack does not want paused."""
    is_new = notices.c.message_ts.is_(None) if method == POST else notices.c.message_ts.is_not(None)
    of_lane = sa.and_(notices.c.workspace_id == lanes.c.workspace_id, notices.c.channel == lanes.c.channel)
    paused = sa.select(pauses.c.until).where(
        pauses.c.workspace_id == lanes.c.workspace_id, pauses.c.method == method, pauses.c.until > db_now()
    )
    return sa.and_(~paused.exists(), sa.select(notices.c.id).where(of_lane, _DUE, is_new).exists())


_FREE_LANES = (
    sa.select(lanes.c.workspace_id, lanes.c.channel, db_now().label("now"))
    .where(
        lanes.c.free_at <= db_now(),
        # The lane's own pace first: a lane that waits for it must not cost a look at all that waits in it.
        sa.or_(sa.and_(lanes.c.post_at <= db_now(), _has_due(POST)), _has_due(UPDATE)),
    )
    .order_by(lanes.c.free_at)
    .limit(sa.bindparam("most"))
    .with_for_update(of=lanes, skip_locked=True, key_share=True)  # reports that are being opened do not hinder
)


def claim(session: Session, limit: int) -> list[Lane]:
    """Take up to `limit` lanes that have something to send now and that nobody holds."""
    rows = session.execute(_FREE_LANES, {"most": limit})
    claimed = [Lane(row.workspace_id, row.channel, row.now + LEASE) for row in rows]
    for lane in claimed:
        session.execute(sa.update(lanes).where(_is(lane)).values(free_at=lane.held_until))
    return claimed


def take_next(session: Session, lane: Lane) -> tuple[Lane, Notice] | None:
    """The next notice of a held lane, marked as being tried, with the lane held anew.

    None when there is none now, or when the lane was lost because its lease ran out.
    """
    query = (
        sa.select(notices, lanes.c.post_at, db_now().label("now"))
        .join(lanes, sa.and_(lanes.c.workspace_id == notices.c.workspace_id, lanes.c.channel == notices.c.channel))
        .where(notices.c.workspace_id == lane.workspace, notices.c.channel == lane.channel, _SENDABLE)
        .order_by(notices.c.message_ts.is_(None), notices.c.due_at, notices.c.id)
        .limit(1)
        .with_for_update(of=notices)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    # The lane is held anew in one step, after the notice is locked: of two workers that both think it theirs, one wins.
    held_until = row.now + LEASE
    post_at = _next_post(row.post_at, row.now) if row.message_ts is None else row.post_at
    if not _hold(session, lane, held_until, post_at=post_at):
        return None
    session.execute(
        sa.update(notices)
        .where(notices.c.id == row.id)
        .values(tried_at=sa.func.coalesce(notices.c.tried_at, db_now()), attempts=notices.c.attempts + 1)
    )
    notice = Notice(
        id=row.id,
        workspace=row.workspace_id,
        channel=row.channel,
        kind=row.kind,
        subject=row.subject,
        revision=row.revision,
        attempts=row.attempts + 1,
        message_ts=row.message_ts,
        tried_at=row.tried_at,
    )
    return Lane(lane.workspace, lane.channel, held_until), notice


def delivered(session: Session, notice: Notice, message_ts: str | None) -> None:
    """Slack has it. If it was asked for again meanwhile it stays pending."""
    session.execute(
        sa.update(notices)
        .where(notices.c.id == notice.id)
        .values(
            state=sa.case((notices.c.revision == notice.revision, DELIVERED), else_=PENDING),
            message_ts=message_ts,
            tried_at=None,
            attempts=0,
            reason="",
        )
    )


def found(session: Session, notice: Notice, message_ts: str) -> None:
    """The message is there after all; it stays pending, to be brought up to date."""
    values = {"message_ts": message_ts, "tried_at": None, "attempts": 0, "reason": ""}
    session.execute(sa.update(notices).where(notices.c.id == notice.id).values(values))


def later(session: Session, notice: Notice, pause: timedelta, reason: str, *, uncertain: bool) -> None:
    """Try again after a pause. `uncertain` keeps the mark that Slack may have it."""
    now = _now(session)
    values: dict[str, Any] = {"due_at": now + pause, "reason": reason[:300]}
    if not uncertain:
        values["tried_at"] = None
    session.execute(sa.update(notices).where(_is_tried(notice)).values(values))


def give_back(session: Session, notice: Notice, *, uncertain: bool) -> None:
    """Undo `take_next`: the notice was not tried after all. `uncertain` when an earlier try may have reached Slack."""
    values: dict[str, Any] = {"attempts": notice.attempts - 1}
    if not uncertain:
        values["tried_at"] = None
    session.execute(sa.update(notices).where(_is_tried(notice)).values(values))


def set_aside(session: Session, notice: Notice, reason: str) -> None:
    """This can never be sent as it is: keep it, with the reason, out of everybody's way."""
    values = {"state": SET_ASIDE, "tried_at": None, "reason": reason[:300]}
    session.execute(sa.update(notices).where(_is_tried(notice)).values(values))


def forget_message(session: Session, notice: Notice) -> None:
    """The message is gone from Slack: post anew, at once."""
    values = {"message_ts": None, "tried_at": None, "due_at": db_now(), "state": PENDING}
    session.execute(sa.update(notices).where(_is_tried(notice)).values(values))


def move(session: Session, notice: Notice, channel: str, reason: str) -> None:
    """Send the notice to another channel, since its own does not take it."""
    open_lanes(session, notice.workspace, [channel])
    values = {"channel": channel, "message_ts": None, "tried_at": None, "due_at": db_now(), "reason": reason[:300]}
    session.execute(sa.update(notices).where(_is_tried(notice)).values(values))


def release(session: Session, lane: Lane) -> None:
    """Let others have the lane, unless somebody already took it."""
    _hold(session, lane, db_now())


def pause_method(session: Session, workspace: str, method: str, pause: timedelta) -> None:
    """Slack asked us not to call this method for a while. The longest pause counts."""
    until = _now(session) + pause
    insert = upsert(session.dialect.name, pauses).values(workspace_id=workspace, method=method, until=until)
    longest = sa.case((pauses.c.until > insert.excluded.until, pauses.c.until), else_=insert.excluded.until)
    session.execute(insert.on_conflict_do_update(index_elements=["workspace_id", "method"], set_={"until": longest}))


def release_all(session: Session, *, settle: timedelta) -> None:
    """Free every lane: only for a database that no other process uses.

    What was being tried is looked for in Slack first, after `settle`: a fresh message takes a moment to show there.
    """
    now = _now(session)
    session.execute(sa.update(lanes).where(lanes.c.free_at > now).values(free_at=now))
    session.execute(
        sa.update(notices)
        .where(IS_PENDING, notices.c.tried_at.is_not(None), notices.c.due_at < now + settle)
        .values(due_at=now + settle)
    )


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
    """What is not delivered, set aside first, then by due time."""
    query = (
        sa.select(notices)
        .where(notices.c.state != DELIVERED)
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
    due = session.execute(sa.select(sa.func.count()).select_from(notices).where(_DUE)).scalar_one()
    aside = session.execute(sa.select(sa.func.count()).select_from(notices).where(IS_SET_ASIDE)).scalar_one()
    return {"due": due, "set_aside": aside}


def retry(session: Session, notice_id: int) -> bool:
    """Put a notice that was set aside back in the outbox. False when there is no such notice."""
    result = session.execute(
        sa.update(notices)
        .where(notices.c.id == notice_id, notices.c.state == SET_ASIDE)
        .values(state=PENDING, due_at=db_now(), attempts=0)
        .returning(notices.c.id)
    )
    return result.scalar() is not None


def message_of(session: Session, workspace: str, kind: str, subject: str) -> tuple[str, str] | None:
    """Channel and timestamp of the message a notice became, once it is in Slack."""
    row = session.execute(
        sa.select(notices.c.channel, notices.c.message_ts).where(
            notices.c.workspace_id == workspace, notices.c.kind == kind, notices.c.subject == subject
        )
    ).one_or_none()
    return (row.channel, row.message_ts) if row is not None and row.message_ts else None


def _is(lane: Lane) -> Any:
    return sa.and_(lanes.c.workspace_id == lane.workspace, lanes.c.channel == lane.channel)


def _hold(session: Session, lane: Lane, until: Any, **values: Any) -> bool:
    """Move the end of the lease, with other values; False when the lane is not ours any more."""
    ours = sa.and_(_is(lane), lanes.c.free_at == lane.held_until)
    held = sa.update(lanes).where(ours).values(free_at=until, **values).returning(lanes.c.channel)
    return session.execute(held).first() is not None


def _is_tried(notice: Notice) -> Any:
    """This very try of the notice: a worker that lost its lane must not undo what its successor has recorded."""
    return sa.and_(notices.c.id == notice.id, notices.c.attempts == notice.attempts, notices.c.tried_at.is_not(None))


def _next_post(post_at: datetime, now: datetime) -> datetime:
    """When the next new message may go, after one goes now: one a second, `BURST` at once after a rest."""
    return max(post_at, now - (BURST - 1) * POST_EVERY) + POST_EVERY


def _now(session: Session) -> datetime:
    return session.execute(sa.select(db_now())).scalar_one()
