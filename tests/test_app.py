"""The whole bot as a process, as an admin starts and stops it, with a small Slack outside."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot import app
from bot.settings import ROOT, Settings
from tests.slack.fake_slack import COMPLAINTS, TOKEN, FakeSlack, Server, cut, error
from tests.slack.recorded import SECRET, body_of, recorded, signed


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def server(slack: FakeSlack) -> Iterator[Server]:
    made = Server(slack)
    yield made
    with contextlib.suppress(OSError):
        made.stop()


class Bot:
    """One process."""

    def __init__(self, folder: Path, server: Server, port: int, *words: str, script: str = "", **settings: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        given = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": server.url,
            "DATABASE_URL": f"sqlite:///{folder / 'amends.db'}",
            "PORT": str(port),
            **settings,
        }
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, *(("-c", script) if script else ("-m", "bot")), *(words or ("run",))],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT), **given},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())

    def said(self, words: str) -> None:
        until(lambda: any(words in line for line in self.lines), f"{words!r} among {self.lines}")

    def ended(self) -> int:
        """How it ended, with everything it said."""
        code = self.process.wait(60)
        self._reader.join(20)
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.ended()


Start = Callable[..., Bot]


@pytest.fixture
def start(tmp_path: Path, server: Server) -> Iterator[Start]:
    """Start the bot, as often as wanted; whatever still runs at the end is ended."""
    bots: list[Bot] = []

    def begin(*words: str, port: int | None = None, script: str = "", **settings: str) -> Bot:
        bots.append(Bot(tmp_path, server, port or free_port(), *words, script=script, **settings))
        return bots[-1]

    yield begin
    for bot in bots:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(ask: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)


def report(bot: Bot, name: str = "message", **event: str) -> httpx.Response:
    body = body_of(recorded(name, **event))
    return httpx.post(f"{bot.url}/slack/events", content=body, headers=signed(body), timeout=10)


def test_from_a_signed_event_to_the_card_and_through_a_restart(start: Start, slack: FakeSlack) -> None:
    bot = start()
    bot.said("door.ready")
    assert httpx.get(f"{bot.url}/readyz").json()["ready"] is True
    assert report(bot).status_code == 200
    until(slack.ours, "the card")
    assert bot.stop() == 0
    again = start()
    again.said("door.ready")
    assert report(again).status_code == 200
    assert report(again, ts="1772800009.000100", event_ts="1772800009.000100").status_code == 200
    until(lambda: len(slack.ours()) == 2, "the second card")
    assert again.stop(signal.SIGINT) == 0
    assert len(slack.ours(COMPLAINTS)) == 2


def test_a_channel_that_the_policies_name_and_amends_is_not_in_is_in_the_log(start: Start, slack: FakeSlack) -> None:
    slack.channels |= {"C0SUPPORT1": "support", "C0APPROVAL": "approvals"}
    bot = start()
    bot.said("door.ready")
    named = [line for line in bot.lines if "channel.missing" in line]
    assert len(named) == 1
    assert "channels.yml: leads: Amends is in no channel 'leads'" in named[0]


def test_what_was_cut_short_by_a_kill_is_finished_by_the_next_process(start: Start, slack: FakeSlack) -> None:
    slack.always("chat.postMessage", cut(works=False))
    bot = start()
    bot.said("door.ready")
    assert report(bot).status_code == 200
    bot.said("notice.unanswered")
    bot.stop(signal.SIGKILL)
    slack.always("chat.postMessage", None)
    start().said("door.ready")
    until(slack.ours, "the card")
    assert len(slack.ours()) == 1


def test_a_second_process_on_the_same_sqlite_file_is_one_line(start: Start) -> None:
    start().said("door.ready")
    second = start()
    assert second.ended() == 1
    [line] = second.lines
    assert line.startswith("DATABASE_URL: ")
    assert "in use by another Amends process" in line


def test_a_bot_token_that_slack_refuses_is_one_line(start: Start, slack: FakeSlack) -> None:
    slack.always("auth.test", error("invalid_auth"))
    bot = start()
    assert bot.ended() == 1
    assert [line.split(" (")[0] for line in bot.lines] == ["SLACK_BOT_TOKEN: Slack refuses it"]


def test_an_app_token_that_slack_refuses_is_one_line(start: Start, slack: FakeSlack) -> None:
    slack.always("apps.connections.open", error("invalid_auth"))
    bot = start(SLACK_APP_TOKEN="xapp-1-refused")
    assert bot.ended() == 1
    assert bot.lines[-1].startswith("SLACK_APP_TOKEN: Slack refuses it (invalid_auth)")


def test_a_busy_port_is_one_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        bot = start(port=port)
        assert bot.ended() == 1
    told = [line for line in bot.lines if not line.startswith("{")]  # channels that are missing are logged
    assert told == [f"PORT: {port} cannot be used (Address already in use): choose another"]


def test_while_slack_is_away_at_the_start_it_waits_and_then_goes_on(start: Start, slack: FakeSlack) -> None:
    slack.away = True
    bot = start()
    bot.said("slack.away")
    slack.away = False
    bot.said("door.ready")


def test_it_can_be_stopped_while_it_waits_for_slack(start: Start, slack: FakeSlack) -> None:
    slack.away = True
    bot = start()
    bot.said("slack.away")
    assert bot.stop() == 0


def test_a_stop_while_a_card_is_on_its_way_neither_loses_nor_doubles_it(start: Start, slack: FakeSlack) -> None:
    posting, real = threading.Event(), slack._chat_postMessage

    def slow(args: dict) -> dict:  # type: ignore[type-arg]
        posting.set()
        time.sleep(0.4)
        return real(args)

    slack._chat_postMessage = slow  # type: ignore[method-assign]
    bot = start()
    bot.said("door.ready")
    report(bot)
    assert posting.wait(10)
    assert bot.stop() == 0
    start().said("door.ready")
    time.sleep(0.3)
    assert len(slack.ours()) == 1
    assert len(slack.asked("chat.postMessage")) == 1


def test_health_tells_of_a_token_that_was_revoked_while_it_ran(start: Start, slack: FakeSlack) -> None:
    bot = start()
    bot.said("door.ready")
    slack.always("chat.postMessage", error("token_revoked"))
    report(bot)
    until(lambda: httpx.get(f"{bot.url}/readyz").status_code == 503, "not ready")
    assert httpx.get(f"{bot.url}/readyz").json()["slack"] == "token_revoked"
    assert httpx.get(f"{bot.url}/healthz").status_code == 200


def test_a_process_that_only_receives_takes_up_edited_files_too(
    start: Start, emptied_postgresql: sa.URL, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    address = emptied_postgresql.render_as_string(hide_password=False)
    bot = start("web", DATABASE_URL=address, AMENDS_POLICIES=str(tmp_path / "policies"))
    bot.said("door.ready")
    (tmp_path / "policies" / "team.yml").write_text("people: 7\n")
    bot.said("content.kept_last_good")


def test_a_broken_edit_is_told_where_the_leads_are_and_taken_back(
    start: Start, slack: FakeSlack, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    slack.channels["C0LEADERS1"] = "leads"
    bot = start(AMENDS_POLICIES=str(tmp_path / "policies"))
    bot.said("door.ready")
    right = (tmp_path / "policies" / "team.yml").read_text()
    (tmp_path / "policies" / "team.yml").write_text("people: 7\n")
    until(lambda: slack.ours("C0LEADERS1"), "the message to the leads")
    assert "team.yml:1: people: " in str(slack.ours("C0LEADERS1"))
    (tmp_path / "policies" / "team.yml").write_text(right)
    until(lambda: slack.ours("C0LEADERS1")[0]["text"].startswith("Mended"), "that it is mended")
    assert len(slack.ours("C0LEADERS1")) == 1


def test_a_database_that_locks_up_is_not_acknowledged_and_heals_by_itself(start: Start, tmp_path: Path) -> None:
    bot = start()
    bot.said("door.ready")
    with contextlib.closing(sqlite3.connect(tmp_path / "amends.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert report(bot).status_code == 500
        assert time.monotonic() - begun < 3
        other.execute("ROLLBACK")
    until(lambda: report(bot).status_code == 200, "an acknowledgement")


WATCHED = """
import gc, sys, threading, time

