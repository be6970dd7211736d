"""An alert: leads are told of a risk, once for each set of risks that comes up on a case."""

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
"""How long the leads who were called have, by risk, before all of them are. Nights and quiet hours are no excuse."""


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
        """When all leads are called, unless one has acknowledged it: the shortest clock of its risks."""
        return self.raised_at + shortest_clock(self.risks)


def shortest_clock(risks: Sequence[str]) -> timedelta:
    """How long an answer may take. A risk that has no clock of its own has the shortest there is."""
    least = min(CLOCKS.values())
    return min((CLOCKS.get(risk, least) for risk in risks), default=least)
