"""Shares of a price that are given: "20% off", "half your money back", "a full refund"."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.domain.money import read_figure
from bot.domain.promise.acts import act_after, act_before, clause_start
from bot.domain.promise.figures import FIRST_OF_NUMBER, UNITS, is_money_figure, number_at
from bot.domain.promise.giving import Gift, gift_at, noun_after, noun_before
from bot.domain.promise.line import Line, scan
from bot.domain.promise.refusals import is_blocked
from bot.domain.promise.words import NOUNS, PRICES, WHOLE, WIDE, word_set
from bot.domain.sentences import END, PAUSE

ALL = Decimal(100)


class Share(NamedTuple):
    """A share of a price that is given: words `start` to `end`, without."""

    start: int
    end: int
    percent: Decimal
    kind: str | None


_FRACTIONS = {
    "half": Decimal(50),
    "third": Decimal("33.33"),
    "quarter": Decimal(25),
    "fifth": Decimal(20),
    "tenth": Decimal(10),
}
_FRACTIONS_OF = {"thirds": Decimal("33.33"), "quarters": Decimal(25), "fifths": Decimal(20), "tenths": Decimal(10)}
_WHOLE_NOUNS = word_set(
    """
    refund reimbursement credit amount price cost costs sum fare fee payment purchase order value balance money bill
    charge invoice fees
    """
)
FIRST_OF_SHARE = (
    (FIRST_OF_NUMBER - {"a", "an"})
    | _FRACTIONS.keys()
    | _FRACTIONS_OF.keys()
    | WHOLE
    | {"money", "what", "cent", "penny"}
)


def shares_of(line: Line) -> Iterator[Share]:
    """The shares that a line gives."""

    def read(at: int) -> Share | None:
        return _percent_at(line, at) or _fraction_at(line, at) or _whole_at(line, at)

    return scan(line, FIRST_OF_SHARE, read)


def is_base_of_share(line: Line, start: int) -> bool:
    """ "half of the 120 euros you paid" gives a share."""
    words = line.words
    place = start - 1
    while place > 0 and words[place] in ("of", "the", "your"):
        place -= 1
    return 0 <= place < start - 1 and (words[place] in ("%", "percent", "cent") or words[place] in _FRACTIONS)


def _percent_at(line: Line, at: int) -> Share | None:
    words = line.words
    number = number_at(line, at)
    if number is None or not is_money_figure(number[0]):
        return None
    end = number[1]
    if words[end] in ("%", "percent"):
        end += 1
    elif words[end] == "per" and words[end + 1] == "cent":
        end += 2
    else:
        return None
    percent = read_figure(number[0])
    if not percent or percent > ALL:
        return None
    return _share(line, at, end, percent)


def _fraction_at(line: Line, at: int) -> Share | None:
    words = line.words
    word = words[at]
    if word in _FRACTIONS and (word == "half" or words[max(at - 1, 0)] in ("a", "one")):
        if words[at + 1] in ("an", "a", "hour", "hours", "day", "year", "dozen", "past"):
            return None
        return _share(line, at, at + 1, _FRACTIONS[word])
    if word in _FRACTIONS_OF and at and words[at - 1] in ("two", "three", "four"):
        part = (_FRACTIONS_OF[word] * UNITS[words[at - 1]]).quantize(Decimal("0.01"))
        part = Decimal("66.67") if part == Decimal("66.66") else part
        return _share(line, at, at + 1, part) if part < ALL else None
    return None


def _share(line: Line, start: int, end: int, percent: Decimal) -> Share | None:
    """A share counts where it is a share of a price: "20% off", "half the price", "refund half"."""
    words = line.words
    noun = noun_after(line, end)
    before = noun_before(line, start)
    of_price = any(word in _WHOLE_NOUNS or word in PRICES or word in ("paid", "it") for word in words[end : end + 5])
    reduced = words[start - 1] == "by" and any(
        word in WIDE and WIDE[word] == "discount" for word in words[max(start - 7, 0) : start]
    )
    if noun is None and before is None and not of_price and not reduced:
        return None
    opening = clause_start(line, start)
    act, kind, _ = act_before(line, opening, start, off=noun == "discount")
    if any(beside not in (None, "price", "open") for beside in (noun, before)):
        gift = gift_at(line, start, end)
    elif act == "back" or ((of_price or reduced) and act == "wide"):
        gift = None if is_blocked(line, opening, start, end, waives=False) else Gift(_share_kind(words, end, kind))
    else:
        later = act_after(line, end)
        gift = Gift(later[1]) if later and later[0] == "back" else None
        if of_price and words[end : end + 2] in (["the", "price"], ["price", END], ["price", PAUSE], ["price", "for"]):
            gift = Gift("discount") if not is_blocked(line, opening, start, end, waives=False) else None
    if gift is None:
        return None
    return Share(start, end, percent, _share_kind(words, end, gift.kind))


def _share_kind(words: Sequence[str], end: int, kind: str | None) -> str | None:
    """ "half your money back" is a refund, "half the price off" a discount, whatever act led to it."""
    for word in words[end : end + 6]:
        if word in ("back", "off", "refund", "credit", "voucher", "discount"):
            return NOUNS[word]
        if word == "money":
            return "refund"
        if word in (END, PAUSE, "and"):
            break
    if kind is None and "price" in words[end : end + 4]:
        return "discount"
    return kind


def _whole_at(line: Line, at: int) -> Share | None:
    """ "a full refund", "the full amount", "in full", "your money back", "what you paid"."""
    words = line.words
    word, follower = words[at], words[at + 1]
    if word in WHOLE and follower in _WHOLE_NOUNS:
        kind = NOUNS.get(follower)
        gift = gift_at(line, at, at + 2, needs_act=True, loose=kind is not None)
        if gift is None and kind is None and "back" in words[at + 2 : at + 6]:
            gift = gift_at(line, at, at + 2, needs_act=True)
        return Share(at, at + 2, ALL, kind or gift.kind or "refund") if gift else None
    if word == "full" and words[at - 1 : at] == ["in"]:
        opening = clause_start(line, at)
        act, kind, _ = act_before(line, opening, at, off=False)
        if act == "back" and kind in ("refund", "credit") and not is_blocked(line, opening, at, at, waives=False):
            return Share(at - 1, at + 1, ALL, kind)
    if word == "money" and follower == "back" and words[at - 1 : at] in (["your"], ["the"]):
        if words[at + 2] == "guarantee" or (at > 1 and (words[at - 2] in _FRACTIONS or words[at - 2] in ("of", "%"))):
            return None
        gift = gift_at(line, at - 1, at + 2, needs_act=True)
        return Share(at - 1, at + 2, ALL, "refund") if gift else None
    if word in ("cent", "penny") and words[at - 1 : at] == ["every"]:
        gift = gift_at(line, at - 1, at + 1)
        return Share(at - 1, at + 1, ALL, gift.kind or "refund") if gift else None
    if words[at : at + 3] in (["what", "you", "paid"], ["what", "you", "spent"]) and words[at - 1 : at] != ["of"]:
        opening = clause_start(line, at)
        act, kind, place = act_before(line, opening, at, off=False)
        is_refund = act == "back" and kind == "refund" and place >= at - 3
        if is_refund and not is_blocked(line, opening, at, at + 3, waives=False):
            return Share(at, at + 3, ALL, kind)
    return None
