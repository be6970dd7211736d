"""Days and times of day as the policies write them."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TIME = re.compile(r"(\d\d):(\d\d)")


def minutes(hour: str, minute: str) -> int | None:
    """Minutes after midnight, 24:00 included; None when there is no such time."""
    whole = int(hour) * 60 + int(minute)
    return whole if int(minute) < 60 and whole <= 1440 else None


def _time(given: Any) -> Any:
    """YAML reads 19:00 without quotes as 1140, which is the minute we want."""
    if isinstance(given, int) and not isinstance(given, bool) and 600 <= given < 1440:
        return given
    found = _TIME.fullmatch(str(given))
    minute = minutes(found[1], found[2]) if found else None
    if minute is None or minute == 1440:
        raise ValueError(f"{given!r} is not a time: write 08:30")
    return minute


Time = Annotated[int, BeforeValidator(_time, json_schema_input_type=str)]
"""A time of day, in minutes after midnight."""
