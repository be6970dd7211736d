"""What several commands need: errors in one line, the database, the content."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from bot.content.files import ContentError
from bot.settings import Settings, SettingsError

F = TypeVar("F", bound=Callable[..., Any])


def in_one_line(function: F) -> F:
    """Errors a person can mend end the command with their message, never with a traceback."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from bot.store.db import DatabaseError

        try:
            return function(*args, **kwargs)
        except (SettingsError, ContentError, DatabaseError) as error:
            stop(str(error))

    return wrapper  # type: ignore[return-value]


def stop(message: str, *, code: int = 1) -> NoReturn:
    """End the command with a message for the person who typed it."""
    click.echo(message, err=True)
    sys.exit(code)


@contextmanager
def database(settings: Settings, *, old_too: bool = False) -> Iterator[Any]:
    """The database, which must have the tables of this version unless `old_too`. Raises DatabaseError."""
    from bot.store.db import Database, DatabaseError, shown
    from bot.store.migrations import current, known

    opened = Database(settings.database_url)
    revision, revisions = current(opened), known()
    if revision is None and not old_too:
        raise DatabaseError(
            f"DATABASE_URL: {shown(opened.url)} has no tables yet: run `amends db upgrade`, or correct it"
        )
    if revision in revisions[:-1] and not old_too:
        raise DatabaseError(
            f"DATABASE_URL: {shown(opened.url)} is of an older version of Amends (revision {revision}, this one needs "
            f"{revisions[-1]}): back it up, then run `amends db upgrade`"
        )
    try:
        yield opened
    finally:
        opened.close()
