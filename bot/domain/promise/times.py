"""Times of day: "17:00", "5 pm", "noon"."""

import re
from collections.abc import Sequence
from datetime import time
from typing import NamedTuple

from bot.domain.promise.figures import UNITS
from bot.domain.promise.line import Line
from bot.domain.promise.words import CLOSED, DAY_WORDS, WEEKDAYS
from bot.domain.sentences import END, PAUSE

_LAST_OF_DAY = 7
_EITHER_HALF = (6, 7, 8)
"""At these hours of the dial people work in the morning and in the evening; at the others in one of them."""

_CLOCK = re.compile(r"(\d\d?)(?:[:.](\d\d))?")


class Clock(NamedTuple):
    """A time of day, and the word after it. `sure` when the words can mean nothing else."""

    end: int
    at: time
    ambiguous: bool
    sure: bool
    note: str = ""


def time_at(line: Line, at: int, *, bare: bool) -> Clock | None:
    """ "17:00", "5 pm", "5.30 p.m.", "noon"; and with `bare` a plain "5" too."""
    words = line.words
    word = words[at]
    if word in ("noon", "midday"):
        return Clock(at + 1, time(12), ambiguous=False, sure=True)
    if words[at : at + 2] == ["a", "quarter"]:
        at += 1
    if words[at] in ("half", "quarter"):
        return _spoken_at(line, at)
    figure = str(UNITS[word]) if word in UNITS else word
    match = _CLOCK.fullmatch(figure)
    if match is None:
        return None
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    if hour > 24 or minute > 59:
        return None
    end = at + 1
    half, end = _half_of_day(words, end)
    o_clock = not half and words[end] in ("o'clock", "oclock", "h")
    if o_clock:
        half, end = _half_of_day(words, end + 1)
    if half and 1 <= hour <= 12:
        return Clock(end, time(hour % 12 + (12 if half == "pm" else 0), minute), ambiguous=False, sure=True)
    if half and not o_clock:
        return None
    colon = ":" in figure
    if not (colon or o_clock or bare) or (bare and not colon and not o_clock and _counts_something(line, at)):
        return None
    if not colon and not o_clock and match.group(2) and words[at - 1 : at] != ["at"]:
        return None
    hour %= 24
    if hour > 12 or hour == 0 or figure.startswith("0"):
        return Clock(end, time(hour, minute), ambiguous=False, sure=colon or o_clock)
    if colon and hour == _EITHER_HALF[-1]:
        return Clock(end, time(hour, minute), ambiguous=False, sure=True)
    return _by_day(figure, hour, minute, end, sure=colon or o_clock)


def _by_day(words: str, hour: int, minute: int, end: int, *, sure: bool) -> Clock:
    """An hour of the dial, read as people at work mean it: 9 is in the morning, 5 in the afternoon."""
    at = time(hour + 12 if 1 <= hour <= _LAST_OF_DAY else hour, minute)
    if hour not in _EITHER_HALF:
        return Clock(end, at, ambiguous=False, sure=sure)
    note = f"{words} could be morning or evening: {at:%H:%M} was taken."
    return Clock(end, at, ambiguous=True, sure=sure, note=note)


def _spoken_at(line: Line, at: int) -> Clock | None:
    """ "half past four", "quarter to five"."""
    words = line.words
    hour = UNITS.get(words[at + 2]) or (int(words[at + 2]) if words[at + 2].isdecimal() else 0)
    if words[at + 1] not in ("past", "to") or not 1 <= hour <= 12 or (words[at] == "half" and words[at + 1] == "to"):
        return None
    minute = 30 if words[at] == "half" else 15 if words[at + 1] == "past" else 45
    if words[at + 1] == "to":
        hour = hour - 1 or 12
    half, end = _half_of_day(words, at + 3)
    if half:
        return Clock(end, time(hour % 12 + (12 if half == "pm" else 0), minute), ambiguous=False, sure=True)
    return _by_day(" ".join(words[at : at + 3]), hour, minute, end, sure=True)


def _half_of_day(words: Sequence[str], at: int) -> tuple[str, int]:
    if words[at] in ("am", "pm"):
        return words[at], at + 1
    if words[at] in ("a", "p") and words[at + 1] == "m":
        return f"{words[at]}m", at + 2
    if words[at : at + 2] == ["in", "the"] and words[at + 2] in ("morning", "afternoon", "evening"):
        return ("am" if words[at + 2] == "morning" else "pm"), at + 3
    return "", at


def _counts_something(line: Line, at: int) -> bool:
    """Whether a plain figure counts things: "at 5 euros", "by 10 %", "at 20 Main Street"."""
    words = line.words
    following = words[at + 1]
    known = following in CLOSED or following in WEEKDAYS or following in DAY_WORDS
    return not known and following not in (END, PAUSE, "sharp", "latest")
