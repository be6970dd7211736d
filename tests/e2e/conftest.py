"""A real local workspace, the bot as a process of its own, and a real browser.

What is missing on this machine (the workspace program, Chromium) skips the stories that need it; with
AMENDS_REQUIRE_ALL=1, as in CI, such a skip is a failure.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import CACHE
from bot.local_slack import NoWorkspaceError, find_program
from tests.e2e.desk import Desk, open_desk


@pytest.fixture(scope="session")
def program() -> Path:
    try:
        return find_program(CACHE)
    except NoWorkspaceError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def desk(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bot in Socket Mode, on SQLite."""
    yield from open_desk(program, tmp_path_factory.mktemp("socket"), "socket")


@pytest.fixture(scope="module")
def http_desk(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bot behind signed HTTP requests, on SQLite."""
    yield from open_desk(program, tmp_path_factory.mktemp("http"), "events")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser that the machine has; none is downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on PATH")
