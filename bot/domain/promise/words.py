"""English words by what they do in a sentence: acts, nouns, small words, days. The tables that several modules read."""

from collections.abc import Mapping

from bot.domain.sentences import MASK


def word_set(words: str) -> frozenset[str]:
    """The words of a table, written with spaces between them."""
    return frozenset(words.split())


def numbered(words: str, *, start: int = 0) -> dict[str, int]:
    """The words of a table with their place in it; a slash stands between two spellings."""
    return {word: number for number, spellings in enumerate(words.split(), start) for word in spellings.split("/")}


def _kinds(table: Mapping[str | None, str]) -> dict[str, str | None]:
    return {word: kind for kind, words in table.items() for word in words.split()}


BACK = _kinds(
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

WIDE = _kinds(
    {
        None: """
            give gives giving gave given offer offers offering offered send sends sending sent add adds adding added
            transfer transferred transferring issue issued issuing grant granted granting award awarded provide
            provided providing apply applied applying put accept approve approved authorise authorised authorize
            authorized agree agreed arrange arranged arranging process processed processing compensate compensated
            compensating propose suggest include included attach attached enclose enclosed order ordering organise
            organising ship shipping shipped dispatch dispatching dispatched allow enjoy choose make making prepare
            preparing prepared
        """,
        "discount": "discount discounted reduce reduced reducing deduct deducted deducting knock knocked subtract",
        "replacement": "replace replaced replacing",
    }
)
"""Acts that give what they name."""

NOUNS = _kinds(
    {
        "refund": "refund refunds reimbursement back",
        "credit": "credit credits",
        "discount": "discount discounts reduction rebate off coupon less cheaper",
        "gift": "voucher vouchers gift",
        None: "compensation goodwill gesture",
    }
)
"""Nouns that name amends, and what stands for one: "40 euros back", "20% off"."""

PRICES = word_set(
    """
    price prices fee fees charge charges cost costs bill bills invoice total payment payments deposit order orders
    purchase subscription fare ticket tickets rate balance debt surcharge tax tip postage penalty plan shipping
    delivery item items product basket booking
    """
)
"""Nouns for what a customer pays, or pays for."""

TAKEN = word_set(
    """
    paid charged billed spent owe owed owes debited took taken bought purchased ordered invoiced quoted saw seen
    used lost deposited received got redeemed earned overcharged withdrawn spend priced advertised
    """
)
"""What happens to a customer's own money."""

CLOSED = word_set(
    """
    a an the this that these those your our my his her its their i you he she it we they me us him them of for to in
    on at by with from into onto as and or but so if when while because since until than then which who what is are
    was were be been being am has have had do does did will would shall should can could may might must not no
    """
)
"""Small words: none of them continues a noun."""

ARTICLES = word_set("a an the your some this")
DETERMINERS = word_set("the a this your our")
AUXILIARIES = word_set(
    """
    is are was were am will would shall should can could may might must has have had do does did
    """
)
MODALS = word_set("would could should might ought")
ADVERBS = word_set(
    """
    also already just now then kindly gladly happily personally still only even today immediately therefore both
    certainly of course fully
    """
)
"""Words between a subject and its verb."""

ACTS = word_set("i we will shall would can please here let may could")
"""Words that show somebody acting or inviting."""

HARD_BREAKS = frozenset(["but", "although", "though", "whereas", "because", "unless", "however", MASK])
"""Words after which another clause begins."""

NEVER = word_set("not never unable no neither nor without nobody nothing cannot none")
NO_REFUSAL = word_set("only just least merely problem doubt worries matter later")
"""After a word of `NEVER` these refuse nothing: "not only", "no problem"."""

REPORTS = word_set(
    """
    said told asked promised wanted want hoped expected mentioned requested wrote claimed claim request requests
    demanded demand believed thought understood requesting complained complaint wish wished declined refused
    rejected
    """
)
"""Acts of saying and wanting: what follows is told, not given."""

WHOLE = word_set("full complete entire whole total 100")

GENERIC = word_set("refund credit discount compensation")
"""Things that say nothing of how much: they give way to a sum or a share."""

WEEKDAYS = numbered(
    "monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun"
)
MONTHS = numbered(
    """
    january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct
    november/nov december/dec
    """,
    start=1,
)
DAY_WORDS = word_set("today tonight tomorrow eod cob this end close next noon midday weekend")

REACH = 24
"""So many words back an act can still govern what follows."""
