"""Lists of words and phrases by topic, and where they stand in a text.

Phrases are separated by `;`. In a phrase `a/b` is one of these words, `word*` any word that starts so, and `...` up to
three words in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.patterns import Place
from bot.domain.word_tree import WordTree, grow

MOST_OF_A_TOPIC = 5
"""Places remembered of one topic: enough to show why, and no text can make the work grow."""

_GAP = "..."
_MAX_GAP = 3
_KEY = 3


class Found(NamedTuple):
    """A phrase of a topic stands at the words `start` to `end` (the word after the last)."""

    topic: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """One word further into some phrases: what may come next, and what is found when nothing more has to."""

    exact: Mapping[str, "_Node"]
    prefix: Mapping[str, Mapping[str, "_Node"]]
    """Beginnings of words, by their first letters."""
    gap: "_Node | None"
    topics: tuple[str, ...]

    def after(self, word: str) -> list["_Node"]:
        """The nodes this word leads to."""
        nodes = [self.exact[word]] if word in self.exact else []
        for stem, node in self.prefix.get(word[:_KEY], {}).items():
            if word.startswith(stem):
                nodes.append(node)
        return nodes

    def find(self, words: Sequence[str], at: int, out: list[tuple[str, int]]) -> None:
        """Adds the topic and the end of each phrase that is complete before, or goes on with, the word at `at`."""
        for topic in self.topics:
            out.append((topic, at))
        if at == len(words):
            return
        if self.exact or self.prefix:
            for node in self.after(words[at]):
                node.find(words, at + 1, out)
        if self.gap:
            for place in range(at, min(at + _MAX_GAP + 1, len(words))):
                for node in self.gap.after(words[place]):
                    node.find(words, place + 1, out)


class WordLists:
    """Lists by topic, compiled once into one tree of words."""

    def __init__(self, tables: Mapping[str, str]) -> None:
        self._tree = _indexed(
            grow(
                (_beginning(phrase), topic)
                for topic, table in tables.items()
                for phrase in table.replace("-", " ").split(";")
                if phrase.strip()
            ),
            {},
        )

    def find(self, words: Sequence[str]) -> list[Found]:
        """The phrases that stand among the lower-case words, in reading order, the first few of each topic."""
        tree = self._tree
        found: list[Found] = []
        count: dict[str, int] = {}
        for start, word in enumerate(words):
            if word not in tree.exact and word[:_KEY] not in tree.prefix:
                continue
            ends: list[tuple[str, int]] = []
            for node in tree.after(word):
                node.find(words, start + 1, ends)
            for topic, end in ends:
                if count.get(topic, 0) < MOST_OF_A_TOPIC:
                    count[topic] = count.get(topic, 0) + 1
                    found.append(Found(topic, start, end))
        return found


def _beginning(phrase: str) -> Place:
    """Where a phrase begins."""
    place = Place(ends=True)
    for words in reversed(phrase.split()):
        place = Place(tuple((word, place) for word in words.split("/")))
    return place


def _indexed(tree: WordTree[str], known: dict[int, _Node]) -> _Node:
    """A tree of words as nodes in which a word is found that is written as its beginning."""
    if id(tree) in known:
        return known[id(tree)]
    exact: dict[str, _Node] = {}
    prefix: dict[str, dict[str, _Node]] = {}
    gap = None
    for word, branch in tree.below.items():
        node = _indexed(branch, known)
        stem = word.removesuffix("*")
        if word == _GAP:
            gap = node
        elif stem == word:
            exact[word] = node
        else:
            prefix.setdefault(stem[:_KEY], {})[stem] = node
    return known.setdefault(id(tree), _Node(exact, prefix, gap, tree.found))
