"""Whether a sum or a thing is given, going by the nouns and the acts around it."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.promise.acts import act_after, act_before, clause_start
from bot.domain.promise.line import Line
from bot.domain.promise.model import KINDS
from bot.domain.promise.refusals import is_blocked
from bot.domain.promise.words import ACTS, ADVERBS, AUXILIARIES, CLOSED, NOUNS, PRICES, REPORTS, word_set
from bot.domain.sentences import END, PAUSE

_BEFORE_SUM = word_set(
    """
    of for worth up to about around roughly exactly a an the value amount sum totalling between from is be will are
    another extra further additional full
    """
)
_FAILED = word_set("not never late missing overdue pending delayed rejected declined expired arrived")
_ACQUIRED = word_set("bought purchased ordered paid used redeemed received got lost")
_AFTER_ASIDE = (END, PAUSE, "in", "altogether", "total", "each")
_STATES = word_set("is are was were can could will would")
_OPTIONS = word_set("options option choose choice prefer welcome would like entitled comes")


class Gift(NamedTuple):
    """That something is given, and as which kind of amends."""

    kind: str | None


def gift_at(line: Line, start: int, end: int, *, needs_act: bool = False, loose: bool = True) -> Gift | None:
    """Whether what stands at `start` to `end` is given, going by the words around it.

    `needs_act`: a noun beside it ("a refund of") is not enough, somebody must do something. `loose`: a general act
    such as "send" will do; otherwise only an act that has a price for its object will.
    """
    gift = _gift_in_clause(line, start, end, needs_act=needs_act, loose=loose)
    return _gift_aside(line, start, end) if gift is None and _is_aside(line.words, start, end) else gift


def _gift_in_clause(line: Line, start: int, end: int, *, needs_act: bool, loose: bool) -> Gift | None:
    words = line.words
    before, after = noun_before(line, start), noun_after(line, end)
    is_price = "price" in (before, after) or not loose
    opening = clause_start(line, start)
    act, kind, _ = act_before(line, opening, start, off="off" in words[end : end + 3])
    if act == "take":
        later = act_after(line, end, relative=not _opens_clause(words, start))
        return Gift(later[1]) if later and later[0] != "not" else None
    if is_blocked(line, opening, start, end, waives=act == "waive"):
        return None
    if act == "waive":
        return Gift("fee_waiver")
    later = act_after(line, end)
    if (later and later[0] == "not") or (words[end] == "to" and words[end + 1] in ("us", "our", "me")):
        return None
    if is_price:
        if act in ("back", "noun"):
            return Gift(_fee(kind, before, after))
        return Gift(later[1]) if later and later[0] == "back" else None
    if act in (None, "noun") and later is None:
        if needs_act:
            given = is_offered(line, opening, start)
        else:
            given = bool(before or after or act) and not _is_history(line, opening, start, end)
        if not given:
            return None
    as_noun = _as_noun(line, end)
    for candidate in (as_noun, after, before, kind, later[1] if later else None):
        if candidate:
            return Gift(candidate if candidate in KINDS else None)
    return Gift(_by_account(line, end))


def _is_aside(words: Sequence[str], start: int, end: int) -> bool:
    """ "We will refund the taxi, 28 euros.", "Your money, 129 euros, is on its way"."""
    return words[start - 1 : start] == [PAUSE] and words[end] in _AFTER_ASIDE


def _gift_aside(line: Line, start: int, end: int) -> Gift | None:
    """Whether a sum between pauses is given by what stands around them."""
    words = line.words
    later = act_after(line, end + 1) if words[end] == PAUSE else None
    if later is not None:
        return Gift(later[1]) if later[0] != "not" else None
    opening = clause_start(line, start - 1)
    if is_blocked(line, opening, start, end, waives=False):
        return None
    act, kind, place = act_before(line, opening, start - 1, off=False)
    if act == "wide":
        named = [NOUNS[word] for word in words[place : start - 1] if word in NOUNS]
        return Gift(named[-1]) if named else None
    return Gift(kind) if act == "back" else None


def _opens_clause(words: Sequence[str], start: int) -> bool:
    """ "…, and 80 euros are on their way": the sum is the subject of a clause of its own."""
    return start > 0 and words[start - 1] in ("and", "so")


def _fee(kind: str | None, before: str | None, after: str | None) -> str | None:
    return kind if kind != "fee_waiver" or "price" in (before, after) else None


def noun_after(line: Line, end: int) -> str | None:
    """The kind of the noun a sum stands before ("40 euro voucher"), "price", "open" for none in particular, or None."""
    words = line.words
    if words[end - 1] in ("euro", "dollar", "pound", "franc") and words[end] not in CLOSED and words[end].isalpha():
        fallback: str | None = "price" if words[end] not in ADVERBS else None
    else:
        fallback = None
    for place in range(end, min(end + 3, len(words))):
        word = words[place]
        if word in NOUNS:
            return NOUNS[word] or "open"
        if word in PRICES:
            return "price"
        if word in CLOSED or not word.isalpha():
            break
    return fallback


def noun_before(line: Line, start: int) -> str | None:
    """The kind of the noun a sum belongs to ("a refund of 40 euros"), "price", "open", or None."""
    words = line.words
    place = start - 1
    while place >= max(start - 7, 0) and (words[place] in _BEFORE_SUM or words[place] == PAUSE):
        place -= 1
    if place < 0:
        return None
    word = words[place]
    if word in PRICES and place < start - 1:
        return "open" if words[place - 1] in ("goodwill", "compensation") and place else "price"
    if word == "card" and place and words[place - 1] == "gift":
        return "gift"
    return (NOUNS[word] or "open") if word in NOUNS else None


def _as_noun(line: Line, end: int) -> str | None:
    """ "40 euros as a credit", "40 euros in vouchers"."""
    words = line.words
    for place in range(end, min(end + 4, len(words))):
        if words[place] in ("as", "in"):
            for noun in words[place + 1 : place + 7]:
                if noun in NOUNS and noun not in ("back", "off", "less"):
                    return NOUNS[noun]
                if noun in AUXILIARIES or noun in (PAUSE, "and"):
                    break
    return None


def _by_account(line: Line, end: int) -> str | None:
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


def is_offered(line: Line, opening: int, start: int) -> bool:
    """ "Would you like a replacement?", "here is a voucher", "two options: a replacement or …"."""
    clause = line.words[opening:start]
    if not _OPTIONS.isdisjoint(clause):
        return True
    return (line.asks or "here" in clause or "please" in clause) and not ACTS.isdisjoint(clause)


def _is_history(line: Line, opening: int, start: int, end: int) -> bool:
    """Whether a bare noun tells of the past: "the refund of 40 euros has not come", "there was a discount of 20%"."""
    words = line.words
    clause = words[opening:start]
    if (words[end] == "you" and words[end + 1] in _ACQUIRED) or (words[end] in _STATES and words[end + 1] == "not"):
        return True
    if not ACTS.isdisjoint(clause):
        return False
    if "was" in clause or "were" in clause or "did" in clause:
        return True
    for at in range(end, min(end + 9, len(words))):
        word = words[at]
        if word in ("will", "would", END):
            return False
        if word in _FAILED or word in REPORTS or word in ("saw", "received"):
            return True
    return False
