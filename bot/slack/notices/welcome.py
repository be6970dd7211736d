"""The first word in a channel."""

from bot.flows.outbox import Notice
from bot.slack.blocks import welcome as blocks
from bot.slack.house import House
from bot.slack.notices.message import Message, Nothing, marker


def welcome(house: House, notice: Notice) -> Message | Nothing:
    """What Amends does in this channel by the policies of now. It is said there or nowhere."""
    if notice.channel != notice.subject:
        return Nothing("its channel does not take it")
    content, channel_id = house.content(), house.directory.channel_id
    channels = content.channels
    place = blocks.Place(
        mode=house.mode_of(notice.channel),
        approvals=channel_id(channels.approvals) == notice.channel,
        leads=channel_id(channels.leads) == notice.channel,
        causes=any(channel_id(route.channel) == notice.channel for route in content.routing.routes),
        intake=channel_id(channels.intake),
    )
    return Message(*blocks.welcome(place, marker=marker(notice)))
