"""Reports that arrive together are opened together: one transaction, one wait for the log's end, one commit.

Each caller still gets its own answer, and only after the commit. A crowd of reports costs little more than one.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

from bot.content.bundle import Content
from bot.domain.complaint import Complaint
from bot.flows.alerts import Places
from bot.flows.opening import Opened, Prepared, open_cases, prepare
from bot.flows.session import Transaction, Unavailable

MOST_AT_ONCE = 64
WAIT_SECONDS = 2.5
"""Longest wait for an answer: Slack wants its own within three seconds."""


class Together:
    """Opens cases for callers in many threads, in one thread of its own."""

    def __init__(
        self,
        transaction: Transaction,
        content: Callable[[], Content],
        workspace: str,
        now: Callable[[], datetime],
        places: Callable[[], Places] = dict,
    ) -> None:
        self._places = places
        self._transaction, self._content, self._workspace, self._now = transaction, content, workspace, now
        self._waiting: SimpleQueue[tuple[Prepared, Future[Opened]]] = SimpleQueue()
        threading.Thread(target=self._run, name="open", daemon=True).start()

    def open(self, complaint: Complaint) -> Opened:
        """Open the case of a report.

        Raises what the database raises, and TimeoutError when those before take too long; a repeat does no harm.
        """
        answer: Future[Opened] = Future()
        self._waiting.put((prepare(self._content(), complaint), answer))
        return answer.result(WAIT_SECONDS)

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with suppress(Empty):
                while len(batch) < MOST_AT_ONCE:
                    batch.append(self._waiting.get_nowait())
            self._open(batch)

    def _open(self, batch: list[tuple[Prepared, Future[Opened]]]) -> None:
        try:
            places = self._places()
            with self._transaction() as session:
                reports = [report for report, _ in batch]
                opened = open_cases(session, self._content(), self._workspace, reports, places=places, now=self._now())
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
