"""What the door knows of the database: that a flow needs a session, and that the database can be away."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.store.db import Session, Unavailable

Transaction = Callable[[], AbstractContextManager[Session]]
"""Opens a transaction: committed at its end, rolled back on an exception."""

__all__ = ["Session", "Transaction", "Unavailable"]
