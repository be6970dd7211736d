"""The engine, and the one way to a transaction."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

Session = sa.Connection
"""What a flow or a store function is handed: a connection inside one transaction."""

Unavailable = (OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, TimeoutError)
"""Raised while the database cannot be reached or does not answer in time."""

WAIT_SECONDS = 2
"""How long to wait for a connection or a lock: an answer to Slack has three seconds."""

PATIENT_SECONDS = 5
"""The same for what nobody waits for: well inside the lease of a lane."""

TRUSTED_SECONDS = 1.0
"""A connection to PostgreSQL that was used so short a time ago is used again without asking whether it still stands."""


class DatabaseError(Exception):
    """The database cannot be used. The message is one line: what happened and what to do."""


class _Turns:
    """SQLite has one writer at a time. Queueing in Python wakes at once; its own busy wait does not."""

    def __init__(self) -> None:
        self._busy, self._urgent, lock = False, 0, threading.Lock()
        self._now, self._later = threading.Condition(lock), threading.Condition(lock)

    @contextmanager
    def turn(self, *, patient: bool) -> Iterator[None]:
        """Be the writer. Who is `patient` waits until nobody else does. Raises TimeoutError of SQLAlchemy."""
        self._begin(patient=patient)
        try:
            yield
        finally:
            with self._now:
                self._busy = False
                (self._now if self._urgent else self._later).notify()

    def _begin(self, *, patient: bool) -> None:
        with self._now:
            if patient:
                free = self._later.wait_for(lambda: not self._busy and not self._urgent, PATIENT_SECONDS)
            else:
                self._urgent += 1
                try:
                    free = self._now.wait_for(lambda: not self._busy, WAIT_SECONDS)
                finally:
                    self._urgent -= 1
            if not free:
                raise sa.exc.TimeoutError("another transaction takes too long")
            self._busy = True


class Database:
    """One engine on SQLite or PostgreSQL. `transaction()` is the only way in."""

    def __init__(self, url: str) -> None:
        """`url` starts with sqlite:/// or postgresql+psycopg://. Nothing is opened yet. Raises DatabaseError."""
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.url = _with_folder(self.url)
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._turns = _Turns() if self.is_sqlite else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an exception."""
        with self._turn(patient=False), self.engine.begin() as session:
            yield session

    @contextmanager
    def patient_transaction(self) -> Iterator[Session]:
        """The same for what nobody waits for: where there is one writer at a time, all others go first."""
        with self._turn(patient=True), self.engine.begin() as session:
            yield session

    def _turn(self, *, patient: bool) -> AbstractContextManager[None]:
        return self._turns.turn(patient=patient) if self._turns else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at the database that takes no write lock; long answers may be read piece by piece."""
        with self.engine.connect().execution_options(amends_read_only=True) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """The same for a few short answers, without the two further trips that a transaction costs on PostgreSQL.

        There each statement sees what was committed before it, in a transaction as without one.
        """
        options = {"amends_read_only": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        with self.engine.connect().execution_options(**options) as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def shown(url: sa.URL) -> str:
    """The address, without passwords."""
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


def explain(url: sa.URL, error: Exception) -> str:
    """One line for a person: which database, why, what to do. Holds no password."""
    reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    reason = reason.strip().splitlines()[0] if reason.strip() else type(error).__name__
    return f"DATABASE_URL: {shown(url)} cannot be used ({reason}): start the database or correct the address"


def _with_folder(url: sa.URL) -> sa.URL:
    """The address with `~` replaced and its folder made."""
    if url.database in (None, "", ":memory:"):
        raise DatabaseError(f"DATABASE_URL: {url} names no file: write for example sqlite:///amends.db")
    path = Path(url.database or "").expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(explain(url, error)) from None
    return url.set(database=str(path))


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=32,
        pool_timeout=WAIT_SECONDS,
        connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged report survives a power cut
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get("amends_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=16,
        max_overflow=32,
        pool_timeout=WAIT_SECONDS,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": WAIT_SECONDS,
            "tcp_user_timeout": WAIT_SECONDS * 1000,
            "application_name": "amends",
            "options": f"-c lock_timeout={WAIT_SECONDS}s -c statement_timeout={WAIT_SECONDS}s",
        },
    )

    @sa.event.listens_for(engine, "connect")
    @sa.event.listens_for(engine, "checkin")
    def _rest(connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: Any, proxy: Any) -> None:
        """Ask a connection that rested whether it still stands, and replace it, and all as old, if it does not."""
        if time.monotonic() - record.info["rests_since"] > TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise sa.exc.InvalidatePoolError from None

    return engine
