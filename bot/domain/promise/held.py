"""What a reply promises, held against what is decided on the case."""

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.money import round_up
from bot.domain.promise.model import Approved, MoneyPromise, Promises, Unapproved
from bot.domain.promise.words import GENERIC


def held_against(promises: Promises, approved: Sequence[Approved]) -> tuple[Unapproved, ...]:
    """What a reply states that the decisions on the case do not cover, in the order of the text.

    A sum stated twice is one sum; different sums of one kind add up, unless one is the total of the others. Without a
    kind a sum may draw on anything decided in its currency.
    """
    stated: dict[tuple[str | None, str | None], list[Decimal]] = {}
    for promise in promises.money:
        sums = stated.setdefault((promise.kind, promise.currency), [])
        if promise.amount is not None and promise.amount not in sums:
            sums.append(promise.amount)
    found: list[Unapproved] = []
    for promise in promises.money:
        why = _why_not(promise, approved, stated[promise.kind, promise.currency])
        if why:
            found.append(Unapproved(promise.start, promise.end, promise.words, why))
    return tuple(found)


def _why_not(promise: MoneyPromise, approved: Sequence[Approved], sums: Sequence[Decimal]) -> str:
    name = describe(promise)
    if not approved:
        return (
            f"Nothing is decided on this case, and the reply states {name}: offer it as amends first, or take it out."
        )
    fitting = [offer for offer in approved if promise.kind is None or offer.kind == promise.kind]
    if not fitting:
        return _differs(name, approved)
    if any(offer.amount is None and offer.percent is None and offer.item is None for offer in fitting):
        return ""
    if promise.amount is not None:
        return _why_not_sum(name, promise.amount, promise.currency, fitting, sums)
    if promise.percent is not None:
        covered = any(offer.percent is not None and promise.percent <= offer.percent for offer in fitting)
    elif (
        promise.item in GENERIC
        or promise.kind == "replacement"
        or (promise.item or "").replace(" ", "_") == promise.kind
    ):
        covered = True
    else:
        covered = any(_is_same_item(promise.item, offer.item) for offer in fitting)
    return "" if covered else _differs(name, fitting)


def _why_not_sum(
    name: str, amount: Decimal, currency: str | None, fitting: Sequence[Approved], sums: Sequence[Decimal]
) -> str:
    """`sums` are the different sums of this kind and currency in the whole reply, in order."""
    if currency is None:
        return f"The reply states {name} without a currency: name it, so that the sum can be held against the decision."
    decided = [offer.amount for offer in fitting if offer.amount is not None and offer.currency == currency]
    if not decided:
        return _differs(name, fitting)
    limit = sum(decided)
    if amount > limit:
        return _over(name, limit, currency)
    total, largest = sum(sums), max(sums)
    if total <= limit or total == 2 * largest:
        return ""
    so_far = sum(sums[: sums.index(amount) + 1])
    return _over(f"{name}, {so_far:f} {currency} with the sums before", limit, currency) if so_far > limit else ""


def _over(name: str, limit: Decimal | int, currency: str) -> str:
    decided = f"only {round_up(Decimal(limit), currency):f} {currency} is decided"
    return f"The reply states {name}, but {decided}: write that sum, or offer the rest as amends first."


def _differs(name: str, approved: Sequence[Approved]) -> str:
    decided = " and ".join(describe(offer) for offer in approved)
    return f"The reply states {name}, but decided is {decided}: write what is decided, or offer this as amends first."


def describe(promise: MoneyPromise | Approved) -> str:
    """A promise or a decision in a few words: "40.00 EUR as a refund", "20 percent as a discount", "a free month"."""
    kind = (promise.kind or "").replace("_", " ")
    how = f" as {'an' if kind[:1] in 'aeiou' else 'a'} {kind}" if kind else ""
    if promise.amount is not None:
        return f"{round_up(promise.amount, promise.currency):f} {promise.currency or ''}".strip() + how
    if promise.percent is not None:
        return f"{promise.percent.normalize():f} percent{how}"
    item = promise.item or kind or "amends"
    return f"{item} ({kind})" if kind and kind not in item else item


def _is_same_item(stated: str | None, decided: str | None) -> bool:
    return bool(stated and decided) and _item_words(stated or "") == _item_words(decided or "")


def _item_words(item: str) -> frozenset[str]:
    """The words that tell one thing from another: "one month free" is "a free month"."""
    return frozenset(word.rstrip("s") for word in item.lower().split()) - {"a", "an", "the", "one", "1", "of", "for"}
