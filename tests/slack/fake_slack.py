"""A small Slack: an HTTP server that a real WebClient talks to, with a memory of channels and a list of what was asked.

It answers like Slack, and on request like Slack on a bad day: `slack.next("chat.postMessage", limited(7), cut_after())`
makes the next two posts go wrong. Messages and forms that break Block Kit's limits are refused as Slack would.
"""

import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.slack.limits import message_faults, page_faults, view_faults

TEAM, BOT_USER, BOT_ID, APP = "T0AMENDS01", "U0AMENDSBT", "B0AMENDSBT", "A0AMENDS01"
TOKEN = "xoxb-fake-token-of-the-tests"
COMPLAINTS, GENERAL, ARCHIVED = "C0COMPLAIN", "C0GENERAL1", "C0ARCHIVED"
APPROVALS = "C0APPROVAL"
ANA, LENA, BEN = "U0ANAAGENT", "U0LENALEAD", "U0BENAGENT"


@dataclass(frozen=True)
class Call:
    """One call of the Web API, with its arguments as Slack reads them."""

    method: str
    args: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """How an answer goes wrong. `works` says whether the call takes effect all the same."""

    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    works: bool = False
    cut: bool = False
    hang: float = 0.0


def error(code: str) -> Fault:
    """`ok: false` with this code."""
    return Fault(body=json.dumps({"ok": False, "error": code}).encode())


def limited(seconds: object) -> Fault:
    """429 with Retry-After; None leaves the header out."""
    headers = () if seconds is None else (("Retry-After", str(seconds)),)
    return Fault(429, json.dumps({"ok": False, "error": "ratelimited"}).encode(), headers)


def broken(*, works: bool) -> Fault:
    """500 with a page in place of JSON."""
    return Fault(500, b"<!DOCTYPE html><title>Server Error</title>", works=works)


def garbage(body: bytes = b"<html>this is no JSON", *, works: bool) -> Fault:
    """200, but not what a client can read."""
    return Fault(200, body, works=works)


def cut(*, works: bool) -> Fault:
    """The connection ends without an answer."""
    return Fault(cut=True, works=works)


def hang(seconds: float, *, works: bool) -> Fault:
    """The answer comes later than anybody waits for it."""
    return Fault(hang=seconds, works=works)


class Refusal(Exception):
    """An `ok: false` that the small Slack itself decides on."""


