"""Offers of amends and approvals in and out of the database.

Lock order of everything that decides on money: the case, the offer, the budget of the workspace, notices, the end of
the log. The budget is one row a workspace: whoever holds it is alone in adding up what was spent and adding to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any

import sqlalchemy as sa

from bot.domain.case import Case
from bot.domain.money import PLACES, Money
from bot.domain.offer import MOST_COMPARED, Answer, Answered, Comparable, Offered, OfferState
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.store.audit import upsert
from bot.store.cases import case_columns, case_from
from bot.store.db import Session
from bot.store.tables import IS_OPEN, approvals, budgets, cases, offers, policy_texts, spendings

QUARTER = timedelta(minutes=15)
"""Every zone's midnight falls on a quarter of an hour in UTC, so that sums by quarter serve the days of any zone."""


_IS_PENDING = offers.c.state == OfferState.PENDING.value


def minor(money: Money) -> int:
    """A sum in the smallest coins of its currency."""
    return int(money.amount.scaleb(PLACES[money.currency]))


def money(coins: int, currency: str) -> Money:
    """Smallest coins as a sum."""
    return Money(Decimal(coins).scaleb(-PLACES[currency]), currency)


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
        "currency": _currency(offered),
        "asked": _minor(offered.asked),
        "loss": _minor(offered.loss),
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


