"""Business hours and quiet hours. Moments come in and go out in UTC; the wall clock is that of a named zone.

Hours belong to the day on which they open: `22:00-06:00` on Monday ends on Tuesday, and a closed Monday closes all of
that. Where the clocks go forward, an hour that does not exist is not worked; where they go back, the repeated hour is
worked twice. A year is compiled once, into a list of moments, so that counting is two searches whatever lies between.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

DAY = 24 * 60
"""Minutes of a day."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one day in minutes after midnight; `closes` is above 1440 when it ends on the day after."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not self.opens < self.closes <= self.opens + DAY:
            raise ValueError(f"{self.opens} to {self.closes}: a span opens within its day and lasts at most a day")

    @property
    def length(self) -> timedelta:
        """How long it is on a day on which the clocks stay."""
        return timedelta(minutes=self.closes - self.opens)


Week = tuple[tuple[Span, ...], ...]
"""The spans of Monday, Tuesday … Sunday."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The open moments of a UTC year, in microseconds since 1970. `until[i]` is the time open by the end of span i."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    until: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.until[-1] if self.until else 0

    def before(self, at: int) -> int:
        """How long the year was open before a moment of it."""
        place = bisect_right(self.starts, at) - 1
        return self.until[place] - max(0, self.ends[place] - at) if place >= 0 else 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a team works: a zone, a week, public holidays of a country or a part of it, and days of its own off.

    `closed_yearly` holds (month, day). Raises ValueError for a week without hours, and what ZoneInfo raises for a zone
    that does not exist; an unknown country or region raises NotImplementedError when a year is first counted.
    """

    zone: str
    week: Week
    closed: frozenset[date] = frozenset()
    closed_yearly: frozenset[tuple[int, int]] = frozenset()
    country: str | None = None
    region: str | None = None
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and hours on at least one of them")
        ZoneInfo(self.zone)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which so much has been worked since `start`; `start` itself for no time at all."""
        if duration < timedelta(0):
            raise ValueError("business time is counted forwards")
        if not duration:
            return start
        number = start.astimezone(UTC).year
        year = self._year(number)
        goal = year.before(_ticks(start)) + duration // _TICK
        while goal > year.total:
            goal -= year.total
            number += 1
            year = self._year(number)
        place = bisect_left(year.until, goal)
        return _moment(year.ends[place] - (year.until[place] - goal))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much is worked between two moments; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        first, last = start.astimezone(UTC).year, end.astimezone(UTC).year
        whole = sum(self._year(number).total for number in range(first, last))
        ticks = whole + self._year(last).before(_ticks(end)) - self._year(first).before(_ticks(start))
        return timedelta(microseconds=ticks)

    def is_open(self, at: datetime) -> bool:
        """Whether the team works at this moment."""
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """This moment if the team works then, else when it next opens."""
        number, ticks = at.astimezone(UTC).year, _ticks(at)
        year = self._year(number)
        place = bisect_right(year.ends, ticks)
        while place == len(year.ends):
            number += 1
            year, place = self._year(number), 0
        return max(at, _moment(year.starts[place]))

    def end_of_day(self, at: datetime) -> datetime:
        """When the last hours end that open on this day, or on the next day with hours still to come."""
        opens = self.next_open(at)
        zone = ZoneInfo(self.zone)
        day = opens.astimezone(zone).date()
        ends = opens
        while opens.astimezone(zone).date() == day:
            year = self._year(opens.astimezone(UTC).year)
            ends = _moment(year.ends[bisect_right(year.ends, _ticks(opens))])
            opens = self.next_open(ends)
            if opens == ends:  # it goes on into the next UTC year, or around the clock
                break
        return ends

    def add_days(self, start: datetime, duration: timedelta) -> datetime:
        """So much later by the calendar, at the same time of day; when closed then, when the team next opens."""
        zone = ZoneInfo(self.zone)
        wall = start.astimezone(zone).replace(tzinfo=None) + duration
        return self.next_open(max(start, _on_the_clock(wall, zone)))

    def is_closed_day(self, day: date) -> bool:
        """Whether a day is a public holiday or one of the team's own days off."""
        if day in self.closed or (day.month, day.day) in self.closed_yearly:
            return True
        return self.country is not None and day in _holidays(self.country, self.region, day.year)

    def closes(self, day: date) -> datetime | None:
        """When the last hours end that open on this day; None when the team does not work on it."""
        hours = self.week[day.weekday()]
        if not hours or self.is_closed_day(day):
            return None
        return at_clock(ZoneInfo(self.zone), day, max(span.closes for span in hours))

    def working_day_after(self, day: date, count: int) -> date:
        """The working day that comes so many of them after a day. Raises OverflowError beyond the calendar."""
        while count:
            day += timedelta(days=1)
            count -= self.closes(day) is not None
        return day

    @property
    def working_day(self) -> timedelta:
        """How long a working day is: as most days with hours are; of two equally frequent lengths the longer."""
        lengths = Counter(sum((span.length for span in spans), timedelta()) for spans in self.week if spans)
        return max(lengths, key=lambda length: (lengths[length], length))

    def _year(self, number: int) -> _Year:
        found = self._years.get(number)
        if found is None:
            found = self._years[number] = self._compile(number)
        return found

    def _compile(self, number: int) -> _Year:
        zone = ZoneInfo(self.zone)
        begin, end = (_ticks(datetime(year, 1, 1, tzinfo=UTC)) for year in (number, number + 1))
        day, last = date(number, 1, 1) - timedelta(days=3), date(number, 12, 31) + timedelta(days=2)
        spans: list[tuple[int, int]] = []
        while day <= last:
            hours = self.week[day.weekday()]
            if hours and not self.is_closed_day(day):
                midnight = datetime.combine(day, time())
                for span in hours:
                    opens = _on_the_clock(midnight + timedelta(minutes=span.opens), zone)
                    closes = _on_the_clock(midnight + timedelta(minutes=span.closes), zone, last=True)
                    spans.append((max(begin, _ticks(opens)), min(end, _ticks(closes))))
            day += timedelta(days=1)
        merged = _merged(spans)
        return _Year(
            tuple(opens for opens, _ in merged),
            tuple(closes for _, closes in merged),
            tuple(accumulate(closes - opens for opens, closes in merged)),
        )


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is to be disturbed, on the wall clock of the person: from `begins` to `ends`, and on whole `days`.

    Minutes after midnight; `begins` after `ends` runs over midnight, equal ones mean no quiet hours. `days` count from
    Monday, 0; at most six of them.
    """

    begins: int
    ends: int
    days: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.days) > 6:
            raise ValueError("somebody who may never be disturbed is never reminded")

    def in_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether this moment is in the quiet hours of somebody in this zone."""
        wall = at.astimezone(zone)
        return wall.weekday() in self.days or self._in_hours(wall)

    def after_quiet(self, at: datetime, zone: ZoneInfo) -> datetime:
        """This moment if it is not in quiet hours, else the first after them."""
        while self.in_quiet(at, zone):
            wall = at.astimezone(zone)
            midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
            ends = midnight + timedelta(days=1)
            if wall.weekday() not in self.days:
                passed = wall.replace(tzinfo=None) >= midnight + timedelta(minutes=self.ends)
                ends = midnight + timedelta(minutes=self.ends, days=passed)
            first = _on_the_clock(ends, zone)
            at = first if first > at else max(at + timedelta(minutes=1), _on_the_clock(ends, zone, last=True))
        return at

    def _in_hours(self, wall: datetime) -> bool:
        minute = wall.hour * 60 + wall.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


