"""Words, signs and codes by which a text names a currency."""

from bot.domain.money import PLACES, SIGNS
from bot.domain.promise.words import word_set

CURRENCY_WORDS = {
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
"""Names of currencies and what each can mean. The first is meant unless we are told otherwise."""

COINS = {
    **dict.fromkeys(["cent", "cents"], ("EUR", *SIGNS["$"])),
    **dict.fromkeys(["penny", "pence", "p"], ("GBP",)),
}
"""Names of the hundredth part, likewise."""

NATIONS = {
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
"""Words before the name of a currency: "American dollars"."""

DOLLARS = {
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
"""Letters that touch a dollar sign: "US$"."""

COMMON_CODES = word_set("eur usd gbp chf sek nok dkk pln czk huf jpy inr aud cad nzd sgd cny zar aed")
"""Codes that count in small letters too."""

CODES = frozenset(code.lower() for code in PLACES)
NAMES_OF_MONEY = CODES | SIGNS.keys()
