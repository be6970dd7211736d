"""Triage beside a keyword list and VADER on the same messages in the same minute, its memory, and loading.

`python -m benchmarks.triage 1000000` measures the memory alone, over as many messages; a million take half an hour.
How well each of them tells complaints is measured by `make train ARGS=--measure`, on rows the scorer has not seen.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.servers import Place
from benchmarks.table import Row, median, ms, percentile
from bot.content.scorer import PATH, load_scorer
from bot.content.triager import load_triager
from bot.settings import ROOT

MESSAGES = Path(__file__).parent.parent / "training" / "slack.jsonl"
_LISTED = """
    angry bad broken charged complain complained complaint damaged disappointed faulty late lost missing never refund
    rude terrible unacceptable unhappy upset waiting worst wrong
"""
KEYWORDS = frozenset(_LISTED.split())
GROWTH_GOAL = 2.0
MEGABYTE = 1024 * 1024


def measure(place: Place, *, quick: bool) -> Iterator[Row]:
    """Speed by turns, so that all three meet the same machine; memory over many messages; loading."""
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    triage = load_triager(ROOT / "responses").triage  # without the content's memory of what it read lately
    others = {"keyword list": lambda text: not KEYWORDS.isdisjoint(text.lower().split()), **_vader()}
    for text in texts:
        triage(text)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in others}
    for text in islice(cycle(texts), 500 if quick else 5_000):
        ours.append(_time(triage, text))
        for name, work in others.items():
            theirs[name].append(_time(work, text))
    beside = ", ".join(f"{name} {ms(median(found))}" for name, found in theirs.items())
    middle = median(ours)
    slowest = median(theirs["VADER"]) if "VADER" in theirs else median(theirs["keyword list"])
    yield Row("triage of a Slack message, p50", ms(middle), beside, middle / slowest, "p50 under 1 ms", middle < 0.001)
    yield Row("triage of a Slack message, p99", ms(percentile(ours, 0.99)))
    yield _growth(triage, texts, 5_000 if quick else 200_000)
    load_scorer.cache_clear()
    begin = time.process_time()
    load_scorer()
    scorer = time.process_time() - begin
    begin = time.process_time()
    load_triager(ROOT / "responses")
    whole = time.process_time() - begin
    yield Row(f"scorer of {PATH.stat().st_size // 1024} kB loaded, processor time", ms(scorer))
    yield Row("risk rules read, proved and compiled, processor time", ms(whole))


def _vader() -> dict[str, Callable[[str], object]]:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return {}
    analyzer = SentimentIntensityAnalyzer()
    return {"VADER": lambda text: analyzer.polarity_scores(text)["compound"] <= -0.05}


def _growth(triage: Callable[[str], object], texts: list[str], count: int) -> Row:
    """Messages that all differ, so that whatever remembers words would have to grow."""
    process = psutil.Process()
    for number in range(max(count // 100, 500)):
        triage(f"{texts[number % len(texts)]} word{number}")
    gc.collect()
    before = process.memory_info().rss
    for number in range(count):
        triage(f"{texts[number % len(texts)]} item{number}")
    gc.collect()
    grown = (process.memory_info().rss - before) / MEGABYTE
    return Row(
        f"memory grown over {count:,} different messages",
        f"{grown:.1f} MB",
        goal=f"under {GROWTH_GOAL:.0f} MB",
        met=grown < GROWTH_GOAL,
    )


def _time(work: Callable[[str], object], text: str) -> float:
    begin = time.perf_counter()
    work(text)
    return time.perf_counter() - begin


def main() -> None:
    """Print how much memory grows over the number of messages named on the command line."""
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    row = _growth(load_triager(ROOT / "responses").triage, texts, int(sys.argv[1]))
    print(f"{row.measured}: {row.figure}")


if __name__ == "__main__":
    main()
