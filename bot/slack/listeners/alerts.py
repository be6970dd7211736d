"""The button by which a lead takes a risk upon themselves."""

from slack_bolt import App

from bot.flows import alerts
from bot.slack.house import House
from bot.slack.ids import Press
from bot.slack.listeners.presses import Pressed, Presses


def register(app: App, house: House) -> None:
    """Listen for what leads do with an alert."""
    on = Presses(app, house)

    @on.button(Press.ACKNOWLEDGE)
    def acknowledge(press: Pressed) -> object:
        role = press.house.role_of(press.user)
        with press.transaction() as session:
            return alerts.acknowledge(session, press.workspace, press.id, by=press.user, role=role, now=press.now)
