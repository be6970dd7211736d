"""The act that stands before or after a sum or a thing: who does it, and which kind of amends it makes."""

from collections.abc import Sequence

from bot.domain.promise.line import Line
from bot.domain.promise.words import (
    ACTS,
    ADVERBS,
    ARTICLES,
    AUXILIARIES,
    BACK,
    HARD_BREAKS,
    MODALS,
    NEVER,
    NO_REFUSAL,
    NOUNS,
    PRICES,
    REACH,
    TAKEN,
    WHOLE,
    WIDE,
    word_set,
)
from bot.domain.sentences import END, PAUSE

_FOR_CUSTOMER = word_set("choose accept enjoy")
_GETTING = word_set("receive get have see find be expect keep use")
_TAKEN_NEXT_TO_SUM = word_set("cost costs charge charges pay pays paying bill")
_PAYS = word_set("pay pays paying paid")
_PAYEES = word_set("you him her them it this that")
_TO_TAKE = word_set("pay paying charge charged bill billed owe invoiced")
_OWNERS = word_set("the your this that our whole entire next first new last")
_SUBJECTS = word_set("i we they he she")
_SOFT_BREAKS = word_set("and so then or that which who if when while since as")


def clause_start(line: Line, at: int) -> int:
    """Where the clause begins that ends before a word."""
    words = line.words
    lowest = max(at - REACH, 0)
    finite = False
    for place in range(at - 1, lowest - 1, -1):
        word = words[place]
        if word in HARD_BREAKS or (finite and (word == PAUSE or word in _SOFT_BREAKS)):
            return place + 1
        finite = finite or word in AUXILIARIES or is_subject(words, place)
    return lowest


def is_subject(words: Sequence[str], place: int) -> bool:
    """Whether a word is the subject of a verb; "you" and "it" may be objects too."""
    word = words[place]
    if word in _SUBJECTS:
        return True
    return word in ("you", "it") and (words[place + 1] in AUXILIARIES or words[place + 1] in TAKEN)


def act_before(line: Line, opening: int, start: int, *, off: bool) -> tuple[str | None, str | None, int]:
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
        if word in ("ordered", "order") and words[place + 1] == "you":
            return "wide", None, place
        if word in NOUNS and place and (words[place - 1] in ARTICLES or words[place - 1] in WHOLE):
            noun = place
        elif word in BACK or word in WIDE:
            if word == "order" and place and words[place - 1] in _OWNERS:
                place -= 1
                continue
            if word in ("ordered", "order") or (word not in _FOR_CUSTOMER and is_done_by_customer(words, place)):
                return "take", None, place
            if word.startswith("deduct") and any(
                near in ("account", "card", "bank") for near in words[start : start + 8]
            ):
                return "take", None, place
            return ("back", BACK[word], place) if word in BACK else ("wide", WIDE[word], place)
        if word == "entitled" or (word == "owe" and words[place - 1 : place] in (["i"], ["we"])):
            return "wide", None, place
        if word in _PAYS and _is_paid_back_by_us(words, opening, place):
            return "back", "refund", place
        if word in TAKEN or (word in _TAKEN_NEXT_TO_SUM and _is_next_to(words, place, start)):
            if word in ("paid", "pay", "paying") and _is_paid_by_us(words, opening, place):
                return "wide", None, place
            if not (place + 2 == start and words[place + 1] == PAUSE):
                return "take", None, place
        if word in ("is", "was", "are", "were", "to") and place == start - 1:
            near = words[max(place - 4, opening) : place]
            if any(noun in PRICES for noun in near) and not any(noun in NOUNS for noun in near):
                return "take", None, place
        if word in _GETTING and _is_got_from_us(words, opening, place):
            return "wide", None, place
        place -= 1
    return ("noun", NOUNS[words[noun]], noun) if noun >= 0 else (None, None, -1)


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


