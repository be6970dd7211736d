"""What decisions on money are proved with: the policies that made them, and what the log is held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.money import Money
from bot.domain.offer import OfferState
from bot.store.audit import upsert
from bot.store.coins import money, money_or_none
from bot.store.db import Session
from bot.store.tables import offers, policy_texts, spendings


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
        amount = money_or_none(row.amount, row.currency)
        yield Facts(row.id, row.kind, str(amount) if amount else None, row.state)


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
