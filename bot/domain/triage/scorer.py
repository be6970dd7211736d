"""A linear scorer: weights of features, added up. Trained by `make train`, see `docs/triage-model.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from bot.domain.triage.features import NOWHERE, Features

Weights = Mapping[str, Sequence[float]]
"""Feature → one weight for each class of a question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How likely each class is, 0 to 1, and how much each word of the text spoke for it."""

    shares: tuple[float, ...]
    by_word: tuple[Mapping[int, float], ...]

    @property
    def best(self) -> int:
        """The class with the largest share."""
        return max(range(len(self.shares)), key=self.shares.__getitem__)

    def words_for(self, which: int, most: int) -> list[int]:
        """The words that spoke most for a class, the strongest `most`, in reading order."""
        strong = sorted(((weight, -word) for word, weight in self.by_word[which].items() if weight > 0), reverse=True)
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
        count = len(self.classes)
        sums = [0.0] * count
        by_word: tuple[dict[int, float], ...] = tuple({} for _ in range(count))
        for weights, features in zip(self.groups, groups, strict=True):
            if not features or not weights:
                continue
            scale = 1.0 / sqrt(len(features))
            for feature, word in features.items():
                row = weights.get(feature)
                if row is None:
                    continue
                for which in range(count):
                    part = row[which] * scale
                    sums[which] += part
                    if word != NOWHERE and part:
                        parts = by_word[which]
                        parts[word] = parts.get(word, 0.0) + part
        shares = [_logistic(self.slope[which] * sums[which] + self.shift[which]) for which in range(count)]
        if count > 1:
            whole = sum(shares) or 1.0
            shares = [share / whole for share in shares]
        return Answer(tuple(shares), by_word)


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
