"""Rows → a scorer: linear models over the features of the bot, the same at any time and place."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.domain.triage import labels
from bot.domain.triage.features import Features
from bot.domain.triage.scorer import Question, Scorer
from bot.domain.triage.triager import Triager
from training.rows import Row

GROUPS = ("words", "pieces", "cues")
UNIT = 1000
"""Weights are kept as whole thousandths, so that the same rows give the same file to the byte."""


@dataclass(frozen=True)
class Plan:
    """How one question is fitted: how much each group of features counts, and in how many rows a feature must stand."""

    scale: tuple[float, float, float]
    least: tuple[int, int, int]
    strength: float
    smallest: int


COMPLAINT = Plan(scale=(0.8, 0.8, 3.0), least=(3, 6, 2), strength=1.0, smallest=100)
CATEGORY = Plan(scale=(0.7, 0.5, 3.0), least=(3, 6, 2), strength=2.0, smallest=150)
SEVERITY = Plan(scale=(0.6, 0.5, 3.0), least=(3, 6, 2), strength=2.0, smallest=150)

Groups = tuple[Features, Features, Features]


def features_of(triager: Triager, rows: Sequence[Row]) -> list[Groups]:
    """The features of each row."""
    return [triager.see(row.text).features for row in rows]


def fit(rows: Sequence[Row], features: Sequence[Groups]) -> Scorer:
    """The three questions, each fitted on the rows that have an answer to it; complaint not yet calibrated."""
    return Scorer(
        complaint=_fit(COMPLAINT, ("complaint",), rows, features, lambda row: "complaint" if row.complaint else ""),
        category=_fit(CATEGORY, labels.CATEGORIES, *_with(rows, features, "category"), lambda row: row.category),
        severity=_fit(SEVERITY, labels.SEVERITIES, *_with(rows, features, "severity"), lambda row: row.severity),
    )


def _with(rows: Sequence[Row], features: Sequence[Groups], field: str) -> tuple[list[Row], list[Groups]]:
    chosen = [place for place, row in enumerate(rows) if row.complaint and getattr(row, field)]
    return [rows[place] for place in chosen], [features[place] for place in chosen]


def _fit(
    plan: Plan,
    classes: tuple[str, ...],
    rows: Sequence[Row],
    features: Sequence[Groups],
    answer: Callable[[Row], str | None],
) -> Question:
    names, columns, matrix, factors = _matrix(plan, features)
    weights = [row.weight for row in rows]
    tables: list[dict[str, list[int]]] = [{} for _ in GROUPS]
    shifts = []
    for which, name in enumerate(classes):
        target = np.array([answer(row) == name for row in rows])
        model = LogisticRegression(
            C=plan.strength, solver="liblinear", class_weight="balanced", tol=1e-7, max_iter=5000, random_state=0
        ).fit(matrix, target, sample_weight=weights)
        shifts.append(round(float(model.intercept_[0]), 3))
        for (group, feature), column in zip(names, columns, strict=True):
            weight = round(float(model.coef_[0][column]) * factors[column] * UNIT)
            if abs(weight) >= plan.smallest:
                tables[group].setdefault(feature, [0] * len(classes))[which] = weight
    return Question(
        classes,
        tuple(dict(sorted(table.items())) for table in tables),
        tuple(1 / UNIT for _ in classes),
        tuple(shifts),
    )


def _matrix(plan: Plan, features: Sequence[Groups]) -> tuple[list[tuple[int, str]], list[int], csr_matrix, list[float]]:
    """The features as a sparse matrix: each group has length one times its scale, rare words count more."""
    counts = [Counter(name for groups in features for name in groups[group]) for group in range(len(GROUPS))]
    names = [
        (group, name)
        for group in range(len(GROUPS))
        if plan.scale[group]
        for name in sorted(counts[group])
        if counts[group][name] >= plan.least[group]
    ]
    place_of = {key: place for place, key in enumerate(names)}
    size = len(features)
    factors = [plan.scale[group] * _rarity(size, counts[group][name], group) for group, name in names]
    data: list[float] = []
    where: list[int] = []
    ends = [0]
    for groups in features:
        for group, found in enumerate(groups):
            for name in found:
                place = place_of.get((group, name))
                if place is not None:
                    where.append(place)
                    data.append(factors[place] / math.sqrt(len(found)))
        ends.append(len(where))
    matrix = csr_matrix((data, where, ends), shape=(size, len(names)))
    matrix.sort_indices()
    return names, list(range(len(names))), matrix, factors


def _rarity(size: int, count: int, group: int) -> float:
    return 1.0 if GROUPS[group] == "cues" else math.log((1 + size) / (1 + count)) + 1


def calibrated(question: Question, values: Sequence[float], truth: Sequence[bool]) -> Question:
    """The question with its score stretched and moved so that 0.5 is where F1 was best on rows it was not fitted on."""
    spread = LogisticRegression(C=1e6, solver="liblinear", tol=1e-7, random_state=0).fit(
        np.array(values).reshape(-1, 1), np.array(truth)
    )
    slope = round(max(float(spread.coef_[0][0]), 0.1), 3)
    return Question(
        question.classes,
        question.groups,
        (slope / UNIT,),
        (round(question.shift[0] * slope - slope * best_threshold(values, truth), 3),),
    )


def best_threshold(values: Sequence[float], truth: Sequence[bool]) -> float:
    """The middle of all values from which calling a row a complaint gives an F1 within 0.01 of the best."""
    steps = sorted({round(value, 2) for value in values})
    found = [(f1(truth, [value >= step for value in values]), step) for step in steps]
    best = max(found)[0]
    good = [step for score, step in found if score >= best - 0.01]
    return good[len(good) // 2]


def f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """2 · hits / (2 · hits + false alarms + misses)."""
    hits = sum(one and other for one, other in zip(truth, said, strict=True))
    wrong = sum(one != other for one, other in zip(truth, said, strict=True))
    return 2 * hits / (2 * hits + wrong) if hits else 0.0
