"""The hour, the loop that sends what is due, and the chores of a running bot."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

import structlog

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.1
"""Seconds between looks for what is due, when nothing wakes the loop before."""

CHORES_EVERY = 2.0
"""Seconds between two rounds of chores."""

WORKERS = 48
"""Channels that are sent to at once: a thread each, which mostly waits for Slack to answer."""

L = TypeVar("L")


def now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


class Sender(Protocol[L]):
    """What the loop drives: it claims lanes and runs each in a thread."""

    def claim(self, limit: int) -> list[L]:
        """Lanes that have something to send now, at most `limit`."""

    def run(self, lane: L, stopping: threading.Event) -> None:
        """Send what the lane has; give it back soon once `stopping` is set."""


class Beat:
    """Does one thing again and again, in a thread of its own, until it is stopped, whatever goes wrong on the way."""

    def __init__(self, name: str, step: Callable[[], float | None]) -> None:
        """`name` is for the log. `step` answers after how many seconds to do it again; None when it may rest."""
        self._name, self._step = name, step
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something was committed: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the step that is on its way, and end."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        failed = False
        pause: float | None = None
        while not self._stopping.is_set():
            if failed or pause is None:
                self._woken.wait(LOOK_EVERY if not failed else 1.0)
            elif pause:
                self._stopping.wait(pause)
            self._woken.clear()
            try:
                pause = self._step()
                failed = False
            except Exception as error:
                if not failed:
                    log.error(f"{self._name}.failed", error=type(error).__name__)
                failed = True


class Loop(Generic[L]):
    """Sends what is due until it is stopped."""

    def __init__(self, sender: Sender[L], is_anything_due: Callable[[], bool]) -> None:
        self._sender, self._is_anything_due = sender, is_anything_due
        self._stopping = threading.Event()
        self._threads = ThreadPoolExecutor(WORKERS, "deliver")
        self._free = threading.Semaphore(WORKERS)
        self._beat = Beat("loop", self._look)
        self.wake = self._beat.wake
        """Something was committed: look now."""

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._beat.start()

    def stop(self) -> None:
        """Finish what is on its way, give back the rest, and end."""
        self._stopping.set()
        self._beat.stop()
        self._threads.shutdown(wait=True)

    def _look(self) -> None:
        if self._is_anything_due():
            self._send()

    def _send(self) -> None:
        free = 0
        while free < WORKERS and self._free.acquire(blocking=False):
            free += 1
        lanes: list[L] = []
        try:
            lanes = self._sender.claim(free) if free else []
        finally:
            for _ in range(free - len(lanes)):
                self._free.release()
        for lane in lanes:
            self._threads.submit(self._work, lane)

    def _work(self, lane: L) -> None:
        try:
            self._sender.run(lane, self._stopping)
        except Exception as error:
            log.error("lane.failed", error=type(error).__name__, exc_info=error)
        finally:
            self._free.release()
            self.wake()


class Chores:
    """What every process does now and then beside its work, in one thread, one chore after the other.

    A chore that raises is tried again in the next round; the failure is logged once until it works again.
    """

    def __init__(self, **chores: Callable[[], None]) -> None:
        """The chores by the names they have in the log."""
        self._chores = chores
        self._failing: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing new. A chore that is on its way may take long, so nobody waits for it."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(CHORES_EVERY):
            for name, chore in self._chores.items():
                self._do(name, chore)

    def _do(self, name: str, chore: Callable[[], None]) -> None:
        try:
            chore()
        except Exception as error:
            if name not in self._failing:
                log.error("chore.failed", chore=name, error=type(error).__name__)
            self._failing.add(name)
        else:
            self._failing.discard(name)
