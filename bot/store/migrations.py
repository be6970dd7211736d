"""Bringing the database to the shape this version needs."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.store.db import Database, DatabaseError, Session, explain

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "alembic"
_LOCK = 0x616D656E6473
"""The PostgreSQL advisory lock held while migrating: `amends` in hexadecimal."""

_PATIENCE_MS = 60_000
"""How long a process waits while another one migrates the same SQLite file."""

_alembic = threading.Lock()
"""Alembic keeps its context in globals: one thread at a time."""


def known() -> list[str]:
    """The revisions this version knows, oldest first. Their numbers count up, so Alembic need not be loaded."""
    return sorted(path.name.split("_")[0] for path in (SCRIPTS / "versions").glob("*.py"))


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one. Makes no SQLite file. Raises DatabaseError."""
    if database.is_sqlite and not Path(database.url.database or "").exists():
        return None
    try:
        with database.reading() as session:
            if not sa.inspect(session).has_table("alembic_version"):
                return None
            return session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as error:
        raise DatabaseError(explain(database.url, error)) from None


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations up to `revision`. Safe to call from several processes at once. Raises DatabaseError."""
    from alembic.config import Config
    from alembic.util import CommandError

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    try:
        with migrating(database) as session:
            config.attributes["connection"] = session
            command.upgrade(config, revision)
    except SQLAlchemyError as error:
        raise DatabaseError(explain(database.url, error)) from None
    except CommandError:
        raise DatabaseError(
            f"DATABASE_URL: the database is at revision {current(database)}, which this version of Amends does not "
            f"know (it goes up to {known()[-1]}): a newer version was here; run that one. Nothing was changed"
        ) from None


@contextmanager
def migrating(database: Database) -> Iterator[Session]:
    """A connection to run migrations on, one process at a time, with as much time as they need."""
    with _alembic, database.engine.connect() as session:
        try:
            if database.is_sqlite:
                # A table that is made anew is dropped on the way, which its references would forbid.
                connection: Any = session.connection.driver_connection
                connection.execute("PRAGMA foreign_keys=OFF")
                connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
                # One lock from the first look to the last step: whoever waits for it finds nothing left to do.
                session.begin()
            else:
                session.execute(sa.text("SET lock_timeout = 0"))
                session.execute(sa.text("SET statement_timeout = 0"))
                session.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
                session.commit()
            yield session
            session.commit()
        finally:
            session.invalidate()  # closes the connection: its settings and its lock end with it


def ensure_current(database: Database) -> None:
    """Upgrade an empty or older database; leave one that a newer version has already upgraded. Raises DatabaseError."""
    revision, revisions = current(database), known()
    if revision is None or revision in revisions[:-1]:
        upgrade(database)


@contextmanager
def only_process(database: Database) -> Iterator[None]:
    """Hold a SQLite file for this process alone: one file, one bot. Raises DatabaseError when another bot has it."""
    if not database.is_sqlite or not database.url.database:
        yield
        return
    path = Path(database.url.database + ".lock")
    try:
        path.open("a").close()
    except OSError as error:
        raise DatabaseError(explain(database.url, error)) from None
    with path.open("w") as handle:
        _lock(handle, database.url.database)
        yield


def _lock(handle: IO[str], name: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DatabaseError(
            f"DATABASE_URL: {name} is in use by another Amends process: stop that one, or use PostgreSQL for several"
        ) from None
