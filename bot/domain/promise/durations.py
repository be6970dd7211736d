"""Durations from now: "within 48 hours", "in three working days"."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.domain.money import read_figure
from bot.domain.promise.dates import When, last_of_month, month_after
from bot.domain.promise.days import COUNTED, working_days_on
from bot.domain.promise.figures import UNITS, is_money_figure, number_at, range_joint
from bot.domain.promise.line import Line
from bot.domain.promise.words import word_set

DURATIONS = {
    **dict.fromkeys(["minute", "minutes", "min", "mins"], "minute"),
    **dict.fromkeys(["hour", "hours", "hr", "hrs", "h"], "hour"),
    **dict.fromkeys(["day", "days"], "day"),
    **dict.fromkeys(["week", "weeks"], "week"),
    **dict.fromkeys(["fortnight", "fortnights"], "fortnight"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["workday", "workdays", "weekday", "weekdays"], "working day"),
}
_DURATION_WORDS = word_set("working business work calendar full short week")
_LONGEST_DURATION = 1_000
_LEADS_TO_DURATION = word_set(
    """
    the next coming following a maximum of at most about around approximately up to no more than less fewer another
    as little few only just roughly first
    """
)


def duration_at(line: Line, at: int, now: datetime) -> When | None:
    """ "within 48 hours", "in three days", "within two to three working days", "within the week"."""
    words = line.words
    if words[at] == "the" and at and words[at - 1] in ("within", "inside") and words[at + 1] in DURATIONS:
        return _within_the(words, at, now)
    span = _span_at(line, at)
    if span is None or not _leads_to_duration(words, at) or _is_elsewhere(words, span[2]):
        return None
    number, unit, end = span
    moment = _after(now, number, unit)
    if unit in ("minute", "hour") and (unit == "minute" or number < 24):
        return _timed(at, end, moment)
    if unit == "working day":
        return When(at, end, moment.date(), note=COUNTED, working_days=int(number))
    return When(at, end, moment.date())


def may_be_duration(words: Sequence[str], at: int) -> bool:
    """Whether a unit of time follows a small word such as "a"."""
    following = words[at + 1]
    return following in DURATIONS or following in _DURATION_WORDS or following in ("couple", "an")


def _span_at(line: Line, at: int) -> tuple[Decimal, str, int] | None:
    """How many of which unit, and the word after: (48, "hour", …)."""
    words = line.words
    word = words[at]
    if word == "half" and words[at + 1 : at + 3] == ["an", "hour"]:
        return Decimal(30), "minute", at + 3
    number: Decimal | None
    if word in ("a", "an", "one"):
        number, end = Decimal(1), at + 1
        if words[end : end + 2] == ["couple", "of"]:
            number, end = Decimal(2), end + 2
        elif word != "one" and words[end] in ("hundred", "thousand"):
            return None
        elif words[end] in ("to", "or") and words[end + 1] in UNITS:
            number, end = Decimal(UNITS[words[end + 1]]), end + 2
    elif words[at : at + 2] == ["couple", "of"]:
        number, end = Decimal(2), at + 2
    else:
        read = number_at(line, at)
        if read is None or not is_money_figure(read[0]):
            return None
        number, end = read_figure(read[0]), read[1]
        joint = range_joint(line, at, end) or (end + 1 if words[end] == "or" else None)
        upper = number_at(line, joint) if joint else None
        if upper is not None and is_money_figure(upper[0]) and _unit_at(words, upper[1]):
            number, end = read_figure(upper[0]), upper[1]
    unit = _unit_at(words, end)
    if unit is None or number is None or not 0 < number <= _LONGEST_DURATION:
        return None
    return number, unit[0], unit[1]


def _unit_at(words: Sequence[str], at: int) -> tuple[str, int] | None:
    working = False
    for place in range(at, min(at + 3, len(words))):
        word = words[place]
        if word in DURATIONS and not (word == "week" and words[place + 1] in ("day", "days")):
            unit = DURATIONS[word]
            return ("working day" if working and unit == "day" else unit), place + 1
        if word not in _DURATION_WORDS:
            return None
        working = working or word in ("working", "business", "work", "week")
    return None


def _leads_to_duration(words: Sequence[str], at: int) -> bool:
    place = at - 1
    while place >= max(at - 6, 0):
        if words[place] in ("within", "in", "inside"):
            return True
        if words[place] in ("take", "takes", "taking", "allow") or words[place : place + 2] in (
            ["the", "next"],
            ["later", "than"],
        ):
            return True
        if words[place] not in _LEADS_TO_DURATION:
            return False
        place -= 1
    return False


def _is_elsewhere(words: Sequence[str], end: int) -> bool:
    """Whether the duration counts from another event or is none: "of receiving it", "ago", "late"."""
    word = words[end]
    if word in ("of", "after", "from", "following", "once"):
        return words[end + 1] not in ("now", "today", "this")
    return word in ("ago", "late", "old", "long", "earlier", "before", "each", "per", "in")


def _after(now: datetime, number: Decimal, unit: str) -> datetime:
    if unit == "working day":
        day = working_days_on(now.date(), int(number))
        return datetime.combine(day, now.timetz())
    if unit == "month":
        year, month = month_after(now, int(number))
        return now.replace(year=year, month=month, day=min(now.day, last_of_month(year, month).day))
    if unit in ("minute", "hour"):
        step = timedelta(minutes=float(number)) if unit == "minute" else timedelta(hours=float(number))
        return (now.astimezone(UTC) + step).astimezone(now.tzinfo)
    days = {"day": 1, "week": 7, "fortnight": 14}[unit]
    return now + timedelta(days=float(number) * days)


def _timed(start: int, end: int, moment: datetime) -> When:
    return When(start, end, moment.date(), moment.time().replace(second=0, microsecond=0))


def _within_the(words: Sequence[str], at: int, now: datetime) -> When | None:
    unit, end = DURATIONS[words[at + 1]], at + 2
    if unit == "hour":
        return _timed(at, end, _after(now, Decimal(1), "hour"))
    if unit == "day":
        return When(at, end, now.date())
    if unit in ("week", "month"):
        day = _after(now, Decimal(1), unit).date()
        note = f"It could mean by the end of this {unit}, or by {day.isoformat()}."
        return When(at, end, day, ambiguous=True, note=note)
    return None
