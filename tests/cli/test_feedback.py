"""`amends triage export` and `forget`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.domain.feedback import NO, YES, Feedback, Field
from bot.store import feedback
from bot.store.db import Database
from tests.builders import NOW, WORKSPACE


@pytest.fixture
def amends(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Amends":
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return Amends(database_url)


class Amends:
    def __init__(self, url: str) -> None:
        self.url = url

    def keep(self, *several: Feedback) -> None:
        database = Database(self.url)
        with database.transaction() as session:
            feedback.ensure_workspace(session, WORKSPACE)
            feedback.keep(session, WORKSPACE, several)
        database.close()

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["triage", *words])


def said(label: str, text: str) -> Feedback:
    return Feedback(Field.COMPLAINT, "0.7", label, text, "U0ANA", NOW, ("Mia Berg",))


def test_what_people_said_is_written_a_line_a_text_without_telling_who(amends: Amends) -> None:
    amends.keep(said(YES, "Mia Berg (mia@example.com) waits"), said(NO, "Lunch at 12?"))
    result = amends("export")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["text"], row["complaint"]) for row in rows] == [
        ("<name> (<email>) waits", True),
        ("Lunch at 12?", False),
    ]
    assert "U0ANA" not in result.output
    assert result.stderr == "2 texts.\n"


def test_nothing_said_is_nothing_written(amends: Amends) -> None:
    assert (amends("export").stdout, amends("export").exit_code) == ("", 0)


def test_what_is_older_is_deleted(amends: Amends) -> None:
    amends.keep(said(YES, "It is late"))
    assert amends("forget", "--before", "2026-03-02").stdout == "Deleted 0 answers about guesses and 0 questions.\n"
    assert amends("forget", "--before", "2026-03-03").stdout == "Deleted 1 answers about guesses and 0 questions.\n"
    assert amends("export").stdout == ""


def test_a_day_that_is_none_is_refused(amends: Amends) -> None:
    assert amends("forget", "--before", "soon").exit_code == 2
    assert amends("forget").exit_code == 2
