"""What a reply promises and what is decided, as values."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

KINDS = ("refund", "credit", "discount", "replacement", "free_service", "fee_waiver", "gift")
"""The kinds of amends a reply can state; None stands where the words leave it open."""


@dataclass(frozen=True, slots=True)
class MoneyPromise:
    """Something the reply gives: a sum, a share of a price, or a thing. `text[start:end]` are the words.

    A sum has an `amount`, and a `currency` unless nothing says which. Of a range it is the upper end, `lowest` the
    lower one. A share has `percent`, a thing has `item`. `note` says what was read into the words, if anything.
    """

    start: int
    end: int
    words: str
    kind: str | None
    amount: Decimal | None = None
    currency: str | None = None
    lowest: Decimal | None = None
    percent: Decimal | None = None
    item: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatePromise:
    """A day, perhaps with a time, by which the reply says something will be done. `text[start:end]` are the words.

    `due` is the moment until which it is kept: that time, or else the end of the day's business hours. Where
    `ambiguous` is set the words can mean another day or time too: ask, and show `note`.
    """

    start: int
    end: int
    words: str
    day: date
    due: datetime
    at: time | None = None
    ambiguous: bool = False
    note: str = ""

    @property
    def iso(self) -> str:
        """The day as "2026-03-13", or with its time as "2026-03-13T17:00"."""
        return f"{self.day.isoformat()}T{self.at:%H:%M}" if self.at else self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything a reply promises, in the order of the text. `ambiguous` when a date must be asked for."""

    money: tuple[MoneyPromise, ...] = ()
    dates: tuple[DatePromise, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Approved:
    """One offer that is allowed or approved on the case: a sum, a share of the price, a thing, or a kind alone."""

    kind: str
    amount: Decimal | None = None
    currency: str | None = None
    percent: Decimal | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Unapproved:
    """A stated promise that the case does not cover. `why` is one sentence: what is wrong, and what to do."""

    start: int
    end: int
    words: str
    why: str
