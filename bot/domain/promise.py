"""What a reply promises: sums, shares and things the company gives, and days by which it acts.

Only what is ours to give or to do counts: a price somebody paid, a quotation, the customer's own deadline and a plain
refusal are no promises. Words are looked up in tables, and each figure is judged by the few words around it, so time is
linear in the text; no text makes `promises` raise.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, TypeVar

from bot.domain.money import PLACES, SIGNS, code_of, read_figure, round_up
from bot.domain.phrases import compile_pattern
from bot.domain.sentences import END, MASK, PAUSE, Sentence, sentences

KINDS = ("refund", "credit", "discount", "replacement", "free_service", "fee_waiver", "gift")
"""The kinds of amends a reply can state; None stands where the words leave it open."""


@dataclass(frozen=True, slots=True)
class MoneyPromise:
    """Something the reply gives: a sum, a share of a price, or a thing. `text[start:end]` are the words.

    A sum has an `amount`, and a `currency` unless nothing says which. Of a range it is the upper end, `lowest` the
    lower one. A share has `percent`, a thing has `item`. `note` says what was read into the words, if anything.
    """

    start: int
    end: int
    words: str
    kind: str | None
    amount: Decimal | None = None
    currency: str | None = None
    lowest: Decimal | None = None
    percent: Decimal | None = None
    item: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatePromise:
    """A day, perhaps with a time, by which the reply says something will be done. `text[start:end]` are the words.

    Where `ambiguous` is set the words can mean another day or time too: ask, and show `note`.
    """

    start: int
    end: int
    words: str
    day: date
    at: time | None = None
    ambiguous: bool = False
    note: str = ""

    @property
    def iso(self) -> str:
        """The day as "2026-03-13", or with its time as "2026-03-13T17:00"."""
        return f"{self.day.isoformat()}T{self.at:%H:%M}" if self.at else self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything a reply promises, in the order of the text. `ambiguous` when a date must be asked for."""

    money: tuple[MoneyPromise, ...] = ()
    dates: tuple[DatePromise, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Approved:
    """One offer that is allowed or approved on the case: a sum, a share of the price, a thing, or a kind alone."""

    kind: str
    amount: Decimal | None = None
    currency: str | None = None
    percent: Decimal | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Unapproved:
    """A stated promise that the case does not cover. `why` is one sentence: what is wrong, and what to do."""

    start: int
    end: int
    words: str
    why: str


def promises(text: str, *, today: datetime, currency: str | None = None) -> Promises:
    """What a reply promises, read at the moment and in the zone of `today`; `currency` settles shared signs."""
    if today.utcoffset() is None:
        raise ValueError("today has no time zone: hand over an aware datetime")
    money: list[MoneyPromise] = []
    dates: list[DatePromise] = []
    for line in _lines(text):
        money += _money_of(line, currency)
        dates += _dates_of(line, today)
    return Promises(tuple(_settled(money)), tuple(dates), any(promise.ambiguous for promise in dates))


# --- Reading words ----------------------------------------------------------------------------------------------------

S = TypeVar("S", "_Sum", "_Share", "_Spot", "_When")


def _numbered(words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split())}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _scan(line: "_Line", first_words: Container[str], read: Callable[[int], S | None]) -> Iterator[S]:
    """What `read` finds at the figures and the words that may begin it, from left to right, never twice at one word."""
    places: list[int] = [at for at, word in enumerate(line.words) if word in first_words]
    if line.figures:
        places = sorted({*places, *line.figures})
    done = 0
    for at in places:
        if at >= done:
            found = read(at)
            if found is not None:
                done = max(found.end, at + 1)
                yield found


# --- A sentence with its figures and signs in one piece --------------------------------------------------------------


_ENDS = 6
"""So many `END` close a line: whoever looks a few words ahead need not ask whether there are any."""


