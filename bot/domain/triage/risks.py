"""Risk rules, and the places in a text where they fire: what a lead must know of at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.phrases import Checker, Level, PhraseRule, Violation
from bot.domain.taxonomy import RISKS
from bot.domain.triage.guesses import Guess
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC

SIGNALS: dict[str, str | None] = {
    **{risk: risk for risk in RISKS},
    "injury": "safety",
    "churn": None,
}
"""What a rule may find → the risk flag it raises on a case; leaving us raises none, it only makes a case graver."""


NEAR = 120
"""Characters within which the words of one `together` must stand: a sentence of some length, or two short ones."""


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One rule of `responses/risks/`. Patterns are in the notation of `responses/README.md`, read as in a phrase rule.

    `risk` is one of SIGNALS. Each of `together` is several patterns that all stand near each other, in any order.
    """

    id: str
    risk: str
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


class RiskFinder:
    """A set of risk rules, compiled once, to read many texts. Raises PatternError when a pattern cannot be read."""

    def __init__(self, rules: Iterable[RiskRule]) -> None:
        self.rules = tuple(rules)
        self._meant: dict[str, tuple[RiskRule, int, int]] = {}
        parts = []
        for rule in self.rules:
            if rule.patterns:
                parts.append(self._part(rule, rule.patterns, 0, 0))
            for group, patterns in enumerate(rule.together, 1):
                parts += [self._part(rule, (pattern,), group, which) for which, pattern in enumerate(patterns)]
        self._checker = Checker(parts)

    def _part(self, rule: RiskRule, patterns: tuple[str, ...], group: int, which: int) -> PhraseRule:
        """What the checker looks for on its own: a rule's patterns (group 0), or one member of a `together`."""
        name = f"{rule.id} {group} {which}"
        self._meant[name] = rule, group, which
        return PhraseRule(name, Level.ERROR, patterns, why="", instead=(), unless=rule.unless)

    def find(self, text: str) -> tuple[Guess, ...]:
        """The signals found, in the order of SIGNALS, with the words; quoted words count like any other.

        Words that say it by themselves are shown alone; words that say it together only where there are none.
        """
        alone: dict[str, list[str]] = {}
        together: dict[str, list[str]] = {}
        for rule, places in self._fired(text):
            words = alone if len(places) == 1 else together
            words.setdefault(rule.risk, []).extend(" ".join(place.words.split()) for place in places)
        found = together | alone
        return tuple(_guess(signal, found[signal]) for signal in SIGNALS if signal in found)

    def rules_that_find(self, text: str) -> frozenset[str]:
        """The ids of the rules that fire in this text."""
        return frozenset(rule.id for rule, _ in self._fired(text))

    def _fired(self, text: str) -> Iterator[tuple[RiskRule, tuple[Violation, ...]]]:
        """Each rule that fires, with the places that made it; one pass over the text."""
        latest: dict[tuple[str, int], dict[int, Violation]] = {}
        for place in self._checker.check(text, quotations=True):
            rule, group, which = self._meant[place.rule.id]
            if not group:
                yield rule, (place,)
                continue
            seen = latest.setdefault((rule.id, group), {})
            seen[which] = place
            is_complete = len(seen) == len(rule.together[group - 1])
            if is_complete and all(place.end - one.start <= NEAR for one in seen.values()):
                yield rule, tuple(seen.values())
                seen.clear()


def flags_of(signals: Sequence[Guess]) -> tuple[Guess, ...]:
    """The risk flags that signals raise on a case, in the order of gravity; as sure as the surest of its signals."""
    words: dict[str, list[str]] = {}
    sure: dict[str, float] = {}
    for signal in signals:
        if flag := SIGNALS[signal.value]:
            words.setdefault(flag, []).extend(signal.words)
            sure[flag] = max(signal.sure, sure.get(flag, 0.0))
    return tuple(_guess(risk, words[risk], sure[risk]) for risk in RISKS if risk in words)


def _guess(value: str, words: Sequence[str], sure: float = 1.0) -> Guess:
    return Guess(value, tuple(dict.fromkeys(words))[:MOST_OF_A_TOPIC], sure)
