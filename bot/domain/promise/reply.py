"""A whole reply: the lines worth a look, what each gives and when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot.domain.hours import Calendar
from bot.domain.money import round_up
from bot.domain.promise.currencies import COINS, CURRENCY_WORDS
from bot.domain.promise.dates import DOTTED
from bot.domain.promise.deeds import clauses_of, is_named, is_our_act, lead_at
from bot.domain.promise.due import due_at
from bot.domain.promise.figures import FIRST_OF_NUMBER
from bot.domain.promise.giving import Gift, gift_at
from bot.domain.promise.line import ENDS, Line
from bot.domain.promise.model import DatePromise, MoneyPromise, Promises
from bot.domain.promise.moments import FIRST_OF_MOMENT, moments_of
from bot.domain.promise.shares import ALL, FIRST_OF_SHARE, is_base_of_share, shares_of
from bot.domain.promise.sums import Sum, bare_sums_of, sums_of
from bot.domain.promise.things import FIRST_OF_THING, NEAR, is_worth_of_thing, things_of
from bot.domain.promise.words import GENERIC, MONTHS, word_set
from bot.domain.sentences import Sentence, sentences


def promises(text: str, *, today: datetime, currency: str | None = None, calendar: Calendar | None = None) -> Promises:
    """What a reply promises, read at the moment and in the zone of `today`; `currency` settles shared signs.

    `calendar` says when the team works; without one every Monday to Friday counts, until 17:00.
    """
    if today.utcoffset() is None:
        raise ValueError("today has no time zone: hand over an aware datetime")
    money: list[MoneyPromise] = []
    dates: list[DatePromise] = []
    dotted_days = _has_dotted_days(today, calendar)
    for line in _lines(text, dotted_days=dotted_days):
        money += _money_of(line, currency)
        dates += _dates_of(line, today, calendar)
    return Promises(tuple(_settled(money)), tuple(dates), any(promise.ambiguous for promise in dates))


def _has_dotted_days(today: datetime, calendar: Calendar | None) -> bool:
    """Whether the team, or whoever writes, lives where the 16th of March is written "16.3."."""
    return (calendar.zone if calendar else str(today.tzinfo)).startswith("Europe/")


_LEAD_AND_DAY = 3
"""Words of a sentence that is only begun: "By the 16.3."."""
_STAYS_OPEN = word_set("rs kr sfr")
_WORTH_A_LOOK = (
    (FIRST_OF_MOMENT - FIRST_OF_NUMBER - {"the", "may"})
    | (FIRST_OF_THING - {"right"})
    | (FIRST_OF_SHARE - FIRST_OF_NUMBER - {"what"})
    | CURRENCY_WORDS.keys()
    | COINS.keys()
    | word_set("percent paid pm o'clock")
)
"""A sentence with neither a figure nor one of these words holds nothing for us."""


def _lines(text: str, *, dotted_days: bool) -> Iterator[Line]:
    """The sentences worth a look. "Rs. 500", "14. March" and "by 16.3. at noon" are one sentence, not two."""
    open_line: Line | None = None
    for sentence in sentences(text):
        if open_line is not None and _goes_on(open_line, sentence):
            open_line.extend(sentence)
            continue
        if open_line is not None:
            yield open_line
            open_line = None
        words = sentence.words
        if (
            words[-2:][0] in _STAYS_OPEN
            or not _WORTH_A_LOOK.isdisjoint(words)
            or any(word[0].isdecimal() for word in words)
        ):
            open_line = Line(text, sentence, dotted_days=dotted_days)
    if open_line is not None:
        yield open_line


def _goes_on(line: Line, sentence: Sentence) -> bool:
    last, first = line.words[-ENDS - 1], sentence.words[0]
    if line.text[line.starts[-1] : line.ends[-1]] != ".":
        return False
    if last in _STAYS_OPEN:
        return first[0].isdecimal() or line.text[sentence.starts[0]].islower()
    if line.dotted_days and DOTTED.fullmatch(last):
        return line.text[sentence.starts[0]].islower() or len(line.words) - ENDS <= _LEAD_AND_DAY
    return last.isdecimal() and len(last) <= 2 and first in MONTHS


def _money_of(line: Line, hint: str | None) -> list[MoneyPromise]:
    """What a sentence gives. A sum says how large the refund or voucher beside it is, so that is no second promise."""
    found: list[MoneyPromise] = []
    read: set[int] = set()
    stated: set[int] = set()
    for total in (*sums_of(line, hint), *bare_sums_of(line, hint)):
        words = range(total.start, total.end)
        if not read.isdisjoint(words):
            continue
        read.update(words)
        only_measures = is_worth_of_thing(line, total.start) or is_base_of_share(line, total.start)
        gift = None if only_measures else gift_at(line, total.start, total.end)
        if gift is not None:
            stated.update(words)
            found.append(_as_sum(line, total, gift))
    for share in shares_of(line):
        if share.percent == ALL and not stated.isdisjoint(range(share.start - NEAR, share.end + NEAR)):
            continue
        stated.update(range(share.start, share.end))
        found.append(MoneyPromise(*line.cut(share.start, share.end), share.kind, percent=share.percent))
    found += things_of(line, stated)
    found.sort(key=lambda promise: promise.start)
    return found


def _as_sum(line: Line, total: Sum, gift: Gift) -> MoneyPromise:
    note = ""
    if total.lowest is not None:
        note = f"A range from {total.lowest:f} to {total.amount:f}: the upper end counts."
    elif total.currency is None:
        note = "The words name no currency."
    place = line.cut(total.start, total.end)
    return MoneyPromise(*place, gift.kind, total.amount, total.currency, total.lowest, note=note)


def _dates_of(line: Line, now: datetime, calendar: Calendar | None) -> Iterator[DatePromise]:
    moments = list(moments_of(line, now, calendar))
    if not moments:
        return
    clauses = clauses_of(line, moments)
    for moment in moments:
        start, firm, excluded = lead_at(line, moment.start)
        if excluded:
            continue
        if not is_our_act(clauses, moment, firm=firm) and not is_named(line, clauses, start, firm=firm):
            continue
        place = line.cut(start, moment.end)
        due, note = due_at(moment, now, calendar)
        yield DatePromise(*place, moment.day, due, moment.at, moment.ambiguous, moment.note or note)


def _settled(money: Sequence[MoneyPromise]) -> Iterator[MoneyPromise]:
    """The promises of a whole reply: what is said once, a currency or the kind of a sum, holds elsewhere too, and a
    bare "refund" gives way to the refund that says how much."""
    currencies = {promise.currency for promise in money if promise.currency}
    if len(currencies) == 1:
        money = [_in_currency(promise, *currencies) for promise in money]
    kinds: dict[tuple[Decimal | None, str | None], str] = {}
    specific: set[str | None] = set()
    for promise in money:
        if promise.amount is not None and promise.kind:
            kinds.setdefault((promise.amount, promise.currency), promise.kind)
        if promise.item is None or promise.item not in GENERIC:
            specific.add(promise.kind)
    for promise in money:
        if promise.item in GENERIC and (promise.kind in specific or (promise.kind is None and specific)):
            continue
        if promise.amount is not None and promise.kind is None:
            yield replace(promise, kind=kinds.get((promise.amount, promise.currency)))
        else:
            yield promise


def _in_currency(promise: MoneyPromise, currency: str) -> MoneyPromise:
    """A sum that names no currency, in the one the reply names elsewhere."""
    if promise.amount is None or promise.currency is not None:
        return promise
    amount = round_up(promise.amount, currency)
    return replace(promise, amount=amount, currency=currency, note=f"Taken as {currency}, like the rest of the reply.")
