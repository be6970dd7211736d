"""`python -m benchmarks`: measure, and print one table."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import (
    acknowledge,
    cadence,
    delivery,
    followups,
    growth,
    lateness,
    limits,
    offers,
    report_to_card,
    start,
    texts,
    triage,
    words,
)
from benchmarks.load import LoadError
from benchmarks.servers import Place, StartError, place
from benchmarks.table import Row, render

Measure = Callable[..., Iterator[Row]]

MEASURES: dict[str, Measure] = {
    "acknowledge": acknowledge.measure,
    "report-to-card": report_to_card.measure,
    "delivery": delivery.measure,
    "follow-ups": followups.measure,
    "lateness": lateness.measure,
    "start": start.measure,
    "growth": growth.measure,
    "texts": texts.measure,
    "words": words.measure,
    "limits": limits.measure,
    "cadence": cadence.measure,
    "triage": triage.measure,
    "offers": offers.measure,
}


def main() -> int:
    """Run the measurements asked for, and print the table. 0 when every goal was met."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="MEASURE", help="only these: " + ", ".join(MEASURES))
    parser.add_argument(
        "--quick", action="store_true", help="shorter runs: a first look in under 90 seconds, with smaller databases"
    )
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.only) - set(MEASURES)):
        parser.error(f"{unknown[0]} is none of: {', '.join(MEASURES)}")
    rows: list[Row] = []
    failed = False
    with place() as here:
        for name in chosen.only or MEASURES:
            try:
                rows.extend(_measured(here, name, quick=chosen.quick))
            except (LoadError, StartError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                failed = True
    print(render(rows))
    return 1 if failed or any(row.met is False for row in rows) else 0


def _measured(here: Place, name: str, *, quick: bool) -> Iterator[Row]:
    begin = time.monotonic()
    yield from MEASURES[name](here, quick=quick)
    print(f"{name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
