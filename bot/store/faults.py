"""Faults of edited content in and out of the database: at most one is open in a workspace."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.faults import Fault
from bot.store.audit import ensure_workspace, upsert
from bot.store.db import Session
from bot.store.tables import faults


def get(session: Session, workspace: str, fault_id: int) -> Fault | None:
    """A fault of this workspace."""
    query = sa.select(faults).where(faults.c.workspace_id == workspace, faults.c.id == fault_id)
    row = session.execute(query).one_or_none()
    return _fault(row) if row is not None else None


def lock_last(session: Session, workspace: str) -> Fault | None:
    """The newest fault of this workspace, which nobody else may change until this transaction is over."""
    query = (
        sa.select(faults)
        .where(faults.c.workspace_id == workspace)
        .order_by(faults.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = session.execute(query).one_or_none()
    return _fault(row) if row is not None else None


def add(session: Session, workspace: str, problems: Sequence[str], *, channel: str, now: datetime) -> Fault | None:
    """Open a fault. None when another process has just opened one."""
    ensure_workspace(session, workspace)
    values = {"workspace_id": workspace, "channel": channel, "problems": [*problems], "found_at": now}
    insert = upsert(session.dialect.name, faults).values(values)
    row = session.execute(insert.on_conflict_do_nothing().returning(faults)).one_or_none()
    return _fault(row) if row is not None else None


def change(session: Session, fault: Fault, **values: Any) -> Fault:
    """Store new values of columns and give back the fault as it is then."""
    row = session.execute(sa.update(faults).where(faults.c.id == fault.id).values(values).returning(faults)).one()
    return _fault(row)


def _fault(row: Any) -> Fault:
    return Fault(row.id, row.channel, tuple(row.problems), row.found_at, row.mended_at)
