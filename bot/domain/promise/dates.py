"""Days of the calendar: "14 March", "the 14th", "14/03", "2026-03-14"."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot.domain.promise.line import Line
from bot.domain.promise.words import MONTHS, numbered, word_set
from bot.domain.sentences import END, PAUSE

_ORDINALS = word_set("st nd rd th")
_SPOKEN = numbered(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
    """,
    start=1,
) | {"thirtieth": 30}
_TENS = {"twenty": 20, "thirty": 30}
SPOKEN_ORDINALS = frozenset(_SPOKEN)
DOTTED = re.compile(r"\d\d?\.\d\d?")
_DOTTED_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])\.\d\d")
_BEFORE_DOTTED = word_set("on by before until till")
_MEASURED = word_set("cut reduce reduced lower lowered raise raised increase increased shorten shortened")
_AFTER_ORDINAL = word_set("at by and or before around with to of in we i you") | {END, PAUSE}


class When(NamedTuple):
    """A moment in a line: words `start` to `end`, without.

    `working_days` are so many from today, and `ends_week` marks the end of a working week: both read as if the team
    worked Monday to Friday.
    """

    start: int
    end: int
    day: date
    at: time | None = None
    ambiguous: bool = False
    note: str = ""
    working_days: int = 0
    ends_week: bool = False


def calendar_day_at(line: Line, at: int, now: datetime, *, alone: bool = False) -> When | None:
    """ "14 March", "March 14th, 2026", "the 14th", "14/03", "2026-03-14"."""
    words = line.words
    word = words[at]
    if word[0].isdecimal():
        if "-" in word:
            return When(at, at + 1, date.fromisoformat("-".join(part.zfill(2) for part in word[:10].split("-"))))
        if "/" in word or word.count(".") == 2:
            return _numeric_at(line, at, now, alone=alone)
        if line.dotted_days and DOTTED.fullmatch(word):
            return _dotted_at(line, at, now, alone=alone)
        if not word.isdecimal() or len(word) > 2:
            return None
        after = at + 1
        ordinal = words[after] in _ORDINALS
        after += ordinal
        after += words[after] == "of"
        if words[after] in MONTHS:
            year, end = _year_at(words, after + 1)
            return _dated((at, end), int(word), MONTHS[words[after]], year, now)
        if ordinal and at and words[at - 1] in ("the", "on", "by") and not _counts_ordinal(words, at + 2):
            return _day_of_month(at, at + 2, int(word), now)
        return None
    spoken = _spoken_ordinal(words, at)
    if spoken is not None:
        day, after = spoken
        after += words[after] == "of"
        if words[after] in MONTHS:
            year, end = _year_at(words, after + 1)
            return _dated((at, end), day, MONTHS[words[after]], year, now)
        return None
    if word in MONTHS and words[at + 1].isdecimal() and len(words[at + 1]) <= 2:
        end = at + 2
        end += words[end] in _ORDINALS
        year, end = _year_at(words, end)
        return _dated((at, end), int(words[at + 1]), MONTHS[word], year, now)
    return None


