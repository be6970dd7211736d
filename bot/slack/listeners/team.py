"""Who is in which user group: Slack says when it changes."""

from slack_bolt import Ack, App

from bot.slack.house import House
from bot.slack.payloads import Payload


def register(app: App, house: House) -> None:
    """Listen for changes of user groups."""

    @app.event("subteam_members_changed")
    def members(event: Payload, ack: Ack) -> None:
        house.directory.doubt_group(str(event.get("subteam_id", "")))
        ack()

    @app.event("subteam_updated")
    def group(event: Payload, ack: Ack) -> None:
        house.directory.doubt_group(str((event.get("subteam") or {}).get("id", "")))
        ack()
