"""What holds for every policy, every offer and everything given before."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.audit import canonical
from bot.domain.authority import (
    AlwaysAsk,
    Budget,
    CustomerLimit,
    Decision,
    Entitlement,
    Gives,
    Limit,
    LossShare,
    Never,
    Offer,
    Per,
    Policy,
    ReceiptError,
    Rule,
    Spent,
    Tally,
    Verdict,
    When,
    as_receipt,
    decide,
    decide_again,
    facts_of,
    is_same,
    most_for,
    read_amount,
)
from bot.domain.money import PLACES, Money, MoneyError
from bot.domain.taxonomy import Severity
from bot.domain.team import ROLES, Role
from tests.builders import NOW, a_kind, a_policy, a_rule

KINDS = {
    kind.key: kind
    for kind in (
        a_kind("refund", "Refund"),
        a_kind("credit", "Credit"),
        a_kind("gift", "Gift", gives=Gives.THING, worth=Decimal(15)),
        a_kind("replacement", "Replacement", gives=Gives.THING, worth_is_loss=True, from_role=Role.SENIOR),
    )
}
COIN = Decimal("0.01")

RISKY = When(risks=frozenset({"safety", "legal"}))
REVIEWS = When(reasons=frozenset({"review"}))


class World(Random):
    """A policy, an offer and what was given before, drawn from one number: quick, and the number repeats it.

    Amounts are few and near each other, so that limits are often met to the cent.
    """

    def cents(self, least: int = 0) -> Decimal:
        whole = Decimal(self.choice([0, 5, 10, 15, 20, 25, 40, 50, 75, 100, 120]))
        return max(whole + self.choice([0, 0, 0, COIN, -COIN]), least * COIN)

    def sum(self) -> Decimal:
        return self.cents(1)

    def maybe(self, make: Any, part: float = 0.5) -> Any:
        return make() if self.random() < part else None

    def role(self) -> Role:
        return self.choice(ROLES)

    def some(self, of: Sequence[Any], most: int) -> frozenset[Any]:
        return frozenset(self.sample(of, self.randint(0, most)))

    def when(self) -> When:
        return When(
            kinds=self.some(sorted(KINDS), 2),
            categories=self.some(["delivery", "delivery.late", "billing"], 1),
            severities=self.some(list(Severity), 2),
        )

    def most(self) -> tuple[Decimal | None, ...]:
        amounts = sorted(self.cents() for _ in range(self.randint(0, 4)))
        return (*amounts, *[None] * (4 - len(amounts)))

    def rules(self, name: str, make: Any, most: int) -> tuple[Any, ...]:
        return tuple(make(a_rule(f"{name}-{place}")) for place in range(self.randint(0, most)))

    def limit(self, rule: Rule) -> Limit:
        return Limit(rule, self.choice(list(Per)), self.most(), self.when())

    def share(self, rule: Rule) -> LossShare:
        return LossShare(rule, Decimal(self.randint(0, 200)), self.role(), self.when())

    def customer_limit(self, rule: Rule) -> CustomerLimit:
        offers = self.maybe(lambda: self.randint(0, 3))
        return CustomerLimit(
            rule, self.choice([30, 365]), self.role(), offers, self.cents() if offers is None else None
        )

    def right(self, rule: Rule) -> Entitlement:
        return Entitlement(rule, "right", self.when(), self.maybe(self.cents), self.cents())

    def policy(self) -> Policy:
        approvals = replace(
            a_policy().approvals,
            two_people_over=self.maybe(self.cents),
            lowest_role=self.choice([Role.SENIOR, Role.LEAD]),
        )
        return a_policy(
            kinds=KINDS,
            limits=self.rules("limit", self.limit, 5),
            shares=self.rules("share", self.share, 2),
            customer_limits=self.rules("customer", self.customer_limit, 2),
            budget=Budget(a_rule("month"), self.maybe(self.cents), Decimal(80)),
            entitlements=self.rules("right", self.right, 2),
            always_ask=self.rules("ask", lambda rule: AlwaysAsk(rule, self.role(), RISKY), 1),
            never=self.rules("never", lambda rule: Never(rule, REVIEWS, "No."), 1),
            unknown=replace(a_policy().unknown, loss=self.maybe(self.cents), customer=self.maybe(self.cents)),
            rates=self.choice([{}, {"USD": Decimal("0.9213")}, {"JPY": Decimal("0.0061")}]),
            approvals=approvals,
        )

    def offer(self) -> Offer:
        return Offer(
            kind=self.choice(sorted(KINDS)),
            amount=eur(self.sum()),
            item="something",
            loss=self.maybe(lambda: eur(self.sum())),
            reason=self.choice(["", "late", "late", "review"]),
            category=self.choice(["delivery.late", "delivery.missing", "billing.overcharge", "other"]),
            severity=self.choice(list(Severity)),
            risks=self.choice([(), (), ("safety",)]),
            by="U0ANA",
            role=self.choice([None, *ROLES]),
            about=self.choice([None, None, "U0ANA", "U0BEN"]),
            customer_known=self.random() < 0.7,
        )

    def kind_sums(self) -> dict[str, Decimal]:
        return {kind: self.cents() for kind in self.some(sorted(KINDS), 2)}

    def spent(self) -> Spent:
        return Spent(
            currency="EUR",
            case=self.kind_sums(),
            owed={id: self.cents() for id in self.some(["right-0", "right-1"], 2)},
            today=self.kind_sums(),
            month=self.cents(),
            customer={days: Tally(self.randint(0, 4), self.cents()) for days in (30, 365)},
            near=self.randint(0, 4),
            other_currencies=self.choice([(), (), (), ("USD",)]),
        )


worlds = st.integers(0, 2**64 - 1).map(World)
many = settings(max_examples=400, deadline=None)


def eur(amount: Decimal) -> Money:
    return Money(amount, "EUR")


def in_coins(amount: Decimal, currency: str) -> Money:
    """At least one coin of the currency, at most this amount."""
    coin = Decimal(1).scaleb(-PLACES[currency])
    return Money(max(amount.quantize(coin, ROUND_DOWN), coin), currency)


def hardness(decision: Decision) -> tuple[int, int, int]:
    """How hard it is to get through: each part may only grow."""
    verdict = list(Verdict).index(decision.verdict)
    if decision.verdict is Verdict.REFUSED:
        return (verdict, len(ROLES), 99)
    return (verdict, decision.approver.rank if decision.approver else -1, decision.people)


def is_no_easier(one: Decision, other: Decision) -> bool:
    return all(mine >= theirs for mine, theirs in zip(hardness(one), hardness(other), strict=True))


@many
@given(worlds)
def test_more_money_is_never_easier(world: World) -> None:
    policy, offer, spent, more = world.policy(), world.offer(), world.spent(), world.sum()
    assert offer.amount is not None
    larger = replace(offer, amount=eur(offer.amount.amount + more))
    assert is_no_easier(decide(larger, spent, policy, NOW), decide(offer, spent, policy, NOW))


@many
@given(worlds)
def test_more_spent_is_never_easier(world: World) -> None:
    policy, offer, spent, more = world.policy(), world.offer(), world.spent(), world.spent()

    def added(one: Any, other: Any) -> dict[str, Decimal]:
        return {key: one.get(key, Decimal(0)) + other.get(key, Decimal(0)) for key in {*one, *other}}

    later = replace(
        spent,
        case=added(spent.case, more.case),
        today=added(spent.today, more.today),
        month=spent.month + more.month,
        customer={
            days: Tally(one.offers + more.customer[days].offers, one.total + more.customer[days].total)
            for days, one in spent.customer.items()
        },
    )
    assert is_no_easier(decide(offer, later, policy, NOW), decide(offer, spent, policy, NOW))


@many
@given(worlds)
def test_a_higher_role_never_has_it_harder(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    higher = world.choice(ROLES[offer.role.rank if offer.role else 0 :])
    lower, upper = decide(offer, spent, policy, NOW), decide(replace(offer, role=higher), spent, policy, NOW)
    assert list(Verdict).index(upper.verdict) <= list(Verdict).index(lower.verdict)


def stricter(world: World, policy: Policy) -> Policy:
    """The same policy with one rule made stricter, or with one more rule."""
    cut = world.cents()

    def lowered(amount: Decimal | None) -> Decimal:
        return cut if amount is None else min(amount, cut)

    def at(rules: tuple[Any, ...], change: Any) -> tuple[Any, ...]:
        place = world.randrange(len(rules)) if rules else -1
        return tuple(change(rule) if number == place else rule for number, rule in enumerate(rules))

    more = a_rule("more")
    changes: list[dict[str, Any]] = [
        {"limits": at(policy.limits, lambda one: replace(one, most=tuple(lowered(most) for most in one.most)))},
        {"limits": (*policy.limits, world.limit(more))},
        {"shares": at(policy.shares, lambda one: replace(one, percent=one.percent / 2))},
        {"shares": (*policy.shares, world.share(more))},
        {"customer_limits": (*policy.customer_limits, world.customer_limit(more))},
        {"budget": Budget(a_rule("month"), lowered(policy.budget.per_month if policy.budget else None), Decimal(80))},
        {"always_ask": (*policy.always_ask, AlwaysAsk(more, world.role(), world.when()))},
        {"never": (*policy.never, Never(more, world.when(), "No."))},
        {"approvals": replace(policy.approvals, two_people_over=lowered(policy.approvals.two_people_over))},
        {"entitlements": at(policy.entitlements, lambda one: replace(one, ask_over=lowered(one.ask_over)))},
    ]
    return replace(policy, **world.choice(changes))


@many
@given(worlds)
def test_a_stricter_rule_never_permits_more(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    loose, strict = (decide(offer, spent, one, NOW) for one in (policy, stricter(world, policy)))
    assert is_no_easier(strict, loose)
    if loose.instead.largest is not None and loose.verdict is not Verdict.REFUSED:
        assert strict.instead.largest is not None
        assert strict.instead.largest.amount <= loose.instead.largest.amount


@many
@given(worlds)
def test_the_order_of_rules_does_not_matter(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()

    def shuffled(rules: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(world.sample(rules, len(rules)))

    names = ("limits", "shares", "customer_limits", "entitlements", "always_ask", "never")
    other = replace(policy, **{name: shuffled(getattr(policy, name)) for name in names})
    one, two = decide(offer, spent, policy, NOW), decide(offer, spent, other, NOW)
    assert hardness(one) == hardness(two)
    assert (one.goodwill, one.owed, one.instead) == (two.goodwill, two.owed, two.instead)
    assert {*one.reasons} == {*two.reasons}
    assert sorted(rule.id for rule in one.kept) == sorted(rule.id for rule in two.kept)
    assert {(left.name, left.days, left.left) for left in one.left} == {
        (left.name, left.days, left.left) for left in two.left
    }


def after(spent: Spent, offer: Offer, decision: Decision) -> Spent:
    """What is spent once this offer was made."""
    assert decision.goodwill is not None
    goodwill = decision.goodwill.amount
    paid = dict(spent.owed)
    for id, money in decision.owed:
        paid[id] = paid.get(id, Decimal(0)) + money.amount
    if not goodwill:
        return replace(spent, owed=paid)
    return replace(
        spent,
        owed=paid,
        case={**spent.case, offer.kind: spent.case.get(offer.kind, Decimal(0)) + goodwill},
        today={**spent.today, offer.kind: spent.today.get(offer.kind, Decimal(0)) + goodwill},
        month=spent.month + goodwill,
        customer={days: Tally(one.offers + 1, one.total + goodwill) for days, one in spent.customer.items()},
        near=spent.near + 1,
    )


@many
@given(worlds)
def test_splitting_an_offer_never_gets_more_through(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    pieces = [world.sum() for _ in range(world.randint(2, 4))]
    currency = world.choice(["EUR", "EUR", *policy.rates])
    now = spent
    for piece in pieces:
        part = replace(offer, amount=in_coins(piece, currency))
        decision = decide(part, now, policy, NOW)
        if decision.verdict is not Verdict.ALLOWED:
            return
        now = after(now, part, decision)
    whole = replace(
        offer, amount=Money(sum((in_coins(piece, currency).amount for piece in pieces), Decimal(0)), currency)
    )
    assert decide(whole, spent, policy, NOW).verdict is Verdict.ALLOWED


@many
@given(worlds)
def test_what_is_due_by_right_uses_up_no_goodwill(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    free = tuple(replace(one, ask_over=None) for one in policy.entitlements)
    policy, none = replace(policy, entitlements=free), replace(policy, entitlements=())
    assume(policy.kinds[offer.kind].worth is None)
    assert offer.amount is not None
    due = sum(
        max((one.pays or Decimal(0)) - spent.owed.get(one.rule.id, Decimal(0)), Decimal(0))
        for one in free
        if one.when.is_about(offer.kind, offer.category, offer.severity, offer.risks, offer.reason)
    )
    both = decide(replace(offer, amount=eur(offer.amount.amount + due)), spent, policy, NOW)
    alone = decide(offer, spent, none, NOW)
    assert hardness(both) == hardness(alone)
    assert (both.goodwill, both.left) == (alone.goodwill, alone.left)
    assert sum(money.amount for _, money in both.owed) == due


@many
@given(worlds)
def test_the_most_is_allowed_and_one_coin_more_is_not(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    currency = world.choice(["EUR", *policy.rates])
    coin = Decimal(1).scaleb(-PLACES[currency])
    offer = replace(offer, amount=Money(Decimal(40), currency))
    decision = decide(offer, spent, policy, NOW)
    instead = decision.instead
    if instead.unlimited:
        assert (
            decide(replace(offer, amount=Money(Decimal(10) ** 9, currency)), spent, policy, NOW).verdict
            is Verdict.ALLOWED
        )
        return
    assert instead.largest is not None
    if instead.largest.amount:
        assert decide(replace(offer, amount=instead.largest), spent, policy, NOW).verdict is Verdict.ALLOWED
    more = Money(instead.largest.amount + coin, currency)
    assert decide(replace(offer, amount=more), spent, policy, NOW).verdict is not Verdict.ALLOWED


@many
@given(worlds)
def test_other_kinds_that_are_named_need_nobody(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    for other in decide(offer, spent, policy, NOW).instead.kinds:
        assert decide(replace(offer, kind=other.kind), spent, policy, NOW).verdict is Verdict.ALLOWED
        if other.largest is not None and other.largest.amount:
            largest = replace(offer, kind=other.kind, amount=other.largest)
            assert decide(largest, spent, policy, NOW).verdict is Verdict.ALLOWED


@many
@given(worlds)
def test_the_most_of_a_person_who_decides_is_what_that_role_may_give(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    role = world.role()
    own = replace(offer, role=role, about=None, risks=())
    decision = decide(own, spent, replace(policy, always_ask=()), NOW)
    assume(not spent.other_currencies)
    most = most_for(own, spent, policy, NOW, role=role)
    assert most == decision.instead.largest


@many
@given(worlds, st.sampled_from(sorted(PLACES)), st.decimals(0, 10**15 - 1, places=3), st.text(max_size=20))
def test_nothing_a_person_types_breaks_the_decision(world: World, currency: str, amount: Decimal, text: str) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    try:
        money = Money(amount, currency)
    except MoneyError:
        money = Money(Decimal(10**15 - 1), "EUR")
    policy = replace(policy, rates={"USD": Decimal(1_000_000), "JPY": Decimal("0.000001")})
    odd = replace(offer, amount=money, loss=money)
    for one in (odd, replace(odd, kind=text), replace(odd, reason=text), replace(odd, item=text, amount=None)):
        decision = decide(one, spent, policy, NOW)
        assert decision.verdict is not Verdict.ALLOWED or decision.goodwill is not None
        assert all(reason.says for reason in decision.reasons)


@given(
    st.text() | st.decimals().map(str) | st.from_regex(r"-?[0-9]{1,20}([.,][0-9]{0,4})?( ?[A-Z]{3})?", fullmatch=True)
)
def test_any_text_is_a_sum_above_zero_or_refused(text: str) -> None:
    try:
        money = read_amount(text, a_policy())
    except MoneyError as error:
        assert str(error)
        return
    assert money.amount > 0
    assert money.currency == "EUR"


@many
@given(worlds)
def test_a_receipt_is_json_and_decides_the_same_again(world: World) -> None:
    policy, offer, spent = world.policy(), world.offer(), world.spent()
    decision = decide(offer, spent, policy, NOW)
    receipt = json.loads(canonical(as_receipt(replace(offer, note="She was very kind"), spent, decision, policy, NOW)))
    again = decide_again(receipt, policy)
    assert again == decision
    assert is_same(receipt, again)
    read, sums_read, now = facts_of(receipt)
    assert (replace(read, item=offer.item, note=offer.note), sums_read, now) == (offer, spent, NOW)
    assert "kind" not in json.dumps(receipt["offer"]["note"])
    assert "something" not in json.dumps(receipt)


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: st.dictionaries(st.sampled_from(["shape", "at", "offer", "spent", "kind"]), inner),
    )
)
def test_what_is_no_receipt_is_refused(given_: Any) -> None:
    receipt = given_ if isinstance(given_, dict) else {"shape": 1, "at": given_}
    try:
        decide_again(receipt, a_policy())
    except ReceiptError as error:
        assert str(error)
    else:
        raise AssertionError("this is no receipt")


def test_a_changed_receipt_is_not_the_same() -> None:
    policy = a_policy()
    offer = Offer("refund", eur(Decimal(40)), by="U0ANA", role=Role.AGENT)
    spent = Spent("EUR", customer={180: Tally(), 365: Tally()})
    receipt = as_receipt(offer, spent, decide(offer, spent, policy, NOW), policy, NOW)
    assert is_same(receipt, decide_again(receipt, policy))
    for change in (
        {"offer": {**receipt["offer"], "amount": "60.00 EUR"}},
        {"spent": {**receipt["spent"], "month": "6000"}},
    ):
        assert not is_same(receipt, decide_again({**receipt, **change}, policy))
    decided = receipt["decision"]
    for change in ({"verdict": "refused"}, {"people": 1}, {"goodwill": "1.00 EUR"}, {"kept": []}, {"reasons": None}):
        assert not is_same({**receipt, "decision": {**decided, **change}}, decide_again(receipt, policy))


def test_other_words_for_the_same_decision_are_the_same() -> None:
    policy = a_policy()
    offer = Offer("refund", eur(Decimal(60)), by="U0ANA", role=Role.AGENT)
    spent = Spent("EUR", customer={180: Tally(), 365: Tally()})
    receipt = as_receipt(offer, spent, decide(offer, spent, policy, NOW), policy, NOW)
    receipt["decision"]["reasons"][0]["says"] = "Too much."
    assert is_same(receipt, decide_again(receipt, policy))
    receipt["decision"]["reasons"][0]["id"] = "another-rule"
    assert not is_same(receipt, decide_again(receipt, policy))
