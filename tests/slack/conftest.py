"""A door on a SQLite database of its own, with a small Slack outside it."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.content.bundle import Content
from bot.logs import _places_only
from bot.processes import Child, free_port
from bot.settings import ROOT, Settings
from bot.store.db import Database
from tests.conftest import unhurried
from tests.slack.fake_slack import TOKEN, FakeSlack, Server, running
from tests.slack.recorded import SECRET, Door, door


@pytest.fixture(autouse=True)
def short_logs() -> Iterator[None]:
    """One line for each entry, so that a fault on purpose does not fill the screen."""
    structlog.configure(
        processors=[_places_only, structlog.processors.JSONRenderer()],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def other_messages_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most modules are about other messages, so none of them asks for reminders unless it says `REMINDERS = True`."""
    if not getattr(request.module, "REMINDERS", False):
        monkeypatch.setattr("bot.flows.planning.next_reminder", lambda *_: None)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack would send a report again that waits too long; these tests send it once, on a machine that may be slow."""
    monkeypatch.setattr("bot.flows.together.WAIT_SECONDS", 30)


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A database of this test alone."""
    path = tmp_path / "amends.db"
    shutil.copy(migrated_sqlite, path)
    database = unhurried(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def slack() -> FakeSlack:
    """The workspace."""
    return FakeSlack()


@pytest.fixture
def server(slack: FakeSlack) -> Iterator[Server]:
    """The workspace's Web API on a port."""
    yield from running(slack)


@pytest.fixture
def bot(sqlite: Database, slack: FakeSlack, server: Server, content: Content, tmp_path: Path) -> Iterator[Door]:
    """The bot's door. `bot.send(recorded("message"))` is Slack sending a message."""
    folder = tmp_path / "a-folder-is-no-database"
    folder.mkdir()
    away = Database(f"sqlite:///{folder}")
    with door(sqlite, slack, server, content, away) as opened:
        yield opened
    away.close()


@pytest.fixture
def policies() -> Path:
    """The policies of a bot that runs as a process."""
    return ROOT / "policies"


@pytest.fixture
def worker(bot: Door, database_url: str, policies: Path, tmp_path: Path) -> Iterator[Child]:
    """The bot as an admin runs it, on the same database and the same Slack; not started yet."""
    ours = {name.upper(): "" for name in Settings.model_fields if name.upper() in os.environ}
    given = {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": bot.server.url,
        "DATABASE_URL": database_url,
        "PORT": str(free_port(38000, lambda _: None)),
        "PYTHONPATH": str(ROOT),
        "AMENDS_RESPONSES": str(ROOT / "responses"),
        "AMENDS_POLICIES": str(policies),
    }
    words = [sys.executable, "-m", "bot", "run" if database_url.startswith("sqlite") else "worker"]
    child = Child("bot", words, tmp_path / "bot.log", tmp_path, {**ours, **given})
    yield child
    child.kill()
