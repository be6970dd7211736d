"""Approvers' answers in and out of the database."""

import sqlalchemy as sa

from bot.domain.offer import Answer, Answered, Offered
from bot.store.coins import minor_or_none, money_or_none
from bot.store.db import Session
from bot.store.tables import approvals


def add_answer(session: Session, workspace: str, answered: Answered) -> None:
    """Store an approver's answer."""
    values = {
        "workspace_id": workspace,
        "offer_id": answered.offer_id,
        "by": answered.by,
        "answer": answered.answer.value,
        "amount": minor_or_none(answered.amount),
        "why": answered.why,
        "at": answered.at,
        "lent_by": answered.lent_by,
    }
    session.execute(sa.insert(approvals), values)


def answers_to(session: Session, offered: Offered) -> list[Answered]:
    """The answers that counted on an offer, oldest first."""
    query = sa.select(approvals).where(approvals.c.offer_id == offered.id).order_by(approvals.c.id)
    currency = offered.currency
    return [
        Answered(
            row.offer_id,
            row.by,
            Answer(row.answer),
            money_or_none(row.amount, currency),
            row.why,
            row.at,
            row.lent_by,
        )
        for row in session.execute(query)
    ]


def take_back_answers(session: Session, offered: Offered) -> list[str]:
    """Forget the answers to an offer that has to be decided anew, so that whoever gave them may answer again: who."""
    query = sa.delete(approvals).where(approvals.c.offer_id == offered.id).returning(approvals.c.by)
    return sorted(session.execute(query).scalars())


def answers_of_all(session: Session, workspace: str) -> set[tuple[int, str]]:
    """Which offers were answered by whom."""
    query = sa.select(approvals.c.offer_id, approvals.c.by).where(approvals.c.workspace_id == workspace)
    return {(row.offer_id, row.by) for row in session.execute(query)}
