"""Numbers in figures and in words, and ranges of them."""

from collections.abc import Sequence

from bot.domain.money import SIGNS, read_figure
from bot.domain.promise.currencies import COMMON_CODES, CURRENCY_WORDS
from bot.domain.promise.line import Line
from bot.domain.promise.words import numbered
from bot.domain.sentences import PAUSE

UNITS = numbered(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """
)
_TENS = {
    word: 10 * tens for word, tens in numbered("twenty thirty forty fifty sixty seventy eighty ninety", start=2).items()
}
FIRST_OF_NUMBER = frozenset(["a", "an", *UNITS, *_TENS])
SCALES = {"hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000}
_LONGEST_NUMBER = 9


def number_at(line: Line, at: int) -> tuple[str, int] | None:
    """A figure as it stands, or a number in words as digits; and the word after it."""
    words = line.words
    if words[at][0].isdecimal():
        after = at + 1
        if words[after] in ("k", "thousand", "million"):
            value = read_figure(words[at])
            if value is not None:
                return f"{value * SCALES[words[after]]:f}", after + 1
        return words[at], after
    return _number_in_words(words, at)


def _number_in_words(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """ "forty", "twenty five", "a hundred and fifty", "two thousand"."""
    total = current = 0
    place = at
    if words[at] in ("a", "an"):
        if words[at + 1] not in ("hundred", "thousand", "million"):
            return None
        current, place = 1, at + 1
    elif words[at] not in UNITS and words[at] not in _TENS:
        return None
    fits = 1_000
    while place < at + _LONGEST_NUMBER:
        word = words[place]
        if word in _TENS and fits >= 100:
            current, fits = current + _TENS[word], 10
        elif word in UNITS and fits >= (10 if UNITS[word] < 10 else 100):
            current, fits = current + UNITS[word], 1
        elif word == "hundred" and 0 < current < 100:
            current, fits = current * 100, 100
        elif word in ("thousand", "million") and current:
            total, current, fits = total + current * SCALES[word], 0, 1_000
        elif not (word == "and" and (current or total) and fits in (100, 1_000) and _is_small(words, place + 1)):
            break
        place += 1
    return (str(total + current), place) if place > at and (total or current) else None


def _is_small(words: Sequence[str], at: int) -> bool:
    return words[at] in UNITS or words[at] in _TENS


def is_money_figure(figure: str) -> bool:
    """Whether a figure can be an amount: no time of day, no date."""
    return not any(mark in figure for mark in ":/-")


def range_joint(line: Line, start: int, end: int) -> int | None:
    """Where the upper figure of a range stands: "20-30", "20 to 30", "between 20 and 30"; a sign may come between."""
    words = line.words
    if line.between(end - 1, end) == "-":
        return end
    at = end + 1 if words[end] in SIGNS or words[end] in CURRENCY_WORDS or words[end] in COMMON_CODES else end
    between = start > 0 and words[start - 1] == "between"
    dash = words[at] == PAUSE and line.text[line.starts[at]] in "-–—"
    if words[at] == "to" or dash or (words[at] == "and" and between):
        return at + 1
    return at if line.between(at - 1, at) == "-" else None
