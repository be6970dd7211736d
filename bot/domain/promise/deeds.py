"""Whether a day in a line is the day of an act of ours."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.promise.dates import When
from bot.domain.promise.doers import ACT_WORDS, DONE, OURS, SPLITTERS, THEIRS, act_at
from bot.domain.promise.line import Line
from bot.domain.promise.words import DETERMINERS, REACH, word_set
from bot.domain.sentences import END, MASK, PAUSE

_DEADLINES = word_set("by before within inside")
_EXCLUDED_LEADS = word_set(
    """
    of from since dated after until till last past every each yesterday's not never
    """
)
_LEAD_WORDS = word_set(
    """
    the on by before within in inside at latest than no later around about for end this next to as soon early late
    first thing
    """
)
_SUBORDINATE = word_set("if unless whether")
_CLAUSE_SUBJECTS = word_set(
    """
    i we you it they he she the your my our this that there a an please nobody somebody someone everything
    """
)
_SURE_SPLITTERS = word_set("if when once unless because although though while whereas but which who")
_MAY_OPEN = SPLITTERS | {PAUSE, END, MASK}
_OFTEN_PREPOSITIONS = word_set("before after until till since as that")
_NAMED_ACTS = word_set("update news reply answer call callback delivery arrival visit date appointment refund")


class Clause(NamedTuple):
    """A part of a sentence with the acts in it, each with its place and whose it is."""

    start: int
    is_condition: bool
    acts: tuple[tuple[int, str], ...]


def clauses_of(line: Line, moments: Sequence[When]) -> list[Clause]:
    """The sentence cut at its pauses and before the words that open a new clause, never within a moment."""
    words = line.words
    whole = [False] * len(words)
    for moment in moments:
        for place in range(moment.start, moment.end):
            whole[place] = True
    found: list[Clause] = []
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
    if word not in SPLITTERS:
        return False
    following = words[place + 1]
    if word in _OFTEN_PREPOSITIONS and following in DETERMINERS:
        return False
    return following in _CLAUSE_SUBJECTS


def _clause(line: Line, start: int, end: int) -> Clause:
    acts = []
    for place in range(start, end):
        word = line.words[place]
        if place > start + 1 and word not in ACT_WORDS and not word.endswith(("ing", "ed")):
            continue
        act = act_at(line, (max(start, place - REACH), end), place, is_first=place == start)
        if act is not None:
            acts.append((place, act))
    return Clause(start, line.words[start] in _SUBORDINATE, tuple(acts))


def lead_at(line: Line, start: int) -> tuple[int, bool, bool]:
    """Where the expression of a day begins with its preposition, whether it sets a deadline, whether no act of ours."""
    words = line.words
    place = start - 1
    firm = words[start] in ("tomorrow", "eod", "cob", "next") or words[start - 1 : start] in (["next"], ["in"])
    while place >= max(start - 6, 0) and words[place] in _LEAD_WORDS:
        firm = firm or words[place] in _DEADLINES
        place -= 1
    return place + 1, firm, place >= 0 and words[place] in _EXCLUDED_LEADS


def is_our_act(clauses: Sequence[Clause], moment: When, *, firm: bool) -> bool:
    """Whether the nearest act beside a day is one of ours, still to come.

    A day that stands apart ("By Friday, …") belongs to the clause before it, or else to the one after.
    """
    here = bisect_right(clauses, moment.start, key=lambda clause: clause.start) - 1
    if here < 0:
        return False
    verdict = _verdict(clauses[here], moment, firm=firm)
    if verdict is not None:
        return verdict == OURS
    for clause in reversed(clauses[max(here - 4, 0) : here]):
        if clause.acts:
            return clause.acts[-1][1] == OURS and not clause.is_condition
    for clause in clauses[here + 1 : here + 4]:
        if clause.acts and not clause.is_condition:
            return clause.acts[0][1] == OURS
    return False


def is_named(line: Line, clauses: Sequence[Clause], start: int, *, firm: bool) -> bool:
    """ "Next update: Friday", "News by Friday": a note without a verb."""
    if any(clause.acts for clause in clauses[:4]) or not (firm or line.text[: line.starts[start]].rstrip()[-1:] == ":"):
        return False
    near = line.words[max(start - 5, 0) : start]
    return not _NAMED_ACTS.isdisjoint(near) and "last" not in near and "previous" not in near


def _verdict(clause: Clause, moment: When, *, firm: bool) -> str | None:
    if clause.is_condition:
        return THEIRS
    before = [act for place, act in clause.acts if place < moment.start][-REACH:]
    if before:
        return OURS if firm and before[-1] == DONE and OURS in before else before[-1]
    return next((act for place, act in clause.acts if place >= moment.end), None)
