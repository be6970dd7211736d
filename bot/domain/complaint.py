"""What was reported: the words, who said them, and the place they came in by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_TEXT = 40_000
"""Longest complaint text kept, in characters: Slack's own limit for a message."""


def clean(text: str) -> str:
    """Text that every database and Slack can hold: no NUL, no lone surrogates, at most MAX_TEXT characters."""
    text = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return text[:MAX_TEXT]


class Door(StrEnum):
    """How a complaint came in."""

    MESSAGE = "message"
    MENTION = "mention"
    DIRECT = "direct message"
    COMMAND = "command"
    FORM = "form"
    SHORTCUT = "shortcut"
    WEBHOOK = "webhook"
    DETECTED = "question"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One report, whichever door it used.

    `source` is unique in a workspace, so a mention that is also a message, or a delivery that
    Slack repeats, leads to one case. `thread_ts` is the message the card is posted under;
    None means that the card itself opens the thread. `reporter` is a Slack user id, None for an integration.
    `customer`, `reference` and `category` are set when the reporter gave them apart from the text. `link` leads to
    the ticket in a help desk, `said_at` is when the customer wrote there.
    """

    source: str
    door: Door
    text: str
    channel: str
    thread_ts: str | None
    reporter: str | None
    reporter_name: str | None = None
    customer: str = ""
    reference: str = ""
    category: str = ""
    link: str = ""
    said_at: datetime | None = None

    @staticmethod
    def message_source(channel: str, ts: str) -> str:
        """The source of anything that is a Slack message: its channel and timestamp."""
        return f"message:{channel}:{ts}"
