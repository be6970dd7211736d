"""Transactions end whole or not at all, and a database that is away is told in one line without its password."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.processes import wait_until
from bot.store import audit
from bot.store.db import WAIT_SECONDS, Database, DatabaseError, Session, Unavailable, explain
from bot.store.migrations import current, ensure_current
from bot.store.tables import Utc, db_now, workspaces
from tests.builders import NOW, WORKSPACE


def known(database: Database) -> list[str]:
    with database.reading() as session:
        return [name for name, _, _ in audit.workspaces_known(session)]


def test_a_transaction_is_kept_at_its_end(database: Database) -> None:
    with database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
    assert known(database) == [WORKSPACE]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
        raise ZeroDivisionError
    assert known(database) == []
    with database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
    assert known(database) == [WORKSPACE]


def test_a_reader_sees_only_what_is_committed_and_waits_for_nobody(database: Database) -> None:
    with database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
        began = time.monotonic()
        assert known(database) == []
        assert time.monotonic() - began < 1
    assert known(database) == [WORKSPACE]


def test_a_second_writer_gives_up_before_slack_does(
    fresh: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert WAIT_SECONDS < 3
    monkeypatch.setattr("bot.store.db.WAIT_SECONDS", 0.2)
    database, waited = fresh("sqlite"), []

    def second() -> None:
        began = time.monotonic()
        try:
            with database.transaction():
                pass
        except Unavailable:
            waited.append(time.monotonic() - began)

    with database.transaction():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(5)
    assert len(waited) == 1
    assert 0.1 < waited[0] < 2
    with database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)


def test_whoever_is_patient_lets_all_others_go_first(
    fresh: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAIT_SECONDS", "PATIENT_SECONDS"):
        monkeypatch.setattr(f"bot.store.db.{name}", 60)
    database, order = fresh("sqlite"), list[str]()

    def write(name: str, way: Callable[[], AbstractContextManager[Session]]) -> None:
        with way():
            order.append(name)

    kinds = [("patient", database.patient_transaction)] * 4 + [("at once", database.transaction)] * 4
    with ThreadPoolExecutor(len(kinds)) as pool, database.transaction():
        for kind in kinds:
            pool.submit(write, *kind)
        turns = database._turns
        assert turns is not None
        wait_until(lambda: turns._urgent == len(turns._later._waiters) == 4, 30, "all wait")
    assert order == ["at once"] * 4 + ["patient"] * 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_pragmas_hold_on_every_connection(database_url: str) -> None:
    database = Database(database_url)
    expected = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": WAIT_SECONDS * 1000}
    with database.reading() as one, database.reading() as two:
        for session in (one, two):
            assert {name: session.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected} == expected
    database.close()


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(
            sa.text("INSERT INTO pauses (workspace_id, method, until) VALUES ('T0NOBODY', 'x', '2026-01-01')")
        )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_does_not_keep_a_request_waiting(database: Database) -> None:
    with database.reading() as session:
        for name in ("lock_timeout", "statement_timeout"):
            assert session.exec_driver_sql(f"SHOW {name}").scalar() == f"{WAIT_SECONDS}s"
        assert session.exec_driver_sql("SHOW synchronous_commit").scalar() in ("on", "off")
        assert session.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_the_databases_clock_is_utc_and_now(database: Database) -> None:
    with database.reading() as session:
        seen = session.execute(sa.select(db_now())).scalar_one()
    assert seen.tzinfo is not None
    assert abs(seen.timestamp() - time.time()) < 5


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Utc().process_bind_param(NOW.replace(tzinfo=None), sa.dialects.sqlite.dialect())


def test_a_time_is_read_back_to_the_microsecond(database: Database) -> None:
    with database.transaction() as session:
        audit.ensure_workspace(session, WORKSPACE)
        session.execute(
            sa.text("INSERT INTO pauses (workspace_id, method, until) VALUES (:w, 'x', :u)").bindparams(
                sa.bindparam("u", type_=Utc())
            ),
            {"w": WORKSPACE, "u": NOW},
        )
        assert session.execute(sa.text("SELECT until FROM pauses").columns(until=Utc())).scalar_one() == NOW


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("doing", ["current", "ensure_current"])
def test_a_server_that_is_away_is_told_in_one_line(closed_port: int, doing: str) -> None:
    database = Database(f"postgresql+psycopg://amends:s3cret@127.0.0.1:{closed_port}/amends")
    with pytest.raises(DatabaseError) as told:
        {"current": current, "ensure_current": ensure_current}[doing](database)
    message = str(told.value)
    assert message.startswith("DATABASE_URL: postgresql+psycopg://amends:***@127.0.0.1:")
    assert message.endswith("start the database or correct the address")
    assert "s3cret" not in message
    assert "\n" not in message
    with pytest.raises(Unavailable), database.transaction():
        pass


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://amends:s3cret@db/amends",
        "postgresql+psycopg://db/amends?user=amends&password=s3cret",
        "postgresql+psycopg://db/amends?sslpassword=s3cret&sslmode=require",
    ],
)
def test_no_password_is_shown_wherever_it_stands_in_the_address(address: str) -> None:
    message = explain(sa.make_url(address), OSError("no route\nto host"))
    assert "s3cret" not in message
    assert "(no route)" in message


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "amends.db").write_text("This is a shopping list, and a long one at that. " * 100)
    with pytest.raises(DatabaseError, match="file is not a database") as told:
        ensure_current(Database(f"sqlite:///{tmp_path / 'amends.db'}"))
    assert "\n" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match=r"^DATABASE_URL: .*Not a directory") as told:
        Database(f"sqlite:///{tmp_path / 'file' / 'data' / 'amends.db'}")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_an_address_without_a_file_is_refused(address: str) -> None:
    with pytest.raises(DatabaseError, match="names no file"):
        Database(address)


def test_the_folder_of_the_file_is_made_and_a_tilde_is_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    ensure_current(Database("sqlite:///~/deep/amends.db"))
    assert (tmp_path / "deep" / "amends.db").is_file()


def test_texts_of_every_script_are_read_back_as_written(database: Database) -> None:
    name = "T0 שלום 🙂 \u200bÉ"
    with database.transaction() as session:
        session.execute(sa.insert(workspaces).values(id=name, next_number=1, audit_seq=0, audit_hash="0"))
    assert known(database) == [name]
