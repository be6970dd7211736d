"""Files of rules: patterns with the examples that prove them. Phrase rules and risk rules are read and placed alike."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, StringConstraints

from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, shown, validate
from bot.domain.patterns import compile_pattern

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Item = TypeVar("Item")


def at_least_one(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items, unless there are none."""
    if not items:
        raise ValueError("empty: give at least one")
    return items


def _kebab_case(value: str) -> str:
    if not _KEBAB.fullmatch(value):
        raise ValueError(f"{value!r} is not a rule id: use small letters, digits and single hyphens")
    return value


def _readable(text: str) -> str:
    compile_pattern(text)
    return text


def _with_ends(text: str) -> str:
    if compile_pattern(text).anywhere:
        raise ValueError(f"{text!r}: begins or ends with …: only unless may, remove it")
    return text


Line = Annotated[str, StringConstraints(min_length=1)]
Lines = Annotated[tuple[Line, ...], AfterValidator(at_least_one)]
RuleId = Annotated[str, AfterValidator(_kebab_case)]
Wording = Annotated[Line, AfterValidator(_with_ends)]
"""A pattern that finds something."""

Exemption = Annotated[Line, AfterValidator(_readable)]
"""A pattern of an `unless`, which may begin or end with `…`."""


class RuleEntry(Strict):
    """What every rule has in a file: its name, and the examples that prove it."""

    id: RuleId
    hits: Lines
    passes: Lines


Entry = TypeVar("Entry", bound=RuleEntry)


class RuleFile(Strict, Generic[Entry]):
    """One file of rules: what they are about, and the rules."""

    about: Line
    rules: Annotated[tuple[Entry, ...], AfterValidator(at_least_one)]


@dataclass(frozen=True, slots=True)
class Placed(Generic[Entry]):
    """A rule as written, and where it stands."""

    entry: Entry
    document: Document
    index: int

    def problem(self, message: str, *where: str | int) -> Problem:
        """A problem at a field of this rule."""
        return self.document.problem(("rules", self.index, *where), message)


def read_rules(folder: Path, model: type[RuleFile[Entry]], *, what: str) -> tuple[list[Placed[Entry]], list[Problem]]:
    """Every rule of every `*.yml` in the folder that can be read, by file name and then as written, and the problems.

    Raises ContentError when there is no file; `what` names the rules then.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise ContentError([Problem(shown(folder), 1, "", f"no {what}: add a .yml file, see responses/README.md")])
    placed: list[Placed[Entry]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            document = read_yaml(path)
            entries = validate(document, model).rules
        except ContentError as error:
            problems += error.problems
        else:
            placed += [Placed(entry, document, index) for index, entry in enumerate(entries)]
    first: dict[str, Placed[Entry]] = {}
    for one in placed:
        earlier = first.setdefault(one.entry.id, one)
        if earlier is not one:
            where = f"{shown(earlier.document.path)}:{earlier.problem('', 'id').line}"
            problems.append(one.problem(f"{one.entry.id!r} is already used at {where}: choose another", "id"))
    return placed, problems
