"""Whose act a word of a clause is: ours and still to come, the customer's, or over."""

from collections.abc import Sequence

from bot.domain.promise.line import Line
from bot.domain.promise.words import ADVERBS, AUXILIARIES, CLOSED, DAY_WORDS, PRICES, REACH, WEEKDAYS, word_set
from bot.domain.sentences import END, PAUSE

OURS, THEIRS, DONE = "ours", "theirs", "done"
_RECEIVING = word_set("receive get hear have see be find know")
_DUTIES = word_set("able asked charged billed")
_PLANNED = word_set("scheduled booked arranged planned rescheduled moved set reserved expected due postponed")
_COMING = word_set("arrives ships leaves comes lands reaches departs")
_DOES = word_set("calls rings phones writes replies answers visits brings delivers collects sends emails gets returns")
"""What somebody of ours does, unless it is a noun: "Ida calls you on Friday", not "your two calls on Friday"."""
_PROMISED_ACTS = word_set(
    """
    call ring phone write send deliver bring collect ship post email answer reply visit come pick text message report
    """
)
_SHOWN = word_set("shows appears")
_TRANSFERS = word_set("money refund transfer payment credit delivery repair replacement")
_PAST = word_set(
    """
    was were had did came went said told wrote sent bought got took made gave left lost broke kept paid met saw
    spoke heard began found rang held knew thought yesterday
    """
)
_NO_PARTICIPLES = word_set("missing nothing something morning")
_NOT_PAST = word_set("need indeed speed proceed exceed feed succeed hundred seed breed agreed united")
_CUSTOMER_ACTS = word_set(
    """
    send reply return bring call contact write check visit tell give answer confirm choose pick collect use fill
    sign email phone ring ask drop
    """
)
_HOURS = word_set(
    """
    open opens closed closes hours valid expires expire expiry deadline reachable available opening
    """
)
_OUR_HELP = word_set("promise commit aim plan guarantee hope intend expect going sure able happy")
_OUR_MODALS = word_set("will can shall")
_AT_WORK = word_set("i we he she they team colleague colleagues manager lead supervisor technician engineer")
_HARD_AT = word_set("right all already back now still personally straight")
_OUR_WORK = word_set("case matter job")
SPLITTERS = word_set(
    """
    and but or so if when once unless because although though while whereas which who before after until till since
    as that
    """
)
_NAMED_DAYS = word_set("date day delivery arrival slot appointment visit one call callback time parcel order")
ACT_WORDS = (
    _HOURS
    | _COMING
    | _DOES
    | _SHOWN
    | _PLANNED
    | _OUR_HELP
    | _PAST
    | word_set(
        "i we will shall going can could may might should would please let must need needs have expect is are been "
        "takes on"
    )
)
"""Words that may stand for an act anywhere in a clause; further ones do so at its beginning."""


def act_at(line: Line, clause: tuple[int, int], place: int, *, is_first: bool) -> str | None:
    """Whose act a word is, if it is one; `clause` are the first word and the one after the last."""
    words, first = line.words, clause[0]
    word = words[place]
    if word in ("will", "shall") or words[place : place + 2] == ["going", "to"]:
        return _future(words, first, place)
    if word in ("can", "could", "may", "might", "should", "would"):
        return _modal(words, first, place)
    if word in _HOURS:
        return THEIRS
    if word == "please":
        return OURS if words[place + 1] in ("expect", "allow") else THEIRS
    if word == "let":
        return THEIRS if words[place + 1 : place + 3] in (["me", "know"], ["us", "know"]) else OURS
    if word in ("must", "need", "needs") or words[place : place + 2] == ["have", "to"]:
        near = words[first:place] + words[place + 1 : place + 4]
        return THEIRS if "you" in near or "your" in near else None
    if word == "expect" or (word == "on" and _is_at_work(words, first, place)):
        return OURS
    if word in ("i", "we") and words[_skip_adverbs(words, place + 1)] in _PROMISED_ACTS:
        return OURS if words[place - 1 : place] not in (["if"], ["when"], ["until"], ["that"], ["before"]) else None
    if word in _SHOWN and words[place + 1] in ("by", "on", "up", "within", "in"):
        return OURS
    if word == "takes" and not _TRANSFERS.isdisjoint(words[first:place]):
        return OURS
    if word in _COMING or (word in _DOES and _is_done_for_customer(words, first, place)):
        return OURS
    if word in _PLANNED:
        return _plan(words, first, place)
    if word in _OUR_HELP and any(near in ("i", "we") for near in words[max(place - 3, first) : place]):
        return DONE if words[place - 1] in ("not", "never") else OURS
    if word.endswith("ing") and place and _is_under_way(words, first, place):
        return OURS
    if word in ("is", "are") and _names_a_day(words, first, place):
        return OURS
    if _is_past(word):
        near = words[max(place - 3, first) : place]
        return None if "be" in near or "get" in near or "to" in near else DONE
    if is_first or (place and place == first + 1 and words[first] in SPLITTERS):
        addressed = words[place + 1] in ("us", "me")
        if word in _CUSTOMER_ACTS and (addressed or _OUR_MODALS.isdisjoint(words[max(place - REACH, 0) : place])):
            return THEIRS
        if (
            word == "you"
            and place + 1 < clause[1]
            and words[place + 1] not in AUXILIARIES
            and words[place + 1] not in ADVERBS
        ):
            return THEIRS
    if word == "have" and words[place - 1 : place] == ["you"] and "will" not in words[max(place - 3, first) : place]:
        return THEIRS
    return None


