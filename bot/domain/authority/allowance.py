"""What somebody may offer without asking on an ordinary case, for a page that names no case."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.authority.deciding import decide, most_for
from bot.domain.authority.model import Alternative, Left, Offer, Spent
from bot.domain.authority.policy import Policy
from bot.domain.team import Role

_LARGE = Decimal(1_000_000)
"""A loss that limits nothing by its share."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person may offer now without asking, and what is left of the sums that no case has for itself.

    `kinds` are those of which they may give anything, each with the most; None for any amount. They hold for a moderate
    case of a known customer without a risk, on which nothing was given, and no more than what the customer lost. `day`
    and `month` are None where there is no such limit for them.
    """

    kinds: tuple[Alternative, ...]
    day: Left | None
    month: Left | None


def allowance(spent: Spent, policy: Policy, now: datetime, *, by: str, role: Role | None) -> Allowance:
    """What this person may offer now. `spent` holds what they gave today, and what everybody gave this month."""
    cent, large = policy.money(policy.coin), policy.money(_LARGE)
    probes = [Offer(kind, amount=cent, item="x", loss=large, by=by, role=role) for kind in policy.kinds]
    found = []
    for probe in probes:
        largest = most_for(probe, spent, policy, now, role=role) if role else policy.money(Decimal(0))
        if largest is None or largest.amount:
            found.append(Alternative(probe.kind, largest))
    left = {one.name: one for one in decide(probes[0], spent, policy, now).left_for(role)} if probes else {}
    return Allowance(tuple(found), left.get("day") if role else None, left.get("month"))
