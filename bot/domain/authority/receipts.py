"""A decision with everything it was made from, as JSON for the audit log, and the same decision made again from it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.domain.audit import text_hash
from bot.domain.authority.deciding import decide
from bot.domain.authority.model import Decision, Effect, Left, Offer, Reason, Spent, Tally, Verdict
from bot.domain.authority.policy import Policy
from bot.domain.money import Money, MoneyError
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

SHAPE = 1
"""Number of the shape receipts are written in; readers know this one and all before it."""


class ReceiptError(ValueError):
    """A receipt cannot be read; the message says which field is at fault."""


def as_receipt(offer: Offer, spent: Spent, decision: Decision, policy: Policy | None, now: datetime) -> dict[str, Any]:
    """The receipt of a decision: what was asked, the sums used, the rules, and which policy text it was.

    Values only: of the item and the note it keeps hashes, never words.
    """
    return {
        "shape": SHAPE,
        "at": now.isoformat(),
        "policy": {"hash": policy.hash, "version": policy.version} if policy else None,
        "offer": offer_as_json(offer),
        "spent": spent_as_json(spent),
        "decision": decision_as_json(decision),
    }


def decide_again(receipt: Mapping[str, Any], policy: Policy | None) -> Decision:
    """The decision a policy makes on the facts of a receipt. Raises ReceiptError when it cannot be read."""
    offer, spent, now = facts_of(receipt)
    return decide(offer, spent, policy, now)


def is_same(receipt: Mapping[str, Any], decision: Decision) -> bool:
    """Whether a decision is the one in the receipt: verdict, people, rules, sums and what is left.

    Sentences are not compared: a later version may say the same thing in other words.
    """
    return bool(_without_words(receipt.get("decision")) == _without_words(decision_as_json(decision)))


def _without_words(decision: Any) -> Any:
    if not isinstance(decision, dict) or not isinstance(decision.get("reasons"), list):
        return None
    reasons = [
        {name: value for name, value in reason.items() if name not in ("says", "file")}
        for reason in decision["reasons"]
        if isinstance(reason, dict)
    ]
    return {**decision, "reasons": reasons}


def facts_of(receipt: Mapping[str, Any]) -> tuple[Offer, Spent, datetime]:
    """The offer, the sums and the moment of a receipt. Raises ReceiptError."""
    if receipt.get("shape") != SHAPE:
        raise ReceiptError(f"shape: {receipt.get('shape')!r} is not a shape this version reads ({SHAPE})")
    try:
        now = datetime.fromisoformat(receipt["at"])
        return offer_from_json(receipt["offer"]), spent_from_json(receipt["spent"]), now
    except KeyError as error:
        raise ReceiptError(f"{error.args[0]}: missing") from None
    except (TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise ReceiptError(f"cannot be read: {error}") from None


def offer_as_json(offer: Offer) -> dict[str, Any]:
    """An offer as plain values; hashes stand for the item and the note."""
    return {
        "kind": offer.kind,
        "amount": _money_out(offer.amount),
        "item": text_hash(offer.item) if offer.item.strip() else "",
        "loss": _money_out(offer.loss),
        "reason": offer.reason,
        "note": text_hash(offer.note) if offer.note else "",
        "category": offer.category,
        "severity": offer.severity.value,
        "risks": list(offer.risks),
        "by": offer.by,
        "role": offer.role.value if offer.role else None,
        "owner": offer.owner,
        "about": offer.about,
        "customer_known": offer.customer_known,
    }


def offer_from_json(given: Mapping[str, Any]) -> Offer:
    """The offer of a receipt, with hashes for the item and the note: enough to decide again."""
    return Offer(
        kind=given["kind"],
        amount=_money_in(given["amount"]),
        item=given["item"],
        loss=_money_in(given["loss"]),
        reason=given["reason"],
        note=given["note"],
        category=given["category"],
        severity=Severity(given["severity"]),
        risks=tuple(given["risks"]),
        by=given["by"],
        role=Role(given["role"]) if given["role"] else None,
        owner=given["owner"],
        about=given["about"],
        customer_known=given["customer_known"],
    )


def spent_as_json(spent: Spent) -> dict[str, Any]:
    """The sums as plain values, amounts as text."""
    return {
        "currency": spent.currency,
        "case": _sums_out(spent.case),
        "owed": _sums_out(spent.owed),
        "today": _sums_out(spent.today),
        "month": str(spent.month),
        "month_paid": str(spent.month_paid),
        "customer": {str(days): [tally.offers, str(tally.total)] for days, tally in sorted(spent.customer.items())},
        "near": spent.near,
        "other_currencies": list(spent.other_currencies),
    }


def spent_from_json(given: Mapping[str, Any]) -> Spent:
    """The sums of a receipt."""
    return Spent(
        currency=given["currency"],
        case=_sums_in(given["case"]),
        owed=_sums_in(given["owed"]),
        today=_sums_in(given["today"]),
        month=_amount(given["month"]),
        month_paid=_amount(given["month_paid"]),
        customer={int(days): Tally(offers, _amount(total)) for days, (offers, total) in given["customer"].items()},
        near=given["near"],
        other_currencies=tuple(given["other_currencies"]),
    )


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """A decision as plain values."""
    return {
        "verdict": decision.verdict.value,
        "approver": decision.approver.value if decision.approver else None,
        "people": decision.people,
        "reasons": [_reason_out(reason) for reason in decision.reasons],
        "kept": [rule.id for rule in decision.kept],
        "left": [_left_out(left) for left in decision.left],
        "instead": {
            "largest": _money_out(decision.instead.largest),
            "unlimited": decision.instead.unlimited,
            "kinds": {one.kind: _money_out(one.largest) for one in decision.instead.kinds},
        },
        "goodwill": _money_out(decision.goodwill),
        "owed": {id: _money_out(money) for id, money in decision.owed},
    }


def verdict_of(receipt: Mapping[str, Any]) -> Verdict:
    """What was decided then. Raises ReceiptError."""
    try:
        return Verdict(receipt["decision"]["verdict"])
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptError(f"decision: cannot be read: {error}") from None


def _reason_out(reason: Reason) -> dict[str, Any]:
    return {
        "id": reason.rule.id,
        "file": reason.rule.file,
        "line": reason.rule.line,
        "effect": Effect(reason.effect).value,
        "says": reason.says,
        "role": reason.role.value if reason.role else None,
        "leads_only": reason.leads_only,
    }


def _left_out(left: Left) -> dict[str, Any]:
    return {
        "name": left.name,
        "rule": left.rule.id,
        "limit": None if left.limit is None else str(left.limit),
        "used": str(left.used),
        "left": None if left.left is None else str(left.left),
        "days": left.days,
        "offers_left": left.offers_left,
        "leads_only": left.leads_only,
    }


def _money_out(money: Money | None) -> str | None:
    return str(money) if money else None


def _money_in(text: str | None) -> Money | None:
    """Money as `str` writes it."""
    if text is None:
        return None
    figure, _, currency = text.partition(" ")
    return Money(_amount(figure), currency)


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite():
        raise MoneyError(f"{text!r} is no amount")
    return amount


def _sums_out(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(amount) for name, amount in sorted(sums.items())}


def _sums_in(given: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: _amount(amount) for name, amount in given.items()}
