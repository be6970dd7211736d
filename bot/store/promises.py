"""Promises in and out of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.draft import Promise, Promised, PromiseState
from bot.store.db import Session
from bot.store.tables import promises


def add_all(
    session: Session,
    workspace: str,
    promised: Sequence[Promised],
    *,
    case_id: int,
    reply_id: int,
    by: str,
    now: datetime,
) -> list[Promise]:
    """Store what a reply promised, as it was confirmed, in this order."""
    rows = [
        {
            "workspace_id": workspace,
            "case_id": case_id,
            "reply_id": reply_id,
            "words": each.words,
            "due_at": each.due_at,
            "confirmed_by": by,
            "confirmed_at": now,
            "state": PromiseState.OPEN.value,
        }
        for each in promised
    ]
    return [_promise(session.execute(sa.insert(promises).values(row).returning(promises)).one()) for row in rows]


def of_case(session: Session, case_id: int) -> list[Promise]:
    """The promises of a case, in the order they were made."""
    query = sa.select(promises).where(promises.c.case_id == case_id).order_by(promises.c.id)
    return [_promise(row) for row in session.execute(query)]


def change_state(session: Session, promise_id: int, state: PromiseState) -> None:
    """Store what became of a promise."""
    session.execute(sa.update(promises).where(promises.c.id == promise_id).values(state=state.value))


def _promise(row: Any) -> Promise:
    return Promise(
        row.id,
        row.case_id,
        row.reply_id,
        row.words,
        row.due_at,
        row.confirmed_by,
        row.confirmed_at,
        PromiseState(row.state),
    )
