"""All that the approval card shows, judged as things are when it is drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.bundle import Content
from bot.domain.authority import Decision
from bot.domain.case import Case
from bot.domain.offer import Answered, Comparable, History, Offered
from bot.domain.team import Role
from bot.flows.cards import place_of
from bot.flows.decisions import judge
from bot.store import approvals, cases, offers
from bot.store.db import Session
from bot.store.spent import comparable, history_of

CUSTOMER_DAYS, AGENT_DAYS = 365, 30
"""How far the histories on an approval card look back."""


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """All that an approval card shows, judged as things are now.

    `reason` is the label of the offer's reason; `place` is where the case's card is, if it is.
    """

    case: Case
    offered: Offered
    reason: str
    decision: Decision
    answers: list[Answered]
    customer: History
    agent: History
    comparable: Comparable
    place: tuple[str, str] | None


def card_of(
    session: Session, content: Content, workspace: str, offer_id: int, *, role: Role | None, now: datetime
) -> ApprovalCard | None:
    """What an approval card shows now; `role` is that of the person who offered."""
    offered = offers.get(session, workspace, offer_id)
    case = cases.get(session, workspace, offered.case_id) if offered else None
    if offered is None or case is None:
        return None

    def history(*, customer: bool, days: int) -> History:
        since = now - timedelta(days=days)
        return history_of(session, offered, content.policy, customer=customer, since=since)

    return ApprovalCard(
        case=case,
        offered=offered,
        reason=content.policy.reasons.get(offered.reason, offered.reason),
        decision=judge(session, content, case, offered, role=role, now=now).decision,
        answers=approvals.answers_to(session, offered),
        customer=history(customer=True, days=CUSTOMER_DAYS),
        agent=history(customer=False, days=AGENT_DAYS),
        comparable=comparable(session, offered),
        place=place_of(session, case),
    )
