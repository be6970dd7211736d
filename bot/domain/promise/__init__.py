"""What a reply promises: sums, shares and things the company gives, and days by which it acts.

Only what is ours to give or to do counts: a price somebody paid, a quotation, the customer's own deadline and a plain
refusal are no promises. Words are looked up in tables and judged by the words beside them; no text makes this raise.
"""

from bot.domain.promise.held import describe, held_against
from bot.domain.promise.model import KINDS, Approved, DatePromise, MoneyPromise, Promises, Unapproved
from bot.domain.promise.reply import promises

__all__ = [
    "KINDS",
    "Approved",
    "DatePromise",
    "MoneyPromise",
    "Promises",
    "Unapproved",
    "describe",
    "held_against",
    "promises",
]
