"""From a report that is sent to its card in Slack, with the parts of the way."""

import json
import time
from collections.abc import Iterator

from slack_sdk import WebClient

from benchmarks.load import Outcome, closed_loop, open_loop
from benchmarks.reports import Report, reports
from benchmarks.servers import Place, Server
from benchmarks.table import Row, median, ms, percentile
from benchmarks.workspace import CHANNELS, LISTENED, TOKEN

PACE = 5
"""Reports a second in the second part."""

P50, P99 = 0.3, 1.0


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """One report at a time over all listened channels; then five a second over ten channels."""
    count, seconds = (15, 2) if quick else (60, 10)
    place.ask_slack("/_delay/0")
    with place.bare() as bare:
        alone = median(closed_loop(bare.port, reports(300), connections=1, seconds=1.0).latencies) + _post(place)
    for kind in ("SQLite", "PostgreSQL"):
        with place.amends(place.database(kind)) as server:
            _one_by_one(place, server, 5)
            yield _row(f"report to card, one at a time, {kind}", _one_by_one(place, server, count), alone)
            place.ask_slack("/_cards")
            outcome = open_loop(server.port, reports(PACE * seconds), rate=PACE)
            ways = _ways(outcome, _cards(place, PACE * seconds))
            yield _row(f"report to card, {PACE} a second, {kind}", ways, alone)


def _one_by_one(place: Place, server: Server, count: int) -> list[tuple[float, float]]:
    ways = []
    for report in reports(count, channels=LISTENED):
        place.ask_slack("/_cards")
        ways += _ways(_single(server, report), _cards(place, 1))
        time.sleep(0.02)
    return ways


def _single(server: Server, report: Report) -> Outcome:
    return closed_loop(server.port, [report], connections=1, seconds=1.0)


def _cards(place: Place, count: int) -> dict[str, float]:
    """When each card came to Slack, by the thread it answers; waits a few seconds at most."""
    found: dict[str, float] = {}
    end = time.monotonic() + 5
    while len(found) < count and time.monotonic() < end:
        for thread, at in json.loads(place.ask_slack("/_cards"))["cards"]:
            found.setdefault(thread, at)
        time.sleep(0.005)
    return found


def _ways(outcome: Outcome, cards: dict[str, float]) -> list[tuple[float, float]]:
    """Of each report: the time to its acknowledgement, and the time to its card. A missing card counts as 5 s."""
    return [(outcome.answered[ts] - sent, cards.get(ts, sent + 5) - sent) for ts, sent in outcome.sent.items()]


def _post(place: Place) -> float:
    """One post through a bare client."""
    client = WebClient(TOKEN, base_url=f"http://127.0.0.1:{place.slack.port}/api/")
    times = []
    for _ in range(40):
        begin = time.perf_counter()
        client.chat_postMessage(channel=CHANNELS[0].id, text="A card")
        times.append(time.perf_counter() - begin)
    return median(times)


def _row(name: str, ways: list[tuple[float, float]], alone: float) -> Row:
    totals = [card for _, card in ways]
    p50, p99 = median(totals), percentile(totals, 0.99)
    acknowledged = median([ack for ack, _ in ways])
    delivered = median([card - ack for ack, card in ways])
    return Row(
        name,
        f"p50 {ms(p50)}, p99 {ms(p99)} (acknowledged {ms(acknowledged)}, then at Slack {ms(delivered)})",
        f"bare acknowledgement and bare post {ms(alone)}",
        p50 / alone,
        "p50 < 300 ms, p99 < 1 s",
        p50 < P50 and p99 < P99,
    )
