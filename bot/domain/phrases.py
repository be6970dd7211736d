"""Phrase rules and the places in a text that break them.

The patterns of all rules share one tree of words, and a text is walked once: no pattern and no text can make a check
slow.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.domain.adverbs import without_adverbs
from bot.domain.marks import Mark, marks_in
from bot.domain.patterns import PatternError, Place, compile_pattern
from bot.domain.sentences import END, PAUSE, Sentence, sentences
from bot.domain.word_tree import grow


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


class Violation(NamedTuple):
    """One place in a text that breaks a rule: `text[start:end]` are the words, in characters of the original."""

    start: int
    end: int
    words: str
    rule: PhraseRule


class Checker:
    """A set of rules, compiled once, to check many texts. Raises PatternError when a pattern cannot be read."""

    def __init__(self, rules: Sequence[PhraseRule]) -> None:
        self.rules = tuple(rules)
        self._tree = grow(found for index, rule in enumerate(self.rules) for found in _found_by(rule, index))
        numbers = {unless: number for number, unless in enumerate(dict.fromkeys(rule.unless for rule in self.rules))}
        self._unless = [numbers[rule.unless] for rule in self.rules]
        self._exceptions = grow(found for unless in numbers for found in _excused_by(unless, numbers[unless]))
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
        """Rule index, first word and word after the last, for each rule that fires with or without adverbs."""
        words, openings = sentence.words, sentence.openings
        hits = self._fired(words, openings)
        plain = without_adverbs(words, openings)
        if plain is None:
            return hits
        taken = {(index, place) for index, start, end in hits for place in range(start, end)}
        further: _Spans = {}
        for index, first, last in self._fired(plain.words, plain.openings, plain.until):
            start, end = plain.places[first], plain.places[last - 1] + 1
            if end - start > last - first and not any((index, place) in taken for place in range(start, end)):
                further.setdefault(index, []).append((start, end))
        standing = self._without_excused(further, words, openings)
        return hits + [(index, start, end) for index, spans in standing.items() for start, end in spans]

    def _fired(self, words: Sequence[str], openings: Set[int], until: int | None = None) -> list[tuple[int, int, int]]:
        longest: _Spans = {}
        for start, end, (index, at_start) in self._tree.matches(words, until):
            if at_start and start not in openings:
                continue
            spans = longest.setdefault(index, [])
            if spans and start == spans[-1][0]:
                spans[-1] = (start, max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        hits: list[tuple[int, int, int]] = []
        for index, spans in self._without_excused(longest, words, openings).items():
            taken = -1
            for start, end in spans:
                if start >= taken:
                    hits.append((index, start, end))
                    taken = end
        return hits

    def _without_excused(self, found: "_Spans", words: Sequence[str], openings: Set[int]) -> "_Spans":
        """The spans that no exception of their rule excuses."""
        if not found:
            return found
        excused: dict[int, set[int]] = {}
        for start, end, (number, at_start, anywhere) in self._exceptions.matches(words):
            if not at_start or start in openings:
                excused.setdefault(number, set()).update((_EVERYWHERE,) if anywhere else range(start, end))
        if not excused:
            return found
        standing: _Spans = {}
        for index, spans in found.items():
            places = excused.get(self._unless[index], ())
            if _EVERYWHERE not in places:
                standing[index] = [span for span in spans if not any(place in places for place in range(*span))]
        return standing


_Spans = dict[int, list[tuple[int, int]]]
"""Rule index → first word and word after the last of each place, by rising first word."""

_EVERYWHERE = -1
"""Stands among the excused places for the whole sentence."""


def _is_whole(parts: Sequence[Sentence], sentence: Sentence, end: int) -> bool:
    """Whether a match that opens `sentence` and ends before word `end` is all there is, but for a greeting."""
    rest = sentence.words[end:]
    return all(part is sentence or part.is_greeting for part in parts) and all(word in (PAUSE, END) for word in rest)


def _found_by(rule: PhraseRule, index: int) -> Iterator[tuple[Place, tuple[int, bool]]]:
    """Where each pattern of a rule begins, with the number of the rule and whether it must open a sentence."""
    for text in rule.patterns:
        pattern = compile_pattern(text)
        if pattern.anywhere:
            raise PatternError(f"{text!r} begins or ends with …: only `unless` may; leave it out")
        yield pattern.first, (index, pattern.at_start or rule.scope is not Scope.ANYWHERE)


def _excused_by(unless: Sequence[str], number: int) -> Iterator[tuple[Place, tuple[int, bool, bool]]]:
    """Where each exception begins, with the number of its set, whether it opens a sentence and may stand anywhere."""
    for text in unless:
        pattern = compile_pattern(text)
        yield pattern.first, (number, pattern.at_start, pattern.anywhere)
