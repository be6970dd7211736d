"""What every decision on money does alike: lock, add up, ask the rules, and write down how it came out.

Locks are taken in one order: the case, the offer, the budget of the workspace. Sums are added up after the last one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.authority import Decision, Effect, Offer, Spent, as_receipt, decide
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState, Wanted, name_key, reference_key
from bot.domain.team import Role
from bot.flows.outcome import Refused
from bot.store import audit, cases, offers
from bot.store.db import Session
from bot.store.spent import spent_before

Roles = Mapping[str, Role | None]
"""The roles of everybody an offer is about, by Slack id, looked up just before the press: see `people_of`."""

NO_OFFER = Refused("This offer is not here any more. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say to an offer, and all that is needed to ask them again."""

    offer: Offer
    spent: Spent
    decision: Decision
    receipt: dict[str, Any]


def locked(session: Session, workspace: str, offer_id: int) -> tuple[Case, Offered] | None:
    """An offer with its case, while nobody else decides on money here until the transaction ends."""
    seen = offers.get(session, workspace, offer_id)
    case = cases.get(session, workspace, seen.case_id, for_change=True) if seen else None
    offered = offers.get(session, workspace, offer_id, for_change=True)
    if case is None or offered is None:
        return None
    offers.lock_budget(session, workspace)
    return case, offered


def judge(
    session: Session, content: Content, case: Case, offered: Offered, *, role: Role | None, now: datetime
) -> Judged:
    """Ask the rules in force, with the case and the sums as they are now. `role` is that of the person who offers."""
    policy = content.policy
    offer = Offer(
        kind=offered.kind,
        amount=offered.amount,
        item=offered.item,
        loss=offered.loss,
        reason=offered.reason,
        note=offered.note,
        category=case.details.category,
        severity=case.details.severity,
        risks=case.details.risks,
        by=offered.by,
        role=role,
        owner=case.owner,
        about=case.details.about,
        customer_known=bool(offered.customer_key or offered.reference_key),
    )
    spent = spent_before(session, offered, policy, now=now)
    decision = decide(offer, spent, policy, now)
    return Judged(offer, spent, decision, as_receipt(offer, spent, decision, policy, now))


def moved(session: Session, before: Offered, after: Offered) -> None:
    """Store the change. The row is locked, so it must still be where it stood."""
    if not offers.save(session, before, after):
        raise RuntimeError(f"offer {before.id} moved while it was locked")


def unmade(content: Content, case: Case, wanted: Wanted, *, by: str, now: datetime) -> Offered:
    """An offer on a case that is not stored and not judged."""
    return Offered(
        id=0,
        workspace=case.workspace,
        case_id=case.id,
        kind=wanted.kind,
        amount=wanted.amount,
        asked=wanted.amount,
        loss=wanted.loss,
        item=wanted.item,
        reason=wanted.reason,
        note=wanted.note,
        goodwill=content.policy.money(Decimal(0)),
        owed={},
        category=case.details.category,
        severity=case.details.severity,
        customer_key=name_key(case.details.customer),
        reference_key=reference_key(case.details.reference),
        state=OfferState.PENDING,
        by=by,
        asked_at=now,
        channel=None,
        waits_for=None,
        called=None,
        people=0,
        deadline=None,
        policy=content.policy.hash,
    )


def weighed(content: Content, offered: Offered, decision: Decision) -> Offered:
    """The offer with what the rules in force made of it. Whom it waited for stays where nobody is asked any more."""
    return replace(
        offered,
        goodwill=decision.goodwill or content.policy.money(Decimal(0)),
        owed=dict(decision.owed),
        waits_for=decision.approver or offered.waits_for,
        called=max(filter(None, (decision.approver, offered.called)), default=None),
        people=decision.people or offered.people,
        policy=content.policy.hash,
    )


def entry_of(action: Action, case: Case, offered: Offered, judged: Judged | None, **more: Any) -> audit.Happened:
    """The entry in the log: which offer, what it came to, and the receipt by which the decision can be made again."""
    entry: dict[str, Any] = {
        "offer": offered.id or None,
        "kind": offered.kind,
        "amount": str(offered.amount) if offered.amount else None,
        "state": offered.state,
        **more,
    }
    if offered.note:
        entry["note"] = text_hash(offered.note)
    if judged is not None:
        entry["receipt"] = judged.receipt
    return action, case.reference, entry


def against(decision: Decision) -> str:
    """The rules that forbid an offer, in words."""
    reasons = (f"{one.says} ({one.rule})" for one in decision.reasons if one.effect is Effect.FORBIDS)
    return "The rules do not allow this offer any more. " + " ".join(reasons)
