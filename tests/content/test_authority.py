"""`authority.yml` and the tests beside it: read, and refused with the exact message."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.content.authority import load_authority, policy_of_text
from bot.content.files import ContentError
from bot.content.policy_tests import run_tests
from bot.domain.authority import PassOn, Per, Policy, Rule, When
from bot.domain.taxonomy import Severity
from bot.domain.team import Role
from bot.settings import ROOT

LIMITS = """\
version: 2026-03
effective: {from: 2026-03-01, to: null}
currency: EUR
rates: {USD: "0.92"}
time_zone: Europe/Berlin
kinds:
  refund: {label: Refund, gives: money, from_role: agent}
  gift: {label: Gift, gives: thing, from_role: agent, worth: "15"}
limits:
  - id: one-offer
    per: offer
    most: {agent: "50", senior: 150, lead: "500", manager: null}
  - id: gifts
    per: case
    when: {kind: [gift], category: [delivery], severity: [S1, S2]}
    most: {agent: "20", senior: "20", lead: "20", manager: "20"}
    why: Gifts are small
share_of_loss:
  - {id: of-the-loss, percent: 150, above: lead}
customer:
  - {id: offers, days: 180, offers: 3, above: lead}
  - {id: total, days: 365, sum: "200", above: lead}
team: {per_month: "5000", warn_at: 80}
entitlements:
  - {id: missed-visit, label: missed visit, when: {kind: [refund]}, pays: "25", ask_over: null}
always_ask:
  - {id: risk, to: lead, when: {risk: [safety]}}
  - {id: about-you, to: manager, about_requester: true}
never:
  - {id: reviews, when: {reason: [review]}, why: No.}
unknown: {worth: lead, loss: "50", customer: null}
split_warning: null
approvals:
  lowest_role: lead
  two_people_over: "2000"
  remind_after: [30m, 2h]
  pass_on: [{after: 4h, to: manager}]
  expires_after: 1d
reasons: {late: Late, review: For a review}
"""

TESTS = """\
about: gifts
given: {kind: gift, item: flowers, category: delivery.late}
tests:
  - name: small
    expect: allowed
  - name: large
    offer: {amount: "21"}
    expect: {verdict: refused, rules: [gifts], instead: "20"}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policies/tests").mkdir(parents=True)


def limits(text: str = LIMITS) -> Policy:
    Path("policies/authority.yml").write_text(text, encoding="utf-8")
    return load_authority(Path("policies/authority.yml"))


def test_limits_are_read_as_written() -> None:
    policy = limits()
    assert (policy.version, policy.first_day, policy.last_day) == ("2026-03", date(2026, 3, 1), None)
    assert policy.rates == {"USD": Decimal("0.92")}
    first, gifts = policy.limits
    assert (first.rule, first.per) == (Rule("one-offer", "policies/authority.yml", 10), Per.OFFER)
    assert first.most == (Decimal(50), Decimal(150), Decimal(500), None)
    assert gifts.when == When(
        frozenset({"gift"}), frozenset({"delivery"}), frozenset({Severity.MINOR, Severity.MODERATE})
    )
    assert policy.approvals.remind_after == (timedelta(minutes=30), timedelta(hours=2))
    assert policy.approvals.pass_on == (PassOn(timedelta(hours=4), Role.MANAGER),)
    assert policy.approvals.expires_after == timedelta(days=1)
    assert policy.split_warning is None
    assert policy.unknown.customer is None
    assert policy.kinds["gift"].worth == 15
    assert str(policy.zone) == "Europe/Berlin"


def test_the_same_text_is_the_same_policy_and_another_has_another_hash() -> None:
    policy = limits()
    assert policy_of_text(Path("policies/authority.yml"), policy.text) == policy
    assert limits(LIMITS + "# seen\n").hash != policy.hash


