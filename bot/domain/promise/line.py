"""A sentence with each figure and each sign of money as one word, and the walk along it."""

import re
from collections.abc import Callable, Container, Iterator
from typing import Protocol, TypeVar

from bot.domain.money import SIGNS
from bot.domain.promise.currencies import NAMES_OF_MONEY
from bot.domain.sentences import END, Sentence

ENDS = 6
"""So many `END` close a line: whoever looks a few words ahead need not ask whether there are any."""

_FIGURE = re.compile(
    r"\d{4}-\d\d?-\d\d?(?:T\d\d:\d\d)?(?!\d)"
    r"|\d\d?[/.]\d\d?[/.]\d{4}(?!\d)"
    r"|\d\d?/\d\d?/\d\d(?!\d)"
    r"|\d\d?/\d\d?(?![\d/])"
    r"|\d\d?:\d\d(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}(?!\d))+(?:[.,]\d\d?(?!\d))?"
    r"|\d+(?:[.,'\u2019]\d+)*"
)
_NO_COINS = re.compile(r"[.,](?:-{1,2}|[\u2013\u2014])(?![\w-])")
"""The dash of "40,-" and "40.–"."""

_SIGN_CHARACTERS = {
    **{sign: sign for sign in SIGNS if len(sign) == 1},
    "\uff04": "$",
    "\uffe1": "£",
    "\uffe5": "¥",
    "%": "%",
    "\uff05": "%",
}


class Line:
    """One sentence: words as in `Sentence`, but a figure ("1,234.50", "17:00", "14/03") and a sign is one word each.

    `dotted_days` says that "16.3." may be a day: in Europe it is, elsewhere nobody writes one like this.
    """

    __slots__ = ("asks", "dotted_days", "ends", "figures", "starts", "text", "words")

    def __init__(self, text: str, sentence: Sentence, *, dotted_days: bool = False) -> None:
        self.text, self.dotted_days = text, dotted_days
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.figures: list[int] = []
        self.asks = False
        self.extend(sentence)

    def extend(self, sentence: Sentence) -> None:
        """Add the words of a sentence; the end of the one before becomes void."""
        text, words, starts, ends = self.text, self.words, self.starts, self.ends
        if words:
            del words[-ENDS:], starts[-ENDS:], ends[-ENDS:]
        done = ends[-1] if ends else sentence.starts[0] - 3
        for whole, begin, end in zip(sentence.words, sentence.starts, sentence.ends, strict=True):
            word, start = whole, begin
            if start < done and words and words[-1][0].isdecimal() and word != END:
                if end <= done:
                    continue  # a part of the figure before
                word, start = text[done:end].lower(), done
            if start > done + 1 or (start > done and text[done] != " "):
                self._add_signs(max(done, 0), start)
            if word[0].isdecimal() and end > start:
                self._add_figure(word, start, end)
            elif word[-1].isdecimal() and end - start == len(word) and word[:-1].rstrip("0123456789") in NAMES_OF_MONEY:
                name = word.rstrip("0123456789")
                self._add(name, start, start + len(name))
                self._add_figure(word[len(name) :], start + len(name), end)
            else:
                self._add(word, start, end)
            done = ends[-1]
        for _ in range(ENDS - 1):
            self._add(END, starts[-1], ends[-1])
        self.asks = "?" in text[starts[-1] : ends[-1]]

    def _add(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def _add_signs(self, start: int, end: int) -> None:
        """Signs of money and of percent that touch, or all but touch, a word."""
        for at in sorted({*range(start, min(start + 2, end)), *range(max(end - 2, start), end)}):
            sign = _SIGN_CHARACTERS.get(self.text[at])
            if sign:
                self._add(sign, at, at + 1)

    def _add_figure(self, word: str, start: int, end: int) -> None:
        match = _FIGURE.match(self.text, start)
        if match is None:
            self._add(word, start, end)
            return
        self.figures.append(len(self.words))
        no_coins = _NO_COINS.match(self.text, match.end()) if match.group().isdecimal() else None
        self._add(match.group(), start, no_coins.end() if no_coins else match.end())
        if match.end() < end:
            self._add(self.text[match.end() : end].lower(), match.end(), end)

    def between(self, left: int, right: int) -> str:
        """What stands in the text between two words."""
        return self.text[self.ends[left] : self.starts[right]].strip()

    def cut(self, start: int, end: int) -> tuple[int, int, str]:
        """Where the words `start` to `end`, without, begin and end in the text, and the text there."""
        first, last = self.starts[start], self.ends[end - 1]
        return first, last, self.text[first:last]


class _Piece(Protocol):
    @property
    def end(self) -> int: ...


_Found = TypeVar("_Found", bound=_Piece)


def scan(line: Line, first_words: Container[str], read: Callable[[int], _Found | None]) -> Iterator[_Found]:
    """What `read` finds at the figures and the words that may begin it, from left to right, never twice at one word."""
    places: list[int] = [at for at, word in enumerate(line.words) if word in first_words]
    if line.figures:
        places = sorted({*places, *line.figures})
    done = 0
    for at in places:
        if at >= done:
            found = read(at)
            if found is not None:
                done = max(found.end, at + 1)
                yield found