def watch():
    while "bot.app" not in sys.modules or gc.isenabled():
        time.sleep(0.01)
    print("collector rests", file=sys.stderr)
    while not gc.isenabled():
        time.sleep(0.01)
    print("collector works, so much left aside:", gc.get_freeze_count(), file=sys.stderr)

threading.Thread(target=watch, daemon=True).start()
from bot.cli import main
main()
"""


def test_garbage_is_collected_again_once_the_bot_stands(start: Start) -> None:
    bot = start(script=WATCHED)
    bot.said("collector rests")
    bot.said("door.ready")
    bot.said("collector works")
    [line] = [line for line in bot.lines if "collector works" in line]
    assert int(line.rpartition(" ")[2]) > 50_000


def test_who_is_trusted_to_be_slack_is_read_once_for_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[ssl.SSLContext] = []
    make = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: read.append(make()) or read[-1])
    app._certificates.cache_clear()
    settings = Settings.model_construct(slack_bot_token=SecretStr(TOKEN), slack_api_url="https://slack.com/api/")
    first, second = app._client(settings, 1), app._client(settings, 2)
    assert first.ssl is second.ssl is read[0]
    assert (first.ssl.verify_mode, first.ssl.check_hostname, len(read)) == (ssl.CERT_REQUIRED, True, 1)
    assert app._client(settings.model_copy(update={"slack_api_url": "http://127.0.0.1:1/api/"}), 1).ssl is None
