"""The first word in a channel that Amends was invited to: once for each channel, however often it leaves and comes."""

from bot.store import outbox
from bot.store.db import Session

WELCOME = "welcome"
"""The kind of notice of the first word; its subject is the channel's id."""


def welcome(session: Session, workspace: str, channel: str) -> None:
    """Have people told what Amends does in this channel, unless they were told before."""
    outbox.ask_once(session, workspace, outbox.Wish(channel, WELCOME, channel))
