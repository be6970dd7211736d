"""Clauses that refuse, report, remember or generalise instead of giving."""

from collections.abc import Sequence
from itertools import pairwise

from bot.domain.promise.acts import is_subject
from bot.domain.promise.line import Line
from bot.domain.promise.words import DETERMINERS, MODALS, NEVER, NO_REFUSAL, REPORTS, word_set
from bot.domain.sentences import PAUSE

_COMPLEMENTS = word_set("that if whether")
_DOUBTS = word_set("think believe say promise guarantee know sure certain confirm see")
_ALLOWED_TO_ASK = word_set("asked told agreed")
_USUALLY = word_set("normally usually typically generally policy policies terms")
_STILL_OUT = word_set("waiting wait chasing missing late overdue delay delayed whether")
_PAST_QUESTION = word_set("did have has had was were do does who when which where why")
_WELCOME = word_set("like prefer want accept suit help work works sound be")


def is_blocked(line: Line, opening: int, start: int, end: int, *, waives: bool) -> bool:
    """Whether the clause refuses, reports, remembers or generalises instead of giving."""
    words = line.words
    clause = words[opening:start]
    subject = max((at for at in range(opening, start) if is_subject(words, at)), default=opening)
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
    if "would" in clause and ("love" in clause or "wish" in clause) and "but" in words[end : end + 4]:
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
        if words[at] in NEVER and words[at + 1] not in NO_REFUSAL:
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
        if words[at] not in REPORTS:
            continue
        before = words[max(at - 3, 0) : at]
        if "as" in before:
            continue
        if words[at] in ("want", "wish") and before[-1:] == ["you"] and before[-2:-1] == ["do"]:
            continue
        if words[at] == "claim" and before[-1:] in (["can"], ["may"], ["could"]):
            continue
        if words[at] in _ALLOWED_TO_ASK and ("i" in before or "we" in before) and "to" in words[at:start]:
            continue
        return True
    return False


def _is_unreal(words: Sequence[str], opening: int, start: int) -> bool:
    """ "would have refunded", "should have been credited"; but "you should have 40 euros back" is real."""
    return any(
        words[at] in MODALS and "have" in words[at + 1 : at + 3] and words[start - 1] != "have"
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
    return words[at + 1] in DETERMINERS and words[at - 1 : at] not in (["how"], ["what"])
