"""Asking for notices, and the lanes they go into."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.store.audit import ensure_workspace, upsert
from bot.store.db import Session
from bot.store.outbox.model import PENDING, Wish
from bot.store.tables import IS_PENDING, IS_SET_ASIDE, db_now, lanes, notices

_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def ask(session: Session, workspace: str, *wishes: Wish) -> None:
    """Ask for notices. One that is already waiting is not doubled."""
    open_lanes(session, workspace, {wish.channel for wish in wishes})
    ask_in_open_lanes(session, workspace, wishes)


def ask_in_open_lanes(session: Session, workspace: str, wishes: Iterable[Wish]) -> None:
    """The same, where the lanes are known to be there."""
    if rows := _rows(workspace, wishes):
        session.execute(_ask(session.dialect.name), rows)


def _rows(workspace: str, wishes: Iterable[Wish]) -> list[dict[str, Any]]:
    return [
        {
            "workspace_id": workspace,
            "channel": wish.channel,
            "kind": wish.kind,
            "subject": wish.subject,
            "later": wish.due_at,
        }
        for wish in wishes
    ]


def _insert(dialect: str) -> Any:
    return upsert(dialect, notices).values(
        state=PENDING,
        revision=1,
        due_at=sa.func.coalesce(sa.bindparam("later", type_=notices.c.due_at.type), db_now()),
        attempts=0,
        reason="",
        **{name: sa.bindparam(name) for name in ("workspace_id", "channel", "kind", "subject")},
    )


@cache
def _ask_once(dialect: str) -> Any:
    return _insert(dialect).on_conflict_do_nothing(index_elements=["workspace_id", "kind", "subject"])


@cache
def _ask(dialect: str) -> Any:
    insert = _insert(dialect)
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


def ask_once(session: Session, workspace: str, *wishes: Wish) -> None:
    """Ask for notices that nobody has asked for yet; those that were, stay as they are."""
    open_lanes(session, workspace, {wish.channel for wish in wishes})
    if rows := _rows(workspace, wishes):
        session.execute(_ask_once(session.dialect.name), rows)


def redraw(session: Session, workspace: str, kind: str, subjects: Sequence[str]) -> None:
    """Have messages that are in Slack, or may be on their way, brought up to date; ask for none that is not."""
    which = {"workspace": workspace, "of_kind": kind, "subjects": [*subjects]}
    session.execute(_REDRAW, which)


def redraw_message(session: Session, workspace: str, notice_id: int) -> None:
    """The same for the message of one notice."""
    session.execute(_REDRAW_ONE, {"workspace": workspace, "notice": notice_id})


_ON_ITS_WAY = notices.c.tried_at.is_not(None)
_REDRAWN = (
    sa.update(notices)
    .where(notices.c.workspace_id == sa.bindparam("workspace"), sa.or_(notices.c.message_ts.is_not(None), _ON_ITS_WAY))
    .values(
        state=PENDING,
        revision=notices.c.revision + 1,
        due_at=sa.case((_ON_ITS_WAY, notices.c.due_at), else_=db_now()),
        attempts=sa.case((IS_SET_ASIDE, 0), else_=notices.c.attempts),
    )
)
_REDRAW = _REDRAWN.where(
    notices.c.kind == sa.bindparam("of_kind"), notices.c.subject.in_(sa.bindparam("subjects", expanding=True))
)
_REDRAW_ONE = _REDRAWN.where(notices.c.id == sa.bindparam("notice"))
