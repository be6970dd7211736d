"""The leads' tests of `followups.yml`: what passes, what fails and how a broken file is refused."""

from pathlib import Path

import pytest

from bot.content.cadence_tests import run_cadence_tests
from bot.content.files import ContentError
from tests.cadences import a_cadence

CADENCE = a_cadence()
TESTS = """\
about: first replies
given: {category: delivery.late, severity: S2, opened: 2026-03-02 10:00}
tests:
  - name: four hours
    expect: {first reply: 2026-03-02 14:00, warning: 2026-03-02 13:00, lead: 2026-03-03 10:00}
  - name: a reply
    case: {replied: 2026-03-02 12:00}
    expect: {first reply: done, progress update: 2026-03-04 12:00, check after the fix: none}
  - name: critical
    case: {severity: S4, resolved: 2026-03-02 12:00}
    expect: {first reply: cancelled, second check: [2026-03-09 12:00]}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(text: str) -> tuple[int, list[str]]:
    Path("tests").mkdir(exist_ok=True)
    Path("tests/followups-due.yml").write_text(text, encoding="utf-8")
    count, failures = run_cadence_tests(Path(), CADENCE)
    return count, [str(failure) for failure in failures]


def test_what_is_as_expected_passes() -> None:
    assert run(TESTS) == (3, [])


@pytest.mark.parametrize(
    ("was", "now", "failure"),
    [
        (
            "first reply: 2026-03-02 14:00",
            "first reply: 2026-03-02 14:01",
            "5: tests[1].expect.first reply: four hours: expected Mon 2026-03-02 14:01, got Mon 2026-03-02 14:00",
        ),
        (
            "lead: 2026-03-03 10:00",
            "lead: none",
            "5: tests[1].expect.lead: four hours: expected none, got Tue 2026-03-03 10:00",
        ),
        ("first reply: done", "first reply: none", "8: tests[2].expect.first reply: a reply: expected none, got done"),
        (
            "second check: [2026-03-09 12:00]",
            "second check: [2026-03-09 12:00, 2026-04-01 12:00]",
            "11: tests[3].expect.second check: critical: expected Mon 2026-03-09 12:00, Wed 2026-04-01 12:00, "
            "got Mon 2026-03-09 12:00",
        ),
    ],
)
def test_what_differs_is_told_with_both_sides(was: str, now: str, failure: str) -> None:
    assert was in TESTS
    assert run(TESTS.replace(was, now)) == (3, [f"tests/followups-due.yml:{failure}"])


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        (
            "14:00,",
            "noon,",
            "5: tests[1].expect.first reply: '2026-03-02 noon' is not a moment: write 2026-03-06 18:30",
        ),
        (
            "opened: 2026-03-02 10:00",
            "opened: 2026-03-02",
            "2: given.opened: '2026-03-02' is not a moment on the team's clock: write 2026-03-06 18:30",
        ),
        (", opened: 2026-03-02 10:00", "", "4: tests[1].case: opened is missing: say when, here or under given"),
        ("replied:", "replyed:", "7: tests[2].case.replyed: unknown field: did you mean replied?"),
        ("tests:\n", "test:\n", "3: test: unknown field: did you mean tests?"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in TESTS
    with pytest.raises(ContentError) as raised:
        run(TESTS.replace(was, now, 1))
    assert f"tests/followups-due.yml:{message}" in str(raised.value).splitlines()


def test_an_expectation_nobody_knows_is_a_failure() -> None:
    _, failures = run(TESTS.replace("check after the fix:", "check:"))
    assert failures[0].startswith("tests/followups-due.yml:8: tests[2].expect.check: 'check' is not one of ask again, ")