def is_done_by_customer(words: Sequence[str], place: int) -> bool:
    """Whether the subject of a verb is "you": "you sent", "you have already transferred", "you can return"."""
    at = place - 1
    while at >= 0 and (words[at] in ADVERBS or words[at] == "not"):
        at -= 1
    if at < 0:
        return False
    if words[at] == "to":
        return any(
            word in ("need", "want", "have", "wish", "free", "able") for word in words[max(at - 1, 0) : at]
        ) and ("you" in words[max(at - 4, 0) : at])
    if words[at] in AUXILIARIES and words[at] not in ("is", "are", "was", "were", "am"):
        at -= 1
        while at >= 0 and words[at] in ADVERBS:
            at -= 1
    if at < 0 or words[at] != "you":
        return False
    return at == 0 or not (words[at - 1] in BACK or words[at - 1] in WIDE or words[at - 1] in ("would", "will", "can"))


def _is_paid_by_us(words: Sequence[str], opening: int, place: int) -> bool:
    """ "we will pay you", "you will be paid"; not "you will pay", "we have paid for"."""
    near = words[max(place - 5, opening) : place]
    if "be" in near or ("been" in near and "you" not in near):
        return True
    clause = words[opening:place]
    ours = "i" in clause or "we" in clause
    return ours and not is_done_by_customer(words, place) and words[place + 1] != "for"


def _is_paid_back_by_us(words: Sequence[str], opening: int, place: int) -> bool:
    """ "we will pay you back the taxi", "you will be paid back"; not "you pay us back", "you paid back"."""
    back = place + 1 + (words[place + 1] in _PAYEES)
    asked_of_them = place > 1 and words[place - 2 : place] == ["you", "to"]
    return words[back] == "back" and not asked_of_them and _is_paid_by_us(words, opening, place)


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


def act_after(line: Line, end: int, *, relative: bool = False) -> tuple[str, str | None] | None:
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
        if word in HARD_BREAKS or word == END:
            return None
        denied = denied or (word in NEVER and words[place + 1] not in NO_REFUSAL)
        ours = ours or word in ("i", "we")
        if not linked:
            continue
        near = words[max(place - 4, end) : place]
        kind: tuple[str, str | None] | None = None
        if word in BACK or word in WIDE:
            passive = "be" in near or "been" in near or "being" in near
            if word not in ("ordered", "order") and (
                passive or (ours and any(near_word in ACTS for near_word in near))
            ):
                kind = ("back", BACK[word]) if word in BACK else ("wide", WIDE[word])
        elif word == "paid" and "be" in near:
            kind = ("back", "refund") if words[place + 1] == "back" else ("wide", None)
        elif word in ("back", "yours", "way") and any(
            near_word in ("will", "is", "are", "be", "on") for near_word in near
        ):
            back = "back" in (word, words[place + 1])
            kind = ("back", "refund") if back else ("wide", None)
        elif word in ("us", "house") and _is_on_us(words, place):
            kind = ("back", "fee_waiver")
        elif word == "off" and any(near_word in ("come", "comes", "taken", "taking") for near_word in near):
            kind = ("wide", "discount")
        elif word in ("receive", "get") and "you" in near and "will" in near:
            kind = ("wide", None)
        if kind is not None:
            if denied or ("have" in near and any(modal in near for modal in MODALS)):
                return ("not", None)
            return kind
    return None


def _is_on_us(words: Sequence[str], place: int) -> bool:
    """ "is on us", "are on the house"."""
    on = place - 2 if words[place - 1] == "the" else place - 1
    return words[on] == "on" and words[on - 1] in ("is", "are", "be")


def _comes_back_to_sum(words: Sequence[str], place: int) -> bool:
    """Whether "and we will refund it" follows."""
    for at in range(place + 1, min(place + 9, len(words))):
        if words[at] in BACK:
            return words[at + 1] in ("it", "this", "that", "them", "both", "these", END, PAUSE, "in")
    return False
