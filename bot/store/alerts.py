"""Alerts in and out of the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.alert import Alert, Call
from bot.domain.case import Case
from bot.store.audit import upsert
from bot.store.db import Session
from bot.store.tables import alert_calls, alerts


def add(session: Session, workspace: str, raised: Iterable[tuple[Case, str]], *, now: datetime) -> list[Alert]:
    """Raise an alert for each case, in its channel, unless these risks of the case have one already."""
    added = []
    for case, channel in raised:
        values = {
            "workspace_id": workspace,
            "case_id": case.id,
            "risks": ",".join(sorted(case.details.risks)),
            "channel": channel,
            "raised_at": now,
        }
        row = session.execute(_add(session.dialect.name), values).one_or_none()
        if row is not None:
            added.append(_alert(row))
    return added


@cache
def _add(dialect: str) -> Any:
    return upsert(dialect, alerts).on_conflict_do_nothing().returning(alerts)


_OF_CASE = sa.select(alerts).where(alerts.c.case_id == sa.bindparam("case")).order_by(alerts.c.id)


def of_case(session: Session, case_id: int) -> Sequence[Alert]:
    """The alerts of a case, oldest first."""
    return [_alert(row) for row in session.execute(_OF_CASE, {"case": case_id})]


def get(session: Session, workspace: str, alert_id: int) -> Alert | None:
    """An alert of this workspace."""
    query = sa.select(alerts).where(alerts.c.workspace_id == workspace, alerts.c.id == alert_id)
    row = session.execute(query).one_or_none()
    return _alert(row) if row is not None else None


_CALLS = (
    sa.select(alert_calls)
    .where(alert_calls.c.alert_id.in_(sa.bindparam("alerts", expanding=True)))
    .order_by(alert_calls.c.alert_id, alert_calls.c.number)
)


def calls_of(session: Session, *alert_ids: int) -> list[Call]:
    """The calls of these alerts, each alert's in their order."""
    rows = session.execute(_CALLS, {"alerts": [*alert_ids]})
    return [Call(row.alert_id, row.number, tuple(row.called), row.called_at, row.next_at) for row in rows]


def add_call(session: Session, call: Call) -> None:
    """Write a call down. Its case must be locked."""
    values = {
        "alert_id": call.alert_id,
        "number": call.number,
        "called": [*call.called],
        "called_at": call.at,
        "next_at": call.next_at,
    }
    session.execute(sa.insert(alert_calls).values(values))


def acknowledge(session: Session, alert_id: int, *, by: str, instead_of: str | None = None, now: datetime) -> bool:
    """Note who looks after it, perhaps `instead_of` somebody; False when another does already."""
    is_free = sa.or_(alerts.c.acknowledged_by.is_(None), alerts.c.acknowledged_by == instead_of)
    query = sa.update(alerts).where(alerts.c.id == alert_id, is_free)
    return bool(session.execute(query.values(acknowledged_by=by, acknowledged_at=now)).rowcount)


def _alert(row: Any) -> Alert:
    risks = tuple(row.risks.split(","))
    return Alert(row.id, row.case_id, risks, row.channel, row.raised_at, row.acknowledged_by, row.acknowledged_at)
