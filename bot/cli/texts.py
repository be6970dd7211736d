"""Texts that are checked from the command line: read as they are, and what was found in the shapes tools read."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.domain.phrases import Level, PhraseRule, Violation

STDIN = "-"


class TextError(Exception):
    """A text that cannot be read; the message says what to do."""


class NoFileError(TextError):
    """There is no file of this name."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with what was found in it. `name` is how the person who typed it calls the file."""

    name: str
    text: str
    violations: Sequence[Violation]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


def read_text(name: str) -> str:
    """A file's text, or that of standard input, with its line ends as they are. Raises TextError."""
    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except FileNotFoundError:
        raise NoFileError(f"{name}: no such file") from None
    except OSError as error:
        raise TextError(f"{name}: cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(f"{name}:{line}: not UTF-8 text: save the file as UTF-8") from None


def for_people(checked: Sequence[Checked]) -> Iterator[str]:
    """One line for each violation, and one that sums up."""
    for one in checked:
        for found in one.violations:
            line, column = one.place(found.start)
            yield f"{one.name}:{line}:{column}: {found.rule.level}: {_message(found)} [{found.rule.id}]"
    counts = Counter(found.rule.level for one in checked for found in one.violations)
    said = [f"{counts[level]} {level}{'s' if counts[level] > 1 else ''}" for level in Level if counts[level]]
    yield f"{', '.join(said)}." if said else "Nothing to say differently."


def as_json(checked: Sequence[Checked]) -> str:
    """A list with one entry for each file. Offsets count characters of the text from 0, lines and columns from 1."""
    return json.dumps([{"file": one.name, "violations": [*_entries(one)]} for one in checked], indent=2)


def _entries(one: Checked) -> Iterator[dict[str, Any]]:
    for found in one.violations:
        (line, column), (end_line, end_column) = one.place(found.start), one.place(found.end)
        yield {
            **short(found),
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "words": found.words,
            "why": found.rule.why,
            "instead": [*found.rule.instead],
        }


def short(found: Violation) -> dict[str, Any]:
    """A violation in the shape of `--jsonl`."""
    return {"start": found.start, "end": found.end, "level": found.rule.level.value, "rule": found.rule.id}


_SARIF_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.SUGGESTION: "note"}


def as_sarif(checked: Sequence[Checked]) -> str:
    """SARIF 2.1.0, as code scanning tools read it."""
    rules = {found.rule.id: found.rule for one in checked for found in one.violations}
    order = {name: place for place, name in enumerate(rules)}
    driver = {
        "name": "amends",
        "version": version("amends"),
        "rules": [_sarif_rule(rule) for rule in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one, found, order) for one in checked for found in one.violations],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _sarif_rule(rule: PhraseRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.why},
        "help": {"text": f"Say: {' / '.join(rule.instead)}" if rule.instead else rule.why},
        "defaultConfiguration": {"level": _SARIF_LEVELS[rule.level]},
    }


def _sarif_result(one: Checked, found: Violation, order: dict[str, int]) -> dict[str, Any]:
    (line, column), (end_line, end_column) = one.place(found.start), one.place(found.end)
    region = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": found.start,
        "charLength": found.end - found.start,
    }
    uri = "stdin" if one.name == STDIN else quote(Path(one.name).as_posix())
    return {
        "ruleId": found.rule.id,
        "ruleIndex": order[found.rule.id],
        "level": _SARIF_LEVELS[found.rule.level],
        "message": {"text": _message(found)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }


def _message(found: Violation) -> str:
    words = " ".join(found.words.split())
    instead = f" Say: {' / '.join(found.rule.instead)}" if found.rule.instead else ""
    return f"“{words}”: {found.rule.why}{instead}"


_GITHUB_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.SUGGESTION: "notice"}


def for_github(checked: Sequence[Checked]) -> Iterator[str]:
    """Workflow commands of GitHub Actions: each shows as an annotation on its line."""
    for one in checked:
        for found in one.violations:
            (line, column), (end_line, end_column) = one.place(found.start), one.place(found.end)
            place = {"file": one.name, "line": line, "endLine": end_line, "title": found.rule.id}
            if line == end_line:
                place |= {"col": column, "endColumn": end_column}
            properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
            yield f"::{_GITHUB_LEVELS[found.rule.level]} {properties}::{_data(_message(found))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
