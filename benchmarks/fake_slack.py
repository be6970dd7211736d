"""A light Slack Web API in a process of its own: it answers what Amends asks, after a set delay, and notes each card.

`GET /_cards` tells what was posted since the last time it was asked, `GET /_posts` where and as which notice;
`GET /_delay/<ms>` sets the delay, `GET /_limit/<n>` has every n-th post answered with 429.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from benchmarks.workspace import BOT, BOT_USER, CHANNELS, WORKSPACE

Fields = dict[str, str]


class FakeSlack:
    """The workspace's state: what was posted, and how slow it answers."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.cards: list[tuple[str, float]] = []
        """Of each posted card: the thread's timestamp, and the time it arrived here."""
        self.posts: list[tuple[str, str, float]] = []
        """Of each message: its channel, its first block's id, and the hour it arrived."""
        self.limit_every = 0
        self._asked = itertools.count(1)
        self._ts = itertools.count(1)
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._names = {channel.id: channel.name for channel in CHANNELS}
        self._methods: dict[str, Callable[[Fields], dict[str, Any]]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "users.conversations": self._users_conversations,
            "conversations.info": self._conversations_info,
            "conversations.replies": self._history,
            "conversations.history": self._history,
            "dnd.info": lambda fields: {"dnd_enabled": False},
            "chat.getPermalink": lambda fields: {"permalink": "https://bench.slack.com/archives/C1/p1"},
            "usergroups.list": lambda fields: {"usergroups": []},
            "chat.postMessage": self._post,
            "chat.update": lambda fields: {"channel": fields.get("channel"), "ts": fields.get("ts")},
            "chat.postEphemeral": lambda fields: {"message_ts": self._next_ts()},
        }

    async def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """The answer to one request."""
        name = path.rpartition("/")[2]
        if path == "/_cards":
            cards, self.cards = self.cards, []
            return {"cards": cards}
        if path == "/_posts":
            posts, self.posts = self.posts, []
            return {"posts": posts}
        if path.startswith("/_limit/"):
            self.limit_every = int(name)
            return {"ok": True}
        if path.startswith("/_delay/"):
            self.delay = float(name) / 1000
            return {"ok": True}
        method = self._methods.get(name)
        if method is None:
            return {"ok": False, "error": "unknown_method"}
        fields = _fields(body)
        if name == "chat.postMessage" and self.limit_every and next(self._asked) % self.limit_every == 0:
            return {"ok": False, "error": "ratelimited"}
        if self.delay:
            await asyncio.sleep(self.delay)
        return {"ok": True, **method(fields)}

    def _auth_test(self, fields: Fields) -> dict[str, Any]:
        return {"team_id": WORKSPACE, "team": "bench", "user_id": BOT_USER, "user": "amends", "bot_id": BOT}

    def _users_info(self, fields: Fields) -> dict[str, Any]:
        user = fields.get("user", "")
        return {"user": {"id": user, "name": user.lower(), "profile": {"real_name": f"{user[2:].title()} Example"}}}

    def _users_conversations(self, fields: Fields) -> dict[str, Any]:
        return {"channels": [{"id": channel.id, "name": channel.name} for channel in CHANNELS]}

    def _conversations_info(self, fields: Fields) -> dict[str, Any]:
        channel = fields.get("channel", "")
        return {"channel": {"id": channel, "name": self._names.get(channel, "elsewhere")}}

    def _post(self, fields: Fields) -> dict[str, Any]:
        self.cards.append((fields.get("thread_ts", ""), time.monotonic() - self.delay))
        channel, ts = fields.get("channel", ""), self._next_ts()
        mark = str((json.loads(fields.get("blocks") or "[]") or [{}])[0].get("block_id", ""))
        self.posts.append((channel, mark, time.time() - self.delay))
        self._kept.setdefault(channel, []).append({"ts": ts, "bot_id": BOT, "blocks": [{"block_id": mark}]})
        return {"channel": channel, "ts": ts, "message": {}}

    def _history(self, fields: Fields) -> dict[str, Any]:
        since = float(fields.get("oldest") or 0)
        found = [one for one in self._kept.get(fields.get("channel", ""), []) if float(one["ts"]) >= since]
        return {"messages": found}

    def _next_ts(self) -> str:
        return f"{int(time.time())}.{next(self._ts):06d}"


def _fields(body: bytes) -> Fields:
    text = body.decode("utf-8", "replace")
    if text.startswith("{"):
        given = json.loads(text).items()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given}
    return {name: values[0] for name, values in parse_qs(text).items()}


async def _serve(port: int) -> None:
    slack = FakeSlack()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                answer = json.dumps(await slack.answer(lines[0].split(" ")[1], body)).encode()
                closing = headers.get("connection", "").lower() == "close"
                limited = b'"ratelimited"' in answer[:60]
                writer.write(
                    (b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n" if limited else b"HTTP/1.1 200 OK\r\n")
                    + b"Content-Type: application/json; charset=utf-8\r\n"
                    + (b"Connection: close\r\n" if closing else b"")
                    + b"Content-Length: %d\r\n\r\n" % len(answer)
                    + answer
                )
                if closing:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
