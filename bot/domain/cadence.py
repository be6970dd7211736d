"""The cadence: how long each duty towards a customer may take, on which clock, and whom its reminders may disturb.

`policies/followups.yml` becomes one `Cadence`. `followup.py` plans by it, `reminders.py` reminds by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.hours import Calendar, Quiet, at_clock, day_in
from bot.domain.taxonomy import Severity


class Clock(StrEnum):
    """What a wait is counted in."""

    WORKING = "working time"
    ALWAYS = "around the clock"
    DAYS = "days"
    SAME_DAY = "same day"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something may take. A working day is already turned into hours; `same day` is until the day's close."""

    amount: timedelta
    clock: Clock = Clock.WORKING


AT_ONCE = Wait(timedelta(0))
SAME_DAY = Wait(timedelta(0), Clock.SAME_DAY)

LEAST_OF_A_DAY = timedelta(hours=1)
"""`same day` means the next working day when less than this is left of the day."""


@dataclass(frozen=True, slots=True)
class Stops:
    """What ends the duties of a case before they are done. A lead who closes the case always does."""

    customer_answers: bool = True
    opted_out: bool = True
    unanswered_tries: int | None = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The cadence of one kind of case.

    `checks` count from the fix. `ask_again_after` is how long the customer may keep us waiting. `to_lead_after` counts
    from the deadline. `can_wait` is False where the first reply is due whatever the hour: quiet hours and caps do not
    hold back its reminders.
    """

    first_reply: Wait
    update_every: Wait
    checks: tuple[Wait, ...]
    ask_again_after: Wait
    fulfil_within: Wait
    to_lead_after: Wait
    stops: Stops = Stops()
    can_wait: bool = True


@dataclass(frozen=True, slots=True)
class Cadence:
    """Everything `followups.yml` says. `rhythms` maps a severity, or a category and a severity, to its rhythm.

    `warn_share` is the share of a wait after which its warning comes, in percent. `digest_at` is in minutes after
    midnight in the team's zone. `digest_only` names channels, without `#`, or holds their ids. `no_check_after` holds
    the outcomes after which nobody asks the customer how it went. A reminder that an outage made later than
    `stale_after` is summed up with others.
    """

    calendar: Calendar
    rhythms: Mapping[tuple[str, Severity], Rhythm]
    quiet: Quiet
    cap_per_day: int
    digest_at: int
    warn_share: int = 75
    digest_only: frozenset[str] = frozenset()
    no_check_after: frozenset[str] = frozenset()
    stale_after: timedelta = timedelta(hours=2)

    def rhythm(self, category: str, severity: Severity) -> Rhythm:
        """The rhythm of a case: that of its category if one is given, else of the first level of it, else of all."""
        for name in (category, category.partition(".")[0]):
            if (name, severity) in self.rhythms:
                return self.rhythms[name, severity]
        return self.rhythms["", severity]

    def resolved(self, wait: Wait, start: datetime) -> Wait:
        """The wait as an amount of time, where it depends on the moment it starts."""
        if wait.clock is not Clock.SAME_DAY:
            return wait
        closes = self.calendar.end_of_day(start)
        if self.calendar.between(start, closes) < LEAST_OF_A_DAY:
            closes = self.calendar.end_of_day(closes)
        return Wait(self.calendar.between(start, closes))

    def after(self, start: datetime, amount: timedelta, clock: Clock) -> datetime:
        """The moment so long after `start`, on this clock."""
        if clock is Clock.WORKING:
            return self.calendar.add(start, amount)
        return start + amount if clock is Clock.ALWAYS else self.calendar.add_days(start, amount)

    def passed(self, start: datetime, end: datetime, clock: Clock) -> timedelta:
        """How much of this clock's time lies between two moments; none when `end` is the earlier one."""
        if end <= start:
            return timedelta(0)
        return self.calendar.between(start, end) if clock is Clock.WORKING else end - start

    def is_digest_only(self, channel_id: str, channel_name: str | None = None) -> bool:
        """Whether this channel gets the digest and no reminders."""
        return channel_id in self.digest_only or (channel_name or "").removeprefix("#") in self.digest_only

    @property
    def zone(self) -> ZoneInfo:
        """The team's zone."""
        return ZoneInfo(self.calendar.zone)

    def next_digest(self, after: datetime) -> datetime:
        """When the next digest comes after this moment: at its hour on the team's next working day."""
        day = day_in(self.zone, after)
        while True:
            at = at_clock(self.zone, day, self.digest_at)
            if at > after and self.calendar.week[day.weekday()] and not self.calendar.is_closed_day(day):
                return at
            day += timedelta(days=1)
