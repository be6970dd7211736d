"""Risk rules, and the places in a text where they fire: what a lead must know of at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.phrases import Checker, Level, PhraseRule
from bot.domain.taxonomy import RISKS
from bot.domain.triage.guesses import Guess
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC

SIGNALS: dict[str, str | None] = {
    **{risk: risk for risk in RISKS},
    "injury": "safety",
    "churn": None,
}
"""What a rule may find → the risk flag it raises on a case; leaving us raises none, it only makes a case graver."""


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One rule of `responses/risks/`. Patterns are in the notation of `responses/README.md`, read as in a phrase rule.

    `risk` is one of SIGNALS.
    """

    id: str
    risk: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


class RiskFinder:
    """A set of risk rules, compiled once, to read many texts. Raises PatternError when a pattern cannot be read."""

    def __init__(self, rules: Iterable[RiskRule]) -> None:
        self.rules = tuple(rules)
        self._signal_of = {rule.id: rule.risk for rule in self.rules}
        self._checker = Checker([_as_phrase_rule(rule) for rule in self.rules])

    def find(self, text: str) -> tuple[Guess, ...]:
        """The signals found, in the order of SIGNALS, with the words; quoted words count like any other."""
        words: dict[str, list[str]] = {}
        for place in self._checker.check(text, quotations=True):
            words.setdefault(self._signal_of[place.rule.id], []).append(" ".join(place.words.split()))
        return tuple(_guess(signal, words[signal]) for signal in SIGNALS if signal in words)

    def rules_that_find(self, text: str) -> frozenset[str]:
        """The ids of the rules that fire in this text."""
        return frozenset(place.rule.id for place in self._checker.check(text, quotations=True))


def flags_of(signals: Sequence[Guess]) -> tuple[Guess, ...]:
    """The risk flags that signals raise on a case, in the order of gravity."""
    words: dict[str, list[str]] = {}
    for signal in signals:
        if flag := SIGNALS[signal.value]:
            words.setdefault(flag, []).extend(signal.words)
    return tuple(_guess(risk, words[risk]) for risk in RISKS if risk in words)


def _guess(value: str, words: Sequence[str]) -> Guess:
    return Guess(value, tuple(dict.fromkeys(words))[:MOST_OF_A_TOPIC], sure=1.0)


def _as_phrase_rule(rule: RiskRule) -> PhraseRule:
    return PhraseRule(rule.id, Level.ERROR, rule.patterns, why="", instead=(), unless=rule.unless)