MORE = "a higher role may give at least as much"
BROKEN = [
    ("currency: EUR", "currency: Euro", "3: currency: 'Euro' is no currency code: write one of ISO 4217, such as EUR"),
    ("currency: EUR\n", "", "1: currency: missing: add it"),
    ("currency:", "curency:", "3: curency: unknown field: did you mean currency?"),
    ('{USD: "0.92"}', "{EUR: 1}", "4: rates.EUR: EUR is the currency itself: remove its rate"),
    ('"0.92"', "0.92", '4: rates.USD: 0.92 is no rate: write what one unit is worth in quotes, such as "0.92"'),
    ('"0.92"', '"0"', "4: rates.USD: '0' is no rate: write what one unit is worth in quotes, such as \"0.92\""),
    ("Europe/Berlin", "Berlin", "5: time_zone: 'Berlin' is no time zone: write one such as Europe/Berlin or UTC"),
    ("Europe/Berlin", "../etc", "5: time_zone: '../etc' is no time zone: write one such as Europe/Berlin or UTC"),
    ("to: null}", "to: 2026-02-01}", "2: effective.to: 2026-02-01 is before 2026-03-01: turn the days round"),
    (', worth: "15"', "", "8: kinds.gift: worth is missing: write an amount, loss, or null where nobody knows it"),
    (
        "money, from_role: agent",
        'money, from_role: agent, worth: "1"',
        "7: kinds.refund.worth: a sum is worth itself: remove it, or write gives: thing",
    ),
    ('agent: "50"', "agent: 49.90", '12: limits[1].most.agent: 49.9 needs quotes: write "49.9"'),
    (
        'agent: "50"',
        'agent: "fifty"',
        "12: limits[1].most.agent: 'fifty' is no amount: write digits and a point, such as \"49.90\"",
    ),
    (
        'agent: "50"',
        'agent: "-50"',
        "12: limits[1].most.agent: '-50' is no amount: write digits and a point, such as \"49.90\"",
    ),
    (
        'agent: "50"',
        'agent: "9999999999"',
        "12: limits[1].most.agent: 9999999999 is too large: 1000000000 is the most; null is no limit",
    ),
    (
        'agent: "50"',
        'agent: "49.999"',
        "12: limits[1].most.agent: 49.999 is too fine: EUR has 2 digits after the point",
    ),
    ('agent: "50", ', "", "12: limits[1].most.agent: missing: add it"),
    ("senior: 150", "senior: 49", f"12: limits[1].most.senior: less than agent (50): {MORE}"),
    ("senior: 150", "senior: null", f"12: limits[1].most.lead: less than senior (null): {MORE}"),
    ("per: offer", "per: week", "11: limits[1].per: 'week' is not one of 'offer', 'case' or 'day'"),
    (
        "id: one-offer",
        "id: One offer",
        "10: limits[1].id: 'One offer' is not an id: use small letters, digits and single hyphens",
    ),
    ("id: one-offer", "id: gifts", "13: limits[2].id: 'gifts' is already used on line 10: choose another"),
    ("kind: [gift]", "kind: [gifts]", "15: limits[2].when.kind[1]: unknown kind 'gifts': did you mean gift?"),
    (
        "category: [delivery]",
        "category: [delivery.lost]",
        "15: limits[2].when.category[1]: unknown category 'delivery.lost': did you mean delivery.late?",
    ),
    (
        "severity: [S1, S2]",
        "risk: [safety]",
        "15: limits[2].when.risk: limits do not look at risks: use always_ask or never",
    ),
    (
        "reason: [review]",
        "reason: [reviews]",
        "30: never[1].when.reason[1]: unknown reason 'reviews': did you mean review?",
    ),
    (
        "percent: 150",
        "percent: 150%",
        "19: share_of_loss[1].percent: '150%' is no percentage: write a whole number from 0 to 1000, without %",
    ),
    ("offers: 3, ", "", "21: customer[1]: give either offers or sum: a second entry can hold the other"),
    ("warn_at: 80", "warn_at: 180", "23: team.warn_at: input should be less than or equal to 100, not 180"),
    ('pays: "25", ', "", "25: entitlements[1]: give either pays or percent_of_loss"),
    (", ask_over: null", "", "25: entitlements[1].ask_over: missing: add it"),
    (", about_requester: true", "", "28: always_ask[2]: give either when or about_requester: true"),
    ("[30m, 2h]", "[30 min]", "36: approvals.remind_after[1]: '30 min' is no length of time: write 30m, 4h or 2d"),
    (
        "after: 4h",
        "after: 24h",
        "37: approvals.pass_on[1].after: comes after the approval has expired: shorten it, or expire later",
    ),
    (
        "reasons: {late: Late, review: For a review}",
        "reasons: {}",
        "39: reasons: empty: add an entry",
    ),
]


