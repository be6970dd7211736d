"""Domain objects with defaults, so that a test shows only what matters."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from types import FrameType
from typing import Any

from bot.domain.case import Case, Details, Status
from bot.domain.complaint import Complaint, Door
from bot.domain.draft import Draft, DraftState
from bot.domain.taxonomy import Severity

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
WORKSPACE = "T0AMENDS"
CHANNEL = "C0COMPLAINTS"
LATE = "Customer Jane Doe is upset: order 10412 is three days late."
"""A complaint with a category, a customer and a reference, and no risk."""

_moments = count(1)


def a_complaint(**given: Any) -> Complaint:
    """A report by Ana in the complaints channel; each has a source of its own unless one is given."""
    ts = f"1772443815.{next(_moments):06}"
    values: dict[str, Any] = {
        "door": Door.MESSAGE,
        "text": LATE,
        "channel": CHANNEL,
        "thread_ts": ts,
        "reporter": "U0ANA",
        "reporter_name": "Ana",
        **given,
    }
    values.setdefault("source", Complaint.message_source(values["channel"], ts))
    return Complaint(**values)


def details(**given: Any) -> Details:
    """A late delivery of moderate severity, set by people."""
    return Details(**{"category": "delivery.late", "severity": Severity.MODERATE, **given})


def a_case(**given: Any) -> Case:
    """An open case nobody has taken."""
    values: dict[str, Any] = {
        "id": 1,
        "workspace": WORKSPACE,
        "number": 1001,
        "complaint": given.get("complaint") or a_complaint(),
        "details": details(),
        "status": Status.OPEN,
        "owner": None,
        "steps": frozenset(),
        "opened_at": NOW,
    }
    return Case(**{**values, **given})


def a_draft(**given: Any) -> Draft:
    """A suggestion nobody has touched."""
    values: dict[str, Any] = {
        "id": 1,
        "case_id": 1,
        "template_id": "late-delivery",
        "text": "Hello Jane Doe,\n\nI am sorry that your order is late.",
        "state": DraftState.SUGGESTED,
    }
    return Draft(**{**values, **given})


def lines_run(function: Callable[[], object]) -> int:
    """How many lines of Python a call runs: a measure of work that a busy machine does not change."""
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return lines