class _Line:
    """One sentence: words as in `Sentence`, but a figure ("1,234.50", "17:00", "14/03") and a sign is one word each."""

    __slots__ = ("asks", "ends", "figures", "starts", "text", "words")

    def __init__(self, text: str, sentence: Sentence) -> None:
        self.text = text
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.figures: list[int] = []
        self.asks = False
        self.extend(sentence)

    def extend(self, sentence: Sentence) -> None:
        """Add the words of a sentence; the end of the one before becomes void."""
        text, words, starts, ends = self.text, self.words, self.starts, self.ends
        if words:
            del words[-_ENDS:], starts[-_ENDS:], ends[-_ENDS:]
        done = ends[-1] if ends else sentence.starts[0] - 3
        for whole, begin, end in zip(sentence.words, sentence.starts, sentence.ends, strict=True):
            word, start = whole, begin
            if start < done and words and words[-1][0].isdecimal() and word != END:
                if end <= done:
                    continue  # a part of the figure before
                word, start = text[done:end].lower(), done
            if start > done + 1 or (start > done and text[done] != " "):
                self._add_signs(max(done, 0), start)
            if word[0].isdecimal() and end > start:
                self._add_figure(word, start, end)
            elif (
                word[-1].isdecimal() and end - start == len(word) and word[:-1].rstrip("0123456789") in _NAMES_OF_MONEY
            ):
                name = word.rstrip("0123456789")
                self._add(name, start, start + len(name))
                self._add_figure(word[len(name) :], start + len(name), end)
            else:
                self._add(word, start, end)
            done = ends[-1]
        for _ in range(_ENDS - 1):
            self._add(END, starts[-1], ends[-1])
        self.asks = "?" in text[starts[-1] : ends[-1]]

    def _add(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def _add_signs(self, start: int, end: int) -> None:
        """Signs of money and of percent that touch, or all but touch, a word."""
        for at in sorted({*range(start, min(start + 2, end)), *range(max(end - 2, start), end)}):
            sign = _SIGN_CHARACTERS.get(self.text[at])
            if sign:
                self._add(sign, at, at + 1)

    def _add_figure(self, word: str, start: int, end: int) -> None:
        match = _FIGURE.match(self.text, start)
        if match is None:
            self._add(word, start, end)
            return
        self.figures.append(len(self.words))
        self._add(match.group(), start, match.end())
        if match.end() < end:
            self._add(self.text[match.end() : end].lower(), match.end(), end)

    def between(self, left: int, right: int) -> str:
        """What stands in the text between two words."""
        return self.text[self.ends[left] : self.starts[right]].strip()


_FIGURE = re.compile(
    r"\d{4}-\d\d?-\d\d?(?:T\d\d:\d\d)?(?!\d)"
    r"|\d\d?[/.]\d\d?[/.]\d{4}(?!\d)"
    r"|\d\d?/\d\d?/\d\d(?!\d)"
    r"|\d\d?/\d\d?(?![\d/])"
    r"|\d\d?:\d\d(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}(?!\d))+(?:[.,]\d\d?(?!\d))?"
    r"|\d+(?:[.,'\u2019]\d+)*"
)
_SIGN_CHARACTERS = {
    **{sign: sign for sign in SIGNS if len(sign) == 1},
    "\uff04": "$",
    "\uffe1": "£",
    "\uffe5": "¥",
    "%": "%",
    "\uff05": "%",
}
_STAYS_OPEN = _set("rs kr sfr")


def _lines(text: str) -> Iterator[_Line]:
    """The sentences worth a look. "Rs. 500" and "14. March" are one sentence, not two."""
    open_line: _Line | None = None
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
            open_line = _Line(text, sentence)
    if open_line is not None:
        yield open_line


def _goes_on(line: _Line, sentence: Sentence) -> bool:
    last, first = line.words[-_ENDS - 1], sentence.words[0]
    if line.text[line.starts[-1] : line.ends[-1]] != ".":
        return False
    if last in _STAYS_OPEN:
        return first[0].isdecimal() or line.text[sentence.starts[0]].islower()
    return last.isdecimal() and len(last) <= 2 and first in _MONTHS


# --- Numbers ----------------------------------------------------------------------------------------------------------

_UNITS = _numbered(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """
)
_TENS = {
    word: 10 * (place + 2) for word, place in _numbered("twenty thirty forty fifty sixty seventy eighty ninety").items()
}
_FIRST_OF_NUMBER = frozenset(["a", "an", *_UNITS, *_TENS])
_SCALES = {"hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000}
_LONGEST_NUMBER = 9


def _number_at(line: _Line, at: int) -> tuple[str, int] | None:
    """A figure as it stands, or a number in words as digits; and the word after it."""
    words = line.words
    if words[at][0].isdecimal():
        after = at + 1
        if words[after : after + 1] and words[after] in ("k", "thousand", "million"):
            value = read_figure(words[at])
            if value is not None:
                return f"{value * _SCALES[words[after]]:f}", after + 1
        return words[at], after
    return _number_in_words(words, at)


def _number_in_words(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """ "forty", "twenty five", "a hundred and fifty", "two thousand"."""
    total = current = 0
    place = at
    if words[at] in ("a", "an"):
        if words[at + 1 : at + 2] not in (["hundred"], ["thousand"], ["million"]):
            return None
        current, place = 1, at + 1
    elif words[at] not in _UNITS and words[at] not in _TENS:
        return None
    fits = 1_000
    last = min(at + _LONGEST_NUMBER, len(words))
    while place < last:
        word = words[place]
        if word in _TENS and fits >= 100:
            current, fits = current + _TENS[word], 10
        elif word in _UNITS and fits >= (10 if _UNITS[word] < 10 else 100):
            current, fits = current + _UNITS[word], 1
        elif word == "hundred" and 0 < current < 100:
            current, fits = current * 100, 100
        elif word in ("thousand", "million") and current:
            total, current, fits = total + current * _SCALES[word], 0, 1_000
        elif not (word == "and" and (current or total) and fits in (100, 1_000) and _is_small(words, place + 1)):
            break
        place += 1
    return (str(total + current), place) if place > at and (total or current) else None


def _is_small(words: Sequence[str], at: int) -> bool:
    return at < len(words) and (words[at] in _UNITS or words[at] in _TENS)


# --- Sums -------------------------------------------------------------------------------------------------------------

_CURRENCY_WORDS = {
    **dict.fromkeys(["euro", "euros"], ("EUR",)),
    **dict.fromkeys(["dollar", "dollars", "buck", "bucks"], SIGNS["$"]),
    **dict.fromkeys(["pound", "pounds", "quid"], SIGNS["£"]),
    **dict.fromkeys(["franc", "francs"], ("CHF",)),
    **dict.fromkeys(["rupee", "rupees"], SIGNS["rs"]),
    **dict.fromkeys(["krona", "kronor"], ("SEK", "ISK")),
    **dict.fromkeys(["krone", "kroner"], ("NOK", "DKK")),
    **dict.fromkeys(["koruna", "korunas"], ("CZK",)),
    **dict.fromkeys(["zloty", "zlotys", "zloties", "złoty", "złotys"], ("PLN",)),
    **dict.fromkeys(["forint", "forints"], ("HUF",)),
    **dict.fromkeys(["dirham", "dirhams"], ("AED", "MAD")),
    **dict.fromkeys(["peso", "pesos"], ("MXN", "PHP")),
    **dict.fromkeys(["shekel", "shekels"], ("ILS",)),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "rand": ("ZAR",),
    "reais": ("BRL",),
    "lira": ("TRY",),
    "baht": ("THB",),
    "ringgit": ("MYR",),
}
_COINS = {
    **dict.fromkeys(["cent", "cents"], ("EUR", *SIGNS["$"])),
    **dict.fromkeys(["penny", "pence", "p"], ("GBP",)),
}
_NATIONS = {
    "us": "USD",
    "american": "USD",
    "canadian": "CAD",
    "australian": "AUD",
    "singapore": "SGD",
    "british": "GBP",
    "swiss": "CHF",
    "indian": "INR",
    "swedish": "SEK",
    "norwegian": "NOK",
    "danish": "DKK",
    "czech": "CZK",
    "polish": "PLN",
    "japanese": "JPY",
}
_DOLLARS = {
    "us": "USD",
    "a": "AUD",
    "au": "AUD",
    "c": "CAD",
    "ca": "CAD",
    "nz": "NZD",
    "hk": "HKD",
    "s": "SGD",
    "r": "BRL",
}
_COMMON_CODES = _set("eur usd gbp chf sek nok dkk pln czk huf jpy inr aud cad nzd sgd cny zar aed")
_CODES = frozenset(code.lower() for code in PLACES)
_NAMES_OF_MONEY = _CODES | SIGNS.keys()
_FIRST_OF_SUM = _FIRST_OF_NUMBER | _DOLLARS.keys() | _NAMES_OF_MONEY


class _Sum(NamedTuple):
    """A sum in a line, wherever it came from: words `start` to `end`, without."""

    start: int
    end: int
    amount: Decimal
    currency: str | None
    lowest: Decimal | None = None


def _sums(line: _Line, hint: str | None) -> Iterator[_Sum]:
    return _scan(line, _FIRST_OF_SUM, lambda at: _sum_at(line, at, hint))


def _sum_at(line: _Line, at: int, hint: str | None, *, may_range: bool = True) -> _Sum | None:
    words = line.words
    before = _currency_before(line, at, hint)
    number_at = before[1] if before else at
    number = _number_at(line, number_at) if number_at < len(words) else None
    if number is None:
        return _one_coin(line, at, hint)
    figure, end = number
    joint = _range_joint(line, at, end) if may_range else None
    if joint is not None:
        upper = _sum_at(line, joint, hint, may_range=False)
        if upper is None and before:
            upper = _amount(line, joint, joint, before[0])
        lower = read_figure(figure, PLACES.get(upper.currency or "", 2)) if upper else None
        if upper and lower is not None and lower < upper.amount and _is_money_figure(figure):
            return upper._replace(start=at, lowest=round_up(lower, upper.currency))
    after = _currency_after(line, end, hint)
    if after is not None and after[2]:
        return _coins(line, at, figure, after)
    if after is None and before is None:
        return None
    if after is None:
        return _amount(line, at, number_at, before[0] if before else None)
    found = _amount(line, at, number_at, after[0])
    return _with_coins(line, found._replace(end=after[1]), hint) if found else None


def _amount(line: _Line, start: int, number_at: int, currency: str | None) -> _Sum | None:
    number = _number_at(line, number_at) if number_at < len(line.words) else None
    if number is None or not _is_money_figure(number[0]):
        return None
    value = read_figure(number[0], PLACES.get(currency or "", 2))
    return _Sum(start, number[1], round_up(value, currency), currency) if value else None


def _is_money_figure(figure: str) -> bool:
    return not any(mark in figure for mark in ":/-")


def _currency_before(line: _Line, at: int, hint: str | None) -> tuple[str, int] | None:
    """The currency named before a figure, and where the figure stands: "€", "US$", "EUR", "kr"."""
    words = line.words
    word, follower = words[at], words[at + 1 : at + 2]
    if word in _DOLLARS and follower == ["$"] and line.ends[at] == line.starts[at + 1]:
        return _DOLLARS[word], at + 2
    if not follower or not (follower[0][0].isdecimal() or follower[0] in _SCALES):
        return None
    code = _named(line, at, hint)
    return (code, at + 1) if code else None


def _currency_after(line: _Line, at: int, hint: str | None) -> tuple[str, int, bool] | None:
    """The currency named after a figure, the word after it, and whether it counts coins ("50 cents")."""
    words = line.words
    word = words[at] if at < len(words) else END
    if word in _NATIONS and at + 1 < len(words) and (words[at + 1] in _CURRENCY_WORDS or words[at + 1] == "$"):
        return _NATIONS[word], at + 2, False
    if word in _COINS and (word != "p" or (not line.between(at - 1, at) and words[at + 1] != "m")):
        known = _COINS[word]
        return hint if hint and hint in known else known[0], at + 1, True
    code = _named(line, at, hint)
    if code is None and word in _CURRENCY_WORDS:
        known = _CURRENCY_WORDS[word]
        code = hint if hint in known else known[0]
    if code is None:
        return None
    end = at + 1
    if words[end] == "sterling" or (word in SIGNS and words[end] in _COMMON_CODES):
        code = words[end].upper() if words[end] in _COMMON_CODES else code
        end += 1
    return code, end, False


def _named(line: _Line, at: int, hint: str | None) -> str | None:
    """The currency a sign or a code names. A rare code that is also a word must stand in capitals."""
    word = line.words[at]
    if word in SIGNS and word != "%":
        return code_of(word, hint)
    if word in _COMMON_CODES:
        return word.upper()
    if word in _CODES and line.text[line.starts[at] : line.ends[at]].isupper():
        return word.upper()
    return None


def _range_joint(line: _Line, start: int, end: int) -> int | None:
    """Where the upper figure of a range stands: "20-30", "20 to 30", "between 20 and 30"; a sign may come between."""
    words = line.words
    if line.between(end - 1, end) == "-":
        return end
    at = end + 1 if words[end] in SIGNS or words[end] in _CURRENCY_WORDS or words[end] in _COMMON_CODES else end
    if at + 1 >= len(words):
        return None
    between = start > 0 and words[start - 1] == "between"
    dash = words[at] == PAUSE and line.text[line.starts[at]] in "-–—"
    if words[at] == "to" or dash or (words[at] == "and" and between):
        return at + 1
    return at if line.between(at - 1, at) == "-" else None


def _one_coin(line: _Line, at: int, hint: str | None) -> _Sum | None:
    """ "a euro", "a dollar"."""
    words = line.words
    if words[at] not in ("a", "one") or words[at + 1 : at + 2] == [] or words[at + 1] not in _CURRENCY_WORDS:
        return None
    known = _CURRENCY_WORDS[words[at + 1]]
    return _Sum(at, at + 2, Decimal("1.00"), hint if hint in known else known[0])


def _coins(line: _Line, start: int, figure: str, after: tuple[str, int, bool]) -> _Sum | None:
    value = read_figure(figure)
    return _Sum(start, after[1], round_up(value / 100, after[0]), after[0]) if value else None


def _with_coins(line: _Line, found: _Sum, hint: str | None) -> _Sum:
    """ "fifty dollars and fifty cents" is one sum."""
    words = line.words
    at = found.end + 1 if words[found.end] == "and" else found.end
    number = _number_at(line, at) if at < len(words) else None
    after = _currency_after(line, number[1], found.currency) if number else None
    value = read_figure(number[0]) if number and _is_money_figure(number[0]) else None
    if after is None or not after[2] or value is None or value >= 100:
        return found
    return found._replace(end=after[1], amount=round_up(found.amount + value / 100, found.currency))


# --- Whose money: the words around a sum, a share or a thing ----------------------------------------------------------


def _kinds(table: Mapping[str | None, str]) -> dict[str, str | None]:
    return {word: kind for kind, words in table.items() for word in words.split()}


_BACK = _kinds(
    {
        "refund": """
            refund refunds refunded refunding reimburse reimbursed reimbursing repay repaid repaying return returned
            returning reverse reversed reversing reversal
        """,
        "credit": "credit credits credited crediting",
        "fee_waiver": "waive waives waived waiving remove removed removing cancel cancelled canceled cancelling drop "
        "dropped dropping lift lifted lifting",
        None: "cover covers covered covering",
    }
)
"""Acts that may take a price for their object: to refund a fee is a promise, to send an invoice is none."""

_WIDE = _kinds(
    {
        None: """
            give gives giving gave given offer offers offering offered send sends sending sent add adds adding added
            transfer transferred transferring issue issued issuing grant granted granting award awarded provide
            provided providing apply applied applying put accept approve approved authorise authorised authorize
            authorized agree agreed arrange arranged arranging process processed processing compensate compensated
            compensating propose suggest include included attach attached enclose enclosed order ordering organise
            organising ship shipping dispatch dispatching allow enjoy choose make making prepare preparing prepared
        """,
        "discount": "discount discounted reduce reduced reducing deduct deducted deducting knock knocked subtract",
        "replacement": "replace replaced replacing",
    }
)
_FOR_CUSTOMER = _set("choose accept enjoy")
_GETTING = _set("receive get have see find be expect keep use")
_TAKEN = _set(
    """
    paid charged billed spent owe owed owes debited took taken bought purchased ordered invoiced quoted saw seen
    used lost deposited received got redeemed earned overcharged withdrawn spend priced advertised
    """
)
_TAKEN_NEXT_TO_SUM = _set("cost costs charge charges pay pays paying bill")
_TO_TAKE = _set("pay paying charge charged bill billed owe invoiced")

_NOUNS = _kinds(
    {
        "refund": "refund refunds reimbursement back",
        "credit": "credit credits",
        "discount": "discount discounts reduction rebate off coupon less cheaper",
        "gift": "voucher vouchers gift",
        None: "compensation goodwill gesture",
    }
)
_PRICES = _set(
    """
    price prices fee fees charge charges cost costs bill bills invoice total payment payments deposit order orders
    purchase subscription fare ticket tickets rate balance debt surcharge tax tip postage penalty plan shipping
    delivery item items product basket booking
    """
)
_CLOSED = _set(
    """
    a an the this that these those your our my his her its their i you he she it we they me us him them of for to in
    on at by with from into onto as and or but so if when while because since until than then which who what is are
    was were be been being am has have had do does did will would shall should can could may might must not no
    """
)
_BEFORE_SUM = _set(
    """
    of for worth up to about around roughly exactly a an the value amount sum totalling between from is be will are
    another extra further additional full one-off
    """
)
_SUBJECTS = _set("i we they he she")
_AUXILIARIES = _set(
    """
    is are was were am will would shall should can could may might must has have had do does did
    """
)
_ADVERBS = _set(
    """
    also already just now then kindly gladly happily personally still only even today immediately therefore both
    certainly of course fully
    """
)
_HARD_BREAKS = frozenset(["but", "although", "though", "whereas", "because", "unless", "however", MASK])
_SOFT_BREAKS = _set("and so then or that which who if when while since as")
_COMPLEMENTS = _set("that if whether")
_REACH = 24

_NEVER = _set("not never unable no neither nor without nobody nothing cannot none")
_NO_REFUSAL = _set("only just least merely problem doubt worries matter later")
_DOUBTS = _set("think believe say promise guarantee know sure certain confirm see")
_REPORTS = _set(
    """
    said told asked promised wanted want hoped expected mentioned requested wrote claimed claim request requests
    demanded demand believed thought understood requesting complained complaint agreed-upon wish wished declined
    refused rejected
    """
)
_ALLOWED_TO_ASK = _set("asked told agreed")
_USUALLY = _set("normally usually typically generally policy policies terms")
_STILL_OUT = _set("waiting wait chasing missing late overdue delay delayed whether")
_MODALS = _set("would could should might ought")
_PAST_QUESTION = _set("did have has had was were do does who when which where why")
_WELCOME = _set("like prefer want accept suit help work works sound be")
_ACTS = _set("i we will shall would can please here let may could")


class _Gift(NamedTuple):
    """That something is given, and as which kind of amends."""

    kind: str | None


def _window(line: _Line, at: int) -> int:
    """Where the clause begins that ends before a word."""
    words = line.words
    lowest = max(at - _REACH, 0)
    finite = False
    for place in range(at - 1, lowest - 1, -1):
        word = words[place]
        if word in _HARD_BREAKS or (finite and (word == PAUSE or word in _SOFT_BREAKS)):
            return place + 1
        finite = finite or word in _AUXILIARIES or _is_subject(words, place)
    return lowest


def _is_subject(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if word in _SUBJECTS:
        return True
    return word in ("you", "it") and (words[place + 1] in _AUXILIARIES or words[place + 1] in _TAKEN)


def _gift(line: _Line, start: int, end: int, *, needs_act: bool = False, loose: bool = True) -> _Gift | None:
    """Whether what stands at `start` to `end` is given, going by the words around it.

    `needs_act`: a noun beside it ("a refund of") is not enough, somebody must do something. `loose`: a general act
    such as "send" will do; otherwise only an act that has a price for its object will.
    """
    words = line.words
    before, after = _noun_before(line, start), _noun_after(line, end)
    is_price = "price" in (before, after) or not loose
    opening = _window(line, start)
    act, kind, _ = _act_before(line, opening, start, off="off" in words[end : end + 3])
    if act == "take":
        later = _act_after(line, end, relative=True)
        return _Gift(later[1]) if later else None
    if _is_blocked(line, opening, start, end, waives=act == "waive"):
        return None
    if act == "waive":
        return _Gift("fee_waiver")
    later = _act_after(line, end)
    if later and later[0] == "not":
        return None
    if is_price:
        if act in ("back", "noun"):
            return _Gift(_fee(kind, before, after))
        return _Gift(later[1]) if later and later[0] == "back" else None
    if act in (None, "noun") and later is None:
        if needs_act:
            given = _is_offered(line, opening, start)
        else:
            given = bool(before or after or act) and not _is_history(line, opening, start, end)
        if not given:
            return None
    as_noun = _as_noun(line, end)
    for candidate in (as_noun, after, before, kind, later[1] if later else None):
        if candidate:
            return _Gift(candidate if candidate in KINDS else None)
    return _Gift(_by_account(line, end))


def _fee(kind: str | None, before: str | None, after: str | None) -> str | None:
    return kind if kind != "fee_waiver" or "price" in (before, after) else None


def _noun_after(line: _Line, end: int) -> str | None:
    """The kind of the noun a sum stands before ("40 euro voucher"), "price", "open" for none in particular, or None."""
    words = line.words
    if words[end - 1] in ("euro", "dollar", "pound", "franc") and words[end] not in _CLOSED and words[end].isalpha():
        fallback: str | None = "price" if words[end] not in _ADVERBS else None
    else:
        fallback = None
    for place in range(end, min(end + 3, len(words))):
        word = words[place]
        if word in _NOUNS:
            return _NOUNS[word] or "open"
        if word in _PRICES:
            return "price"
        if word in _CLOSED or not word.isalpha():
            break
    return fallback


def _noun_before(line: _Line, start: int) -> str | None:
    """The kind of the noun a sum belongs to ("a refund of 40 euros"), "price", "open", or None."""
    words = line.words
    place = start - 1
    while place >= max(start - 7, 0) and (words[place] in _BEFORE_SUM or words[place] == PAUSE):
        place -= 1
    if place < 0:
        return None
    word = words[place]
    if word in _PRICES and place < start - 1:
        return "open" if words[place - 1] in ("goodwill", "compensation") and place else "price"
    if word == "card" and place and words[place - 1] == "gift":
        return "gift"
    return (_NOUNS[word] or "open") if word in _NOUNS else None


def _as_noun(line: _Line, end: int) -> str | None:
    """ "40 euros as a credit", "40 euros in vouchers"."""
    words = line.words
    for place in range(end, min(end + 4, len(words))):
        if words[place] in ("as", "in"):
            for noun in words[place + 1 : place + 7]:
                if noun in _NOUNS and noun not in ("back", "off", "less"):
                    return _NOUNS[noun]
                if noun in _AUXILIARIES or noun in (PAUSE, "and"):
                    break
    return None


def _by_account(line: _Line, end: int) -> str | None:
    """What is put on an account is a credit."""
    words = line.words
    if words[end] in ("to", "on", "onto", "into", "in") and words[end + 1] in ("your", "the"):
        for word in words[end + 2 : end + 5]:
            if word in ("account", "balance", "wallet"):
                return "refund" if words[end + 2] == "bank" else "credit"
            if word in ("card", "bank"):
                return "refund" if word == "card" else None
            if word in ("bill", "invoice"):
                return "discount"
    return None


def _act_before(line: _Line, opening: int, start: int, *, off: bool) -> tuple[str | None, str | None, int]:
    """The nearest act on the left: "back", "wide", "take" or "waive", its kind, its place.

    Without any, "noun" stands for a noun such as "a refund", which alone does nothing yet.
    """
    words = line.words
    place, noun = start - 1, -1
    while place >= opening:
        word = words[place]
        if word in ("take", "took", "taken", "taking") and off:
            return "back", "discount", place
        if word in _TO_TAKE and _is_refusal_to_take(words, opening, place):
            return "waive", "fee_waiver", place
        if word in _NOUNS and place and (words[place - 1] in _ARTICLES or words[place - 1] in _WHOLE):
            noun = place
        elif word in _BACK or word in _WIDE:
            if word in ("ordered", "order") or (word not in _FOR_CUSTOMER and _is_done_by_customer(words, place)):
                return "take", None, place
            if word.startswith("deduct") and any(
                near in ("account", "card", "bank") for near in words[start : start + 8]
            ):
                return "take", None, place
            return ("back", _BACK[word], place) if word in _BACK else ("wide", _WIDE[word], place)
        if word == "entitled" or (word == "owe" and words[place - 1 : place] in (["i"], ["we"])):
            return "wide", None, place
        if word in _TAKEN or (word in _TAKEN_NEXT_TO_SUM and _is_next_to(words, place, start)):
            if word in ("paid", "pay", "paying") and _is_paid_by_us(words, opening, place):
                return "wide", None, place
            if not (place + 2 == start and words[place + 1] == PAUSE):
                return "take", None, place
        if word in ("is", "was", "are", "were", "to") and place == start - 1:
            near = words[max(place - 4, opening) : place]
            if any(noun in _PRICES for noun in near) and not any(noun in _NOUNS for noun in near):
                return "take", None, place
        if word in _GETTING and _is_got_from_us(words, opening, place):
            return "wide", None, place
        place -= 1
    return ("noun", _NOUNS[words[noun]], noun) if noun >= 0 else (None, None, -1)


def _is_next_to(words: Sequence[str], place: int, start: int) -> bool:
    return all(
        word in ("you", "us", "only", "just", "about", "up", "to", "around", "the", PAUSE)
        for word in words[place + 1 : start]
    )


def _is_refusal_to_take(words: Sequence[str], opening: int, place: int) -> bool:
    """ "will not charge you", "you will not be charged", "you do not have to pay": not "you have not paid"."""
    near = words[max(place - 7, opening) : place]
    if "not" not in near and "never" not in near:
        return False
    return any(word in ("will", "shall", "need", "going") for word in near) or ("to" in near and "have" in near)


def _is_done_by_customer(words: Sequence[str], place: int) -> bool:
    """Whether the subject of a verb is "you": "you sent", "you have already transferred", "you can return"."""
    at = place - 1
    while at >= 0 and (words[at] in _ADVERBS or words[at] == "not"):
        at -= 1
    if at < 0:
        return False
    if words[at] == "to":
        return any(
            word in ("need", "want", "have", "wish", "free", "able") for word in words[max(at - 1, 0) : at]
        ) and ("you" in words[max(at - 4, 0) : at])
    if words[at] in _AUXILIARIES and words[at] not in ("is", "are", "was", "were", "am"):
        at -= 1
        while at >= 0 and words[at] in _ADVERBS:
            at -= 1
    if at < 0 or words[at] != "you":
        return False
    return at == 0 or not (
        words[at - 1] in _BACK or words[at - 1] in _WIDE or words[at - 1] in ("would", "will", "can")
    )


def _is_paid_by_us(words: Sequence[str], opening: int, place: int) -> bool:
    """ "we will pay you", "you will be paid"; not "you will pay", "we have paid for"."""
    near = words[max(place - 5, opening) : place]
    if "be" in near or ("been" in near and "you" not in near):
        return True
    clause = words[opening:place]
    ours = "i" in clause or "we" in clause
    return ours and not _is_done_by_customer(words, place) and words[place + 1] != "for"


def _is_got_from_us(words: Sequence[str], opening: int, place: int) -> bool:
    """ "you will receive", "you can have", "we will get you": the customer ends up with something from us."""
    near = words[max(place - 6, opening) : place]
    if words[place] == "be":
        return False
    if words[place] == "get" and ("i" in near or "we" in near) and words[place + 1] == "you":
        return True
    if words[place] == "expect":
        return bool(near) and near[-1] in ("can", "please", "to")
    if words[place] in ("get", "receive") and near[-1:] == ["you"]:
        return near[-2:-1] not in (["if"], ["when"], ["once"], ["did"], ["do"], ["that"], ["until"])
    return "you" in near and any(word in ("will", "can", "should", "would", "shall", "may", "to") for word in near)


def _act_after(line: _Line, end: int, *, relative: bool = False) -> tuple[str, str | None] | None:
    """The act on the right: "40 euros will be refunded", "are on their way", "which we will refund".

    "not" stands for an act that is denied. `relative`: only "which …" or "and we will refund it" will do, because the
    sum already belongs to another verb.
    """
    words = line.words
    linked = not relative
    denied = False
    ours = False
    for place in range(end, min(end + 16, len(words))):
        word = words[place]
        if word in ("and", "so"):
            if words[place + 1] in ("i", "we") and _comes_back_to_sum(words, place):
                linked = True
            elif words[place + 1] != "will" or relative:
                return None
            continue
        if word in ("which", "that"):
            linked = linked or word == "which"
            continue
        if word == PAUSE:
            if not relative and words[place + 1] not in ("which", "and", "so"):
                return None
            continue
        if word in _HARD_BREAKS or word == END:
            return None
        denied = denied or (word in _NEVER and words[place + 1] not in _NO_REFUSAL)
        ours = ours or word in ("i", "we")
        if not linked:
            continue
        near = words[max(place - 4, end) : place]
        kind: tuple[str, str | None] | None = None
        if word in _BACK or word in _WIDE:
            passive = "be" in near or "been" in near or "being" in near
            if word not in ("ordered", "order") and (
                passive or (ours and any(near_word in _ACTS for near_word in near))
            ):
                kind = ("back", _BACK[word]) if word in _BACK else ("wide", _WIDE[word])
        elif word == "paid" and "be" in near:
            kind = ("wide", None)
        elif word in ("back", "yours", "way") and any(
            near_word in ("will", "is", "are", "be", "on") for near_word in near
        ):
            kind = ("back" if word == "back" else "wide", "refund" if word == "back" else None)
        elif word == "off" and any(near_word in ("come", "comes", "taken", "taking") for near_word in near):
            kind = ("wide", "discount")
        elif word in ("receive", "get") and "you" in near and "will" in near:
            kind = ("wide", None)
        if kind is not None:
            if denied or ("have" in near and any(modal in near for modal in _MODALS)):
                return ("not", None)
            return kind
    return None


def _comes_back_to_sum(words: Sequence[str], place: int) -> bool:
    """Whether "and we will refund it" follows."""
    for at in range(place + 1, min(place + 9, len(words))):
        if words[at] in _BACK:
            return words[at + 1] in ("it", "this", "that", "them", "both", "these", END, PAUSE, "in")
    return False


def _is_blocked(line: _Line, opening: int, start: int, end: int, *, waives: bool) -> bool:
    """Whether the clause refuses, reports, remembers or generalises instead of giving."""
    words = line.words
    clause = words[opening:start]
    subject = max((at for at in range(opening, start) if _is_subject(words, at)), default=opening)
    if start and words[start - 1] in ("not", "over", "above", "exceeding"):
        return True
    if any(
        words[at : at + 2] in (["instead", "of"], ["rather", "than"]) for at in range(max(start - 5, opening), start)
    ):
        return True
    if not waives and _is_refused(words, opening, subject, start):
        return True
    if _is_reported(words, opening, start):
        return True
    if not _USUALLY.isdisjoint(clause) or not _STILL_OUT.isdisjoint(clause[max(0, subject - opening - 3) :]):
        return True
    if "had" in clause or _is_unreal(words, opening, start) or _was_given_before(words, opening, start):
        return True
    if line.asks and _asks_about_past(words, opening, start):
        return True
    return any(
        (words[at] in ("if", "whether") and _is_maybe(words, at))
        or (words[at] in ("about", "regarding", "concerning") and _is_topic(words, at))
        for at in range(max(opening - 1, 0), start)
    )


def _is_refused(words: Sequence[str], opening: int, subject: int, start: int) -> bool:
    for at in range(opening, start):
        if words[at] in _NEVER and words[at + 1] not in _NO_REFUSAL:
            if at >= subject or words[at] in ("neither", "nor"):
                return True
            if words[at + 1] in _DOUBTS:
                return True
    if opening and words[opening - 1] in _COMPLEMENTS:
        ahead = words[max(opening - 6, 0) : opening]
        return any(one == "not" and two in _DOUBTS for one, two in pairwise(ahead)) or "doubt" in ahead
    return False


def _is_reported(words: Sequence[str], opening: int, start: int) -> bool:
    """Whether somebody said or wanted it, rather than we give it: "you asked for", "you were promised"."""
    first = max(opening - 6, 0) if opening and words[opening - 1] in _COMPLEMENTS else opening
    for at in range(first, start):
        if words[at] not in _REPORTS:
            continue
        before = words[max(at - 3, 0) : at]
        if "as" in before:
            continue
        if words[at] in ("want", "wish") and before[-1:] == ["you"] and before[-2:-1] == ["do"]:
            continue
        if words[at] in _ALLOWED_TO_ASK and ("i" in before or "we" in before) and "to" in words[at:start]:
            continue
        return True
    return False


def _is_unreal(words: Sequence[str], opening: int, start: int) -> bool:
    """ "would have refunded", "should have been credited"; but "you should have 40 euros back" is real."""
    return any(
        words[at] in _MODALS and "have" in words[at + 1 : at + 3] and words[start - 1] != "have"
        for at in range(opening, start)
    )


def _was_given_before(words: Sequence[str], opening: int, start: int) -> bool:
    """ "you were offered", "you were refunded last week"."""
    return any(words[at] == "you" and words[at + 1] in ("were", "was") for at in range(opening, start - 1))


def _asks_about_past(words: Sequence[str], opening: int, start: int) -> bool:
    at = opening
    while at < start and words[at] in ("and", "so", PAUSE, "or", "hello", "hi"):
        at += 1
    if words[at] not in _PAST_QUESTION:
        return False
    return words[at] not in ("do", "does") or not any(word in _WELCOME for word in words[at : start + 12])


def _is_maybe(words: Sequence[str], at: int) -> bool:
    """ "if we can refund", "whether I could": still to be found out."""
    near = words[at + 1 : at + 3]
    return (
        len(near) == 2
        and near[0] in ("i", "we", "there", "a")
        and (words[at] == "whether" or near[1] in ("can", "could", "may", "might", "were"))
    )


def _is_topic(words: Sequence[str], at: int) -> bool:
    """ "about the refund": something to talk of; but "how about a refund" offers, and "about 40 euros" is a sum."""
    return words[at + 1] in _DETERMINERS and words[at - 1 : at] not in (["how"], ["what"])


def _is_history(line: _Line, opening: int, start: int, end: int) -> bool:
    """Whether a bare noun tells of the past: "the refund of 40 euros has not come", "there was a discount of 20%"."""
    words = line.words
    clause = words[opening:start]
    if not _ACTS.isdisjoint(clause):
        return False
    if "was" in clause or "were" in clause or "did" in clause:
        return True
    for at in range(end, min(end + 9, len(words))):
        word = words[at]
        if word in ("will", "would", PAUSE, END) and word != PAUSE:
            return False
        if word in (
            "not",
            "never",
            "late",
            "missing",
            "overdue",
            "pending",
            "delayed",
            "rejected",
            "declined",
            "expired",
            "arrived",
        ):
            return True
        if word in _REPORTS or word in ("saw", "received"):
            return True
    return False


# --- Sums, shares and things of one sentence --------------------------------------------------------------------------


def _money_of(line: _Line, hint: str | None) -> list[MoneyPromise]:
    """What a sentence gives. A sum says how large the refund or voucher beside it is, so that is no second promise."""
    found: list[MoneyPromise] = []
    read = bytearray(len(line.words))
    stated = bytearray(len(line.words))
    for total in (*_sums(line, hint), *_bare_sums(line, hint)):
        if any(read[total.start : total.end]):
            continue
        read[total.start : total.end] = bytes([1]) * (total.end - total.start)
        only_measures = _is_worth_of_thing(line, total.start) or _is_base_of_share(line, total.start)
        gift = None if only_measures else _gift(line, total.start, total.end)
        if gift is not None:
            stated[total.start : total.end] = bytes([1]) * (total.end - total.start)
            found.append(_as_sum(line, total, gift))
    for share in _shares(line):
        if share.percent == _ALL and any(stated[max(share.start - _NEAR, 0) : share.end + _NEAR]):
            continue
        stated[share.start : share.end] = bytes([1]) * (share.end - share.start)
        found.append(_promise(line, share.start, share.end, share.kind, percent=share.percent))
    found += _things(line, stated)
    found.sort(key=lambda promise: promise.start)
    return found


_ALL = Decimal(100)
_NEAR = 10
"""Within so many words a sum says how large the refund, credit or voucher beside it is."""


def _promise(line: _Line, start: int, end: int, kind: str | None, **facts: object) -> MoneyPromise:
    first, last = line.starts[start], line.ends[end - 1]
    return MoneyPromise(first, last, line.text[first:last], kind, **facts)  # type: ignore[arg-type]


def _as_sum(line: _Line, total: _Sum, gift: _Gift) -> MoneyPromise:
    note = ""
    if total.lowest is not None:
        note = f"A range from {total.lowest:f} to {total.amount:f}: the upper end counts."
    elif total.currency is None:
        note = "The words name no currency."
    return _promise(
        line,
        total.start,
        total.end,
        gift.kind,
        amount=total.amount,
        currency=total.currency,
        lowest=total.lowest,
        note=note,
    )


def _bare_sums(line: _Line, hint: str | None) -> Iterator[_Sum]:
    """ "We will refund you 40": a figure that can only be a sum, in the currency we were told, if any."""
    words = line.words
    for at in line.figures:
        if at == 0 or not _is_money_figure(words[at]):
            continue
        before = at - 2 if words[at - 1] == "you" else at - 1
        follows = words[at + 1]
        if before < 0 or words[before] not in _BACK or _BACK[words[before]] not in ("refund", "credit"):
            continue
        if follows not in _AFTER_BARE_SUM or not _NUMBERED.isdisjoint(words[max(at - _REACH, 0) : at]):
            continue
        found = _amount(line, at, at, hint)
        if found is not None:
            yield found


_AFTER_BARE_SUM = frozenset([END, PAUSE, "to", "back", "for", "as", "and", "today", "by", "in"])


_NUMBERED = _set("order orders booking invoice reference case number ticket")


def _is_worth_of_thing(line: _Line, start: int) -> bool:
    """ "a free month worth 20 euros", "free delivery (normally 5 euros)" give the thing, not the sum."""
    words = line.words
    if start < 2 or words[start - 1] not in ("worth", "normally", "usually"):
        return False
    return words[start - 2] in _FREE_NOUNS or words[start - 2] in _FREE_AFTER


def _is_base_of_share(line: _Line, start: int) -> bool:
    """ "half of the 120 euros you paid" gives a share."""
    words = line.words
    place = start - 1
    while place > 0 and words[place] in ("of", "the", "your"):
        place -= 1
    return 0 <= place < start - 1 and (words[place] in ("%", "percent", "cent") or words[place] in _FRACTIONS)


class _Share(NamedTuple):
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
_WHOLE = _set("full complete entire whole total 100")
_WHOLE_NOUNS = _set(
    """
    refund reimbursement credit amount price cost costs sum fare fee payment purchase order value balance money bill
    charge invoice fees
    """
)


def _shares(line: _Line) -> Iterator[_Share]:
    def read(at: int) -> _Share | None:
        return _percent_at(line, at) or _fraction_at(line, at) or _whole_at(line, at)

    return _scan(line, _FIRST_OF_SHARE, read)


_FIRST_OF_SHARE = (
    (_FIRST_OF_NUMBER - {"a", "an"}) | _FRACTIONS.keys() | _FRACTIONS_OF.keys() | _WHOLE | {"money", "what"}
)


def _percent_at(line: _Line, at: int) -> _Share | None:
    words = line.words
    number = _number_at(line, at)
    if number is None or not _is_money_figure(number[0]):
        return None
    end = number[1]
    if words[end] in ("%", "percent"):
        end += 1
    elif words[end] == "per" and words[end + 1] == "cent":
        end += 2
    else:
        return None
    percent = read_figure(number[0])
    if not percent or percent > _ALL:
        return None
    return _share(line, at, end, percent)


def _fraction_at(line: _Line, at: int) -> _Share | None:
    words = line.words
    word = words[at]
    if word in _FRACTIONS and (word == "half" or words[max(at - 1, 0)] in ("a", "one")):
        if words[at + 1] in ("an", "a", "hour", "hours", "day", "year", "dozen", "past"):
            return None
        return _share(line, at, at + 1, _FRACTIONS[word])
    if word in _FRACTIONS_OF and at and words[at - 1] in ("two", "three", "four"):
        part = (_FRACTIONS_OF[word] * _UNITS[words[at - 1]]).quantize(Decimal("0.01"))
        part = Decimal("66.67") if part == Decimal("66.66") else part
        return _share(line, at, at + 1, part) if part < _ALL else None
    return None


def _share(line: _Line, start: int, end: int, percent: Decimal) -> _Share | None:
    """A share counts where it is a share of a price: "20% off", "half the price", "refund half"."""
    words = line.words
    noun = _noun_after(line, end)
    before = _noun_before(line, start)
    of_price = any(word in _WHOLE_NOUNS or word in _PRICES or word in ("paid", "it") for word in words[end : end + 5])
    reduced = words[start - 1] == "by" and any(
        word in _WIDE and _WIDE[word] == "discount" for word in words[max(start - 7, 0) : start]
    )
    if noun is None and before is None and not of_price and not reduced:
        return None
    opening = _window(line, start)
    act, kind, _ = _act_before(line, opening, start, off=noun == "discount")
    local = noun if noun not in (None, "price", "open") else before if before not in (None, "price", "open") else None
    if local is not None:
        gift = _gift(line, start, end)
    elif act == "back" or ((of_price or reduced) and act == "wide"):
        gift = None if _is_blocked(line, opening, start, end, waives=False) else _Gift(_share_kind(words, end, kind))
    else:
        later = _act_after(line, end)
        gift = _Gift(later[1]) if later and later[0] == "back" else None
        if of_price and words[end : end + 2] in (["the", "price"], ["price", END], ["price", PAUSE], ["price", "for"]):
            gift = _Gift("discount") if not _is_blocked(line, opening, start, end, waives=False) else None
    if gift is None:
        return None
    return _Share(start, end, percent, _share_kind(words, end, gift.kind))


def _share_kind(words: Sequence[str], end: int, kind: str | None) -> str | None:
    """ "half your money back" is a refund, "half the price off" a discount, whatever act led to it."""
    for word in words[end : end + 6]:
        if word in ("back", "off", "refund", "credit", "voucher", "discount"):
            return _NOUNS[word]
        if word in ("money",):
            return "refund"
        if word in (END, PAUSE, "and"):
            break
    if kind is None and "price" in words[end : end + 4]:
        return "discount"
    return kind


def _whole_at(line: _Line, at: int) -> _Share | None:
    """ "a full refund", "the full amount", "in full", "your money back", "what you paid"."""
    words = line.words
    word, follower = words[at], words[at + 1]
    if word in _WHOLE and follower in _WHOLE_NOUNS:
        gift = _gift(line, at, at + 2, needs_act=True, loose=follower in ("refund", "reimbursement", "credit"))
        if gift is None and follower not in ("refund", "reimbursement", "credit") and "back" in words[at + 2 : at + 6]:
            gift = _gift(line, at, at + 2, needs_act=True)
        kind = {"refund": "refund", "reimbursement": "refund", "credit": "credit"}.get(follower)
        return _Share(at, at + 2, _ALL, kind or gift.kind or "refund") if gift else None
    if word == "full" and words[at - 1 : at] == ["in"]:
        opening = _window(line, at)
        act, kind, _ = _act_before(line, opening, at, off=False)
        if act == "back" and kind in ("refund", "credit") and not _is_blocked(line, opening, at, at, waives=False):
            return _Share(at - 1, at + 1, _ALL, kind)
    if word == "money" and follower == "back" and words[at - 1 : at] in (["your"], ["the"]):
        if words[at + 2] == "guarantee" or (at > 1 and (words[at - 2] in _FRACTIONS or words[at - 2] in ("of", "%"))):
            return None
        gift = _gift(line, at - 1, at + 2, needs_act=True)
        return _Share(at - 1, at + 2, _ALL, "refund") if gift else None
    if (
        word == "what"
        and words[at - 1 : at] != ["of"]
        and words[at : at + 3] in (["what", "you", "paid"], ["what", "you", "spent"])
    ):
        act, kind, place = _act_before(line, _window(line, at), at, off=False)
        if act == "back" and kind == "refund" and place >= at - 3:
            return (
                None
                if _is_blocked(line, _window(line, at), at, at + 3, waives=False)
                else _Share(at, at + 3, _ALL, kind)
            )
    return None


class _Thing(NamedTuple):
    """A thing that may be given. `sized`: a sum beside it says how much, and the sum alone is the promise."""

    item: str
    kind: str | None
    sized: bool = False
    is_act: bool = False


_THINGS: tuple[tuple[str, _Thing], ...] = (
    ("gift {card/cards/certificate}", _Thing("gift card", "gift", sized=True)),
    ("{voucher/vouchers}", _Thing("voucher", "gift", sized=True)),
    ("gift {voucher/vouchers}", _Thing("voucher", "gift", sized=True)),
    ("{coupon/coupons}", _Thing("coupon", "discount", sized=True)),
    ("{discount/promo/promotion/coupon/voucher} code", _Thing("discount code", "discount", sized=True)),
    ("(small/little/free/welcome/thank you) gift", _Thing("gift", "gift")),
    ("{flowers/bouquet}", _Thing("flowers", "gift")),
    ("{bunch/bouquet} of flowers", _Thing("flowers", "gift")),
    ("box of chocolates", _Thing("box of chocolates", "gift")),
    ("bottle of {wine/champagne}", _Thing("bottle of wine", "gift")),
    ("{store/shop/account/goodwill} credit", _Thing("credit", "credit", sized=True)),
    ("{refund/refunds/refunded/refunding/reimburse/reimbursed}", _Thing("refund", "refund", sized=True, is_act=True)),
    ("reimbursement", _Thing("refund", "refund", sized=True)),
    ("{credit your/credited your} account", _Thing("credit", "credit", sized=True, is_act=True)),
    ("credit", _Thing("credit", "credit", sized=True)),
    ("discount", _Thing("discount", "discount", sized=True)),
    ("{compensate/compensated/compensating} you", _Thing("compensation", None, sized=True, is_act=True)),
    ("compensation", _Thing("compensation", None, sized=True)),
    ("{replacement/replacements}", _Thing("replacement", "replacement")),
    (
        "new {one/unit/item/copy/pair/set/parcel/product/device/phone/pack/box/part/charger}",
        _Thing("replacement", "replacement"),
    ),
    ("another one", _Thing("replacement", "replacement")),
    ("{correct/right} {one/item/size/product/model/colour/color/pair}", _Thing("replacement", "replacement")),
    ("{replace/replaced/replacing}", _Thing("replacement", "replacement", is_act=True)),
    ("{exchange/exchanged} {it/the/your/them/this}", _Thing("replacement", "replacement", is_act=True)),
    ("{extend/extended/extending} your", _Thing("extension", "free_service", is_act=True)),
    ("upgrade {you/your}", _Thing("upgrade", "free_service", is_act=True)),
)


def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], _Thing]]]:
    found: dict[str, list[tuple[tuple[str, ...], _Thing]]] = {}
    for pattern, thing in _THINGS:
        for sequence in compile_pattern(pattern).sequences:
            found.setdefault(sequence[0], []).append((sequence, thing))
    for choices in found.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    return found


_THINGS_BY_WORD = _by_first_word()
_ONLY_ONE = _set(
    """
    delivery shipping postage return upgrade repair service subscription cleaning parking installation access
    membership extension support replacement exchange breakfast
    """
)
_COUNTED_NOUNS = _set(
    """
    month week day year night stay meal dinner lunch drink dessert coffee ticket ride session class treatment visit
    sample item product spare
    """
)
_FREE_NOUNS = {
    **{word: word for word in _ONLY_ONE | _COUNTED_NOUNS},
    **{f"{word}s": word for word in _COUNTED_NOUNS},
}
_FREE_AFTER = ("free", "complimentary", "gratis")
_FEES = _set("fee fees charge charges surcharge penalty cost costs postage")
_POINTS = _set("points miles")
_FIRST_OF_SPOT = _THINGS_BY_WORD.keys() | _FREE_NOUNS.keys() | _FEES | set(_FREE_AFTER)


class _Spot(NamedTuple):
    """A thing in a line: words `start` to `end`, without."""

    start: int
    end: int
    thing: _Thing


def _things(line: _Line, stated: bytearray) -> list[MoneyPromise]:
    found: list[MoneyPromise] = []
    for spot in _spots(line):
        if any(stated[spot.start : spot.end]):
            continue
        near = _FAR if spot.thing.item in _GENERIC else _NEAR
        if spot.thing.sized and any(stated[max(spot.start - near, 0) : spot.end + near]):
            continue
        gift = _fee_gift(line, spot) if spot.thing.kind == "fee_waiver" else _thing_gift(line, spot)
        if gift is not None:
            found.append(_promise(line, spot.start, spot.end, gift.kind, item=spot.thing.item))
    specific = {promise.kind for promise in found if promise.item not in _GENERIC}
    return [promise for promise in found if promise.item not in _GENERIC or promise.kind not in specific]


_GENERIC = _set("refund credit discount compensation")
"""Things that say nothing of how much: they give way to a sum or a share."""

_FAR = 3 * _NEAR


def _spots(line: _Line) -> Iterator[_Spot]:
    def read(at: int) -> _Spot | None:
        return _free_at(line, at) or _fee_at(line, at) or _points_at(line, at) or _phrase_at(line, at)

    return _scan(line, _FIRST_OF_SPOT, read)


def _phrase_at(line: _Line, at: int) -> _Spot | None:
    words = line.words
    before = words[at - 1] if at else ""
    for sequence, thing in _THINGS_BY_WORD.get(words[at], ()):
        end = at + len(sequence)
        if tuple(words[at:end]) != sequence or words[end] in _OTHER_THINGS:
            continue
        if thing.item in _GENERIC and (before in _ARTICLES or before in _WHOLE):
            return _Spot(at, end, thing._replace(is_act=False))
        if thing.item not in _GENERIC or thing.is_act:
            return _Spot(at, end, thing)
    return None


_ARTICLES = _set("a an the your some this")
_OTHER_THINGS = _set("card cards line score limit team department policy request form number history rating")
"""After a thing these make it another one: "a credit card", "the refund team"."""


def _free_at(line: _Line, at: int) -> _Spot | None:
    """ "a free month", "two months free", "one month for free", "free express delivery", "the next month is on us"."""
    words = line.words
    word = words[at]
    if word in _FREE_AFTER and words[at + 1] != "of":
        for place in range(at + 1, min(at + 4, len(words))):
            if words[place] in _FREE_NOUNS:
                following = words[place + 1]
                end = place + 2 if following in _FREE_NOUNS else place + 1
                return _Spot(at, end, _free(words, at, end - 1))
            if words[place] in _CLOSED or not words[place].isalpha():
                return None
    elif word in _FREE_NOUNS:
        for length in (1, 2):
            tail = words[at + length : at + length + 3]
            if tail[:1] and tail[0] in _FREE_AFTER:
                return _Spot(at, at + length + 1, _free(words, at, at))
            if tail[:2] in (["for", "free"], ["on", "us"]) or (tail[:2] == ["is", "free"]):
                return _Spot(at, at + length + 2, _free(words, at, at))
            if tail == ["is", "on", "the"] and words[at + length + 3] == "house":
                return _Spot(at, at + length + 4, _free(words, at, at))
            if tail in (["is", "on", "us"], ["are", "on", "us"], ["free", "of", "charge"], ["at", "no", "cost"]):
                return _Spot(at, at + length + 3, _free(words, at, at))
            if tail[:1] and (tail[0] in _CLOSED or not tail[0].isalpha()):
                break
            if words[at + 1] not in _FREE_NOUNS:
                break
    return None


def _free(words: Sequence[str], at: int, noun_at: int) -> _Thing:
    """What is free, and how many: "free month", "2 free months"."""
    noun = _FREE_NOUNS.get(words[noun_at], words[noun_at])
    if noun in ("replacement", "exchange"):
        return _Thing("replacement", "replacement")
    count = words[at - 1] if at else ""
    for candidate in (count, words[at + 1]):
        number = _UNITS.get(candidate) or (int(candidate) if candidate.isdecimal() and len(candidate) < 4 else 0)
        if number > 1:
            return _Thing(f"{number} free {noun}s", "free_service")
    return _Thing(f"free {noun}", "gift" if noun in ("sample", "item", "product") else "free_service")


def _fee_at(line: _Line, at: int) -> _Spot | None:
    """A fee that an act takes away: "waive the delivery fee", "the late fee will be refunded"."""
    words = line.words
    if words[at] not in _FEES:
        return None
    start = at
    while start > max(at - 2, 0) and words[start - 1].isalpha() and not _is_fee_border(words[start - 1]):
        start -= 1
    name = " ".join(words[start : at + 1])
    return _Spot(start, at + 1, _Thing(name, "fee_waiver", sized=True))


def _is_fee_border(word: str) -> bool:
    return (
        word in _CLOSED
        or word in _BACK
        or word in _WIDE
        or word in _CURRENCY_WORDS
        or word in _COMMON_CODES
        or word in _WHOLE
    )


def _points_at(line: _Line, at: int) -> _Spot | None:
    words = line.words
    if not words[at][0].isdecimal() or not _is_money_figure(words[at]):
        return None
    for place in range(at + 1, min(at + 4, len(words))):
        if words[place] in _POINTS:
            return _Spot(at, place + 1, _Thing(f"{words[at]} {words[place]}", "credit"))
        if words[place] in _CLOSED or not words[place].isalpha():
            break
    return None


def _fee_gift(line: _Line, spot: _Spot) -> _Gift | None:
    start, end, _ = spot
    opening = _window(line, start)
    act, kind, place = _act_before(line, opening, start, off=False)
    if act != "waive" and _is_blocked(line, opening, start, end, waives=False):
        return None
    if act == "waive" or (act == "back" and kind in ("fee_waiver", "refund") and place >= start - 6):
        return _Gift(kind)
    later = _act_after(line, end)
    return _Gift(later[1]) if later and later[0] == "back" else None


def _thing_gift(line: _Line, spot: _Spot) -> _Gift | None:
    words, (start, end, thing) = line.words, spot
    opening = _window(line, start)
    given = _Gift(thing.kind)
    if thing.is_act:
        return given if _is_act_done(line, opening, start) else None
    if words[start - 1 : start] == ["no"] or _is_blocked(line, opening, start, end, waives=False):
        return None
    if words[end - 2 : end] in (["on", "us"], ["the", "house"]) or (
        words[end - 1] == "free" and words[end - 2] in ("is", "are")
    ):
        return given
    act, _, _ = _act_before(line, opening, start, off=False)
    if act not in (None, "noun"):
        return given if act in ("back", "wide") else None
    later = _act_after(line, end)
    if later is not None:
        return given if later[0] != "not" else None
    return given if _is_offered(line, opening, start) or _will_come(words, end) else None


def _is_offered(line: _Line, opening: int, start: int) -> bool:
    """ "Would you like a replacement?", "here is a voucher", "two options: a replacement or …"."""
    clause = line.words[opening:start]
    if not _OPTIONS.isdisjoint(clause):
        return True
    return (line.asks or "here" in clause or "please" in clause) and not _ACTS.isdisjoint(clause)


_OPTIONS = _set("options option choose choice prefer welcome would like entitled comes")


def _will_come(words: Sequence[str], end: int) -> bool:
    """ "a replacement will arrive on Friday", "your voucher is on its way"."""
    for place in range(end, min(end + 6, len(words))):
        if words[place] in ("will", "should"):
            return words[place + 1] != "not"
        if words[place] in ("is", "are") and words[place + 1] in (
            "on",
            "yours",
            "coming",
            "ready",
            "included",
            "attached",
        ):
            return True
        if words[place] in (PAUSE, END) or words[place] in _HARD_BREAKS:
            return False
    return False


def _is_act_done(line: _Line, opening: int, at: int) -> bool:
    """Whether a verb is an act of ours: "we will replace it", "I have refunded your order", "it will be replaced"."""
    words = line.words
    clause = words[opening:at]
    if _is_blocked(line, opening, at, at + 1, waives=False) or _is_done_by_customer(words, at):
        return False
    if words[at - 1 : at] == ["have"] and not _MODALS.isdisjoint(clause):
        return False
    before = words[max(at - 5, opening) : at]
    if at and (
        words[at - 1] in ("a", "the", "your", "our", "no", "this", "that", "any", "of", "my", "for")
        or words[at - 1] in _WHOLE
    ):
        return False
    if "be" in before or "been" in before or "being" in before:
        return not any(modal in before for modal in _MODALS if modal == "ought")
    return "i" in clause or "we" in clause or "let" in clause or "us" in clause or "me" in clause


def _settled(money: Sequence[MoneyPromise]) -> Iterator[MoneyPromise]:
    """The promises of a whole reply: a kind said once holds for the same sum elsewhere, and a bare "refund" gives way
    to the refund that says how much."""
    kinds: dict[tuple[Decimal | None, str | None], str] = {}
    specific: set[str | None] = set()
    for promise in money:
        if promise.amount is not None and promise.kind:
            kinds.setdefault((promise.amount, promise.currency), promise.kind)
        if promise.item is None or promise.item not in _GENERIC:
            specific.add(promise.kind)
    for promise in money:
        if promise.item in _GENERIC and (promise.kind in specific or (promise.kind is None and specific)):
            continue
        if promise.amount is not None and promise.kind is None:
            yield replace(promise, kind=kinds.get((promise.amount, promise.currency)))
        else:
            yield promise


# --- Days and times ---------------------------------------------------------------------------------------------------

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        [
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        ]
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_DURATIONS = {
    **dict.fromkeys(["minute", "minutes", "min", "mins"], "minute"),
    **dict.fromkeys(["hour", "hours", "hr", "hrs", "h"], "hour"),
    **dict.fromkeys(["day", "days"], "day"),
    **dict.fromkeys(["week", "weeks"], "week"),
    **dict.fromkeys(["fortnight", "fortnights"], "fortnight"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["workday", "workdays", "weekday", "weekdays"], "working day"),
}
_DURATION_WORDS = _set("working business work calendar full short week")
_LONGEST_DURATION = 1_000
_LEADS_TO_DURATION = _set(
    """
    the next coming following a maximum of at most about around approximately up to no more than less fewer another
    as little few only just roughly first
    """
)
_DAYTIMES = _set("morning afternoon evening night noon midday lunchtime")
_DAY_WORDS = _set("today tonight tomorrow eod cob this end close next noon midday")
_DATE_WORDS = _DAY_WORDS | _WEEKDAYS.keys() | _DURATIONS.keys() | (_MONTHS.keys() - {"may", "mar"})
_BEFORE_TIME = _set("at by before around about until till from between after to")
_ZONES = _set("utc gmt bst cet cest est edt cst cdt mst mdt pst pdt ist jst aest")

_FIRST_OF_MOMENT = _DATE_WORDS | _MONTHS.keys() | _FIRST_OF_NUMBER | {"half", "the", "couple"}
_WORTH_A_LOOK = (
    (_FIRST_OF_MOMENT - _FIRST_OF_NUMBER - {"the", "may"})
    | (_FIRST_OF_SPOT - {"right"})
    | (_FIRST_OF_SHARE - _FIRST_OF_NUMBER - {"what"})
    | _CURRENCY_WORDS.keys()
    | _COINS.keys()
    | _set("percent cent paid in pm noon o'clock")
) - {"in"}
"""A sentence with neither a figure nor one of these words holds nothing for us."""


class _When(NamedTuple):
    """A moment in a line: words `start` to `end`, without."""

    start: int
    end: int
    day: date
    at: time | None = None
    ambiguous: bool = False
    note: str = ""


def _dates_of(line: _Line, now: datetime) -> Iterator[DatePromise]:
    moments = list(_moments(line, now))
    if not moments:
        return
    clauses = _clauses(line, moments)
    for moment in moments:
        start, firm, excluded = _lead(line, moment.start)
        if excluded:
            continue
        if not _is_our_act(clauses, moment, firm=firm) and not _is_named(line, clauses, start, firm=firm):
            continue
        first, last = line.starts[start], line.ends[moment.end - 1]
        yield DatePromise(first, last, line.text[first:last], moment.day, moment.at, moment.ambiguous, moment.note)


def _moments(line: _Line, now: datetime) -> Iterator[_When]:
    def read(at: int) -> _When | None:
        try:
            return _moment_at(line, at, now)
        except (OverflowError, ValueError):  # a day beyond the calendar
            return None

    return _scan(line, _FIRST_OF_MOMENT, read)


def _moment_at(line: _Line, at: int, now: datetime) -> _When | None:
    """A day with or without a time, a time with or without a day, or a duration from now."""
    words = line.words
    if at + 1 >= len(words) or (words[at] in _SMALL and not _may_be_duration(words, at)):
        return None
    moment = _duration_at(line, at, now)
    if moment is not None:
        return moment
    clock = _time_at(line, at, bare=at > 0 and words[at - 1] in ("at", "by", "before", "around"))
    if clock is not None:
        after = clock.end
        while (after < len(words) - 1 and words[after] in (PAUSE, "on", "of", "local", "time")) or words[
            after
        ] in _ZONES:
            after += 1
        day = _day_at(line, after, now) if after < len(words) - 1 else None
        if day is not None:
            return day._replace(
                start=at, at=clock.at, ambiguous=day.ambiguous or clock.ambiguous, note=clock.note or day.note
            )
        if clock.sure and at and words[at - 1] in _BEFORE_TIME:
            past = (clock.at.hour, clock.at.minute) <= (now.hour, now.minute)
            day_meant = now.date() + timedelta(days=int(past))
            note = "The time has passed today, so tomorrow is meant." if past else clock.note
            return _When(at, clock.end, day_meant, clock.at, clock.ambiguous or past, note)
        return None
    moment = _day_at(line, at, now)
    return _with_time(line, moment) if moment else None


_SMALL = _set("a an half the")


def _may_be_duration(words: Sequence[str], at: int) -> bool:
    following = words[at + 1]
    return following in _DURATIONS or following in _DURATION_WORDS or following in ("couple", "an")


def _with_time(line: _Line, moment: _When) -> _When:
    """Adds the time that follows a day: "tomorrow at 5", "Friday, 17:00", "tomorrow between 9 and 12"."""
    words = line.words
    at = moment.end
    if words[at] in _DAYTIMES and words[at] not in ("noon", "midday"):
        moment = moment._replace(end=at + 1)
        at += 1
    if words[at] in ("end", "close") and words[at + 1] == "of":
        at = min(at + 3, len(words) - 1)
        moment = moment._replace(end=at)
    if words[at] == PAUSE and at + 1 < len(words):
        at += 1
    led = words[at] in _BEFORE_TIME
    window = words[at] in ("between", "from")
    clock = _time_at(line, at + 1 if led else at, bare=led)
    if clock is None:
        return moment
    note, end = clock.note, clock.end
    if (window and words[end] in ("and", "to")) or (words[end] == PAUSE and line.text[line.starts[end]] in "-–"):
        upper = _time_at(line, end + 1, bare=True)
        if upper is not None:
            clock, end = upper, upper.end
            note = "A span of time: its end counts."
    if words[end] in _ZONES:
        note = "The words name a time zone: check the hour."
    ambiguous = moment.ambiguous or clock.ambiguous or words[end] in _ZONES
    return moment._replace(end=end, at=clock.at, ambiguous=ambiguous, note=note or moment.note)


class _Clock(NamedTuple):
    end: int
    at: time
    ambiguous: bool
    sure: bool
    """Cannot be anything but a time of day."""
    note: str = ""


_CLOCK = re.compile(r"(\d\d?)(?:[:.](\d\d))?")


def _time_at(line: _Line, at: int, *, bare: bool) -> _Clock | None:
    """ "17:00", "5 pm", "5.30 p.m.", "noon"; and with `bare` a plain "5" too."""
    words = line.words
    if at >= len(words) - 1:
        return None
    word = words[at]
    if word in ("noon", "midday"):
        return _Clock(at + 1, time(12), ambiguous=False, sure=True)
    figure = str(_UNITS[word]) if word in _UNITS else word
    match = _CLOCK.fullmatch(figure)
    if match is None:
        return None
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    if hour > 24 or minute > 59:
        return None
    end = at + 1
    half, end = _half_of_day(words, end)
    if half:
        if not 1 <= hour <= 12:
            return None
        return _Clock(end, time(hour % 12 + (12 if half == "pm" else 0), minute), ambiguous=False, sure=True)
    o_clock = words[end] in ("o'clock", "oclock", "h")
    if o_clock:
        end += 1
        half, end = _half_of_day(words, end)
        if half and 1 <= hour <= 12:
            return _Clock(end, time(hour % 12 + (12 if half == "pm" else 0), minute), ambiguous=False, sure=True)
    colon = ":" in figure
    if not (colon or o_clock or bare) or (bare and not colon and not o_clock and _counts_something(line, at)):
        return None
    if not colon and not o_clock and match.group(2):
        return None
    hour %= 24
    if hour > 12 or hour == 0 or figure.startswith("0"):
        return _Clock(end, time(hour, minute), ambiguous=False, sure=colon or o_clock)
    in_working_hours = hour + 12 if 1 <= hour <= 7 else hour
    doubtful = hour <= 7 or (hour != 12 and not colon)
    note = f"{figure} could be morning or evening: {in_working_hours}:{minute:02} was taken." if doubtful else ""
    return _Clock(end, time(in_working_hours % 24, minute), ambiguous=doubtful, sure=colon or o_clock, note=note)


def _half_of_day(words: Sequence[str], at: int) -> tuple[str, int]:
    if words[at] in ("am", "pm"):
        return words[at], at + 1
    if words[at] in ("a", "p") and words[at + 1] == "m":
        return f"{words[at]}m", at + 2
    if words[at : at + 2] == ["in", "the"] and words[at + 2] in ("morning", "afternoon", "evening"):
        return ("am" if words[at + 2] == "morning" else "pm"), at + 3
    return "", at


def _counts_something(line: _Line, at: int) -> bool:
    """Whether a plain figure counts things: "at 5 euros", "by 10 %", "at 20 Main Street"."""
    words = line.words
    following = words[at + 1]
    known = following in _CLOSED or following in _WEEKDAYS or following in _DAY_WORDS
    return not known and following not in (END, PAUSE, "sharp", "latest")


def _day_at(line: _Line, at: int, now: datetime) -> _When | None:
    words = line.words
    word = words[at]
    if word in ("today", "tonight"):
        return _When(at, at + 1, now.date())
    if word == "tomorrow":
        if words[max(at - 3, 0) : at] == ["the", "day", "after"]:
            return _When(at - 3, at + 1, now.date() + timedelta(days=2))
        if at >= 2 and words[at - 2 : at] == ["day", "after"]:
            return _When(at - 2, at + 1, now.date() + timedelta(days=2))
        return _When(at, at + 1, now.date() + timedelta(days=1))
    if word in ("eod", "cob"):
        return _end_of(line, at, at + 1, now)
    if word in ("end", "close"):
        return _end_at(line, at, now)
    if word in ("this", "next", "coming"):
        return _this_or_next_at(line, at, now)
    if word in _WEEKDAYS:
        return _weekday_at(line, at, now)
    return _calendar_day_at(line, at, now)


def _end_at(line: _Line, at: int, now: datetime) -> _When | None:
    """ "the end of the day", "end of next week", "the end of March", "close of business tomorrow"."""
    words = line.words
    after = at + 1
    if words[after] == "of":
        after += 1
    elif words[after] not in ("day", "week", "month"):
        return None
    if words[after] in ("the", "this"):
        after += 1
    if words[after] in ("working", "business") and words[after + 1] in ("day", "hours"):
        after += 1
    if words[after] in ("day", "play", "business", "hours", "afternoon", "today"):
        return _end_of(line, at, after + 1, now)
    if words[after] in _WEEKDAYS or words[after] == "tomorrow":
        return _end_of(line, at, after, now)
    if words[after] in ("week", "month"):
        return _end_of_span(words[after], at, after + 1, now, later=0)
    if words[after] == "next" and words[after + 1] in ("week", "month"):
        return _end_of_span(words[after + 1], at, after + 2, now, later=1)
    if words[after] in _MONTHS:
        month = _MONTHS[words[after]]
        year = now.year + int(month < now.month)
        return _When(at, after + 1, _last_of_month(year, month))
    return None


def _end_of(line: _Line, start: int, end: int, now: datetime) -> _When:
    """The end of a day: of today, unless another day follows ("close of business on Friday")."""
    words = line.words
    after = end + 1 if words[end] in ("on", PAUSE) else end
    if after < len(words) - 1 and (words[after] in _WEEKDAYS or words[after] in ("tomorrow", "today", "next", "this")):
        day = _day_at(line, after, now)
        if day is not None:
            return day._replace(start=start)
    return _When(start, end, now.date())


def _end_of_span(unit: str, start: int, end: int, now: datetime, *, later: int) -> _When:
    today = now.date()
    if unit == "month":
        months = today.year * 12 + today.month - 1 + later
        return _When(start, end, _last_of_month(months // 12, months % 12 + 1))
    friday = today + timedelta(days=4 - today.weekday() + 7 * later)
    if friday < today:
        return _When(
            start,
            end,
            friday + timedelta(days=7),
            ambiguous=True,
            note="The working week is over: next Friday was taken.",
        )
    return _When(start, end, friday)


def _last_of_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _this_or_next_at(line: _Line, at: int, now: datetime) -> _When | None:
    words = line.words
    word, following = words[at], words[at + 1]
    if following in _WEEKDAYS:
        return _weekday_at(line, at + 1, now)
    if word == "this" and following in ("morning", "afternoon", "evening"):
        return _When(at, at + 2, now.date())
    if word == "this" and following in ("week", "month"):
        return _end_of_span(following, at, at + 2, now, later=0)
    if word == "next" and following in ("working", "business") and words[at + 2] == "day":
        return _When(at, at + 3, _working_days_on(now.date(), 1), note=_COUNTED)
    if word == "next" and following == "week":
        if words[at + 2] == "on":
            return None
        if words[at + 2] in _WEEKDAYS:
            monday = now.date() - timedelta(days=now.weekday())
            return _When(at, at + 3, monday + timedelta(days=7 + _WEEKDAYS[words[at + 2]]))
        found = _end_of_span("week", at, at + 2, now, later=1)
        return found._replace(ambiguous=True, note="No day is named: the Friday was taken.")
    return None


def _weekday_at(line: _Line, at: int, now: datetime) -> _When | None:
    words = line.words
    today = now.date()
    wanted = _WEEKDAYS[words[at]]
    before = words[at - 1] if at else ""
    if words[at] in ("sat", "sun", "mon", "wed") and before not in (
        "on",
        "by",
        "this",
        "next",
        "before",
        PAUSE,
        "until",
    ):
        return None
    if before in ("between", "from") and words[at + 1] in ("and", "to", "or") and words[at + 2] in _WEEKDAYS:
        last = _weekday_at(line, at + 2, now)
        return last._replace(start=at, note="A span of days: its end counts.") if last else None
    exact = _exact_after_weekday(line, at, now)
    if exact is not None:
        return exact
    end = at + 1
    days = (wanted - today.weekday()) % 7
    monday = today - timedelta(days=today.weekday())
    if words[end : end + 2] == ["next", "week"] or words[end : end + 3] == ["of", "next", "week"]:
        end += 2 if words[end] == "next" else 3
        return _When(at, end, monday + timedelta(days=7 + wanted))
    start = at - 1 if before in ("this", "next", "coming") else at
    if before == "next":
        coming, next_week = today + timedelta(days=days or 7), monday + timedelta(days=7 + wanted)
        doubtful = coming != next_week
        note = f"It could be {coming.isoformat()} or {next_week.isoformat()}." if doubtful else ""
        return _When(start, end, next_week, ambiguous=doubtful, note=note)
    if days == 0:
        if before == "this":
            return _When(start, end, today)
        later = today + timedelta(days=7)
        return _When(start, end, later, ambiguous=True, note=f"It could be today or {later.isoformat()}.")
    return _When(start, end, today + timedelta(days=days))


def _exact_after_weekday(line: _Line, at: int, now: datetime) -> _When | None:
    """ "Friday, 13 March", "Friday the 13th": the date counts; one that is not that weekday is in doubt."""
    words = line.words
    after = at + 1
    if words[after] == PAUSE:
        after += 1
    if words[after] == "the":
        after += 1
    if after >= len(words) - 1 or not (words[after][0].isdecimal() or words[after] in _MONTHS):
        return None
    found = _calendar_day_at(line, after, now, alone=True)
    if found is None:
        return None
    if found.ambiguous and "/" in words[after]:
        swapped = _numeric_day(words[after], now, month_first=True)
        fits = [day for day in (found.day, swapped) if day and day.weekday() == _WEEKDAYS[words[at]]]
        if len(set(fits)) == 1:
            found = found._replace(day=fits[0], ambiguous=False, note="")
    if found.day.weekday() != _WEEKDAYS[words[at]]:
        note = f"{found.day.isoformat()} is no {words[at].capitalize()}: ask which is meant."
        return found._replace(start=at, ambiguous=True, note=note)
    return found._replace(start=at)


_ORDINALS = _set("st nd rd th")


def _calendar_day_at(line: _Line, at: int, now: datetime, *, alone: bool = False) -> _When | None:
    """ "14 March", "March 14th, 2026", "the 14th", "14/03", "2026-03-14"."""
    words = line.words
    word = words[at]
    if word[0].isdecimal():
        if "-" in word:
            return _When(at, at + 1, date.fromisoformat("-".join(part.zfill(2) for part in word[:10].split("-"))))
        if "/" in word or word.count(".") == 2:
            return _numeric_at(line, at, now, alone=alone)
        if not word.isdecimal() or len(word) > 2:
            return None
        after = at + 1
        ordinal = words[after] in _ORDINALS
        after += ordinal
        after += words[after] == "of"
        if words[after] in _MONTHS:
            year, end = _year_at(words, after + 1)
            return _dated((at, end), int(word), _MONTHS[words[after]], year, now)
        if ordinal and at and words[at - 1] in ("the", "on", "by") and not _counts_ordinal(words, at + 2):
            return _day_of_month(at, at + 2, int(word), now)
        return None
    if word in _MONTHS and words[at + 1].isdecimal() and len(words[at + 1]) <= 2:
        end = at + 2
        end += words[end] in _ORDINALS
        year, end = _year_at(words, end)
        return _dated((at, end), int(words[at + 1]), _MONTHS[word], year, now)
    return None


def _counts_ordinal(words: Sequence[str], at: int) -> bool:
    """ "the 2nd time", "the 5th floor"."""
    return words[at] not in (
        END,
        PAUSE,
        "at",
        "by",
        "and",
        "or",
        "before",
        "around",
        "with",
        "to",
        "of",
        "in",
        "we",
        "i",
        "you",
    )


def _year_at(words: Sequence[str], at: int) -> tuple[int | None, int]:
    after = at + 1 if words[at] == PAUSE else at
    if (
        after < len(words)
        and words[after].isdecimal()
        and len(words[after]) == 4
        and words[after][:2] in ("19", "20", "21")
    ):
        return int(words[after]), after + 1
    return None, at


def _dated(span: tuple[int, int], day: int, month: int, year: int | None, now: datetime) -> _When:
    """A day with its month. Without a year it is the coming one; a day just passed is in doubt."""
    if year is not None:
        found = date(year, month, day)
        passed = found < now.date()
        return _When(*span, found, ambiguous=passed, note="This day has passed." if passed else "")
    found = _in_year(now.year, month, day)
    if found >= now.date():
        return _When(*span, found)
    later = _in_year(now.year + 1, month, day)
    doubtful = now.date() - found < timedelta(days=180)
    note = f"{found.isoformat()} has passed, so {later.isoformat()} was taken." if doubtful else ""
    return _When(*span, later, ambiguous=doubtful, note=note)


def _in_year(year: int, month: int, day: int) -> date:
    if (month, day) == (2, 29):
        while not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
            year += 1
    return date(year, month, day)


def _day_of_month(start: int, end: int, day: int, now: datetime) -> _When:
    months = now.year * 12 + now.month - 1 + int(day < now.day)
    for month in (months, months + 1):
        try:
            return _When(start, end, date(month // 12, month % 12 + 1, day))
        except ValueError:
            continue
    raise ValueError("no such day")


def _numeric_at(line: _Line, at: int, now: datetime, *, alone: bool) -> _When | None:
    words = line.words
    word = words[at]
    if word == "24/7":
        return None
    if (
        not alone
        and word.count("/") == 1
        and (not at or words[at - 1] not in ("on", "by", "before", "until", "than", "the", "for", PAUSE, "from"))
    ):
        return None
    day_first, month_first = _numeric_day(word, now), _numeric_day(word, now, month_first=True)
    chosen = day_first or month_first
    if chosen is None:
        return None
    if month_first is not None and month_first < chosen and chosen - now.date() > timedelta(days=180):
        chosen = month_first  # the other reading has passed this year
    doubtful = "." not in word and day_first is not None and month_first is not None and day_first != month_first
    note = f"It could be {day_first} or {month_first}." if doubtful else ""
    return _When(at, at + 1, chosen, ambiguous=doubtful, note=note)


def _numeric_day(word: str, now: datetime, *, month_first: bool = False) -> date | None:
    parts = [int(part) for part in re.split(r"[/.]", word)]
    day, month = (parts[1], parts[0]) if month_first else (parts[0], parts[1])
    year = None if len(parts) == 2 else parts[2] + (2000 if parts[2] < 100 else 0)
    try:
        return _dated((0, 0), day, month, year, now).day
    except ValueError:
        return None


_COUNTED = "Working days were counted Monday to Friday, without holidays."


def _duration_at(line: _Line, at: int, now: datetime) -> _When | None:
    """ "within 48 hours", "in three days", "within two to three working days", "within the week"."""
    words = line.words
    if words[at] == "the" and at and words[at - 1] in ("within", "inside") and words[at + 1] in _DURATIONS:
        return _within_the(words, at, now)
    span = _span_at(line, at)
    if span is None or not _leads_to_duration(words, at) or _is_elsewhere(words, span[2]):
        return None
    number, unit, end = span
    start = at
    moment = _after(now, number, unit)
    if unit in ("minute", "hour") and (unit == "minute" or number < 24):
        return _When(start, end, moment.date(), moment.time().replace(second=0, microsecond=0, tzinfo=None))
    return _When(start, end, moment.date(), note=_COUNTED if unit == "working day" else "")


def _span_at(line: _Line, at: int) -> tuple[Decimal, str, int] | None:
    """How many of which unit, and the word after: (48, "hour", …)."""
    words = line.words
    word = words[at]
    if word == "half" and words[at + 1 : at + 3] == ["an", "hour"]:
        return Decimal(30), "minute", at + 3
    number: Decimal | None
    if word in ("a", "an", "one"):
        number, end = Decimal(1), at + 1
        if words[end : end + 2] == ["couple", "of"]:
            number, end = Decimal(2), end + 2
        elif word != "one" and words[end] in ("hundred", "thousand"):
            return None
        elif words[end] in ("to", "or") and words[end + 1] in _UNITS:
            number, end = Decimal(_UNITS[words[end + 1]]), end + 2
    elif words[at : at + 2] == ["couple", "of"]:
        number, end = Decimal(2), at + 2
    else:
        read = _number_at(line, at)
        if read is None or not _is_money_figure(read[0]):
            return None
        number, end = read_figure(read[0]), read[1]
        joint = _range_joint(line, at, end) or (end + 1 if words[end] == "or" else None)
        upper = _number_at(line, joint) if joint and joint < len(words) - 1 else None
        if upper is not None and _is_money_figure(upper[0]) and _unit_at(words, upper[1]):
            number, end = read_figure(upper[0]), upper[1]
    unit = _unit_at(words, end)
    if unit is None or number is None or not 0 < number <= _LONGEST_DURATION:
        return None
    return number, unit[0], unit[1]


def _unit_at(words: Sequence[str], at: int) -> tuple[str, int] | None:
    working = False
    for place in range(at, min(at + 3, len(words))):
        word = words[place]
        if word in _DURATIONS and not (word == "week" and words[place + 1] in ("day", "days")):
            unit = _DURATIONS[word]
            return ("working day" if working and unit == "day" else unit), place + 1
        if word not in _DURATION_WORDS:
            return None
        working = working or word in ("working", "business", "work", "week")
    return None


def _leads_to_duration(words: Sequence[str], at: int) -> bool:
    place = at - 1
    while place >= max(at - 6, 0):
        if words[place] in ("within", "in", "inside"):
            return True
        if words[place] in ("take", "takes", "taking", "allow") or words[place : place + 2] in (
            ["the", "next"],
            ["later", "than"],
        ):
            return True
        if words[place] not in _LEADS_TO_DURATION:
            return False
        place -= 1
    return False


def _is_elsewhere(words: Sequence[str], end: int) -> bool:
    """Whether the duration counts from another event or is none: "of receiving it", "ago", "late"."""
    word = words[end]
    if word in ("of", "after", "from", "following", "once"):
        return words[end + 1] not in ("now", "today", "this")
    return word in ("ago", "late", "old", "long", "earlier", "before", "each", "per", "in")


def _after(now: datetime, number: Decimal, unit: str) -> datetime:
    if unit == "working day":
        day = _working_days_on(now.date(), int(number))
        return datetime.combine(day, now.timetz())
    if unit == "month":
        months = now.year * 12 + now.month - 1 + int(number)
        year, month = months // 12, months % 12 + 1
        return now.replace(year=year, month=month, day=min(now.day, _last_of_month(year, month).day))
    if unit in ("minute", "hour"):
        step = timedelta(minutes=float(number)) if unit == "minute" else timedelta(hours=float(number))
        return (now.astimezone(UTC) + step).astimezone(now.tzinfo)
    days = {"day": 1, "week": 7, "fortnight": 14}[unit]
    return now + timedelta(days=float(number) * days)


def _within_the(words: Sequence[str], at: int, now: datetime) -> _When | None:
    unit, end = _DURATIONS[words[at + 1]], at + 2
    if unit == "hour":
        moment = _after(now, Decimal(1), "hour")
        return _When(at, end, moment.date(), moment.time().replace(second=0, microsecond=0, tzinfo=None))
    if unit == "day":
        return _When(at, end, now.date())
    if unit in ("week", "month"):
        day = _after(now, Decimal(1), unit).date()
        return _When(
            at, end, day, ambiguous=True, note=f"It could mean by the end of this {unit}, or by {day.isoformat()}."
        )
    return None


def _working_days_on(day: date, count: int) -> date:
    """The working day that comes `count` of them after a day."""
    while day.weekday() > 4:
        day -= timedelta(days=1)
    weeks, rest = divmod(day.weekday() + count, 5)
    return day + timedelta(days=7 * weeks + rest - day.weekday())


# --- Whose act stands beside a day ------------------------------------------------------------------------------------

_OURS, _THEIRS, _DONE = "ours", "theirs", "done"

_DEADLINES = _set("by before within inside")
_EXCLUDED_LEADS = _set(
    """
    of from since dated after until till last past every each yesterday's for-ever on-or-after
    """
)
_LEAD_WORDS = _set(
    """
    the on by before within in inside at latest than no later around about for end this next to as soon early late
    first thing
    """
)
_RECEIVING = _set("receive get hear have see be find know")
_PLANNED = _set("scheduled booked arranged planned rescheduled moved set reserved expected due postponed")
_COMING = _set("arrives ships leaves comes lands reaches departs")
_PAST = _set(
    """
    was were had did came went said told wrote sent bought got took made gave left lost broke kept paid met saw
    spoke heard began found rang held knew thought yesterday
    """
)
_NOT_PAST = _set("need indeed speed proceed exceed feed succeed hundred seed breed agreed united")
_CUSTOMER_ACTS = _set(
    """
    send reply return bring call contact write check visit tell give answer confirm choose pick collect use fill
    sign email phone ring ask drop
    """
)
_HOURS = _set(
    """
    open opens closed closes hours valid expires expire expiry deadline reachable available opening
    """
)
_OUR_HELP = _set("promise commit aim plan guarantee hope intend expect going sure able happy")
_OUR_MODALS = _set("will can shall")
_SUBORDINATE = _set("if unless whether")
_SPLITTERS = _set(
    """
    and but or so if when once unless because although though while whereas which who before after until till since
    as that
    """
)
_CLAUSE_SUBJECTS = _set(
    """
    i we you it they he she the your my our this that there a an please nobody somebody someone everything
    """
)
_SURE_SPLITTERS = _set("if when once unless because although though while whereas but which who")


_MAY_OPEN = _SPLITTERS | _SURE_SPLITTERS | {PAUSE, END, MASK}


class _Clause(NamedTuple):
    """A part of a sentence with the acts in it, each with its place and whose it is."""

    start: int
    end: int
    is_condition: bool
    acts: tuple[tuple[int, str], ...]


def _clauses(line: _Line, moments: Sequence[_When]) -> list[_Clause]:
    """The sentence cut at its pauses and before the words that open a new clause, never within a moment."""
    words = line.words
    whole = [False] * len(words)
    for moment in moments:
        for place in range(moment.start, moment.end):
            whole[place] = True
    found: list[_Clause] = []
    start = 0
    for place, word in enumerate(words):
        if word not in _MAY_OPEN or whole[place] or not _opens_clause(words, place):
            continue
        if place > start:
            found.append(_clause(line, start, place))
        start = place + 1 if word in (PAUSE, END, MASK) else place
    return found


def _opens_clause(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if word in (PAUSE, END, MASK) or word in _SURE_SPLITTERS:
        return True
    if word not in _SPLITTERS:
        return False
    following = words[place + 1]
    if word in _OFTEN_PREPOSITIONS and following in _DETERMINERS:
        return False
    return following in _CLAUSE_SUBJECTS


_OFTEN_PREPOSITIONS = _set("before after until till since as that")
_DETERMINERS = _set("the a this your our")


def _clause(line: _Line, start: int, end: int) -> _Clause:
    acts = []
    for place in range(start, end):
        word = line.words[place]
        if place > start + 1 and word not in _ACT_WORDS and not word.endswith(("ing", "ed")):
            continue
        act = _act_at(line, (max(start, place - _REACH), end), place, is_first=place == start)
        if act is not None:
            acts.append((place, act))
    return _Clause(start, end, line.words[start] in _SUBORDINATE, tuple(acts))


def _lead(line: _Line, start: int) -> tuple[int, bool, bool]:
    """Where the expression of a day begins with its preposition, whether it sets a deadline, whether no act of ours."""
    words = line.words
    place = start - 1
    firm = words[start] in ("tomorrow", "eod", "cob", "next") or words[start - 1 : start] in (["next"], ["in"])
    while place >= max(start - 6, 0) and words[place] in _LEAD_WORDS:
        firm = firm or words[place] in _DEADLINES
        place -= 1
    if place >= 0 and words[place] in _EXCLUDED_LEADS:
        return place + 1, firm, True
    if place >= 0 and words[place] in ("not", "never"):
        return place + 1, firm, True
    if place >= 1 and words[place] == PAUSE and words[place - 1] in _WEEKDAYS:
        return place + 1, firm, False
    return place + 1, firm, False


def _is_our_act(clauses: Sequence[_Clause], moment: _When, *, firm: bool) -> bool:
    """Whether the nearest act beside a day is one of ours, still to come.

    A day that stands apart ("By Friday, …") belongs to the clause before it, or else to the one after.
    """
    here = bisect_right(clauses, moment.start, key=lambda clause: clause.start) - 1
    if here < 0:
        return False
    verdict = _verdict(clauses[here], moment, firm=firm)
    if verdict is not None:
        return verdict == _OURS
    for clause in reversed(clauses[max(here - 4, 0) : here]):
        if clause.acts:
            return clause.acts[-1][1] == _OURS and not clause.is_condition
    for clause in clauses[here + 1 : here + 4]:
        if clause.acts and not clause.is_condition:
            return clause.acts[0][1] == _OURS
    return False


def _is_named(line: _Line, clauses: Sequence[_Clause], start: int, *, firm: bool) -> bool:
    """ "Next update: Friday", "News by Friday": a note without a verb."""
    if any(clause.acts for clause in clauses[:4]) or not (firm or line.text[: line.starts[start]].rstrip()[-1:] == ":"):
        return False
    near = line.words[max(start - 5, 0) : start]
    return not _NAMED_ACTS.isdisjoint(near) and "last" not in near and "previous" not in near


_NAMED_ACTS = _set("update news reply answer call callback delivery arrival visit date appointment refund")


def _verdict(clause: _Clause, moment: _When, *, firm: bool) -> str | None:
    if clause.is_condition:
        return _THEIRS
    before = [act for place, act in clause.acts if place < moment.start][-_REACH:]
    if before:
        return _OURS if firm and before[-1] == _DONE and _OURS in before else before[-1]
    return next((act for place, act in clause.acts if place >= moment.end), None)


_ACT_WORDS = (
    _HOURS
    | _COMING
    | _PLANNED
    | _OUR_HELP
    | _PAST
    | _set("will shall going can could may might should would please let must need needs have expect is are been")
)
"""Words that may stand for an act anywhere in a clause; further ones do so at its beginning."""


def _act_at(line: _Line, clause: tuple[int, int], place: int, *, is_first: bool) -> str | None:
    words, first = line.words, clause[0]
    word = words[place]
    if word in ("will", "shall", "going"):
        return _future(words, clause, place)
    if word in ("can", "could", "may", "might", "should", "would"):
        return _modal(words, clause, place)
    if word in _HOURS:
        return _THEIRS
    if word == "please":
        return _OURS if words[place + 1] in ("expect", "allow") else _THEIRS
    if word == "let":
        return _THEIRS if words[place + 2] == "know" else _OURS
    if word in ("must", "need", "needs") or words[place : place + 2] == ["have", "to"]:
        near = words[first:place] + words[place + 1 : place + 4]
        return _THEIRS if "you" in near or "your" in near else None
    if word == "expect":
        return _OURS
    if word in _COMING:
        return _OURS
    if word in _PLANNED:
        return _plan(words, clause, place)
    if word in _OUR_HELP and any(near in ("i", "we") for near in words[max(place - 3, first) : place]):
        return _OURS
    if word.endswith("ing") and place and _is_under_way(words, first, place):
        return _OURS
    if word in ("is", "are") and _names_a_day(words, clause, place):
        return _OURS
    if _is_past(word):
        near = words[max(place - 3, first) : place]
        return None if "be" in near or "get" in near or "to" in near else _DONE
    if is_first or (place and place == first + 1 and words[first] in _SPLITTERS):
        addressed = words[place + 1] in ("us", "me")
        if word in _CUSTOMER_ACTS and (addressed or _OUR_MODALS.isdisjoint(words[max(place - _REACH, 0) : place])):
            return _THEIRS
        if (
            word == "you"
            and place + 1 < clause[1]
            and words[place + 1] not in _AUXILIARIES
            and words[place + 1] not in _ADVERBS
        ):
            return _THEIRS
    if word == "have" and words[place - 1 : place] == ["you"] and "will" not in words[max(place - 3, first) : place]:
        return _THEIRS
    return None


def _is_past(word: str) -> bool:
    return word in _PAST or word == "been" or (word.endswith("ed") and len(word) > 4 and word not in _NOT_PAST)


def _skip_adverbs(words: Sequence[str], place: int) -> int:
    while place < len(words) - 1 and (
        words[place] in _ADVERBS or words[place].endswith("ly") or words[place] in ("then", "you're")
    ):
        place += 1
    return place


def _subject_before(words: Sequence[str], first: int, place: int) -> str:
    at = place - 1
    while at > first and (words[at] in _ADVERBS or words[at] in ("am", "are", "is")):
        at -= 1
    return words[at] if at >= first else ""


def _future(words: Sequence[str], clause: tuple[int, int], place: int) -> str | None:
    if words[place] == "going" and (
        words[place + 1] != "to" or words[place - 1 : place] not in (["am"], ["are"], ["is"])
    ):
        return None
    verb_at = _skip_adverbs(words, place + (2 if words[place] == "going" else 1))
    subject = _subject_before(words, clause[0], place)
    if words[verb_at] in ("not", "never"):
        return _DONE
    if words[verb_at] == "be" and words[verb_at + 1] in ("open", "closed", "available", "away", "out", "off", "busy"):
        return _THEIRS
    if subject in ("", "and", "or", "so") and words[place + 1] == "you":
        return _THEIRS
    if subject == "you":
        needs = words[verb_at : verb_at + 2] == ["have", "to"] or words[verb_at + 1] in (
            "able",
            "asked",
            "charged",
            "billed",
        )
        return _OURS if words[verb_at] in _RECEIVING and not needs else _THEIRS
    return _OURS


def _modal(words: Sequence[str], clause: tuple[int, int], place: int) -> str | None:
    word, following = words[place], words[place + 1]
    subject = _subject_before(words, clause[0], place)
    if following in ("not", "never"):
        return _DONE
    verb_at = _skip_adverbs(words, place + 1)
    if words[verb_at] == "have" and _is_past(words[_skip_adverbs(words, verb_at + 1)]):
        return _DONE
    if subject == "you" or following == "you":
        if (
            word in ("can", "should", "may")
            and words[verb_at] in ("expect", *_RECEIVING)
            and words[verb_at + 1] not in ("able", "to")
        ):
            return _OURS
        return _THEIRS
    if subject in ("i", "we") or following in ("i", "we"):
        return _OURS
    return _OURS if word in ("should", "can", "would") else None


def _plan(words: Sequence[str], clause: tuple[int, int], place: int) -> str | None:
    near = words[clause[0] : place]
    if "be" in near[-3:]:
        return None
    if "was" in near or "were" in near or "originally" in near or "had" in near:
        return _DONE
    if words[place] == "due" and any(word in _PRICES and word not in ("order", "item", "delivery") for word in near):
        return _THEIRS
    if any(word in ("is", "are", "has", "have", "now", "am") for word in near):
        return _THEIRS if near[-2:-1] == ["you"] or near[-1:] == ["you"] else _OURS
    return _DONE


def _is_under_way(words: Sequence[str], first: int, place: int) -> bool:
    """ "I am calling", "the parcel is arriving"."""
    at = place - 1
    while at >= first and (words[at] in _ADVERBS or words[at] in ("now", "you")):
        at -= 1
    if at < first or words[at] not in ("am", "are", "is"):
        return False
    if words[place] in ("waiting", "hoping", "asking") and words[at] != "am" and "we" not in words[first:at]:
        return False
    return _subject_before(words, first, at) != "you" and words[place] not in (
        "missing",
        "nothing",
        "something",
        "morning",
    )


_NAMED_DAYS = _set("date day delivery arrival slot appointment visit one call callback time parcel order")


def _names_a_day(words: Sequence[str], clause: tuple[int, int], place: int) -> bool:
    """ "The new delivery date is Friday"."""
    following = words[place + 1]
    at_day = following in _WEEKDAYS or following[0].isdecimal() or following in ("tomorrow", "on", "the")
    near = words[clause[0] : place]
    return at_day and not _NAMED_DAYS.isdisjoint(near) and "today" not in near and _HOURS.isdisjoint(near)


# --- Held against what is decided -------------------------------------------------------------------------------------


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
    elif promise.item in _GENERIC:
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
