"""Approvals: yes, no or another sum on an offer that waits; and what happens while nobody answers.

Every press is judged again with the case, the sums, the rules and the roles as they are at the press. The offer moves
only from where it stood, so of any number of presses one counts.
"""

from collections.abc import Mapping
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
from bot.domain.authority import Decision, Effect, Verdict, most_for
from bot.domain.case import Case
from bot.domain.money import Money
from bot.domain.offer import Answer, Answered, Comparable, History, Offered, OfferState
from bot.domain.team import Role
from bot.flows.cards import ask_for_card, place_of
from bot.flows.decisions import NO_OFFER, Judged, entry_of, judge, locked, weighed
from bot.flows.outcome import Refused
from bot.flows.telling import ask_clock, ask_for_approval_card, came_out, may_be_given
from bot.store import audit, cases, offers
from bot.store.db import Session
from bot.store.spent import history_of, spent_before

Roles = Mapping[str, Role | None]
"""The roles of everybody an offer is about, by Slack id, looked up just before the press: see `people_of`."""

_NO_DEADLINE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Press:
    """A press on an offer that waits, with everything it is judged by."""

    case: Case
    offered: Offered
    judged: Judged
    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """All that an approval card shows, judged as things are now. `place` is where the case's card is, if it is."""

    case: Case
    offered: Offered
    decision: Decision
    answers: list[Answered]
    customer: History
    agent: History
    comparable: Comparable
    place: tuple[str, str] | None


CUSTOMER_DAYS, AGENT_DAYS = 365, 30
"""How far the histories on an approval card look back."""


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
        decision=judge(session, content, case, offered, role=role, now=now).decision,
        answers=offers.answers_to(session, offered),
        customer=history(customer=True, days=CUSTOMER_DAYS),
        agent=history(customer=False, days=AGENT_DAYS),
        comparable=offers.comparable(session, offered),
        place=place_of(session, case),
    )


def people_of(session: Session, workspace: str, offer_id: int) -> tuple[str, ...]:
    """Whose roles a decision on this offer looks at, besides that of who presses."""
    offered = offers.get(session, workspace, offer_id)
    if offered is None:
        return ()
    people = [offered.by, offered.decided_by, *(each.by for each in offers.answers_to(session, offered))]
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
        return _refused(press, why_not or _against(judged.decision), session, now=now)
    offered = weighed(content, before, judged.decision)
    _remember(session, offered, Answer.YES, by=by, now=now)
    offers.keep_policy(session, content.policy.hash, content.policy.text, now=now)
    if not is_complete(press.approval, by):
        _save(session, before, offered)
        ask_for_approval_card(session, case, offered)
        entry = entry_of(Action.OFFER_FIRST_YES, case, offered, judged, needs=press.approval.people, **_lent(by))
        audit.record(session, workspace, entry, by=by.user, now=now)
        return offered
    offered = replace(offered, state=OfferState.APPROVED, decided_by=by.user, decided_at=now)
    _save(session, before, offered)
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
    _save(session, press.offered, offered)
    _remember(session, offered, Answer.NO, by=by, now=now)
    came_out(session, press.case, offered, by=by.user)
    entry = entry_of(Action.OFFER_DECLINED, press.case, offered, press.judged, why=text_hash(why), **_lent(by))
    offers.keep_policy(session, content.policy.hash, content.policy.text, now=now)
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
        return Refused(_against(judged.decision) if judged.decision.verdict is Verdict.REFUSED else two)
    offered = replace(
        weighed(content, replace(before, amount=amount), judged.decision),
        state=OfferState.COUNTERED,
        decided_by=by.user,
        why=why,
        deadline=expires_at(now, policy),
    )
    _save(session, before, offered)
    _remember(session, offered, Answer.COUNTER, by=by, now=now)
    ask_clock(session, case, offered)
    came_out(session, case, offered, by=by.user)
    offers.keep_policy(session, policy.hash, policy.text, now=now)
    asked = str(before.amount) if before.amount else None
    entry = entry_of(Action.OFFER_COUNTERED, case, offered, judged, asked=asked, why=text_hash(why), **_lent(by))
    audit.record(session, workspace, entry, by=by.user, now=now)
    return offered


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
        return Refused(_against(decision))
    giver = roles.get(before.decided_by or "")
    if decision.people > 1 or (decision.approver is not None and (giver is None or giver < decision.approver)):
        return Refused(
            f"<@{before.decided_by}> cannot give this sum any more, because the rules, the sums or the roles have "
            "changed since. Withdraw this offer and make it anew."
        )
    offered = replace(weighed(content, before, decision), state=OfferState.APPROVED, decided_at=now)
    _save(session, before, offered)
    offers.keep_policy(session, content.policy.hash, content.policy.text, now=now)
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
    _save(session, before, offered)
    came_out(session, case, offered, by=by)
    audit.record(
        session, workspace, entry_of(Action.OFFER_WITHDRAWN, case, offered, None, before=before.state), by=by, now=now
    )
    return offered