@pytest.mark.parametrize(("was", "now", "message"), BROKEN, ids=[case[2] for case in BROKEN])
def test_broken_limits_are_refused_with_their_line(was: str, now: str, message: str) -> None:
    assert was in LIMITS
    with pytest.raises(ContentError) as raised:
        limits(LIMITS.replace(was, now, 1))
    assert f"policies/authority.yml:{message}" in str(raised.value).splitlines()


def failures(tests: str, policy: str = LIMITS) -> list[str]:
    Path("policies/tests/authority-gifts.yml").write_text(tests, encoding="utf-8")
    return [str(problem) for problem in run_tests(Path("policies"), limits(policy)).failures]


def test_tests_that_pass_and_the_rules_they_leave_out() -> None:
    Path("policies/tests/authority-gifts.yml").write_text(TESTS, encoding="utf-8")
    outcome = run_tests(Path("policies"), limits())
    assert (outcome.tests, outcome.failures) == (2, ())
    assert [str(rule) for rule in outcome.untouched] == [
        "one-offer (policies/authority.yml:10)",
        "of-the-loss (policies/authority.yml:19)",
        "offers (policies/authority.yml:21)",
        "total (policies/authority.yml:22)",
        "team.per_month (policies/authority.yml:23)",
        "missed-visit (policies/authority.yml:25)",
        "risk (policies/authority.yml:27)",
        "about-you (policies/authority.yml:28)",
        "reviews (policies/authority.yml:30)",
        "unknown.loss (policies/authority.yml:31)",
        "approvals.two_people_over (policies/authority.yml:35)",
    ]


def test_a_test_that_fails_says_where_what_and_why() -> None:
    assert failures(TESTS.replace('instead: "20"', 'instead: "19"')) == [
        "policies/tests/authority-gifts.yml:8: tests[2].expect.instead: large: expected 19, got 20.00, because: "
        "21.00 EUR is too much: a manager may give 20.00 EUR on one case. Gifts are small."
    ]
    assert failures(TESTS.replace("[gifts]", "[gifts, one-offer]"))[0].startswith(
        "policies/tests/authority-gifts.yml:8: tests[2].expect.rules: large: expected gifts, one-offer, got gifts, "
    )
    assert failures(TESTS.replace("expect: allowed", "expect: refused")) == [
        "policies/tests/authority-gifts.yml:5: tests[1].expect.verdict: small: expected refused, got allowed, "
        "because: every rule was kept"
    ]


def test_a_change_of_limits_fails_the_test_it_breaks() -> None:
    assert failures(TESTS) == []
    assert len(failures(TESTS, LIMITS.replace('"20"', '"22"'))) == 3


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        (
            "expect: allowed",
            "expect: alowed",
            "5: tests[1].expect.verdict: 'alowed' is not one of 'allowed', 'needs approval' or 'refused'",
        ),
        ("name: small\n    ", "", "4: tests[1].name: missing: add it"),
        ("offer:", "ofer:", "7: tests[2].ofer: unknown field: did you mean offer?"),
        ("amount:", "amout:", "7: tests[2].offer.amout: unknown field: did you mean amount?"),
    ],
)
def test_a_broken_file_of_tests_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in TESTS
    with pytest.raises(ContentError) as raised:
        failures(TESTS.replace(was, now, 1))
    assert f"policies/tests/authority-gifts.yml:{message}" in str(raised.value).splitlines()


def test_every_shipped_rule_is_touched_by_a_shipped_test() -> None:
    outcome = run_tests(ROOT / "policies", load_authority(ROOT / "policies" / "authority.yml"))
    assert (outcome.failures, outcome.untouched) == ((), ())
    assert outcome.tests >= 75


def test_the_example_on_the_page_for_leads_holds() -> None:
    page = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    example = page.split("```yaml\nabout: refunds")[1].split("```")[0]
    Path("policies/tests/authority-page.yml").write_text("about: refunds" + example, encoding="utf-8")
    outcome = run_tests(Path("policies"), load_authority(ROOT / "policies" / "authority.yml"))
    assert (outcome.tests, outcome.failures) == (3, ())
