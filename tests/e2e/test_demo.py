"""`amends demo` starts, works, and leaves nothing running."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.local_slack import LocalSlack
from bot.processes import Child, free_port, wait_until
from tests.e2e.desk import FIRST_PORT, Desk

pytestmark = pytest.mark.e2e


class Demo:
    """`amends demo` as a person starts it."""

    def __init__(self, folder: Path, port: int, env: dict[str, str] | None = None) -> None:
        argv = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
        self.child = Child("demo", argv, folder / "demo.log", folder, {"PYTHONUNBUFFERED": "1", **(env or {})}).start()
        self.folder = folder

    def output(self) -> str:
        return self.child.last_lines(1000)

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        def said() -> re.Match[str] | None:
            found = re.search(pattern, self.output())
            assert found or self.child.alive, self.output()
            return found

        return wait_until(said, seconds, f"The demo says {pattern!r}: {self.output()}")

    def desk(self, program: Path) -> Desk:
        port = int(self.wait_for(r"Open +http://127\.0\.0\.1:(\d+)")[1])
        self.wait_for(r"Stop +Ctrl-C")
        return Desk(LocalSlack(program, self.folder, port), self.child)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.child.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_works_and_stops_without_a_trace(program: Path, tmp_path: Path, number: signal.Signals) -> None:
    demo = Demo(tmp_path, free_port(FIRST_PORT), {"LOCAL_SLACK": str(program)})
    try:
        desk = demo.desk(program)
        desk.card(desk.report("Mia Berg, order 4711: her parcel is five days late. She is very upset."))
        children = demo.family()
        assert len(children) == 2, "the workspace and the bot"
        psutil.Process(demo.child.pid).send_signal(number)
        wait_until(lambda: not demo.child.alive, 30, "The demo ends")
        assert demo.child.exit_code == 0, demo.output()
        assert not [child for child in children if child.is_running()]
    finally:
        demo.child.stop()


def test_it_steps_around_a_busy_port(program: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        busy = other.getsockname()[1]
        demo = Demo(tmp_path, busy, {"LOCAL_SLACK": str(program)})
        try:
            demo.wait_for(rf"Port {busy} is busy, using \d+\.")
            demo.wait_for(r"Stop +Ctrl-C")
        finally:
            demo.child.stop()


def test_it_tells_when_the_bot_dies(program: Path, tmp_path: Path) -> None:
    demo = Demo(tmp_path, free_port(FIRST_PORT), {"LOCAL_SLACK": str(program)})
    try:
        demo.desk(program)
        bot = next(child for child in demo.family() if child.cmdline()[-3:] == ["-m", "bot", "run"])
        bot.kill()
        wait_until(lambda: not demo.child.alive, 30, "The demo ends")
        assert demo.child.exit_code == 1
        assert "The bot ended with code" in demo.output()
    finally:
        demo.child.stop()


def test_without_node_it_shows_the_main_job_in_the_terminal(tmp_path: Path) -> None:
    start = f"import pathlib, bot.demo as d; d.CACHE = pathlib.Path({str(tmp_path)!r}); raise SystemExit(d.main())"
    done = subprocess.run(
        [sys.executable, "-c", start],
        env={"PATH": str(tmp_path), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Node.js" in done.stdout
    assert re.search(r"\b(sorry|apologi[sz]e)\b", done.stdout, re.IGNORECASE)
