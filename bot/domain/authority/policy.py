"""The limits of `policies/authority.yml` as values, and the days and months they count in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.authority.model import Offer, Rule
from bot.domain.money import MOST_DIGITS, PLACES, Money, MoneyError, parse
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

ByRole = tuple[Decimal | None, ...]
"""An amount for each role, from agent to manager; None is no limit."""


class Per(StrEnum):
    """What a limit adds up: one kind on the case, everything on the case, or what one person gave today.

    `offer` takes what was already offered of the same kind on the case into account: cutting an offer in pieces
    does not help.
    """

    OFFER = "offer"
    CASE = "case"
    DAY = "day"


class Gives(StrEnum):
    """Whether a kind of amends is a sum, or a thing that costs us something."""

    MONEY = "money"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class When:
    """Which offers a rule is about. An empty field means any; a first level of a category means all below it."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()
    risks: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()

    def is_about(self, kind: str, category: str, severity: Severity, risks: tuple[str, ...], reason: str) -> bool:
        """Whether an offer with these facts is meant."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.categories or category in self.categories or category.partition(".")[0] in self.categories)
            and (not self.severities or severity in self.severities)
            and (not self.risks or not self.risks.isdisjoint(risks))
            and (not self.reasons or reason in self.reasons)
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of amends. `worth` is what a thing counts for where the offer does not say more.

    With `worth_is_loss` it counts for the customer's loss where the offer does not say.
    """

    key: str
    label: str
    gives: Gives
    from_role: Role
    rule: Rule
    worth: Decimal | None = None
    worth_is_loss: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """The most each role may give without asking. Role amounts never fall from one role to the next."""

    rule: Rule
    per: Per
    most: ByRole
    when: When = When()
    why: str = ""


@dataclass(slots=True)
class LimitGroup:
    """Limits that add up the same sums, and the least of them for each role. `ends` remembers ends of sentences."""

    per: Per
    kinds: frozenset[str]
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    least: ByRole
    ends: dict[tuple[int, int, int], str] = field(default_factory=dict)


def least_of(amounts: Iterable[ByRole]) -> ByRole:
    """The least amount of each role; None where no limit holds."""
    return tuple(
        min((one for one in of_role if one is not None), default=None) for of_role in zip(*amounts, strict=True)
    )


def _grouped(limits: Iterable[Limit]) -> tuple[LimitGroup, ...]:
    groups: dict[tuple[Per, frozenset[str]], list[Limit]] = {}
    for one in limits:
        kinds = frozenset() if one.per is Per.OFFER else one.when.kinds
        groups.setdefault((one.per, kinds), []).append(one)
    return tuple(
        LimitGroup(per, kinds, tuple(of_group), tuple(one.rule for one in of_group), least_of(o.most for o in of_group))
        for (per, kinds), of_group in groups.items()
    )


@dataclass(frozen=True, slots=True)
class LossShare:
    """The most as a percentage of the customer's loss, for everybody below `above`."""

    rule: Rule
    percent: Decimal
    above: Role
    when: When = When()


@dataclass(frozen=True, slots=True)
class CustomerLimit:
    """How many offers, or what sum, one customer gets in a rolling number of days, for everybody below `above`."""

    rule: Rule
    days: int
    above: Role
    offers: int | None = None
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What the team gives in a calendar month. Over it, every offer of goodwill needs one role more."""

    rule: Rule
    per_month: Decimal | None
    warn_at: Decimal


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A sum the customer has a right to: fixed, or a share of the loss. It uses up no limit.

    Where more than `ask_over` of it is given on one case, somebody else confirms the facts; None is never.
    """

    rule: Rule
    label: str
    when: When
    ask_over: Decimal | None = None
    pays: Decimal | None = None
    percent_of_loss: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AlwaysAsk:
    """Offers that somebody else decides, whoever makes them. `about_requester`: the complaint is about who offers."""

    rule: Rule
    to: Role
    when: When = When()
    about_requester: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """Offers that nobody may make."""

    rule: Rule
    when: When
    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What holds while a fact is missing: who decides on a thing of unknown worth, and the most given on a case."""

    worth_to: Role
    worth_rule: Rule
    loss: Decimal | None
    loss_rule: Rule
    customer: Decimal | None
    customer_rule: Rule


@dataclass(frozen=True, slots=True)
class SplitWarning:
    """So many offers by one person for one customer or case in so many days look like one that was cut in pieces."""

    rule: Rule
    offers: int
    days: int


@dataclass(frozen=True, slots=True)
class PassOn:
    """When a waiting approval goes to a higher role."""

    after: timedelta
    to: Role


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who decides on other people's offers, and by when. Times count from when the approval was asked for."""

    lowest_role: Role
    lowest_rule: Rule
    two_people_over: Decimal | None
    two_people_rule: Rule
    remind_after: tuple[timedelta, ...]
    pass_on: tuple[PassOn, ...]
    expires_after: timedelta


