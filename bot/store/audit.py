"""The audit log, and the workspace row that holds its end and the next case number.

Taking the workspace row is the last lock of a transaction, never an early one: it is what all reports of a
workspace have in common.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.audit import START, Action, Entry, canonical, chained
from bot.domain.case import FIRST_NUMBER
from bot.store.db import Session
from bot.store.tables import audit, workspaces


def upsert(dialect: str, table: sa.Table) -> Any:
    """An INSERT that may carry `on_conflict_…`, for the database at hand."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def ensure_workspace(session: Session, workspace: str) -> None:
    """Make the workspace's row if this is its first time."""
    values = {"id": workspace, "next_number": FIRST_NUMBER, "audit_seq": 0, "audit_hash": START}
    session.execute(_ensure(session.dialect.name), values)


@cache
def _ensure(dialect: str) -> Any:
    return upsert(dialect, workspaces).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class End:
    """The end of a workspace's log, and the number its next case will have."""

    next_number: int
    seq: int
    hash: str

    def after_cases(self, count: int) -> "End":
        """The same end after so many cases took their numbers."""
        return replace(self, next_number=self.next_number + count)


Happened = tuple[Action, str, dict[str, Any]]
"""One thing to log: what was done, to what, and details without the customer's words."""

_LOCK_END = (
    sa.select(workspaces.c.next_number, workspaces.c.audit_seq, workspaces.c.audit_hash)
    .where(workspaces.c.id == sa.bindparam("workspace"))
    .with_for_update(key_share=True)
)
_ADD = sa.insert(audit)
_MOVE_END = sa.update(workspaces).where(workspaces.c.id == sa.bindparam("workspace"))


def lock_end(session: Session, workspace: str) -> End:
    """The end of the log. Nobody else may append until this transaction is over, so take it late."""
    row = session.execute(_LOCK_END, {"workspace": workspace}).one_or_none()
    if row is None:
        ensure_workspace(session, workspace)
        return lock_end(session, workspace)
    return End(row.next_number, row.audit_seq, row.audit_hash)


def append(
    session: Session, workspace: str, end: End, happened: Iterable[tuple[str | None, Happened]], *, now: datetime
) -> None:
    """Append entries, each with who did it, in this order, after `end`, and store the case number that is next."""
    seq, previous = end.seq, end.hash
    rows = []
    for by, (action, subject, details) in happened:
        seq += 1
        entry = chained(
            previous,
            workspace=workspace,
            seq=seq,
            at=now.astimezone(UTC),  # as it is read back
            who=by or "",
            action=action,
            subject=subject,
            details=canonical(details),
        )
        previous = entry.hash
        rows.append(_row(entry))
    session.execute(_ADD, rows)
    moved = {"workspace": workspace, "next_number": end.next_number, "audit_seq": seq, "audit_hash": previous}
    session.execute(_MOVE_END, moved)


def record(session: Session, workspace: str, *happened: Happened, by: str | None, now: datetime) -> None:
    """Append entries to the workspace's log."""
    append(session, workspace, lock_end(session, workspace), [(by, each) for each in happened], now=now)


def workspaces_known(session: Session) -> list[tuple[str, int, str]]:
    """Each workspace with the number and the hash of its last entry."""
    rows = session.execute(
        sa.select(workspaces.c.id, workspaces.c.audit_seq, workspaces.c.audit_hash).order_by(workspaces.c.id)
    )
    return [(row.id, row.audit_seq, row.audit_hash) for row in rows]


def entries_of(session: Session, workspace: str, *, subject: str | None = None) -> Iterator[Entry]:
    """The workspace's entries, oldest first, a few at a time; only those about `subject` when given."""
    query = sa.select(audit).where(audit.c.workspace_id == workspace).order_by(audit.c.seq)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        yield Entry(
            row.workspace_id, row.seq, row.at, row.who, row.action, row.subject, row.details, row.previous, row.hash
        )


def receipts_since(session: Session, since: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """The receipts of all decisions on offers made since then, oldest first, each with a name people can look up."""
    query = (
        sa.select(audit.c.workspace_id, audit.c.seq, audit.c.subject, audit.c.details)
        .where(audit.c.action == Action.OFFER_DECIDED.value, audit.c.at >= since)
        .order_by(audit.c.workspace_id, audit.c.seq)
    )
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        receipt = json.loads(row.details).get("receipt")
        yield f"{row.subject} (entry {row.seq} of {row.workspace_id})", receipt if isinstance(receipt, dict) else {}


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "workspace_id": entry.workspace,
        "seq": entry.seq,
        "at": entry.at,
        "who": entry.who,
        "action": entry.action.value,
        "subject": entry.subject,
        "details": entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
    }
