"""Text → complaint or not, category, severity, risks, customer and reference, each with the words that led to it."""

from collections.abc import Sequence

from bot.domain.taxonomy import RISKS
from bot.domain.triage.category import category_of
from bot.domain.triage.category_words import CATEGORY_PHRASES
from bot.domain.triage.customer import customer_in
from bot.domain.triage.guesses import COMPLAINT, Guess, Triage
from bot.domain.triage.reading import Reading, read
from bot.domain.triage.reference import reference_in
from bot.domain.triage.risk_words import LOOK_ALIKES, RISK_PHRASES
from bot.domain.triage.severity import SEVERITY_PHRASES, severity_of
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC, Found, WordLists

__all__ = ["COMPLAINT", "Guess", "Triage", "triage"]

_LISTS = WordLists({**CATEGORY_PHRASES, **SEVERITY_PHRASES})
_RISKS = WordLists({**RISK_PHRASES, "look-alike": LOOK_ALIKES})


def triage(text: str) -> Triage:
    """Guess what the text is about. Never raises, whatever the text holds; linear in its length."""
    reading = read(text)
    found = _LISTS.find(reading.words)
    risks = _risks(reading)
    strong = [each for each in found if "." in each.topic or each.topic == "serious"]
    because = [*(word for risk in risks for word in risk.words), *(reading.quote(one.start, one.end) for one in strong)]
    return Triage(
        category=category_of(reading, found, risks),
        severity=severity_of(reading, found, risks),
        risks=risks,
        customer=customer_in(reading.clean, reading.tokens, reading.words),
        reference=reference_in(reading.clean),
        score=_score(found, risks, strong),
        because=tuple(dict.fromkeys(because))[:MOST_OF_A_TOPIC],
    )


def _score(found: Sequence[Found], risks: Sequence[Guess], strong: Sequence[Found]) -> float:
    weight = 3 * len(risks) + 2 * len(strong) + len(found)
    return weight / (weight + 3.0)


def _risks(reading: Reading) -> tuple[Guess, ...]:
    found = _RISKS.find(reading.words)
    alike = {place for one in found if one.topic == "look-alike" for place in range(one.start, one.end)}
    words: dict[str, list[str]] = {}
    for one in found:
        if one.topic != "look-alike" and alike.isdisjoint(range(one.start, one.end)):
            words.setdefault(one.topic, []).append(reading.quote(one.start, one.end))
    return tuple(Guess(risk, tuple(dict.fromkeys(words[risk]))) for risk in RISKS if risk in words)
