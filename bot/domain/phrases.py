"""Phrase rules and the places in a text that break them.

Patterns are in the notation of `responses/README.md`. Each is spelled out into the word sequences it stands for, and
all of them share one tree of words; a text is walked once, so no pattern and no text can make a check slow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from bot.domain.marks import Mark, marks_in
from bot.domain.sentences import END, MASK, PAUSE, Sentence, is_number, plain_words, sentences

GAP = "…"
NUMBER = "#"
WIDEST_GAP = 4
MOST_SEQUENCES = 2_000
MOST_GAPS = 2
MOST_BRACKETS = 50
MOST_WORDS = 30

Words = tuple[str, ...]


class Level(StrEnum):
    """How much a violation matters: an error blocks, the others advise."""

    ERROR = "error"
    WARNING = "warning"
    SUGGESTION = "suggestion"


class Scope(StrEnum):
    """Where in a reply a pattern may match. A greeting ("Hi Anna,") does not count as the start of a reply."""

    ANYWHERE = "anywhere"
    SENTENCE_START = "sentence start"
    REPLY_START = "reply start"
    WHOLE_REPLY = "whole reply"


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """One rule of `responses/phrases/`. Patterns are in the notation of `responses/README.md`.

    A rule finds its patterns, and its `marks` wherever they stand.

    `unless` patterns are tested around the match before the rule fires: it stays silent where one of them shares a
    word with the match, or, when the pattern begins or ends with `…`, stands anywhere in the same sentence.
    """

    id: str
    level: Level
    patterns: tuple[str, ...]
    why: str
    instead: tuple[str, ...]
    scope: Scope = Scope.ANYWHERE
    unless: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One place in a text that breaks a rule: `text[start:end]` are the words, in characters of the original."""

    start: int
    end: int
    words: str
    rule: PhraseRule


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern spelled out: the word sequences it stands for, and whether it must open a sentence.

    A sequence may hold `GAP`, `NUMBER`, and the marks `PAUSE` and `END` of `sentences.py`. `anywhere` is set when the
    pattern began or ended with `…`; it has a meaning in `unless` only.
    """

    sequences: tuple[Words, ...]
    at_start: bool = False
    anywhere: bool = False


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> Pattern:
    """Spell out a pattern. Raises PatternError when it is malformed or stands for too many sequences."""
    return _PatternReader(pattern).read()


class Checker:
    """A set of rules, compiled once, to check many texts. Raises PatternError when a pattern cannot be read."""

    def __init__(self, rules: Sequence[PhraseRule]) -> None:
        self.rules = tuple(rules)
        self._tree = _Node()
        self._unless: dict[int, _Unless] = {}
        for index, rule in enumerate(self.rules):
            for text in rule.patterns:
                pattern = compile_pattern(text)
                if pattern.anywhere:
                    raise PatternError(f"{text!r} begins or ends with …: only `unless` may; leave it out")
                at_start = pattern.at_start or rule.scope is not Scope.ANYWHERE
                self._tree.add(pattern.sequences, (index, at_start))
            if rule.unless:
                self._unless[index] = _Unless(rule.unless)
        self._tree.share({})
        self._marked = [(mark, rule) for rule in self.rules for mark in rule.marks]
        self._marks = frozenset(mark for mark, _ in self._marked)

    def check(self, text: str, *, quotations: bool = False) -> list[Violation]:
        """Every place that breaks a rule, in the order of the text; overlapping places of one rule count once.

        What is quoted is passed over, unless `quotations` are to be read as well.
        """
        found: list[Violation] = []
        opening = True
        parts = sentences(text, quotations=quotations)
        for sentence in parts:
            for index, start, end in self._hits(sentence):
                rule = self.rules[index]
                if rule.scope is Scope.REPLY_START and not opening:
                    continue
                if rule.scope is Scope.WHOLE_REPLY and not _is_whole(parts, sentence, end):
                    continue
                first, last = sentence.starts[start], sentence.ends[end - 1]
                found.append(Violation(first, last, text[first:last], rule))
            opening = opening and sentence.is_greeting
        for mark, first, last in marks_in(text, self._marks) if self._marks else ():
            found += [Violation(first, last, text[first:last], rule) for wanted, rule in self._marked if wanted is mark]
        found.sort(key=lambda violation: (violation.start, violation.end, violation.rule.id))
        return found

    def _hits(self, sentence: Sentence) -> list[tuple[int, int, int]]:
        """Rule index, first word and word after the last, for each rule that fires in this sentence."""
        longest: dict[int, list[tuple[int, int]]] = {}
        for start, end, (index, at_start) in self._tree.matches(sentence.words):
            if at_start and start not in sentence.openings:
                continue
            spans = longest.setdefault(index, [])
            if spans and start == spans[-1][0]:
                spans[-1] = (start, max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        hits: list[tuple[int, int, int]] = []
        for index, spans in longest.items():
            unless = self._unless.get(index)
            taken = -1
            for start, end in unless.let_stand(spans, sentence) if unless else spans:
                if start >= taken:
                    hits.append((index, start, end))
                    taken = end
        return hits


def _is_whole(parts: Sequence[Sentence], sentence: Sentence, end: int) -> bool:
    """Whether a match that opens `sentence` and ends before word `end` is all there is, but for a greeting."""
    rest = sentence.words[end:]
    return all(part is sentence or part.is_greeting for part in parts) and all(word in (PAUSE, END) for word in rest)


Ending = tuple[int, bool]


@dataclass(slots=True)
class _Node:
    """A tree of words: below each word the words that may follow it, and what is found when a sequence ends here."""

    below: dict[str, "_Node"] = field(default_factory=dict)
    found: list[Ending] = field(default_factory=list)
    is_open: bool = True
    """Whether a sequence may end here or go on with something else than one certain word; worked out by `share`."""

    def add(self, sequences: Sequence[Words], mark: Ending) -> None:
        for sequence in sequences:
            node = self
            for word in sequence:
                below = node.below.get(word)
                if below is None:
                    below = node.below[word] = _Node()
                node = below
            if mark not in node.found:
                node.found.append(mark)

    def share(self, known: dict[tuple[object, ...], "_Node"]) -> "_Node":
        """Keep equal branches once: patterns with many choices have the same endings many times over."""
        for word, node in self.below.items():
            self.below[word] = node.share(known)
        self.is_open = bool(self.found) or GAP in self.below or NUMBER in self.below
        branches = frozenset((word, id(node)) for word, node in self.below.items())
        return known.setdefault((branches, tuple(self.found)), self)

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, Ending]]:
        """Start, end and mark of every sequence among the words, by rising start."""
        below = self.below
        number = below.get(NUMBER)
        for start, word in enumerate(words):
            node = below.get(word)
            # Most words that open a pattern are not followed by its second one: nothing more is done for those.
            if node is not None and (node.is_open or words[start + 1] in node.below):
                yield from _walk(node, words, start)
            if number is not None and is_number(word):
                yield from _walk(number, words, start)


def _walk(node: _Node, words: Sequence[str], start: int) -> Iterator[tuple[int, int, Ending]]:
    """Follow the words after `start`, whose own word led to `node`. Gaps are few and narrow, so this is bounded."""
    open_ends = [(node, start + 1)]
    while open_ends:
        node, at = open_ends.pop()
        for mark in node.found:
            yield start, at, mark
        below = node.below
        if not below or at >= len(words):
            continue
        word = words[at]
        following = below.get(word)
        if following is not None:
            open_ends.append((following, at + 1))
        if NUMBER in below and is_number(word):
            open_ends.append((below[NUMBER], at + 1))
        if GAP in below:
            after_gap = below[GAP]
            open_ends += [
                (after_gap.below[words[place]], place + 1)
                for place in _places_across(words, at)
                if words[place] in after_gap.below
            ]


def _places_across(words: Sequence[str], at: int) -> Iterator[int]:
    """Where the words after a gap may stand: up to `WIDEST_GAP` words on; pauses are free."""
    passed = 0
    for place in range(at, len(words)):
        yield place
        if words[place] != PAUSE:
            if passed == WIDEST_GAP:
                return
            passed += 1


class _Unless:
    """The exceptions of one rule."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._near = _Node()
        self._anywhere = _Node()
        for text in patterns:
            pattern = compile_pattern(text)
            tree = self._anywhere if pattern.anywhere else self._near
            tree.add(pattern.sequences, (0, pattern.at_start))
        self._near.share({})
        self._anywhere.share({})

    def let_stand(self, spans: Sequence[tuple[int, int]], sentence: Sentence) -> list[tuple[int, int]]:
        """The spans that no exception excuses. Both lists run by rising start, so one pass over each is enough."""
        if next(self._excuses(self._anywhere, sentence), None) is not None:
            return []
        excused_until: list[int] = [0] * (len(sentence.words) + 1)
        for start, end in self._excuses(self._near, sentence):
            excused_until[start] = max(excused_until[start], end)
        excused = [False] * len(sentence.words)
        reach = 0
        for place in range(len(sentence.words)):
            reach = max(reach, excused_until[place])
            excused[place] = place < reach
        return [(start, end) for start, end in spans if not any(excused[start:end])]

    @staticmethod
    def _excuses(tree: _Node, sentence: Sentence) -> Iterator[tuple[int, int]]:
        for start, end, (_, at_start) in tree.matches(sentence.words):
            if not at_start or start in sentence.openings:
                yield start, end


