"""The work on one message: triage, and a draft chosen, rendered and checked."""

import time
from collections.abc import Callable, Iterator

from benchmarks import bare_app
from benchmarks.reports import complaint, reports
from benchmarks.servers import Place
from benchmarks.table import Row, median, ms
from bot.content.triager import load_triager
from bot.flows.guess import details_from
from bot.flows.suggestions import best
from bot.settings import ROOT
from bot.slack.http import dispatcher


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Each many times in this process. The reference is the bare app's own work on one message, without its server."""
    times = 50 if quick else 200
    content = place.content
    complaints = iter([complaint(number) for number in range(4 * times)])
    details = iter([details_from(content.triage(complaint(number))) for number in range(2 * times)])
    bare = _bare(times)
    beside = f"bare Bolt dispatch {ms(bare)}"
    read = load_triager(ROOT / "responses").triage  # without the content's memory of what it read lately
    triage = _median(lambda: read(next(complaints)), times)
    yield Row("triage of a message", ms(triage), beside, triage / bare)
    draft = _median(lambda: best(content, next(details), agent="Ana"), times)
    yield Row("draft chosen, rendered and checked", ms(draft), beside, draft / bare, "p50 < 3 ms", draft < 0.003)


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
