"""What was told to whom about which causes, and the cases in it. Call these with the end of the log locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.case import Case
from bot.store.cases import case_columns, case_from
from bot.store.db import Session
from bot.store.tables import cases, routed, routings


@dataclass(frozen=True, slots=True)
class Told:
    """One message about one topic of a route, from `started_at` on."""

    id: int
    route: str
    topic: str
    channel: str
    started_at: datetime
    is_asked: bool


def live(session: Session, workspace: str, route: str, topic: str, *, since: datetime) -> Told | None:
    """The message that still counts cases of this topic."""
    query = (
        sa.select(routings)
        .where(
            routings.c.workspace_id == workspace,
            routings.c.route == route,
            routings.c.topic == topic,
            routings.c.started_at > since,
        )
        .order_by(routings.c.started_at.desc(), routings.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return _told(row) if row is not None else None


def begin(session: Session, workspace: str, route: str, topic: str, channel: str, *, now: datetime) -> Told:
    """A new message, with no case yet."""
    values = {
        "workspace_id": workspace,
        "route": route,
        "topic": topic,
        "channel": channel,
        "started_at": now,
        "asked": False,
    }
    return _told(session.execute(sa.insert(routings).values(values).returning(routings)).one())


def get(session: Session, workspace: str, told_id: int) -> Told | None:
    """A message of this workspace."""
    query = sa.select(routings).where(routings.c.workspace_id == workspace, routings.c.id == told_id)
    row = session.execute(query).one_or_none()
    return _told(row) if row is not None else None


def of_case(session: Session, case_id: int) -> list[Told]:
    """The messages a case is in."""
    query = (
        sa.select(routings)
        .join(routed, routed.c.routing_id == routings.c.id)
        .where(routed.c.case_id == case_id)
        .order_by(routings.c.id)
    )
    return [_told(row) for row in session.execute(query)]


def put(session: Session, told: Told, case_id: int) -> None:
    """Count a case in."""
    session.execute(sa.insert(routed).values(routing_id=told.id, case_id=case_id))


def take_out(session: Session, told: Told, case_id: int) -> None:
    """A case was put right: it does not belong there."""
    session.execute(sa.delete(routed).where(routed.c.routing_id == told.id, routed.c.case_id == case_id))


def count(session: Session, told: Told) -> int:
    """How many cases it holds."""
    query = sa.select(sa.func.count()).select_from(routed).where(routed.c.routing_id == told.id)
    return int(session.execute(query).scalar_one())


def mark_asked(session: Session, told: Told) -> None:
    """It is on its way to Slack."""
    session.execute(sa.update(routings).where(routings.c.id == told.id).values(asked=True))


def cases_in(session: Session, told: Told, *, limit: int) -> Sequence[Case]:
    """The last cases of a message, newest first."""
    query = (
        sa.select(*case_columns)
        .join(routed, routed.c.case_id == cases.c.id)
        .where(routed.c.routing_id == told.id)
        .order_by(cases.c.number.desc())
        .limit(limit)
    )
    return [case_from(row) for row in session.execute(query)]


def _told(row: Any) -> Told:
    return Told(row.id, row.route, row.topic, row.channel, row.started_at, row.asked)
