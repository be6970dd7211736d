"""The decision on an offer with a hundred limits, beside three rule engines that hold the same limits."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

from benchmarks.servers import Place
from benchmarks.table import Row, ms, percentile
from bot.domain.authority import Limit, Offer, Per, Policy, Rule, Spent, Tally, Verdict, When, decide
from bot.domain.money import Money
from bot.domain.taxonomy import Severity, category_keys
from bot.domain.team import Role

LIMITS = 100
GOAL_MEDIAN, GOAL_WORST = 0.0001, 0.001

Asked = tuple[str, str, str, int]
"""Kind, category, severity, and what the case comes to with this offer, in cents."""


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Each offer is timed alone. The other engines are asked yes or no, with the sum added up for them."""
    policy, rules = _limits(place.content.policy)
    offers = list(_offers(rules, 300 if quick else 1500))
    now = datetime.now(UTC)
    mine = [decide(offer, spent, policy, now).verdict is Verdict.ALLOWED for offer, spent, _ in offers]
    times = _times([partial(decide, offer, spent, policy, now) for offer, spent, _ in offers])
    half, worst = percentile(times, 0.5), percentile(times, 0.99)
    for name, engine in (("zen-engine", _zen), ("cedarpy", _cedar), ("pycasbin", _casbin)):
        ask = engine(rules)
        some = offers[: len(offers) // 5]
        if [ask(asked) for _, _, asked in some] != mine[: len(some)]:
            raise AssertionError(f"{name} decides differently")
        theirs = _times([partial(ask, asked) for _, _, asked in some])
        reference, last = percentile(theirs, 0.5), percentile(theirs, 0.99)
        yield Row(
            f"decision with {LIMITS} limits, every rule and what is left said",
            f"p50 {ms(half)}, p99 {ms(worst)}",
            f"{name}, yes or no p50 {ms(reference)}, p99 {ms(last)}",
            half / reference,
            "p50 < 0.1 ms, p99 < 1 ms",
            half < GOAL_MEDIAN and worst < GOAL_WORST,
        )
    for name, other in (
        ("with 10 limits", replace(policy, limits=policy.limits[:10])),
        ("where all apply", replace(policy, limits=tuple(replace(one, when=When()) for one in policy.limits))),
    ):
        again = _times([partial(decide, offer, spent, other, now) for offer, spent, _ in offers])
        figures = f"p50 {ms(percentile(again, 0.5))}, p99 {ms(percentile(again, 0.99))}"
        yield Row(f"the same {name}", figures, f"{LIMITS} limits p50 {ms(half)}", percentile(again, 0.5) / half)


def _limits(shipped: Policy) -> tuple[Policy, list[tuple[Rule, Asked]]]:
    """The shipped policy with a hundred limits on the case, each for a kind, a category and a severity."""
    kinds = [key for key, kind in shipped.kinds.items() if kind.from_role is Role.AGENT and kind.worth is None]
    categories = [key for key in category_keys() if "." in key][:20]
    cells = random.Random(1).sample(list(product(kinds, categories, Severity)), LIMITS)
    rules = [
        (Rule(f"limit-{place}", shipped.file, place), (kind, category, severity.value, 5 * (place + 1) * 100))
        for place, (kind, category, severity) in enumerate(cells)
    ]
    limits = tuple(
        Limit(
            rule,
            Per.CASE,
            (Decimal(cents) / 100, None, None, None),
            When(frozenset({kind}), frozenset({category}), frozenset({Severity(severity)})),
        )
        for rule, (kind, category, severity, cents) in rules
    )
    bare = replace(shipped, limits=limits, shares=(), customer_limits=(), entitlements=(), budget=None, always_ask=())
    unknown = replace(bare.unknown, loss=None, customer=None)
    approvals = replace(bare.approvals, two_people_over=None)
    return replace(bare, unknown=unknown, approvals=approvals), rules


def _offers(rules: Sequence[tuple[Rule, Asked]], count: int) -> Iterator[tuple[Offer, Spent, Asked]]:
    draw = random.Random(2)
    for _ in range(count):
        _, (kind, category, severity, most) = draw.choice(rules)
        before, cents = draw.randint(0, most // 2), draw.randint(1, most)
        offer = Offer(
            kind=kind,
            amount=Money(Decimal(cents) / 100, "EUR"),
            item="something",
            category=category,
            severity=Severity(severity),
            by="U0ANA",
            role=Role.AGENT,
        )
        spent = Spent("EUR", case={kind: Decimal(before) / 100}, customer={180: Tally(), 365: Tally()})
        yield offer, spent, (kind, category, severity, before + cents)


def _times(calls: Sequence[Callable[[], object]]) -> list[float]:
    """How long each call takes: the best of five, because a busy machine holds one up now and then."""
    found = [float("inf")] * len(calls)
    for _ in range(5):
        for place, call in enumerate(calls):
            begin = time.perf_counter()
            call()
            found[place] = min(found[place], time.perf_counter() - begin)
    return found


def _zen(rules: Sequence[tuple[Rule, Asked]]) -> Callable[[Asked], bool]:
    import zen

    names = ("kind", "category", "severity", "total")
    inputs = [{"id": name, "name": name, "field": name} for name in names]
    table = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            {
                "_id": rule.id,
                "kind": f"'{kind}'",
                "category": f"'{category}'",
                "severity": f"'{severity}'",
                "total": f"> {cents}",
                "rule": f"'{rule.id}'",
            }
            for rule, (kind, category, severity, cents) in rules
        ],
    }
    place = {"x": 0, "y": 0}
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": place},
            {"id": "table", "type": "decisionTableNode", "name": "table", "position": place, "content": table},
            {"id": "out", "type": "outputNode", "name": "out", "position": place},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))
    return lambda asked: not decision.evaluate(dict(zip(names, asked, strict=True)))["result"]


def _cedar(rules: Sequence[tuple[Rule, Asked]]) -> Callable[[Asked], bool]:
    import cedarpy

    text = "permit(principal, action, resource);\n" + "\n".join(
        f'@id("{rule.id}") forbid(principal, action, resource) when {{ context.kind == "{kind}" && '
        f'context.category == "{category}" && context.severity == "{severity}" && context.total > {cents} }};'
        for rule, (kind, category, severity, cents) in rules
    )
    policies: Any = cedarpy.PolicySet.from_str(text)

    def ask(asked: Asked) -> bool:
        kind, category, severity, total = asked
        context = {"kind": kind, "category": category, "severity": severity, "total": total}
        request = {"principal": 'User::"ana"', "action": 'Action::"offer"', "resource": 'Case::"1"', "context": context}
        return bool(cedarpy.is_authorized(request, policies, []).decision == cedarpy.Decision.Allow)

    return ask


def _casbin(rules: Sequence[tuple[Rule, Asked]]) -> Callable[[Asked], bool]:
    import casbin

    model = casbin.model.Model()
    model.load_model_from_text(
        "[request_definition]\nr = kind, category, severity, total\n"
        "[policy_definition]\np = kind, category, severity, most, eft\n"
        "[policy_effect]\ne = !some(where (p.eft == deny))\n"
        "[matchers]\nm = r.kind == p.kind && r.category == p.category && r.severity == p.severity "
        "&& over(r.total, p.most)\n"
    )
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("over", lambda total, most: int(total) > int(most))
    for _, (kind, category, severity, cents) in rules:
        enforcer.add_policy(kind, category, severity, str(cents), "deny")
    return lambda asked: bool(enforcer.enforce(*asked))
