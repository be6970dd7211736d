"""What may be offered: one line a fact, and what the answer is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.authority import (
    Budget,
    Decision,
    Effect,
    Never,
    Tally,
    Verdict,
    When,
    allowance,
    decide,
    most_for,
    read_amount,
)
from bot.domain.money import Money, MoneyError, parse
from bot.domain.team import Role
from tests.builders import NOW, a_policy, a_rule, an_offer, spent

POLICY = a_policy()
AGENT, SENIOR, LEAD, MANAGER = Role
ALLOWED, ASKS, REFUSED = Verdict.ALLOWED, Verdict.NEEDS_APPROVAL, Verdict.REFUSED


def decided(offer: Any = None, before: Any = None, policy: Any = POLICY) -> Decision:
    return decide(offer or an_offer(), before or spent(), policy, NOW)


def spoke(decision: Decision, effect: Effect = Effect.ASKS) -> list[str]:
    return [reason.rule.id for reason in decision.reasons if reason.effect is effect]


CASES: list[tuple[str, dict[str, Any], dict[str, Any], Verdict, Role | None, list[str]]] = [
    ("as much as the limit", {"amount": "50 EUR"}, {}, ALLOWED, None, []),
    ("one cent more", {"amount": "50.01 EUR"}, {}, ASKS, LEAD, ["one-offer"]),
    ("a senior may give it", {"amount": "50.01 EUR", "role": SENIOR}, {}, ALLOWED, None, []),
    (
        "more than a lead gives",
        {"amount": "501 EUR", "loss": "900 EUR"},
        {},
        ASKS,
        MANAGER,
        ["one-offer", "one-case", "one-day", "customer-sum"],
    ),
    ("two of 40 on one case", {}, {"case": {"refund": "40"}}, ASKS, LEAD, ["one-offer", "one-case"]),
    ("one offer cut in two", {"amount": "30 EUR"}, {"case": {"refund": "30"}}, ASKS, LEAD, ["one-offer"]),
    ("another kind, on the case's limit", {"amount": "35 EUR"}, {"case": {"credit": "40"}}, ALLOWED, None, []),
    ("another kind, over it", {"amount": "35.01 EUR"}, {"case": {"credit": "40"}}, ASKS, LEAD, ["one-case"]),
    ("as much as is left of the day", {}, {"today": {"refund": "200", "gift": "60"}}, ALLOWED, None, []),
    ("more than is left of the day", {}, {"today": {"refund": "200", "gift": "61"}}, ASKS, LEAD, ["one-day"]),
    ("as much as the share of the loss", {"amount": "30 EUR", "loss": "20 EUR"}, {}, ALLOWED, None, []),
    ("more than the share of the loss", {"amount": "30.01 EUR", "loss": "20 EUR"}, {}, ASKS, LEAD, ["of-the-loss"]),
    ("a lead goes over the share", {"amount": "31 EUR", "loss": "20 EUR", "role": LEAD}, {}, ALLOWED, None, []),
    ("a loss nobody knows", {"loss": None, "amount": "50 EUR"}, {}, ALLOWED, None, []),
    ("more for a loss nobody knows", {"loss": None, "amount": "60 EUR", "role": SENIOR}, {}, ASKS, LEAD, ["loss"]),
    ("the third for this customer", {}, {"customer": {180: Tally(2), 365: Tally()}}, ALLOWED, None, []),
    ("the fourth", {}, {"customer": {180: Tally(3), 365: Tally()}}, ASKS, LEAD, ["customer-offers"]),
    ("a lead gives the fourth", {"role": LEAD}, {"customer": {180: Tally(3), 365: Tally()}}, ALLOWED, None, []),
    ("the customer's sum", {}, {"customer": {180: Tally(), 365: Tally(1, Decimal(160))}}, ALLOWED, None, []),
    ("over it", {}, {"customer": {180: Tally(), 365: Tally(1, Decimal("160.01"))}}, ASKS, LEAD, ["customer-sum"]),
    ("a window nobody added up", {}, {"customer": {180: Tally()}}, ASKS, LEAD, ["customer-sum"]),
    ("a customer nobody knows", {"customer_known": False}, {"customer": {}}, ALLOWED, None, []),
    (
        "more for a customer nobody knows",
        {"customer_known": False, "amount": "60 EUR", "role": SENIOR},
        {"customer": {}},
        ASKS,
        LEAD,
        ["customer"],
    ),
    ("the month's budget to the cent", {}, {"month": "4960"}, ALLOWED, None, []),
    ("over the month's budget", {}, {"month": "4960.01"}, ASKS, LEAD, ["month"]),
    ("a senior over the month's budget", {"role": SENIOR}, {"month": "6000"}, ALLOWED, None, []),
    (
        "a lead's sum over the budget",
        {"amount": "400 EUR", "loss": "900 EUR", "role": LEAD},
        {"month": "6000"},
        ASKS,
        MANAGER,
        ["month"],
    ),
    ("a kind for seniors", {"kind": "fee_waiver"}, {}, ASKS, LEAD, ["fee_waiver"]),
    ("given by a senior", {"kind": "fee_waiver", "role": SENIOR}, {}, ALLOWED, None, []),
    ("a risk", {"risks": ("safety",)}, {}, ASKS, LEAD, ["risk"]),
    ("another risk", {"risks": ("press",)}, {}, ALLOWED, None, []),
    ("a risk, whoever offers", {"risks": ("safety",), "role": MANAGER}, {}, ASKS, LEAD, ["risk"]),
    ("a risk and much money", {"risks": ("legal",), "role": MANAGER, "amount": "600 EUR"}, {}, ASKS, MANAGER, ["risk"]),
    ("about the person who offers", {"about": "U0ANA"}, {}, ASKS, LEAD, ["about-you"]),
    ("about somebody else", {"about": "U0BEN"}, {}, ALLOWED, None, []),
    ("nobody's role", {"role": None, "amount": "1 EUR"}, {}, ASKS, LEAD, ["role"]),
    (
        "a thing worth what was lost",
        {"kind": "replacement", "item": "kettle", "amount": None, "loss": "50 EUR"},
        {},
        ALLOWED,
        None,
        [],
    ),
    (
        "a thing of unknown worth",
        {"kind": "replacement", "item": "kettle", "amount": None, "loss": None},
        {},
        ASKS,
        LEAD,
        ["worth"],
    ),
    ("a thing of fixed worth", {"kind": "gift", "item": "flowers", "amount": None}, {}, ALLOWED, None, []),
    ("a thing worth more", {"kind": "gift", "item": "flowers", "amount": "51 EUR"}, {}, ASKS, LEAD, ["one-offer"]),
    (
        "a thing said to be worth less",
        {"kind": "gift", "item": "flowers", "amount": "1 EUR"},
        {"case": {"credit": "61"}},
        ASKS,
        LEAD,
        ["one-case"],
    ),
    ("sums in another currency before", {}, {"other_currencies": ("USD",)}, ASKS, LEAD, ["currency"]),
    ("sums of another policy's currency", {}, {"currency": "USD"}, ASKS, LEAD, ["currency"]),
]


@pytest.mark.parametrize(("name", "facts", "before", "verdict", "approver", "rules"), CASES, ids=[c[0] for c in CASES])
def test_decisions(
    name: str, facts: dict[str, Any], before: dict[str, Any], verdict: Verdict, approver: Role | None, rules: list[str]
) -> None:
    decision = decided(an_offer(**facts), spent(**before))
    assert (decision.verdict, decision.approver, spoke(decision)) == (verdict, approver, rules)
    assert decision.people == (1 if verdict is ASKS else 0)


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    ({"amount": None}, "refund", "Refund needs an amount: write one, such as 40.00 EUR."),
    ({"amount": "0 EUR"}, "refund", "0.00 EUR is nothing: write more than zero."),
    ({"amount": "40 USD"}, "currency", "40.00 USD cannot be counted in EUR: write the sum in EUR."),
    ({"kind": "gift", "item": " "}, "gift", "Gift needs a name: write what the customer gets."),
    (
        {"kind": "holiday"},
        "currency",
        "'holiday' is no kind of amends here: choose refund, credit, fee waiver, replacement, gift.",
    ),
    ({"reason": "because"}, "refund", "'because' is no reason here: choose late, damaged, review."),
]


@pytest.mark.parametrize(("facts", "rule", "says"), REFUSALS)
def test_what_the_rules_cannot_look_at_is_refused(facts: dict[str, Any], rule: str, says: str) -> None:
    decision = decided(an_offer(**facts))
    assert decision.verdict is REFUSED
    assert [(reason.rule.id, reason.says) for reason in decision.reasons] == [(rule, says)]
    assert (decision.approver, decision.people, decision.goodwill, decision.owed) == (None, 0, None, ())


def test_what_no_role_may_give_is_refused() -> None:
    policy = a_policy(limits=(replace(POLICY.limits[0], most=(Decimal(50), Decimal(150), Decimal(500), Decimal(900))),))
    much = an_offer("900 EUR", loss="900 EUR", role=MANAGER)
    assert decided(much, policy=policy).verdict is ALLOWED
    more = decided(replace(much, amount=parse("900.01 EUR")), policy=policy)
    assert (more.verdict, spoke(more, Effect.FORBIDS)) == (REFUSED, ["one-offer"])
    assert more.instead.largest == parse("900 EUR")


def test_some_offers_nobody_may_make() -> None:
    never = Never(a_rule("no-reviews"), When(reasons=frozenset({"review"})), "We give nothing for a review.")
    decision = decided(an_offer(reason="review", role=MANAGER), policy=a_policy(never=(never,)))
    assert (decision.verdict, [one.says for one in decision.reasons]) == (REFUSED, ["We give nothing for a review."])
    assert decision.instead.largest == parse("0 EUR")


def test_without_rules_nothing_is_allowed() -> None:
    assert decide(an_offer(), spent(), None, NOW).verdict is REFUSED


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (None, None, ALLOWED),
        (date(2026, 3, 2), date(2026, 3, 2), ALLOWED),
        (date(2026, 3, 3), None, ASKS),
        (None, date(2026, 3, 1), ASKS),
    ],
)
def test_rules_hold_on_their_days(first: date | None, last: date | None, verdict: Verdict) -> None:
    decision = decided(policy=a_policy(first_day=first, last_day=last))
    assert decision.verdict is verdict
    assert decision.approver is (MANAGER if verdict is ASKS else None)


def test_the_days_of_a_policy_are_days_in_its_zone() -> None:
    policy = a_policy(first_day=date(2026, 3, 3), zone=ZoneInfo("Asia/Tokyo"))
    assert not policy.is_in_force(datetime(2026, 3, 2, 14, 59, tzinfo=UTC))
    assert policy.is_in_force(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))


def test_more_than_the_line_for_two_people_needs_two() -> None:
    manager = an_offer("2000 EUR", loss="9000 EUR", role=MANAGER)
    assert decided(manager).verdict is ALLOWED
    more = decided(replace(manager, amount=parse("2000.01 EUR")))
    assert (more.verdict, more.people, more.approver, spoke(more)) == (ASKS, 2, MANAGER, ["two-people"])
    assert decided(an_offer("1 EUR", role=MANAGER), spent(case={"credit": "2000"})).people == 2


@pytest.mark.parametrize(
    ("amount", "before", "owed", "goodwill", "verdict"),
    [
        ("25 EUR", {}, "25", "0", ALLOWED),
        ("25 EUR", {"case": {"refund": "75"}, "month": "9000", "today": {"refund": "900"}}, "25", "0", ALLOWED),
        ("75 EUR", {}, "25", "50", ALLOWED),
        ("75.01 EUR", {}, "25", "50.01", ASKS),
        ("40 EUR", {"owed": {"missed-visit": "25"}}, None, "40", ALLOWED),
        ("60 EUR", {"owed": {"missed-visit": "25"}}, None, "60", ASKS),
        ("20 EUR", {"owed": {"missed-visit": "10"}}, "15", "5", ALLOWED),
    ],
)
def test_what_is_due_by_right_stands_apart(
    amount: str, before: dict[str, Any], owed: str | None, goodwill: str, verdict: Verdict
) -> None:
    decision = decided(an_offer(amount, category="delivery.missed_slot"), spent(**before))
    assert decision.verdict is verdict
    assert decision.goodwill == parse(f"{goodwill} EUR")
    assert decision.owed == ((("missed-visit", parse(f"{owed} EUR")),) if owed else ())
    assert spoke(decision, Effect.GRANTS) == (["missed-visit"] if owed else [])


def test_a_risk_asks_for_a_lead_also_for_what_is_due() -> None:
    assert decided(an_offer("25 EUR", category="delivery.missed_slot", risks=("safety",))).verdict is ASKS


def test_the_month_warns_before_it_is_used_up() -> None:
    assert spoke(decided(before=spent(month="3959.99")), Effect.WARNS) == []
    assert spoke(decided(before=spent(month="3960")), Effect.WARNS) == ["month"]


def test_a_month_without_a_limit() -> None:
    policy = a_policy(budget=Budget(a_rule("month"), None, Decimal(80)))
    assert decided(before=spent(month="99999"), policy=policy).verdict is ALLOWED


def test_offers_that_look_like_one_cut_in_pieces_warn_leads_only() -> None:
    assert spoke(decided(before=spent(near=1)), Effect.WARNS) == []
    decision = decided(before=spent(near=2))
    assert (decision.verdict, spoke(decision, Effect.WARNS)) == (ALLOWED, ["split"])
    assert decision.reasons_for(AGENT) == ()
    assert len(decision.reasons_for(LEAD)) == 1


def test_an_agent_is_not_told_about_the_customers_history() -> None:
    decision = decided(before=spent(customer={180: Tally(3), 365: Tally()}))
    assert [reason.says for reason in decision.reasons_for(AGENT)] == ["A lead decides on this one."]
    assert [reason.rule.id for reason in decision.reasons_for(LEAD)] == ["customer-offers"]
    assert {left.name for left in decision.left_for(AGENT)} == {"offer", "case", "day", "loss", "month"}
    assert "customer" in {left.name for left in decision.left_for(LEAD)}


def test_the_sentence_says_what_was_given_what_it_makes_and_who_may() -> None:
    says = decided(before=spent(case={"refund": "40"})).reasons[0].says
    assert says == (
        "40.00 EUR more is too much (with the 40.00 EUR given before this makes 80.00 EUR): "
        "an agent may give 50.00 EUR in one offer (refund). A lead may say yes."
    )


def test_what_is_left() -> None:
    decision = decided(before=spent(case={"refund": "10", "credit": "20"}, today={"refund": "290"}, month="5001"))
    left = {(one.name, one.days, one.offers_left): one.left for one in decision.left}
    assert left == {
        ("offer", None, None): Decimal(40),
        ("case", None, None): Decimal(45),
        ("day", None, None): Decimal(10),
        ("loss", None, None): Decimal(120),
        ("customer", 180, 3): None,
        ("customer", 365, None): Decimal(200),
        ("month", None, None): Decimal(0),
    }


def test_instead_names_the_most_and_the_kinds_that_need_nobody() -> None:
    decision = decided(an_offer("60 EUR"), spent(case={"refund": "20"}))
    assert (decision.instead.largest, decision.instead.kinds) == (parse("30 EUR"), ())
    other = decided(an_offer("45 EUR"), spent(case={"refund": "20"})).instead
    assert [one.kind for one in other.kinds] == ["credit", "replacement", "gift"]
    assert {str(one.largest) for one in other.kinds} == {"50.00 EUR"}


def test_instead_says_when_any_amount_may_be_given() -> None:
    manager = an_offer("60 EUR", role=MANAGER)
    policy = a_policy(approvals=replace(POLICY.approvals, two_people_over=None))
    assert decided(manager, policy=policy).instead.unlimited
    assert not decided(manager).instead.unlimited


def test_other_currencies_count_at_their_rate_rounded_up() -> None:
    policy = a_policy(rates={"USD": Decimal("0.9213")})
    allowed = decided(an_offer("54.27 USD"), policy=policy)
    assert (allowed.verdict, str(allowed.goodwill), str(allowed.instead.largest)) == (ALLOWED, "50.00 EUR", "54.27 USD")
    assert decided(an_offer("54.28 USD"), policy=policy).verdict is ASKS
    assert str(decided(an_offer("1 JPY"), policy=a_policy(rates={"JPY": Decimal("0.0061")})).goodwill) == "0.01 EUR"


@pytest.mark.parametrize(
    ("role", "amount", "most"),
    [(AGENT, "1 EUR", "0.00 EUR"), (LEAD, "90 EUR", "460.00 EUR"), (MANAGER, "90 EUR", "1960.00 EUR")],
)
def test_the_most_a_person_who_decides_may_give(role: Role, amount: str, most: str) -> None:
    offer = an_offer(amount, loss="900 EUR", risks=("safety",))
    before = spent(case={"refund": "40"}, today={"refund": "300"}, month="4500")
    assert str(most_for(offer, before, POLICY, NOW, role=role)) == most


def test_amounts_that_people_type() -> None:
    assert read_amount("€40", POLICY) == read_amount("40", POLICY) == Money(Decimal(40), "EUR")
    for text in ("-40", "0", "forty", "", "40.001", "40 USD", "1e5", "9" * 20):
        with pytest.raises(MoneyError):
            read_amount(text, POLICY)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "day", "month"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-01T23:00", "2026-02-28T23:00"),
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), "2026-02-28T23:00", "2026-02-28T23:00"),
        (datetime(2026, 3, 1, 23, 0, tzinfo=UTC), "2026-03-01T23:00", "2026-02-28T23:00"),
        (datetime(2026, 3, 29, 12, 0, tzinfo=UTC), "2026-03-28T23:00", "2026-02-28T23:00"),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "2026-03-29T22:00", "2026-02-28T23:00"),
        (datetime(2026, 10, 25, 12, 0, tzinfo=UTC), "2026-10-24T22:00", "2026-09-30T22:00"),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "2026-10-25T23:00", "2026-09-30T22:00"),
    ],
)
def test_days_and_months_begin_at_midnight_also_when_clocks_change(now: datetime, day: str, month: str) -> None:
    windows = POLICY.windows(now)
    assert (windows.day, windows.month) == (
        datetime.fromisoformat(day).replace(tzinfo=UTC),
        datetime.fromisoformat(month).replace(tzinfo=UTC),
    )
    assert windows.near == (now.astimezone(BERLIN).replace(hour=0, minute=0) - timedelta(days=7)).astimezone(UTC)


def test_a_customers_window_holds_whole_days() -> None:
    start = POLICY.windows(datetime(2026, 7, 1, 8, tzinfo=UTC)).customer[180]
    assert start == datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert start.astimezone(BERLIN).date() == date(2026, 7, 1) - timedelta(days=180)


def may_offer(role: Role | None, policy: Any = POLICY, **before: Any) -> dict[str, str | None]:
    """Kinds with the most a person of this role may give without asking; None for any amount."""
    kinds = allowance(spent(**before), policy, NOW, by="U0ANA", role=role).kinds
    return {one.kind: str(one.largest) if one.largest else None for one in kinds}


@pytest.mark.parametrize(
    ("role", "refund", "kinds"),
    [
        (AGENT, "50.00 EUR", ["refund", "credit", "replacement", "gift"]),
        (SENIOR, "150.00 EUR", ["refund", "credit", "fee_waiver", "replacement", "gift"]),
    ],
)
def test_what_somebody_may_offer_on_an_ordinary_case(role: Role, refund: str, kinds: list[str]) -> None:
    found = may_offer(role)
    assert list(found) == kinds
    assert found["refund"] == refund
    assert decided(an_offer(refund, loss="9000 EUR", role=role)).verdict is ALLOWED


def test_what_was_given_today_leaves_less() -> None:
    assert may_offer(AGENT, today={"refund": "270"})["refund"] == "30.00 EUR"
    assert may_offer(AGENT, today={"refund": "300"}) == {}
    found = allowance(spent(today={"refund": "270"}, month="1000"), POLICY, NOW, by="U0ANA", role=AGENT)
    assert found.day is not None
    assert (found.day.used, found.day.left) == (270, 30)


def test_without_a_role_or_out_of_force_nothing_is_given_without_asking() -> None:
    assert may_offer(None) == {}
    assert may_offer(AGENT, replace(POLICY, last_day=date(2020, 1, 1))) == {}
    budget = replace(POLICY, budget=Budget(a_rule("team"), Decimal(5000), Decimal(80)))
    found = allowance(spent(month="1200"), budget, NOW, by="U0ANA", role=None)
    assert found.day is None
    assert found.month is not None
    assert (found.month.used, found.month.limit) == (1200, 5000)


def test_a_manager_gives_what_needs_no_second_person_and_any_amount_where_no_rule_says_so() -> None:
    assert may_offer(MANAGER)["refund"] == "2000.00 EUR"
    alone = replace(POLICY, approvals=replace(POLICY.approvals, two_people_over=None))
    assert may_offer(MANAGER, alone)["refund"] is None
