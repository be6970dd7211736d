"""Many patterns as one tree of words, and where they stand among the words of a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.patterns import GAP, NUMBER, Place
from bot.domain.sentences import PAUSE, is_number

WIDEST_GAP = 4
"""Words that a `…` may stand for."""

Ending = TypeVar("Ending")
"""What is found when a pattern ends; it can be hashed."""


@dataclass(frozen=True, slots=True, eq=False)
class WordTree(Generic[Ending]):
    """Below each word the words that may follow it, and what is found here. Equal branches are kept once."""

    below: Mapping[str, "WordTree[Ending]"]
    found: tuple[Ending, ...]
    is_open: bool
    """Whether a pattern may end here or go on with something else than one certain word."""

    def matches(self, words: Sequence[str], until: int | None = None) -> list[tuple[int, int, Ending]]:
        """First word, word after the last, and ending of every pattern among the words, by rising first word.

        With `until` only patterns that begin before that word.
        """
        found: list[tuple[int, int, Ending]] = []
        below = self.below
        number = below.get(NUMBER)
        for start, word in enumerate(words[:until]):
            at = start
            tree = below.get(word)
            while tree is not None:  # most words that open a pattern are not followed by its next ones
                at += 1
                if tree.is_open:
                    _walk(tree, words, start, at, found)
                    break
                tree = tree.below.get(words[at])
            if number is not None and is_number(word):
                _walk(number, words, start, start + 1, found)
        return found


def grow(patterns: Iterable[tuple[Place, Ending]]) -> WordTree[Ending]:
    """One tree for all patterns, each given by the place where it begins and its ending."""
    return _Grower[Ending]().behind([*patterns])


class _Grower(Generic[Ending]):
    """Grows one tree; what comes of the same places, and branches that turn out equal, grow once."""

    def __init__(self) -> None:
        self._grown: dict[frozenset[tuple[Place, Ending]], WordTree[Ending]] = {}
        self._kept: dict[tuple[frozenset[tuple[str, int]], tuple[Ending, ...]], WordTree[Ending]] = {}

    def behind(self, places: Sequence[tuple[Place, Ending]]) -> WordTree[Ending]:
        """The tree of all that may come at one of these places, each in a pattern with that ending."""
        together = frozenset(places)
        if together in self._grown:
            return self._grown[together]
        nexts: dict[str, list[tuple[Place, Ending]]] = {}
        for place, ending in places:
            for word, after in place.nexts:
                nexts.setdefault(word, []).append((after, ending))
        below = {word: self.behind(after) for word, after in nexts.items()}
        found = tuple(dict.fromkeys(ending for place, ending in places if place.ends))
        branches = frozenset((word, id(branch)) for word, branch in below.items())
        tree = self._kept.get((branches, found))
        if tree is None:
            is_open = bool(found) or GAP in below or NUMBER in below
            tree = self._kept[branches, found] = WordTree(below, found, is_open)
        self._grown[together] = tree
        return tree


def _walk(
    tree: WordTree[Ending], words: Sequence[str], start: int, at: int, found: list[tuple[int, int, Ending]]
) -> None:
    """Follow the words from `at` on; those from `start` led to `tree`. Gaps are few and narrow, so this is bounded."""
    open_ends = [(tree, at)]
    while open_ends:
        tree, at = open_ends.pop()
        for ending in tree.found:
            found.append((start, at, ending))
        below = tree.below
        if not below or at >= len(words):
            continue
        word = words[at]
        if word in below:
            open_ends.append((below[word], at + 1))
        if NUMBER in below and is_number(word):
            open_ends.append((below[NUMBER], at + 1))
        if GAP in below:
            after_gap = below[GAP].below
            left = WIDEST_GAP
            for place in range(at, len(words)):
                word = words[place]
                if word in after_gap:
                    open_ends.append((after_gap[word], place + 1))
                if word != PAUSE:  # pauses are free
                    if not left:
                        break
                    left -= 1
