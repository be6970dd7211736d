"""`amends reminders`: one line for people, one object for programs."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from bot.cli import main
from bot.clock import now
from bot.content.bundle import Content
from bot.flows import cases
from bot.store.db import Database
from bot.store.migrations import upgrade
from bot.store.tables import follow_ups
from tests.builders import WORKSPACE, a_complaint
from tests.opened import open_case


def reminders(*words: str) -> str:
    return CliRunner().invoke(main, ["reminders", *words], catch_exceptions=False).stdout


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    opened = Database(url)
    upgrade(opened)
    return opened


def close(database: Database, content: Content, *, days_ago: int, took: int, workspace: str = WORKSPACE) -> None:
    """A case that was closed some days ago, after so many reminders."""
    at = now() - timedelta(days=days_ago)
    with database.transaction() as session:
        case = open_case(session, content, workspace, a_complaint(), now=at).case
        session.execute(sa.update(follow_ups).where(follow_ups.c.case_id == case.id).values(reminders=took))
        cases.resolve(
            session,
            content,
            workspace,
            case.id,
            outcome="fixed",
            resolution="",
            by="U0ANA",
            now=at + timedelta(hours=1),
        )


def test_before_the_first_case_there_is_nothing_to_say(database: Database) -> None:
    assert reminders() == "There is no case yet.\n"


def test_it_says_what_the_closed_cases_of_the_last_days_took(database: Database, content: Content) -> None:
    close(database, content, days_ago=3, took=0)
    close(database, content, days_ago=9, took=5)
    close(database, content, days_ago=40, took=9)
    assert reminders() == "2 closed in the last 28 days took 5 reminders: 2.50 for each, 5 at most; 1 took none.\n"
    assert (
        reminders("--days", "7")
        == "1 closed in the last 7 days took 0 reminders: 0.00 for each, 0 at most; 1 took none.\n"
    )
    assert reminders("--days", "1") == "No case was closed in the last 1 day.\n"


def test_each_workspace_is_named_where_there_are_several(database: Database, content: Content) -> None:
    close(database, content, days_ago=3, took=1)
    close(database, content, days_ago=3, took=2, workspace="T0OTHER")
    assert [line.partition(": ")[0] for line in reminders().splitlines()] == [WORKSPACE, "T0OTHER"]
    found = json.loads(reminders("--json"))
    assert found["days"] == 28
    assert found["workspaces"][1] == {
        "workspace": "T0OTHER",
        "closed": 1,
        "reminders": 2,
        "for_each": 2.0,
        "most": 2,
        "without": 0,
    }
