"""Calling leads for a risk: one call after the other until somebody looks after it.

Each is written down before it goes out, which holds whatever dies next: the same call tried again is the same one.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Call, Reach, whom_to_call
from bot.domain.audit import Action
from bot.domain.case import Case
from bot.domain.team import Role
from bot.flows.alerts import Raised
from bot.flows.cards import CALL, call_subject
from bot.store import alerts, audit, cases, outbox
from bot.store.db import Session
from bot.store.outbox import Wish


@dataclass(frozen=True, slots=True)
class Seen:
    """The case as it was when it was worked out whom it can call; `owner_role` is what the owner was then."""

    owner: str | None
    owner_role: Role | None
    about: str | None


def call_instead(session: Session, case: Case) -> None:
    """Who looked after the risks of a case, or has it, turned out to be whom the complaint is about: call others."""
    about, raised = case.details.about, alerts.of_case(session, case.id)
    theirs = [alert for alert in raised if about and about in (alert.acknowledged_by, case.owner)]
    for alert in theirs:
        number = max((made.number for made in alerts.calls_of(session, alert.id)), default=0) + 1
        outbox.ask(session, case.workspace, Wish(alert.channel, CALL, call_subject(alert.id, number)))


def call(
    session: Session,
    workspace: str,
    alert_id: int,
    number: int,
    *,
    reach: Reach,
    seen: Seen,
    channel: str,
    now: datetime,
) -> Call | None:
    """Make a call of an alert, and ask for the next one in this channel. None when the case is another by now.

    The call before the first, 0, is the alert itself; call 1 was asked for when it was raised.
    """
    alert = alerts.get(session, workspace, alert_id)
    case = cases.get(session, workspace, alert.case_id, for_change=True) if alert else None
    alert = alerts.get(session, workspace, alert_id) if case else None
    if alert is None or case is None:
        return None
    before = alerts.calls_of(session, alert.id)
    if made := next((each for each in before if each.number == number), None):
        return made
    is_as_seen = (case.owner, case.details.about) == (seen.owner, seen.about)
    if not is_as_seen or not Raised(alert, case, None).waits(seen.owner_role):
        return None
    called, is_last = whom_to_call(number, before, reach)
    next_at = alert.calls_again_at if number == 0 else None if is_last else now + alert.clock
    made = Call(alert.id, number, called, now, next_at)
    if number and next_at:
        outbox.ask(session, workspace, Wish(channel, CALL, call_subject(alert.id, number + 1), next_at))
    alerts.add_call(session, made)
    entry = {"alert": alert.id, "call": number, "called": [*called], "next_at": next_at and next_at.isoformat()}
    audit.record(session, workspace, (Action.ALERT_CALLED, case.reference, entry), by=None, now=now)
    return made