@dataclass
class FakeSlack:
    """The workspace: people, channels with their messages, open forms, private answers."""

    calls: list[Call] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    views: list[dict[str, Any]] = field(default_factory=list)
    redrawn: list[dict[str, Any]] = field(default_factory=list)
    """Open forms as they were redrawn, in order; `hashes` holds what names the last state of each."""
    hashes: dict[str, str] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Each person's own page, as it was published last."""
    whispers: list[dict[str, Any]] = field(default_factory=list)
    by_url: list[dict[str, Any]] = field(default_factory=list)
    channels: dict[str, str] = field(
        default_factory=lambda: {COMPLAINTS: "complaints", GENERAL: "general", ARCHIVED: "old-complaints"}
    )
    people: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            ANA: {"real_name": "Ana Agent", "profile": {"real_name": "Ana Agent", "email": "ana@example.com"}},
            BEN: {"real_name": "Ben Agent", "profile": {"real_name": "Ben Agent", "email": "ben@example.com"}},
            LENA: {"real_name": "Lena Lead", "profile": {"real_name": "Lena Lead", "email": "lena@example.com"}},
        }
    )
    groups: dict[str, set[str]] = field(default_factory=lambda: {"S0LEADS001": {LENA}})
    rest: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What `dnd.info` says of a person."""
    page_size: int = 200
    gone: set[str] = field(default_factory=set)
    """Messages that were deleted together with their threads."""
    away: bool = False
    """While true every call is cut before it takes effect."""
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _always: dict[str, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def next(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong in these ways, in this order."""
        self._faults[method].extend(faults)

    def always(self, method: str, fault: Fault | None) -> None:
        """All calls of a method go wrong in this way, until it is None."""
        if fault is None:
            self._always.pop(method, None)
        else:
            self._always[method] = fault

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method so far."""
        return [call.args for call in self.calls if call.method == method]

    def ours(self, channel: str = COMPLAINTS) -> list[dict[str, Any]]:
        """The bot's messages of a channel, oldest first."""
        return [message for message in self.messages[channel] if message.get("bot_id") == BOT_ID]

    def say(self, channel: str, text: str, *, user: str = ANA, thread_ts: str | None = None) -> str:
        """Somebody writes a message; its timestamp."""
        with self._lock:
            message = {"type": "message", "user": user, "text": text, "ts": self._ts()}
            if thread_ts:
                message["thread_ts"] = thread_ts
            self.messages[channel].append(message)
            return str(message["ts"])

    def answer(self, method: str, args: dict[str, Any]) -> tuple[Fault | None, dict[str, Any]]:
        """What a call is answered with, after it took effect, if it did."""
        with self._lock:
            self.calls.append(Call(method, args))
            fault = self._faults[method].popleft() if self._faults[method] else self._always.get(method)
            if self.away:
                fault = cut(works=False)
            if fault is not None and not fault.works:
                return fault, {}
            act = getattr(self, "_" + method.replace(".", "_"), None)
            if act is None:
                return fault, {"ok": False, "error": "unknown_method"}
            try:
                return fault, {"ok": True, **act(args)}
            except Refusal as refusal:
                return fault, {"ok": False, "error": str(refusal)}

    def _ts(self) -> str:
        self._count += 1
        return f"{int(time.time())}.{self._count:06d}"

    def _auth_test(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "team": "Tests", "user": "amends"}

    def _users_info(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["user"] not in self.people:
            raise Refusal("user_not_found")
        return {"user": {"id": args["user"], "team_id": TEAM, **self.people[args["user"]]}}

    def _dnd_info(self, args: dict[str, Any]) -> dict[str, Any]:
        return self.rest.get(args["user"], {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1})

    def _conversations_info(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["channel"] not in self.channels:
            raise Refusal("channel_not_found")
        return {"channel": {"id": args["channel"], "name": self.channels[args["channel"]]}}

    def _users_conversations(self, args: dict[str, Any]) -> dict[str, Any]:
        channels = [{"id": id, "name": name, "is_archived": id == ARCHIVED} for id, name in self.channels.items()]
        return {"channels": channels, "response_metadata": {"next_cursor": ""}}

    def _usergroups_list(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"usergroups": [{"id": "S0LEADS001", "handle": "leads"}]}

    def _usergroups_users_list(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["usergroup"] not in self.groups:
            raise Refusal("no_such_subteam")
        return {"users": sorted(self.groups[args["usergroup"]])}

    def _users_lookupByEmail(self, args: dict[str, Any]) -> dict[str, Any]:
        for user, person in self.people.items():
            if person["profile"]["email"] == args["email"]:
                return {"user": {"id": user, "team_id": TEAM, **person}}
        raise Refusal("users_not_found")

    def _chat_getPermalink(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"permalink": f"https://tests.slack.com/archives/{args['channel']}/p{args['message_ts']}"}

    def _chat_postEphemeral(self, args: dict[str, Any]) -> dict[str, Any]:
        if not args.get("text"):
            raise Refusal("no_text")
        self.whispers.append(args)
        return {"message_ts": self._ts()}

    def _chat_postMessage(self, args: dict[str, Any]) -> dict[str, Any]:
        self._must_fit(args)
        if args.get("thread_ts") in self.gone:
            raise Refusal("thread_not_found")
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "app_id": APP, "ts": self._ts()}
        message |= {"text": args["text"], "blocks": args["blocks"]}
        if args.get("thread_ts"):
            message["thread_ts"] = args["thread_ts"]
        self.messages[args["channel"]].append(message)
        return {"channel": args["channel"], "ts": message["ts"], "message": message}

    def _chat_update(self, args: dict[str, Any]) -> dict[str, Any]:
        for message in self.messages[args["channel"]]:
            if message["ts"] == args["ts"] and message.get("bot_id") == BOT_ID:
                self._must_fit(args)
                message |= {"text": args["text"], "blocks": args["blocks"]}
                return {"channel": args["channel"], "ts": args["ts"]}
        raise Refusal("message_not_found")

    def _must_fit(self, args: dict[str, Any]) -> None:
        if message_faults(args.get("text"), args.get("blocks")):
            raise Refusal("invalid_blocks")

    def _views_open(self, args: dict[str, Any]) -> dict[str, Any]:
        if view_faults(args["view"]):
            raise Refusal("invalid_arguments")
        self.views.append(self._opened(f"V{len(self.views):09d}", args["view"]))
        return {"view": self.views[-1]}

    def _views_push(self, args: dict[str, Any]) -> dict[str, Any]:
        return self._views_open(args)

    def _views_update(self, args: dict[str, Any]) -> dict[str, Any]:
        if args.get("hash") and args["hash"] != self.hashes.get(args["view_id"], args["hash"]):
            raise Refusal("hash_conflict")
        if view_faults(args["view"]):
            raise Refusal("invalid_arguments")
        self.redrawn.append(self._opened(args["view_id"], args["view"]))
        return {"view": self.redrawn[-1]}

    def _opened(self, id: str, view: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        self.hashes[id] = f"{int(time.time())}.{self._count}"
        return {**view, "id": id, "hash": self.hashes[id]}

    def _views_publish(self, args: dict[str, Any]) -> dict[str, Any]:
        if page_faults(args["view"]):
            raise Refusal("invalid_arguments")
        self.pages[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    def _conversations_history(self, args: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in self.messages[args["channel"]] if one.get("thread_ts") in (None, one["ts"])]
        if args.get("latest"):
            found = [one for one in found if float(one["ts"]) <= float(args["latest"])]
        return self._page(list(reversed(found)), args)

    def _conversations_replies(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["ts"] in self.gone:
            raise Refusal("thread_not_found")
        found = [one for one in self.messages[args["channel"]] if args["ts"] in (one["ts"], one.get("thread_ts"))]
        return self._page(found, args)

    def _page(self, found: list[dict[str, Any]], args: dict[str, Any]) -> dict[str, Any]:
        found = [one for one in found if float(one["ts"]) >= float(args.get("oldest") or 0)]
        start = int(args.get("cursor") or 0)
        end = start + min(self.page_size, int(args.get("limit") or 100))
        more = str(end) if end < len(found) else ""
        return {"messages": found[start:end], "has_more": bool(more), "response_metadata": {"next_cursor": more}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    slack: FakeSlack

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
        path = self.path.partition("?")[0]
        if path.startswith("/response/"):
            self.slack.by_url.append(json.loads(raw))
            self._send(200, b"ok", ())
            return
        fault, body = self.slack.answer(path.rpartition("/")[2], _read(raw, self.headers.get("Content-Type", "")))
        if fault is None:
            self._send(200, json.dumps(body).encode(), ())
            return
        if fault.hang:
            time.sleep(fault.hang)
        if fault.cut or fault.hang:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(fault.status, fault.body or json.dumps(body).encode(), fault.headers)

    def _send(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server:
    """The small Slack on a port of its own. `url` is what SLACK_API_URL would be."""

    def __init__(self, slack: FakeSlack) -> None:
        handler = type("Handler", (_Handler,), {"slack": slack})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.root}/api/"
        serve: Callable[[], None] = lambda: self._server.serve_forever(poll_interval=0.02)  # noqa: E731
        threading.Thread(target=serve, name="fake-slack", daemon=True).start()

    def stop(self) -> None:
        """No longer listen: connections are refused from now on."""
        self._server.shutdown()
        self._server.server_close()


def running(slack: FakeSlack) -> Iterator[Server]:
    """Serve until the end of a fixture."""
    server = Server(slack)
    yield server
    with suppress(OSError):
        server.stop()


def _read(raw: str, content_type: str) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return dict(json.loads(raw or "{}"))
    args: dict[str, Any] = dict(parse_qsl(raw, keep_blank_values=True))
    for name in ("blocks", "view"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args
