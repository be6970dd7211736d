"""An alert: leads are told of a risk, once for each set of risks that comes up on a case, until one looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS = {
    "self_harm": timedelta(minutes=15),
    "harm_to_others": timedelta(minutes=15),
    "safety": timedelta(minutes=15),
    "harassment": timedelta(minutes=15),
    "data_breach": timedelta(minutes=15),
    "press": timedelta(minutes=30),
    "legal": timedelta(hours=1),
    "discrimination": timedelta(hours=1),
    "fraud": timedelta(hours=1),
    "regulator": timedelta(hours=4),
    "vulnerable": timedelta(hours=4),
}
"""How long those who were called have, by risk, before others are. Nights and quiet hours are no excuse."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to the leads. `risks` are those that were up when it was raised.

    `acknowledged_by` is the lead who said that they look after it; None while nobody has.
    """

    id: int
    case_id: int
    risks: tuple[str, ...]
    channel: str
    raised_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None

    @property
    def calls_again_at(self) -> datetime:
        """When others are called, unless somebody has acknowledged it: the shortest clock of its risks."""
        return self.raised_at + self.clock

    @property
    def clock(self) -> timedelta:
        """How long each who is called has."""
        return shortest_clock(self.risks)


@dataclass(frozen=True, slots=True)
class Call:
    """One call for an alert, counted from 0: whom it called, by Slack id of a person or user group.

    `next_at` is when the next call comes unless somebody acknowledges it; None after the last.
    """

    alert_id: int
    number: int
    called: tuple[str, ...]
    at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a risk may call now, by Slack id: none whom the complaint is about.

    Who is away or off duty is in neither `on_duty` nor `on_call`, which is in the order of the team; `leads` are called
    at first for want of others, `everybody` in the end.
    """

    on_duty: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    everybody: tuple[str, ...] = ()

    def left(self, before: Sequence[Call]) -> tuple[str, ...]:
        """Those of the order who were not called yet."""
        called = {who for call in before for who in call.called}
        return tuple(who for who in self.on_call if who not in called)


def whom_to_call(number: int, before: Sequence[Call], reach: Reach) -> tuple[tuple[str, ...], bool]:
    """Whom this call, counted from 0, calls after those before it, and whether it is the last.

    The leads on duty, together; then each of the order; then everybody. Where no lead is on duty the order begins, and
    without an order all leads do.
    """
    if not number and reach.on_duty:
        return reach.on_duty, False
    if left := reach.left(before):
        return left[:1], False
    return (reach.everybody, True) if number else (reach.leads, False)


def shortest_clock(risks: Sequence[str]) -> timedelta:
    """How long an answer may take. A risk that has no clock of its own has the shortest there is."""
    least = min(CLOCKS.values())
    return min((CLOCKS.get(risk, least) for risk in risks), default=least)
