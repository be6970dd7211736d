"""What a running bot asks of the outbox as a whole: is there work, is all well, what a crash left behind."""

from collections.abc import Callable
from typing import Any

from bot.flows.outbox import SETTLE
from bot.flows.session import Transaction, Unavailable
from bot.store import cases, outbox


def look(reading: Transaction) -> Callable[[], bool]:
    """A cheap question for the loop: is anything due?"""

    def is_anything_due() -> bool:
        with reading() as session:
            return outbox.is_anything_due(session)

    return is_anything_due


def after_a_crash(transaction: Transaction) -> None:
    """Free what a process that died was holding: only where no other process shares the database."""
    with transaction() as session:
        outbox.release_all(session, settle=SETTLE)


def health(reading: Transaction, *, connected: bool, trouble: str | None) -> dict[str, Any]:
    """The answer of `/readyz`: ready or not, with what is due, what was set aside, and how many reports are unread."""
    try:
        with reading() as session:
            waiting: dict[str, Any] = {"outbox": outbox.counts(session), "unread": cases.count_unread(session)}
            database = "ok"
    except Unavailable:
        waiting, database = {"outbox": {}}, "away"
    slack = trouble or ("ok" if connected else "away")
    return {"ready": database == "ok" and slack == "ok", "database": database, "slack": slack, **waiting}
