"""The closed lists a case is described with: categories, severities, risks, outcomes.

The category tree has two levels, written `delivery` or `delivery.late`; a first level stands for all below it.
"""

from enum import StrEnum


class Severity(StrEnum):
    """How much harm was done to this customer, from an annoyance to danger."""

    MINOR = "S1"
    MODERATE = "S2"
    SERIOUS = "S3"
    CRITICAL = "S4"

    @property
    def label(self) -> str:
        """The severity in words a person reads on a card."""
        return {"S1": "minor", "S2": "moderate", "S3": "serious", "S4": "critical"}[self.value]

    def raised(self) -> "Severity":
        """The next severity up; critical stays critical."""
        order = list(Severity)
        return order[min(order.index(self) + 1, len(order) - 1)]


CATEGORIES: dict[str, tuple[str, dict[str, str]]] = {
    "delivery": (
        "Delivery",
        {
            "late": "late",
            "missing": "missing or lost",
            "missed_slot": "missed time slot",
            "damaged_in_transit": "damaged in transit",
            "wrong_address": "wrong address",
        },
    ),
    "product": (
        "Product",
        {
            "defective": "defective",
            "wrong_item": "wrong item",
            "not_as_described": "not as described",
            "incomplete": "incomplete",
            "safety": "safety",
        },
    ),
    "billing": (
        "Billing",
        {
            "overcharge": "overcharged",
            "double_charge": "charged twice",
            "refund_late": "refund is late",
            "unexpected_fee": "unexpected fee",
            "cancellation_charge": "charged after cancelling",
        },
    ),
    "service_manner": (
        "Manner of service",
        {
            "rude": "rude",
            "ignored": "ignored",
            "not_believed": "not believed",
            "broken_promise": "broken promise",
            "repeat_contact": "had to ask again",
        },
    ),
    "service_access": (
        "Reaching us",
        {
            "slow_reply": "slow reply",
            "cannot_reach": "cannot reach us",
            "channel_ignored": "channel ignored",
            "language_or_accessibility": "language or accessibility",
        },
    ),
    "platform": (
        "App and website",
        {
            "outage": "outage",
            "bug": "bug",
            "login": "login or account",
            "data_loss": "data lost",
            "integration": "integration",
        },
    ),
    "policy": (
        "Our rules",
        {
            "returns_rule": "returns rule",
            "contract_terms": "contract terms",
            "price_change": "price change",
            "guarantee_refused": "guarantee refused",
        },
    ),
    "onsite": (
        "On site",
        {
            "cleanliness": "cleanliness",
            "noise": "noise",
            "facility_broken": "facility broken",
            "food": "food",
            "booking_lost": "booking lost",
        },
    ),
    "trust": (
        "Trust and rights",
        {
            "privacy": "privacy",
            "security": "security",
            "fraud_victim": "victim of fraud",
            "discrimination": "discrimination",
            "accessibility_rights": "accessibility rights",
        },
    ),
    "other": ("Something else", {}),
}
"""First level key → (label, second level key → label)."""

RISKS: dict[str, str] = {
    "self_harm": "Self-harm",
    "harm_to_others": "Threat to people",
    "safety": "Injury or safety",
    "legal": "Legal threat",
    "regulator": "Regulator",
    "discrimination": "Discrimination",
    "harassment": "Harassment",
    "data_breach": "Data breach",
    "fraud": "Fraud or crime",
    "press": "Press or social reach",
    "vulnerable": "Vulnerable customer",
}
"""Risk flag → label."""

OUTCOMES: dict[str, str] = {
    "fixed": "Fixed",
    "explained": "Explained",
    "apology_only": "Apology only",
    "replaced": "Replaced",
    "refunded": "Refunded",
    "credit": "Credit given",
    "goodwill": "Goodwill",
    "entitlement_paid": "Paid what was due by right",
    "declined_with_reason": "Declined, with the reason",
    "withdrawn": "Withdrawn by the customer",
    "passed_to_regulator_path": "Passed to the formal route",
    "duplicate": "Duplicate of another case",
    "no_answer_from_customer": "No answer from the customer",
}
"""Outcome of a resolved case → label."""


def category_keys() -> list[str]:
    """Every category, first levels before their second levels."""
    return [
        key
        for first, (_, seconds) in CATEGORIES.items()
        for key in [first, *(f"{first}.{second}" for second in seconds)]
    ]


def category_label(key: str) -> str:
    """`delivery.late` → `Delivery: late`."""
    first, _, second = key.partition(".")
    label, seconds = CATEGORIES[first]
    return f"{label}: {seconds[second]}" if second else label


_CATEGORY_WORDS: dict[str, str] = {
    "delivery": "trouble with your delivery",
    "delivery.late": "late delivery",
    "delivery.missing": "missing parcel",
    "delivery.missed_slot": "missed delivery slot",
    "delivery.damaged_in_transit": "damage on the way to you",
    "delivery.wrong_address": "delivery to the wrong address",
    "product": "trouble with the item you bought",
    "product.defective": "faulty item",
    "product.wrong_item": "wrong item",
    "product.not_as_described": "item that differs from its description",
    "product.incomplete": "missing parts",
    "product.safety": "trouble with the item you bought",
    "billing": "trouble with your bill",
    "billing.overcharge": "amount you were charged",
    "billing.double_charge": "double charge",
    "billing.refund_late": "late refund",
    "billing.unexpected_fee": "fee you did not expect",
    "billing.cancellation_charge": "charge after you cancelled",
    "service_manner": "way you were treated",
    "service_manner.rude": "way you were spoken to",
    "service_manner.ignored": "silence you met",
    "service_manner.not_believed": "way your report was received",
    "service_manner.broken_promise": "promise we did not keep",
    "service_manner.repeat_contact": "need to ask us again",
    "service_access": "trouble reaching us",
    "service_access.slow_reply": "slow reply",
    "service_access.cannot_reach": "trouble reaching us",
    "service_access.channel_ignored": "message we left unanswered",
    "service_access.language_or_accessibility": "barrier you met when reaching us",
    "platform": "trouble with our website or app",
    "platform.outage": "outage",
    "platform.bug": "fault on our website or app",
    "platform.login": "trouble with your login",
    "platform.data_loss": "missing data",
    "platform.integration": "connection between our systems",
    "policy": "rule that stood in your way",
    "policy.returns_rule": "returns rule",
    "policy.contract_terms": "trouble with the terms of your contract",
    "policy.price_change": "price change",
    "policy.guarantee_refused": "decision on your guarantee",
    "onsite": "trouble during your visit",
    "onsite.cleanliness": "state of the rooms",
    "onsite.noise": "noise during your stay",
    "onsite.facility_broken": "broken facility",
    "onsite.food": "meal",
    "onsite.booking_lost": "lost booking",
    "trust": "cause of your concern",
    "trust.privacy": "worry over your privacy",
    "trust.security": "worry over security",
    "trust.fraud_victim": "fraud you reported",
    "trust.discrimination": "treatment you describe",
    "trust.accessibility_rights": "barrier you describe",
    "other": "",
}


def category_words(key: str) -> str:
    """The category as words that follow "the" in a reply: `delivery.late` → `late delivery`; nothing for `other`."""
    return _CATEGORY_WORDS[key]
