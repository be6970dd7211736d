"""Business hours: what a day, a holiday and a change of the clocks do to them, and the laws they keep anywhere."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import Calendar, Quiet, Span, at_clock
from tests.builders import lines_run
from tests.cadences import NINE_TO_FIVE

EMPTY: tuple[Span, ...] = ()


def span(text: str) -> Span:
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Span(opens, closes if closes > opens else closes + 1440)


def week(monday_to_friday: str, saturday: str = "", sunday: str = "") -> tuple[tuple[Span, ...], ...]:
    days = [monday_to_friday] * 5 + [saturday, sunday]
    return tuple(tuple(span(part) for part in day.split()) for day in days)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


LONDON = Calendar("Europe/London", NINE_TO_FIVE)
LUNCH = Calendar("Europe/Berlin", week("09:00-12:30 13:00-17:30", "10:00-14:00"))
NIGHTS = Calendar("Europe/Berlin", week("22:00-06:00"))
AROUND = Calendar("UTC", week("00:00-24:00", "00:00-24:00", "00:00-24:00"))


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        (LONDON, "2026-03-02T10:00", 4, "2026-03-02T14:00"),  # a Monday
        (LONDON, "2026-03-02T15:00", 4, "2026-03-03T11:00"),
        (LONDON, "2026-03-06T16:00", 1, "2026-03-06T17:00"),  # until the close, not until Monday's opening
        (LONDON, "2026-03-06T16:00", 1.5, "2026-03-09T09:30"),
        (LONDON, "2026-03-07T12:00", 8, "2026-03-09T17:00"),
        (LONDON, "2026-03-27T16:00", 2, "2026-03-30T10:00"),  # summer time begins on the Sunday between
        (LUNCH, "2026-03-02T12:00", 1, "2026-03-02T13:30"),
        (LUNCH, "2026-03-06T17:00", 1, "2026-03-07T10:30"),
        (NIGHTS, "2026-03-02T23:00", 8, "2026-03-03T23:00"),
        (NIGHTS, "2026-03-06T23:00", 8, "2026-03-09T23:00"),
        (NIGHTS, "2026-03-07T05:00", 1, "2026-03-07T06:00"),  # Saturday morning still belongs to Friday
        (LONDON, "2026-12-31T16:00", 2, "2027-01-01T10:00"),
        (LONDON, "2028-02-28T16:00", 9, "2028-02-29T17:00"),  # a leap day
    ],
)
def test_time_is_counted_only_while_open(calendar: Calendar, start: str, hours: float, due: str) -> None:
    begin = local(start, calendar.zone)
    assert calendar.add(begin, timedelta(hours=hours)) == local(due, calendar.zone)


@pytest.mark.parametrize(
    ("zone", "night", "worked"),
    [
        ("Europe/Berlin", "2026-03-28", 7),  # from 22:00 to 06:00, and the hour from 02:00 to 03:00 is not there
        ("Europe/Berlin", "2026-10-24", 9),
        ("Europe/Berlin", "2026-10-23", 8),
        ("Australia/Lord_Howe", "2026-10-03", 7.5),  # the clocks go half an hour forward
        ("Australia/Lord_Howe", "2026-04-04", 8.5),
    ],
)
def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is(zone: str, night: str, worked: float) -> None:
    calendar = Calendar(zone, (EMPTY,) * 4 + ((span("22:00-06:00"),),) * 3)
    noon = local(f"{night}T12:00", zone)
    assert calendar.between(noon, noon + timedelta(days=1)) == timedelta(hours=worked)


def test_hours_that_open_inside_the_missing_hour_open_when_the_clocks_have_changed() -> None:
    calendar = Calendar("Europe/Berlin", (EMPTY,) * 6 + ((span("02:30-04:00"),),))
    assert calendar.next_open(utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")
    assert calendar.between(utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == timedelta(hours=1)


def test_hours_that_end_inside_the_repeated_hour_end_the_second_time() -> None:
    calendar = Calendar("Europe/Berlin", (EMPTY,) * 6 + ((span("01:00-02:30"),),))
    assert calendar.between(utc("2026-10-24T12:00"), utc("2026-10-25T12:00")) == timedelta(hours=2.5)
    assert calendar.between(utc("2026-10-17T12:00"), utc("2026-10-18T12:00")) == timedelta(hours=1.5)


def test_half_hour_zones_are_counted_on_their_own_clock() -> None:
    assert Calendar("Asia/Kolkata", NINE_TO_FIVE).next_open(utc("2026-03-02T00:00")) == utc("2026-03-02T03:30")
    assert Calendar("Asia/Kathmandu", NINE_TO_FIVE).next_open(utc("2026-03-02T00:00")) == utc("2026-03-02T03:15")


def test_public_holidays_and_days_of_our_own_are_closed() -> None:
    england = Calendar("Europe/London", NINE_TO_FIVE, country="GB", region="ENG")
    scotland = Calendar("Europe/London", NINE_TO_FIVE, country="GB", region="SCT")
    before_easter = local("2026-04-02T16:00", "Europe/London")  # Friday the 3rd and, in England, Monday the 6th are off
    for calendar, day in ((LONDON, "03"), (england, "07"), (scotland, "06")):
        assert calendar.add(before_easter, timedelta(hours=2)) == local(f"2026-04-{day}T10:00", "Europe/London")
    ours = Calendar(
        "Europe/London", NINE_TO_FIVE, closed=frozenset({date(2026, 4, 2)}), closed_yearly=frozenset({(4, 7)})
    )
    assert ours.add(before_easter, timedelta(hours=1)) == local("2026-04-03T10:00", "Europe/London")
    assert not ours.is_open(local("2026-04-07T12:00", "Europe/London"))
    assert not ours.is_open(local("2027-04-07T12:00", "Europe/London"))
    assert ours.is_open(local("2026-04-08T12:00", "Europe/London"))


def test_a_closed_day_closes_the_night_that_begins_on_it_and_not_the_one_before() -> None:
    calendar = Calendar("Europe/Berlin", week("22:00-06:00"), closed=frozenset({date(2026, 3, 3)}))
    assert calendar.is_open(local("2026-03-03T05:00", "Europe/Berlin"))
    assert not calendar.is_open(local("2026-03-03T23:00", "Europe/Berlin"))
    assert not calendar.is_open(local("2026-03-04T05:00", "Europe/Berlin"))


def test_the_day_ends_when_its_last_hours_do() -> None:
    assert LUNCH.end_of_day(local("2026-03-02T10:00", LUNCH.zone)) == local("2026-03-02T17:30", LUNCH.zone)
    assert LUNCH.end_of_day(local("2026-03-02T20:00", LUNCH.zone)) == local("2026-03-03T17:30", LUNCH.zone)
    assert LUNCH.end_of_day(local("2026-03-07T20:00", LUNCH.zone)) == local("2026-03-09T17:30", LUNCH.zone)


def test_a_day_closes_when_its_last_hours_end_or_is_off() -> None:
    england = Calendar("Europe/London", NINE_TO_FIVE, country="GB", region="ENG")
    assert LUNCH.closes(date(2026, 3, 2)) == local("2026-03-02T17:30", LUNCH.zone)
    assert NIGHTS.closes(date(2026, 3, 2)) == local("2026-03-03T06:00", NIGHTS.zone)
    assert england.closes(date(2026, 4, 2)) == local("2026-04-02T17:00", england.zone)
    assert england.closes(date(2026, 4, 3)) is None, "Good Friday"
    assert england.closes(date(2026, 4, 4)) is None, "a Saturday"


def test_working_days_are_counted_over_weekends_and_holidays() -> None:
    england = Calendar("Europe/London", NINE_TO_FIVE, country="GB", region="ENG")
    days = [england.working_day_after(date(2026, 4, 1), count).day for count in range(4)]
    assert days == [1, 2, 7, 8]
    assert england.working_day_after(date(2026, 4, 4), 1) == date(2026, 4, 7)


def test_days_go_by_the_calendar_and_end_in_opening_hours() -> None:
    start = local("2026-03-27T11:00", LONDON.zone)
    assert LONDON.add_days(start, timedelta(days=3)) == local("2026-03-30T11:00", LONDON.zone)
    assert LONDON.add_days(start, timedelta(days=1)) == local("2026-03-30T09:00", LONDON.zone)


@pytest.mark.parametrize(
    ("calendar", "hours"),
    [(LONDON, 8), (LUNCH, 8), (NIGHTS, 8), (AROUND, 24), (Calendar("UTC", week("", "10:00-14:00")), 4)],
)
def test_a_working_day_is_as_long_as_most_are(calendar: Calendar, hours: float) -> None:
    assert calendar.working_day == timedelta(hours=hours)


def test_a_week_without_hours_and_a_span_without_length_are_refused() -> None:
    with pytest.raises(ValueError, match="hours on at least one"):
        Calendar("UTC", ((),) * 7)
    with pytest.raises(ValueError, match="a span opens within its day"):
        Span(60, 60)


# The laws, for any week in any zone.

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens = draw(st.integers(0, 1439))
    return Span(opens, opens + draw(st.integers(60, 1440)))


WEEKS = st.lists(st.lists(spans(), max_size=3).map(tuple), min_size=7, max_size=7).map(tuple).filter(any)
DAYS_OFF = st.frozensets(st.dates(date(2023, 12, 20), date(2025, 1, 10)), max_size=12)
CALENDARS = st.builds(Calendar, st.sampled_from(ZONES), WEEKS, DAYS_OFF)
MOMENTS = st.datetimes(datetime(2023, 12, 25), datetime(2025, 1, 5), timezones=st.just(UTC))
DURATIONS = st.timedeltas(timedelta(0), timedelta(hours=30))


@given(CALENDARS, MOMENTS, DURATIONS)
def test_what_was_added_lies_between(calendar: Calendar, start: datetime, duration: timedelta) -> None:
    end = calendar.add(start, duration)
    assert calendar.between(start, end) == duration
    assert calendar.between(end, start) == -duration
    assert end - start >= duration


@given(CALENDARS, MOMENTS, DURATIONS, DURATIONS)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    assert calendar.add(calendar.add(start, one), two) == calendar.add(start, one + two)


@given(CALENDARS, MOMENTS, MOMENTS, DURATIONS, DURATIONS)
def test_later_and_longer_never_end_earlier(
    calendar: Calendar, start: datetime, other: datetime, one: timedelta, two: timedelta
) -> None:
    first, second = sorted([start, other])
    short, long = sorted([one, two])
    assert calendar.add(first, short) <= calendar.add(first, long)
    if short:
        assert calendar.add(first, short) <= calendar.add(second, short)


@given(CALENDARS, MOMENTS)
def test_it_opens_at_the_first_open_moment(calendar: Calendar, at: datetime) -> None:
    opens = calendar.next_open(at)
    assert opens >= at
    assert calendar.is_open(opens)
    assert calendar.between(at, opens) == timedelta(0)
    tick = timedelta(microseconds=1)
    assert calendar.between(opens, opens + tick) == tick
    ends = calendar.end_of_day(at)
    assert ends > opens
    assert calendar.between(ends - tick, ends) == tick


@given(CALENDARS, MOMENTS, st.integers(1, 20 * 24 * 60))
def test_counting_agrees_with_a_walk_over_the_wall_clock(calendar: Calendar, start: datetime, minutes: int) -> None:
    """An independent count, minute by minute, of a calendar without overlapping spans."""
    zone = ZoneInfo(calendar.zone)
    begin = start.replace(second=0, microsecond=0)
    minutes %= 3 * 24 * 60
    walked = 0
    for number in range(minutes):
        wall = (begin + timedelta(minutes=number)).astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        today, before = wall.date(), wall.date() - timedelta(days=1)
        now = any(each.opens <= minute < each.closes for each in calendar.week[today.weekday()])
        late = any(minute + 1440 < each.closes for each in calendar.week[before.weekday()])
        walked += (now and today not in calendar.closed) or (late and before not in calendar.closed)
    counted = calendar.between(begin, begin + timedelta(minutes=minutes))
    changes = {(begin + timedelta(days=day)).astimezone(zone).utcoffset() for day in range(-2, 7)}
    if len(changes) == 1:  # where the clocks change, a wall clock alone cannot tell the hours apart
        assert counted == timedelta(minutes=walked)


def test_counting_over_years_takes_no_longer_than_over_days() -> None:
    start = utc("2026-03-02T10:00")
    for years in (1, 2):
        LONDON.add(start, timedelta(hours=2000 * years))
    assert lines_run(lambda: LONDON.add(start, timedelta(hours=4000))) < 60


# Quiet hours

NIGHT = Quiet(19 * 60, 8 * 60)
WEEKEND = Quiet(19 * 60, 8 * 60, frozenset({5, 6}))


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (NIGHT, "2026-03-02T12:00", "2026-03-02T12:00"),
        (NIGHT, "2026-03-02T18:59", "2026-03-02T18:59"),
        (NIGHT, "2026-03-02T19:00", "2026-03-03T08:00"),
        (NIGHT, "2026-03-03T07:59", "2026-03-03T08:00"),
        (NIGHT, "2026-03-06T20:00", "2026-03-07T08:00"),
        (WEEKEND, "2026-03-06T20:00", "2026-03-09T08:00"),
        (WEEKEND, "2026-03-08T12:00", "2026-03-09T08:00"),
        (Quiet(12 * 60, 13 * 60), "2026-03-02T12:30", "2026-03-02T13:00"),
        (Quiet(0, 0), "2026-03-02T03:00", "2026-03-02T03:00"),
        (NIGHT, "2026-03-28T22:00", "2026-03-29T08:00"),  # the clocks go forward in this night
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "America/New_York"])
def test_quiet_hours_are_those_of_the_person(quiet: Quiet, at: str, until: str, zone: str) -> None:
    assert quiet.after_quiet(local(at, zone), ZoneInfo(zone)) == local(until, zone)
    assert quiet.in_quiet(local(at, zone), ZoneInfo(zone)) is (at != until)


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.sampled_from(ZONES),
    MOMENTS,
)
def test_after_quiet_hours_nobody_is_disturbed(
    begins: int, ends: int, days: frozenset[int], zone: str, at: datetime
) -> None:
    quiet, there = Quiet(begins, ends, days), ZoneInfo(zone)
    free = quiet.after_quiet(at, there)
    assert free >= at
    assert not quiet.in_quiet(free, there)
    assert (free == at) is not quiet.in_quiet(at, there)
    if free > at + timedelta(minutes=2):
        assert (
            quiet.in_quiet(free - timedelta(minutes=1), there)
            or free.astimezone(there).utcoffset() != (free - timedelta(hours=2)).astimezone(there).utcoffset()
        )


def test_nobody_is_quiet_for_ever() -> None:
    with pytest.raises(ValueError, match="never reminded"):
        Quiet(0, 0, frozenset(range(7)))


def test_a_wall_clock_that_never_shows_a_time_means_the_change_of_the_clocks() -> None:
    assert at_clock(ZoneInfo("Europe/Berlin"), date(2026, 3, 29), 150) == utc("2026-03-29T01:00")


ALONE = """
import sys
from datetime import date
from bot.domain.hours import Calendar, Span

week = ((Span(540, 1020),),) * 7
calendar = Calendar("Europe/London", week, country="GB", region="ENG")
print(calendar.is_closed_day(date(2026, 12, 25)), calendar.is_closed_day(date(2026, 12, 24)))
print([name for name in sys.modules if name.startswith("holidays.countries.")])
"""


def test_a_country_is_loaded_without_all_others() -> None:
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.splitlines() == ["True False", "['holidays.countries.united_kingdom']"]
