"""Times of day: "17:00", "5 pm", "noon"."""

import re
from collections.abc import Sequence
from datetime import time
from typing import NamedTuple

from bot.domain.promise.figures import UNITS
from bot.domain.promise.line import Line
from bot.domain.promise.words import CLOSED, DAY_WORDS, WEEKDAYS
from bot.domain.sentences import END, PAUSE

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
    if not colon and not o_clock and match.group(2):
        return None
    hour %= 24
    if hour > 12 or hour == 0 or figure.startswith("0"):
        return Clock(end, time(hour, minute), ambiguous=False, sure=colon or o_clock)
    in_working_hours = hour + 12 if 1 <= hour <= 7 else hour
    doubtful = hour <= 7 or (hour != 12 and not colon)
    note = f"{figure} could be morning or evening: {in_working_hours}:{minute:02} was taken." if doubtful else ""
    return Clock(end, time(in_working_hours % 24, minute), ambiguous=doubtful, sure=colon or o_clock, note=note)


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
