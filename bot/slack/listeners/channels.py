"""Channels that Amends comes into."""

from slack_bolt import Ack, App

from bot.flows.welcome import welcome
from bot.slack.house import House
from bot.slack.payloads import Payload


def register(app: App, house: House) -> None:
    """Listen for our being invited to a channel: what is posted there need not wait until we look again."""

    @app.event("member_joined_channel")
    def joined(event: Payload, ack: Ack) -> None:
        if event.get("user") == house.me.user:
            house.directory.doubt_channels()
            with house.transaction() as session:
                welcome(session, house.me.workspace, str(event["channel"]))
            house.wake()
        ack()