def _is_done_for_customer(words: Sequence[str], first: int, place: int) -> bool:
    """ "Ida calls you", "she writes by Friday", "who brings it": a verb with one of us before it."""
    before = words[place - 1] if place > first else ""
    return before in ("he", "she", "who") or (words[place + 1] in ("you", "it", "back") and before not in ("", "you"))


def _is_past(word: str) -> bool:
    return word in _PAST or word == "been" or (word.endswith("ed") and len(word) > 4 and word not in _NOT_PAST)


def _skip_adverbs(words: Sequence[str], place: int) -> int:
    while words[place] in ADVERBS or words[place].endswith("ly"):
        place += 1
    return place


def _subject_before(words: Sequence[str], first: int, place: int) -> str:
    at = place - 1
    while at > first and (words[at] in ADVERBS or words[at] in ("am", "are", "is")):
        at -= 1
    return words[at] if at >= first else ""


def _future(words: Sequence[str], first: int, place: int) -> str | None:
    if words[place] == "going" and (
        words[place + 1] != "to" or words[place - 1 : place] not in (["am"], ["are"], ["is"])
    ):
        return None
    verb_at = _skip_adverbs(words, place + (2 if words[place] == "going" else 1))
    subject = _subject_before(words, first, place)
    if words[verb_at] in ("not", "never"):
        return DONE
    if words[verb_at] == "be" and words[verb_at + 1] in ("open", "closed", "available", "away", "out", "off", "busy"):
        return THEIRS
    if subject in ("", "and", "or", "so") and words[place + 1] == "you":
        return THEIRS
    if subject == "you":
        needs = words[verb_at : verb_at + 2] == ["have", "to"] or words[verb_at + 1] in _DUTIES
        return OURS if words[verb_at] in _RECEIVING and not needs else THEIRS
    return OURS


def _modal(words: Sequence[str], first: int, place: int) -> str | None:
    word, following = words[place], words[place + 1]
    subject = _subject_before(words, first, place)
    if following in ("not", "never"):
        return DONE
    verb_at = _skip_adverbs(words, place + 1)
    if words[verb_at] == "have" and _is_past(words[_skip_adverbs(words, verb_at + 1)]):
        return DONE
    if subject == "you" or following == "you":
        receives = words[verb_at] in _RECEIVING or words[verb_at] == "expect"
        may = word in ("can", "should", "may") and words[verb_at + 1] not in ("able", "to")
        return OURS if receives and may else THEIRS
    if subject in ("i", "we") or following in ("i", "we"):
        return OURS
    return OURS if word in ("should", "can", "would") else None


def _plan(words: Sequence[str], first: int, place: int) -> str | None:
    near = words[first:place]
    if "be" in near[-3:]:
        return None
    if "was" in near or "were" in near or "originally" in near or "had" in near:
        return DONE
    if words[place] == "due" and any(word in PRICES and word not in ("order", "item", "delivery") for word in near):
        return THEIRS
    if any(word in ("is", "are", "has", "have", "now", "am") for word in near):
        return THEIRS if near[-2:-1] == ["you"] or near[-1:] == ["you"] else OURS
    return DONE


def _is_under_way(words: Sequence[str], first: int, place: int) -> bool:
    """ "I am calling", "the parcel is arriving"."""
    at = place - 1
    while at >= first and (words[at] in ADVERBS or words[at] == "you"):
        at -= 1
    if at < first or words[at] not in ("am", "are", "is"):
        return False
    if words[place] in ("waiting", "hoping", "asking") and words[at] != "am" and "we" not in words[first:at]:
        return False
    return _subject_before(words, first, at) != "you" and words[place] not in _NO_PARTICIPLES


def _is_at_work(words: Sequence[str], first: int, place: int) -> bool:
    """ "I am on it today", "we are already on the case": not "you are on it", "the label is on it"."""
    object_, after = words[place + 1], words[place + 2]
    if object_ in ("this", "that"):
        is_it = after in CLOSED or after in DAY_WORDS or after in WEEKDAYS or after in (PAUSE, END)
    else:
        is_it = object_ == "it" or (object_ in ("the", "your") and after in _OUR_WORK)
    at = place - 1
    while at > first and (words[at] in ADVERBS or words[at] in _HARD_AT):
        at -= 1
    return is_it and at > first and words[at] in ("am", "are", "is") and words[at - 1] in _AT_WORK


def _names_a_day(words: Sequence[str], first: int, place: int) -> bool:
    """ "The new delivery date is Friday"."""
    following = words[place + 1]
    at_day = following in WEEKDAYS or following[0].isdecimal() or following in ("tomorrow", "on", "the")
    near = words[first:place]
    return at_day and not _NAMED_DAYS.isdisjoint(near) and "today" not in near and _HOURS.isdisjoint(near)
