"""One text through all guesses."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.triage import labels
from bot.domain.triage.category import category_of
from bot.domain.triage.category_words import CATEGORY_PHRASES
from bot.domain.triage.cue_words import CUE_PHRASES
from bot.domain.triage.customer import customer_in
from bot.domain.triage.features import Features, cue_features, piece_features, word_features, words_of
from bot.domain.triage.feelings import FEELING_PHRASES, feelings_of
from bot.domain.triage.guesses import COMPLAINT, HEARD, Guess, Triage
from bot.domain.triage.language import SMALL_WORDS, language_of
from bot.domain.triage.reading import Reading, read
from bot.domain.triage.reference import reference_in
from bot.domain.triage.risks import RiskFinder, flags_of
from bot.domain.triage.scorer import Answer, Scorer
from bot.domain.triage.severity import SEVERITY_PHRASES, severity_of, short_severity
from bot.domain.triage.word_lists import MOST_OF_A_TOPIC, Found, WordLists

LONGEST = 40_000
"""Characters read of a text: what Slack lets a message hold."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A text with everything the guesses are made from."""

    reading: Reading
    topics: Sequence[Found]
    signals: tuple[Guess, ...]
    features: tuple[Features, Features, Features]


class Triager:
    """Risk rules and a trained scorer, made ready to read texts. Without a scorer no text counts as a complaint."""

    def __init__(self, risks: RiskFinder, scorer: Scorer | None) -> None:
        self._risks = risks
        self._scorer = scorer
        self._topics = WordLists({**CATEGORY_PHRASES, **SEVERITY_PHRASES})
        self._cues = WordLists(CUE_PHRASES)
        self._feelings = WordLists(FEELING_PHRASES)

    def see(self, text: str) -> Seen:
        """What is in a text. Never raises, whatever the text holds; linear in its length."""
        text = text[:LONGEST]
        reading = read(text)
        topics = self._topics.find(reading.words)
        signals = self._risks.find(text)
        words, places = words_of(reading)
        names = [signal.value for signal in signals]
        cues = cue_features(reading, self._cues.find(reading.words), topics, names)
        return Seen(reading, topics, signals, (word_features(words, places), piece_features(words, places), cues))

    def triage(self, text: str) -> Triage:
        """Guess what the text is about. Never raises, whatever the text holds; linear in its length."""
        seen = self.see(text)
        reading = seen.reading
        signals = seen.signals
        category = severity = None
        score, alarm = 0.0, 1.0
        because: tuple[str, ...] = ()
        if self._scorer is not None:
            said = self._scorer.answers(seen.features)
            score, because = round(said["complaint"].shares[0], 4), _words(reading, said["complaint"], 0)
            category = _guess(reading, said["category"], labels.CATEGORIES)
            severity = short_severity(signals, _guess(reading, said["severity"], labels.SEVERITIES))
            alarm = round(said["alarm"].shares[0], 4)
            if not signals and alarm >= HEARD:
                risk = labels.RISKS[said["risk"].best]
                heard = _guess(reading, said["alarm"], (labels.SIGNAL_OF_RISK[risk],))
                signals = (heard,) if heard.words else ()  # a flag that names no word helps nobody
        is_one = score >= COMPLAINT
        risks = flags_of(signals)
        return Triage(
            category=category_of(reading, seen.topics, risks, category if is_one else None),
            severity=severity_of(reading, seen.topics, risks, severity if is_one else None),
            risks=risks,
            customer=customer_in(reading.clean, reading.tokens, reading.words),
            reference=reference_in(reading.clean),
            score=score,
            because=because,
            signals=signals,
            short_category=category or Guess(labels.CATEGORIES[-1]),
            short_severity=severity or Guess(labels.SEVERITIES[1]),
            language=language_of(reading.words),
            feelings=feelings_of(reading, self._feelings.find(reading.words)),
            alarm=alarm,
        )


def _guess(reading: Reading, answer: Answer, names: Sequence[str]) -> Guess:
    best = answer.best
    return Guess(names[best], _words(reading, answer, best), round(answer.shares[best], 4))


def _words(reading: Reading, answer: Answer, which: int) -> tuple[str, ...]:
    """The words that spoke for a class; neighbours are shown as one phrase, and small words only between others."""
    phrases: list[list[int]] = []
    for place in answer.words_for(which, 2 * MOST_OF_A_TOPIC):
        if reading.words[place] in SMALL_WORDS:
            continue
        if phrases and place == phrases[-1][-1] + 1:
            phrases[-1].append(place)
        else:
            phrases.append([place])
    shown = (reading.quote(phrase[0], phrase[-1] + 1) for phrase in phrases)
    return tuple(dict.fromkeys(shown))[:MOST_OF_A_TOPIC]