def expire(session: Session, workspace: str, offer_id: int, *, now: datetime) -> Offered | None:
    """Let an offer go that nobody answered in time; None when it was answered, or its time is not over."""
    found = locked(session, workspace, offer_id)
    if found is None or not _is_late(found[1], now):
        return None
    return _expire(session, *found, now=now)


def call_higher(session: Session, workspace: str, offer_id: int, role: Role, *, now: datetime) -> Offered | None:
    """Call a higher role to an offer that nobody answered; None when that is not needed any more."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return None
    case, before = found
    if before.state is not OfferState.PENDING or _is_late(before, now):
        return None
    if before.called is not None and role <= before.called:
        return before if role is before.called else None
    offered = replace(before, called=role)
    _save(session, before, offered)
    ask_for_approval_card(session, case, offered)
    entry = entry_of(Action.OFFER_PASSED_ON, case, offered, None, called=role.value)
    audit.record(session, workspace, entry, by=None, now=now)
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
    said_yes = (each.by for each in offers.answers_to(session, offered) if each.answer is Answer.YES)
    approval = Approval(
        requester=offered.by,
        owner=case.owner,
        needs=needs,
        people=max(judged.decision.people, 1),
        asked_at=offered.asked_at,
        expires_at=offered.deadline if offered.state is OfferState.PENDING and offered.deadline else now + _NO_DEADLINE,
        approved_by=tuple(one for one in said_yes if _has(roles.get(one), needs)),
    )
    return _Press(case, offered, judged, approval)


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
    if _is_late(offered, now):
        _expire(session, case, offered, now=now)
        return Refused("The time to take this sum is over. Offer again if it is still needed.")
    return case, offered


def _refused(press: _Press, why: str, session: Session, *, now: datetime) -> Refused:
    """Nothing was decided; what is late is let go at once, and a card that may be old is drawn anew."""
    if _is_late(press.offered, now):
        _expire(session, press.case, press.offered, now=now)
    else:
        ask_for_approval_card(session, press.case, press.offered)
    return Refused(why)


def _expire(session: Session, case: Case, before: Offered, *, now: datetime) -> Offered:
    offered = replace(before, state=OfferState.EXPIRED, decided_at=now)
    _save(session, before, offered)
    came_out(session, case, offered, by=None)
    entry = entry_of(Action.OFFER_EXPIRED, case, offered, None, before=before.state)
    audit.record(session, case.workspace, entry, by=None, now=now)
    return offered


def _is_late(offered: Offered, now: datetime) -> bool:
    return offered.state.is_open and offered.deadline is not None and now >= offered.deadline


def _save(session: Session, before: Offered, after: Offered) -> None:
    """Store the change. The row is locked, so it must still be where it stood."""
    if not offers.save(session, before, after):
        raise RuntimeError(f"offer {before.id} moved while it was locked")


def _remember(session: Session, offered: Offered, answer: Answer, *, by: Presser, now: datetime) -> None:
    """Keep the answer; somebody who answered before (a yes, then a no) keeps the first."""
    if all(each.by != by.user for each in offers.answers_to(session, offered)):
        answered = Answered(offered.id, by.user, answer, offered.amount, offered.why, now)
        offers.add_answer(session, offered.workspace, answered)


def _has(role: Role | None, needs: Role) -> bool:
    return role is not None and role >= needs


def _lent(by: Presser) -> dict[str, Any]:
    return {"lent_by": by.lent_by} if by.lent_by else {}


def _against(decision: Decision) -> str:
    """The rules that forbid an offer, in words."""
    reasons = (f"{one.says} ({one.rule})" for one in decision.reasons if one.effect is Effect.FORBIDS)
    return "The rules do not allow this offer any more. " + " ".join(reasons)
