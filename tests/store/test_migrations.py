"""Migrations make exactly the tables of tables.py, keep rows, and are safe to run from anywhere at any time."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from alembic import command
from bot.content.bundle import Content
from bot.flows import cases, replies
from bot.settings import ROOT
from bot.store import drafts as stored_drafts
from bot.store.db import Database, DatabaseError
from bot.store.migrations import SCRIPTS, current, ensure_current, known, migrating, only_process, upgrade
from bot.store.tables import metadata
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.opened import open_case


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, fresh: Callable[[str], Database]) -> Database:
    """A database whose tables this test may change."""
    return fresh(request.param)


def downgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with migrating(database) as session:
        config.attributes["connection"] = session
        command.downgrade(config, revision)


def differences(database: Database) -> list[object]:
    with database.reading() as session:
        context = MigrationContext.configure(session, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def tables_of(database: Database) -> set[str]:
    with database.reading() as session:
        return set(sa.inspect(session).get_table_names())


def open_and_answer(database: Database, content: Content) -> int:
    """A case with a row in every table that flows write."""
    with database.transaction() as session:
        opened = open_case(session, content, WORKSPACE, a_complaint(), now=NOW)
        draft = stored_drafts.live(session, opened.case.id)
        assert draft is not None
        replies.mark_sent(session, content, WORKSPACE, draft.id, by="U0ANA", now=NOW)
    return opened.case.id


def test_migrations_from_nothing_make_the_tables_of_the_code(empty: Database) -> None:
    assert current(empty) is None
    upgrade(empty)
    assert current(empty) == known()[-1]
    assert differences(empty) == []
    assert tables_of(empty) == {table.name for table in metadata.sorted_tables} | {"alembic_version"}


def test_a_column_too_many_would_be_noticed(empty: Database) -> None:
    upgrade(empty)
    with empty.transaction() as session:
        session.exec_driver_sql("ALTER TABLE cases ADD COLUMN mood TEXT")
    assert len(differences(empty)) == 1


def test_rows_survive_each_step_down_and_up_again(database: Database, content: Content) -> None:
    case_id = open_and_answer(database, content)
    with database.reading() as session:
        before = {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
        }
        assert before["replies"] == before["drafts"] == before["cases"] == 1
    for revision in reversed(known()[:-1]):
        downgrade(database, revision)
        assert current(database) == revision
    upgrade(database)
    assert differences(database) == []
    with database.reading() as session:
        after = {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
        }
        if database.is_sqlite:
            assert session.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    begun_again = {"follow_ups": before["cases"]}  # the bot plans the rest
    assert after == {**before, **begun_again}
    with database.transaction() as session:
        assert isinstance(cases.take(session, WORKSPACE, case_id, by="U0BEN", now=NOW), cases.Case)


def test_down_to_nothing_and_up_again_with_rows_in_place(database: Database, content: Content) -> None:
    open_and_answer(database, content)
    downgrade(database, "base")
    assert tables_of(database) == {"alembic_version"}
    upgrade(database)
    assert differences(database) == []
    open_and_answer(database, content)


def test_a_current_database_is_not_touched(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.migrations.upgrade", pytest.fail)
    ensure_current(database)


def test_an_older_database_is_upgraded(database: Database) -> None:
    downgrade(database, known()[0])
    ensure_current(database)
    assert current(database) == known()[-1]


@pytest.fixture
def newer(database: Database) -> Database:
    """A database that a later version has already upgraded."""
    with database.transaction() as session:
        session.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    return database


def test_a_database_of_a_newer_version_is_left_alone_at_the_start(newer: Database) -> None:
    ensure_current(newer)
    assert current(newer) == "9999"


def test_upgrading_a_database_of_a_newer_version_says_so_in_one_line(newer: Database) -> None:
    with pytest.raises(DatabaseError) as told:
        upgrade(newer)
    assert "revision 9999" in str(told.value)
    assert "\n" not in str(told.value)
    assert current(newer) == "9999"


def test_many_threads_may_start_on_an_empty_database_at_once(empty: Database) -> None:
    together = threading.Barrier(6)

    def start(_: int) -> None:
        own = Database(empty.url.render_as_string(hide_password=False))
        together.wait()
        ensure_current(own)
        own.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))
    assert differences(empty) == []


def test_a_migration_may_take_longer_than_a_request(empty: Database) -> None:
    with migrating(empty) as session:
        if not empty.is_sqlite:
            assert session.exec_driver_sql("SHOW statement_timeout").scalar() == "0"
            assert session.exec_driver_sql("SHOW lock_timeout").scalar() == "0"
    with empty.reading() as session:
        if not empty.is_sqlite:
            assert session.exec_driver_sql("SHOW statement_timeout").scalar() == "2s"
        else:
            assert session.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_a_file_is_locked_before_it_is_asked_where_it_stands(empty: Database) -> None:
    """Else two processes that start together read the same revision and take the same steps."""
    other = sqlite3.connect(str(empty.url.database), timeout=0)
    with closing(other), migrating(empty), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")


START = "import sys; from bot.store.db import Database as D; from bot.store.migrations import ensure_current as e; "


def test_several_processes_may_start_on_an_empty_database_at_once(empty_url: str) -> None:
    program = [sys.executable, "-c", START + "e(D(sys.argv[1]))", empty_url]
    running = [subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    told = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert differences(Database(empty_url)) == []


def test_the_alembic_command_runs_on_the_address_of_the_settings(empty_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": empty_url.replace("postgresql+psycopg", "postgresql")}
    alembic = [sys.executable, "-m", "alembic"]
    for arguments in (["upgrade", "head"], ["check"]):
        done = subprocess.run(
            [*alembic, *arguments], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert current(Database(empty_url)) == known()[-1]


def test_one_sqlite_file_serves_one_bot(fresh: Callable[[str], Database]) -> None:
    database = fresh("sqlite")
    with only_process(database):
        with pytest.raises(DatabaseError) as told, only_process(database):
            pass
        assert "in use by another Amends process: stop that one, or use PostgreSQL" in str(told.value)
        assert "\n" not in str(told.value)
    with only_process(database):
        pass


def test_the_file_is_free_again_when_its_process_is_killed(fresh: Callable[[str], Database]) -> None:
    database = fresh("sqlite")
    code = (
        START
        + "from bot.store.migrations import only_process as o\nwith o(D(sys.argv[1])): print(1, flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(database.url)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(DatabaseError), only_process(database):
        pass
    holder.kill()
    holder.communicate()
    with only_process(database):
        pass


def test_one_postgresql_serves_many(fresh: Callable[[str], Database]) -> None:
    database = fresh("postgresql")
    with only_process(database), only_process(database):
        pass


def test_a_lock_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "amends.db.lock").mkdir()
    with pytest.raises(DatabaseError, match="Is a directory") as told, only_process(_at(tmp_path / "amends.db")):
        pass
    assert "\n" not in str(told.value)


def test_a_migration_waits_for_the_one_before_it(empty: Database) -> None:
    order: list[str] = []

    def second() -> None:
        own = Database(empty.url.render_as_string(hide_password=False))
        ensure_current(own)
        order.append("second")
        own.close()

    with migrating(empty) as session:
        session.exec_driver_sql("CREATE TABLE held (id INTEGER)")
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join(20)
    assert order == ["first", "second"]


def _at(path: Path) -> Database:
    return Database(f"sqlite:///{path}")
