"""What a text seems to say: guesses only, people change them in two clicks."""

from dataclasses import dataclass

COMPLAINT = 0.5
"""The score from which a text counts as a complaint: the point where misses and false alarms balance."""

ALARMING = 0.2
"""The score from which a risk counts: far below COMPLAINT, because missing one costs more than a false alarm."""

DOUBTFUL = 0.1
"""How much a text must sound like a risk for a word such as "suing" or "robbery" to count, unless it was reported."""

GRAVEST = frozenset({"self_harm", "harm_to_others"})
"""Signals that count from ALARMING on, however little else in the text sounds like them: a miss costs too much."""

HEARD = 0.45
"""How sure the scorer must be of a risk that no rule has found."""


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
    words of the text that speak for it. `signals` are what risk rules found, finer than the flags in `risks`.
    `short_category` and `short_severity` are in the lists of `labels.py`; `language` is a code, or `other`;
    `feelings` are angry, anxious, disappointed, confused, as far as the text names them. `alarm` says from 0 to 1 how
    much the whole text sounds like a risk, whatever rules found.
    """

    category: Guess
    severity: Guess
    risks: tuple[Guess, ...] = ()
    customer: Guess | None = None
    reference: Guess | None = None
    score: float = 0.0
    because: tuple[str, ...] = ()
    signals: tuple[Guess, ...] = ()
    short_category: Guess = Guess("other")
    short_severity: Guess = Guess("medium")
    language: str = "other"
    feelings: tuple[Guess, ...] = ()
    alarm: float = 1.0

    @property
    def is_complaint(self) -> bool:
        """Whether the text reads like a complaint; a channel may ask for more or less than this."""
        return self.score >= COMPLAINT

    @property
    def alarming(self) -> tuple[Guess, ...]:
        """The signals that count though nobody has reported the text: a joke about a lawyer has none.

        How a text sounds is known of English only; elsewhere what a rule finds counts.
        """
        if self.score < ALARMING:
            return ()
        if self.alarm >= DOUBTFUL or self.language != "en":
            return self.signals
        return tuple(signal for signal in self.signals if signal.value in GRAVEST)
