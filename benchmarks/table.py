"""The table that is printed: one line a figure, each beside its reference of the same run."""

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("Measured", "Amends", "Reference", "Ratio", "Goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `reference` names what stands beside the figure, with its own figure. `met` is None without a goal."""

    measured: str
    figure: str
    reference: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The line's cells as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 100 else f"{self.ratio:.0f}"
        mark = "" if self.met is None else "met" if self.met else "**missed**"
        return (self.measured, self.figure, self.reference, ratio, self.goal, mark)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return percentile(values, 0.5)


def ms(seconds: float) -> str:
    """A time as milliseconds, with as many digits as mean something."""
    value = seconds * 1000
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f} ms"


def rate(value: float) -> str:
    """Something a second."""
    return f"{value:.0f}/s"


def render(rows: Sequence[Row]) -> str:
    """The lines as a Markdown table, its columns aligned."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]

    def line(values: Sequence[str]) -> str:
        return "| " + " | ".join(value.ljust(width) for value, width in zip(values, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(HEAD), rule, *(line(row.cells()) for row in rows)])
