"""When reminders come, which of them still stand, and whom they may disturb."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import followup
from bot.domain.cadence import Clock
from bot.domain.followup import FollowUp, Kind, Stage, State, plan
from bot.domain.hours import Quiet
from bot.domain.reminders import (
    CAP,
    DIGEST_ONLY,
    DO_NOT_DISTURB,
    LATE,
    QUIET_HOURS,
    Person,
    Way,
    can_wait,
    day_begins,
    digest,
    may_call,
    may_send,
    reminders,
    speaks_of,
    stands,
    told,
    tomorrow_morning,
)
from bot.domain.taxonomy import Severity
from tests.cadences import a_cadence, a_rhythm, facts, hours, on

CADENCE, RHYTHM = a_cadence(), a_rhythm()
LONDON, KOLKATA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")


def first_reply() -> FollowUp:
    """Opened on Monday at ten, due at two, warned of at one, with the lead from Tuesday at ten."""
    return replace(plan(facts(opened_at=on(2)), CADENCE, now=on(2))[0], id=1)


def names(each: FollowUp) -> list[tuple[str, datetime]]:
    return [(reminder.name, reminder.at) for reminder in reminders(each, CADENCE, RHYTHM)]


def test_it_warns_reminds_and_tells_the_lead_each_once() -> None:
    each = first_reply()
    assert names(each) == [("warning", on(2, 13)), ("deadline", on(2, 14)), ("lead", on(3, 10))]
    each = told(each, Stage.WARNING, now=on(2, 13))
    assert names(each) == [("deadline", on(2, 14)), ("lead", on(3, 10))]
    each = told(each, Stage.DEADLINE, now=on(2, 14))
    assert names(each) == [("lead", on(3, 10))]
    assert names(told(each, Stage.LEAD, now=on(3, 10))) == []


@pytest.mark.parametrize("state", [State.PAUSED, State.DONE, State.CANCELLED])
def test_nobody_is_reminded_of_what_is_paused_or_over(state: State) -> None:
    assert names(replace(first_reply(), state=state)) == []


def test_where_the_lead_hears_at_once_there_is_one_reminder_at_the_deadline() -> None:
    at_once = a_rhythm(to_lead_after=hours(0))
    found = reminders(first_reply(), CADENCE, at_once)
    assert [(reminder.stage, reminder.at) for reminder in found] == [
        (Stage.WARNING, on(2, 13)),
        (Stage.LEAD, on(2, 14)),
    ]


def test_a_snooze_quiets_the_reminders_but_not_the_one_to_the_lead() -> None:
    each = told(first_reply(), Stage.WARNING, now=on(2, 13))
    later = followup.snoozed(each, on(2, 15))
    assert names(later) == [("again-1", on(2, 15)), ("lead", on(3, 10))]
    soon = followup.snoozed(each, on(2, 13.5))
    assert names(soon) == [("again-1", on(2, 13.5)), ("deadline", on(2, 14)), ("lead", on(3, 10))]
    next_week = followup.snoozed(each, on(9))
    assert names(next_week) == [("lead", on(3, 10)), ("again-1", on(9))]
    twice = followup.snoozed(told(later, Stage.AGAIN, now=on(2, 15)), on(2, 16))
    assert names(twice) == [("again-2", on(2, 16)), ("lead", on(3, 10))]


def test_a_reminder_after_a_snooze_stands_for_the_one_at_the_deadline() -> None:
    each = followup.snoozed(first_reply(), on(2, 15))
    assert told(each, Stage.AGAIN, now=on(2, 15)).said is Stage.DEADLINE
    assert told(followup.snoozed(first_reply(), on(2, 12)), Stage.AGAIN, now=on(2, 12)).said is None


def test_one_reminder_to_the_owner_speaks_for_all_that_came_due_and_the_lead_hears_apart() -> None:
    each = first_reply()
    for now, standing in (
        (on(2, 12), []),
        (on(2, 13), ["warning"]),
        (on(2, 14), ["warning"]),
        (on(4), ["warning", "lead"]),
    ):
        names = ("warning", "deadline", "lead")
        assert [name for name in names if stands(each, name, CADENCE, RHYTHM, now=now)] == standing
    late = told(each, Stage.WARNING, now=on(2, 15))
    assert late.said is Stage.DEADLINE
    assert not stands(late, "deadline", CADENCE, RHYTHM, now=on(2, 15))
    assert [speaks_of(each, Stage.WARNING, now=now) for now in (on(2, 13), on(2, 14))] == [
        Stage.WARNING,
        Stage.DEADLINE,
    ]
    assert stands(told(each, Stage.WARNING, now=on(2, 13)), "deadline", CADENCE, RHYTHM, now=on(2, 14))
    assert not stands(followup.done(each, at=on(2, 13)), "deadline", CADENCE, RHYTHM, now=on(2, 14))
    assert not stands(told(each, Stage.LEAD, now=on(4)), "lead", CADENCE, RHYTHM, now=on(4))


@pytest.mark.parametrize("snoozed_until", [None, on(2, 12), on(2, 15), on(9)])
@pytest.mark.parametrize("now", [on(2, 11), on(2, 13), on(2, 14), on(3, 10), on(20)])
def test_asking_for_the_next_reminder_alone_comes_to_an_end(snoozed_until: datetime | None, now: datetime) -> None:
    """Whatever an outage has piled up: the first that is due stands, and once it is told another is the first."""
    each = first_reply() if snoozed_until is None else followup.snoozed(first_reply(), snoozed_until)
    said = []
    while (coming := reminders(each, CADENCE, RHYTHM)) and coming[0].at <= now:
        assert stands(each, coming[0].name, CADENCE, RHYTHM, now=now)
        said.append(coming[0].name)
        each = told(each, coming[0].stage, now=now)
    assert len(said) == len({*said}) <= 3
    assert ("lead" in said) is (now >= on(3, 10))


ANA = Person(LONDON)
WEEKEND = Quiet(19 * 60, 8 * 60, frozenset({5, 6}))


@pytest.mark.parametrize(
    ("person", "now", "way", "at", "why"),
    [
        (ANA, on(2, 14), Way.NOW, on(2, 14), ""),
        (replace(ANA, reminded_today=4), on(2, 14), Way.NOW, on(2, 14), ""),
        (replace(ANA, reminded_today=5), on(2, 14), Way.DIGEST, on(3, 8.5), CAP),
        (ANA, on(2, 19), Way.DIGEST, on(3, 8.5), QUIET_HOURS),  # the digest comes half an hour after
        (Person(KOLKATA), on(2, 14), Way.LATER, on(3, 2.5), QUIET_HOURS),  # 19:30 there; the digest is at 14:00 there
        (Person(KOLKATA), on(2, 13), Way.NOW, on(2, 13), ""),
        (replace(ANA, do_not_disturb_until=on(2, 15)), on(2, 14), Way.LATER, on(2, 15), DO_NOT_DISTURB),
        (replace(ANA, do_not_disturb_until=on(2, 14)), on(2, 14), Way.NOW, on(2, 14), ""),
        (replace(ANA, do_not_disturb_until=on(2, 20)), on(2, 14), Way.DIGEST, on(3, 8.5), DO_NOT_DISTURB),
        (replace(ANA, do_not_disturb_until=on(3, 12)), on(3, 7), Way.DIGEST, on(3, 8.5), QUIET_HOURS),
    ],
)
def test_a_reminder_disturbs_nobody_and_nobody_too_often(
    person: Person, now: datetime, way: Way, at: datetime, why: str
) -> None:
    found = may_send(person, CADENCE, planned_at=now, may_wait=True, now=now)
    assert (found.way, found.at, found.why) == (way, at, why)
    urgent = may_send(person, CADENCE, planned_at=now, may_wait=False, now=now)
    assert (urgent.way, urgent.at) == (Way.NOW, now)


OVER = replace(ANA, reminded_today=5)
AT_LUNCH = replace(ANA, do_not_disturb_until=on(2, 15))


@pytest.mark.parametrize(
    ("people", "named", "way", "at"),
    [
        ({}, (), Way.NOW, on(2, 14)),
        ({"ana": ANA, "ben": ANA}, ("ana", "ben"), Way.NOW, on(2, 14)),
        ({"ana": ANA, "ben": OVER}, ("ana",), Way.NOW, on(2, 14)),
        ({"ana": AT_LUNCH, "ben": OVER}, (), Way.LATER, on(2, 15)),
        ({"ana": OVER, "ben": OVER}, (), Way.DIGEST, on(3, 8.5)),
        ({"ana": Person(KOLKATA), "ben": AT_LUNCH}, (), Way.LATER, on(2, 15)),
    ],
)
def test_of_several_a_reminder_names_those_it_may_name(
    people: dict[str, Person], named: tuple[str, ...], way: Way, at: datetime
) -> None:
    found, delivery = may_call(people, CADENCE, planned_at=on(2, 14), may_wait=True, now=on(2, 14))
    assert (found, delivery.way, delivery.at) == (named, way, at)
    everybody, urgent = may_call(people, CADENCE, planned_at=on(2, 14), may_wait=False, now=on(2, 14))
    assert (everybody, urgent.way) == (tuple(people), Way.NOW)


def test_where_nobody_is_named_the_night_is_that_of_the_team() -> None:
    _, delivery = may_call({}, CADENCE, planned_at=on(2, 21), may_wait=True, now=on(2, 21))
    assert (delivery.way, delivery.why) == (Way.DIGEST, QUIET_HOURS)


def test_a_channel_that_wants_digests_gets_digests() -> None:
    found = may_send(ANA, CADENCE, planned_at=on(2, 14), may_wait=True, digest_only=True, now=on(2, 14))
    assert (found.way, found.at, found.why) == (Way.DIGEST, on(3, 8.5), DIGEST_ONLY)
    urgent = may_send(ANA, CADENCE, planned_at=on(2, 14), may_wait=False, digest_only=True, now=on(2, 14))
    assert urgent.way is Way.NOW


@pytest.mark.parametrize(
    ("late", "way"), [(timedelta(hours=2), Way.NOW), (timedelta(hours=2, minutes=1), Way.SUMMED_UP)]
)
def test_what_an_outage_made_late_is_summed_up(late: timedelta, way: Way) -> None:
    found = may_send(ANA, CADENCE, planned_at=on(2, 14) - late, may_wait=True, now=on(2, 14))
    assert (found.way, found.why) == (way, LATE if way is Way.SUMMED_UP else "")


def test_only_the_first_reply_to_a_critical_complaint_cannot_wait() -> None:
    critical = CADENCE.rhythm("other", Severity.CRITICAL)
    update = replace(first_reply(), kind=Kind.UPDATE)
    assert [can_wait(first_reply(), critical), can_wait(update, critical), can_wait(first_reply(), RHYTHM)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (on(2, 8), on(2, 8.5)),
        (on(2, 8.5), on(3, 8.5)),
        (on(6, 12), on(9, 8.5)),  # no digest at the weekend
        (on(27, 12), on(30, 8.5)),
    ],
)
def test_the_digest_comes_on_working_mornings(now: datetime, at: datetime) -> None:
    assert CADENCE.next_digest(now) == at


def test_a_digest_lists_what_is_late_due_and_waiting() -> None:
    late, today = replace(first_reply(), id=1), replace(first_reply(), id=2, due_at=on(3, 16))
    later, waiting = replace(today, id=3, due_at=on(4, 9)), replace(today, id=4, state=State.PAUSED)
    earlier, done = replace(late, id=5, due_at=on(2, 9)), replace(late, id=6, state=State.DONE)
    found = digest([late, today, later, waiting, earlier, done], [7], CADENCE, now=on(3, 8.5))
    assert [each.id for each in found.overdue] == [5, 1]
    assert [each.id for each in found.due_today] == [2]
    assert [each.id for each in found.waiting_for_customer] == [4]
    assert found.waiting_for_approval == (7,)
    assert not digest([later, done], [], CADENCE, now=on(3, 8.5))
    assert digest([later, done], [], CADENCE, held={3}, now=on(3, 8.5)).due_today == (later,)


@pytest.mark.parametrize(
    ("quiet", "now", "zone", "at"),
    [
        (CADENCE.quiet, on(2, 14), LONDON, on(3, 8)),
        (CADENCE.quiet, on(2, 14), KOLKATA, on(3, 2.5)),
        (CADENCE.quiet, on(2, 20), KOLKATA, on(4, 2.5)),  # there it is Tuesday already
        (WEEKEND, on(6, 14), LONDON, on(9, 8)),
        (Quiet(0, 0), on(2, 14), LONDON, on(3, 8.5)),
    ],
)
def test_tomorrow_morning_is_that_of_the_person(quiet: Quiet, now: datetime, zone: ZoneInfo, at: datetime) -> None:
    assert tomorrow_morning(zone, a_cadence(quiet=quiet), now=now) == at


def test_a_day_of_reminders_begins_at_the_persons_midnight() -> None:
    assert day_begins(KOLKATA, on(2, 20)) == datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    assert day_begins(LONDON, on(2, 20)) == on(2, 0)


@given(
    zone=st.sampled_from(["Europe/London", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    waited=st.timedeltas(timedelta(0), timedelta(days=3)),
    disturb=st.none() | st.timedeltas(timedelta(hours=-2), timedelta(hours=30)),
    today=st.integers(0, 8),
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1439),
)
def test_whatever_the_hour_no_quiet_hour_and_no_cap_is_broken(
    zone: str, now: datetime, waited: timedelta, disturb: timedelta | None, today: int, begins: int, ends: int
) -> None:
    cadence = a_cadence(quiet=Quiet(begins, ends, frozenset({6})))
    person = Person(ZoneInfo(zone), now + disturb if disturb is not None else None, today)
    found = may_send(person, cadence, planned_at=now - waited, may_wait=True, now=now)
    if found.way in (Way.NOW, Way.SUMMED_UP):
        assert not cadence.quiet.in_quiet(now, person.zone)
        assert person.do_not_disturb_until is None or person.do_not_disturb_until <= now
        assert today < cadence.cap_per_day
        assert (found.way is Way.SUMMED_UP) is (waited > cadence.stale_after)
    elif found.way is Way.LATER:
        assert found.at > now
        again = may_send(replace(person, reminded_today=0), cadence, planned_at=found.at, may_wait=True, now=found.at)
        assert again.way is Way.NOW
    else:
        assert found.at == cadence.next_digest(now)


@given(st.integers(1, 100), st.sampled_from([Clock.WORKING, Clock.ALWAYS, Clock.DAYS]), st.integers(0, 7 * 24))
def test_reminders_come_in_their_order(amount: int, clock: Clock, opened: int) -> None:
    rhythm = a_rhythm(first_reply=hours(amount, clock))
    cadence = a_cadence(rhythms={("", Severity.MODERATE): rhythm})
    (each,) = plan(facts(opened_at=on(2, opened)), cadence, now=on(2, opened))
    found = reminders(each, cadence, rhythm)
    stages = [reminder.stage for reminder in found]
    assert stages in ([Stage.WARNING, Stage.DEADLINE, Stage.LEAD], [Stage.DEADLINE, Stage.LEAD])
    assert [reminder.at for reminder in found] == sorted({reminder.at for reminder in found})