def open_ones(session: Session, workspace: str, *, limit: int = 100) -> list[Offered]:
    """The offers that wait for an answer, those with the nearest deadline first."""
    query = (
        sa.select(offers)
        .where(offers.c.workspace_id == workspace, IS_OPEN)
        .order_by(offers.c.deadline, offers.c.id)
        .limit(limit)
    )
    return [_offered(row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offer that waits for a yes, with its case."""

    offered: Offered
    case: Case


def waiting_in(session: Session, workspace: str, channel: str, *, limit: int = 100) -> list[Waiting]:
    """The offers that wait for approval on the cases of a channel, those with the nearest deadline first."""
    query = (
        sa.select(offers, *case_columns)
        .join(cases, cases.c.id == offers.c.case_id)
        .where(offers.c.workspace_id == workspace, IS_OPEN, _IS_PENDING, cases.c.channel == channel)
        .order_by(offers.c.deadline, offers.c.id)
        .limit(limit)
    )
    return [Waiting(_offered(row), case_from(row)) for row in session.execute(query)]


def channels_waiting(session: Session, workspace: str) -> list[str]:
    """The channels with cases on which an offer waits for approval."""
    query = (
        sa.select(cases.c.channel)
        .join(offers, offers.c.case_id == cases.c.id)
        .where(offers.c.workspace_id == workspace, IS_OPEN, _IS_PENDING)
        .distinct()
    )
    return sorted(session.execute(query).scalars())


def add_answer(session: Session, workspace: str, answered: Answered) -> None:
    """Store an approver's answer."""
    values = {
        "workspace_id": workspace,
        "offer_id": answered.offer_id,
        "by": answered.by,
        "answer": answered.answer.value,
        "amount": _minor(answered.amount),
        "why": answered.why,
        "at": answered.at,
    }
    session.execute(sa.insert(approvals), values)


def answers_to(session: Session, offered: Offered) -> list[Answered]:
    """The answers that counted on an offer, oldest first."""
    query = sa.select(approvals).where(approvals.c.offer_id == offered.id).order_by(approvals.c.id)
    currency = _currency(offered)
    return [
        Answered(row.offer_id, row.by, Answer(row.answer), _money(row.amount, currency), row.why, row.at)
        for row in session.execute(query)
    ]


def comparable(session: Session, offered: Offered) -> Comparable:
    """What cases of this category and severity got lately, in the same currency."""
    currency = _currency(offered)
    query = (
        sa.select(offers.c.amount)
        .where(
            offers.c.workspace_id == offered.workspace,
            offers.c.category == offered.category,
            offers.c.severity == offered.severity.value,
            offers.c.currency == currency,
            offers.c.id != offered.id,
            offers.c.amount.is_not(None),
            offers.c.state.in_([state.value for state in OfferState if state.is_given]),
        )
        .order_by(offers.c.asked_at.desc())
        .limit(MOST_COMPARED)
    )
    sums = list(session.execute(query).scalars())
    if not sums:
        return Comparable(0)
    middle, least, most = (money(coins, currency) for coins in (median_low(sums), min(sums), max(sums)))
    return Comparable(len(sums), middle, least, most)


def keep_policy(session: Session, policy_hash: str, text: str, *, now: datetime) -> None:
    """Keep the text of a policy that decides something, so that its decisions can be made again."""
    known = sa.select(policy_texts.c.hash).where(policy_texts.c.hash == policy_hash)
    if session.execute(known).scalar() is None:
        insert = upsert(session.dialect.name, policy_texts).values(hash=policy_hash, text=text, first_used_at=now)
        session.execute(insert.on_conflict_do_nothing())


def policy_text(session: Session, policy_hash: str) -> str | None:
    """The text of a policy that decided something."""
    return session.execute(sa.select(policy_texts.c.text).where(policy_texts.c.hash == policy_hash)).scalar()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log says of an offer too."""

    id: int
    kind: str
    amount: str | None
    state: str


def facts_of_all(session: Session, workspace: str) -> Iterator[Facts]:
    """Every offer of a workspace, a few at a time."""
    columns = (offers.c.id, offers.c.kind, offers.c.amount, offers.c.currency, offers.c.state)
    query = sa.select(*columns).where(offers.c.workspace_id == workspace).order_by(offers.c.id)
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        amount = _money(row.amount, row.currency)
        yield Facts(row.id, row.kind, str(amount) if amount else None, row.state)


def answers_of_all(session: Session, workspace: str) -> set[tuple[int, str]]:
    """Which offers were answered by whom."""
    query = sa.select(approvals.c.offer_id, approvals.c.by).where(approvals.c.workspace_id == workspace)
    return {(row.offer_id, row.by) for row in session.execute(query)}


def sums_of_all(session: Session, workspace: str) -> list[tuple[str, Money, Money]]:
    """For each currency what the running sums come to, and what the offers that count come to."""

    def sums(query: Any) -> dict[str, int]:
        return {row.currency: int(row.total) for row in session.execute(query)}

    running = sums(
        sa.select(spendings.c.currency, sa.func.sum(spendings.c.goodwill).label("total"))
        .where(spendings.c.workspace_id == workspace)
        .group_by(spendings.c.currency)
    )
    added = sums(
        sa.select(offers.c.counted_in.label("currency"), sa.func.sum(offers.c.goodwill).label("total"))
        .where(
            offers.c.workspace_id == workspace,
            offers.c.state.in_([state.value for state in OfferState if state.counts]),
        )
        .group_by(offers.c.counted_in)
    )
    return [
        (currency, money(abs(running.get(currency, 0)), currency), money(added.get(currency, 0), currency))
        for currency in sorted({*running, *added})
    ]


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
        "amount": _minor(offered.amount),
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


def _currency(offered: Offered) -> str:
    """The one currency that the sums of an offer are in."""
    return next((sum_.currency for sum_ in (offered.asked, offered.loss) if sum_), offered.goodwill.currency)


def _minor(sum_: Money | None) -> int | None:
    return None if sum_ is None else minor(sum_)


def _money(coins: int | None, currency: str) -> Money | None:
    return None if coins is None else money(coins, currency)


def _owed(owed: Mapping[str, int], currency: str) -> dict[str, Money]:
    return {name: money(coins, currency) for name, coins in owed.items()}


def _offered(row: Any) -> Offered:
    return Offered(
        id=row.id,
        workspace=row.workspace_id,
        case_id=row.case_id,
        kind=row.kind,
        amount=_money(row.amount, row.currency),
        asked=_money(row.asked, row.currency),
        loss=_money(row.loss, row.currency),
        item=row.item,
        reason=row.reason,
        note=row.note,
        goodwill=money(row.goodwill, row.counted_in),
        owed=_owed(row.owed, row.counted_in),
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
