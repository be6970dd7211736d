"""Signed requests as Slack sends them: one message event each, every one a distinct report."""

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass

from benchmarks.workspace import CHANNELS, SECRET, USERS, WORKSPACE

_NUMBER = itertools.count(1)

_WORDS = (
    "Customer {name} wrote: order {order} was promised for Monday and is still not here. She has called twice, "
    "nobody rang back, and she is really upset. Please refund the delivery fee.",
    "{name} says parcel {order} arrived with a broken lid and the box was open. He wants a replacement this week.",
    "Ms {name} was charged twice for invoice {order} and asks when she gets the money back. Third message from her.",
    "{name} got the wrong item with order {order}: a blue lamp in place of a desk. They are angry and want a refund.",
)
_NAMES = ("Jane Doe", "Omar Haddad", "Li Wei", "Anna Kowalska", "Priya Nair", "Tom Baker")


@dataclass(frozen=True, slots=True)
class Report:
    """One request, ready to be written to a connection. `ts` is the message's timestamp in Slack: it names the case."""

    ts: str
    request: bytes


def complaint(number: int) -> str:
    """A complaint as an agent would write it; the number makes it distinct."""
    return _WORDS[number % len(_WORDS)].format(name=_NAMES[number % len(_NAMES)], order=10_000 + number)


def reports(count: int, *, channels: int = 10) -> list[Report]:
    """So many signed reports, spread over the first `channels` channels. Use them within five minutes."""
    now = time.time()
    return [_report(next(_NUMBER), now, channels) for _ in range(count)]


def _report(number: int, now: float, channels: int) -> Report:
    ts = f"{int(now)}.{number:06d}"
    event = {
        "type": "message",
        "channel": CHANNELS[number % channels].id,
        "channel_type": "channel",
        "user": USERS[number % len(USERS)],
        "text": complaint(number),
        "ts": ts,
        "event_ts": ts,
        "team": WORKSPACE,
    }
    body = json.dumps(
        {
            "token": "unused",
            "team_id": WORKSPACE,
            "api_app_id": "A0BENCH",
            "type": "event_callback",
            "event_id": f"Ev{number:09d}",
            "event_time": int(now),
            "authorizations": [{"team_id": WORKSPACE, "user_id": "U0AMENDS", "is_bot": True}],
            "event": event,
        }
    ).encode()
    return Report(ts, _signed(body, str(int(now))))


def _signed(body: bytes, timestamp: str) -> bytes:
    digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "Accept: */*\r\n"
        "Content-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\n"
        f"X-Slack-Signature: v0={digest}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "\r\n"
    )
    return head.encode() + body
