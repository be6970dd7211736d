"""How bad it is for the customer, by lists of words and the risks that were found."""

from collections.abc import Sequence

from bot.domain.taxonomy import RISKS, Severity
from bot.domain.triage.guesses import Guess
from bot.domain.triage.reading import Reading
from bot.domain.triage.risks import SIGNALS
from bot.domain.triage.severity_words import MINOR_PHRASES, REPEAT_PHRASES, SERIOUS_PHRASES
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC, Found

SERIOUS, REPEAT, MINOR = "serious", "repeat", "minor"
SEVERITY_PHRASES = {SERIOUS: SERIOUS_PHRASES, REPEAT: REPEAT_PHRASES, MINOR: MINOR_PHRASES}

_SURE = 0.6
_CRITICAL_RISKS = frozenset(RISKS) - {"fraud", "vulnerable"}


def severity_of(reading: Reading, found: Sequence[Found], risks: Sequence[Guess], short: Guess | None = None) -> Guess:
    """From the gravest cue; raised by one for a repeat or a vulnerable customer. No cue means moderate.

    A risk that a rule has found is critical, one that only the scorer has heard is serious.

    A `short` severity only raises: where nothing else speaks, one that is surely high makes the case serious.
    """
    words: dict[str, list[str]] = {topic: [] for topic in SEVERITY_PHRASES}
    for each in found:
        if each.topic in words:
            words[each.topic].append(reading.quote(each.start, each.end))
    words |= {risk.value: list(risk.words) for risk in risks}
    critical = [word for risk in risks if risk.value in _CRITICAL_RISKS and risk.sure == 1.0 for word in risk.words]
    if critical:
        return _guess(Severity.CRITICAL, critical)
    risky = [word for risk in risks if risk.value != "vulnerable" for word in risk.words]
    if words[SERIOUS] or risky:
        level, because = Severity.SERIOUS, [*words[SERIOUS], *risky]
    elif words[MINOR]:
        level, because = Severity.MINOR, words[MINOR]
    else:
        level, because = Severity.MODERATE, []
    if raising := [*words[REPEAT], *words.get("vulnerable", [])]:
        level, because = level.raised(), [*because, *raising]
    if not because and short is not None and short.value == "high" and short.sure >= _SURE:
        return Guess(Severity.SERIOUS, short.words, short.sure)
    return _guess(level, because)


GRAVE = frozenset(SIGNALS) - {"churn", "vulnerable"}
"""Signals that make a message high in the short list, whatever else it says."""


def short_severity(signals: Sequence[Guess], guess: Guess) -> Guess:
    """Low, medium or high: a danger, a lawyer or a watchdog makes it high by what those words mean, else the guess."""
    words = [word for signal in signals if signal.value in GRAVE for word in signal.words]
    return Guess("high", tuple(dict.fromkeys(words))[:MOST_OF_A_TOPIC], sure=1.0) if words else guess


def _guess(level: Severity, words: Sequence[str]) -> Guess:
    return Guess(level, tuple(dict.fromkeys(words))[:MOST_OF_A_TOPIC], sure=0.8 if words else 0.3)
