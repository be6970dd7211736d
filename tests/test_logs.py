"""Logs: one JSON object a line, and neither what customers wrote nor any secret, whatever goes wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.settings import ROOT
from tests.slack.fake_slack import TOKEN
from tests.slack.recorded import SECRET

CANARY = "canary-customer-words"


def speak(folder: str) -> None:
    """Everything the door and the outbox do, well and badly, with the canary in all that people type."""
    from starlette.testclient import TestClient

    from bot import web
    from bot.content.bundle import load
    from bot.slack.http import dispatcher
    from bot.slack.ids import Press
    from bot.store.db import Database
    from bot.store.migrations import upgrade
    from tests.slack import fake_slack as fake
    from tests.slack.recorded import Door, body_of, door, press, recorded, signed, submit

    logs.configure()
    Path(folder, "away").mkdir()
    database, away = Database(f"sqlite:///{folder}/amends.db"), Database(f"sqlite:///{folder}/away")
    upgrade(database)
    slack = fake.FakeSlack()
    slack.people[fake.ANA]["profile"]["real_name"] = CANARY
    content = load(ROOT / "responses", ROOT / "policies")

    def do(bot: Door) -> None:
        words = f"Order 10412 of {CANARY} is late, I will sue"
        bot.report(words)
        edited = recorded("message_changed")
        edited["event"]["message"]["text"] = words + " indeed"
        bot.send(edited)
        bot.send(recorded("command", text=f"report {words}"))
        bot.send(recorded("command", text=f"{CANARY} {words}"))
        bot.send(recorded("command", text=f"check {words}"))
        for action in Press:
            bot.send(press(action, 1))
            bot.send(press(action, CANARY))
        for view in list(bot.slack.views):
            fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
            bot.send(submit(view, **({"text": f"I am sorry if you were upset {CANARY}"} if "text" in fields else {})))
            bot.send(submit(view, **({"customer": CANARY} if "customer" in fields else {})))

    with door(database, slack, fake.Server(slack), content, away) as bot:
        do(bot)
        faults = [
            fake.broken(works=True),
            fake.cut(works=False),
            fake.garbage(CANARY.encode(), works=False),
            fake.garbage(json.dumps([CANARY]).encode(), works=False),
            fake.limited(CANARY),
            fake.error("invalid_blocks"),
            fake.error(CANARY),
        ]
        for number, fault in enumerate(faults):
            bot.report(CANARY, ts=f"17729{number:05d}.000100")
            bot.send(press(Press.REOPEN, 1))
            for method in ("chat.postMessage", "chat.update", "conversations.replies"):
                bot.slack.next(method, fault)
            for _ in range(3):
                bot.later()
                bot.deliver()
        bot.database_away = True
        do_safely(do, bot)
        bot.database_away = False
        for fault in (faults[0], *faults[2:4], faults[-1]):
            for method in ("chat.postEphemeral", "views.open", "users.info", "conversations.info", "chat.getPermalink"):
                bot.slack.always(method, fault)
            do_safely(do, bot)
            bot.slack.always("chat.postEphemeral", None)
            do_safely(do, bot)
        for method in ("views.open", "users.info", "conversations.info", "chat.getPermalink"):
            bot.slack.always(method, None)
        client = TestClient(web.build(dispatcher(bot.app), lambda: {"ready": True}), raise_server_exceptions=False)
        for body in (body_of(recorded("message", text=CANARY)), f'{{"{CANARY}": ', f"payload={CANARY}"):
            client.post("/slack/events", content=body, headers=signed(body))
            client.post("/slack/events", content=body, headers=signed(body, secret="another"))
        import bot.flows.cases as flows
        import bot.flows.reading as reading

        def fail(*_: Any, **__: Any) -> None:
            raise ValueError(CANARY)

        reading.read = fail
        bot.report(CANARY, ts="1772950000.000100")
        bot.reads = False
        with database.transaction() as session:
            session.exec_driver_sql("ALTER TABLE cases RENAME COLUMN text TO words")
        do_safely(do, bot)
        flows.take = fail
        bot.send(press(Press.TAKE, 1))


def do_safely(do: Any, bot: Any) -> None:
    """While things are broken a step of the story can be missing; only what is logged counts."""
    import contextlib

    with contextlib.suppress(AssertionError, KeyError, IndexError):
        do(bot)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What a process prints that goes through all of it."""
    folder = tmp_path_factory.mktemp("logs")
    return subprocess.run(
        [sys.executable, "-c", f"from tests.test_logs import speak; speak({str(folder)!r})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_story_was_told_to_its_end_and_was_logged(spoken: subprocess.CompletedProcess[str]) -> None:
    assert spoken.returncode == 0, spoken.stderr[-2000:]
    events = {json.loads(line)["event"] for line in spoken.stderr.splitlines() if line.startswith("{")}
    wanted = {"case.opened", "report.not_read", "request.failed", "notice.refused", "notice.unanswered"}
    assert wanted | {"request.malformed"} <= events


def test_no_customers_words_are_in_the_logs(spoken: subprocess.CompletedProcess[str]) -> None:
    assert [line for line in (spoken.stderr + spoken.stdout).splitlines() if CANARY in line] == []


@pytest.mark.parametrize("secret", [TOKEN, SECRET])
def test_no_secret_is_in_the_logs(spoken: subprocess.CompletedProcess[str], secret: str) -> None:
    assert secret not in spoken.stderr + spoken.stdout


def test_every_line_is_one_json_object_with_its_time_and_level(spoken: subprocess.CompletedProcess[str]) -> None:
    lines = [line for line in spoken.stderr.splitlines() if "StarletteDeprecationWarning" not in line]
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    assert all({"event", "at", "level"} <= entry.keys() for entry in entries)
    assert [line for line in lines if not line.startswith("{") and "TestClient" not in line] == []


def test_no_traceback_is_in_the_logs(spoken: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in spoken.stderr


def test_a_fault_names_the_places_it_went_through(spoken: subprocess.CompletedProcess[str]) -> None:
    failed = [json.loads(line) for line in spoken.stderr.splitlines() if '"request.failed"' in line]
    ours = [entry for entry in failed if entry.get("error") == "ValueError"]
    assert any("listeners" in place or "cases.py" in place for place in ours[-1]["places"])


def test_fields_with_secret_names_are_never_written() -> None:
    event = {"event": "x", "bot_token": "1", "signing_secret": "2", "Password": "3", "text": "4", "channel": "C1"}
    assert logs._without_secrets(None, "info", event) == {"event": "x", "channel": "C1"}


def test_an_exceptions_message_is_not_written() -> None:
    try:
        raise RuntimeError(CANARY)
    except RuntimeError as error:
        entry = logs._places_only(None, "error", {"event": "x", "exc_info": error})
    assert CANARY not in json.dumps(entry)
    assert entry["error"] == "RuntimeError"
