"""What the decisions on a case allow a reply to state, and a reply held against them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.case import Case
from bot.domain.promise import Approved, Unapproved, describe, held_against, promises
from bot.store import offers
from bot.store.db import Session


def given_on(session: Session, case: Case) -> tuple[Approved, ...]:
    """What is allowed or approved on this case: things by their name, all else by its sum."""
    return tuple(
        Approved(each.kind, item=each.item)
        if each.item or each.amount is None
        else Approved(each.kind, each.amount.amount, each.amount.currency)
        for each in offers.of_case(session, case.id)
        if each.state.is_given
    )


def unapproved_in(text: str, case: Case, given: Sequence[Approved], *, now: datetime) -> tuple[Unapproved, ...]:
    """The sums, shares and things a reply states that nobody decided on this case, in the order of the text."""
    currencies = {each.currency for each in given if each.currency}
    read = promises(text, today=now, currency=currencies.pop() if len(currencies) == 1 else None)
    found = held_against(read, given)
    if given:
        return found
    names = {(promise.start, promise.end): describe(promise) for promise in read.money}
    return tuple(replace(each, why=_nothing_is_approved(names[each.start, each.end], case)) for each in found)


def _nothing_is_approved(name: str, case: Case) -> str:
    return (
        f"This reply promises {name}, and nothing is approved on {case.reference}. "
        "Offer amends first, or take it out of the reply."
    )
