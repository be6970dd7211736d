"""Risk rules and the scorer, made ready to read texts."""

from pathlib import Path

from bot.content.risks import load_risks
from bot.content.scorer import load_scorer
from bot.domain.triage import Triager


def load_triager(responses: Path) -> Triager:
    """The triager of a `responses/` folder. Raises ContentError."""
    return Triager(load_risks(responses / "risks"), load_scorer())
