"""The answer to a counter-offer: the person who offered takes the other sum, or does without."""

from dataclasses import replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action
from bot.domain.authority import Verdict
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.flows.cards import ask_for_card
from bot.flows.deadlines import is_late, let_go
from bot.flows.decisions import NO_OFFER, Roles, against, entry_of, judge, locked, moved, weighed
from bot.flows.outcome import Refused
from bot.flows.telling import came_out, may_be_given
from bot.store import audit, receipts
from bot.store.db import Session


def accept(
    session: Session,
    content: Content,
    workspace: str,
    offer_id: int,
    *,
    by: str,
    roles: Roles,
    agent: str | None,
    now: datetime,
) -> Offered | Refused:
    """Take the sum of a counter-offer: by the person who offered, while whoever countered may still give it."""
    found = _countered(session, workspace, offer_id, by=by, now=now)
    if isinstance(found, Refused):
        return found
    case, before = found
    judged = judge(session, content, case, before, role=roles.get(before.by), now=now)
    decision = judged.decision
    if decision.verdict is Verdict.REFUSED:
        return Refused(against(decision))
    giver = roles.get(before.decided_by or "") if before.decided_by != case.details.about else None
    if decision.people > 1 or (decision.approver is not None and (giver is None or giver < decision.approver)):
        return Refused(
            f"<@{before.decided_by}> cannot give this sum any more, because the rules, the sums or the roles have "
            "changed since. Withdraw this offer and make it anew."
        )
    offered = replace(weighed(content, before, decision), state=OfferState.APPROVED, decided_at=now)
    moved(session, before, offered)
    receipts.keep_policy(session, content.policy.hash, content.policy.text, now=now)
    happened = [entry_of(Action.OFFER_ACCEPTED, case, offered, judged, given_by=before.decided_by)]
    happened += may_be_given(session, content, case, offered, agent=agent, now=now)
    came_out(session, case, offered, by=by)
    audit.record(session, workspace, *happened, by=by, now=now)
    return offered


def turn_down(session: Session, workspace: str, offer_id: int, *, by: str, now: datetime) -> Offered | Refused:
    """Do without: the person who offered does not take the sum of a counter-offer."""
    found = _countered(session, workspace, offer_id, by=by, now=now)
    if isinstance(found, Refused):
        return found
    case, before = found
    offered = replace(before, state=OfferState.WITHDRAWN, decided_by=by, decided_at=now)
    moved(session, before, offered)
    came_out(session, case, offered, by=by)
    audit.record(
        session, workspace, entry_of(Action.OFFER_WITHDRAWN, case, offered, None, before=before.state), by=by, now=now
    )
    return offered


def _countered(
    session: Session, workspace: str, offer_id: int, *, by: str, now: datetime
) -> tuple[Case, Offered] | Refused:
    """A counter-offer that this person may answer now."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return NO_OFFER
    case, offered = found
    if offered.state is not OfferState.COUNTERED:
        ask_for_card(session, case)
        return Refused(f"This offer is {offered.state} already. Nothing was changed.")
    if by != offered.by:
        return Refused(f"<@{offered.by}> made this offer and answers to the other sum.")
    if is_late(offered, now):
        let_go(session, case, offered, now=now)
        return Refused("The time to take this sum is over. Offer again if it is still needed.")
    return case, offered
