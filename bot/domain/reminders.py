"""Reminders: when each one comes, whether it still stands, and whether it may disturb somebody now.

How to use it. After `followup.plan`, the flow asks the outbox for a notice for each of `reminders(…)`, or for the
first of them alone and for the next once that is over; its subject is `<follow-up id>:<name of the reminder>` and its
`due_at` the reminder's `at`. Names never repeat, so each is sent once, and asking again only moves what is not yet
sent. When a notice comes due, read the follow-up again: `stands` says whether the reminder is still to be sent (not
done, paused or said by another meanwhile), and `may_send` whether it goes out now, is held until a later moment (give
the notice that `due_at`), waits for the channel's digest, or is summed up with others that an outage has made late.
Once it is sent, record `told(…)`. After the last reminder, an overdue follow-up shows in each digest until it is
done.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.cadence import Cadence, Rhythm
from bot.domain.followup import FollowUp, Kind, Stage, State, warning_at
from bot.domain.hours import at_clock, day_in

_ORDER = (None, Stage.WARNING, Stage.DEADLINE, Stage.LEAD)

TOGETHER = timedelta(hours=1)
"""A reminder that is held back goes into the digest when that comes at most so much later."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a follow-up, and when it is due. `name` is unique among those of its follow-up."""

    stage: Stage
    at: datetime
    name: str


def reminders(each: FollowUp, cadence: Cadence, rhythm: Rhythm) -> tuple[Reminder, ...]:
    """The reminders still to come, in order of time; none for what is paused or over."""
    if each.state is not State.OPEN:
        return ()
    to_lead = cadence.resolved(rhythm.to_lead_after, each.due_at)
    lead_at = cadence.after(each.due_at, to_lead.amount, to_lead.clock)
    warning = warning_at(each, cadence)
    found = []
    if warning < each.due_at:
        found.append((Stage.WARNING, warning))
    if each.due_at < lead_at:
        found.append((Stage.DEADLINE, each.due_at))
    until = each.snoozed_until
    if until is not None:
        found = [(stage, at) for stage, at in found if at > until]
    found.append((Stage.LEAD, lead_at))
    coming = [Reminder(stage, at, stage.value) for stage, at in found if _ORDER.index(stage) > _ORDER.index(each.said)]
    if until is not None:
        coming.append(Reminder(Stage.AGAIN, until, f"{Stage.AGAIN.value}-{each.snoozes}"))
    return tuple(sorted(coming, key=lambda reminder: reminder.at))


def stands(each: FollowUp, name: str, cadence: Cadence, rhythm: Rhythm, *, now: datetime) -> bool:
    """Whether a reminder is to be sent now: it is due and nothing has said it yet.

    Of several that are due for the owner the first speaks for all (`speaks_of`, `told`); the one to the lead is apart.
    """
    due = [reminder for reminder in reminders(each, cadence, rhythm) if reminder.at <= now]
    first = next((reminder for reminder in due if reminder.stage is not Stage.LEAD), None)
    return any(reminder.name == name and (reminder.stage is Stage.LEAD or reminder is first) for reminder in due)


def speaks_of(each: FollowUp, stage: Stage, *, now: datetime) -> Stage:
    """What a reminder says when it is sent now: a warning that was held up until its deadline is no warning."""
    return Stage.DEADLINE if stage is Stage.WARNING and each.due_at <= now else stage


def told(each: FollowUp, stage: Stage, *, now: datetime) -> FollowUp:
    """The follow-up after this reminder was sent, or left to a digest."""
    again = stage is Stage.AGAIN
    reached = each.said if again else stage
    if stage is not Stage.LEAD and each.due_at <= now:
        reached = Stage.DEADLINE
    said = max((each.said, reached), key=_ORDER.index)
    return replace(each, said=said, snoozed_until=None if again else each.snoozed_until)


def can_wait(each: FollowUp, rhythm: Rhythm) -> bool:
    """Whether its reminders keep to quiet hours and caps: everything but the first reply to a critical complaint."""
    return rhythm.can_wait or each.kind is not Kind.FIRST_REPLY


@dataclass(frozen=True, slots=True)
class Toll:
    """How many reminders closed cases took; `without` took none, `most` is what the worst of them took.

    A reminder is a message of its own, whoever it named. A line of a digest is none, and neither is a question to
    approvers; one that is edited, or that Slack took only at the second try, counts once.
    """

    cases: int
    reminders: int
    without: int
    most: int

    @property
    def for_each(self) -> float:
        """Reminders for each closed case; 0 while none is closed."""
        return self.reminders / self.cases if self.cases else 0.0


LOOKED_BACK = timedelta(days=28)
"""How far back closed cases are looked at: four whole weeks, so that no month has more weekends than another."""


class Way(StrEnum):
    """How a due reminder goes out."""

    NOW = "now"
    LATER = "later"
    DIGEST = "digest"
    SUMMED_UP = "summed up"


_WAYS = (Way.NOW, Way.SUMMED_UP, Way.LATER, Way.DIGEST)
"""From what is heard first to what is heard last."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a due reminder goes out. `at` is the moment for LATER and DIGEST; `why` one of the reasons below."""

    way: Way
    at: datetime
    why: str = ""


