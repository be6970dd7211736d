"""Telling the leads of a risk: at once when it comes up, and in place when something changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.alert import Alert
from bot.domain.audit import Action
from bot.domain.case import Case, Status
from bot.domain.team import Role
from bot.flows.cards import ALERT, SECOND_CALL, ask_for_card, place_of
from bot.flows.outcome import GONE, Refused
from bot.store import alerts, audit, cases, outbox
from bot.store.db import Session

Places = Mapping[str, str]
"""Channels as written in the policies → their ids, as far as Slack told us."""

NOWHERE: Places = {}


@dataclass(frozen=True, slots=True)
class Raised:
    """All that an alert shows. `place` is channel and timestamp of the case's card, once it is there."""

    alert: Alert
    case: Case
    place: tuple[str, str] | None

    @property
    def still(self) -> tuple[str, ...]:
        """The risks that nobody has taken back."""
        return tuple(risk for risk in self.alert.risks if risk in self.case.details.risks)

    def waits(self, owner_role: Role | None) -> bool:
        """Whether a lead has still to look at it: none has acknowledged it or has the case, and it is not over."""
        is_with_a_lead = self.case.owner is not None and owner_role is not None and owner_role >= Role.LEAD
        is_over = self.case.status is Status.RESOLVED or not self.still
        return not (is_over or is_with_a_lead or self.alert.acknowledged_by)


def leads_place(content: Content, places: Places, otherwise: str) -> str:
    """The channel where leads hear of things, or the next best that we are in."""
    channels = content.channels
    written = (channels.leads, channels.approvals, channels.intake)
    return next((places[name] for name in written if name in places), otherwise)


def raise_alerts(
    session: Session, content: Content, workspace: str, several: Sequence[Case], places: Places, *, now: datetime
) -> None:
    """Tell the leads of the risks of these cases. Risks they know of on a case are not told again."""
    at_risk = [case for case in several if case.details.risks]
    if not at_risk:
        return
    raised = [(case, leads_place(content, places, case.complaint.channel)) for case in at_risk]
    added = alerts.add(session, workspace, raised, now=now)
    if added:
        first = [outbox.Wish(alert.channel, ALERT, str(alert.id)) for alert in added]
        second = [outbox.Wish(alert.channel, SECOND_CALL, str(alert.id), alert.calls_again_at) for alert in added]
        outbox.ask(session, workspace, *first, *second)


def acknowledge(
    session: Session, workspace: str, alert_id: int, *, by: str, role: Role | None, now: datetime
) -> Alert | Refused:
    """A lead looks after this risk: nobody else is called for it. `role` is what this person is now."""
    alert = alerts.get(session, workspace, alert_id)
    case = cases.get(session, workspace, alert.case_id, for_change=True) if alert else None
    if alert is None or case is None:
        return GONE
    ask_for_card(session, case)
    if role is None or role < Role.LEAD:
        return Refused(f"A risk is acknowledged by a lead. You can take {case.reference} with *Take case*.")
    if not alerts.acknowledge(session, alert.id, by=by, now=now):
        return Refused(f"Somebody looks after the risk on {case.reference} already; the message says who.")
    entry = Action.ALERT_ACKNOWLEDGED, case.reference, {"alert": alert.id, "risks": [*alert.risks]}
    audit.record(session, workspace, entry, by=by, now=now)
    return alert


def alert_of(session: Session, workspace: str, alert_id: int) -> Raised | None:
    """What an alert shows now."""
    alert = alerts.get(session, workspace, alert_id)
    case = cases.get(session, workspace, alert.case_id) if alert else None
    if alert is None or case is None:
        return None
    place = place_of(session, case)
    if place is None and case.complaint.thread_ts:
        place = case.complaint.channel, case.complaint.thread_ts
    return Raised(alert, case, place)
