"""`amends triage`: one text, lines of JSON, and labelled rows."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.triage import triage


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(triage, list(arguments), input=stdin)


COMPLAINT = "customer says the kettle caught fire, third one this year, she is furious"


def test_a_text_is_answered_with_the_words_that_led_to_each_guess() -> None:
    result = run(COMPLAINT)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("complaint:  yes (")
    assert "risk:       Injury or safety   because of: caught fire" in lines
    assert "severity:   S4 critical   because of: caught fire" in lines
    assert run("-", stdin=COMPLAINT).output == result.output


def test_small_talk_is_none() -> None:
    assert run("good morning all").output.startswith("complaint:  no (")


def test_lines_are_answered_line_by_line_in_the_short_lists() -> None:
    stdin = json.dumps({"id": "a", "text": COMPLAINT}) + "\n\n" + json.dumps({"id": 7, "text": "morning all"}) + "\n"
    result = run("--jsonl", stdin=stdin)
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert set(first) == {"id", "complaint", "score", "category", "severity", "risk"}
    assert {**first, "score": None} == {
        "id": "a",
        "complaint": True,
        "score": None,
        "category": "product",
        "severity": "high",
        "risk": ["safety"],
    }
    assert 0.5 <= first["score"] <= 1
    assert {**second, "score": None} == {
        "id": 7,
        "complaint": False,
        "score": None,
        "category": None,
        "severity": None,
        "risk": [],
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "line 2: this is no JSON"),
        ('{"text": "x"}', "line 2: there is no id"),
        ('{"id": 1}', "line 2: text: write it as a string"),
        ("[" * 5000, "line 2: this is no JSON"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_answered(line: str, says: str) -> None:
    good = json.dumps({"id": 1, "text": "hello"})
    result = run("--jsonl", stdin=f"{good}\n{line}\n{good}\n")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert says in result.stderr


@pytest.mark.parametrize("arguments", [(), ("--jsonl", "a text")])
def test_either_a_text_or_lines(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code in (0, 2)
    assert ("Give either" in result.stderr) if arguments else ("Usage" in result.output)


ROWS = [
    {"id": "hit", "text": COMPLAINT, "complaint": True, "category": "product", "severity": "high", "risk": ["safety"]},
    {"id": "quiet", "text": "good morning all", "complaint": False, "category": None, "severity": None, "risk": []},
    {"id": "missed", "text": "hello there, lunch at noon?", "complaint": True, "category": "staff", "severity": "low"},
]


def labelled(tmp_path: Path, rows: list[dict[str, object]]) -> str:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_labelled_rows_are_held_against_the_guesses(tmp_path: Path) -> None:
    result = run("evaluate", labelled(tmp_path, ROWS))
    assert result.exit_code == 0
    assert "3 rows, 2 complaints" in result.output
    assert "precision 1.000  recall 0.500  F1 0.667  (1 found, 1 missed, 0 false alarms)" in result.output
    assert "any risk        precision 1.000  recall 1.000" in result.output
    assert "category: macro F1 " in result.output
    assert "missed      missed: hello there, lunch at noon?" in result.output
    assert "missed      missed" not in run("evaluate", labelled(tmp_path, ROWS), "--worst", "0").output


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"complaint": True}, "rows.jsonl:4: text: write it as a string"),
        ({"text": "x"}, "rows.jsonl:4: complaint: write true or false"),
        ({"text": "x", "complaint": True, "category": "food"}, "rows.jsonl:4: category: write one of delivery, "),
        ({"text": "x", "complaint": True, "severity": "S3"}, "rows.jsonl:4: severity: write one of low, "),
        ({"text": "x", "complaint": True, "risk": "legal"}, "rows.jsonl:4: risk: write a list of legal, "),
    ],
)
def test_a_broken_row_is_named_by_its_line(row: dict[str, object], says: str, tmp_path: Path) -> None:
    result = run("evaluate", labelled(tmp_path, [*ROWS, row]))
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_file_that_is_not_there_or_empty(tmp_path: Path) -> None:
    assert run("evaluate", str(tmp_path / "none.jsonl")).stderr.endswith("none.jsonl: no such file\n")
    assert "no rows" in run("evaluate", labelled(tmp_path, [])).stderr


def test_the_other_commands_are_still_there() -> None:
    listed = run("--help").output
    assert all(name in listed for name in ("evaluate", "export", "forget", "guess"))
    assert run("guess", COMPLAINT).output == run(COMPLAINT).output
