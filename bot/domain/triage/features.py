"""A text as the features a linear scorer weighs: words, pairs of words, pieces of words, and cues.

Each feature knows the word of the text it comes from, so that a score can name the words that led to it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.triage.reading import Reading
from bot.domain.triage.word_lists import Found

Features = dict[str, int]
"""Feature → the first word it comes from; NOWHERE when it belongs to the text as a whole."""

NOWHERE = -1
MOST_WORDS = 400
"""Words read from a text, half from its start and half from its end: a longer one says nothing new by being long."""

_DIGITS = re.compile(r"\d+")
_LATIN = re.compile(r"[a-z0-9'\u00c0-\u024f]+")
_LONGEST_WORD = 24
_PIECES = (3, 4, 5)
_SENTENCE_ENDS = re.compile(r"[.!?:>\n\"“”*]\s*$")
_QUOTED_LINE = re.compile(r"^\s*>", re.MULTILINE)
_SHOUTING = re.compile(r"\b[A-Z]{4,}\b")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_CROSSED = (
    "customer", "tells", "forwarded", "our doing", "own place", "praise", "solved", "fine", "asks us", "wishes",
    "announces", "figures", "rehearses", "plays", "angry", "unhappy", "again", "late", "never came", "parcel", "goods",
    "faulty", "food and stay", "money", "person", "online", "small", "not", "me", "we", "you", "they",
)  # fmt: skip


def words_of(reading: Reading) -> tuple[list[str], list[int]]:
    """The words a scorer reads, digits as 0 and names as one sign, and the place of each in the reading."""
    tokens, words = reading.tokens, reading.words
    places = list(range(len(words)))
    if len(places) > MOST_WORDS:
        places = [*places[: MOST_WORDS // 2], *places[-MOST_WORDS // 2 :]]
    read: list[str] = []
    for place in places:
        word = words[place][:_LONGEST_WORD]
        spelled = tokens[place].group()
        if not word.isalpha() and any(letter.isdigit() for letter in word):
            word = _DIGITS.sub("0", word)
        elif spelled[0].isupper() and not spelled.isupper() and _is_inside(reading.clean, tokens[place].start()):
            word = "Xx"
        read.append(word)
    return read, places


def _is_inside(clean: str, start: int) -> bool:
    """Whether a word stands inside a sentence, where a capital means a name."""
    before = clean[max(0, start - 4) : start]
    return bool(before) and not _SENTENCE_ENDS.search(before)


@lru_cache(maxsize=8192)
def _pieces(word: str) -> tuple[str, ...]:
    """The pieces a word is made of, with its two ends marked."""
    if not _LATIN.fullmatch(word):
        return tuple(word[start : start + size] for size in (1, 2, 3) for start in range(len(word) - size + 1))
    marked = f" {word} "
    return tuple(marked[start : start + size] for size in _PIECES for start in range(len(marked) - size + 1))


def word_features(words: Sequence[str], places: Sequence[int]) -> Features:
    """Words and pairs of neighbours."""
    found: Features = {}
    before = "^"
    for word, place in zip(words, places, strict=True):
        found.setdefault(word, place)
        found.setdefault(f"{before}_{word}", place)
        before = word
    if words:
        found.setdefault(f"{before}_$", places[-1])
    return found


def piece_features(words: Sequence[str], places: Sequence[int]) -> Features:
    """Pieces of words of three to five letters; of one to three where words are not spaced."""
    found: Features = {}
    for word, place in zip(words, places, strict=True):
        if word != "Xx":
            for piece in _pieces(word):
                found.setdefault(piece, place)
    return found


def cue_features(reading: Reading, cues: Sequence[Found], topics: Sequence[Found], risks: Sequence[str]) -> Features:
    """Cues, pairs of cues, topics of the category lists, risks, and the shape of the text."""
    found: Features = {}
    first: dict[str, int] = {}
    for cue in cues:
        first.setdefault(cue.topic, cue.start)
        found.setdefault(f"{cue.topic}!", cue.start)
    present = [name for name in _CROSSED if name in first]
    for index, one in enumerate(present):
        for other in present[index + 1 :]:
            found[f"{one}+{other}"] = first[other]
    for topic in topics:
        found.setdefault(f"{topic.topic}!", topic.start)
        found.setdefault(f"{topic.topic.partition('.')[0]}!", topic.start)
    for risk in risks:
        found[f"{risk}!"] = NOWHERE
        found["risk!"] = NOWHERE
    for shape in _shapes(reading):
        found[shape] = NOWHERE
    return found


def _shapes(reading: Reading) -> Iterator[str]:
    clean, words = reading.clean, reading.words
    yield "bias!"
    size = len(words)
    yield f"size{0 if size < 4 else 1 if size < 9 else 2 if size < 20 else 3 if size < 60 else 4}"
    end = clean.rstrip()[-1:]
    if end == "?":
        yield "ends?"
    if "?" in clean:
        yield "has?"
    if "!" in clean:
        yield "has!"
    if "??" in clean or "!!" in clean or "?!" in clean:
        yield "has!!"
    if _QUOTED_LINE.search(clean):
        yield "quoted line"
    if '"' in clean or "\u201c" in clean:
        yield "quote"
    if ":" in clean[:60]:
        yield "label"
    if "\n" in clean:
        yield "lines"
    if _SHOUTING.search(clean):
        yield "shouting"
    if _EMOJI.search(clean):
        yield "emoji"
    if words:
        yield f"starts {words[0] if len(words[0]) < 12 else '*'}"
