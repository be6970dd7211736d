"""`triage-model.json` → the scorer. The file is made by `make train` and lies in the package."""

import json
import re
from functools import lru_cache
from pathlib import Path

from bot.domain.triage.scorer import Question, Row, Scorer

PATH = Path(__file__).with_name("triage-model.json")

COLUMNS = "abcdefghijklmnopqrstuvwxyz"
"""A weight is written as the letter of its column and a whole number: `a12d-4`."""

_WEIGHT = re.compile(r"([a-z])(-?\d+)")


@lru_cache(maxsize=1)
def load_scorer(path: Path = PATH) -> Scorer:
    """The scorer of this release."""
    data = json.loads(path.read_text(encoding="utf-8"))
    questions = {
        name: Question(tuple(each["classes"]), tuple(each["slope"]), tuple(each["shift"]))
        for name, each in data["questions"].items()
    }
    columns = {letter: column for column, letter in enumerate(COLUMNS)}
    pairs: dict[tuple[str, str], tuple[int, float]] = {}  # most weights come often: each is kept once

    def row(written: str) -> Row:
        found = _WEIGHT.findall(written)
        return tuple(pairs.setdefault(each, (columns[each[0]], float(each[1]))) for each in found)

    return Scorer(questions, [{feature: row(text) for feature, text in table.items()} for table in data["tables"]])
