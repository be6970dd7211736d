"""Sums of money in a line, whoever gives them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from bot.domain.money import PLACES, SIGNS, code_of, read_figure, round_up
from bot.domain.promise.currencies import CODES, COINS, COMMON_CODES, CURRENCY_WORDS, DOLLARS, NAMES_OF_MONEY, NATIONS
from bot.domain.promise.figures import FIRST_OF_NUMBER, SCALES, is_money_figure, number_at, range_joint
from bot.domain.promise.line import Line, scan
from bot.domain.promise.words import BACK, REACH, word_set
from bot.domain.sentences import END, PAUSE

_FIRST_OF_SUM = FIRST_OF_NUMBER | DOLLARS.keys() | NAMES_OF_MONEY
_AFTER_BARE_SUM = word_set("to back for as and today tomorrow at once by in on this straight") | {END, PAUSE}
_NUMBERED = word_set("order orders booking invoice reference case number ticket")


class Sum(NamedTuple):
    """A sum in a line, wherever it came from: words `start` to `end`, without."""

    start: int
    end: int
    amount: Decimal
    currency: str | None
    lowest: Decimal | None = None


def sums_of(line: Line, hint: str | None) -> Iterator[Sum]:
    """The sums that name their currency; `hint` settles shared signs."""
    return scan(line, _FIRST_OF_SUM, lambda at: _sum_at(line, at, hint))


def bare_sums_of(line: Line, hint: str | None) -> Iterator[Sum]:
    """ "We will refund you 40": a figure that can only be a sum, in the currency we were told, if any."""
    words = line.words
    for at in line.figures:
        if at == 0 or not is_money_figure(words[at]):
            continue
        before = at - 2 if words[at - 1] == "you" else at - 1
        follows = words[at + 1]
        if before < 0 or words[before] not in BACK or BACK[words[before]] not in ("refund", "credit"):
            continue
        if follows not in _AFTER_BARE_SUM or not _NUMBERED.isdisjoint(words[max(at - REACH, 0) : at]):
            continue
        found = _amount(line, at, at, hint)
        if found is not None:
            yield found


def _sum_at(line: Line, at: int, hint: str | None, *, may_range: bool = True) -> Sum | None:
    before = _currency_before(line, at, hint)
    figure_at = before[1] if before else at
    number = number_at(line, figure_at)
    if number is None:
        return _one_coin(line, at, hint)
    figure, end = number
    joint = range_joint(line, at, end) if may_range else None
    if joint is not None:
        upper = _sum_at(line, joint, hint, may_range=False)
        if upper is None and before:
            upper = _amount(line, joint, joint, before[0])
        lower = read_figure(figure, PLACES.get(upper.currency or "", 2)) if upper else None
        if upper and lower is not None and lower < upper.amount and is_money_figure(figure):
            return upper._replace(start=at, lowest=round_up(lower, upper.currency))
    after = _currency_after(line, end, hint)
    if after is not None and after[2]:
        return _coins(line, at, figure, after)
    if after is None:
        return _amount(line, at, figure_at, before[0]) if before else None
    found = _amount(line, at, figure_at, after[0])
    return _with_coins(line, found._replace(end=after[1]), hint) if found else None


def _amount(line: Line, start: int, figure_at: int, currency: str | None) -> Sum | None:
    number = number_at(line, figure_at)
    if number is None or not is_money_figure(number[0]):
        return None
    value = read_figure(number[0], PLACES.get(currency or "", 2))
    return Sum(start, number[1], round_up(value, currency), currency) if value else None


def _currency_before(line: Line, at: int, hint: str | None) -> tuple[str, int] | None:
    """The currency named before a figure, and where the figure stands: "€", "US$", "EUR", "kr"."""
    words = line.words
    word, follower = words[at], words[at + 1]
    if word in DOLLARS and follower == "$" and line.ends[at] == line.starts[at + 1]:
        return DOLLARS[word], at + 2
    if not follower[0].isdecimal() and follower not in SCALES:
        return None
    code = _named(line, at, hint)
    return (code, at + 1) if code else None


def _currency_after(line: Line, at: int, hint: str | None) -> tuple[str, int, bool] | None:
    """The currency named after a figure, the word after it, and whether it counts coins ("50 cents")."""
    words = line.words
    word = words[at]
    if word in NATIONS and (words[at + 1] in CURRENCY_WORDS or words[at + 1] == "$"):
        return NATIONS[word], at + 2, False
    if word in COINS and (word != "p" or (not line.between(at - 1, at) and words[at + 1] != "m")):
        known = COINS[word]
        return hint if hint and hint in known else known[0], at + 1, True
    code = _named(line, at, hint)
    if code is None and word in CURRENCY_WORDS:
        known = CURRENCY_WORDS[word]
        code = hint if hint in known else known[0]
    if code is None:
        return None
    end = at + 1
    if words[end] == "sterling" or (word in SIGNS and words[end] in COMMON_CODES):
        code = words[end].upper() if words[end] in COMMON_CODES else code
        end += 1
    return code, end, False


def _named(line: Line, at: int, hint: str | None) -> str | None:
    """The currency a sign or a code names. A rare code that is also a word must stand in capitals."""
    word = line.words[at]
    if word in SIGNS:
        return code_of(word, hint)
    if word in COMMON_CODES:
        return word.upper()
    if word in CODES and line.text[line.starts[at] : line.ends[at]].isupper():
        return word.upper()
    return None


def _one_coin(line: Line, at: int, hint: str | None) -> Sum | None:
    """ "a euro", "a dollar"."""
    words = line.words
    if words[at] not in ("a", "one") or words[at + 1] not in CURRENCY_WORDS:
        return None
    known = CURRENCY_WORDS[words[at + 1]]
    return Sum(at, at + 2, Decimal("1.00"), hint if hint in known else known[0])


def _coins(line: Line, start: int, figure: str, after: tuple[str, int, bool]) -> Sum | None:
    value = read_figure(figure)
    return Sum(start, after[1], round_up(value / 100, after[0]), after[0]) if value else None


def _with_coins(line: Line, found: Sum, hint: str | None) -> Sum:
    """ "fifty dollars and fifty cents" is one sum."""
    words = line.words
    at = found.end + 1 if words[found.end] == "and" else found.end
    number = number_at(line, at)
    after = _currency_after(line, number[1], found.currency) if number else None
    value = read_figure(number[0]) if number and is_money_figure(number[0]) else None
    if after is None or not after[2] or value is None or value >= 100:
        return found
    return found._replace(end=after[1], amount=round_up(found.amount + value / 100, found.currency))