@dataclass(frozen=True, slots=True)
class Windows:
    """From when the store adds up, in UTC. `customer` maps a length in days to its beginning."""

    day: datetime
    month: datetime
    customer: Mapping[int, datetime]
    near: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """`policies/authority.yml` at one moment. Sums are in `currency`; `hash` and `text` name the file exactly.

    `first_day` and `last_day` are days in `zone`, both included; None is open. `rates` holds what one unit of another
    currency is worth in `currency`.
    """

    version: str
    file: str
    currency: str
    currency_rule: Rule
    effective_rule: Rule
    zone: ZoneInfo
    kinds: Mapping[str, Kind]
    limits: tuple[Limit, ...]
    approvals: Approvals
    unknown: Unknown
    reasons: Mapping[str, str] = field(default_factory=dict)
    shares: tuple[LossShare, ...] = ()
    customer_limits: tuple[CustomerLimit, ...] = ()
    budget: Budget | None = None
    entitlements: tuple[Entitlement, ...] = ()
    always_ask: tuple[AlwaysAsk, ...] = ()
    never: tuple[Never, ...] = ()
    split_warning: SplitWarning | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    hash: str = ""
    text: str = field(default="", repr=False)
    _applying: dict[tuple[str, str, Severity, str], tuple[tuple[LimitGroup, ...], tuple[LossShare, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def coin(self) -> Decimal:
        """The smallest amount of the policy's currency."""
        return self._coin(self.currency)

    def day_of(self, now: datetime) -> date:
        """The day it is for this company at this moment."""
        return now.astimezone(self.zone).date()

    def is_in_force(self, now: datetime) -> bool:
        """Whether today is one of the days this policy is for."""
        today = self.day_of(now)
        return (self.first_day is None or self.first_day <= today) and (self.last_day is None or today <= self.last_day)

    def windows(self, now: datetime) -> Windows:
        """From when to add up what was spent: days and months begin at midnight in the policy's zone.

        A window of n days holds today and the n days before it, whole.
        """
        today = self.day_of(now)
        lengths = {limit.days for limit in self.customer_limits}
        near = self.split_warning.days if self.split_warning else 0
        return Windows(
            day=self._begins(today),
            month=self._begins(today.replace(day=1)),
            customer={days: self._begins(today - timedelta(days=days)) for days in sorted(lengths)},
            near=self._begins(today - timedelta(days=near)),
        )

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def counted(self, money: Money) -> Decimal | None:
        """A sum in the policy's currency, rounded up to whole coins; None without a rate, or too large to be a sum."""
        if money.currency == self.currency:
            return money.amount
        rate = self.rates.get(money.currency)
        if rate is None:
            return None
        amount = (money.amount * rate).quantize(self.coin, ROUND_CEILING)
        return amount if amount.adjusted() < MOST_DIGITS else None

    def money(self, amount: Decimal) -> Money:
        """An amount in the policy's currency, cut to whole coins."""
        return Money(amount.quantize(self.coin, ROUND_FLOOR), self.currency)

    def largest_in(self, currency: str, amount: Decimal) -> Money | None:
        """The largest sum of a currency that counts for no more than this amount; None above all sums there are."""
        if currency != self.currency:
            amount = amount / self.rates[currency]
        if amount.adjusted() >= MOST_DIGITS:
            return None
        return Money(amount.quantize(self._coin(currency), ROUND_FLOOR), currency)

    @staticmethod
    def _coin(currency: str) -> Decimal:
        return Decimal(1).scaleb(-PLACES[currency])

    def applying(self, kind: str, offer: Offer) -> tuple[tuple[LimitGroup, ...], tuple[LossShare, ...]]:
        """The limits and shares of loss that are about this kind on the offer's case; found once, then remembered."""
        key = (kind, offer.category, offer.severity, offer.reason)
        found = self._applying.get(key)
        if found is None:
            facts = (kind, offer.category, offer.severity, (), offer.reason)
            found = (
                _grouped(one for one in self.limits if one.when.is_about(*facts)),
                tuple(one for one in self.shares if one.when.is_about(*facts)),
            )
            if len(self._applying) < _MOST_REMEMBERED:
                self._applying[key] = found
        return found

    def all_rules(self) -> list[Rule]:
        """Every rule that can speak, in the order of the file."""
        rules = [
            *(one.rule for one in self.kinds.values() if one.from_role is not Role.AGENT),
            *(one.rule for one in self.limits),
            *(one.rule for one in self.shares),
            *(one.rule for one in self.customer_limits),
            *([self.budget.rule] if self.budget and self.budget.per_month is not None else []),
            *(one.rule for one in self.entitlements),
            *(one.rule for one in self.always_ask),
            *(one.rule for one in self.never),
            *([self.split_warning.rule] if self.split_warning else []),
            *([self.approvals.two_people_rule] if self.approvals.two_people_over is not None else []),
            *([self.unknown.loss_rule] if self.unknown.loss is not None else []),
            *([self.unknown.customer_rule] if self.unknown.customer is not None else []),
        ]
        return sorted(rules, key=lambda rule: rule.line)


_MOST_REMEMBERED = 10_000


def read_amount(text: str, policy: Policy) -> Money:
    """A sum a person typed, in a currency the policy counts in. Raises MoneyError, also for nothing and zero."""
    money = parse(text, policy.currency)
    if not money.amount:
        raise MoneyError(f"{money} is nothing: write more than zero")
    if money.currency != policy.currency and money.currency not in policy.rates:
        raise MoneyError(f"{money.currency} has no rate in {policy.file}: write the sum in {policy.currency}")
    return money
