"""The stored log: whole under many hands at once, and no row of it can be changed, taken or moved unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.audit import Action, first_broken
from bot.store import audit
from bot.store.db import Database, Session
from bot.store.tables import audit as entries
from tests.builders import NOW, WORKSPACE

OTHER_WORKSPACE = "T0OTHER"


def fault(database: Database, workspace: str = WORKSPACE) -> str | None:
    """What `amends audit verify` says."""
    with database.reading() as session:
        ends = {name: (seq, digest) for name, seq, digest in audit.workspaces_known(session)}
        seq, digest = ends[workspace]
        return first_broken(audit.entries_of(session, workspace), last_seq=seq, last_hash=digest)


def write(session: Session, number: int, workspace: str = WORKSPACE) -> None:
    happened = (Action.CASE_TAKEN, f"R-{number}", {"owner": "U0ANA"})
    audit.record(session, workspace, happened, by="U0ANA", now=NOW + timedelta(seconds=number))


@pytest.fixture
def log(database: Database) -> Database:
    """Two workspaces, the first with five entries."""
    with database.transaction() as session:
        for workspace in (WORKSPACE, OTHER_WORKSPACE):
            audit.ensure_workspace(session, workspace)
        for number in range(1, 6):
            write(session, number)
        write(session, 1, OTHER_WORKSPACE)
    return database


def where(seq: int, workspace: str = WORKSPACE) -> Any:
    return sa.and_(entries.c.workspace_id == workspace, entries.c.seq == seq)


def test_a_log_nobody_touched_is_whole(log: Database) -> None:
    assert fault(log) is None
    assert fault(log, OTHER_WORKSPACE) is None


def test_entries_count_from_one_in_each_workspace(log: Database) -> None:
    with log.reading() as session:
        assert [entry.seq for entry in audit.entries_of(session, WORKSPACE)] == [1, 2, 3, 4, 5]
        assert [entry.seq for entry in audit.entries_of(session, OTHER_WORKSPACE)] == [1]


def test_the_entries_about_one_subject_can_be_read_alone(log: Database) -> None:
    with log.reading() as session:
        assert [entry.seq for entry in audit.entries_of(session, WORKSPACE, subject="R-2")] == [2]


TAMPERED: dict[str, Any] = {
    "at": NOW,
    "who": "U0BEN",
    "action": "case:resolved",
    "subject": "R-7",
    "details": '{"owner":"U0BEN"}',
    "previous": "f" * 64,
    "hash": "f" * 64,
}


@pytest.mark.parametrize("column", TAMPERED)
def test_a_change_of_any_column_of_any_row_is_named(log: Database, column: str) -> None:
    for seq in range(1, 6):
        with log.transaction() as session:
            before = session.execute(sa.select(entries.c[column]).where(where(seq))).scalar_one()
            session.execute(sa.update(entries).where(where(seq)).values({column: TAMPERED[column]}))
        assert str(fault(log)).startswith(f"entry {seq} (")
        with log.transaction() as session:
            session.execute(sa.update(entries).where(where(seq)).values({column: before}))
    assert fault(log) is None


def test_every_column_is_tampered_with_above() -> None:
    assert {column.name for column in entries.columns} == {*TAMPERED, "workspace_id", "seq"}


@pytest.mark.parametrize(
    ("seq", "named"),
    [
        (1, "entry 1 is missing: the log goes on with entry 2 "),
        (3, "entry 3 is missing: the log goes on with entry 4 "),
        (5, "entry 5 is missing: the log should end with entry 5"),
    ],
)
def test_a_row_that_is_gone_is_named(log: Database, seq: int, named: str) -> None:
    with log.transaction() as session:
        session.execute(sa.delete(entries).where(where(seq)))
    assert str(fault(log)).startswith(named)


def test_two_rows_that_changed_places_are_named(log: Database) -> None:
    with log.transaction() as session:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            session.execute(sa.update(entries).where(where(old)).values(seq=new))
    assert str(fault(log)).startswith("entry 2 (")


def test_a_row_moved_to_another_workspace_is_named_in_both(log: Database) -> None:
    with log.transaction() as session:
        session.execute(sa.update(entries).where(where(5)).values(workspace_id=OTHER_WORKSPACE, seq=2))
    assert fault(log) == "entry 5 is missing: the log should end with entry 5"
    assert str(fault(log, OTHER_WORKSPACE)).startswith("entry 2 (")


def test_nothing_is_logged_when_the_transaction_fails(log: Database) -> None:
    with pytest.raises(ZeroDivisionError), log.transaction() as session:
        write(session, 6)
        raise ZeroDivisionError
    assert fault(log) is None
    with log.transaction() as session:
        write(session, 6)
    assert fault(log) is None


def test_a_time_in_another_zone_reads_back_as_the_same_entry(log: Database) -> None:
    with log.transaction() as session:
        there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
        audit.record(session, WORKSPACE, (Action.CASE_TAKEN, "R-1", {}), by=None, now=there)
    assert fault(log) is None


def test_eight_threads_write_one_whole_chain(log: Database) -> None:
    def some(thread: int) -> None:
        for number in range(12):
            with log.transaction() as session:
                write(session, thread * 100 + number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(some, range(8)))
    assert fault(log) is None
    with log.reading() as session:
        assert [entry.seq for entry in audit.entries_of(session, WORKSPACE)] == list(range(1, 5 + 8 * 12 + 1))


def test_reading_the_log_leaves_the_session_as_it_was(fresh: Callable[[str], Database]) -> None:
    with fresh("postgresql").transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
        write(session, 1)
        assert len(list(audit.entries_of(session, WORKSPACE))) == 1
        assert "yield_per" not in session.get_execution_options()


def test_receipts_are_those_of_decisions_since_a_moment(log: Database) -> None:
    with log.transaction() as session:
        for hours in (1, 3):
            details = {"receipt": {"shape": 1, "hours": hours}}
            happened = (Action.OFFER_DECIDED, "R-7", details)
            audit.record(session, WORKSPACE, happened, by="U0ANA", now=NOW + timedelta(hours=hours))
    with log.reading() as session:
        assert list(audit.receipts_since(session, NOW + timedelta(hours=2))) == [
            (f"R-7 (entry 7 of {WORKSPACE})", {"shape": 1, "hours": 3})
        ]
        assert len(list(audit.receipts_since(session, NOW))) == 2
