"""`responses/phrases/*.yml` → phrase rules, proved by the examples written beside them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, StringConstraints, model_validator

from bot.content.files import ContentError, Document, FieldPath, Problem, Strict, read_yaml, shown, validate
from bot.domain.marks import Mark
from bot.domain.phrases import Checker, Level, PatternError, PhraseRule, Scope, compile_pattern

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Item = TypeVar("Item")


def at_least_one(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items, unless there are none."""
    if not items:
        raise ValueError("empty: give at least one")
    return items


def kebab_case(value: str) -> str:
    """The id of a rule, unless it is written otherwise."""
    if not _KEBAB.fullmatch(value):
        raise ValueError(f"{value!r} is not a rule id: use small letters, digits and single hyphens")
    return value


Line = Annotated[str, StringConstraints(min_length=1)]
Lines = Annotated[tuple[Line, ...], AfterValidator(at_least_one)]


class RuleEntry(Strict):
    """One rule as it is written in a file, with the examples that prove it."""

    id: Annotated[str, AfterValidator(kebab_case)]
    level: Level
    patterns: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    why: Line
    instead: Lines
    hits: Lines
    passes: Lines
    scope: Scope = Scope.ANYWHERE
    unless: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _finds_something(self) -> "RuleEntry":
        if not self.patterns and not self.marks:
            raise ValueError("no patterns: give at least one, or marks")
        if self.marks and (self.unless or self.scope is not Scope.ANYWHERE):
            raise ValueError("unless and scope are for patterns: give the marks a rule of their own")
        return self

    def rule(self) -> PhraseRule:
        """The rule itself, without its examples."""
        return PhraseRule(
            self.id, self.level, self.patterns, self.why, self.instead, self.scope, self.unless, self.marks
        )


class PhraseFile(Strict):
    """One file of `responses/phrases/`: what its rules are about, and the rules."""

    about: Line
    rules: Annotated[tuple[RuleEntry, ...], AfterValidator(at_least_one)]


@dataclass(frozen=True, slots=True)
class ProvedRule:
    """A phrase rule with the sentences it must find (`hits`) and those it must let stand (`passes`)."""

    rule: PhraseRule
    hits: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule entry and where it stands."""

    entry: RuleEntry
    document: Document
    index: int

    def problem(self, message: str, *where: str | int) -> Problem:
        path: FieldPath = ("rules", self.index, *where)
        return self.document.problem(path, message)


def load_phrase_rules(folder: Path) -> list[PhraseRule]:
    """Every rule of every `*.yml` in the folder, by file name and then in the order written.

    Raises ContentError with all problems of all files: what cannot be read, and what its examples disprove.
    """
    return [proved.rule for proved in load_proved_rules(folder)]


def load_proved_rules(folder: Path) -> list[ProvedRule]:
    """The same as `load_phrase_rules`, with the examples. Raises ContentError."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise ContentError([Problem(shown(folder), 1, "", "no phrase rules: add a .yml file, see responses/README.md")])
    problems: list[Problem] = []
    placed: list[_Placed] = []
    for path in paths:
        try:
            document = read_yaml(path)
            entries = validate(document, PhraseFile).rules
        except ContentError as error:
            problems += error.problems
        else:
            placed += [_Placed(entry, document, index) for index, entry in enumerate(entries)]
    problems += _repeated_ids(placed)
    readable = []
    for one in placed:
        unreadable = _bad_patterns(one)
        problems += unreadable or _disproved(one)
        if not unreadable:
            readable.append(one)
    problems += _bad_advice(readable)
    if problems:
        raise ContentError(problems)
    return [ProvedRule(one.entry.rule(), one.entry.hits, one.entry.passes) for one in placed]


def _repeated_ids(placed: list[_Placed]) -> list[Problem]:
    first: dict[str, _Placed] = {}
    problems = []
    for one in placed:
        earlier = first.setdefault(one.entry.id, one)
        if earlier is not one:
            where = f"{shown(earlier.document.path)}:{earlier.problem('', 'id').line}"
            problems.append(one.problem(f"{one.entry.id!r} is already used at {where}: choose another", "id"))
    return problems


def _bad_patterns(one: _Placed) -> list[Problem]:
    problems = []
    for index, text in enumerate(one.entry.patterns):
        try:
            if compile_pattern(text).anywhere:
                problems.append(
                    one.problem(f"{text!r}: begins or ends with …: only unless may, remove it", "patterns", index)
                )
        except PatternError as error:
            problems.append(one.problem(str(error), "patterns", index))
    for index, text in enumerate(one.entry.unless):
        try:
            compile_pattern(text)
        except PatternError as error:
            problems.append(one.problem(str(error), "unless", index))
    return problems


def _disproved(one: _Placed) -> list[Problem]:
    """The examples that the rule itself gets wrong."""
    checker = Checker([one.entry.rule()])
    problems = [
        one.problem(f"not found by this rule: mend the patterns or the example {text!r}", "hits", index)
        for index, text in enumerate(one.entry.hits)
        if not checker.check(text)
    ]
    for index, text in enumerate(one.entry.passes):
        found = checker.check(text)
        if found:
            advice = f"this rule finds {found[0].words!r} here: add an unless, or mend the example"
            problems.append(one.problem(advice, "passes", index))
    return problems


def _bad_advice(placed: list[_Placed]) -> list[Problem]:
    """The suggested replacements that themselves break a rule of the set; style hints are no obstacle."""
    checker = Checker([one.entry.rule() for one in placed if one.entry.level is not Level.SUGGESTION])
    return [
        one.problem(f"{found.words!r} breaks the rule {found.rule.id}: say it another way", "instead", index)
        for one in placed
        for index, text in enumerate(one.entry.instead)
        for found in checker.check(text)
    ]
