"""An offer of amends on a case, as it stands: asked for, decided, given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.taxonomy import Severity
from bot.domain.team import Role


class OfferState(StrEnum):
    """Where an offer stands. Only a pending one can be decided, and only once."""

    PENDING = "pending"
    ALLOWED = "allowed"
    APPROVED = "approved"
    DECLINED = "declined"
    COUNTERED = "countered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FROZEN = "frozen"

    @property
    def is_given(self) -> bool:
        """Whether the customer may be told of it."""
        return self in (OfferState.ALLOWED, OfferState.APPROVED)

    @property
    def counts(self) -> bool:
        """Whether its sum counts as spent: it was given, or may still be."""
        return self.is_given or self in (OfferState.PENDING, OfferState.COUNTERED, OfferState.FROZEN)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer it."""
        return self in (OfferState.PENDING, OfferState.COUNTERED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to offer, as the form or the command says it."""

    kind: str
    amount: Money | None = None
    item: str = ""
    loss: Money | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it is stored. Times are UTC.

    `amount` is the sum it is about now, after a counter-offer that one; `asked` the one it began with; None where the
    worth of a thing is not known. `goodwill` and `owed` are what the last decision made of it, in the currency of the
    policy. `channel` is where approvers are asked, `waits_for` the lowest role that may say yes; None where nobody was
    ever asked. `called` is the lowest role that was called to answer so far, `why` the decider's own words.
    """

    id: int
    workspace: str
    case_id: int
    kind: str
    amount: Money | None
    asked: Money | None
    loss: Money | None
    item: str
    reason: str
    note: str
    goodwill: Money
    owed: Mapping[str, Money]
    category: str
    severity: Severity
    customer_key: str
    reference_key: str
    state: OfferState
    by: str
    asked_at: datetime
    channel: str | None
    waits_for: Role | None
    called: Role | None
    people: int
    deadline: datetime | None
    policy: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str = ""
    done_by: str | None = None
    done_at: datetime | None = None
    done_reference: str = ""

    @property
    def currency(self) -> str:
        """The one currency that its sums are in."""
        return next((sum_.currency for sum_ in (self.asked, self.loss) if sum_), self.goodwill.currency)

    @property
    def is_done(self) -> bool:
        """Whether somebody marked it as given to the customer."""
        return self.done_at is not None


def in_words(offered: Offered | Wanted) -> str:
    """An offer in a few plain words on one line: `refund of 40.00 EUR`, `gift: a voucher (15.00 EUR)`."""
    kind = offered.kind.replace("_", " ")
    if offered.item:
        flat = " ".join(offered.item.split())
        item = flat if len(flat) <= MOST_OF_ITEM else flat[: MOST_OF_ITEM - 1].rstrip() + "…"
        return f"{kind}: {item}{f' ({offered.amount})' if offered.amount else ''}"
    return f"{kind} of {offered.amount}" if offered.amount else kind


MOST_OF_ITEM = 80
"""Characters of what somebody typed as the thing to be given, where an offer is named."""


class Answer(StrEnum):
    """What an approver said."""

    YES = "yes"
    NO = "no"
    COUNTER = "counter-offer"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of an approver that counted; `lent_by` is for whom they stood in, None for their own authority."""

    offer_id: int
    by: str
    answer: Answer
    amount: Money | None
    why: str
    at: datetime
    lent_by: str | None = None


def name_key(name: str) -> str:
    """A customer's name in the form in which they are known again; empty for a first name alone, which is anybody's."""
    return reference_key(name) if len(name.split()) > 1 else ""


def reference_key(reference: str) -> str:
    """An order or account in the form in which it is known again: in any case, with any spaces."""
    return " ".join(reference.casefold().split())[:200]


@dataclass(frozen=True, slots=True)
class Comparable:
    """What cases of the same category and severity got lately: the last ones, at most `MOST_COMPARED`."""

    offers: int
    median: Money | None = None
    least: Money | None = None
    most: Money | None = None


MOST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class History:
    """How often something was offered, what it came to in goodwill, and how often it was declined."""

    offers: int
    total: Money
    declined: int
