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
from bot.domain.triage.risks import SIGNALS
from bot.domain.triage.scorer import Question, Scorer
from bot.domain.triage.triager import Triager
from training.rows import Row

GROUPS = ("words", "pieces", "cues")
UNIT = 10
"""Weights are kept as whole tenths, so that the same rows give the same file to the byte."""

SMALLEST = 5
"""Weights nearer to nothing than this are left out."""


@dataclass(frozen=True)
class Plan:
    """How one question is fitted: how much each group of features counts, and in how many rows a feature must stand."""

    scale: tuple[float, float, float]
    least: tuple[int, int, int]
    strength: float


COMPLAINT = Plan(scale=(0.8, 0.8, 3.0), least=(3, 6, 2), strength=1.0)
CATEGORY = Plan(scale=(0.7, 0.5, 3.0), least=(3, 6, 2), strength=2.0)
SEVERITY = Plan(scale=(0.6, 0.5, 3.0), least=(3, 6, 2), strength=2.0)
ALARM = Plan(scale=(0.8, 0.8, 3.0), least=(3, 6, 2), strength=2.0)
RISK = Plan(scale=(0.8, 0.8, 3.0), least=(3, 8, 2), strength=2.0)

Groups = tuple[Features, Features, Features]


def features_of(triager: Triager, rows: Sequence[Row]) -> list[Groups]:
    """The features of each row."""
    return [triager.see(row.text).features for row in rows]


def fit(rows: Sequence[Row], features: Sequence[Groups]) -> Scorer:
    """All questions, each fitted on the rows that have an answer to it; complaint and alarm not yet calibrated."""
    unruled = [_without_rules(groups) for groups in features]
    labelled = [place for place, row in enumerate(rows) if may_have_risk(row)]
    risky = [place for place in labelled if rows[place].risk]
    fitted = {
        "complaint": _fit(COMPLAINT, ("yes",), rows, features, lambda row: "yes" if row.complaint else ""),
        "category": _fit(CATEGORY, labels.CATEGORIES, *_with(rows, features, "category"), lambda row: row.category),
        "severity": _fit(SEVERITY, labels.SEVERITIES, *_with(rows, features, "severity"), lambda row: row.severity),
        "alarm": _fit(ALARM, ("yes",), *_at(labelled, rows, unruled), lambda row: "yes" if row.risk else ""),
        "risk": _fit(RISK, labels.RISKS, *_at(risky, rows, unruled), lambda row: row.risk[0]),
    }
    tables: list[dict[str, list[tuple[int, float]]]] = [{} for _ in GROUPS]
    first = 0
    for question, weights in fitted.values():
        for group, feature, which, weight in weights:
            tables[group].setdefault(feature, []).append((first + which, weight))
        first += len(question.classes)
    return Scorer({name: question for name, (question, _) in fitted.items()}, tables)


def may_have_risk(row: Row) -> bool:
    """Whether somebody looked for risks in a row: nobody did in complaints of other people's data sets."""
    return not row.complaint or row.source in ("own", "slack")


_OF_RULES = {f"{signal}!" for signal in (*SIGNALS, "risk")}


def _without_rules(groups: Groups) -> Groups:
    """The features of a row without what the risk rules found in it: the scorer listens where they are deaf."""
    words, pieces, cues = groups
    return words, pieces, {name: place for name, place in cues.items() if name not in _OF_RULES}


def _at(places: Sequence[int], rows: Sequence[Row], features: Sequence[Groups]) -> tuple[list[Row], list[Groups]]:
    return [rows[place] for place in places], [features[place] for place in places]


def _with(rows: Sequence[Row], features: Sequence[Groups], field: str) -> tuple[list[Row], list[Groups]]:
    return _at([place for place, row in enumerate(rows) if row.complaint and getattr(row, field)], rows, features)


Weight = tuple[int, str, int, float]
"""Group, feature, class, weight."""


def _fit(
    plan: Plan,
    classes: tuple[str, ...],
    rows: Sequence[Row],
    features: Sequence[Groups],
    answer: Callable[[Row], str | None],
) -> tuple[Question, list[Weight]]:
    names, factors, matrix = _matrix(plan, features)
    counts = [row.weight for row in rows]
    weights: list[Weight] = []
    shifts = []
    for which, name in enumerate(classes):
        target = np.array([answer(row) == name for row in rows])
        model = LogisticRegression(
            C=plan.strength, solver="liblinear", class_weight="balanced", tol=1e-7, max_iter=5000, random_state=0
        ).fit(matrix, target, sample_weight=counts)
        shifts.append(round(float(model.intercept_[0]), 3))
        for (group, feature), factor, found in zip(names, factors, model.coef_[0], strict=True):
            weight = round(float(found) * factor * UNIT)
            if abs(weight) >= SMALLEST:
                weights.append((group, feature, which, weight))
    return Question(classes, (1 / UNIT,) * len(classes), tuple(shifts)), weights


def _matrix(plan: Plan, features: Sequence[Groups]) -> tuple[list[tuple[int, str]], list[float], csr_matrix]:
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
    return names, factors, matrix


def _rarity(size: int, count: int, group: int) -> float:
    return 1.0 if GROUPS[group] == "cues" else math.log((1 + size) / (1 + count)) + 1


def calibrated(question: Question, values: Sequence[float], truth: Sequence[bool], threshold: float) -> Question:
    """The question with its score stretched by rows it was not fitted on, and moved so that 0.5 is at the threshold."""
    spread = LogisticRegression(C=1e6, solver="liblinear", tol=1e-7, random_state=0).fit(
        np.array(values).reshape(-1, 1), np.array(truth)
    )
    slope = round(max(float(spread.coef_[0][0]), 0.1), 3)
    return Question(question.classes, (slope / UNIT,), (round(slope * (question.shift[0] - threshold), 3),))


def best_threshold(values: Sequence[float], truth: Sequence[bool]) -> float:
    """The middle of all values from which calling a row a complaint gives an F1 within 0.01 of the best."""
    steps = sorted({round(value, 2) for value in values})
    found = [(f1(truth, [value >= step for value in values]), step) for step in steps]
    best = max(found)[0]
    good = [step for score, step in found if score >= best - 0.01]
    return good[len(good) // 2]


def quiet_threshold(values: Sequence[float], truth: Sequence[bool], most: float) -> float:
    """The value that no more than this share of the rows without risk reach."""
    harmless = sorted((value for value, is_one in zip(values, truth, strict=True) if not is_one), reverse=True)
    return harmless[int(len(harmless) * most)] + 0.01


def f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """2 · hits / (2 · hits + false alarms + misses)."""
    hits = sum(one and other for one, other in zip(truth, said, strict=True))
    wrong = sum(one != other for one, other in zip(truth, said, strict=True))
    return 2 * hits / (2 * hits + wrong) if hits else 0.0
