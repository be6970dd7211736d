"""`amends due`: a table for people, JSON for programs, and one line for a mistake."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.content.bundle import Content
from bot.flows import cases
from bot.store.db import Database
from bot.store.migrations import upgrade
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.opened import open_case


@pytest.fixture
def case(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case of Ana's and one that nobody has."""
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    database = Database(url)
    upgrade(database)
    with database.transaction() as session:
        opened = open_case(session, content, WORKSPACE, a_complaint(), now=NOW)
        cases.take(session, WORKSPACE, opened.case.id, by="U0ANA", now=NOW)
        open_case(session, content, WORKSPACE, a_complaint(), now=NOW)
    database.close()


def due(*words: str) -> Result:
    return CliRunner().invoke(main, ["due", *words], catch_exceptions=False)


@pytest.mark.usefixtures("case")
def test_the_table_names_what_whom_and_when_in_the_teams_zone() -> None:
    lines = due().stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].split() == [
        *("overdue", "R-1001", "2026-03-02", "13:30", "GMT", "U0ANA"),
        *("A", "first", "reply", "to", "Jane", "Doe"),
    ]
    assert "14:30 CET" in due("--zone", "Europe/Berlin").stdout
    assert len(due("--owner", "U0ANA").stdout.splitlines()) == 1


@pytest.mark.usefixtures("case")
def test_json_is_one_object_with_times_in_utc() -> None:
    found = json.loads(due("--json", "--owner", "U0ANA").stdout)
    [one] = found["due"]
    assert (one["case"], one["group"], one["kind"]) == ("R-1001", "overdue", "first reply")
    assert one["due_at"].startswith("2026-03-02T13:30")
    assert found["more"] == 0


@pytest.mark.usefixtures("case")
def test_an_unknown_zone_is_said_in_one_line() -> None:
    result = due("--zone", "Europe/Nowhere")
    assert result.exit_code == 1
    assert "is not a time zone" in result.stderr
