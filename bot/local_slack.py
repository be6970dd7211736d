"""A local Slack workspace with an invented company, for the demo and the end-to-end tests.

The workspace is a program of its own, `local-slack`: it serves a page that looks like Slack, the Web API, Socket Mode
and a control API through which a person's acts can be played. This module finds it, starts it and plays those acts.
"""

import http.client
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from bot.processes import HOST, Child, DiedError, is_free, wait_until

VERSION = "0.1.8"
SIGNING_SECRET = "local-signing-secret"  # noqa: S105
TEAM = {"name": "Brightside Parcels", "domain": "brightside", "teamId": "T0BRIGHTSIDE"}
BOT_USER = "U0AMENDSBOT"

Mode = Literal["socket", "events"]
Message = dict[str, Any]


class NoWorkspaceError(Exception):
    """There is no local workspace to start. The message says why, in words for the reader."""


@dataclass(frozen=True)
class Person:
    """One invented colleague."""

    name: str
    id: str
    real_name: str
    tz: str = "Europe/Berlin"


PEOPLE = (
    Person("ana", "U0AGENTANA", "Ana Alvarez"),
    Person("ben", "U0AGENTBEN", "Ben Brandt"),
    Person("cleo", "U0AGENTCLEO", "Cleo Chen", tz="America/New_York"),
    Person("lena", "U0LEADLENA", "Lena Lind"),
    Person("luis", "U0LEADLUIS", "Luis Lopez"),
    Person("mara", "U0MANAGERMARA", "Mara Meier"),
)
CHANNELS = {
    "complaints": "C0COMPLAINTS",
    "approvals": "C0APPROVALS",
    "general": "C0GENERAL",
    "leads": "C0LEADS",
    "support": "C0SUPPORT",
}


def find_program(cache: Path, say: Callable[[str], None] = print) -> Path:
    """Return the program: the one LOCAL_SLACK names, the one on PATH, or the one fetched once from npm into `cache`."""
    if given := os.environ.get("LOCAL_SLACK"):
        if not os.access(given, os.X_OK):
            raise NoWorkspaceError(f"LOCAL_SLACK names {given}, which is not a program that can be started.")
        return Path(given).resolve()
    if on_path := shutil.which("local-slack"):
        return Path(on_path).resolve()
    name = f"local-slack-{platform.system().lower()}-{_processor()}"
    prefix = cache / f"{name}-{VERSION}"
    program = prefix / "node_modules" / name / "bin" / "local-slack"
    if not program.exists():
        _fetch(f"{name}@{VERSION}", prefix, say)
    if not program.exists():
        raise NoWorkspaceError(f"The npm package {name} holds no program for this machine.")
    program.chmod(program.stat().st_mode | 0o111)
    return program


def _processor() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)