def day_in(zone: ZoneInfo, at: datetime) -> date:
    """Which day it is for somebody in this zone."""
    return at.astimezone(zone).date()


def at_clock(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """When a wall clock in this zone shows so many minutes after midnight on this day, in UTC."""
    return _on_the_clock(datetime.combine(day, time()) + timedelta(minutes=minute), zone)


def _on_the_clock(wall: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """When the wall clock shows this; the first of two moments unless `last`, the change of the clocks when never."""
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early <= late:
        return late if last else early
    before, after = late, early  # the clocks jump over it somewhere between these two
    offset = before.astimezone(zone).utcoffset()
    while after - before > _TICK:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if opens >= closes:
            continue
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged


def _ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)


_HOLIDAYS: dict[tuple[str, str | None, int], frozenset[date]] = {}


def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    key = (country, region, year)
    if key not in _HOLIDAYS:
        _HOLIDAYS[key] = frozenset(_library().country_holidays(country, subdiv=region, years=year))
    return _HOLIDAYS[key]


def _library() -> Any:
    """The library of holidays, with a package of countries that loads the one that is asked for.

    Its own package loads all 250 of them with the first: 7 MB, and a tenth of the time a start takes to read content.
    """
    import holidays

    if "holidays.countries" not in sys.modules:
        countries = ModuleType("holidays.countries")
        countries.__path__ = [f"{folder}/countries" for folder in holidays.__path__]
        sys.modules["holidays.countries"] = countries
    return holidays
