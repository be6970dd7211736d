"""A notice drawn for Slack."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.flows.outbox import Notice
from bot.slack.blocks.common import Block
from bot.slack.house import House
from bot.slack.ids import NOTICE_MARK


@dataclass(frozen=True, slots=True)
class Message:
    """A notice drawn as it is now. `thread_ts` is the message it answers, None for one that stands by itself."""

    text: str
    blocks: list[Block]
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class NotNow:
    """It is not the time for this notice: look at it again at `until`. `thread_ts` is where it would be posted."""

    until: datetime
    why: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to tell any more: the notice is withdrawn. `thread_ts` is where it would have been posted."""

    why: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It belongs into another channel."""

    channel: str
    why: str
    thread_ts: str | None = None


Drawn = Message | NotNow | Nothing | Elsewhere | None

Draw = Callable[[House, Notice], Drawn]
"""Draws one kind of notice from what the database holds now; None when what it is about is not there."""


def marker(notice: Notice) -> str:
    """The first block's id of a notice's message: by it the message is found again."""
    return f"{NOTICE_MARK}{notice.id}"
