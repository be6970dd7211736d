"""`followups.yml`: read, and refused with the exact message."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.followups import load_cadence
from bot.domain.cadence import AT_ONCE, SAME_DAY, Cadence, Clock, Rhythm, Stops, Wait
from bot.domain.hours import Quiet, Span
from bot.domain.taxonomy import Severity

FOLLOW_UPS = """\
hours:
  zone: Europe/Berlin
  weekdays: 09:00-12:30, 13:00-17:30
  friday: 09:00-15:00
  saturday: 22:00-02:00
  holidays:
    country: DE
    region: BE
  closed: [2026-12-24, "2026-12-27 to 2026-12-29", 12-31]
cases:
  all:
    ask_again_after: 3 working days
    fulfil_within: 90 minutes
    stop_when: [customer answers, opted out, 2 unanswered tries]
  S1:
    first_reply: 8 working hours
    update_every: 3 working days
    checks: []
    to_lead_after: 1.5 working hours
  S2:
    first_reply: 4 working hours
    update_every: 2 working days
    checks: [2 working days, 10 days]
    to_lead_after: 1 working day
  S3:
    first_reply: 1 working hour
    update_every: 1 working day
    checks: [1 working day]
    to_lead_after: 1 working hour
  S4:
    first_reply: 15 minutes
    at_any_hour: true
    update_every: 4 working hours
    checks: [same day, 1 week]
    to_lead_after: at once
    stop_when: [lead closes]
categories:
  trust:
    all:
      update_every: 1 working day
    S2:
      first_reply: 2 working hours
  trust.privacy:
    S2:
      first_reply: 30 working minutes
warn_at: 75 %
quiet:
  from: 19:00
  to: "08:00"
  days: [saturday]
