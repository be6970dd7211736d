"""A linear scorer: weights of features, added up. Trained by `make train`, see `docs/triage-model.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

from bot.domain.triage.features import NOWHERE, Features

Weights = Mapping[str, Sequence[float]]
"""Feature → one weight for each class of a question."""

Found = tuple[Sequence[float], int]
"""A feature of the text that has weights: these, and the word it comes from."""


Spoke = list[tuple[float, Sequence[Found]]]
"""What was found of each group, and how much each of its weights counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How likely each class is, 0 to 1. `spoke` is what was found; the weights of the classes begin at `first`."""

    shares: tuple[float, ...]
    spoke: Spoke
    first: int = 0

    @property
    def best(self) -> int:
        """The class with the largest share."""
        return max(range(len(self.shares)), key=self.shares.__getitem__)

    def by_word(self, which: int) -> dict[int, float]:
        """How much each word of the text spoke for a class."""
        parts: dict[int, float] = {}
        column = self.first + which
        for scale, several in self.spoke:
            for row, word in several:
                if word != NOWHERE and row[column]:
                    parts[word] = parts.get(word, 0.0) + row[column] * scale
        return parts

    def words_for(self, which: int, most: int) -> list[int]:
        """The words that spoke most for a class, the strongest `most`, in reading order."""
        strong = sorted(((weight, -word) for word, weight in self.by_word(which).items() if weight > 0), reverse=True)
        return sorted(-word for _, word in strong[:most])


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a scorer answers: the classes, and the weights of each group of features."""

    classes: tuple[str, ...]
    groups: tuple[Weights, ...]
    slope: tuple[float, ...]
    shift: tuple[float, ...]

    def answer(self, groups: Sequence[Features]) -> Answer:
        """Weigh the features of a text, group by group: a long text counts no more than a short one."""
        return self.said(*_weighed(self.groups, groups, len(self.classes)))

    def said(self, sums: Sequence[float], spoke: Spoke, first: int = 0) -> Answer:
        """The answer that these sums give, from the one at `first` on."""
        scored = zip(self.slope, sums[first : first + len(self.classes)], self.shift, strict=True)
        shares = [_logistic(slope * total + shift) for slope, total, shift in scored]
        if len(shares) > 1:
            whole = sum(shares) or 1.0
            shares = [share / whole for share in shares]
        return Answer(tuple(shares), spoke, first)


@dataclass(frozen=True, slots=True)
class Scorer:
    """The three questions asked of every text. `complaint` has one class: it is one."""

    complaint: Question
    category: Question
    severity: Question


class Weigher:
    """A scorer whose three questions are asked at once: each feature of a text is looked up once for all of them."""

    def __init__(self, scorer: Scorer) -> None:
        several = (scorer.complaint, scorer.category, scorer.severity)
        self.complaint, self.category, self.severity = (replace(each, groups=()) for each in several)
        self._width = sum(len(each.classes) for each in several)
        self._groups = tuple(_side_by_side(several, group) for group in range(len(scorer.complaint.groups)))

    def answers(self, groups: Sequence[Features]) -> tuple[Answer, Answer, Answer]:
        """Whether it is a complaint, its category and its severity."""
        sums, spoke = _weighed(self._groups, groups, self._width)
        second = len(self.complaint.classes)
        return (
            self.complaint.said(sums, spoke),
            self.category.said(sums, spoke, second),
            self.severity.said(sums, spoke, second + len(self.category.classes)),
        )


def _side_by_side(several: Sequence[Question], group: int) -> Weights:
    """The weights of several questions in one table, a row holding the classes of all of them."""
    tables = [(each.groups[group], (0.0,) * len(each.classes)) for each in several]
    same: dict[float, float] = {}  # most weights come often: each is kept once
    return {
        feature: tuple(same.setdefault(weight, weight) for table, none in tables for weight in table.get(feature, none))
        for feature in dict.fromkeys(feature for table, _ in tables for feature in table)
    }


def _weighed(tables: Sequence[Weights], groups: Sequence[Features], width: int) -> tuple[list[float], Spoke]:
    """What the features of a text add up to for each class, and what was found."""
    spoke: Spoke = []
    sums = [0.0] * width
    for weights, features in zip(tables, groups, strict=True):
        known = [(row, word) for feature, word in features.items() if (row := weights.get(feature))]
        if known:
            scale = 1.0 / sqrt(len(features))
            spoke.append((scale, known))
            added = map(sum, zip(*(row for row, _ in known), strict=True))
            sums = [before + scale * more for before, more in zip(sums, added, strict=True)]
    return sums, spoke


def _logistic(value: float) -> float:
    if value < -30:
        return 0.0
    return 1.0 / (1.0 + exp(-value))
