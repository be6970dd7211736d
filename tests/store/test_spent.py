"""Adding up what was given asks every question of an index, so that a long past costs nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot.content.bundle import Content
from bot.store.db import Database
from bot.store.spent import history_of, spent_before
from tests.builders import NOW, a_policy
from tests.flows.money import Till


@pytest.fixture
def asked(fresh: Callable[[str], Database], content: Content) -> list[tuple[str, str]]:
    """Each question with the way SQLite answers it."""
    till = Till(fresh("sqlite"), content)
    offered = till.made(till.open(customer="Jane Doe", reference="10412"), "40 EUR")
    found: list[tuple[str, Any]] = []

    @sa.event.listens_for(till.database.engine, "before_cursor_execute")
    def keep(_: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, parameters))

    with till.database.reading() as session:
        spent_before(session, offered, a_policy(), now=NOW)
        history_of(session, offered, a_policy(), customer=True, since=NOW)
        history_of(session, offered, a_policy(), customer=False, since=NOW)
    with till.database.engine.connect() as session:
        return [
            (
                statement,
                " | ".join(row[-1] for row in session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)),
            )
            for statement, values in found
            if not statement.startswith("EXPLAIN")
        ]


def test_seven_questions_whatever_was_given_before(asked: list[tuple[str, str]]) -> None:
    assert len(asked) == 7


def test_every_question_is_asked_of_an_index_and_of_no_more_than_its_own_time(asked: list[tuple[str, str]]) -> None:
    for statement, plan in asked:
        assert "SCAN" not in plan, statement
        searches = [part for part in plan.split(" | ") if part.startswith("SEARCH")]
        assert searches
        for search in searches:
            assert "case_id=?" in search or "asked_at>" in search or "quarter_at>" in search, f"{search}: {statement}"
