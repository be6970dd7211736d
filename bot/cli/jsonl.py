"""Lines of JSON in, lines of JSON out: how the commands with `--jsonl` answer programs."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

UNREADABLE = 2
"""Exit code when some line could not be read."""


class LineError(ValueError):
    """A line of input that cannot be read; the message says what to write."""


def answer_lines(answer: Callable[[dict[str, Any]], dict[str, Any]], *, shape: str) -> int:
    """Answer each line of standard input as soon as it is read; the exit code.

    `answer` takes a line's fields and gives back those of the answer, which gets the line's `id`; it raises LineError
    for fields it cannot read. Such a line is told on standard error with its number, and the others go on. `shape`
    shows a line as it should be.
    """
    code = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            fields = _fields(line, shape)
            found = answer(fields)
        except LineError as error:
            click.echo(f"line {number}: {error}", err=True)
            code = UNREADABLE
        else:
            click.echo(json.dumps({"id": fields["id"], **found}))
    return code


def text_of(fields: dict[str, Any], name: str = "text") -> str:
    """A field that must be there as a string. Raises LineError."""
    text = fields.get(name)
    if not isinstance(text, str):
        raise LineError(f"{name}: write it as a string")
    return text


def _fields(line: bytes, shape: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise LineError(f"this is no JSON: write {shape}") from None
    if not isinstance(fields, dict) or "id" not in fields:
        raise LineError(f"there is no id: write {shape}")
    return fields
