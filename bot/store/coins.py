"""Sums as the database keeps them: a whole number of the smallest coins of a currency."""

from decimal import Decimal

from bot.domain.money import PLACES, Money


def minor(money: Money) -> int:
    """A sum in the smallest coins of its currency."""
    return int(money.amount.scaleb(PLACES[money.currency]))


def money(coins: int, currency: str) -> Money:
    """Smallest coins as a sum."""
    return Money(Decimal(coins).scaleb(-PLACES[currency]), currency)


def minor_or_none(sum_: Money | None) -> int | None:
    """The same where there may be no sum."""
    return None if sum_ is None else minor(sum_)


def money_or_none(coins: int | None, currency: str) -> Money | None:
    """The same where there may be no sum."""
    return None if coins is None else money(coins, currency)
