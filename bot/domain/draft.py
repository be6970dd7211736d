"""A draft: a rendered response template, possibly edited by the agent."""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT = 3000
"""Longest draft, in characters: what one multi-line input of a Slack form takes."""


class DraftState(StrEnum):
    """What became of a draft. A case has at most one live draft: suggested or chosen."""

    SUGGESTED = "suggested"
    CHOSEN = "chosen"
    PASSED_OVER = "passed over"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of one case. `missing` names the values to ask for; while a required one is missing `text` is empty."""

    id: int
    case_id: int
    template_id: str
    text: str
    state: DraftState
    edited: bool = False
    missing: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether the card offers this draft."""
        return self.state in (DraftState.SUGGESTED, DraftState.CHOSEN)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was sent to the customer, as the agent marked it. `parts` are the recovery parts it holds."""

    case_id: int
    draft_id: int
    text: str
    parts: frozenset[str]
    sent_by: str
