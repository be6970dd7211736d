"""The App Home: drawn when somebody opens it, and again after they pressed something on it."""

import structlog
from slack_bolt import Ack, App

from bot.flows.home import home_of
from bot.slack.blocks import home as blocks
from bot.slack.directory import FAILURES, error_code
from bot.slack.house import House
from bot.slack.payloads import Payload, is_on_home

log = structlog.get_logger(__name__)


def register(app: App, house: House) -> None:
    """Listen for people opening their page."""

    @app.event("app_home_opened")
    def opened(event: Payload, ack: Ack) -> None:
        if event.get("tab", "home") == "home":
            publish(house, str(event["user"]))
        ack()


def refresh(house: House, body: Payload) -> None:
    """Draw the page anew after somebody did something on it."""
    if is_on_home(body):
        publish(house, str(body["user"]["id"]))


def publish(house: House, user: str) -> None:
    """Draw somebody's page. A page that cannot be drawn now is drawn when it is opened again."""
    content, now = house.content(), house.now()
    zone, role = house.zone_of(user), house.role_of(user)
    with house.reading() as session:
        shown = home_of(session, content, house.me.workspace, user, role=role, zone=zone, now=now)
    view = blocks.home(shown, policy=content.policy, name=house.full_name, link=house.link_to, now=now)
    try:
        house.client.views_publish(user_id=user, view=view)
    except FAILURES as error:
        log.warning("home.not_drawn", reason=error_code(error))
