"""A case on its way: taken, resolved, judged by the customer, reopened; its report taken back."""

from datetime import datetime

from bot.content.bundle import Content
from bot.domain.audit import Action, text_hash
from bot.domain.case import Case, Status, stays_open
from bot.flows.alerts import NOWHERE, Places
from bot.flows.cards import ask_for_card
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import plan_again, redraw_all
from bot.flows.routing import route
from bot.store import audit, cases
from bot.store.db import Session


def take(session: Session, workspace: str, case_id: int, *, by: str, now: datetime) -> Case | Refused:
    """Make this person the owner."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED:
        return Refused(f"{case.reference} is resolved. Reopen it first if there is more to do.")
    if case.owner == by:
        ask_for_card(session, case)
        return Refused(f"You already have {case.reference}.")
    if case.details.about == by:
        ask_for_card(session, case)
        return Refused(f"The complaint is about you, so somebody else has to take {case.reference}.")
    case, given = give(session, case, Action.CASE_TAKEN, to=by)
    ask_for_card(session, case)
    audit.record(session, workspace, given, by=by, now=now)
    return case


def take_if_free(session: Session, case: Case, *, by: str) -> tuple[Case, list[audit.Happened]]:
    """Whoever works on a case that nobody has becomes its owner, unless the complaint is about them.

    Gives back what is to be logged.
    """
    if case.owner is not None or case.details.about == by:
        return case, []
    case, given = give(session, case, Action.CASE_TAKEN, to=by)
    return case, [given]


def give(session: Session, case: Case, action: Action, *, to: str) -> tuple[Case, audit.Happened]:
    """Make somebody the owner: what was posted about the case names them from now on. Gives back what is to be logged.

    The card is the caller's to ask for.
    """
    entry = {"owner": to, "before": case.owner}
    case = cases.change(session, case, owner=to)
    redraw_all(session, case)
    return case, (action, case.reference, entry)


def resolve(
    session: Session,
    content: Content,
    workspace: str,
    case_id: int,
    *,
    outcome: str,
    resolution: str,
    cause: str | None = None,
    satisfaction: int | None = None,
    by: str,
    places: Places = NOWHERE,
    now: datetime,
) -> Case | Refused:
    """Close the case with its outcome, its root cause and what was done; who can mend the cause hears of it.

    An unhappy customer (`satisfaction`, 1 to 5, as far as known) keeps it open: the case that is given back is not
    resolved then.
    """
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED:
        ask_for_card(session, case)
        return Refused(f"{case.reference} is already resolved.")
    if stays_open(outcome, satisfaction):
        return _answered(session, content, case, satisfaction, by=by, now=now)
    case, taken = take_if_free(session, case, by=by)
    case = cases.change(
        session,
        case,
        status=Status.RESOLVED,
        outcome=outcome,
        resolution=resolution,
        cause=cause,
        satisfaction=satisfaction or case.satisfaction,
        resolved_at=now,
        waiting_since=None,
        steps=sorted(case.steps | {"document"}),
    )
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    route(session, content, workspace, [case], places, now=now)
    entry = {"outcome": outcome, "resolution": text_hash(resolution), "cause": cause, "satisfaction": satisfaction}
    audit.record(session, workspace, (Action.CASE_RESOLVED, case.reference, entry), *taken, by=by, now=now)
    return case


def customer_answered(
    session: Session, content: Content, workspace: str, case_id: int, *, satisfaction: int, by: str, now: datetime
) -> Case | Refused:
    """What the customer says of a resolved case, 1 to 5. An unhappy answer opens it again."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is Status.RESOLVED and stays_open(case.outcome, satisfaction):
        case = _open_again(session, content, case, by=by, now=now)
    return _answered(session, content, case, satisfaction, by=by, now=now)


def _answered(
    session: Session, content: Content, case: Case, satisfaction: int | None, *, by: str, now: datetime
) -> Case:
    """The customer has answered, so nobody needs to ask them how it went."""
    case = cases.change(session, case, satisfaction=satisfaction, answered_at=now, waiting_since=None, tries=0)
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    entry = {"satisfaction": satisfaction, "status": case.status}
    audit.record(session, case.workspace, (Action.CUSTOMER_ANSWERED, case.reference, entry), by=by, now=now)
    return case


def reopen(
    session: Session, content: Content, workspace: str, case_id: int, *, by: str, now: datetime
) -> Case | Refused:
    """Open a resolved case again."""
    case = cases.get(session, workspace, case_id, for_change=True)
    if case is None:
        return GONE
    if case.status is not Status.RESOLVED:
        ask_for_card(session, case)
        return Refused(f"{case.reference} is open.")
    return _open_again(session, content, case, by=by, now=now)


def _open_again(session: Session, content: Content, case: Case, *, by: str, now: datetime) -> Case:
    """A resolved case, open as it was before. Its root cause stays known, and a customer who opted out stays so."""
    case = cases.change(
        session,
        case,
        status=Status.ANSWERED if case.first_replied_at else Status.OPEN,
        outcome=None,
        resolution="",
        resolved_at=None,
        reopened_at=now,
        closed_at=None,
        tries=0,
        steps=sorted(case.steps - {"document"}),
    )
    plan_again(session, content, case, now=now)
    ask_for_card(session, case)
    audit.record(session, case.workspace, (Action.CASE_REOPENED, case.reference, {}), by=by, now=now)
    return case


def report_deleted(session: Session, workspace: str, source: str, *, now: datetime) -> Case | None:
    """The report was taken back in Slack. The case stays, and says so."""
    known = cases.by_source(session, workspace, source)
    if known is None or known.report_deleted_at is not None:
        return None
    case = cases.get(session, workspace, known.id, for_change=True)
    if case is None or case.report_deleted_at is not None:
        return None
    case = cases.change(session, case, report_deleted_at=now)
    ask_for_card(session, case)
    audit.record(session, workspace, (Action.REPORT_DELETED, case.reference, {}), by=None, now=now)
    return case


def mine(session: Session, workspace: str, owner: str) -> list[Case]:
    """The person's cases that are not resolved, oldest first."""
    return list(cases.live_of(session, workspace, owner))
