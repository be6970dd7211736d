"""A desk, and presses on offers, on both databases."""

import pytest

from bot.content.bundle import Content
from bot.domain.offer import Offered
from bot.store.db import Database
from tests.flows.money import Till
from tests.flows.story import Story


@pytest.fixture
def story(database: Database, content: Content) -> Story:
    """A desk that nobody has used yet."""
    return Story(database, content)


@pytest.fixture
def till(database: Database, content: Content) -> Till:
    """Presses on offers, on a database of this test alone."""
    return Till(database, content)


@pytest.fixture
def waiting(till: Till) -> Offered:
    """80 euros that Ana offered: a lead has to say yes."""
    return till.made(till.open(), "80 EUR")