# --- Reading the notation ---------------------------------------------------------------------------------------------

_ENDINGS = ("'ll", "'re", "'ve", "'m", "'d", "'s", "n't")
_CLOSING = {"{": "}", "(": ")"}
_SIGNS = frozenset((GAP, PAUSE, END, MASK))


class _PatternReader:
    """Reads one pattern from left to right into the sequences it stands for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.text = pattern.replace("...", GAP).replace("’", "'").strip()
        self.at = 0

    def read(self) -> Pattern:
        if self.text.count("{") + self.text.count("(") > MOST_BRACKETS:
            raise self._error(f"has more than {MOST_BRACKETS} brackets: split it into several patterns")
        at_start = self.text.startswith("^")
        self.at = int(at_start)
        raw = self._alternatives(closing="")
        if len(raw) > MOST_SEQUENCES:
            raise self._error(
                f"stands for {len(raw)} phrases, {MOST_SEQUENCES} at most: split it into several patterns"
            )
        anywhere = any(sequence[:1] == (GAP,) or sequence[-1:] == (GAP,) for sequence in raw)
        sequences = sorted({self._finished(sequence) for sequence in raw})
        return Pattern(tuple(sequences), at_start, anywhere)

    def _alternatives(self, closing: str) -> list[Words]:
        """What stands up to the closing bracket (or the end), split at `/`."""
        results: list[Words] = []
        current: list[Words] = [()]
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character == closing:
                return results + current
            if character == "/":
                if not closing:
                    raise self._error("a / stands outside brackets: write {one/the other}")
                results, current = results + current, [()]
            elif character in _CLOSING:
                before = self.at - 2
                choices = self._alternatives(_CLOSING[character])
                if self._is_letter(before) or self._is_letter(self.at):
                    raise self._error("a bracket touches a word: put a space between")
                if character == "(":
                    choices = [(), *choices]
                current = self._times(current, choices)
            elif character in "})":
                raise self._error(f"a {character} closes nothing: remove it, or open it before")
            elif character == "^":
                raise self._error("a ^ stands inside: it belongs at the very beginning")
            elif character in (GAP, NUMBER, PAUSE, END):
                current = self._times(current, [(character,)])
            elif not character.isspace():
                current = self._times(current, [(self._word(character),)])
        if closing:
            raise self._error(f"a bracket is left open: add {closing}")
        return results + current

    def _times(self, heads: list[Words], tails: list[Words]) -> list[Words]:
        if len(heads) * len(tails) > MOST_SEQUENCES:
            raise self._error(f"stands for over {MOST_SEQUENCES} phrases: split it into several patterns")
        return [head + tail for head in heads for tail in tails]

    def _is_letter(self, at: int) -> bool:
        return 0 <= at < len(self.text) and self.text[at].isalnum()

    def _word(self, first: str) -> str:
        start = self.at - 1
        while self.at < len(self.text) and self.text[self.at] not in "{}()/^,.#… \t\n":
            self.at += 1
        return first + self.text[start + 1 : self.at]

    def _finished(self, raw: Words) -> Words:
        """One sequence with its words in their normal form, without `…` at either end."""
        joined: list[str] = []
        for piece in raw:
            if piece.lower() in _ENDINGS and joined and joined[-1] not in (GAP, NUMBER, PAUSE, END):
                joined[-1] += piece
            else:
                joined.append(piece)
        words: list[str] = []
        for piece in joined:
            words += [piece] if piece in (GAP, NUMBER, PAUSE, END) else plain_words(piece)
        while words and words[0] == GAP:
            del words[0]
        while words and words[-1] == GAP:
            del words[-1]
        self._refuse_bad(words)
        return tuple(words)

    def _refuse_bad(self, words: Sequence[str]) -> None:
        if not words or _SIGNS.issuperset(words):
            raise self._error("can stand for no word at all: give it at least one word that is not optional")
        if len(words) > MOST_WORDS:
            raise self._error(f"is longer than {MOST_WORDS} words: keep the words that matter")
        if words.count(GAP) > MOST_GAPS:
            raise self._error(f"has more than {MOST_GAPS} …: use fewer")
        if END in words[:-1]:
            raise self._error("a . stands inside: it means the end of the sentence and belongs at the end")
        if GAP in words and any(pair in ((GAP, GAP), (GAP, NUMBER)) for pair in pairwise(words)):
            raise self._error("a … is followed by another … or by #: put a word after it")

    def _error(self, advice: str) -> PatternError:
        return PatternError(f"{self.pattern!r}: {advice}")
