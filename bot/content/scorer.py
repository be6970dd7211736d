"""`triage-model.json` → the scorer. The file is made by `make train` and lies in the package."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.domain.triage.scorer import Question, Scorer, Weigher

PATH = Path(__file__).with_name("triage-model.json")

_UNIT = 1000
"""Weights stand as whole thousandths."""


@lru_cache(maxsize=1)
def load_scorer(path: Path = PATH) -> Weigher:
    """The scorer of this release, made ready."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Weigher(Scorer(*(_question(data[name]) for name in ("complaint", "category", "severity"))))


def _question(data: dict[str, Any]) -> Question:
    groups = tuple(
        {feature: row if isinstance(row, list) else (row,) for feature, row in group.items()}
        for group in data["groups"]
    )
    slope = tuple(value / _UNIT for value in data["slope"])
    return Question(tuple(data["classes"]), groups, slope, tuple(data["shift"]))
