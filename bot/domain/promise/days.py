"""Days named from today: "tomorrow", "next Friday", "the end of the week"."""

from datetime import date, datetime, timedelta

from bot.domain.promise.dates import When, calendar_day_at, last_of_month, month_after, numeric_day
from bot.domain.promise.line import Line
from bot.domain.promise.words import MONTHS, WEEKDAYS, word_set
from bot.domain.sentences import PAUSE

_BEFORE_SHORT_NAME = word_set("on by this next before until") | {PAUSE}
COUNTED = "Working days were counted Monday to Friday, without holidays."


def day_at(line: Line, at: int, now: datetime) -> When | None:
    """The day that a word begins, whether named from today or by the calendar."""
    words = line.words
    word = words[at]
    if word in ("today", "tonight"):
        return When(at, at + 1, now.date())
    if word == "tomorrow":
        if words[max(at - 3, 0) : at] == ["the", "day", "after"]:
            return When(at - 3, at + 1, now.date() + timedelta(days=2))
        if at >= 2 and words[at - 2 : at] == ["day", "after"]:
            return When(at - 2, at + 1, now.date() + timedelta(days=2))
        return When(at, at + 1, now.date() + timedelta(days=1))
    if word in ("eod", "cob"):
        return _end_of(line, at, at + 1, now)
    if word in ("end", "close"):
        return _end_at(line, at, now)
    if word == "weekend":
        return _before_weekend(line, at, now)
    if word in ("this", "next", "coming"):
        return _this_or_next_at(line, at, now)
    if word in WEEKDAYS:
        return _weekday_at(line, at, now)
    return calendar_day_at(line, at, now)


def _end_at(line: Line, at: int, now: datetime) -> When | None:
    """ "the end of the day", "end of next week", "the end of March", "close of business tomorrow"."""
    words = line.words
    after = at + 1
    if words[after] == "of":
        after += 1
    elif words[after] not in ("day", "week", "month"):
        return None
    if words[after] in ("the", "this"):
        after += 1
    if words[after] in ("working", "business") and words[after + 1] in ("day", "hours"):
        after += 1
    if words[after] in ("day", "play", "business", "hours", "afternoon", "today"):
        return _end_of(line, at, after + 1, now)
    if words[after] in WEEKDAYS or words[after] == "tomorrow":
        return _end_of(line, at, after, now)
    if words[after] in ("week", "month"):
        return _end_of_span(words[after], at, after + 1, now, later=0)
    if words[after] == "next" and words[after + 1] in ("week", "month"):
        return _end_of_span(words[after + 1], at, after + 2, now, later=1)
    if words[after] in MONTHS:
        month = MONTHS[words[after]]
        year = now.year + int(month < now.month)
        return When(at, after + 1, last_of_month(year, month))
    return None


def _before_weekend(line: Line, at: int, now: datetime) -> When | None:
    """ "before the weekend", "by the weekend": the Friday before it."""
    words = line.words
    lead = at - 2 if words[at - 1 : at] in (["the"], ["this"]) else at - 1
    return _end_of_span("week", at, at + 1, now, later=0) if words[lead : lead + 1] in (["before"], ["by"]) else None


def _end_of(line: Line, start: int, end: int, now: datetime) -> When:
    """The end of a day: of today, unless another day follows ("close of business on Friday")."""
    words = line.words
    after = end + 1 if words[end] in ("on", PAUSE) else end
    if words[after] in WEEKDAYS or words[after] in ("tomorrow", "today", "next", "this"):
        day = day_at(line, after, now)
        if day is not None:
            return day._replace(start=start)
    return When(start, end, now.date())


def _end_of_span(unit: str, start: int, end: int, now: datetime, *, later: int) -> When:
    today = now.date()
    if unit == "month":
        return When(start, end, last_of_month(*month_after(today, later)))
    friday = today + timedelta(days=4 - today.weekday() + 7 * later)
    if friday < today:
        note = "The working week is over: next Friday was taken."
        return When(start, end, friday + timedelta(days=7), ambiguous=True, note=note, ends_week=True)
    return When(start, end, friday, ends_week=True)


