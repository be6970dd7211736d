"""What was said held against what is true: precision, recall and F1, and who was taken for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hits, false alarms and misses."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        """The share of what was called so that is so; 0 when nothing was called so."""
        return self.hits / (self.hits + self.false_alarms) if self.hits else 0.0

    @property
    def recall(self) -> float:
        """The share of what is so that was called so; 0 when nothing is so."""
        return self.hits / (self.hits + self.misses) if self.hits else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hits / (2 * self.hits + self.false_alarms + self.misses) if self.hits else 0.0


def outcome(truth: Sequence[bool], said: Sequence[bool]) -> Outcome:
    """Yes or no, row by row."""
    pairs = Counter(zip(truth, said, strict=True))
    return Outcome(pairs[True, True], pairs[False, True], pairs[True, False])


def outcome_of_lists(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> Outcome:
    """Lists of labels, row by row: each label of each row counts once."""
    hits = false_alarms = misses = 0
    for right, given in zip(truth, said, strict=True):
        hits += len({*right} & {*given})
        false_alarms += len({*given} - {*right})
        misses += len({*right} - {*given})
    return Outcome(hits, false_alarms, misses)


def macro_f1(truth: Sequence[str], said: Sequence[str | None]) -> float:
    """The mean F1 of all labels that occur on either side; a row without an answer is a miss of its label."""
    names = sorted({*truth, *(one for one in said if one is not None)})
    if not names:
        return 0.0
    return sum(outcome([one == name for one in truth], [one == name for one in said]).f1 for name in names) / len(names)


def confusion(truth: Sequence[str], said: Sequence[str | None], names: Sequence[str]) -> str:
    """A table: a line for what is true, a column for what was said; `none` where nothing was."""
    pairs = Counter(zip(truth, (one or "none" for one in said), strict=True))
    columns = [*names, *(["none"] if any(one == "none" for _, one in pairs) else [])]
    width = max(map(len, (*columns, "true \\ said")))
    lines = ["  ".join(["true \\ said".ljust(width), *(column.rjust(8) for column in columns)])]
    for name in names:
        lines.append("  ".join([name.ljust(width), *(str(pairs[name, column]).rjust(8) for column in columns)]))
    return "\n".join(lines)
