"""Approvals: yes, no or another sum on an offer that waits.

Every press is judged again with the case, the sums, the rules and the roles as they are at the press. The offer moves
only from where it stood, so of any number of presses one counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.content.bundle import Content
from bot.domain.approval import (
    Approval,
    Presser,
    expires_at,
    is_complete,
    why_not_approve,
    why_not_counter,
    why_not_decide,
)
from bot.domain.audit import Action, text_hash
from bot.domain.authority import Verdict, most_for
from bot.domain.case import Case
from bot.domain.money import Money
from bot.domain.offer import Answer, Answered, Offered, OfferState
from bot.domain.team import Role
from bot.flows.deadlines import is_late, let_go
from bot.flows.decisions import NO_OFFER, Judged, Roles, against, entry_of, judge, locked, moved, weighed
from bot.flows.outcome import Refused
from bot.flows.telling import ask_clock, ask_for_approval_card, came_out, may_be_given
from bot.store import approvals, audit, offers, receipts
from bot.store.db import Session
from bot.store.spent import spent_before

_NO_DEADLINE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Press:
    """A press on an offer that waits, with everything it is judged by."""

    case: Case
    offered: Offered
    judged: Judged
    approval: Approval
    answered: frozenset[str]


def people_of(session: Session, workspace: str, offer_id: int) -> tuple[str, ...]:
    """Whose roles a decision on this offer looks at, besides that of who presses."""
    offered = offers.get(session, workspace, offer_id)
    if offered is None:
        return ()
    people = [offered.by, offered.decided_by, *(each.by for each in approvals.answers_to(session, offered))]
    return tuple(dict.fromkeys(person for person in people if person))


def approve(
    session: Session,
    content: Content,
    workspace: str,
    offer_id: int,
    *,
    by: Presser,
    roles: Roles,
    agent: str | None,
    now: datetime,
) -> Offered | Refused:
    """Say yes. With the last yes that it needs the offer is approved; `agent` signs the draft that may name it then."""
    press = _pressed(session, content, workspace, offer_id, roles=roles, now=now)
    if isinstance(press, Refused):
        return press
    case, before, judged = press.case, press.offered, press.judged
    why_not = why_not_approve(press.approval, by, now)
    if why_not or judged.decision.verdict is Verdict.REFUSED:
        return _refused(press, why_not or against(judged.decision), session, now=now)
    offered = weighed(content, before, judged.decision)
    _remember(session, press, offered, Answer.YES, by=by, now=now)
    receipts.keep_policy(session, content.policy.hash, content.policy.text, now=now)
    if not is_complete(press.approval, by):
        moved(session, before, offered)
        ask_for_approval_card(session, case, offered)
        entry = entry_of(Action.OFFER_FIRST_YES, case, offered, judged, needs=press.approval.people, **_lent(by))
        audit.record(session, workspace, entry, by=by.user, now=now)
        return offered
    offered = replace(offered, state=OfferState.APPROVED, decided_by=by.user, decided_at=now)
    moved(session, before, offered)
    happened = [entry_of(Action.OFFER_APPROVED, case, offered, judged, **_lent(by))]
    happened += may_be_given(session, content, case, offered, agent=agent, now=now)
    came_out(session, case, offered, by=by.user)
    audit.record(session, workspace, *happened, by=by.user, now=now)
    return offered


def decline(
    session: Session,
    content: Content,
    workspace: str,
    offer_id: int,
    *,
    why: str,
    by: Presser,
    roles: Roles,
    now: datetime,
) -> Offered | Refused:
    """Say no, with the reason for the person who offered."""
    press = _pressed(session, content, workspace, offer_id, roles=roles, now=now)
    if isinstance(press, Refused):
        return press
    why_not = why_not_decide(press.approval, by, now)
    if why_not:
        return _refused(press, why_not, session, now=now)
    offered = replace(press.offered, state=OfferState.DECLINED, decided_by=by.user, decided_at=now, why=why)
    moved(session, press.offered, offered)
    _remember(session, press, offered, Answer.NO, by=by, now=now)
    came_out(session, press.case, offered, by=by.user)
    entry = entry_of(Action.OFFER_DECLINED, press.case, offered, press.judged, why=text_hash(why), **_lent(by))
    receipts.keep_policy(session, content.policy.hash, content.policy.text, now=now)
    audit.record(session, workspace, entry, by=by.user, now=now)
    return offered


def counter_offer(
    session: Session,
    content: Content,
    workspace: str,
    offer_id: int,
    *,
    amount: Money,
    why: str,
    by: Presser,
    roles: Roles,
    now: datetime,
) -> Offered | Refused:
    """Offer another sum: no more than was asked for, and no more than the presser may give alone.

    The person who offered answers it. From now on the new sum counts as spent.
    """
    press = _pressed(session, content, workspace, offer_id, roles=roles, now=now)
    if isinstance(press, Refused):
        return press
    case, before, policy = press.case, press.offered, content.policy
    own = spent_before(session, replace(before, by=by.user), policy, now=now)
    limit = most_for(press.judged.offer, own, policy, now, role=by.role) if by.role else None
    why_not = why_not_counter(press.approval, by, now, sum=amount, asked=before.amount, own_limit=limit)
    if why_not:
        return _refused(press, why_not, session, now=now)
    judged = judge(session, content, case, replace(before, amount=amount), role=roles.get(before.by), now=now)
    if judged.decision.verdict is Verdict.REFUSED or judged.decision.people > 1:
        two = "This sum needs the yes of two people: approve or decline instead."
        return Refused(against(judged.decision) if judged.decision.verdict is Verdict.REFUSED else two)
    offered = replace(
        weighed(content, replace(before, amount=amount), judged.decision),
        state=OfferState.COUNTERED,
        decided_by=by.user,
        why=why,
        deadline=expires_at(now, policy),
    )
    moved(session, before, offered)
    _remember(session, press, offered, Answer.COUNTER, by=by, now=now)
    ask_clock(session, case, offered)
    came_out(session, case, offered, by=by.user)
    receipts.keep_policy(session, policy.hash, policy.text, now=now)
    asked = str(before.amount) if before.amount else None
    entry = entry_of(Action.OFFER_COUNTERED, case, offered, judged, asked=asked, why=text_hash(why), **_lent(by))
    audit.record(session, workspace, entry, by=by.user, now=now)
    return offered


def _pressed(
    session: Session, content: Content, workspace: str, offer_id: int, *, roles: Roles, now: datetime
) -> _Press | Refused:
    """The offer with a fresh judgement, if it can still be decided."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return NO_OFFER
    case, offered = found
    if offered.state not in (OfferState.PENDING, OfferState.FROZEN):
        ask_for_approval_card(session, case, offered)
        who = f" by <@{offered.decided_by}>" if offered.decided_by else ""
        return Refused(f"This offer is {offered.state} already{who}. Nothing was changed.")
    judged = judge(session, content, case, offered, role=roles.get(offered.by), now=now)
    needs = judged.decision.approver or content.policy.approvals.lowest_role
    part_of_it = (offered.by, case.owner, case.details.about)
    answers = approvals.answers_to(session, offered)
    said_yes = (
        each.by
        for each in answers
        if each.answer is Answer.YES and (each.lent_by is None or each.lent_by not in part_of_it)
    )
    approval = Approval(
        requester=offered.by,
        owner=case.owner,
        needs=needs,
        people=max(judged.decision.people, 1),
        asked_at=offered.asked_at,
        expires_at=offered.deadline if offered.state is OfferState.PENDING and offered.deadline else now + _NO_DEADLINE,
        approved_by=tuple(one for one in said_yes if _has(roles.get(one), needs) and one not in part_of_it),
        about=case.details.about,
    )
    return _Press(case, offered, judged, approval, frozenset(each.by for each in answers))


def _refused(press: _Press, why: str, session: Session, *, now: datetime) -> Refused:
    """Nothing was decided; what is late is let go at once, and a card that may be old is drawn anew."""
    if is_late(press.offered, now):
        let_go(session, press.case, press.offered, now=now)
    else:
        ask_for_approval_card(session, press.case, press.offered)
    return Refused(why)


def _remember(session: Session, press: _Press, offered: Offered, answer: Answer, *, by: Presser, now: datetime) -> None:
    """Keep the answer; somebody who answered before (a yes, then a no) keeps the first."""
    if by.user not in press.answered:
        answered = Answered(offered.id, by.user, answer, offered.amount, offered.why, now, by.lent_by)
        approvals.add_answer(session, offered.workspace, answered)


def _has(role: Role | None, needs: Role) -> bool:
    return role is not None and role >= needs


def _lent(by: Presser) -> dict[str, Any]:
    return {"lent_by": by.lent_by} if by.lent_by else {}
