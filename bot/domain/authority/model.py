"""An offer of amends, what has been given before, and the decision: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.domain.money import Money
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the policy by its name, and where it is written. `line` counts from 1."""

    id: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.id} ({self.file}:{self.line})"


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wants to give, and the facts the rules look at.

    `amount` is what it costs us: the sum itself, or the worth of a thing if known. `loss` is what the customer lost or
    paid. `reason` is a code of the policy, `note` the agent's own words about it. Whether a sum is owed or goodwill is
    decided by the rules, never said here. `by` and `role` are the person who offers; a person without a role has no
    authority. `about` is the colleague the complaint is about, if known. Ids are Slack user ids.
    """

    kind: str
    amount: Money | None = None
    item: str = ""
    loss: Money | None = None
    reason: str = ""
    note: str = ""
    category: str = "other"
    severity: Severity = Severity.MODERATE
    risks: tuple[str, ...] = ()
    by: str = ""
    role: Role | None = None
    owner: str | None = None
    about: str | None = None
    customer_known: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """How many offers of goodwill, and what they came to in the currency of the policy."""

    offers: int = 0
    total: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Spent:
    """What was given before this offer, added up by the store; pending offers count, withdrawn and declined do not.

    All sums are goodwill in `currency`, the policy's. The offer itself is never in them, also when it is decided again.
    `case`: by kind, on this case, from its first day, reopened or not. `owed`: what was given on this case by right, by
    the id of the entitlement. `today`: by kind, by the person who offers, since `Windows.day`. `month`: by everybody,
    since `Windows.month`; `month_paid` is the part of it already paid out. `customer`: for each length in days of
    `Windows.customer`, what this customer got. `near`: offers by the same person for the same customer or case since
    `Windows.near`. `other_currencies`: currencies of rows that could not be added up.
    """

    currency: str
    case: Mapping[str, Decimal] = field(default_factory=dict)
    owed: Mapping[str, Decimal] = field(default_factory=dict)
    today: Mapping[str, Decimal] = field(default_factory=dict)
    month: Decimal = NOTHING
    month_paid: Decimal = NOTHING
    customer: Mapping[int, Tally] = field(default_factory=dict)
    near: int = 0
    other_currencies: tuple[str, ...] = ()


class Verdict(StrEnum):
    """The answer to an offer."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs approval"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a rule says: it grants a sum by right, asks for somebody's yes, forbids, or only warns."""

    GRANTS = "grants"
    ASKS = "asks"
    FORBIDS = "forbids"
    WARNS = "warns"


class Reason(NamedTuple):
    """A rule that spoke. `says` is a plain sentence; `role` the lowest that may go on, where one is asked for.

    `leads_only`: not for the person who offers, because it says something about the customer's history.
    """

    rule: Rule
    effect: Effect
    says: str
    role: Role | None = None
    leads_only: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one budget before this offer, in the policy's currency; never below zero.

    `name` is `offer`, `case`, `day`, `loss`, `month` or `customer`; `days` the length of a customer's window.
    `left` is None where the rule counts offers and not sums: then `offers_left` is set.
    """

    name: str
    rule: Rule
    limit: Decimal | None
    used: Decimal
    left: Decimal | None
    days: int | None = None
    offers_left: int | None = None
    leads_only: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another kind that needs nobody, and the most of it; None for any amount."""

    kind: str
    largest: Money | None


@dataclass(frozen=True, slots=True)
class Instead:
    """What the person may give now without asking.

    `largest` of the same kind, in the currency of the offer: a sum of zero means nothing at all, None means any amount
    (`unlimited`) or that the rules cannot say. `kinds` are other kinds of which the same amount needs nobody.
    """

    largest: Money | None = None
    unlimited: bool = False
    kinds: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of an offer, with every rule that spoke.

    `approver` is the lowest role that may say yes, `people` how many different people must; None and 0 where nobody is
    asked. `goodwill` is what counts towards every limit, `owed` what is due by right, by entitlement; both in the
    policy's currency, None and empty where the amount is not known. `kept` are the rules that applied and were kept.
    """

    verdict: Verdict
    approver: Role | None = None
    people: int = 0
    reasons: tuple[Reason, ...] = ()
    kept: tuple[Rule, ...] = ()
    left: tuple[Left, ...] = ()
    instead: Instead = Instead()
    goodwill: Money | None = None
    owed: tuple[tuple[str, Money], ...] = ()

    def reasons_for(self, role: Role | None) -> tuple[Reason, ...]:
        """The reasons a person of this role may read. Below a lead, what is for leads only is left out.

        Where nothing is left that says why somebody is asked, one plain sentence says who decides.
        """
        if _is_lead(role):
            return self.reasons
        open_to_all = tuple(one for one in self.reasons if not one.leads_only)
        hidden = [one for one in self.reasons if one.leads_only and one.effect in _STOPS]
        if not hidden or any(one.effect in _STOPS for one in open_to_all):
            return open_to_all
        says = (
            f"A {self.approver.value} decides on this one." if self.approver else "This cannot be offered: ask a lead."
        )
        rule = Rule("approval", hidden[0].rule.file, 1)
        return (*open_to_all, Reason(rule, hidden[0].effect, says, self.approver))

    def left_for(self, role: Role | None) -> tuple[Left, ...]:
        """What is left of the budgets a person of this role may read about."""
        return tuple(one for one in self.left if not one.leads_only or _is_lead(role))


_STOPS = (Effect.ASKS, Effect.FORBIDS)


def _is_lead(role: Role | None) -> bool:
    return role is not None and role >= Role.LEAD
