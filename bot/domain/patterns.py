"""The notation of `responses/README.md`: a pattern → the ways its words may follow each other.

A pattern is never spelled out into the phrases it stands for. It becomes a small graph: the words of a choice lead to
the same place, and what may be left out is passed by.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from bot.domain.sentences import END, MASK, PAUSE, plain_words

GAP = "…"
NUMBER = "#"
MOST_PHRASES = 2_000
"""Phrases one pattern may stand for: no tree of words made from it can be larger than these spelled out."""

MOST_GAPS = 2
MOST_BRACKETS = 50
MOST_WORDS = 30

_ENDINGS = ("'ll", "'re", "'ve", "'m", "'d", "'s", "n't")
_CLOSING = {"{": "}", "(": ")"}
_MISPLACED = {
    "/": "a / stands outside brackets: write {one/the other}",
    "}": "a } closes nothing: remove it, or open it before",
    ")": "a ) closes nothing: remove it, or open it before",
    "^": "a ^ stands inside: it belongs at the very beginning",
}
_TOKEN = re.compile(r"[{}()/^,.#…]|[^\s{}()/^,.#…]+")
_SIGNS = frozenset((GAP, NUMBER, PAUSE, END))
_WORDLESS = frozenset((GAP, PAUSE, END, MASK))


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place in a pattern: the words that may come next, each with the place behind it, and whether it may end here.

    Words are as in `Sentence.words`, or `GAP` or `NUMBER`. One word may lead to several places.
    """

    nexts: tuple[tuple[str, "Place"], ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read: where it begins, and whether it must open a sentence.

    `anywhere` is set when the pattern began or ended with `…`; it has a meaning in `unless` only.
    """

    first: Place
    at_start: bool = False
    anywhere: bool = False

    def phrases(self) -> set[tuple[str, ...]]:
        """All phrases the pattern stands for, spelled out: up to `MOST_PHRASES`."""
        return set(_phrases(self.first))


@lru_cache(maxsize=8192)
def compile_pattern(pattern: str) -> Pattern:
    """Read a pattern. Raises PatternError when it is malformed or stands for too many phrases.

    Remembers what it read: a file is checked before it is used, and read again with all others when one is edited.
    """
    return _Reader(pattern).read()


def _phrases(place: Place) -> Iterator[tuple[str, ...]]:
    if place.ends:
        yield ()
    for word, behind in place.nexts:
        for rest in _phrases(behind):
            yield (word, *rest)


Way = tuple["str | tuple[Way, ...]", ...]
"""Words and signs as written, in order; a tuple among them is a choice of ways, an empty way says nothing."""


class _Behind(NamedTuple):
    """What may stand behind a word: a place, or endings that join the word ("'ll" makes "you'll" of "you")."""

    place: Place
    endings: tuple[tuple[str, "_Behind"], ...] = ()


class _Reader:
    """Reads one pattern: first what is written from left to right, then, from the right, what may follow what."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.text = pattern.replace("...", GAP).replace("’", "'").strip()
        self.at_start = self.text.startswith("^")
        self._tokens = _TOKEN.finditer(self.text, int(self.at_start))
        self.anywhere = False

    def read(self) -> Pattern:
        if self.text.count("{") + self.text.count("(") > MOST_BRACKETS:
            raise self._error(f"has more than {MOST_BRACKETS} brackets: split it into several patterns")
        ways = self._ways(closing="")
        if _count(ways) > MOST_PHRASES:
            raise self._error(f"stands for over {MOST_PHRASES} phrases: split it into several patterns")
        first = self._alone(self._before(ways[0], _Behind(Place(ends=True))))
        while any(word == GAP for word, _ in first.nexts):
            self.anywhere = True
            first = _either(
                [Place(tuple(step for step in first.nexts if step[0] != GAP), first.ends)]
                + [behind for word, behind in first.nexts if word == GAP]
            )
        self._refuse_bad(first)
        return Pattern(first, self.at_start, self.anywhere)

    # --- From left to right: what is written --------------------------------------------------------------------------

    def _ways(self, closing: str) -> tuple[Way, ...]:
        """What stands up to the closing bracket (or the end), split at `/`."""
        ways: list[Way] = []
        parts: list[str | tuple[Way, ...]] = []
        for token in self._tokens:
            part = token.group()
            if part == closing:
                self._refuse_letter(token.end())
                return (*ways, tuple(parts))
            if part in _CLOSING:
                self._refuse_letter(token.start() - 1)
                choice = self._ways(_CLOSING[part])
                parts.append(choice if part == "{" else ((), *choice))
            elif part == "/" and closing:
                ways.append(tuple(parts))
                parts = []
            elif part in _MISPLACED:
                raise self._error(_MISPLACED[part])
            else:
                parts.append(part)
        if closing:
            raise self._error(f"a bracket is left open: add {closing}")
        return (tuple(parts),)

    def _refuse_letter(self, at: int) -> None:
        if self.text[at : at + 1].isalnum() and at >= 0:
            raise self._error("a bracket touches a word: put a space between")

    # --- From right to left: what may follow what ---------------------------------------------------------------------

    def _before(self, way: Way, behind: _Behind) -> _Behind:
        """What may stand where `way` comes first and then what is `behind` it."""
        for part in reversed(way):
            if isinstance(part, tuple):
                choices = [self._before(choice, behind) for choice in part]
                endings = dict.fromkeys(ending for choice in choices for ending in choice.endings)
                behind = _Behind(_either([choice.place for choice in choices]), tuple(endings))
            elif part in _SIGNS:
                behind = _Behind(self._sign(part, self._alone(behind)))
            elif part.lower() in _ENDINGS:
                behind = _Behind(Place(), ((part, behind),))
            else:
                behind = _Behind(_spelled(part, behind))
        return behind

    def _sign(self, sign: str, behind: Place) -> Place:
        """A sign, and then what is behind it; a `…` before the end says no more than the end."""
        if sign == GAP and behind.ends:
            self.anywhere = True
            return Place(((GAP, Place(behind.nexts)),) if behind.nexts else (), ends=True)
        return Place(((sign, behind),))

    def _alone(self, behind: _Behind) -> Place:
        """What may stand where no word comes before: an ending is a word of its own there."""
        return _either([behind.place, *(_spelled(ending, rest) for ending, rest in behind.endings)])

    # --- What cannot be meant -----------------------------------------------------------------------------------------

    def _refuse_bad(self, first: Place) -> None:
        reached = [(first, 0, True)]
        for _ in range(MOST_WORDS + 1):
            further = []
            for place, gaps, is_wordless in reached:
                if place.ends and is_wordless:
                    raise self._error("can stand for no word at all: give it at least one word that is not optional")
                if gaps > MOST_GAPS:
                    raise self._error(f"has more than {MOST_GAPS} …: use fewer")
                for word, behind in place.nexts:
                    if word == END and behind.nexts:
                        raise self._error("a . stands inside: it means the end of the sentence and belongs at the end")
                    if word == GAP and any(after in (GAP, NUMBER) for after, _ in behind.nexts):
                        raise self._error("a … is followed by another … or by #: put a word after it")
                    further.append((behind, gaps + (word == GAP), is_wordless and word in _WORDLESS))
            reached = list(dict.fromkeys(further))
        if reached:
            raise self._error(f"is longer than {MOST_WORDS} words: keep the words that matter")

    def _error(self, advice: str) -> PatternError:
        return PatternError(f"{self.pattern!r}: {advice}")


def _count(ways: Iterable[Way]) -> int:
    """How many phrases the ways of a choice stand for."""
    return sum(prod(_count(part) for part in way if isinstance(part, tuple)) for way in ways)


def _either(places: Sequence[Place]) -> Place:
    """A place from which all goes on that goes on from one of these."""
    distinct = list(dict.fromkeys(places))
    if len(distinct) == 1:
        return distinct[0]
    nexts = dict.fromkeys(step for place in distinct for step in place.nexts)
    return Place(tuple(nexts), any(place.ends for place in distinct))


def _spelled(word: str, behind: _Behind) -> Place:
    """A word in its normal form and then what is behind it, and the same for each ending that may join it."""
    joined = [_spelled(word + ending, rest) for ending, rest in behind.endings]
    place = behind.place
    if joined and not place.nexts and not place.ends:
        return _either(joined)
    for part in reversed(plain_words(word)):
        place = Place(((part, place),))
    return _either([place, *joined])
