"""Sums of money: exact decimals with an ISO 4217 currency, how people write them, and how we write them back.

A sum is never negative and never finer than the smallest coin of its currency.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

MOST_DIGITS = 15
"""A longer row of digits is a number of something, not a sum."""

_PLACES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
        CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
        KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
        THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST YER ZAR ZMW
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
}

PLACES: dict[str, int] = {code: places for places, codes in _PLACES.items() for code in codes.split()}
"""Every currency we know, and how many digits after the point its sums have."""

SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "£": ("GBP", "EGP"),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "₴": ("UAH",),
    "₪": ("ILS",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "₦": ("NGN",),
    "฿": ("THB",),
    "zł": ("PLN",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kč": ("CZK",),
    "kc": ("CZK",),
    "rs": ("INR", "PKR", "LKR", "NPR"),
    "sfr": ("CHF",),
    "us$": ("USD",),
    "a$": ("AUD",),
    "au$": ("AUD",),
    "c$": ("CAD",),
    "ca$": ("CAD",),
    "nz$": ("NZD",),
    "hk$": ("HKD",),
    "s$": ("SGD",),
    "r$": ("BRL",),
    "mx$": ("MXN",),
}
"""Signs and short names. Where several currencies share one, the first is meant unless we are told otherwise."""


class MoneyError(ValueError):
    """Something is not a sum of money; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum. Raises MoneyError when it is negative, no number, too fine, or in a currency we do not know."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in PLACES:
            raise MoneyError(f"{self.currency!r} is no currency code: write one of ISO 4217, such as EUR")
        if not self.amount.is_finite():
            raise MoneyError(f"{self.amount} is no amount: write a number, such as 40.00")
        if self.amount.is_signed():
            raise MoneyError(f"{self.amount} is negative: write the sum without a minus")
        if self.amount.adjusted() >= MOST_DIGITS:
            raise MoneyError(f"the sum has more than {MOST_DIGITS} digits: write a smaller one")
        if not _is_exact(self.amount, PLACES[self.currency]):
            raise MoneyError(
                f"{self.amount} {self.currency} is too fine: {self.currency} has {PLACES[self.currency]} digits "
                f"after the point"
            )
        object.__setattr__(self, "amount", self.amount.quantize(_unit(PLACES[self.currency])))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def parse(text: str, currency: str | None = None) -> Money:
    """Read a sum a person typed: "40 EUR", "EUR 40", "€40", "1.234,50 €", or "40" where `currency` is given.

    Raises MoneyError for anything else, and where a figure could be read in two ways: nobody should guess about money.
    """
    match = _TYPED.fullmatch(text.strip()) if len(text) <= _LONGEST_TYPED else None
    if match is None:
        raise MoneyError(f"{text.strip()[:40]!r} is no sum: write it like 40.00 EUR")
    before, figure, after = match.groups()
    if before and after:
        raise MoneyError(f"{text.strip()[:40]!r} names two currencies: write one, like 40.00 EUR")
    named = before or after
    code = code_of(named, currency) if named else currency
    if code is None or code not in PLACES:
        wrong = named or currency
        raise MoneyError(
            f"{wrong!r} is no currency we know: write its code, like 40.00 EUR"
            if wrong
            else f"{figure} has no currency: write it like {figure} EUR"
        )
    if is_double_meaning(figure, PLACES[code]):
        raise MoneyError(f"{figure} can be read in two ways: write it without the dot or comma, or with two decimals")
    amount = read_figure(figure, PLACES[code])
    if amount is None:
        raise MoneyError(f"the sum has more than {MOST_DIGITS} digits: write a smaller one")
    return Money(amount, code)


def code_of(name: str, currency: str | None = None) -> str | None:
    """The code behind a sign, a short name or a code in any case; of several, `currency` if it is among them."""
    known = SIGNS.get(name.lower())
    if known is None:
        return name.upper() if name.upper() in PLACES else None
    return currency if currency in known else known[0]


def read_figure(figure: str, places: int = 2) -> Decimal | None:
    """Figures with separators of any style, for a currency with so many places; None where there is no sum in them.

    `1,234.50`, `1.234,50`, `1 234,50` and `1'234.50` are the same. A single separator before exactly three digits
    groups thousands, unless the currency has three places and the separator is a point.
    """
    head, tail = _split(figure, places)
    digits = _SEPARATORS.sub("", head)
    if len(digits) + len(tail) > MOST_DIGITS or not (digits + tail).isdecimal():
        return None
    return Decimal(f"{digits or 0}.{tail}" if tail else digits)


def is_double_meaning(figure: str, places: int) -> bool:
    """Whether a figure such as "1.234" could mean thousands as well as a fraction."""
    separators = _SEPARATORS.findall(figure)
    if len(separators) != 1 or separators[0] not in ".," or figure.startswith("0"):
        return False
    return places > 0 and len(figure) - figure.index(separators[0]) == 4 and (places != 3 or separators[0] == ",")


def round_up(amount: Decimal, currency: str | None) -> Decimal:
    """The amount in whole coins of its currency, never less than it was; for reading prose, not for reckoning."""
    return amount.quantize(_unit(PLACES.get(currency or "", 2)), rounding=ROUND_UP)


_SEPARATORS = re.compile(r"[.,'\u2019\s]")
_LONGEST_TYPED = 60
_NAME = r"([^\W\d_]{0,2}[^\w\s.,'\u2019+-]|[^\W\d_]{2,3})?"
_GROUP = r"(?:[,'\u2019\u00a0\u202f ][0-9]{2,3})*[,'\u2019\u00a0\u202f ][0-9]{3}|(?:\.[0-9]{3})+"
_TYPED = re.compile(rf"{_NAME}\s*([0-9]+(?:[.,][0-9]+)?|[0-9]{{1,3}}(?:{_GROUP})(?:[.,][0-9]+)?)\s*{_NAME}")


def _split(figure: str, places: int) -> tuple[str, str]:
    """What stands before and after the decimal separator of a figure."""
    last = max(figure.rfind("."), figure.rfind(","))
    if last < 0:
        return figure, ""
    separator, tail = figure[last], figure[last + 1 :]
    others = _SEPARATORS.findall(figure[:last])
    if separator in others or _SEPARATORS.search(tail):
        return figure, ""
    groups = len(tail) == 3 and not others and not figure.startswith("0") and (places != 3 or separator == ",")
    return (figure, "") if groups else (figure[:last], tail)


def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _is_exact(amount: Decimal, places: int) -> bool:
    """Whether nothing but zeros stands after so many places; works for any exponent without making a long number."""
    _, digits, exponent = amount.as_tuple()
    beyond = -int(exponent) - places
    return beyond <= 0 or not any(digits[-beyond:])
