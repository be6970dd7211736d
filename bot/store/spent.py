"""What was given so far, added up for one decision: a fixed number of questions, each answered from an index."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from statistics import median_low
from typing import Any

import sqlalchemy as sa

from bot.domain.authority import Policy, Spent, Tally, Windows
from bot.domain.offer import MOST_COMPARED, Comparable, History, Offered, OfferState
from bot.store.coins import minor, money
from bot.store.db import Session
from bot.store.tables import offers, spendings

_COUNTS = offers.c.state.in_([state.value for state in OfferState if state.counts])


def spent_before(session: Session, offered: Offered, policy: Policy, *, now: datetime) -> Spent:
    """What counts against this offer; the offer itself is not in it. Offers of other currencies count by their rate."""
    windows = policy.windows(now)
    purse = _Purse(policy)
    case, owed = _on_case(session, offered, purse)
    mine = (offers.c.by == offered.by, offers.c.case_id != offered.case_id)
    today = _today(session, offered.workspace, windows, purse, *mine)
    month, paid = _month(session, offered.workspace, windows, purse, but=offered)
    customer = _customer(session, offered, windows, purse)
    return Spent(
        currency=policy.currency,
        case=case,
        owed=owed,
        today=today,
        month=month,
        month_paid=paid,
        customer=customer,
        near=_near(session, offered, windows),
        other_currencies=tuple(sorted(purse.unknown)),
    )


def spent_by(session: Session, workspace: str, person: str, policy: Policy, *, now: datetime) -> Spent:
    """What somebody gave today, and everybody this month, beside any case and any customer."""
    windows, purse = policy.windows(now), _Purse(policy)
    today = _today(session, workspace, windows, purse, offers.c.by == person)
    month, paid = _month(session, workspace, windows, purse, but=None)
    return Spent(
        currency=policy.currency,
        today=today,
        month=month,
        month_paid=paid,
        customer=dict.fromkeys(windows.customer, Tally()),
        other_currencies=tuple(sorted(purse.unknown)),
    )


def history_of(session: Session, offered: Offered, policy: Policy, *, customer: bool, since: datetime) -> History:
    """What this customer got, or what this person offered, since a day; the offer itself is not in it."""
    who = _of_customer(offered) if customer else offers.c.by == offered.by
    if who is None:
        return History(0, policy.money(Decimal(0)), 0)
    declined = offers.c.state == OfferState.DECLINED.value
    query = (
        sa.select(
            offers.c.counted_in,
            _number(_COUNTS).label("offers"),
            _total(_COUNTS).label("goodwill"),
            _number(declined).label("declined"),
        )
        .where(offers.c.workspace_id == offered.workspace, who, offers.c.asked_at >= since, offers.c.id != offered.id)
        .group_by(offers.c.counted_in)
    )
    purse, count, total, refused = _Purse(policy), 0, Decimal(0), 0
    for row in session.execute(query):
        count, refused = count + row.offers, refused + row.declined
        total += purse.counted(row.goodwill, row.counted_in)
    return History(count, policy.money(total), refused)


def comparable(session: Session, offered: Offered) -> Comparable:
    """What other cases of this category and severity got lately, in the same currency."""
    currency = offered.currency
    query = (
        sa.select(offers.c.amount)
        .where(
            offers.c.workspace_id == offered.workspace,
            offers.c.category == offered.category,
            offers.c.severity == offered.severity.value,
            offers.c.currency == currency,
            offers.c.case_id != offered.case_id,
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


class _Purse:
    """Adds up in the policy's currency, and remembers the currencies that have no rate."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.unknown: set[str] = set()

    def counted(self, coins: int, currency: str) -> Decimal:
        """Smallest coins of a currency in the policy's; zero where there is no rate."""
        amount = money(abs(int(coins)), currency)
        counted = self._policy.counted(amount)
        if counted is None:
            if amount.amount:
                self.unknown.add(currency)
            return Decimal(0)
        return counted if coins >= 0 else -counted

    def by_name(self, rows: Iterable[tuple[str, int, str]]) -> dict[str, Decimal]:
        """Names with their sums."""
        sums: dict[str, Decimal] = {}
        for name, coins, currency in rows:
            sums[name] = sums.get(name, Decimal(0)) + self.counted(coins, currency)
        return sums


