"""Reports that arrive together are opened together: one transaction, one wait for the log's end, one commit.

Each caller still gets its own answer, and only after the commit. A crowd of reports costs little more than one.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

from bot.domain.complaint import Complaint
from bot.flows.opening import Opened, open_cases
from bot.flows.session import Transaction, Unavailable

MOST_AT_ONCE = 64
WAIT_SECONDS = 2.5
"""Longest wait for an answer: Slack wants its own within three seconds."""


class Together:
    """Opens cases for callers in many threads, in one thread of its own."""

    def __init__(
        self, transaction: Transaction, workspace: str, now: Callable[[], datetime], opened: Callable[[], None]
    ) -> None:
        """`opened` is called after each commit, when there is something to read."""
        self._transaction, self._workspace, self._now, self._opened = transaction, workspace, now, opened
        self._waiting: SimpleQueue[tuple[Complaint, Future[Opened]]] = SimpleQueue()
        self._callers, self._changed = 0, threading.Condition()
        threading.Thread(target=self._run, name="open", daemon=True).start()

    def open(self, complaint: Complaint) -> Opened:
        """Open the case of a report.

        Raises what the database raises, and TimeoutError when those before take too long; a repeat does no harm.
        """
        answer: Future[Opened] = Future()
        with self._changed:
            self._callers += 1
        try:
            self._waiting.put((complaint, answer))
            return answer.result(WAIT_SECONDS)
        finally:
            with self._changed:
                self._callers -= 1
                self._changed.notify_all()

    def let_pass(self, seconds: float) -> None:
        """Wait until no caller waits for an answer, at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: not self._callers, seconds)

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with suppress(Empty):
                while len(batch) < MOST_AT_ONCE:
                    batch.append(self._waiting.get_nowait())
            self._open(batch)

    def _open(self, batch: list[tuple[Complaint, Future[Opened]]]) -> None:
        try:
            with self._transaction() as session:
                opened = open_cases(session, self._workspace, [report for report, _ in batch], now=self._now())
        except Exception as error:
            if len(batch) == 1 or isinstance(error, Unavailable):
                for _, answer in batch:
                    answer.set_exception(error)
            else:
                for one in batch:
                    self._open([one])
            return
        for (_, answer), case in zip(batch, opened, strict=True):
            answer.set_result(case)
        self._opened()