QUIET_HOURS, DO_NOT_DISTURB, CAP, DIGEST_ONLY, LATE = "quiet hours", "do not disturb", "cap", "digest only", "late"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a reminder names: their zone, until when they are not to be disturbed, and how many they had today.

    "Today" is the day in their own zone, which `day_begins` and `day_in` give.
    """

    zone: ZoneInfo
    do_not_disturb_until: datetime | None = None
    reminded_today: int = 0


def may_send(
    person: Person,
    cadence: Cadence,
    *,
    planned_at: datetime,
    may_wait: bool,
    digest_only: bool = False,
    now: datetime,
) -> Delivery:
    """Whether a reminder that is due may name this person now, and what becomes of it otherwise.

    `planned_at` is the due time of its notice. What may not wait goes out at once, whatever the hour.
    """
    if not may_wait:
        return Delivery(Way.NOW, now)
    digest_at = cadence.next_digest(now)
    free_at, why = free_from(person, cadence, now=now)
    if digest_only:
        return Delivery(Way.DIGEST, digest_at, DIGEST_ONLY)
    if free_at > now:
        if digest_at <= free_at + TOGETHER:
            return Delivery(Way.DIGEST, digest_at, why)
        return Delivery(Way.LATER, free_at, why)
    if person.reminded_today >= cadence.cap_per_day:
        return Delivery(Way.DIGEST, digest_at, CAP)
    if now - planned_at > cadence.stale_after:
        return Delivery(Way.SUMMED_UP, now, LATE)
    return Delivery(Way.NOW, now)


def may_call(
    people: Mapping[str, Person],
    cadence: Cadence,
    *,
    planned_at: datetime,
    may_wait: bool,
    digest_only: bool = False,
    now: datetime,
) -> tuple[tuple[str, ...], Delivery]:
    """Whom of several people a reminder that is due may name now, and what becomes of it.

    It goes out as soon as it may name one of them, and to the digest when none of them may be named any more today.
    Where there is nobody to be named it keeps to the quiet hours of the team.
    """

    def ask(person: Person) -> Delivery:
        return may_send(person, cadence, planned_at=planned_at, may_wait=may_wait, digest_only=digest_only, now=now)

    if not people:
        return (), ask(Person(cadence.zone))
    answers = {name: ask(person) for name, person in people.items()}
    first = min(answers.values(), key=lambda answer: (_WAYS.index(answer.way), answer.at))
    return tuple(name for name, answer in answers.items() if answer.way is Way.NOW), first


def free_from(person: Person, cadence: Cadence, *, now: datetime) -> tuple[datetime, str]:
    """From when somebody may be disturbed, and what keeps us from it until then."""
    free_at, why = now, ""
    for _ in range(3):  # quiet hours may begin before a "do not disturb" ends, and the other way round
        quiet_until = cadence.quiet.after_quiet(free_at, person.zone)
        if quiet_until > free_at:
            free_at, why = quiet_until, why or QUIET_HOURS
        if person.do_not_disturb_until is not None and person.do_not_disturb_until > free_at:
            free_at, why = person.do_not_disturb_until, why or DO_NOT_DISTURB
    return free_at, why


def day_begins(zone: ZoneInfo, now: datetime) -> datetime:
    """The midnight from which a person's reminders of today are counted."""
    return at_clock(zone, day_in(zone, now), 0)


def tomorrow_morning(zone: ZoneInfo, cadence: Cadence, *, now: datetime) -> datetime:
    """When somebody in this zone may be disturbed tomorrow, or on the next day that is not quiet as a whole.

    At the end of the quiet hours; at the hour of the digest where there are none.
    """
    midnight = at_clock(zone, day_in(zone, now) + timedelta(days=1), 0)
    hours = cadence.quiet
    minute = hours.ends if hours.begins != hours.ends else cadence.digest_at
    morning = at_clock(zone, day_in(zone, midnight), minute)
    return cadence.quiet.after_quiet(max(midnight, morning), zone)


@dataclass(frozen=True, slots=True)
class Digest:
    """What one channel's morning digest lists, each the most pressing first. `approvals` are as they were given."""

    overdue: tuple[FollowUp, ...]
    due_today: tuple[FollowUp, ...]
    waiting_for_customer: tuple[FollowUp, ...]
    waiting_for_approval: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.due_today or self.waiting_for_customer or self.waiting_for_approval)


def digest(
    follow_ups: Iterable[FollowUp],
    approvals: Iterable[int],
    cadence: Cadence,
    *,
    held: Collection[int] = (),
    now: datetime,
) -> Digest:
    """The digest of a channel whose live follow-ups and pending offers (by id) these are.

    `held` are the ids of follow-ups with a reminder that was left to this digest: they are listed among what is due
    today, even if their day is a later one.
    """
    today = day_in(cadence.zone, now)
    live = sorted((each for each in follow_ups if not each.is_over), key=lambda each: each.due_at)
    running = [each for each in live if each.state is State.OPEN]
    return Digest(
        overdue=tuple(each for each in running if each.is_overdue(now)),
        due_today=tuple(
            each
            for each in running
            if not each.is_overdue(now) and (each.id in held or day_in(cadence.zone, each.due_at) <= today)
        ),
        waiting_for_customer=tuple(each for each in live if each.state is State.PAUSED),
        waiting_for_approval=tuple(approvals),
    )
