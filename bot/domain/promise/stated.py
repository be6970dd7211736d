"""Decided amends in the words a reply states them in."""

from collections.abc import Sequence

from bot.domain.money import round_up
from bot.domain.promise.model import Approved

_SUM = {
    "refund": "a refund of {}",
    "credit": "a credit of {}",
    "discount": "a discount of {}",
    "fee_waiver": "a fee waiver of {}",
    "replacement": "a replacement worth {}",
    "free_service": "a free service worth {}",
    "gift": "a gift worth {}",
}
_ALONE = {
    "refund": "a refund",
    "credit": "a credit",
    "discount": "a discount",
    "fee_waiver": "a fee waiver",
    "replacement": "a replacement",
    "free_service": "a free service",
    "gift": "a gift",
}
_ARTICLES = ("a ", "an ", "the ", "one ", "two ", "three ", "free ", "your ", "my ", "our ")


def stated(decided: Sequence[Approved]) -> str:
    """What is decided, ready to follow "I have arranged": "a refund of 20.00 EUR and a gift"; empty for nothing."""
    words = list(dict.fromkeys(_words(each) for each in decided))
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _words(decided: Approved) -> str:
    kind = decided.kind.replace("_", " ")
    if decided.amount is not None:
        amount = f"{round_up(decided.amount, decided.currency):f} {decided.currency or ''}".strip()
        return _SUM.get(decided.kind, f"{kind} of {{}}").format(amount)
    if decided.percent is not None:
        return f"a {kind} of {decided.percent.normalize():f} %"
    if decided.item:
        item = decided.item
        return item if item.lower().startswith(_ARTICLES) or item[:1].isdigit() else f"{_article(item)} {item}"
    return _ALONE.get(decided.kind, kind)


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
