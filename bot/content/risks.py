"""`responses/risks/*.yml` → risk rules, proved by the examples written beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, field_validator

from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, shown, validate
from bot.content.phrases import Line, Lines, at_least_one, kebab_case
from bot.domain.patterns import PatternError, compile_pattern
from bot.domain.triage.risks import SIGNALS, RiskFinder, RiskRule


class RiskEntry(Strict):
    """One rule as it is written in a file, with the examples that prove it."""

    id: Annotated[str, AfterValidator(kebab_case)]
    risk: str
    patterns: Lines
    hits: Lines
    passes: Lines
    unless: tuple[Line, ...] = ()

    @field_validator("risk")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in SIGNALS:
            raise ValueError(f"{value!r} is not one of {', '.join(SIGNALS)}")
        return value

    def rule(self) -> RiskRule:
        """The rule itself, without its examples."""
        return RiskRule(self.id, self.risk, self.patterns, self.unless)


class RiskFile(Strict):
    """One file of `responses/risks/`: what its rules are about, and the rules."""

    about: Line
    rules: Annotated[tuple[RiskEntry, ...], AfterValidator(at_least_one)]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule entry and where it stands."""

    entry: RiskEntry
    document: Document
    index: int

    def problem(self, message: str, *where: str | int) -> Problem:
        return self.document.problem(("rules", self.index, *where), message)


def load_risks(folder: Path) -> RiskFinder:
    """The rules of every `*.yml` in the folder, made ready to read texts.

    Raises ContentError with all problems of all files: what cannot be read, and what its examples disprove. A rule
    must find its `hits` by itself; its `passes` no rule of the same risk may find.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise ContentError([Problem(shown(folder), 1, "", "no risk rules: add a .yml file, see responses/README.md")])
    problems: list[Problem] = []
    placed: list[_Placed] = []
    for path in paths:
        try:
            document = read_yaml(path)
            entries = validate(document, RiskFile).rules
        except ContentError as error:
            problems += error.problems
        else:
            placed += [_Placed(entry, document, index) for index, entry in enumerate(entries)]
    problems += _repeated_ids(placed)
    unreadable = [problem for one in placed for problem in _bad_patterns(one)]
    if problems or unreadable:
        raise ContentError([*problems, *unreadable])
    finder = RiskFinder(one.entry.rule() for one in placed)
    if problems := _disproved(placed, finder):
        raise ContentError(problems)
    return finder


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
    for field, texts in (("patterns", one.entry.patterns), ("unless", one.entry.unless)):
        for index, text in enumerate(texts):
            try:
                if compile_pattern(text).anywhere and field == "patterns":
                    problems.append(one.problem(f"{text!r}: begins or ends with …: only unless may", field, index))
            except PatternError as error:
                problems.append(one.problem(str(error), field, index))
    return problems


def _disproved(placed: list[_Placed], finder: RiskFinder) -> list[Problem]:
    """The examples that the rules get wrong."""
    problems = []
    for one in placed:
        for index, text in enumerate(one.entry.hits):
            if one.entry.id not in finder.rules_that_find(text):
                advice = f"not found by this rule: mend the patterns or the example {text!r}"
                problems.append(one.problem(advice, "hits", index))
        for index, text in enumerate(one.entry.passes):
            for found in finder.find(text):
                if found.value == one.entry.risk:
                    advice = (
                        f"a rule for {found.value} finds {found.words[0]!r} here: add an unless, or mend the example"
                    )
                    problems.append(one.problem(advice, "passes", index))
    return problems