def _spoken_ordinal(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """ "first", "twenty third" as a number, and the word after it."""
    if words[at] in _SPOKEN:
        return _SPOKEN[words[at]], at + 1
    if words[at] in _TENS and words[at + 1] in _SPOKEN and _SPOKEN[words[at + 1]] < 10:
        return _TENS[words[at]] + _SPOKEN[words[at + 1]], at + 2
    return None


def _counts_ordinal(words: Sequence[str], at: int) -> bool:
    """ "the 2nd time", "the 5th floor"."""
    return words[at] not in _AFTER_ORDINAL


def _year_at(words: Sequence[str], at: int) -> tuple[int | None, int]:
    after = at + 1 if words[at] == PAUSE else at
    if words[after].isdecimal() and len(words[after]) == 4 and words[after][:2] in ("19", "20", "21"):
        return int(words[after]), after + 1
    return None, at


def _dated(span: tuple[int, int], day: int, month: int, year: int | None, now: datetime) -> When:
    """A day with its month. Without a year it is the coming one; a day just passed is in doubt."""
    if year is not None:
        found = date(year, month, day)
        passed = found < now.date()
        return When(*span, found, ambiguous=passed, note="This day has passed." if passed else "")
    found = _in_year(now.year, month, day)
    if found >= now.date():
        return When(*span, found)
    later = _in_year(now.year + 1, month, day)
    doubtful = now.date() - found < timedelta(days=180)
    note = f"{found.isoformat()} has passed, so {later.isoformat()} was taken." if doubtful else ""
    return When(*span, later, ambiguous=doubtful, note=note)


def _in_year(year: int, month: int, day: int) -> date:
    if (month, day) == (2, 29):
        while not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
            year += 1
    return date(year, month, day)


def _day_of_month(start: int, end: int, day: int, now: datetime) -> When:
    soonest = int(day < now.day)
    for later in (soonest, soonest + 1):
        try:
            return When(start, end, date(*month_after(now, later), day))
        except ValueError:
            continue
    raise ValueError("no such day")


def _numeric_at(line: Line, at: int, now: datetime, *, alone: bool) -> When | None:
    words = line.words
    word = words[at]
    if word == "24/7":
        return None
    if (
        not alone
        and word.count("/") == 1
        and (not at or words[at - 1] not in ("on", "by", "before", "until", "than", "the", "for", PAUSE, "from"))
    ):
        return None
    day_first, month_first = numeric_day(word, now), numeric_day(word, now, month_first=True)
    chosen = day_first or month_first
    if chosen is None:
        return None
    if month_first is not None and month_first < chosen and chosen - now.date() > timedelta(days=180):
        chosen = month_first  # the other reading has passed this year
    doubtful = "." not in word and day_first is not None and month_first is not None and day_first != month_first
    note = f"It could be {day_first} or {month_first}." if doubtful else ""
    return When(at, at + 1, chosen, ambiguous=doubtful, note=note)


def _dotted_at(line: Line, at: int, now: datetime, *, alone: bool) -> When | None:
    """ "by 16.3.": the dot at its end and the word before it tell it from a figure."""
    words = line.words
    if line.text[line.ends[at] : line.ends[at] + 1] != ".":
        return None
    lead = at - 2 if at > 1 and words[at - 1] == "the" else at - 1
    if not alone and (lead < 0 or words[lead] not in _BEFORE_DOTTED or _is_measure(words, lead)):
        return None
    day = numeric_day(words[at], now)
    if day is None:
        return None
    is_clock = _DOTTED_CLOCK.fullmatch(words[at]) is not None and not alone and words[lead] != "on"
    note = "It could be a time of day." if is_clock else ""
    return When(at, at + 1, day, ambiguous=is_clock, note=note)


def _is_measure(words: Sequence[str], lead: int) -> bool:
    """ "cut the price by 16.3.": by how much, not by when."""
    return words[lead] == "by" and not _MEASURED.isdisjoint(words[max(lead - 5, 0) : lead])


def numeric_day(word: str, now: datetime, *, month_first: bool = False) -> date | None:
    """The day that "14/03" or "14.03.2026" means when the day, or else the month, comes first."""
    parts = [int(part) for part in re.split(r"[/.]", word)]
    day, month = (parts[1], parts[0]) if month_first else (parts[0], parts[1])
    year = None if len(parts) == 2 else parts[2] + (2000 if parts[2] < 100 else 0)
    try:
        return _dated((0, 0), day, month, year, now).day
    except ValueError:
        return None


def month_after(day: date, count: int) -> tuple[int, int]:
    """The year and the month that come so many months after a day."""
    months = day.year * 12 + day.month - 1 + count
    return months // 12, months % 12 + 1


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
