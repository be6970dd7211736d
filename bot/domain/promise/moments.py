"""Moments in a line: a day, a time of day or both, or a duration from now."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.hours import Calendar
from bot.domain.promise.dates import SPOKEN_ORDINALS, When
from bot.domain.promise.days import day_at
from bot.domain.promise.due import on_calendar
from bot.domain.promise.durations import DURATIONS, duration_at, may_be_duration
from bot.domain.promise.figures import FIRST_OF_NUMBER
from bot.domain.promise.line import Line, scan
from bot.domain.promise.times import time_at
from bot.domain.promise.words import DAY_WORDS, MONTHS, WEEKDAYS, word_set
from bot.domain.sentences import PAUSE

_DAYTIMES = word_set("morning afternoon evening night lunchtime")
_BEFORE_TIME = word_set("at by before around about until till from between after to")
_ZONES = word_set("utc gmt bst cet cest est edt cst cdt mst mdt pst pdt ist jst aest")
_BETWEEN_TIME_AND_DAY = _ZONES | {PAUSE, "on", "of", "local", "time"}
_SMALL = word_set("a an half the")
FIRST_OF_MOMENT = (
    DAY_WORDS
    | WEEKDAYS.keys()
    | MONTHS.keys()
    | DURATIONS.keys()
    | FIRST_OF_NUMBER
    | SPOKEN_ORDINALS
    | {"half", "quarter", "the", "couple"}
)
"""A moment begins at a figure or at one of these words."""


def moments_of(line: Line, now: datetime, calendar: Calendar | None = None) -> Iterator[When]:
    """The moments of a line, reckoned from `now` on the calendar of the team."""

    def read(at: int) -> When | None:
        try:
            found = _moment_at(line, at, now)
            return on_calendar(found, now, calendar) if found else None
        except (OverflowError, ValueError):  # a day beyond the calendar
            return None

    return scan(line, FIRST_OF_MOMENT, read)


def _moment_at(line: Line, at: int, now: datetime) -> When | None:
    """A day with or without a time, a time with or without a day, or a duration from now."""
    words = line.words
    if words[at] in _SMALL and not may_be_duration(words, at) and words[at + 1] != "past":
        return None
    moment = duration_at(line, at, now)
    if moment is not None:
        return moment
    clock = time_at(line, at, bare=at > 0 and words[at - 1] in ("at", "by", "before", "around", "between"))
    if clock is not None and words[at - 1] == "between" and words[clock.end] in ("and", "to"):
        clock = time_at(line, clock.end + 1, bare=True)
    if clock is not None:
        after = clock.end
        while words[after] in _BETWEEN_TIME_AND_DAY:
            after += 1
        day = day_at(line, after, now)
        if day is not None:
            return day._replace(
                start=at, at=clock.at, ambiguous=day.ambiguous or clock.ambiguous, note=clock.note or day.note
            )
        if clock.sure and at and words[at - 1] in _BEFORE_TIME:
            past = (clock.at.hour, clock.at.minute) <= (now.hour, now.minute)
            day_meant = now.date() + timedelta(days=int(past))
            note = "The time has passed today, so tomorrow is meant." if past else clock.note
            return When(at, clock.end, day_meant, clock.at, clock.ambiguous or past, note)
        return None
    moment = day_at(line, at, now)
    return _with_time(line, moment) if moment else None


def _with_time(line: Line, moment: When) -> When:
    """Adds the time that follows a day: "tomorrow at 5", "Friday, 17:00", "tomorrow between 9 and 12"."""
    words = line.words
    at = moment.end
    if words[at] in _DAYTIMES:
        moment = moment._replace(end=at + 1)
        at += 1
    if words[at] in ("end", "close") and words[at + 1] == "of":
        at += 3
        moment = moment._replace(end=at)
    if words[at] == PAUSE:
        at += 1
    led = words[at] in _BEFORE_TIME
    window = words[at] in ("between", "from")
    clock = time_at(line, at + 1 if led else at, bare=led)
    if clock is None:
        return moment
    note, end = clock.note, clock.end
    if (window and words[end] in ("and", "to")) or (words[end] == PAUSE and line.text[line.starts[end]] in "-–"):
        upper = time_at(line, end + 1, bare=True)
        if upper is not None:
            clock, end = upper, upper.end
            note = "A span of time: its end counts."
    if words[end] in _ZONES:
        note = "The words name a time zone: check the hour."
    ambiguous = moment.ambiguous or clock.ambiguous or words[end] in _ZONES
    return moment._replace(end=end, at=clock.at, ambiguous=ambiguous, note=note or moment.note)
