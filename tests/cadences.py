"""A cadence and the facts of a case with defaults, so that a test shows only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.cadence import Cadence, Clock, Rhythm, Stops, Wait
from bot.domain.followup import Facts
from bot.domain.hours import Calendar, Quiet, Span
from bot.domain.taxonomy import Severity
from tests.builders import NOW


def on(day: int, hour: float = 10) -> datetime:
    """A moment of March 2026 in London: the 2nd is a Monday, the clocks change on the 29th."""
    wall = datetime(2026, 3, day) + timedelta(hours=hour)
    return wall.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def hours(amount: float, clock: Clock = Clock.WORKING) -> Wait:
    """A wait of so many hours, of working time unless another clock is given."""
    return Wait(timedelta(hours=amount), clock)


NINE_TO_FIVE = ((Span(9 * 60, 17 * 60),),) * 5 + ((), ())
"""Monday to Friday."""


def a_rhythm(**given: Any) -> Rhythm:
    """First reply in 4 working hours, an update every 2 working days, one check after 2."""
    values: dict[str, Any] = {
        "first_reply": hours(4),
        "update_every": hours(16),
        "checks": (hours(16),),
        "ask_again_after": hours(24),
        "fulfil_within": hours(16),
        "to_lead_after": hours(4),
        "stops": Stops(),
    }
    return Rhythm(**{**values, **given})


def a_cadence(**given: Any) -> Cadence:
    """Nine to five in London from Monday to Friday, no holidays; one rhythm for all but critical cases."""
    critical = a_rhythm(
        first_reply=hours(0.25, Clock.ALWAYS),
        checks=(hours(8), hours(24 * 7, Clock.DAYS)),
        to_lead_after=hours(0),
        stops=Stops(customer_answers=False, opted_out=False, unanswered_tries=None),
        can_wait=False,
    )
    rhythms = {("", severity): a_rhythm() for severity in Severity} | {("", Severity.CRITICAL): critical}
    values: dict[str, Any] = {
        "calendar": Calendar("Europe/London", NINE_TO_FIVE),
        "rhythms": rhythms,
        "quiet": Quiet(19 * 60, 8 * 60),
        "cap_per_day": 5,
        "digest_at": 8 * 60 + 30,
        "no_check_after": frozenset({"duplicate"}),
    }
    return Cadence(**{**values, **given})


def facts(**given: Any) -> Facts:
    """A case of moderate severity that was opened on Monday morning and has had no reply."""
    values: dict[str, Any] = {
        "case_id": 1,
        "category": "delivery.late",
        "severity": Severity.MODERATE,
        "opened_at": NOW,
    }
    return Facts(**{**values, **given})
