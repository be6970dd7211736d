"""A scorer → the file the bot reads, one line a feature, in a fixed order."""

import json
from pathlib import Path

from bot.content.scorer import COLUMNS, PATH
from bot.domain.triage.scorer import Row, Scorer

__all__ = ["PATH", "write"]


def write(scorer: Scorer, path: Path) -> None:
    """Write the file; the same scorer gives the same bytes."""
    data = {
        "questions": {
            name: {"classes": question.classes, "slope": question.slope, "shift": question.shift}
            for name, question in scorer.questions.items()
        },
        "tables": [{feature: _written(row) for feature, row in sorted(table.items())} for table in scorer.tables],
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _written(row: Row) -> str:
    return "".join(f"{COLUMNS[column]}{weight:.0f}" for column, weight in row)