def _on_case(session: Session, offered: Offered, purse: _Purse) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    query = sa.select(offers.c.kind, offers.c.goodwill, offers.c.owed, offers.c.counted_in).where(
        offers.c.case_id == offered.case_id, _COUNTS, offers.c.id != offered.id
    )
    rows = session.execute(query).all()
    case = purse.by_name((row.kind, row.goodwill, row.counted_in) for row in rows)
    owed = purse.by_name((name, coins, row.counted_in) for row in rows for name, coins in row.owed.items())
    return case, owed


def _today(session: Session, workspace: str, windows: Windows, purse: _Purse, *which: Any) -> dict[str, Decimal]:
    """What was offered today by kind, of some offers."""
    query = (
        sa.select(offers.c.kind, sa.func.sum(offers.c.goodwill).label("goodwill"), offers.c.counted_in)
        .where(offers.c.workspace_id == workspace, offers.c.asked_at >= windows.day, _COUNTS, *which)
        .group_by(offers.c.kind, offers.c.counted_in)
    )
    return purse.by_name((row.kind, row.goodwill, row.counted_in) for row in session.execute(query))


def _month(
    session: Session, workspace: str, windows: Windows, purse: _Purse, *, but: Offered | None
) -> tuple[Decimal, Decimal]:
    """What everybody gave this month, and what of it customers have got; without one offer, if one is left out."""
    query = (
        sa.select(
            spendings.c.currency,
            sa.func.sum(spendings.c.goodwill).label("goodwill"),
            sa.func.sum(spendings.c.done).label("done"),
        )
        .where(spendings.c.workspace_id == workspace, spendings.c.quarter_at >= windows.month)
        .group_by(spendings.c.currency)
    )
    sums = {row.currency: [int(row.goodwill), int(row.done)] for row in session.execute(query)}
    if but is not None and but.id and but.state.counts and but.asked_at >= windows.month:
        own = sums.get(but.goodwill.currency, [0, 0])
        own[0] -= minor(but.goodwill)
        own[1] -= minor(but.goodwill) * but.is_done
    month = sum((purse.counted(goodwill, currency) for currency, (goodwill, _) in sums.items()), Decimal(0))
    paid = sum((purse.counted(done, currency) for currency, (_, done) in sums.items()), Decimal(0))
    return month, paid


def _customer(session: Session, offered: Offered, windows: Windows, purse: _Purse) -> dict[int, Tally]:
    who = _of_customer(offered)
    if not windows.customer:
        return {}
    if who is None:
        return dict.fromkeys(windows.customer, Tally())
    asked: list[Any] = [offers.c.counted_in]
    for days, begins in windows.customer.items():
        inside = offers.c.asked_at >= begins
        asked += [_number(inside).label(f"offers_{days}"), _total(inside).label(f"total_{days}")]
    query = (
        sa.select(*asked)
        .where(
            offers.c.workspace_id == offered.workspace,
            who,
            offers.c.asked_at >= min(windows.customer.values()),
            _COUNTS,
            offers.c.goodwill > 0,
            offers.c.case_id != offered.case_id,
        )
        .group_by(offers.c.counted_in)
    )
    tallies = dict.fromkeys(windows.customer, Tally())
    for row in session.execute(query).mappings():
        for days, tally in tallies.items():
            total = purse.counted(row[f"total_{days}"], row["counted_in"])
            tallies[days] = Tally(tally.offers + int(row[f"offers_{days}"]), tally.total + total)
    return tallies


def _near(session: Session, offered: Offered, windows: Windows) -> int:
    same = offers.c.case_id == offered.case_id
    who = _of_customer(offered)
    query = sa.select(sa.func.count()).where(
        offers.c.workspace_id == offered.workspace,
        offers.c.by == offered.by,
        offers.c.asked_at >= windows.near,
        same if who is None else sa.or_(same, who),
        _COUNTS,
        offers.c.case_id != offered.case_id,
    )
    return int(session.execute(query).scalar_one())


def _of_customer(offered: Offered) -> Any:
    """Offers to the same customer, known by name or by reference; None when neither is known."""
    known = [
        column == key
        for column, key in (
            (offers.c.customer_key, offered.customer_key),
            (offers.c.reference_key, offered.reference_key),
        )
        if key
    ]
    return sa.or_(*known) if known else None


def _number(where: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((where, 1), else_=0)), 0)


def _total(where: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((where, offers.c.goodwill), else_=0)), 0)
