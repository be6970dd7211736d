"""Processes that the demo and the tests start: their ports, their logs, their end."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

HOST = "127.0.0.1"
T = TypeVar("T")


class NoPortError(Exception):
    """Every port that was tried is busy."""


def free_port(wanted: int, say: Callable[[str], None] = print) -> int:
    """Return the wanted port, or the next free one after it; says so when it steps around a busy one."""
    for port in range(wanted, min(wanted + 200, 65536)):
        if is_free(port):
            if port != wanted:
                say(f"Port {wanted} is busy, using {port}.")
            return port
    raise NoPortError(f"No port from {wanted} on is free: name another with --port.")


def is_free(port: int) -> bool:
    """Whether nothing on this machine listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def wait_until(ask: Callable[[], T], seconds: float, what: str, pause: float = 0.05) -> T:
    """Ask again and again until the answer is true, and return it. Raises TimeoutError, naming what never came."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return answer


class Child:
    """One process that we started, with its output in a file. Ended by its own id, together with what it started."""

    def __init__(self, name: str, argv: list[str], log: Path, cwd: Path, env: dict[str, str] | None = None) -> None:
        self.name, self.argv, self.log, self.cwd, self.env = name, argv, log, cwd, env or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it, in a group of its own, so that a Ctrl-C in the terminal reaches only us."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        """Its process id; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None while it runs or was never started."""
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to end, and end it when it takes too long."""
        if self._process is None or not self.alive:
            return
        self._send(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None and self.alive:
            self._send(signal.SIGKILL)
            self._process.wait(10)

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


class DiedError(Exception):
    """A process that should run has ended. The message holds its last lines."""

    def __init__(self, child: Child) -> None:
        super().__init__(f"The {child.name} ended with code {child.exit_code}. Its last lines:\n{child.last_lines()}")
