"""A promised moment on the calendar of the team: which day is meant, and until when it may be kept on that day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.hours import Calendar
from bot.domain.promise.dates import When

END_OF_DAY = time(17, 0)
"""When a day ends that nobody told us the hours of."""

_LAST = time(23, 30)
_A_WEEK = 7


def on_calendar(moment: When, now: datetime, calendar: Calendar | None) -> When:
    """The moment with its working days, and the end of a working week, as the team works.

    Raises OverflowError for a day beyond the calendar.
    """
    if calendar is None:
        return moment
    if moment.working_days:
        day = calendar.working_day_after(now.date(), moment.working_days)
        return moment._replace(day=day, note="Working days were counted by the calendar of the team.")
    if moment.ends_week:
        days = (moment.day - timedelta(days=back) for back in range(_A_WEEK))
        last = next((day for day in days if day >= now.date() and calendar.closes(day) is not None), moment.day)
        if last != moment.day:
            return moment._replace(day=last, note=_day_off(moment.day))
    return moment


def due_at(moment: When, now: datetime, calendar: Calendar | None) -> tuple[datetime, str]:
    """When a promise is due, in the zone of `now`, and what is to be said about it.

    Without a time of its own it is due at the end of that day's business hours, or a little later than now once they
    are over.
    """
    if moment.at is not None:
        return datetime.combine(moment.day, moment.at, now.tzinfo), ""
    closes, note = _closing(moment.day, now, calendar)
    if closes.astimezone(UTC) > now.astimezone(UTC) or moment.day != now.date():
        return closes, note
    soon = now + timedelta(hours=1)
    later = time(soon.hour, 30 if soon.minute < 30 else 0) if soon.date() == moment.day else _LAST
    return datetime.combine(moment.day, later, now.tzinfo), note


def _closing(day: date, now: datetime, calendar: Calendar | None) -> tuple[datetime, str]:
    """The end of a day's business hours, always on that day in the zone of `now`."""
    if calendar is None:
        return datetime.combine(day, END_OF_DAY, now.tzinfo), ""
    zone = ZoneInfo(calendar.zone)
    closes, note = calendar.closes(day), ""
    if closes is None:
        usual = calendar.end_of_day(datetime.combine(day, time(), zone)).astimezone(zone).time()
        closes, note = datetime.combine(day, usual, zone), _day_off(day)
    here, there = closes.astimezone(now.tzinfo), closes.astimezone(zone)
    if here.date() == day:
        return here, note
    return datetime.combine(day, there.time() if there.date() == day else _LAST, now.tzinfo), note


def _day_off(day: date) -> str:
    return f"The team does not work on {day:%A} {day.day} {day:%B}."
