"""Domain objects with defaults, so that a test shows only what matters."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.authority import (
    AlwaysAsk,
    Approvals,
    Budget,
    CustomerLimit,
    Entitlement,
    Gives,
    Kind,
    Limit,
    LossShare,
    Offer,
    PassOn,
    Per,
    Policy,
    Rule,
    Spent,
    SplitWarning,
    Tally,
    Unknown,
    When,
)
from bot.domain.case import Case, Details, Status
from bot.domain.complaint import Complaint, Door
from bot.domain.draft import Draft, DraftState
from bot.domain.money import parse
from bot.domain.offer import Offered, OfferState
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
WORKSPACE = "T0AMENDS"
CHANNEL = "C0COMPLAINTS"
LATE = "Customer Jane Doe is upset: order 10412 is three days late."
"""A complaint with a category, a customer and a reference, and no risk."""

_moments = count(1)


def a_complaint(**given: Any) -> Complaint:
    """A report by Ana in the complaints channel; each has a source of its own unless one is given."""
    ts = f"1772443815.{next(_moments):06}"
    values: dict[str, Any] = {
        "door": Door.MESSAGE,
        "text": LATE,
        "channel": CHANNEL,
        "thread_ts": ts,
        "reporter": "U0ANA",
        "reporter_name": "Ana",
        **given,
    }
    values.setdefault("source", Complaint.message_source(values["channel"], ts))
    return Complaint(**values)


def details(**given: Any) -> Details:
    """A late delivery of moderate severity, set by people."""
    return Details(**{"category": "delivery.late", "severity": Severity.MODERATE, **given})


def a_case(**given: Any) -> Case:
    """An open case nobody has taken."""
    values: dict[str, Any] = {
        "id": 1,
        "workspace": WORKSPACE,
        "number": 1001,
        "complaint": given.get("complaint") or a_complaint(),
        "details": details(),
        "status": Status.OPEN,
        "owner": None,
        "steps": frozenset(),
        "opened_at": NOW,
    }
    return Case(**{**values, **given})


def a_draft(**given: Any) -> Draft:
    """A suggestion nobody has touched."""
    values: dict[str, Any] = {
        "id": 1,
        "case_id": 1,
        "template_id": "late-delivery",
        "text": "Hello Jane Doe,\n\nI am sorry that your order is late.",
        "state": DraftState.SUGGESTED,
    }
    return Draft(**{**values, **given})


def an_offer(amount: str | None = "40 EUR", **given: Any) -> Offer:
    """A refund Ana, an agent, offers on a late delivery of moderate severity; sums are written as people type them."""
    loss = given.pop("loss", "100 EUR")
    values: dict[str, Any] = {
        "kind": "refund",
        "amount": parse(amount) if amount else None,
        "loss": parse(loss) if loss else None,
        "reason": "late",
        "category": "delivery.late",
        "by": "U0ANA",
        "role": Role.AGENT,
    }
    return Offer(**{**values, **given})


def an_offered(**given: Any) -> Offered:
    """A refund of 80 EUR that Ana asked for at noon of a Friday, and that waits for a lead."""
    at = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    values: dict[str, Any] = {
        "id": 7,
        "workspace": "T0AMENDS",
        "case_id": 1,
        "kind": "refund",
        "amount": parse("80 EUR"),
        "asked": parse("90 EUR"),
        "loss": parse("200 EUR"),
        "item": "",
        "reason": "late",
        "note": "",
        "goodwill": parse("80 EUR"),
        "owed": {},
        "category": "delivery.late",
        "severity": Severity.MODERATE,
        "customer_key": "jane doe",
        "reference_key": "",
        "state": OfferState.PENDING,
        "by": "U0ANA",
        "asked_at": at,
        "channel": "C0APPROVALS",
        "waits_for": Role.LEAD,
        "called": Role.LEAD,
        "people": 1,
        "deadline": at,
        "policy": "0" * 64,
    }
    return Offered(**{**values, **given})


def spent(**given: Any) -> Spent:
    """Nothing was given before: `case` and `today` map kinds to text such as "40", `month` is text too."""
    values: dict[str, Any] = {"currency": "EUR", "customer": {180: Tally(), 365: Tally()}, **given}
    for name in ("case", "owed", "today"):
        values[name] = {key: Decimal(amount) for key, amount in values.get(name, {}).items()}
    values["month"] = Decimal(values.get("month", 0))
    values["month_paid"] = Decimal(values.get("month_paid", 0))
    return Spent(**values)


def a_rule(id: str, line: int = 1) -> Rule:
    """A rule of the policy file."""
    return Rule(id, "policies/authority.yml", line)


def by_role(*amounts: str | None) -> tuple[Decimal | None, ...]:
    """Amounts from agent to manager."""
    return tuple(None if amount is None else Decimal(amount) for amount in amounts)


def a_kind(key: str, label: str, **given: Any) -> Kind:
    """A kind of amends that everybody may give."""
    return Kind(
        **{"gives": Gives.MONEY, "from_role": Role.AGENT, **given, "key": key, "label": label, "rule": a_rule(key)}
    )


def a_policy(**given: Any) -> Policy:
    """Limits as a small company may have them: an agent gives 50 in one offer, 75 on a case and 300 a day."""
    kinds = [
        a_kind("refund", "Refund"),
        a_kind("credit", "Credit"),
        a_kind("fee_waiver", "Fee waiver", from_role=Role.SENIOR),
        a_kind("replacement", "Replacement", gives=Gives.THING, worth_is_loss=True),
        a_kind("gift", "Gift", gives=Gives.THING, worth=Decimal(15)),
    ]
    values: dict[str, Any] = {
        "version": "1",
        "file": "policies/authority.yml",
        "currency": "EUR",
        "currency_rule": a_rule("currency", 2),
        "effective_rule": a_rule("effective", 3),
        "zone": ZoneInfo("Europe/Berlin"),
        "kinds": {kind.key: kind for kind in kinds},
        "reasons": {"late": "Late", "damaged": "Damaged", "review": "For a review"},
        "limits": (
            Limit(a_rule("one-offer", 10), Per.OFFER, by_role("50", "150", "500", None)),
            Limit(a_rule("one-case", 11), Per.CASE, by_role("75", "200", "750", None)),
            Limit(a_rule("one-day", 12), Per.DAY, by_role("300", "900", None, None)),
        ),
        "shares": (LossShare(a_rule("of-the-loss", 20), Decimal(150), Role.LEAD),),
        "customer_limits": (
            CustomerLimit(a_rule("customer-offers", 30), 180, Role.LEAD, offers=3),
            CustomerLimit(a_rule("customer-sum", 31), 365, Role.LEAD, total=Decimal(200)),
        ),
        "budget": Budget(a_rule("month", 40), Decimal(5000), Decimal(80)),
        "entitlements": (
            Entitlement(
                a_rule("missed-visit", 50),
                "missed visit",
                When(kinds=frozenset({"refund", "credit"}), categories=frozenset({"delivery.missed_slot"})),
                pays=Decimal(25),
            ),
        ),
        "always_ask": (
            AlwaysAsk(a_rule("risk", 60), Role.LEAD, When(risks=frozenset({"safety", "legal"}))),
            AlwaysAsk(a_rule("about-you", 61), Role.LEAD, about_requester=True),
        ),
        "unknown": Unknown(
            Role.LEAD, a_rule("worth", 70), Decimal(50), a_rule("loss", 71), Decimal(50), a_rule("customer", 72)
        ),
        "split_warning": SplitWarning(a_rule("split", 80), 3, 7),
        "approvals": Approvals(
            Role.LEAD,
            a_rule("approvals", 90),
            Decimal(2000),
            a_rule("two-people", 91),
            (timedelta(minutes=30), timedelta(hours=2)),
            (PassOn(timedelta(hours=4), Role.MANAGER),),
            timedelta(hours=24),
        ),
    }
    return Policy(**{**values, **given})


def lines_run(function: Callable[[], object]) -> int:
    """How many lines of Python a call runs: a measure of work that a busy machine does not change."""
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return lines
