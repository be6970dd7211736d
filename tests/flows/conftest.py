"""A desk on both databases."""

import pytest

from bot.content.bundle import Content
from bot.store.db import Database
from tests.flows.story import Story


@pytest.fixture
def story(database: Database, content: Content) -> Story:
    """A desk that nobody has used yet."""
    return Story(database, content)
