"""What Slack gets, compared with the golden file of that name; AMENDS_WRITE_GOLDEN=1 writes the files anew."""

import json
import os
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"


def is_golden(name: str, value: dict[str, Any]) -> None:
    """Check that a message or form looks as agreed. `name` may begin with a folder."""
    path = GOLDEN / f"{name}.json"
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("AMENDS_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(text)


def golden_names(folder: str = ".") -> set[str]:
    """The golden files of a folder."""
    return {path.stem for path in (GOLDEN / folder).glob("*.json")}
