"""The short lists a scorer is trained on and measured with, and how they stand to the product's own.

The product's categories have two levels and lead to templates and people; the scorer tells seven apart. This is the
only place that knows both.
"""

from typing import Any

from bot.domain.triage.guesses import Triage

CATEGORIES = ("delivery", "product", "billing", "staff", "waiting", "account", "other")
"""The categories a scorer tells apart."""

SEVERITIES = ("low", "medium", "high")
"""The severities a scorer tells apart."""

RISKS = ("legal", "regulator", "injury", "safety", "privacy", "fraud", "discrimination", "media", "churn", "threat")
"""The risks a measurement knows."""

RISK_OF_SIGNAL: dict[str, str | None] = {
    "self_harm": "safety",
    "harm_to_others": "threat",
    "injury": "injury",
    "safety": "safety",
    "legal": "legal",
    "regulator": "regulator",
    "discrimination": "discrimination",
    "harassment": "safety",
    "data_breach": "privacy",
    "fraud": "fraud",
    "press": "media",
    "churn": "churn",
    "vulnerable": None,
}
"""Signal of a risk rule → the risk it counts as in a measurement; None when there is none such."""

SIGNAL_OF_RISK = {risk: risk for risk in RISKS} | {
    "threat": "harm_to_others",
    "privacy": "data_breach",
    "media": "press",
}
"""Risk of a measurement → the signal it stands for when the scorer alone has heard it."""

_OF_FIRST_LEVEL = {
    "delivery": "delivery",
    "product": "product",
    "billing": "billing",
    "service_manner": "staff",
    "service_access": "waiting",
    "platform": "account",
    "policy": "other",
    "onsite": "product",
    "trust": "account",
    "other": "other",
}
_OF_SECOND_LEVEL = {
    "product.wrong_item": "delivery",
    "product.incomplete": "delivery",
    "service_manner.broken_promise": "waiting",
    "service_manner.repeat_contact": "waiting",
    "policy.price_change": "billing",
    "onsite.booking_lost": "account",
    "trust.discrimination": "staff",
    "trust.fraud_victim": "billing",
}

_FIRST_LEVEL_OF = {
    "delivery": "delivery",
    "product": "product",
    "billing": "billing",
    "staff": "service_manner",
    "waiting": "service_access",
    "account": "platform",
    "other": "other",
}


def first_level(short: str) -> str:
    """`staff` → `service_manner`: the first level a category of the scorer stands for when nothing else is known."""
    return _FIRST_LEVEL_OF[short]


def short_category(key: str) -> str:
    """`delivery.late` → `delivery`: the scorer's category that a key of the product's tree belongs to."""
    return _OF_SECOND_LEVEL.get(key) or _OF_FIRST_LEVEL[key.partition(".")[0]]


def in_short(guess: Triage, *, always: bool = False) -> dict[str, Any]:
    """A guess in these lists: complaint, score, category, severity, risk.

    Category and severity are None when it is no complaint, unless asked for `always`.
    """
    is_one = guess.is_complaint or always
    risks = [RISK_OF_SIGNAL[signal.value] for signal in guess.alarming]
    return {
        "complaint": guess.is_complaint,
        "score": guess.score,
        "category": guess.short_category.value if is_one else None,
        "severity": guess.short_severity.value if is_one else None,
        "risk": [risk for risk in RISKS if risk in risks],
    }
