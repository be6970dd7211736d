"""Things that are given, and fees that are taken away: "a free month", "a voucher", "we waive the delivery fee"."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from bot.domain.patterns import compile_pattern
from bot.domain.promise.acts import act_after, act_before, clause_start, is_done_by_customer
from bot.domain.promise.currencies import COMMON_CODES, CURRENCY_WORDS
from bot.domain.promise.figures import UNITS, is_money_figure
from bot.domain.promise.giving import Gift, is_offered
from bot.domain.promise.line import Line, scan
from bot.domain.promise.model import MoneyPromise
from bot.domain.promise.refusals import is_blocked
from bot.domain.promise.words import ARTICLES, BACK, CLOSED, GENERIC, HARD_BREAKS, MODALS, REACH, WHOLE, WIDE, word_set
from bot.domain.sentences import END, PAUSE


class _Thing(NamedTuple):
    """A thing that may be given. `sized`: a sum beside it says how much, and the sum alone is the promise."""

    item: str
    kind: str | None
    sized: bool = False
    is_act: bool = False


class _Spot(NamedTuple):
    """A thing in a line: words `start` to `end`, without."""

    start: int
    end: int
    thing: _Thing


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
    ("{swap/swaps/swapped/swapping} {it/the/your/them/this}", _Thing("replacement", "replacement", is_act=True)),
    ("{exchange/exchanged} {it/the/your/them/this}", _Thing("replacement", "replacement", is_act=True)),
    ("{extend/extended/extending} your", _Thing("extension", "free_service", is_act=True)),
    ("upgrade {you/your}", _Thing("upgrade", "free_service", is_act=True)),
)


def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], _Thing]]]:
    found: dict[str, list[tuple[tuple[str, ...], _Thing]]] = {}
    for pattern, thing in _THINGS:
        for sequence in sorted(compile_pattern(pattern).phrases()):
            found.setdefault(sequence[0], []).append((sequence, thing))
    for choices in found.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    return found


_THINGS_BY_WORD = _by_first_word()
_ONLY_ONE = word_set(
    """
    delivery shipping postage return upgrade repair service subscription cleaning parking installation access
    membership extension support replacement exchange breakfast
    """
)
_COUNTED_NOUNS = word_set(
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
_FEES = word_set("fee fees charge charges surcharge penalty cost costs postage")
_ON_ITS_WAY = word_set("on yours coming ready included attached")
_GOES_OUT = word_set("leaves ships arrives comes reaches leave ship arrive come reach")
_SERVICES = {
    word: name
    for name, words in {
        "repair": "repair repaired fix fixed mend mended",
        "cleaning": "clean cleaned wash washed",
        "delivery": "deliver delivered",
        "collection": "collect collected",
        "service": "service serviced check checked test tested",
        "installation": "install installed fit fitted",
        "alteration": "alter altered shorten shortened",
    }.items()
    for word in words.split()
}
"""What is done for a customer, as a thing that may be free."""

_AT_NO_COST = (
    ("for", "free"),
    ("free", "of", "charge"),
    ("at", "no", "cost"),
    ("at", "no", "charge"),
    ("at", "no", "extra"),
    ("without", "charge"),
)
_POINTS = word_set("points miles")
_AFTER_NOUN = word_set("today tomorrow tonight now again out free back straight")
_OTHER_THINGS = word_set("card cards line score limit team department policy request form number history rating")
"""After a thing these make it another one: "a credit card", "the refund team"."""
_SENDING = word_set(
    """
    send sends sending sent ship ships shipping shipped dispatch dispatches dispatching dispatched deliver delivers
    delivering delivered post posting posted bring bringing get receive order ordered ordering arrange arranged
    arranging
    """
)
_NOT_GOODS = word_set(
    """
    access account address agreement amount answer appointment arrangement attempt bill bills booking code codes
    contact contract date dates day deadline document documents draft email emails estimate file form forms
    information instruction instructions invitation invoice invoices label labels letter link links list login mail
    manual message number offer option options order password passwords payment photo photos picture pictures pin
    plan policy price prices proposal quote receipt reference reminder reply request schedule search service slot
    statement terms ticket time times total tracking update updates url user username version visit window
    """
)
"""What may be new and sent without being a thing that replaces another: "a new link", "a new delivery date"."""

FIRST_OF_THING = (
    {"new", "next"} | _THINGS_BY_WORD.keys() | _FREE_NOUNS.keys() | _SERVICES.keys() | _FEES | set(_FREE_AFTER)
)

NEAR = 10
"""Within so many words a sum says how large the refund, credit or voucher beside it is."""

_FAR = 3 * NEAR


def things_of(line: Line, stated: AbstractSet[int]) -> list[MoneyPromise]:
    """The things that a line gives; `stated` are the words of the sums and shares it gives."""
    found: list[MoneyPromise] = []
    for spot in _spots(line):
        if not stated.isdisjoint(range(spot.start, spot.end)):
            continue
        near = _FAR if spot.thing.item in GENERIC else NEAR
        if spot.thing.sized and not stated.isdisjoint(range(spot.start - near, spot.end + near)):
            continue
        gift = _fee_gift(line, spot) if spot.thing.kind == "fee_waiver" else _thing_gift(line, spot)
        if gift is not None:
            found.append(MoneyPromise(*line.cut(spot.start, spot.end), gift.kind, item=spot.thing.item))
    vague = GENERIC | {"gift"}
    specific = {promise.kind for promise in found if promise.item not in vague}
    return [promise for promise in found if promise.item not in vague or promise.kind not in specific]


def is_worth_of_thing(line: Line, start: int) -> bool:
    """ "a free month worth 20 euros", "free delivery (normally 5 euros)" give the thing, not the sum."""
    words = line.words
    if start < 2 or words[start - 1] not in ("worth", "normally", "usually"):
        return False
    return words[start - 2] in _FREE_NOUNS or words[start - 2] in _FREE_AFTER


def _spots(line: Line) -> Iterator[_Spot]:
    def read(at: int) -> _Spot | None:
        return (
            _service_at(line, at)
            or _next_at(line, at)
            or _free_at(line, at)
            or _fee_at(line, at)
            or _points_at(line, at)
            or _phrase_at(line, at)
            or _new_at(line, at)
        )

    return scan(line, FIRST_OF_THING, read)


def _phrase_at(line: Line, at: int) -> _Spot | None:
    words = line.words
    before = words[at - 1] if at else ""
    for sequence, thing in _THINGS_BY_WORD.get(words[at], ()):
        end = at + len(sequence)
        if tuple(words[at:end]) != sequence or words[end] in _OTHER_THINGS:
            continue
        if thing.item in GENERIC and (before in ARTICLES or before in WHOLE):
            return _Spot(at, end, thing._replace(is_act=False))
        if thing.item not in GENERIC or thing.is_act:
            return _Spot(at, end, thing)
    return None


def _new_at(line: Line, at: int) -> _Spot | None:
    """ "send you a new lamp", "a new desk lamp is on its way": a new thing that is sent takes the place of another."""
    words = line.words
    if words[at] != "new" or words[at - 1 : at] not in (["a"], ["brand"], ["the"]):
        return None
    end = at + 1
    while end < at + 4 and words[end].isalpha() and not _ends_noun(words[end]):
        if words[end] in _NOT_GOODS:
            return None
        end += 1
    if end == at + 1:
        return None
    near = words[max(clause_start(line, at), at - 7) : at]
    is_choice = "options" in words[max(at - REACH, 0) : at]
    is_sent = is_choice or not _SENDING.isdisjoint(near) or {"you", "will", "have"} <= {*near}
    return _Spot(at, end, _Thing(" ".join(words[at:end]), "replacement")) if is_sent or _will_come(words, end) else None


def _ends_noun(word: str) -> bool:
    return word in CLOSED or word in HARD_BREAKS or word in _AFTER_NOUN or word in _GOES_OUT


_AFTER_NOUN = word_set(
    "today tomorrow tonight now again out by on in at for from with is are was as free back straight"
)


def _service_at(line: Line, at: int) -> _Spot | None:
    """ "We will repair it free of charge", "I will have it cleaned at no cost"."""
    words = line.words
    if words[at] not in _SERVICES:
        return None
    for place in range(at + 1, min(at + 7, len(words) - 3)):
        for phrase in _AT_NO_COST:
            if tuple(words[place : place + len(phrase)]) == phrase:
                thing = _Thing(f"free {_SERVICES[words[at]]}", "free_service", is_act=True)
                return _Spot(at, place + len(phrase), thing)
        if words[place] in (PAUSE, END) or words[place] in HARD_BREAKS:
            return None
    return None


def _next_at(line: Line, at: int) -> _Spot | None:
    """ "Your next haircut is free", "your next two oil changes are on us"."""
    words = line.words
    if words[at] != "next" or words[at - 1 : at] != ["your"]:
        return None
    for place in range(at + 2, min(at + 5, len(words) - 2)):
        if words[place] in ("is", "are"):
            noun = words[place - 1]
            given = words[place + 1] == "free" or words[place + 1 : place + 3] == ["on", "us"]
            if not given or noun in _NOT_GOODS or not noun.isalpha():
                return None
            return _Spot(at, place + (2 if words[place + 1] == "free" else 3), _free(words, at, place - 1))
        if words[place] in CLOSED:
            return None
    return None


def _free_at(line: Line, at: int) -> _Spot | None:
    """ "a free month", "two months free", "one month for free", "free express delivery", "the next month is on us"."""
    words = line.words
    word = words[at]
    if word in _FREE_AFTER and words[at + 1] != "of":
        for place in range(at + 1, min(at + 4, len(words))):
            if words[place] in _FREE_NOUNS:
                following = words[place + 1]
                end = place + 2 if following in _FREE_NOUNS else place + 1
                return _Spot(at, end, _free(words, at, end - 1))
            if words[place] in CLOSED or not words[place].isalpha():
                return None
    elif word in _FREE_NOUNS:
        for length in (1, 2):
            tail = words[at + length : at + length + 3]
            if tail[0] in _FREE_AFTER:
                return _Spot(at, at + length + 1, _free(words, at, at))
            if tail[:2] in (["for", "free"], ["on", "us"], ["is", "free"], ["are", "free"]):
                return _Spot(at, at + length + 2, _free(words, at, at))
            if tail == ["is", "on", "the"] and words[at + length + 3] == "house":
                return _Spot(at, at + length + 4, _free(words, at, at))
            if tail in (["is", "on", "us"], ["are", "on", "us"], ["free", "of", "charge"], ["at", "no", "cost"]):
                return _Spot(at, at + length + 3, _free(words, at, at))
            if tail[0] in CLOSED or not tail[0].isalpha():
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
        number = UNITS.get(candidate) or (int(candidate) if candidate.isdecimal() and len(candidate) < 4 else 0)
        if number > 1:
            return _Thing(f"{number} free {noun}s", "free_service")
    return _Thing(f"free {noun}", "gift" if noun in ("sample", "item", "product") else "free_service")


def _fee_at(line: Line, at: int) -> _Spot | None:
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
        word in CLOSED
        or word in BACK
        or word in WIDE
        or word in CURRENCY_WORDS
        or word in COMMON_CODES
        or word in WHOLE
    )


def _points_at(line: Line, at: int) -> _Spot | None:
    words = line.words
    if not words[at][0].isdecimal() or not is_money_figure(words[at]):
        return None
    for place in range(at + 1, min(at + 4, len(words))):
        if words[place] in _POINTS:
            return _Spot(at, place + 1, _Thing(f"{words[at]} {words[place]}", "credit"))
        if words[place] in CLOSED or not words[place].isalpha():
            break
    return None


def _fee_gift(line: Line, spot: _Spot) -> Gift | None:
    start, end, _ = spot
    opening = clause_start(line, start)
    act, kind, place = act_before(line, opening, start, off=False)
    if act != "waive" and is_blocked(line, opening, start, end, waives=False):
        return None
    if act == "waive" or (act == "back" and kind in ("fee_waiver", "refund") and place >= start - 6):
        return Gift(kind)
    later = act_after(line, end)
    return Gift(later[1]) if later and later[0] == "back" else None


def _thing_gift(line: Line, spot: _Spot) -> Gift | None:
    words, (start, end, thing) = line.words, spot
    opening = clause_start(line, start)
    given = Gift(thing.kind)
    if thing.is_act:
        return given if _is_act_done(line, opening, start) else None
    if words[start - 1 : start] == ["no"] or is_blocked(line, opening, start, end, waives=False):
        return None
    if words[end - 2 : end] in (["on", "us"], ["the", "house"]) or (
        words[end - 1] == "free" and words[end - 2] in ("is", "are")
    ):
        return given
    act, _, _ = act_before(line, opening, start, off=False)
    if act not in (None, "noun"):
        return given if act in ("back", "wide") else None
    later = act_after(line, end)
    if later is not None:
        return given if later[0] != "not" else None
    return given if is_offered(line, opening, start) or _will_come(words, end) else None


def _will_come(words: Sequence[str], end: int) -> bool:
    """ "a replacement will arrive on Friday", "your voucher is on its way"."""
    for place in range(end, min(end + 6, len(words))):
        if words[place] in ("will", "should"):
            return words[place + 1] != "not"
        if words[place] in _GOES_OUT or (words[place] in ("is", "are") and words[place + 1] in _ON_ITS_WAY):
            return True
        if words[place] in (PAUSE, END) or words[place] in HARD_BREAKS:
            return False
    return False


def _is_act_done(line: Line, opening: int, at: int) -> bool:
    """Whether a verb is an act of ours: "we will replace it", "I have refunded your order", "it will be replaced"."""
    words = line.words
    clause = words[opening:at]
    if is_blocked(line, opening, at, at + 1, waives=False) or is_done_by_customer(words, at):
        return False
    if words[at - 1 : at] == ["have"] and not MODALS.isdisjoint(clause):
        return False
    before = words[max(at - 5, opening) : at]
    if at and (
        words[at - 1] in ("a", "the", "your", "our", "no", "this", "that", "any", "of", "my", "for")
        or words[at - 1] in WHOLE
    ):
        return False
    if "be" in before or "been" in before or "being" in before:
        return "ought" not in before
    return "i" in clause or "we" in clause or "let" in clause or "us" in clause or "me" in clause
