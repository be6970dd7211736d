"""A load generator: pre-signed requests over kept connections, with as little work of its own as it can."""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.reports import Report

LONGEST = 30.0
"""Seconds after which a run is given up."""


class LoadError(Exception):
    """The server did not do its part, so the figures would mean nothing."""


@dataclass(slots=True)
class Outcome:
    """What a run found. `sent` and `answered` hold the clock's time of each report, by its ts."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    failures: int = 0

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


class _Connection(asyncio.Protocol):
    """One kept connection, with one request at a time on it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio: an answer, or a part of one."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        self._buffer = b""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: the server hung up."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError())

    async def ask(self, request: bytes) -> int:
        """Send one request; the status of its answer."""
        assert self.transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._waiting


async def _connect(port: int) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    return connection


async def _one(connection: _Connection, report: Report, outcome: Outcome, begin: float) -> None:
    outcome.sent[report.ts] = begin
    status = await connection.ask(report.request)
    end = time.monotonic()
    outcome.answered[report.ts] = end
    if status == 200:
        outcome.latencies.append(end - begin)
    else:
        outcome.failures += 1


async def _closed(port: int, reports: Iterator[Report], connections: int, seconds: float) -> Outcome:
    outcome = Outcome()
    lines = [await _connect(port) for _ in range(connections)]
    start = time.monotonic()

    async def work(line: _Connection) -> None:
        while (begin := time.monotonic()) < start + seconds:
            report = next(reports, None)
            if report is None:
                return
            await _one(line, report, outcome, begin)

    await asyncio.gather(*(work(line) for line in lines))
    outcome.seconds = time.monotonic() - start
    for line in lines:
        assert line.transport is not None
        line.transport.close()
    return outcome


async def _open(port: int, reports: Sequence[Report], rate: float) -> Outcome:
    outcome = Outcome()
    free = [await _connect(port) for _ in range(32)]
    everyone = list(free)
    start = time.monotonic() + 0.05

    async def send(report: Report, planned: float) -> None:
        line = free.pop() if free else await _connect(port)
        await _one(line, report, outcome, planned)  # from when it was due: a late start counts as waiting
        free.append(line)

    running = []
    for number, report in enumerate(reports):
        planned = start + number / rate
        pause = planned - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        running.append(asyncio.create_task(send(report, planned)))
    await asyncio.gather(*running)
    outcome.seconds = time.monotonic() - start
    for line in {*everyone, *free}:
        assert line.transport is not None
        line.transport.close()
    return outcome


def closed_loop(port: int, reports: Sequence[Report], *, connections: int, seconds: float) -> Outcome:
    """Each connection sends its next request when it has the answer to the last one."""
    return _bounded(_closed(port, iter(reports), connections, seconds))


def open_loop(port: int, reports: Sequence[Report], *, rate: float) -> Outcome:
    """Requests leave at their own pace, whether or not the earlier ones were answered."""
    return _bounded(_open(port, reports, rate))


def _bounded(run: Coroutine[None, None, Outcome]) -> Outcome:
    async def limited() -> Outcome:
        return await asyncio.wait_for(run, LONGEST)

    try:
        outcome = asyncio.run(limited())
    except (TimeoutError, OSError) as error:
        raise LoadError(f"the server did not answer: {type(error).__name__}") from None
    if outcome.failures:
        raise LoadError(f"{outcome.failures} requests were not answered with 200")
    return outcome
