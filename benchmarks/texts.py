"""The work on words: phrase checks, triage, and a draft chosen, rendered and checked."""

import time
from collections.abc import Callable, Iterator

from benchmarks import bare_app
from benchmarks.reports import complaint, reports
from benchmarks.servers import Place
from benchmarks.table import Row, median, ms
from bot.flows.drafts import best, for_text
from bot.flows.guess import details_from
from bot.slack.http import dispatcher

REPLY, HUGE = 1_200, 40_000


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Each many times in this process. The reference is the bare app's own work on one message, without its server."""
    times = 50 if quick else 200
    content = place.content
    one = for_text(content, complaint(0), agent="Ana").text
    reply, huge = ((one + "\n\n") * (size // len(one) + 1) for size in (REPLY, HUGE))
    complaints = iter([complaint(number) for number in range(4 * times)])
    details = iter([details_from(content.triage(complaint(number))) for number in range(2 * times)])
    bare = _bare(times)
    work: list[tuple[str, Callable[[], object], int]] = [
        (f"phrase check of {REPLY:,} characters", lambda: content.check(reply[:REPLY]), times),
        (f"phrase check of {HUGE:,} characters", lambda: content.check(huge[:HUGE]), times // 10),
        ("triage of a message", lambda: content.triage(next(complaints)), times),
        ("draft chosen, rendered and checked", lambda: best(content, next(details), agent="Ana"), times),
    ]
    for name, what, count in work:
        mine = _median(what, count)
        yield Row(name, ms(mine), f"bare Bolt dispatch {ms(bare)}", mine / bare)


def _bare(times: int) -> float:
    dispatch = dispatcher(bare_app.build())
    requests = iter([_parted(report.request) for report in reports(2 * times)])
    return _median(lambda: dispatch(*next(requests)), times)


def _parted(request: bytes) -> tuple[str, dict[str, list[str]]]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return body.decode(), {name.lower(): [value] for name, _, value in lines}


def _median(what: Callable[[], object], count: int) -> float:
    found = []
    for _ in range(count):
        begin = time.perf_counter()
        what()
        found.append(time.perf_counter() - begin)
    return median(found)
