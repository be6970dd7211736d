"""Cards delivered a second from a full outbox, with a Slack that answers at once and one that takes 100 ms."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_sdk import WebClient

from benchmarks.fill import fill
from benchmarks.servers import Place
from benchmarks.table import Row, rate
from benchmarks.workspace import CHANNELS, TOKEN, WORKSPACE
from bot.clock import WORKERS
from bot.flows.cards import card_of
from bot.slack.blocks import cases as case_blocks
from bot.store.db import Database

EACH = 3
"""Cards for each channel: as many as the pace of a channel lets through at once."""

LONGEST = 15.0


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """900 cards over 300 channels each time. The reference: as many threads that do nothing but post the same card."""
    count = len(CHANNELS) * (1 if quick else EACH)
    for delay in (0, 100):
        bare = 0.0
        for kind in ("SQLite", "PostgreSQL"):
            address = place.database(kind)
            database = Database(address)
            fill(database, place.content, count, state="pending")
            card = _card(database)
            database.close()
            place.ask_slack(f"/_delay/{delay}")
            bare = bare or _bare(place, card, count // 2)
            mine = _amends(place, kind, address, count)
            place.drop(address)
            yield Row(
                f"cards delivered, Slack answers in {delay} ms, {kind}",
                rate(mine),
                f"{WORKERS} threads that only post {rate(bare)}",
                mine / bare,
            )
    place.ask_slack("/_delay/0")


def _amends(place: Place, kind: str, address: str, count: int) -> float:
    place.ask_slack("/_cards")
    times: list[float] = []
    with place.amends(address, door=kind == "SQLite"):
        end = time.monotonic() + LONGEST
        while len(times) < count and time.monotonic() < end:
            time.sleep(0.05)
            times += [at for _, at in json.loads(place.ask_slack("/_cards"))["cards"]]
    return _pace(times)


def _bare(place: Place, card: tuple[str, list[dict[str, Any]]], count: int) -> float:
    client = WebClient(TOKEN, base_url=f"http://127.0.0.1:{place.slack.port}/api/")
    text, blocks = card
    place.ask_slack("/_cards")
    with ThreadPoolExecutor(WORKERS) as threads:
        posts = [
            threads.submit(client.chat_postMessage, channel=CHANNELS[0].id, text=text, blocks=blocks)
            for _ in range(count)
        ]
        for post in posts:
            post.result()
    return _pace([at for _, at in json.loads(place.ask_slack("/_cards"))["cards"]])


def _pace(times: list[float]) -> float:
    return (len(times) - 1) / (max(times) - min(times)) if len(times) > 1 else 0.0


def _card(database: Database) -> tuple[str, list[dict[str, Any]]]:
    with database.reading() as session:
        card = card_of(session, WORKSPACE, 1)
    assert card is not None
    text, blocks = case_blocks.card(card, [], marker="notice-1")
    return text, list(blocks)
