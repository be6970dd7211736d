"""Past offers added up: what the store does in SQL, in a few lines that say what is meant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.authority.model import NOTHING, Spent, Tally
from bot.domain.authority.policy import Policy


class State(StrEnum):
    """What became of an offer."""

    PENDING = "pending"
    GIVEN = "given"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"

    @property
    def counts(self) -> bool:
        """Whether an offer in this state uses up limits: one that waits does, one that came to nothing does not."""
        return self in (State.PENDING, State.GIVEN, State.PAID)


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier offer. `goodwill` and `owed` (by entitlement) are in the policy's currency."""

    at: datetime
    kind: str
    goodwill: Decimal
    by: str
    case: str
    customer: str | None
    owed: Mapping[str, Decimal] = field(default_factory=dict)
    state: State = State.GIVEN


def add_up(past: Iterable[Past], policy: Policy, *, by: str, case: str, customer: str | None, now: datetime) -> Spent:
    """What counts for an offer by this person, on this case, for this customer (None: not known), now."""
    windows = policy.windows(now)
    on_case: dict[str, Decimal] = defaultdict(Decimal)
    owed: dict[str, Decimal] = defaultdict(Decimal)
    today: dict[str, Decimal] = defaultdict(Decimal)
    month = month_paid = NOTHING
    tallies = {days: Tally() for days in windows.customer} if customer is not None else {}
    near = 0
    for one in past:
        if not one.state.counts:
            continue
        same_customer = customer is not None and one.customer == customer
        if one.case == case:
            for id, amount in one.owed.items():
                owed[id] += amount
        if not one.goodwill:
            continue
        if one.case == case:
            on_case[one.kind] += one.goodwill
        if one.by == by and one.at >= windows.day:
            today[one.kind] += one.goodwill
        if one.at >= windows.month:
            month += one.goodwill
            month_paid += one.goodwill if one.state is State.PAID else NOTHING
        if one.by == by and (one.case == case or same_customer) and one.at >= windows.near:
            near += 1
        for days, begins in windows.customer.items():
            if same_customer and one.at >= begins:
                tallies[days] = Tally(tallies[days].offers + 1, tallies[days].total + one.goodwill)
    return Spent(policy.currency, dict(on_case), dict(owed), dict(today), month, month_paid, tallies, near)
