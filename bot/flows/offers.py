"""Offers of amends: look what is allowed, offer, withdraw, mark as given, freeze what turns out to need a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.approval import expires_at
from bot.domain.audit import Action
from bot.domain.authority import Decision, Verdict
from bot.domain.case import Case, Status
from bot.domain.offer import Answer, Offered, OfferState, Wanted
from bot.domain.team import Role
from bot.flows.cards import ask_for_card
from bot.flows.decisions import NO_OFFER, entry_of, judge, locked, unmade, weighed
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import is_granted_no_more, is_handed_over
from bot.flows.telling import approvers_wished, ask_for_approval_card, came_out, may_be_given
from bot.store import approvals, audit, cases, drafts, offers, receipts
from bot.store.db import Session


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rules say to an offer that is not made yet."""

    case: Case
    decision: Decision


@dataclass(frozen=True, slots=True)
class Made:
    """An offer that was made. `decision` is None where the same form had made it before."""

    case: Case
    offered: Offered
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The rules forbid this offer. It was not stored; the decision is in the log."""

    decision: Decision


def preview(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    wanted: Wanted,
    *,
    by: str,
    role: Role | None,
    now: datetime,
) -> Preview | Refused:
    """What the rules would say now. Writes nothing and waits for nobody."""
    case = cases.get(session, workspace, case_id)
    if case is None:
        return GONE
    offered = unmade(content, case, wanted, by=by, now=now)
    return Preview(case, judge(session, content, case, offered, role=role, now=now).decision)


def make_offer(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    wanted: Wanted,
    *,
    source: str,
    approvals: str | None,
    agent: str | None,
    by: str,
    role: Role | None,
    now: datetime,
) -> Made | NotAllowed | Refused:
    """Offer amends on a case: allowed at once, waiting for approval, or not allowed.

    `source` names the form or command, so that a repeat offers nothing twice; `approvals` is the channel of approvals,
    None while the bot is not in it; `agent` signs the draft that may name the amends.
    """
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    known = offers.by_source(session, workspace, source)
    if known is not None:
        return Made(case, known, None) if known.case_id == case.id else NO_OFFER
    if case.status is Status.RESOLVED:
        return Refused(f"{case.reference} is resolved. Reopen it first if there is more to put right.")
    receipts.keep_policy(session, content.policy.hash, content.policy.text, now=now)
    offers.lock_budget(session, workspace)  # from here on others wait: what can be asked before is asked before
    offered = unmade(content, case, wanted, by=by, now=now)
    judged = judge(session, content, case, offered, role=role, now=now)
    decision = judged.decision
    offered = replace(weighed(content, offered, decision), channel=approvals)
    if decision.verdict is Verdict.REFUSED:
        entry = entry_of(Action.OFFER_DECIDED, case, offered, judged, verdict=decision.verdict, state=None)
        audit.record(session, workspace, entry, by=by, now=now)
        return NotAllowed(decision)
    asks = decision.verdict is Verdict.NEEDS_APPROVAL
    if asks and approvals is None:
        return Refused(
            "This needs an approval, and Amends is not in the channel for approvals. Have somebody invite it there "
            "(`/invite @Amends`) and try again; nothing was offered."
        )
    if asks:
        offered = replace(offered, state=OfferState.PENDING, deadline=expires_at(now, content.policy))
    else:
        offered = replace(offered, state=OfferState.ALLOWED, decided_at=now)
    offered = offers.add(session, offered, source=source)
    happened = [entry_of(Action.OFFER_DECIDED, case, offered, judged, verdict=decision.verdict)]
    if not asks:
        happened += may_be_given(session, content, case, offered, agent=agent, now=now)
    ask_for_card(session, case, *(approvers_wished(content, offered) if asks else ()))
    audit.record(session, workspace, *happened, by=by, now=now)
    return Made(case, offered, decision)


def withdraw(
    session: Session, workspace: str, offer_id: int, *, by: str, role: Role | None, now: datetime
) -> Offered | Refused:
    """Take an offer back: by who made it, who has the case, or a lead; no longer once the customer has it."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return NO_OFFER
    case, offered = found
    if not offered.state.counts:
        ask_for_card(session, case)
        return Refused(f"This offer is {offered.state} already.")
    if offered.is_done:
        return Refused("The customer has this already, so it cannot be withdrawn. Tell a lead if that was a mistake.")
    is_lead = role is not None and role >= Role.LEAD
    if by not in (offered.by, case.owner) and not is_lead:
        return Refused(f"Only <@{offered.by}>, who offered it, the owner of the case or a lead can withdraw this.")
    if offered.state.is_given and not is_lead and _was_answered_since(session, case, offered):
        return Refused("A reply went to the customer since this was decided. Ask a lead to withdraw it.")
    after = replace(offered, state=OfferState.WITHDRAWN, decided_by=by, decided_at=now, deadline=None)
    if not offers.save(session, offered, after):
        return NO_OFFER
    is_granted_no_more(session, case, offer_id, now=now)
    came_out(session, case, after, by=by)
    entry = entry_of(Action.OFFER_WITHDRAWN, case, after, None, before=offered.state)
    audit.record(session, workspace, entry, by=by, now=now)
    return after


