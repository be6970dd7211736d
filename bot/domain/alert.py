"""An alert: leads are told of a risk, once for each set of risks that comes up on a case."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to the leads. `risks` are those that were up when it was raised."""

    id: int
    case_id: int
    risks: tuple[str, ...]
    channel: str
    raised_at: datetime
