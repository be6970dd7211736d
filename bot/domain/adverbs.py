"""A sentence without the adverbs that leave its meaning alone: "you really should have" is "you should have"."""

from bisect import bisect_left
from collections.abc import Sequence, Set
from typing import NamedTuple

from bot.domain.sentences import PAUSE

_ALWAYS_EMPTY = "really actually honestly truly genuinely literally quite even ever"
_OFTEN_EMPTY = (
    "absolutely already also always awfully certainly clearly completely definitely deeply entirely especially "
    "evidently exceptionally extremely frankly fully highly incredibly just merely naturally now obviously perfectly "
    "personally possibly probably purely rather sadly simply sincerely so still surely terribly then therefore though "
    "totally unfortunately unusually utterly very"
)
_EMPTY = frozenset(_ALWAYS_EMPTY.split())
"""These may go after "not" too: "not really sure" is "not sure"."""

_EMPTY_UNLESS_DENIED = frozenset(_OFTEN_EMPTY.split())
"""After "not" these say something of their own: "not just our fault"."""

_ANY = _EMPTY | _EMPTY_UNLESS_DENIED | {"course"}
_DENIALS = ("not", "never", "no", "nor", "hardly", "without")


class Plain(NamedTuple):
    """The words and openings of a sentence without its adverbs, and the place of each of its words in the whole one.

    What begins at the word `until` or after it stands behind the last adverb.
    """

    words: Sequence[str]
    openings: Set[int]
    places: Sequence[int]
    until: int


def without_adverbs(words: Sequence[str], openings: Set[int]) -> Plain | None:
    """A sentence without its empty adverbs and without the commas around them; None when it has none."""
    dropped = set() if _ANY.isdisjoint(words) else _dropped(words)
    if not dropped:
        return None
    places = [place for place in range(len(words)) if place not in dropped]
    plain = [words[place] for place in places]
    until = bisect_left(places, max(dropped))
    return Plain(plain, {bisect_left(places, opening) for opening in openings}, places, until)


def _dropped(words: Sequence[str]) -> set[int]:
    dropped: set[int] = set()
    for place in [place for place, word in enumerate(words) if place and word in _ANY]:
        word, before = words[place], words[place - 1]
        first = place
        if word == "course":
            if before != "of" or place == 1:
                continue
            first, before = place - 1, words[place - 2]
        elif word in _EMPTY_UNLESS_DENIED and before in _DENIALS:
            continue
        dropped.update(range(first, place + 1))
        if before == PAUSE == words[place + 1]:
            dropped.update((first - 1, place + 1))
    return dropped