def mark_done(
    session: Session, workspace: str, offer_id: int, *, reference: str, by: str, now: datetime
) -> Offered | Refused:
    """The customer has it: by whom it was given, and the reference of the payment or shipment."""
    found = locked(session, workspace, offer_id)
    if found is None:
        return NO_OFFER
    case, offered = found
    if offered.is_done:
        ask_for_card(session, case)
        return Refused(f"<@{offered.done_by}> marked this as done already.")
    if not offered.state.is_given:
        ask_for_card(session, case)
        return Refused(f"This offer is {offered.state}, so nothing may be given to the customer for it.")
    after = replace(offered, done_by=by, done_at=now, done_reference=reference[:200])
    if not offers.save(session, offered, after):
        return NO_OFFER
    is_handed_over(session, case, offer_id, by=by, now=now)
    case = cases.change(session, case, steps=sorted(case.steps | {"make_amends"}))
    came_out(session, case, after, by=by)
    entry = entry_of(Action.OFFER_DONE, case, after, None, reference=after.done_reference)
    audit.record(session, workspace, entry, by=by, now=now)
    return after


def redraw_waiting(session: Session, case: Case) -> None:
    """Who may decide on the offers of a case may be different now: their approval cards are drawn anew."""
    for offered in offers.of_case(session, case.id):
        if offered.state.is_open:
            ask_for_approval_card(session, case, offered)


def freeze(session: Session, case: Case, *, now: datetime) -> list[audit.Happened]:
    """A risk came up on the case: nothing that was decided before goes out until a lead has looked at it.

    The case must be locked. Gives back what is to be logged.
    """
    redraw_waiting(session, case)
    given = [offered for offered in offers.of_case(session, case.id) if _is_still_to_be_given(offered)]
    return _freeze(session, case, given, {"risks": list(case.details.risks)}, now=now)


def freeze_of_colleague(session: Session, content: Content, case: Case, *, now: datetime) -> list[audit.Happened]:
    """It turned out whom the complaint is about: what they offered, or said yes to, waits for somebody else's yes.

    What they offered does so where the policy asks somebody else about such offers. The case must be locked. Gives
    back what is to be logged.
    """
    redraw_waiting(session, case)
    about = case.details.about
    if about is None:
        return []
    asks = any(one.about_requester for one in content.policy.always_ask)
    theirs = [
        offered
        for offered in offers.of_case(session, case.id)
        if _is_still_to_be_given(offered) and ((asks and offered.by == about) or about in _deciders(session, offered))
    ]
    return _freeze(session, case, theirs, {"about": about}, now=now)


def _is_still_to_be_given(offered: Offered) -> bool:
    return offered.state.is_given and not offered.is_done


def _deciders(session: Session, offered: Offered) -> set[str | None]:
    """Who said yes to an offer, or to its sum, and for whom they stood in."""
    yes = (each for each in approvals.answers_to(session, offered) if each.answer is not Answer.NO)
    return {offered.decided_by, *(who for each in yes for who in (each.by, each.lent_by))}


def _freeze(
    session: Session, case: Case, several: Sequence[Offered], why: Mapping[str, object], *, now: datetime
) -> list[audit.Happened]:
    happened = []
    for offered in several:
        offers.lock_budget(session, case.workspace)
        after = replace(offered, state=OfferState.FROZEN, waits_for=Role.LEAD, people=max(offered.people, 1))
        if offers.save(session, offered, after):
            taken_back = approvals.take_back_answers(session, offered)
            is_granted_no_more(session, case, offered.id, now=now)
            came_out(session, case, after, by=None)
            happened.append(entry_of(Action.OFFER_FROZEN, case, after, None, taken_back=taken_back, **why))
    return happened


def offers_of(session: Session, case_id: int) -> list[Offered]:
    """The offers of a case, oldest first."""
    return offers.of_case(session, case_id)


def find_offer(session: Session, workspace: str, offer_id: int) -> Offered | None:
    """An offer of this workspace, to be shown or to look up the people it is about."""
    return offers.get(session, workspace, offer_id)


def _was_answered_since(session: Session, case: Case, offered: Offered) -> bool:
    since = offered.decided_at or offered.asked_at
    return any(sent_at >= since for _, sent_at in drafts.replies_of(session, case.id))
