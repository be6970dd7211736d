"""What each kind of notice looks like. A new kind is one line in `KINDS`."""

from bot.flows.cards import ALERT, CALL, CARD
from bot.flows.faults import FAULT
from bot.flows.outbox import Notice
from bot.flows.planning import DIGEST, REMINDER
from bot.flows.routing import ROUTE
from bot.flows.telling import APPROVAL, CLOCK, NEWS
from bot.flows.welcome import WELCOME
from bot.slack.house import House
from bot.slack.notices import alerts, cases, faults, followups, offers, routing, welcome
from bot.slack.notices.message import Draw, Drawn

KINDS: dict[str, Draw] = {
    CARD: cases.card,
    ALERT: alerts.alert,
    CALL: alerts.call,
    ROUTE: routing.route,
    FAULT: faults.fault,
    REMINDER: followups.reminder,
    DIGEST: followups.digest,
    APPROVAL: offers.approval,
    CLOCK: offers.clock,
    NEWS: offers.news,
    WELCOME: welcome.welcome,
}
"""Kind of notice → how it is drawn."""


def draw(house: House, notice: Notice) -> Drawn:
    """A notice as it is now; None when what it is about is not in the database, or its kind is not known."""
    drawn_by = KINDS.get(notice.kind)
    return drawn_by(house, notice) if drawn_by else None
