"""What people answer about our guesses, and the rows for training that come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.domain.masking import mask


class Answer(StrEnum):
    """What somebody pressed when asked whether a message of theirs is to be a case."""

    OPENED = "opened"
    NOT_A_COMPLAINT = "not a complaint"
    QUIET = "quiet"


class Field(StrEnum):
    """Which guess a person confirmed or put right."""

    COMPLAINT = "complaint"
    CATEGORY = "category"
    SEVERITY = "severity"
    RISKS = "risks"


YES, NO = "yes", "no"
"""The labels of `Field.COMPLAINT`."""


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody was asked once about one message. `ts` is its place in the channel; its words are not kept."""

    id: int
    channel: str
    ts: str
    author: str
    score: float
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """One guess and what a person said to it. Several risks are joined by commas. `names` are of people in the text."""

    field: Field
    guessed: str
    label: str
    text: str
    said_by: str
    said_at: datetime
    names: tuple[str, ...] = ()
    case_id: int | None = None


def labelled(several: Iterable[Feedback]) -> list[dict[str, Any]]:
    """One row for each text, with its last labels and personal data masked, in the order of their first answers.

    A label nobody gave is null. Who gave it is not in the row.
    """
    by_text: dict[str, list[Feedback]] = {}
    for one in several:
        by_text.setdefault(one.text, []).append(one)
    rows: dict[str, dict[str, Any]] = {}
    for text, given in by_text.items():
        row = _row(text, given)
        rows.setdefault(row["id"], row)
    return [*rows.values()]


def _row(text: str, given: Sequence[Feedback]) -> dict[str, Any]:
    last = {one.field: one.label for one in sorted(given, key=lambda one: one.said_at)}
    masked = mask(text, [name for one in given for name in one.names])
    about_a_case = last.keys() & {Field.CATEGORY, Field.SEVERITY, Field.RISKS}
    complaint = last.get(Field.COMPLAINT, YES if about_a_case else None)
    risks = last.get(Field.RISKS)
    return {
        "id": f"f-{sha256(masked.encode()).hexdigest()[:12]}",
        "text": masked,
        "complaint": complaint == YES,
        "category": last.get(Field.CATEGORY),
        "severity": last.get(Field.SEVERITY),
        "risks": None if risks is None else [risk for risk in risks.split(",") if risk],
        "labelled_on": max(one.said_at for one in given).date().isoformat(),
    }
