"""YAML with line numbers, and errors a person can act on: `file:line: field: what to do`."""

import difflib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.constructor import SafeConstructor

FieldPath = tuple[str | int, ...]
Model = TypeVar("Model", bound="Strict")

MOST_FIELDS = 200_000
"""Values one file may hold; repeated aliases can make a small file grow without bound."""

DEEPEST = 50
"""Lists and fields within each other that a file may have."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file, and what to do about it. `line` counts from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.field}: {self.message}" if self.field else self.message)


class ContentError(Exception):
    """One or more problems in `responses/` or `policies/`, in reading order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Strict(BaseModel):
    """Base of every file's model: unknown fields are refused, values are frozen.

    `moved` says of fields that stood here once where they went.
    """

    moved: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed YAML text that remembers on which line each field stands."""

    path: Path
    data: Any
    lines: dict[FieldPath, int] = field(repr=False)

    def line_of(self, where: FieldPath) -> int:
        """The line of a field, or of the nearest field around it that exists."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: FieldPath, message: str) -> Problem:
        """A problem at this field of this document."""
        return Problem(shown(self.path), self.line_of(where), dotted(where), message)


def shown(path: Path) -> str:
    """The path as a person would type it: relative to where they stand, when it is below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def dotted(where: FieldPath) -> str:
    """`("rules", 2, "why")` → `rules[3].why`: people count from one."""
    text = ""
    for part in where:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def read_text(path: Path) -> str:
    """The file's text. Raises ContentError when it is missing or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError([Problem(shown(path), 1, "", "file not found: create it, or restore it from git")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ContentError([Problem(shown(path), line, "", "not UTF-8 text: save the file as UTF-8")]) from None
    except OSError as error:
        raise ContentError([Problem(shown(path), 1, "", f"cannot be read: {error.strerror}")]) from None


def parse_yaml(path: Path, text: str, *, first_line: int = 1) -> Document:
    """Parse YAML that starts on `first_line` of `path`. Raises ContentError on bad YAML or a repeated key."""
    builder = _Builder(path, first_line)
    try:
        root = _compose(text)
        data = builder.build(root, ()) if root is not None else None
    except RecursionError:
        message = "not valid YAML: nested too deeply, or an alias (*) that holds itself: write it out"
        raise ContentError([Problem(shown(path), first_line, "", message)]) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first_line
        reason = getattr(error, "problem", None) or str(error)
        raise ContentError([Problem(shown(path), line, "", f"not valid YAML: {reason}{_mend(reason)}")]) from None
    if builder.problems:
        raise ContentError(builder.problems)
    return Document(path, data, builder.lines)


class _Builder:
    """Makes plain values of the nodes of one YAML text, and remembers on which line each stands."""

    def __init__(self, path: Path, first_line: int) -> None:
        self.lines: dict[FieldPath, int] = {}
        self.problems: list[Problem] = []
        self._path, self._first_line = path, first_line
        self._construct = SafeConstructor().construct_object

    def build(self, node: yaml.Node, where: FieldPath) -> Any:
        """The value of a node. Raises ValueError when there are too many."""
        if len(self.lines) > MOST_FIELDS:
            raise ValueError("too many values, or an alias (*) that holds itself: write it out")
        self.lines[where] = self._line(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*where, index)) for index, child in enumerate(node.value)]
        try:
            return self._construct(node, deep=True)
        except ValueError as error:  # 2026-02-30 looks like a date, so YAML makes one of it
            self._problem(node, where, f"{node.value!r} is not a date: {error}")
            return None

    def _mapping(self, node: yaml.MappingNode, where: FieldPath) -> dict[Hashable, Any]:
        result: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self._construct(key_node)
            if not isinstance(key, Hashable) or isinstance(key, tuple):
                self._problem(key_node, where, "a field name must be plain text")
                continue
            inside = (*where, key if isinstance(key, str | int) else str(key))
            if key in result:
                self._problem(key_node, inside, "given twice: keep one")
            result[key] = self.build(value_node, inside)
            self.lines[inside] = self._line(key_node)
        return result

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + self._first_line

    def _problem(self, node: yaml.Node, where: FieldPath, message: str) -> None:
        self.problems.append(Problem(shown(self._path), self._line(node), dotted(where), message))


_READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, ten times as fast, wherever PyYAML was installed with it."""


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a YAML text. What libyaml refuses is read again in Python, which says better what is wrong.

    Raises RecursionError before libyaml, which does not look how deep it goes, would run out of stack.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_READER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise RecursionError
        return yaml.compose(text, Loader=_READER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


_MENDS = (
    ("'\\t'", "indent with spaces, not with tabs"),
    ("mapping values are not allowed", "put words that hold a colon in double quotes, or mend the indentation"),
    ("cannot start any token", "put words that begin with this sign in double quotes"),
    ("expected ',' or", "close the bracket, or put the words in double quotes"),
    ("expected <block end>", "mend the indentation of this line or of the one above"),
    ("could not find expected ':'", "write a field as `name: value`, one to a line"),
    ("unexpected end of stream", "close the quotation marks"),
)
"""What to do about what the YAML reader says, which names signs and not what was meant."""


def _mend(reason: str) -> str:
    return next((f": {mend}" for sign, mend in _MENDS if sign in reason), "")


def read_yaml(path: Path) -> Document:
    """Read and parse one YAML file. Raises ContentError."""
    return parse_yaml(path, read_text(path))


def validate(document: Document, model: type[Model]) -> Model:
    """The document as `model`. Raises ContentError with one problem per wrong field."""
    if not isinstance(document.data, dict):
        raise ContentError([document.problem((), f"expected fields such as {', '.join(list(model.model_fields)[:3])}")])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = []
        for item in _without_echoes(error.errors()):
            where = tuple(
                part for part in item["loc"] if _exists(document.data, item["loc"], part) or part == item["loc"][-1]
            )
            problems.append(document.problem(where, _advice(item, model)))
        raise ContentError(problems) from None


def _without_echoes(items: Sequence[Any]) -> list[Any]:
    """Pydantic's findings, less "too short" for a list of which only the entries are wrong."""
    wrong = {item["loc"][:depth] for item in items for depth in range(len(item["loc"]))}
    return [item for item in items if not (item["type"] == "too_short" and item["loc"] in wrong)]


def _exists(data: Any, loc: tuple[str | int, ...], part: str | int) -> bool:
    """Whether a part of a pydantic location is really in the file (union tags are not)."""
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
        if step == part:
            return True
    return False


def _advice(item: Any, model: type["Strict"]) -> str:
    kind, given = item["type"], item.get("input")
    if kind == "missing":
        return "missing: add it"
    if kind == "extra_forbidden":
        name = str(item["loc"][-1])
        if item["loc"] == (name,) and name in model.moved:
            return model.moved[name]
        known = [*model.model_fields, *_nested_fields(model)]
        near = difflib.get_close_matches(name, known, 1)
        return "unknown field: " + (f"did you mean {near[0]}?" if near else "remove it")
    if kind in ("literal_error", "enum"):
        return f"{given!r} is not one of {item['ctx']['expected']}"
    if kind == "too_short":
        return "empty: add an entry"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    message = item["msg"][0].lower() + item["msg"][1:]
    return f"{message}, not {given!r}" if isinstance(given, str | int | float | bool) or given is None else message


def _nested_fields(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> list[str]:
    names: list[str] = []
    for info in model.model_fields.values():
        for part in _types_in(info.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                names += [*part.model_fields, *_nested_fields(part, seen | {part})]
    return names


def _types_in(annotation: Any) -> list[Any]:
    inner = getattr(annotation, "__args__", ())
    return [annotation, *(found for part in inner for found in _types_in(part))]
