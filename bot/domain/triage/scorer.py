"""A linear scorer: weights of features, added up. Trained by `make train`, see `docs/triage-model.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from bot.domain.triage.features import NOWHERE, Features

Weights = Mapping[str, Sequence[float]]
"""Feature → one weight for each class of a question."""

Found = tuple[Sequence[float], int]
"""A feature of the text that has weights: these, and the word it comes from."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How likely each class is, 0 to 1. `spoke` are the weights of what was found, each with its word, by group."""

    shares: tuple[float, ...]
    spoke: tuple[tuple[float, Sequence[Found]], ...] = ()

    @property
    def best(self) -> int:
        """The class with the largest share."""
        return max(range(len(self.shares)), key=self.shares.__getitem__)

    def by_word(self, which: int) -> dict[int, float]:
        """How much each word of the text spoke for a class."""
        parts: dict[int, float] = {}
        for scale, several in self.spoke:
            for row, word in several:
                if word != NOWHERE and row[which]:
                    parts[word] = parts.get(word, 0.0) + row[which] * scale
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
        spoke: list[tuple[float, Sequence[Found]]] = []
        sums = [0.0] * len(self.classes)
        for weights, features in zip(self.groups, groups, strict=True):
            known = [(row, word) for feature, word in features.items() if (row := weights.get(feature))]
            if known:
                scale = 1.0 / sqrt(len(features))
                spoke.append((scale, known))
                added = map(sum, zip(*(row for row, _ in known), strict=True))
                sums = [before + scale * more for before, more in zip(sums, added, strict=True)]
        scored = zip(self.slope, sums, self.shift, strict=True)
        shares = [_logistic(slope * total + shift) for slope, total, shift in scored]
        if len(shares) > 1:
            whole = sum(shares) or 1.0
            shares = [share / whole for share in shares]
        return Answer(tuple(shares), tuple(spoke))


@dataclass(frozen=True, slots=True)
class Scorer:
    """The three questions asked of every text. `complaint` has one class: it is one."""

    complaint: Question
    category: Question
    severity: Question


def _logistic(value: float) -> float:
    if value < -30:
        return 0.0
    return 1.0 / (1.0 + exp(-value))
