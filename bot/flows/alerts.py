"""Telling the leads of a risk: at once when it comes up, and in place when something changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.alert import Alert, Call
from bot.domain.audit import Action
from bot.domain.case import Case, Status
from bot.domain.team import Role
from bot.flows.cards import ALERT, CALL, ask_for_card, call_subject, place_of
from bot.flows.outcome import GONE, Refused
from bot.store import alerts, audit, cases, outbox
from bot.store.db import Session

Places = Mapping[str, str]
"""Channels as written in the policies → their ids, as far as Slack told us."""

NOWHERE: Places = {}


@dataclass(frozen=True, slots=True)
class Raised:
    """All that an alert shows. `place` is channel and timestamp of the case's card, once it is there.

    `calls` are those that were made, in their order; the first, 0, is the alert itself.
    """

    alert: Alert
    case: Case
    place: tuple[str, str] | None
    calls: Sequence[Call] = ()

    @property
    def still(self) -> tuple[str, ...]:
        """The risks that nobody has taken back."""
        return tuple(risk for risk in self.alert.risks if risk in self.case.details.risks)

    def waits(self, owner_role: Role | None) -> bool:
        """Whether a lead has still to look at it: none has acknowledged it or has the case, and it is not over.

        Whom the complaint is about counts for nothing here, whatever they press.
        """
        is_a_lead = owner_role is not None and owner_role >= Role.LEAD
        with_whom = {self.alert.acknowledged_by, self.case.owner if is_a_lead else None} - {None}
        is_over = self.case.status is Status.RESOLVED or not self.still
        return not is_over and not with_whom - {self.case.details.about}

    def call(self, number: int) -> Call | None:
        """The call of this number, if it was made."""
        return next((call for call in self.calls if call.number == number), None)

    def due_at(self, number: int) -> datetime:
        """When this call is due: with the alert, or when the one before says."""
        before = self.call(number - 1)
        known = before.next_at if before else None
        return known or (self.alert.calls_again_at if number else self.alert.raised_at)


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
        second = [outbox.Wish(alert.channel, CALL, call_subject(alert.id, 1), alert.calls_again_at) for alert in added]
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
    if by == case.details.about:
        return Refused("The complaint is about you, so another lead has to look after it.")
    if not alerts.acknowledge(session, alert.id, by=by, instead_of=case.details.about, now=now):
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
    return Raised(alert, case, place, alerts.calls_of(session, alert.id))
