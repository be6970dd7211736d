"""`amends check FILE`: what it finds in any text, in each shape, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.check import check
from bot.settings import ROOT, Settings

BLOCKED = "Hi Anna,\nI am sorry if this hurt you."
"""One error: a conditional apology."""

ADVISED = "Hi Anna,\nyou must send it back."
CLEAN = "Hi Anna,\nI am sorry that your parcel is late. I am calling the carrier now.\n"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def run(*words: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(check, words, input=stdin, catch_exceptions=False)


@pytest.mark.parametrize(("text", "code"), [(BLOCKED, 1), (ADVISED, 0), (CLEAN, 0), ("", 0), ("\x00\ud7ff", 0)])
def test_only_an_error_makes_it_fail(text: str, code: int) -> None:
    Path("reply.txt").write_text(text, encoding="utf-8")
    assert run("reply.txt").exit_code == code
    assert run("-", stdin=text).exit_code == code


def test_people_read_place_words_why_and_what_to_say() -> None:
    Path("reply.txt").write_text(BLOCKED + "\nYou must wait.\n", encoding="utf-8")
    first, second, summary = run("reply.txt").stdout.splitlines()
    assert first.startswith("reply.txt:2:6: error: “sorry if this”: ")
    assert " Say: " in first
    assert first.endswith(" [sorry-if]")
    assert second.startswith("reply.txt:3:1: warning: “You must”: ")
    assert summary == "1 error, 1 warning."
    assert run("-", stdin=CLEAN).stdout == "Nothing to say differently.\n"


@pytest.mark.parametrize("before", ["", "é ", "字 ", "\r\n", "a\r\nb\r\n", "\ufeff", "\u2028"])
def test_places_are_characters_of_the_text_as_given(before: str) -> None:
    text = f"{before}you must go"
    [found] = json.loads(run("-", "--format", "json", stdin=text.encode()).stdout)[0]["violations"]
    assert text[found["start"] : found["end"]] == found["words"] == "you must"
    lines = text.split("\n")
    assert lines[found["line"] - 1][found["column"] - 1 :].startswith("you must")
    assert found["end_column"] - found["column"] == len("you must")


def test_json_names_each_file_and_all_that_is_known_of_a_violation() -> None:
    Path("a.txt").write_text(CLEAN, encoding="utf-8")
    Path("b.txt").write_text(BLOCKED, encoding="utf-8")
    clean, blocked = json.loads(run("a.txt", "b.txt", "--format", "json").stdout)
    assert clean == {"file": "a.txt", "violations": []}
    [found] = blocked["violations"]
    assert (found["level"], found["rule"], found["words"]) == ("error", "sorry-if", "sorry if this")
    assert all(found[name] for name in ("why", "instead", "end_line"))


def test_sarif_points_into_the_file() -> None:
    Path("my reply.txt").write_text(BLOCKED + " I am sorry if it was late. You must wait.", encoding="utf-8")
    sarif = json.loads(run("my reply.txt", "--format", "sarif").stdout)
    assert sarif["version"] == "2.1.0"
    [one_run] = sarif["runs"]
    assert one_run["columnKind"] == "unicodeCodePoints"
    rules = one_run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["sorry-if", "you-must"]
    assert [rules[result["ruleIndex"]]["id"] for result in one_run["results"]] == ["sorry-if", "sorry-if", "you-must"]
    assert [result["level"] for result in one_run["results"]] == ["error", "error", "warning"]
    place = one_run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "my%20reply.txt"}
    assert place["region"] == {
        **{"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 19},
        **{"charOffset": 14, "charLength": 13},
    }


def test_github_gets_an_annotation_a_violation() -> None:
    Path("a,b:c%.txt").write_text("We take this\nseriously. I am sorry if this is 100% late.", encoding="utf-8")
    lines = run("a,b:c%.txt", "--format", "github").stdout.splitlines()
    assert all(line.startswith("::") for line in lines)
    [error] = [line for line in lines if line.startswith("::error ")]
    assert error.startswith("::error file=a%2Cb%3Ac%25.txt,line=2,endLine=2,title=sorry-if,col=17,endColumn=30::")


def test_a_violation_across_lines_has_no_columns_for_github() -> None:
    [line] = run("-", "--format", "github", stdin="you\nmust go").stdout.splitlines()
    assert line.startswith("::warning file=-,line=1,endLine=2,title=you-must::“you must”: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.txt",), 'missing.txt: no such file. To check words, pipe them: echo "…" | amends check -'),
        ((".",), ".: cannot be read: Is a directory"),
        (("latin.txt",), "latin.txt:2: not UTF-8 text: save the file as UTF-8"),
        (("-", "--jsonl"), "--jsonl reads standard input"),
        (("--jsonl", "--format", "json"), "--jsonl reads standard input"),
        (("--format", "json"), "--format is for texts: name a file"),
        (("-", "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_a_wrong_call_and_what_cannot_be_read_end_with_code_2(words: tuple[str, ...], message: str) -> None:
    Path("latin.txt").write_bytes(b"good\nfa\xe7ade")
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_broken_rules_end_with_code_2_and_file_and_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "responses" / "phrases").mkdir(parents=True)
    (tmp_path / "responses" / "phrases" / "own.yml").write_text("about: x\nrules: []\n")
    monkeypatch.setenv("AMENDS_RESPONSES", str(tmp_path / "responses"))
    for words in (("-",), ("--jsonl",)):
        result = run(*words)
        assert result.exit_code == 2
        assert result.stderr == "responses/phrases/own.yml:2: rules: empty: give at least one\n"


def test_lines_are_answered_in_the_agreed_shape() -> None:
    lines = [{"id": "a", "text": BLOCKED}, {"id": 7, "text": CLEAN}, {"id": None, "text": "\ud800 you must go"}]
    result = run("--jsonl", stdin="\n".join(json.dumps(line) for line in lines))
    assert (result.exit_code, result.stderr) == (0, "")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": "a", "violations": [{"start": 14, "end": 27, "level": "error", "rule": "sorry-if"}]},
        {"id": 7, "violations": []},
        {"id": None, "violations": [{"start": 2, "end": 10, "level": "warning", "rule": "you-must"}]},
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", 'line 2: this is no JSON: write {"id": …, "text": …}'),
        (b"\xff\xfe\xfa", 'line 2: this is no JSON: write {"id": …, "text": …}'),
        (b"[" * 100_000, 'line 2: this is no JSON: write {"id": …, "text": …}'),
        (b'{"text": "a"}', 'line 2: there is no id: write {"id": …, "text": …}'),
        (b'{"id": 1, "text": 4}', "line 2: text: write it as a string"),
        (b'{"id": 1}', "line 2: text: write it as a string"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(line: bytes, message: str) -> None:
    good = [json.dumps({"id": name, "text": CLEAN}).encode() for name in "ab"]
    result = run("--jsonl", stdin=b"\n".join([good[0], line, good[1]]) + b"\n\n")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [message]
    assert [json.loads(answer)["id"] for answer in result.stdout.splitlines()] == ["a", "b"]


@pytest.fixture
def process(tmp_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "check", "--jsonl"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_line_is_answered_before_the_next_one_comes(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin and process.stdout
    for name in ("1", "2"):
        process.stdin.write(b'{"id": %s, "text": "you must"}\n' % name.encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == int(name)
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_reader_that_goes_away_is_no_traceback(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    try:
        process.stdin.write(b'{"id": 1, "text": "you must"}\n' * 2000)
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.wait(20) in (0, 1)
    assert process.stderr.read() == b""
