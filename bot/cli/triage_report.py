"""Labelled rows held against guesses: figures, tables of who was taken for whom, and the worst misses."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cli.texts import TextError, read_text
from bot.domain.triage import Triage, labels
from bot.domain.triage.evaluation import Outcome, confusion, macro_f1, outcome, outcome_of_lists

_SHOWN = 110


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row with what people say about it; `risk` is None where nobody looked."""

    id: str
    text: str
    complaint: bool
    category: str | None
    severity: str | None
    risk: tuple[str, ...] | None


class UnreadableLines(Exception):
    """Lines that cannot be read; the message has one line for each, with its number and what to write."""


def read_labelled(name: str) -> list[Labelled]:
    """The rows of a JSON Lines file; `-` is standard input. Raises UnreadableLines."""
    try:
        text = read_text(name)
    except TextError as error:
        raise UnreadableLines(str(error)) from None
    rows: list[Labelled] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(_row(json.loads(line), number))
            except (ValueError, RecursionError) as error:
                what = "this is no JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else str(error)
                problems.append(f"{name}:{number}: {what}")
    if problems:
        raise UnreadableLines("\n".join(problems))
    if not rows:
        raise UnreadableLines(f"{name}:1: no rows: write a line of JSON for each message")
    return rows


def _row(fields: object, number: int) -> Labelled:
    if not isinstance(fields, dict):
        raise ValueError('write {"text": "…", "complaint": true}')
    text, complaint = fields.get("text"), fields.get("complaint")
    if not isinstance(text, str):
        raise ValueError("text: write it as a string")
    if not isinstance(complaint, bool):
        raise ValueError("complaint: write true or false")
    risk = fields.get("risk")
    if risk is not None and not (isinstance(risk, list) and set(risk) <= {*labels.RISKS}):
        raise ValueError(f"risk: write a list of {', '.join(labels.RISKS)}")
    return Labelled(
        str(fields.get("id", f"line {number}")),
        text,
        complaint,
        _one_of(fields, "category", labels.CATEGORIES),
        _one_of(fields, "severity", labels.SEVERITIES),
        None if risk is None else tuple(risk),
    )


def _one_of(fields: dict[str, object], name: str, allowed: Sequence[str]) -> str | None:
    value = fields.get(name)
    if value is not None and value not in allowed:
        raise ValueError(f"{name}: write one of {', '.join(allowed)}, or null")
    return value if isinstance(value, str) else None


def report(rows: Sequence[Labelled], guesses: Sequence[Triage], *, worst: int) -> Iterator[str]:
    """What `amends triage evaluate` prints, line by line."""
    pairs = list(zip(rows, guesses, strict=True))
    found = outcome([row.complaint for row in rows], [guess.is_complaint for guess in guesses])
    yield f"{len(rows)} rows, {sum(row.complaint for row in rows)} complaints"
    yield _line("complaint", found)
    for name, allowed in (("category", labels.CATEGORIES), ("severity", labels.SEVERITIES)):
        known = [(row, guess) for row, guess in pairs if row.complaint and getattr(row, name)]
        truth = [getattr(row, name) for row, _ in known]
        said = [labels.in_short(guess, always=True)[name] for _, guess in known]
        if known:
            right = sum(one == other for one, other in zip(truth, said, strict=True))
            yield f"\n{name}: macro F1 {macro_f1(truth, said):.3f}, right {right / len(known):.3f}, {len(known)} rows"
            yield confusion(truth, said, allowed)
    looked = [(row.risk, labels.in_short(guess)["risk"]) for row, guess in pairs if row.risk is not None]
    if looked:
        yield "\n" + _line(
            "any risk", outcome([bool(truth) for truth, _ in looked], [bool(said) for _, said in looked])
        )
        yield _line("each risk", outcome_of_lists([truth for truth, _ in looked], [said for _, said in looked]))
        for risk in labels.RISKS:
            yield _line(
                f"  {risk}", outcome([risk in truth for truth, _ in looked], [risk in said for _, said in looked])
            )
    wrong = sorted(
        ((abs(row.complaint - guess.score), row, guess) for row, guess in pairs if row.complaint != guess.is_complaint),
        key=lambda one: (-one[0], one[1].id),
    )
    if wrong[:worst]:
        yield f"\nThe worst of {len(wrong)} taken for the other:"
    for _, row, guess in wrong[:worst]:
        what = "missed     " if row.complaint else "false alarm"
        yield f"  {guess.score:.2f} {what} {row.id}: {' '.join(row.text.split())[:_SHOWN]}"


def _line(name: str, found: Outcome) -> str:
    figures = f"precision {found.precision:.3f}  recall {found.recall:.3f}  F1 {found.f1:.3f}"
    return f"{name:15} {figures}  ({found.hits} found, {found.misses} missed, {found.false_alarms} false alarms)"
