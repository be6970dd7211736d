"""`make train`: fit the scorer and write its file. `make train ARGS=--measure` cross-validates instead."""

import argparse
import sys
from pathlib import Path

from training import measure
from training.model_file import PATH, write


def main() -> int:
    """Fit and write, or measure."""
    parser = argparse.ArgumentParser(prog="make train", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="cross-validate and print the figures of the model card")
    parser.add_argument(
        "--evaluate", action="append", default=[], type=Path, metavar="FILE", help="measure on FILE too"
    )
    parser.add_argument("--out", type=Path, default=PATH, help=f"where the scorer goes (default {PATH.name})")
    chosen = parser.parse_args()
    if chosen.measure:
        measure.run(chosen.evaluate)
        return 0
    write(measure.final_scorer(), chosen.out)
    print(f"{chosen.out}: {chosen.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
