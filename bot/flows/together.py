"""Reports that arrive together are opened together: one transaction, one wait for the log's end, one commit.

Each caller still gets its own answer, and only after the commit. A crowd of reports costs little more than one.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.complaint import Complaint
from bot.flows.cases import Opened, Prepared, open_cases, prepare
from bot.flows.session import Transaction, Unavailable

MOST_AT_ONCE = 64
WAIT_SECONDS = 2.0
"""Longest wait for the reports before: an answer to Slack has three seconds."""


class Together:
    """Opens cases for callers in many threads."""

    def __init__(
        self, transaction: Transaction, content: Callable[[], Content], workspace: str, now: Callable[[], datetime]
    ) -> None:
        self._transaction, self._content, self._workspace, self._now = transaction, content, workspace, now
        self._waiting: deque[tuple[Prepared, Future[Opened]]] = deque()
        self._turn = threading.Lock()

    def open(self, complaint: Complaint) -> Opened:
        """Open the case of a report. Whoever has the turn opens all that wait; the others find theirs done.

        Raises what the database raises, and TimeoutError when those before take too long; a repeat does no harm.
        """
        answer: Future[Opened] = Future()
        self._waiting.append((prepare(self._content(), complaint), answer))
        while not answer.done():
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise TimeoutError("the reports before this one take too long")
            try:
                if not answer.done():
                    self._open([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))])
            finally:
                self._turn.release()
        return answer.result()

    def _open(self, batch: list[tuple[Prepared, Future[Opened]]]) -> None:
        try:
            with self._transaction() as session:
                reports = [report for report, _ in batch]
                opened = open_cases(session, self._content(), self._workspace, reports, now=self._now())
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
