"""`amends promises`: the lines it reads and writes, and what it tells people."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.promises import promises

TODAY = "2026-03-10T10:00:00+01:00"


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(promises, list(arguments), input=stdin)


def answers(*lines: dict[str, object]) -> list[dict[str, object]]:
    result = run("--jsonl", stdin="\n".join(json.dumps(line) for line in lines))
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("text", "money", "dates", "ambiguous"),
    [
        ("We will refund 40 euros.", [{"amount": 40, "currency": "EUR", "kind": "refund"}], [], False),
        ("We will give you €40.50.", [{"amount": 40.5, "currency": "EUR", "kind": None}], [], False),
        ("You get 20% off.", [{"percent": 20, "kind": "discount"}], [], False),
        ("You get a free month.", [{"item": "free month", "kind": "free_service"}], [], False),
        ("I will write by Friday.", [], ["2026-03-13"], False),
        ("I will call on Friday at 17:00.", [], ["2026-03-13T17:00"], False),
        ("I will call on Friday at 5.", [], ["2026-03-13T17:00"], False),
        ("I will call on Friday at 7.", [], ["2026-03-13T19:00"], True),
        ("I will write by Friday. You will hear from me by Friday.", [], ["2026-03-13"], False),
        (
            "You will get 40 euros back. The refund of 40 euros will be on your card.",
            [{"amount": 40, "currency": "EUR", "kind": "refund"}],
            [],
            False,
        ),
        ("Thank you.", [], [], False),
        ("", [], [], False),
    ],
)
def test_the_shape_of_an_answer(text: str, money: list[object], dates: list[str], ambiguous: bool) -> None:
    (answer,) = answers({"id": "a", "text": text, "today": TODAY})
    assert answer == {"id": "a", "money": money, "dates": dates, "ambiguous": ambiguous}
    assert list(answer) == ["id", "money", "dates", "ambiguous"]


def test_each_line_has_its_own_today_and_zone() -> None:
    text = "I will write tomorrow."
    found = answers(
        {"id": 1, "text": text, "today": "2026-03-10T23:30:00-05:00"},
        {"id": 2, "text": text, "today": "2026-03-11T04:30:00Z"},
    )
    assert [(answer["id"], answer["dates"]) for answer in found] == [(1, ["2026-03-11"]), (2, ["2026-03-12"])]


def test_the_currency_option_settles_shared_signs() -> None:
    line = json.dumps({"id": 1, "text": "We will refund $40.", "today": TODAY})
    result = run("--jsonl", "--currency", "aud", stdin=line)
    assert json.loads(result.stdout)["money"] == [{"amount": 40, "currency": "AUD", "kind": "refund"}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", 'line 2: this is no JSON: write {"id": …, "text": …, "today": …}'),
        (b"\xff\xfe\xfa", 'line 2: this is no JSON: write {"id": …, "text": …, "today": …}'),
        ("[" * 100_000, 'line 2: this is no JSON: write {"id": …, "text": …, "today": …}'),
        ("[]", 'line 2: there is no id: write {"id": …, "text": …, "today": …}'),
        ('{"text": "a"}', 'line 2: there is no id: write {"id": …, "text": …, "today": …}'),
        ('{"id": 1, "text": 4}', "line 2: text: write it as a string"),
        (
            '{"id": 1, "text": "a"}',
            'line 2: today: write an ISO time with its zone, such as "2026-03-10T10:00:00+01:00"',
        ),
        (
            '{"id": 1, "text": "a", "today": "2026-03-10T10:00:00"}',
            "line 2: today: '2026-03-10T10:00:00' is no ISO time with a zone, such as 2026-03-10T10:00:00+01:00",
        ),
        (
            '{"id": 1, "text": "a", "today": "soon"}',
            "line 2: today: 'soon' is no ISO time with a zone, such as 2026-03-10T10:00:00+01:00",
        ),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(line: str | bytes, message: str) -> None:
    good = [json.dumps({"id": name, "text": "I will write today.", "today": TODAY}).encode() for name in "ab"]
    bad = line if isinstance(line, bytes) else line.encode()
    result = run("--jsonl", stdin=b"\n".join([good[0], bad, good[1]]) + b"\n\n")
    assert result.exit_code == 2
    assert result.stderr == message + "\n"
    assert [json.loads(answer)["id"] for answer in result.stdout.splitlines()] == ["a", "b"]


def test_for_people() -> None:
    result = run("We will refund 40 euros, and I will call you tomorrow\nat 7.", "--today", TODAY)
    assert result.exit_code == 0
    assert result.stdout == (
        "15-23  40 euros: 40.00 EUR as a refund.\n"
        "45-58  tomorrow at 7: Wednesday 2026-03-11T19:00?. 7 could be morning or evening: 19:00 was taken.\n"
        "Ask the writer about the days marked with a question mark.\n"
    )


def test_working_days_and_the_end_of_a_day_are_those_of_the_team() -> None:
    before_easter = ("--today", "2026-04-01T10:00+01:00")
    assert run("I will write within two working days.", *before_easter).stdout == (
        "13-36  within two working days: Tuesday 2026-04-07, by 17:30. "
        "Working days were counted by the calendar of the team.\n"
    )
    (answer,) = answers({"id": 1, "text": "I will write within two working days.", "today": before_easter[1]})
    assert answer["dates"] == ["2026-04-07"]


def test_without_follow_ups_a_team_works_monday_to_friday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_POLICIES", str(tmp_path))
    found = run("I will write within two working days.", "--today", "2026-04-01T10:00+01:00").stdout
    assert "Friday 2026-04-03, by 17:00. Working days were counted Monday to Friday" in found


def test_a_broken_calendar_is_named_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "followups.yml").write_text("hours: {zone: Mars}\n")
    monkeypatch.setenv("AMENDS_POLICIES", str(tmp_path))
    result = run("I will write by Friday.")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "followups.yml:1: hours.zone: " in result.stderr


def test_for_people_with_nothing_to_show() -> None:
    assert run("Thank you.").stdout == "This reply promises neither money nor a day.\n"


def test_a_dash_reads_standard_input() -> None:
    assert run("-", stdin="You get a free month.").stdout == "10-20  free month: free month (free service).\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Write the reply in quotes"),
        (("a", "--jsonl"), "leave the other two out"),
        (("a", "--today", "2026-03-10"), "is no ISO time with a zone"),
    ],
)
def test_wrong_arguments_are_explained(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
