"""`responses/phrases/*.yml` → phrase rules, proved by the examples written beside them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bot.content.files import ContentError, Document, FieldPath, Problem, Strict, read_yaml, shown, validate
from bot.domain.marks import Mark
from bot.domain.patterns import PatternError, compile_pattern
from bot.domain.phrases import Checker, Level, PhraseRule, Scope, Violation

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

    id: Annotated[
        str, AfterValidator(kebab_case), Field(description="A name of its own: small letters, digits, hyphens.")
    ]
    level: Annotated[Level, Field(description="error blocks the reply; warning and suggestion only advise.")]
    patterns: Annotated[tuple[Line, ...], Field(description="The words to find, in the notation of the README.")] = ()
    marks: Annotated[tuple[Mark, ...], Field(description="In place of patterns, signs of tone.")] = ()
    why: Annotated[Line, Field(description="One sentence the agent reads.")]
    instead: Annotated[Lines, Field(description="Better sentences; they break no rule themselves.")]
    hits: Annotated[Lines, Field(description="Sentences the rule must find.")]
    passes: Annotated[Lines, Field(description="Similar sentences the rule must let stand.")]
    scope: Annotated[Scope, Field(description="Where the patterns count.")] = Scope.ANYWHERE
    unless: Annotated[tuple[Line, ...], Field(description="Exceptions, in the notation of patterns.")] = ()

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


def load_checker(folder: Path) -> Checker:
    """Every rule of every `*.yml` in the folder, by file name and then in the order written, ready to check texts.

    Raises ContentError with all problems of all files: what cannot be read, and what its examples disprove.
    """
    return _load(folder)[0]


def load_proved_rules(folder: Path) -> list[ProvedRule]:
    """The same rules with their examples. Raises ContentError."""
    return _load(folder)[1]


def _load(folder: Path) -> tuple[Checker, list[ProvedRule]]:
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
        problems += unreadable
        if not unreadable:
            readable.append(one)
    rules = [one.entry.rule() for one in readable]
    checker = Checker(rules)
    for one, rule in zip(readable, rules, strict=True):
        problems += _disproved(one, rule, checker)
        problems += _bad_advice(one, checker)
    if problems:
        raise ContentError(problems)
    return checker, [
        ProvedRule(rule, one.entry.hits, one.entry.passes) for one, rule in zip(placed, rules, strict=True)
    ]


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


def _disproved(one: _Placed, rule: PhraseRule, checker: Checker) -> list[Problem]:
    """The examples that the rule itself gets wrong; `checker` holds it among all others."""

    def found_in(text: str) -> list[Violation]:
        return [found for found in checker.check(text) if found.rule is rule]

    problems = [
        one.problem(f"not found by this rule: mend the patterns or the example {text!r}", "hits", index)
        for index, text in enumerate(one.entry.hits)
        if not found_in(text)
    ]
    for index, text in enumerate(one.entry.passes):
        found = found_in(text)
        if found:
            advice = f"this rule finds {found[0].words!r} here: add an unless, or mend the example"
            problems.append(one.problem(advice, "passes", index))
    return problems


def _bad_advice(one: _Placed, checker: Checker) -> list[Problem]:
    """The suggested replacements that themselves break a rule of the set; style hints are no obstacle."""
    return [
        one.problem(f"{found.words!r} breaks the rule {found.rule.id}: say it another way", "instead", index)
        for index, text in enumerate(one.entry.instead)
        for found in checker.check(text)
        if found.rule.level is not Level.SUGGESTION
    ]
