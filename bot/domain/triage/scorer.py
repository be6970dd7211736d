"""A linear scorer: weights of features, added up. Trained by `make train`, see `docs/triage-model.md`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from bot.domain.triage.features import NOWHERE, Features

Row = Sequence[tuple[int, float]]
"""The weights of one feature: the column of a class, and how much the feature speaks for it."""

Heard = Mapping[int, Sequence[float]]
"""The word of a text → what its features add up to, column by column."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How likely each class is, 0 to 1. `heard` says what led to it; the columns of the classes begin at `first`."""

    shares: tuple[float, ...]
    heard: Heard
    first: int = 0

    @property
    def best(self) -> int:
        """The class with the largest share."""
        return max(range(len(self.shares)), key=self.shares.__getitem__)

    def by_word(self, which: int) -> dict[int, float]:
        """How much each word of the text spoke for a class."""
        column = self.first + which
        return {word: sums[column] for word, sums in self.heard.items() if word != NOWHERE and sums[column]}

    def words_for(self, which: int, most: int) -> list[int]:
        """The words that spoke most for a class, the strongest `most`, in reading order."""
        strong = sorted(((weight, -word) for word, weight in self.by_word(which).items() if weight > 0), reverse=True)
        return sorted(-word for _, word in strong[:most])


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a scorer answers: the classes, and how the sum of the weights of each becomes its share.

    A question with one class asks whether it is so; the shares of several add up to one.
    """

    classes: tuple[str, ...]
    slope: tuple[float, ...]
    shift: tuple[float, ...]

    def answer(self, sums: Sequence[float], heard: Heard, first: int) -> Answer:
        """The answer these sums give, from the one at `first` on."""
        scored = zip(self.slope, sums[first : first + len(self.classes)], self.shift, strict=True)
        shares = [_logistic(slope * total + shift) for slope, total, shift in scored]
        if len(shares) > 1:
            whole = sum(shares) or 1.0
            shares = [share / whole for share in shares]
        return Answer(tuple(shares), heard, first)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Several questions by name, asked at once: each feature of a text is looked up once for all of them.

    The classes of the questions, one after the other, are the columns of the weights. A table for each group of
    features: feature → its weights.
    """

    questions: Mapping[str, Question]
    tables: Sequence[Mapping[str, Row]]

    def answers(self, groups: Sequence[Features]) -> dict[str, Answer]:
        """Weigh the features of a text, group by group: a long text counts no more than a short one."""
        none = [0.0] * sum(len(question.classes) for question in self.questions.values())
        heard: defaultdict[int, list[float]] = defaultdict(none.copy)
        for table, features in zip(self.tables, groups, strict=True):
            scale = 1.0 / sqrt(len(features) or 1)
            for feature, word in features.items():
                if row := table.get(feature):
                    sums = heard[word]
                    for column, weight in row:
                        sums[column] += weight * scale
        sums = [sum(column) for column in zip(none, *heard.values(), strict=True)]
        answers = {}
        first = 0
        for name, question in self.questions.items():
            answers[name] = question.answer(sums, heard, first)
            first += len(question.classes)
        return answers


def _logistic(value: float) -> float:
    if value < -30:
        return 0.0
    return 1.0 / (1.0 + exp(-value))
