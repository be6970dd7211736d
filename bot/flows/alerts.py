"""Telling the leads of a risk: at once when it comes up, and in place when something changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.alert import Alert
from bot.domain.case import Case
from bot.flows.cards import ALERT, place_of
from bot.store import alerts, cases, outbox
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
        outbox.ask(session, workspace, *(outbox.Wish(alert.channel, ALERT, str(alert.id)) for alert in added))


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
