"""A scorer → the file the bot reads, one line a feature, in a fixed order."""

import json
from pathlib import Path

from bot.content.scorer import PATH
from bot.domain.triage.scorer import Question, Scorer
from training.fit import UNIT

__all__ = ["PATH", "write"]


def write(scorer: Scorer, path: Path) -> None:
    """Write the file; the same scorer gives the same bytes."""
    questions = {"complaint": scorer.complaint, "category": scorer.category, "severity": scorer.severity}
    text = json.dumps({name: _as_data(each) for name, each in questions.items()}, ensure_ascii=False, indent=0)
    path.write_text(_packed(text), encoding="utf-8")


def _as_data(question: Question) -> dict[str, object]:
    return {
        "classes": list(question.classes),
        "slope": [round(slope * UNIT, 3) for slope in question.slope],
        "shift": list(question.shift),
        "groups": [{name: _short(row) for name, row in group.items()} for group in question.groups],
    }


def _short(row: object) -> object:
    weights = list(row)  # type: ignore[call-overload]
    return weights[0] if len(weights) == 1 else "[" + ",".join(map(str, weights)) + "]"


def _packed(text: str) -> str:
    """Rows of weights stand as lists on the line of their feature."""
    return text.replace('"[', "[").replace(']"', "]").rstrip("\n") + "\n"
