"""Offers of amends in and out of the database.

Lock order of everything that decides on money: the case, the offer, the budget of the workspace, notices, the end of
the log. The budget is one row a workspace: whoever holds it is alone in adding up what was spent and adding to it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.store.audit import upsert
from bot.store.cases import case_columns, case_from
from bot.store.coins import minor, minor_or_none, money, money_or_none
from bot.store.db import Session
from bot.store.tables import IS_FROZEN, IS_OPEN, budgets, cases, offers, spendings

QUARTER = timedelta(minutes=15)
"""Every zone's midnight falls on a quarter of an hour in UTC, so that sums by quarter serve the days of any zone."""


def lock_budget(session: Session, workspace: str) -> None:
    """Nobody else decides on money of this workspace until the transaction is over."""
    query = sa.select(budgets.c.workspace_id).where(budgets.c.workspace_id == workspace).with_for_update()
    if session.execute(query).scalar() is None:
        insert = upsert(session.dialect.name, budgets).values(workspace_id=workspace)
        session.execute(insert.on_conflict_do_nothing())
        session.execute(query)


def add(session: Session, offered: Offered, *, source: str) -> Offered:
    """Store a new offer; its id is given here. The budget must be locked."""
    values = {
        "workspace_id": offered.workspace,
        "case_id": offered.case_id,
        "source": source,
        "kind": offered.kind,
        "currency": offered.currency,
        "asked": minor_or_none(offered.asked),
        "loss": minor_or_none(offered.loss),
        "item": offered.item,
        "reason": offered.reason,
        "note": offered.note,
        "category": offered.category,
        "severity": offered.severity.value,
        "customer_key": offered.customer_key,
        "reference_key": offered.reference_key,
        "by": offered.by,
        "asked_at": offered.asked_at,
        "channel": offered.channel,
        **_changing(offered),
    }
    key = session.execute(sa.insert(offers).returning(offers.c.id), values).scalar_one()
    _count(session, None, offered)
    return replace(offered, id=key)


def save(session: Session, before: Offered, after: Offered) -> bool:
    """Store what became of an offer, if it still stands where it stood; False when it does not.

    The budget must be locked where its sum or whether it counts changes.
    """
    where = (offers.c.id == before.id, offers.c.state == before.state.value)
    changed = sa.update(offers).where(*where).values(_changing(after)).returning(offers.c.id)
    if session.execute(changed).scalar() is None:
        return False
    _count(session, before, after)
    return True


def get(session: Session, workspace: str, offer_id: int, *, for_change: bool = False) -> Offered | None:
    """An offer of this workspace; `for_change` keeps everybody else's hands off it until the transaction ends."""
    query = sa.select(offers).where(offers.c.workspace_id == workspace, offers.c.id == offer_id)
    row = session.execute(query.with_for_update(key_share=True) if for_change else query).one_or_none()
    return _offered(row) if row is not None else None


def by_source(session: Session, workspace: str, source: str) -> Offered | None:
    """The offer that came by this form or command, if it made one."""
    query = sa.select(offers).where(offers.c.workspace_id == workspace, offers.c.source == source)
    row = session.execute(query).one_or_none()
    return _offered(row) if row is not None else None


def of_case(session: Session, case_id: int) -> list[Offered]:
    """The offers of a case, oldest first."""
    query = sa.select(offers).where(offers.c.case_id == case_id).order_by(offers.c.id)
    return [_offered(row) for row in session.execute(query)]


def waiting(
    session: Session, workspace: str, *, channel: str | None = None, limit: int = 100
) -> list[tuple[Offered, Case]]:
    """The offers that somebody has to answer, with their cases: of one channel, or all.

    Frozen ones come first, then those with the nearest deadline.
    """
    found: list[tuple[Offered, Case]] = []
    for state in (IS_FROZEN, IS_OPEN):
        query = sa.select(offers, *case_columns).join(cases, cases.c.id == offers.c.case_id)
        query = query.where(offers.c.workspace_id == workspace, state)
        if channel is not None:
            query = query.where(cases.c.channel == channel)
        query = query.order_by(offers.c.deadline, offers.c.id).limit(limit - len(found))
        found += [(_offered(row), case_from(row)) for row in session.execute(query)]
    return found


def channels_waiting(session: Session, workspace: str) -> list[str]:
    """The channels with cases on which an offer waits for an answer."""
    found: set[str] = set()
    for state in (IS_FROZEN, IS_OPEN):
        query = sa.select(cases.c.channel).join(offers, offers.c.case_id == cases.c.id)
        found |= {*session.execute(query.where(offers.c.workspace_id == workspace, state).distinct()).scalars()}
    return sorted(found)


def _count(session: Session, before: Offered | None, after: Offered) -> None:
    """Bring the running sums from what an offer was to what it is."""
    changes: dict[str, list[int]] = {}
    for sign, offered in ((-1, before), (1, after)):
        if offered is not None and offered.state.counts:
            sums = changes.setdefault(offered.goodwill.currency, [0, 0])
            sums[0] += sign * minor(offered.goodwill)
            sums[1] += sign * minor(offered.goodwill) * offered.is_done
    for currency, (goodwill, done) in changes.items():
        if not goodwill and not done:
            continue
        insert = upsert(session.dialect.name, spendings).values(
            workspace_id=after.workspace,
            currency=currency,
            quarter_at=_quarter(after.asked_at),
            goodwill=goodwill,
            done=done,
        )
        more = {name: spendings.c[name] + insert.excluded[name] for name in ("goodwill", "done")}
        session.execute(
            insert.on_conflict_do_update(index_elements=["workspace_id", "currency", "quarter_at"], set_=more)
        )


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _changing(offered: Offered) -> dict[str, Any]:
    """The columns that change in the life of an offer."""
    return {
        "amount": minor_or_none(offered.amount),
        "counted_in": offered.goodwill.currency,
        "goodwill": minor(offered.goodwill),
        "owed": {name: minor(due) for name, due in offered.owed.items()},
        "state": offered.state.value,
        "waits_for": offered.waits_for.value if offered.waits_for else None,
        "called": offered.called.value if offered.called else None,
        "people": offered.people,
        "deadline": offered.deadline,
        "policy": offered.policy,
        "decided_by": offered.decided_by,
        "decided_at": offered.decided_at,
        "why": offered.why,
        "done_by": offered.done_by,
        "done_at": offered.done_at,
        "done_reference": offered.done_reference,
    }


def _offered(row: Any) -> Offered:
    return Offered(
        id=row.id,
        workspace=row.workspace_id,
        case_id=row.case_id,
        kind=row.kind,
        amount=money_or_none(row.amount, row.currency),
        asked=money_or_none(row.asked, row.currency),
        loss=money_or_none(row.loss, row.currency),
        item=row.item,
        reason=row.reason,
        note=row.note,
        goodwill=money(row.goodwill, row.counted_in),
        owed={name: money(due, row.counted_in) for name, due in row.owed.items()},
        category=row.category,
        severity=Severity(row.severity),
        customer_key=row.customer_key,
        reference_key=row.reference_key,
        state=OfferState(row.state),
        by=row.by,
        asked_at=row.asked_at,
        channel=row.channel,
        waits_for=Role(row.waits_for) if row.waits_for else None,
        called=Role(row.called) if row.called else None,
        people=row.people,
        deadline=row.deadline,
        policy=row.policy,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
        done_by=row.done_by,
        done_at=row.done_at,
        done_reference=row.done_reference,
    )
