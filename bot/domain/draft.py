"""A draft: a rendered response template, possibly edited by the agent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.template import Channel

MAX_TEXT = 3000
"""Longest draft, in characters: what one multi-line input of a Slack form takes."""


class DraftState(StrEnum):
    """What became of a draft. A case has at most one live draft: suggested or chosen."""

    SUGGESTED = "suggested"
    CHOSEN = "chosen"
    PASSED_OVER = "passed over"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Override:
    """A lead let one draft break phrase rules, and said why. `broken` holds (rule id, words) for each place."""

    broken: tuple[tuple[str, str], ...]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of one case. `missing` names the values to ask for; while a required one is missing `text` is empty.

    `override` is set when a lead saved words that the phrase rules stop.
    """

    id: int
    case_id: int
    template_id: str
    text: str
    state: DraftState
    edited: bool = False
    missing: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    override: Override | None = None

    @property
    def is_live(self) -> bool:
        """Whether the card offers this draft."""
        return self.state in (DraftState.SUGGESTED, DraftState.CHOSEN)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was sent to the customer, as the agent marked it. `parts` are the recovery parts it holds.

    `broken` holds what it says against a phrase rule, as (rule id, words); `unapproved` the words that state amends
    nobody had decided. Both are empty for most: what has left cannot be unsent, so it is recorded and shown.
    """

    case_id: int
    draft_id: int
    text: str
    parts: frozenset[str]
    sent_by: str
    channel: Channel = Channel.EMAIL
    broken: tuple[tuple[str, str], ...] = ()
    unapproved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promised:
    """A day and time a sent reply names, as the agent confirmed it: the words, and the moment in UTC."""

    words: str
    due_at: datetime


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of a sent reply, confirmed by whoever marked it as sent."""

    id: int
    case_id: int
    reply_id: int
    words: str
    due_at: datetime
    confirmed_by: str
    confirmed_at: datetime
    state: PromiseState = PromiseState.OPEN
