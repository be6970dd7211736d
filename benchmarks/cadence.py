"""The work on follow-ups: planning a case, counting business time, and finding when a reminder may disturb somebody."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.servers import Place
from benchmarks.table import Row, median, ms
from bot.domain.cadence import Cadence
from bot.domain.followup import Facts, FollowUp, plan
from bot.domain.hours import Calendar
from bot.domain.reminders import Person, may_send, reminders
from bot.domain.taxonomy import Severity

OPENED = datetime(2026, 3, 27, 16, 45, tzinfo=UTC)
"""A Friday afternoon before the clocks change."""

GOAL = 0.0002


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Each many times in this process, beside a walk that asks of every minute whether the team works."""
    times = 200 if quick else 2000
    cadence = place.content.cadence
    new = Facts(1, "delivery.late", Severity.SERIOUS, OPENED)
    answered = Facts(1, "delivery.late", Severity.SERIOUS, OPENED, replied_at=OPENED + timedelta(hours=1))
    have = plan(answered, cadence, plan(new, cadence, now=OPENED), now=OPENED + timedelta(hours=1))
    resolved = Facts(1, "delivery.late", Severity.SERIOUS, OPENED, resolved_at=OPENED + timedelta(days=1))
    walk = _median(lambda: _walk(cadence.calendar, OPENED, timedelta(hours=8)), max(3, times // 200))
    work: list[tuple[str, Callable[[], object]]] = [
        ("a new case planned, with its reminders", lambda: _planned(new, (), cadence)),
        ("a case planned again after its fix, with its reminders", lambda: _planned(resolved, have, cadence)),
    ]
    for name, what in work:
        mine = _median(what, times)
        yield Row(name, ms(mine), f"minute by minute, one date {ms(walk)}", mine / walk, "< 0.2 ms", mine < GOAL)
    counted = _median(lambda: cadence.calendar.add(OPENED, timedelta(hours=8)), times)
    yield Row("eight working hours added", ms(counted), f"minute by minute {ms(walk)}", counted / walk)
    person = Person(ZoneInfo("Asia/Kolkata"))
    asked = _median(lambda: may_send(person, cadence, planned_at=OPENED, may_wait=True, now=OPENED), times)
    yield Row("may a reminder disturb somebody now", ms(asked), f"minute by minute {ms(walk)}", asked / walk)


def _planned(facts: Facts, have: tuple[FollowUp, ...], cadence: Cadence) -> object:
    rhythm = cadence.rhythm(facts.category, facts.severity)
    planned = plan(facts, cadence, have, now=OPENED + timedelta(days=1))
    return [reminders(each, cadence, rhythm) for each in planned]


def _walk(calendar: Calendar, at: datetime, duration: timedelta) -> datetime:
    """When so much has been worked, by looking at each minute."""
    zone = ZoneInfo(calendar.zone)
    left = duration // timedelta(minutes=1)
    while left:
        wall = at.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        spans = calendar.week[wall.weekday()]
        if any(span.opens <= minute < span.closes for span in spans) and not calendar.is_closed_day(wall.date()):
            left -= 1
        at += timedelta(minutes=1)
    return at


def _median(what: Callable[[], object], count: int) -> float:
    found = []
    for _ in range(count):
        begin = time.perf_counter()
        what()
        found.append(time.perf_counter() - begin)
    return median(found)
