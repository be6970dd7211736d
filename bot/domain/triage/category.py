"""Which of the product's categories a text speaks of, by lists of words."""

from collections.abc import Sequence

from bot.domain.triage.category_words import CATEGORY_PHRASES
from bot.domain.triage.guesses import Guess
from bot.domain.triage.labels import first_level, short_category
from bot.domain.triage.reading import Reading
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC, Found

_CATEGORY_OF_RISK = {
    "safety": "product.safety",
    "discrimination": "trust.discrimination",
    "data_breach": "trust.privacy",
    "fraud": "trust.fraud_victim",
}

_SURE = 0.6


def category_of(reading: Reading, found: Sequence[Found], risks: Sequence[Guess], short: Guess | None = None) -> Guess:
    """The key with most evidence: a phrase of the very category counts three times a word of its first level.

    Of keys with evidence, those that belong to a `short` category guessed with some sureness go before the others;
    with no evidence the short category alone decides.
    """
    hits: dict[str, list[tuple[int, str]]] = {}
    for each in found:
        if each.topic in CATEGORY_PHRASES:
            hits.setdefault(each.topic, []).append((each.start, reading.quote(each.start, each.end)))
    for risk in risks:
        if key := _CATEGORY_OF_RISK.get(risk.value):
            hits.setdefault(key, []).extend((reading.clean.find(words), words) for words in risk.words)

    def weight(key: str) -> tuple[bool, int, int]:
        first = key.partition(".")[0]
        strong = len({words for _, words in hits[key]}) * 3 if "." in key else 0
        weak = len({words for _, words in hits.get(first, [])})
        agrees = short is not None and short.sure >= _SURE and short_category(key) == short.value
        return agrees, strong + weak, -hits[key][0][0]

    best = max(hits, key=weight, default=None)
    if best is None:
        return Guess("other") if short is None else Guess(first_level(short.value), short.words, short.sure)
    agrees = short is not None and short_category(best) == short.value
    sure = short.sure if short is not None and agrees else 0.5
    return Guess(best, tuple(dict.fromkeys(words for _, words in hits[best]))[:MOST_OF_A_TOPIC], sure)