def _this_or_next_at(line: Line, at: int, now: datetime) -> When | None:
    words = line.words
    word, following = words[at], words[at + 1]
    if following in WEEKDAYS:
        return _weekday_at(line, at + 1, now)
    if word == "this" and following in ("morning", "afternoon", "evening"):
        return When(at, at + 2, now.date())
    if word == "this" and following in ("week", "month"):
        return _end_of_span(following, at, at + 2, now, later=0)
    if word == "next" and following in ("working", "business") and words[at + 2] == "day":
        return When(at, at + 3, working_days_on(now.date(), 1), note=COUNTED, working_days=1)
    if word == "next" and following == "week":
        if words[at + 2] == "on":
            return None
        if words[at + 2] in WEEKDAYS:
            return When(at, at + 3, _next_week(now, WEEKDAYS[words[at + 2]]))
        found = _end_of_span("week", at, at + 2, now, later=1)
        return found._replace(ambiguous=True, note="No day is named: the Friday was taken.")
    return None


def _weekday_at(line: Line, at: int, now: datetime) -> When | None:
    words = line.words
    today = now.date()
    wanted = WEEKDAYS[words[at]]
    before = words[at - 1] if at else ""
    if words[at] in ("sat", "sun", "mon", "wed") and before not in _BEFORE_SHORT_NAME:
        return None
    if before in ("between", "from") and words[at + 1] in ("and", "to", "or") and words[at + 2] in WEEKDAYS:
        last = _weekday_at(line, at + 2, now)
        return last._replace(start=at, note="A span of days: its end counts.") if last else None
    exact = _exact_after_weekday(line, at, now)
    if exact is not None:
        return exact
    end = at + 1
    days = (wanted - today.weekday()) % 7
    if words[end : end + 2] == ["next", "week"] or words[end : end + 3] == ["of", "next", "week"]:
        end += 2 if words[end] == "next" else 3
        return When(at, end, _next_week(now, wanted))
    start = at - 1 if before in ("this", "next", "coming") else at
    if before == "next":
        coming, next_week = today + timedelta(days=days or 7), _next_week(now, wanted)
        doubtful = coming != next_week
        note = f"It could be {coming.isoformat()} or {next_week.isoformat()}." if doubtful else ""
        return When(start, end, next_week, ambiguous=doubtful, note=note)
    if days == 0:
        if before == "this":
            return When(start, end, today)
        later = today + timedelta(days=7)
        return When(start, end, later, ambiguous=True, note=f"It could be today or {later.isoformat()}.")
    return When(start, end, today + timedelta(days=days))


def _next_week(now: datetime, weekday: int) -> date:
    """A weekday of the week after this one."""
    return now.date() + timedelta(days=7 + weekday - now.weekday())


def _exact_after_weekday(line: Line, at: int, now: datetime) -> When | None:
    """ "Friday, 13 March", "Friday the 13th": the date counts; one that is not that weekday is in doubt."""
    words = line.words
    after = at + 1
    if words[after] == PAUSE:
        after += 1
    if words[after] == "the":
        after += 1
    if not words[after][0].isdecimal() and words[after] not in MONTHS:
        return None
    found = calendar_day_at(line, after, now, alone=True)
    if found is None:
        return None
    if found.ambiguous and "/" in words[after]:
        swapped = numeric_day(words[after], now, month_first=True)
        fits = [day for day in (found.day, swapped) if day and day.weekday() == WEEKDAYS[words[at]]]
        if len(set(fits)) == 1:
            found = found._replace(day=fits[0], ambiguous=False, note="")
    if found.day.weekday() != WEEKDAYS[words[at]]:
        note = f"{found.day.isoformat()} is no {words[at].capitalize()}: ask which is meant."
        return found._replace(start=at, ambiguous=True, note=note)
    return found._replace(start=at)


def working_days_on(day: date, count: int) -> date:
    """The working day that comes `count` of them after a day."""
    while day.weekday() > 4:
        day -= timedelta(days=1)
    weeks, rest = divmod(day.weekday() + count, 5)
    return day + timedelta(days=7 * weeks + rest - day.weekday())
