"""A sentence without the adverbs that leave its meaning alone: "you really should have" is "you should have"."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.sentences import PAUSE, Sentence

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
    """A sentence without its adverbs, and the place of each of its words in the whole one."""

    sentence: Sentence
    places: Sequence[int]


def without_adverbs(sentence: Sentence) -> Plain | None:
    """The sentence without its empty adverbs and without the commas around them; None when it has none."""
    words = sentence.words
    if _ANY.isdisjoint(words):
        return None
    dropped = _dropped(words)
    if not dropped:
        return None
    places = [place for place in range(len(words)) if place not in dropped]
    openings = frozenset(bisect_left(places, opening) for opening in sentence.openings)
    return Plain(
        Sentence(
            [words[place] for place in places],
            openings,
            sentence.is_greeting,
            lambda: ([sentence.starts[place] for place in places], [sentence.ends[place] for place in places]),
        ),
        places,
    )


def _dropped(words: Sequence[str]) -> set[int]:
    dropped: set[int] = set()
    for place, word in enumerate(words):
        if place == 0 or word not in _ANY:
            continue
        before = words[place - 1]
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