most_a_day: 12
digest_at: "08:45"
digest_only: [support-chat, "#returns"]
no_check_after: [duplicate]
sum_up_after: 2 hours
"""
S1, S2, S3, S4 = Severity


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def cadence(text: str = FOLLOW_UPS) -> Cadence:
    Path("followups.yml").write_text(text, encoding="utf-8")
    return load_cadence(Path("followups.yml"))


def test_hours_are_read_as_written() -> None:
    calendar = cadence().calendar
    long = (Span(540, 750), Span(780, 1050))
    assert calendar.week == (long, long, long, long, (Span(540, 900),), (Span(1320, 1560),), ())
    assert (calendar.zone, calendar.country, calendar.region) == ("Europe/Berlin", "DE", "BE")
    assert calendar.closed == {date(2026, 12, 24), date(2026, 12, 27), date(2026, 12, 28), date(2026, 12, 29)}
    assert calendar.closed_yearly == {(12, 31)}
    assert calendar.working_day == timedelta(hours=8)
    assert not calendar.is_open(datetime(2026, 10, 3, 21, tzinfo=UTC))  # German Unity Day, a Saturday
    assert calendar.is_open(datetime(2026, 10, 10, 21, tzinfo=UTC))


def test_waits_are_read_on_their_clocks() -> None:
    read = cadence()
    assert read.rhythm("delivery.late", S1) == Rhythm(
        first_reply=Wait(timedelta(hours=8)),
        update_every=Wait(timedelta(hours=24)),
        checks=(),
        ask_again_after=Wait(timedelta(hours=24)),
        fulfil_within=Wait(timedelta(minutes=90), Clock.ALWAYS),
        to_lead_after=Wait(timedelta(minutes=90)),
    )
    assert read.rhythm("delivery.late", S2).checks == (Wait(timedelta(hours=16)), Wait(timedelta(days=10), Clock.DAYS))
    critical = read.rhythm("other", S4)
    assert critical.first_reply == Wait(timedelta(minutes=15), Clock.ALWAYS)
    assert critical.checks == (SAME_DAY, Wait(timedelta(days=7), Clock.DAYS))
    assert (critical.to_lead_after, critical.can_wait) == (AT_ONCE, False)
    assert critical.stops == Stops(customer_answers=False, opted_out=False, unanswered_tries=None)
    assert read.rhythm("other", S3).can_wait


def test_the_narrower_word_counts() -> None:
    read = cadence()
    replies = [read.rhythm(name, S2).first_reply.amount for name in ("other", "trust.fraud_victim", "trust.privacy")]
    assert replies == [timedelta(hours=4), timedelta(hours=2), timedelta(minutes=30)]
    updates = [read.rhythm(name, S2).update_every.amount for name in ("other", "trust.fraud_victim", "trust.privacy")]
    assert updates == [timedelta(hours=16), timedelta(hours=8), timedelta(hours=8)]
    assert read.rhythm("trust.privacy", S1).first_reply.amount == timedelta(hours=8)


def test_the_rest_is_read_as_written() -> None:
    read = cadence()
    assert read.quiet == Quiet(19 * 60, 8 * 60, frozenset({5}))
    assert (read.cap_per_day, read.digest_at, read.warn_share) == (12, 8 * 60 + 45, 75)
    assert (read.no_check_after, read.stale_after) == ({"duplicate"}, timedelta(hours=2))
    for channel_id, name, only in (("C1", "support-chat", True), ("C1", "#returns", True), ("C1", "complaints", False)):
        assert read.is_digest_only(channel_id, name) is only
    assert not read.is_digest_only("C1")


NO_WAIT = "is not a wait: write 4 working hours, 3 working days, 15 minutes, 10 days or same day"
NO_HOURS = "are not hours: write 09:00-17:00, or 09:00-12:30, 13:00-17:30, or closed"
NO_STRETCH = "is no stretch of a day: write 09:00-17:00, 22:00-06:00 or 00:00-24:00"
NO_DAY = "is not a day: write 2026-12-24, 2026-12-24 to 2027-01-01, or 12-24 for every year"
NO_STOP = "is not one of 'customer answers', 'opted out', '2 unanswered tries' or 'lead closes'"
BROKEN = [
    ("zone: Europe/Berlin", "zone: Berlin", "2: hours.zone: 'Berlin' is not a time zone"),
    ("13:00-17:30", "13-17", f"3: hours.weekdays: '09:00-12:30, 13-17' {NO_HOURS}"),
    (
        "13:00-17:30",
        "12:00-17:30",
        "3: hours.weekdays: '09:00-12:30, 12:00-17:30' overlaps itself: write the hours in order, each once",
    ),
    ("09:00-15:00", "09:00-25:00", f"4: hours.friday: '09:00-25:00' {NO_STRETCH}"),
    ("09:00-15:00", "09:00-09:00", f"4: hours.friday: '09:00-09:00' {NO_STRETCH}"),
    ("friday:", "freitag:", "4: hours.freitag: unknown field: did you mean friday?"),
    (
        "country: DE",
        "country: XX",
        "7: hours.holidays.country: 'XX' is not a country with known holidays: write its code, as GB",
    ),
    ("region: BE", "region: XX", "8: hours.holidays.region: 'XX' is not a part of DE: write its code, as ENG"),
    ("2026-12-24,", '"2026-12-34",', f"9: hours.closed[1]: '2026-12-34' {NO_DAY}"),
    ("2026-12-24,", "2026-12-34,", "9: hours.closed[1]: '2026-12-34' is not a date: day is out of range for month"),
    ("12-31]", "24.12.]", f"9: hours.closed[3]: '24.12.' {NO_DAY}"),
    (
        "2026-12-27 to 2026-12-29",
        "2026-12-29 to 2026-12-27",
        f"9: hours.closed[2]: '2026-12-29 to 2026-12-27' {NO_DAY}",
    ),
    ("8 working hours", "8 business hours", f"16: cases.S1.first_reply: '8 business hours' {NO_WAIT}"),
    ("8 working hours", "8", "16: cases.S1.first_reply: input should be a valid string, not 8"),
    (
        "8 working hours",
        "0 working hours",
        "16: cases.S1.first_reply: '0 working hours' is not between one minute and 400 days",
    ),
    ("8 working hours", "at once", f"16: cases.S1.first_reply: 'at once' {NO_WAIT}"),
    ("    update_every: 3 working days\n", "", "15: cases.S1: update_every is missing: add it, here or under all"),
    ("[lead closes]", "[lead leaves]", f"36: cases.S4.stop_when[1]: 'lead leaves' {NO_STOP}"),
    ("  S4:", "  S5:", "30: cases.S5: unknown field: remove it"),
    ("  trust.privacy:", "  trust.private:", "43: categories.trust.private: unknown category:"),
    ("warn_at: 75 %", "warn_at: 175 %", "46: warn_at: '175 %' is not a share: write 75 %"),
    ("from: 19:00", "from: late", "48: quiet.from: 'late' is not a time: write 08:30"),
    ("days: [saturday]", "days: [sat]", "50: quiet.days[1]: 'sat' is not a day"),
    (
        "days: [saturday]",
        "days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]",
        "50: quiet.days: every day is quiet, so nobody is ever reminded: leave one out",
    ),
    ("most_a_day: 12", "most_a_day: 0", "51: most_a_day: input should be greater than or equal to 1, not 0"),
    ('digest_at: "08:45"', "digest_at: 24:00", "52: digest_at: 1440 is not a time: write 08:30"),
    ("[duplicate]", "[dup]", "54: no_check_after[1]: 'dup' is not an outcome"),
    (
        "2 hours",
        "2 working hours",
        "55: sum_up_after: '2 working hours' is not a time on the clock: write 2 hours, or 90 minutes",
    ),
    ("most_a_day: 12\n", "", "1: most_a_day: missing: add it"),
    (
        "most_a_day: 12\n",
        'most_a_day: 12\non_duty: "@desk"\n',
        "52: on_duty: who is on duty is said once, in team.yml: move it there, as `on_duty: [{who: ",
    ),
]


@pytest.mark.parametrize(("was", "now", "message"), BROKEN)
def test_a_broken_file_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in FOLLOW_UPS
    with pytest.raises(ContentError) as raised:
        cadence(FOLLOW_UPS.replace(was, now, 1))
    assert any(line.startswith(f"followups.yml:{message}") for line in str(raised.value).splitlines()), raised.value


def test_a_team_without_hours_is_refused() -> None:
    text = FOLLOW_UPS
    for hours in ("09:00-12:30, 13:00-17:30", "09:00-15:00", "22:00-02:00"):
        text = text.replace(hours, "closed")
    with pytest.raises(ContentError, match=r"^followups.yml:1: hours: no day has hours: give weekdays"):
        cadence(text)


def test_a_file_that_is_missing_says_so() -> None:
    with pytest.raises(ContentError, match=r"^followups.yml:1: file not found"):
        load_cadence(Path("followups.yml"))