def _fetch(package: str, prefix: Path, say: Callable[[str], None]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoWorkspaceError("There is no local-slack on this machine, and no Node.js (npm) to fetch it with.")
    say(f"Fetching the local Slack workspace from npm, once ({package}, about 95 MB) ...")
    unfinished = prefix.with_name(f"{prefix.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"]
        done = subprocess.run(
            [npm, "install", "--prefix", str(unfinished), *quiet, package],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            last = [line for line in done.stderr.splitlines() if line.strip()][:3]
            raise NoWorkspaceError(f"npm could not fetch {package}:\n  " + "\n  ".join(last))
        shutil.rmtree(prefix, ignore_errors=True)
        unfinished.rename(prefix)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


class LocalSlack:
    """A running local workspace, and what people do in it."""

    def __init__(self, program: Path, folder: Path, port: int, *, mode: Mode = "socket", bot_port: int = 0) -> None:
        self.port, self.mode, self.bot_port = port, mode, bot_port
        config = folder / "workspace.json"
        config.write_text(json.dumps(self._config(), indent=2), encoding="utf-8")
        argv = [str(program), "--config", str(config), "--port", str(port), "--base-host", HOST]
        self.child = Child(
            "local workspace", [*argv, "--files-dir", str(folder / "files")], folder / "slack.log", folder
        )

    def _config(self) -> dict[str, Any]:
        app = {
            "appId": "A0AMENDS",
            "botUserId": BOT_USER,
            "botName": "Amends",
            "botToken": "xoxb-local",
            "appToken": "xapp-local",
            "signingSecret": SIGNING_SECRET,
            "mode": self.mode,
        }
        if self.mode == "events":
            app["requestUrl"] = f"http://{HOST}:{self.bot_port}/slack/events"
        users = [
            {"id": p.id, "name": p.name, "real_name": p.real_name, "tz": p.tz, "email": f"{p.name}@example.com"}
            for p in PEOPLE
        ]
        everybody = [p.id for p in PEOPLE] + [BOT_USER]
        channels = [{"id": id_, "name": name, "members": everybody} for name, id_ in CHANNELS.items()]
        return {"workspace": TEAM, "apps": [app], "users": users, "channels": channels}

    @property
    def url(self) -> str:
        """The page to open in a browser."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> Self:
        """Start the workspace and wait until it answers."""
        try:
            self.child.start()
        except OSError as error:
            raise NoWorkspaceError(f"The local workspace cannot be started: {error}.") from None
        wait_until(self._answers, 30, "The local workspace starts")
        return self

    def stop(self) -> None:
        """Stop the workspace; what was written in it is gone."""
        self.child.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def bot_settings(self, database_url: str) -> dict[str, str]:
        """The environment of a bot that works in this workspace. An empty value hides one that is set outside."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_APP_TOKEN": "xapp-local" if self.mode == "socket" else "",
            "SLACK_API_URL": f"{self.url}/api/",
            "DATABASE_URL": database_url,
            "PORT": str(self.bot_port or ""),
        }

    def start_bot(self, bot: Child, seconds: float = 30.0) -> None:
        """Start the bot and wait until it hears this workspace. Raises DiedError when it ends instead."""
        before = self._hellos()
        bot.start()

        def hears() -> bool:
            if not bot.alive:
                raise DiedError(bot)
            return bool(self._hellos() - before) if self.mode == "socket" else not is_free(self.bot_port)

        try:
            wait_until(hears, seconds, "The bot connects to the workspace")
        except TimeoutError as error:
            raise TimeoutError(f"{error}. Its last lines:\n{bot.last_lines()}") from None

    def _hellos(self) -> set[str]:
        return {entry["id"] for entry in self.log() if "socket connected" in entry["summary"]}

    # What people do.

    def post(self, user: str, channel: str, text: str, thread: str = "") -> Message:
        """Post as a person. Returns the message once the bot has acknowledged it, or after five seconds."""
        body = {"user": user_id(user), "channel": CHANNELS[channel], "text": text}
        message: Message = self._call("POST", "/message", body | ({"thread_ts": thread} if thread else {}))["message"]
        return message

    def edit(self, message: Message, text: str) -> None:
        """Edit a message as its author."""
        body = {"channel": message["channel"], "ts": message["ts"], "user": message["user"], "text": text}
        self._call("POST", "/edit-message", body)

    def delete(self, message: Message) -> None:
        """Delete a message as its author."""
        self._call(
            "POST", "/delete-message", {"channel": message["channel"], "ts": message["ts"], "user": message["user"]}
        )

    def command(self, user: str, channel: str, text: str) -> None:
        """Type `/amends text` as a person."""
        body = {"user": user_id(user), "channel": CHANNELS[channel], "command": "/amends", "text": text}
        self._call("POST", "/command", body)

    def click(self, user: str, message: Message, label: str) -> None:
        """Press the button of a message that bears this label."""
        block, button = next(
            (block, element)
            for block, element in _elements(message)
            if element["type"] == "button" and element["text"]["text"] == label
        )
        action = {key: button[key] for key in ("type", "action_id", "value", "text") if key in button}
        body = {"channel": message["channel"], "messageTs": message["ts"], "user": user_id(user)}
        self._call("POST", "/interact", body | {"action": action | {"block_id": block.get("block_id", "")}})

    # What there is to see.

    def messages(self, channel: str) -> list[Message]:
        """All messages of a channel, replies in threads too, oldest first."""
        found: list[Message] = self._call("GET", f"/messages/{CHANNELS[channel]}")["messages"]
        return found

    def replies(self, message: Message, channel: str = "complaints") -> list[Message]:
        """What the bot answered in the thread of a message, for all to see."""
        return [
            reply
            for reply in self.messages(channel)
            if reply.get("thread_ts") == message["ts"] and reply["user"] == BOT_USER and "ephemeral_to" not in reply
        ]

    def log(self) -> list[dict[str, Any]]:
        """The last thousand exchanges between the workspace and the bot, oldest first."""
        entries: list[dict[str, Any]] = self._call("GET", "/log")["log"]
        return entries

    def _call(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, f"/_control{path}", json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{path}: {response.status} {answer}")
        return answer

    def _answers(self) -> bool:
        if not self.child.alive:
            raise DiedError(self.child)
        try:
            return bool(self._call("GET", "/state"))
        except OSError:
            return False


def user_id(name: str) -> str:
    """Return the Slack id of an invented colleague."""
    return next(person.id for person in PEOPLE if person.name == name)


def shown(message: Message) -> str:
    """Return every word of a message that a person sees, a block on each line."""
    blocks = message.get("blocks") or []
    return "\n".join(" ".join(_texts(block)) for block in blocks) if blocks else str(message.get("text", ""))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item)


def _elements(message: Message) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in message.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory")]:
            if isinstance(element, dict):
                yield block, element
