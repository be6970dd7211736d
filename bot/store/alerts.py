"""Alerts in and out of the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.alert import Alert
from bot.domain.case import Case
from bot.store.audit import upsert
from bot.store.db import Session
from bot.store.tables import alerts


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


def acknowledge(session: Session, alert_id: int, *, by: str, now: datetime) -> bool:
    """Note who looks after it; False when somebody does already."""
    query = sa.update(alerts).where(alerts.c.id == alert_id, alerts.c.acknowledged_by.is_(None))
    return bool(session.execute(query.values(acknowledged_by=by, acknowledged_at=now)).rowcount)


def _alert(row: Any) -> Alert:
    risks = tuple(row.risks.split(","))
    return Alert(row.id, row.case_id, risks, row.channel, row.raised_at, row.acknowledged_by, row.acknowledged_at)
