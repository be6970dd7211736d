"""What a text seems to say: guesses only, people change them in two clicks."""

from dataclasses import dataclass

COMPLAINT = 0.5
"""The score from which a text counts as a complaint: the point where misses and false alarms balance."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One guessed value and the words of the text that led to it; no words means a default.

    `sure` says how sure the guess is, from 0 to 1.
    """

    value: str
    words: tuple[str, ...] = ()
    sure: float = 0.0


@dataclass(frozen=True, slots=True)
class Triage:
    """What a text seems to say.

    `score` says from 0 to 1 how much the text reads like a complaint, first-hand or passed on, and `because` holds the
    words of the text that speak for it.
    """

    category: Guess
    severity: Guess
    risks: tuple[Guess, ...] = ()
    customer: Guess | None = None
    reference: Guess | None = None
    score: float = 0.0
    because: tuple[str, ...] = ()

    @property
    def is_complaint(self) -> bool:
        """Whether the text reads like a complaint; a channel may ask for more or less than this."""
        return self.score >= COMPLAINT
