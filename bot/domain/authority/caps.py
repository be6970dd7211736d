"""What limits goodwill of one kind on one case: every rule as the most each role may reach, and what is reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from bot.domain.authority.model import NOTHING, Offer, Rule, Spent
from bot.domain.authority.policy import ByRole, Kind, Limit, LimitGroup, Per, Policy
from bot.domain.team import ROLES, Role

NOBODY = len(ROLES)
"""The rank above all roles."""

NAMES = {Role.AGENT: "an agent", Role.SENIOR: "a senior", Role.LEAD: "a lead", Role.MANAGER: "a manager"}

_HUNDRED = Decimal(100)


@dataclass(slots=True)
class Cap:
    """Rules that look at the same sum: `used` was reached before, without this offer and what is due by right.

    `least` is the most each role may reach by the strictest of `limits`. `says` ends the sentence "… may give";
    `refusal` is a whole sentence for a rule that leaves nothing.
    """

    name: str
    used: Decimal
    says: str
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    least: ByRole
    ends: dict[tuple[int, int, int], str]
    refusal: str = ""
    leads_only: bool = False
    days: int | None = None
    offers_left: int | None = None

    def lowest(self, total: Decimal) -> int:
        """The rank of the lowest role that may reach this sum by all rules; `NOBODY` where none may."""
        return lowest_of(self.least, total)

    def too_much(self, place: int, rank: int, lowest: int, policy: Policy) -> str:
        """Why this role may not give so much by one of the rules, without the sums that are asked for."""
        key = (place, rank, lowest)
        end = self.ends.get(key)
        if end is None:
            limit = self.limits[place]
            why = f" {limit.why.rstrip('.')}." if limit.why else ""
            who = who_may(lowest, policy) if lowest < NOBODY else ""
            most = in_sum(limit.most[rank] or NOTHING, policy)
            end = f": {NAMES[ROLES[rank]]} may give {most} {self.says}.{why}{who}"
            self.ends[key] = end
        return end


def who_may(lowest: int, policy: Policy) -> str:
    """Who may say yes where a role of this rank could give so much alone."""
    return f" {NAMES[ROLES[max(lowest, policy.approvals.lowest_role.rank)]].capitalize()} may say yes."


def lowest_of(most: ByRole, total: Decimal) -> int:
    """The rank of the lowest role that may reach a sum; `NOBODY` where none may."""
    for rank, amount in enumerate(most):
        if amount is None or total <= amount:
            return rank
    return NOBODY


def caps_of(offer: Offer, kind: Kind, spent: Spent, policy: Policy) -> list[Cap]:
    """Everything that limits this kind on the offer's case, for the person who offers."""
    groups, shares = policy.applying(kind.key, offer)
    case = total_of(spent.case)
    caps: list[Cap] = []
    if kind.from_role is not Role.AGENT:
        refusal = f"{kind.label} is given by {NAMES[kind.from_role]} or above."
        caps.append(_single("kind", kind.rule, NOTHING, below(kind.from_role, NOTHING), "", refusal=refusal))
    caps += [_of_group(group, kind, spent) for group in groups]
    loss = loss_of(offer, policy)
    for share in shares:
        part = share_of(loss, share.percent, policy)
        if part is not None:
            says = f"for a loss of {in_sum(loss or NOTHING, policy)} ({share.percent.normalize():f} %)"
            used = _of_kinds(spent.case, share.when.kinds)
            caps.append(_single("loss", share.rule, used, below(share.above, part), says))
    ordinary = policy.approvals.lowest_role
    if shares and loss is None and policy.unknown.loss is not None:
        most = below(ordinary, policy.unknown.loss)
        caps.append(_single("loss", policy.unknown.loss_rule, case, most, "while the customer's loss is not known"))
    return [*caps, *_customer_caps(offer, case, spent, policy)]


def _of_group(group: LimitGroup, kind: Kind, spent: Spent) -> Cap:
    if group.per is Per.OFFER:
        used, says = spent.case.get(kind.key, NOTHING), f"in one offer ({kind.label.lower()})"
    elif group.per is Per.CASE:
        used, says = _of_kinds(spent.case, group.kinds), "on one case"
    else:
        used, says = _of_kinds(spent.today, group.kinds), "in one day"
    return Cap(group.per.value, used, says, group.limits, group.rules, group.least, group.ends)


def _single(name: str, rule: Rule, used: Decimal, most: ByRole, says: str, *, refusal: str = "") -> Cap:
    return Cap(name, used, says, (Limit(rule, Per.CASE, most),), (rule,), most, {}, refusal)


def _customer_caps(offer: Offer, case: Decimal, spent: Spent, policy: Policy) -> list[Cap]:
    unknown = policy.unknown
    if not offer.customer_known:
        if unknown.customer is None:
            return []
        most = below(policy.approvals.lowest_role, unknown.customer)
        return [_single("unknown customer", unknown.customer_rule, case, most, "while the customer is not known")]
    caps = []
    for one in policy.customer_limits:
        tally = spent.customer.get(one.days)
        if tally is None:
            says = f"What this customer got in {one.days} days is not known."
            caps.append(_customer_cap(one.rule, one.days, NOTHING, below(one.above, NOTHING), refusal=says))
            continue
        if one.total is not None:
            caps.append(_customer_cap(one.rule, one.days, tally.total, below(one.above, one.total)))
        if one.offers is not None:
            left = max(one.offers - tally.offers, 0)
            says = f"This customer had {tally.offers} offers of goodwill in {one.days} days; {one.offers} need nobody."
            most = below(one.above, None if left else NOTHING)
            caps.append(_customer_cap(one.rule, one.days, NOTHING, most, refusal=says, offers_left=left))
    return caps


def _customer_cap(
    rule: Rule, days: int, used: Decimal, most: ByRole, *, refusal: str = "", offers_left: int | None = None
) -> Cap:
    cap = _single("customer", rule, used, most, f"to one customer in {days} days", refusal=refusal)
    cap.leads_only, cap.days, cap.offers_left = True, days, offers_left
    return cap


def below(above: Role, most: Decimal | None) -> ByRole:
    """The same amount for every role below this one, and no limit from it on."""
    return tuple(most if role < above else None for role in ROLES)


def loss_of(offer: Offer, policy: Policy) -> Decimal | None:
    """What the customer lost, in the policy's currency; None while it is not known."""
    return policy.counted(offer.loss) if offer.loss is not None and offer.loss.amount else None


def share_of(loss: Decimal | None, percent: Decimal | None, policy: Policy) -> Decimal | None:
    """A percentage of the loss, rounded down to whole coins; None where either is not known."""
    if loss is None or percent is None:
        return None
    return (loss * percent / _HUNDRED).quantize(policy.coin, ROUND_FLOOR)


def total_of(sums: Mapping[str, Decimal]) -> Decimal:
    """All sums together."""
    return sum(sums.values(), NOTHING)


def _of_kinds(sums: Mapping[str, Decimal], kinds: frozenset[str]) -> Decimal:
    if kinds:
        return sum((amount for kind, amount in sums.items() if kind in kinds), NOTHING)
    return total_of(sums)


def in_sum(amount: Decimal, policy: Policy) -> str:
    """An amount as a sentence writes it: `40.00 EUR`."""
    return f"{amount.quantize(policy.coin):f} {policy.currency}"
