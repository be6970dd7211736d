"""Figures on rows a scorer was not fitted on: cross-validated, and on files that were kept apart."""

import math
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.content.risks import load_risks
from bot.domain.triage import labels
from bot.domain.triage.evaluation import macro_f1, outcome, outcome_of_lists
from bot.domain.triage.scorer import Answer, Scorer
from bot.domain.triage.severity import GRAVE
from bot.domain.triage.triager import Triager
from training.fit import Groups, best_threshold, calibrated, features_of, fit, quiet_threshold
from training.rows import HERE, RETOLD, Row, public_rows, rows_of_file, training_rows

FOLDS = 5
FALSE_ALARMS = 0.05
"""The share of messages without risk in which the scorer may hear one that no rule finds."""

_RISKS = HERE.parent / "responses" / "risks"


def triager() -> Triager:
    """Reads features; weighs nothing."""
    return Triager(load_risks(_RISKS), None)


def final_scorer(rows: Sequence[Row] | None = None) -> Scorer:
    """Fitted on all rows, its scores calibrated on what folds said of rows they had not seen."""
    rows = training_rows() if rows is None else rows
    features = features_of(triager(), rows)
    return _calibrated(fit(rows, features), rows, cross_validated(rows, features))


def _calibrated(scorer: Scorer, rows: Sequence[Row], outcomes: Sequence["Said"]) -> Scorer:
    seen = [place for place, row in enumerate(rows) if _is_slack(row)]
    complaint = [outcomes[place].value for place in seen], [rows[place].complaint for place in seen]
    alarm = [outcomes[place].alarm for place in seen], [bool(rows[place].risk) for place in seen]
    thresholds = {
        "complaint": (*complaint, calibrated_at(rows, outcomes)),
        "alarm": (*alarm, quiet_threshold(*alarm, FALSE_ALARMS)),
    }
    found = {name: calibrated(scorer.questions[name], *each) for name, each in thresholds.items()}
    return Scorer({**scorer.questions, **found}, scorer.tables)


def _is_slack(row: Row) -> bool:
    return row.source in ("own", "slack")


class Said:
    """What is said of one row: the raw value, and the best category and severity, as the triager would say."""

    def __init__(self, scorer: Scorer, groups: Groups) -> None:
        said = scorer.answers(groups)
        self.value = raw(said["complaint"])
        self.alarm = raw(said["alarm"])
        self.category = labels.CATEGORIES[said["category"].best]
        is_grave = any(f"{signal}!" in groups[2] for signal in GRAVE)
        self.severity = "high" if is_grave else labels.SEVERITIES[said["severity"].best]


def raw(answer: Answer) -> float:
    """The sum of weights before it became a share."""
    share = min(max(answer.shares[0], 1e-12), 1 - 1e-12)
    return math.log(share / (1 - share))


def cross_validated(rows: Sequence[Row], features: Sequence[Groups]) -> list[Said]:
    """Each row judged by a scorer fitted on the other folds; a message and its twin are in one fold."""
    fold_of = {group: place % FOLDS for place, group in enumerate(sorted({row.group for row in rows}))}
    said: dict[int, Said] = {}
    for fold in range(FOLDS):
        kept = [place for place, row in enumerate(rows) if fold_of[row.group] != fold]
        scorer = fit([rows[place] for place in kept], [features[place] for place in kept])
        for place, row in enumerate(rows):
            if fold_of[row.group] == fold:
                said[place] = Said(scorer, features[place])
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [said[place] for place in range(len(rows))]


def run(files: Sequence[Path]) -> None:
    """Print every figure of the model card."""
    rows = training_rows()
    features = features_of(triager(), rows)
    said = cross_validated(rows, features)
    print(f"{len(rows)} rows, {FOLDS} folds; 95 % intervals by drawing rows 1,000 times")
    threshold = calibrated_at(rows, said)
    for name, sources in (
        ("own and Slack rows", ("own", "slack")),
        ("public rows", tuple({row.source for row in public_rows()})),
        *((f"  {source}", (source,)) for source in sorted({row.source for row in public_rows()})),
    ):
        chosen = [place for place, row in enumerate(rows) if row.source in sources and row.weight != RETOLD]
        _print(name, [rows[place] for place in chosen], [said[place] for place in chosen], threshold)
    without = training_rows(slack=False)
    kept = features_of(triager(), without)
    outcomes = cross_validated(without, kept)
    scorer = _calibrated(fit(without, kept), without, outcomes)
    reader = Triager(load_risks(_RISKS), scorer)
    held = [("slack.jsonl, not trained on", rows_of_file(HERE / "slack.jsonl"))]
    held += [(path.name, rows_of_file(path)) for path in files]
    for name, others in held:
        groups = features_of(triager(), others)
        _print(name, others, [Said(scorer, each) for each in groups], 0.0)
        for other, says in _others():
            _print_one(f"  {other} on the same", [(row.complaint, says(row.text)) for row in others])
        _print_risks(others, reader)


def _others() -> list[tuple[str, Callable[[str], bool]]]:
    """What the scorer is measured beside: a list of words, and VADER where it is installed."""
    found: list[tuple[str, Callable[[str], bool]]] = [("keyword list", lambda text: bool(_KEYWORDS & _words(text)))]
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return found
    analyzer = SentimentIntensityAnalyzer()
    return [*found, ("VADER", lambda text: analyzer.polarity_scores(text)["compound"] <= -0.05)]


_LISTED = """
    angry bad broken charged complain complained complaint damaged disappointed faulty late lost missing never refund
    rude terrible unacceptable unhappy upset waiting worst wrong
"""
_KEYWORDS = frozenset(_LISTED.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z']+", text.lower()))


def _print_one(name: str, pairs: Sequence[tuple[bool, bool]]) -> None:
    found = outcome([truth for truth, _ in pairs], [said for _, said in pairs])
    print(f"{name:32} F1 {found.f1:.3f} P {found.precision:.3f} R {found.recall:.3f}")


def _print_risks(rows: Sequence[Row], reader: Triager) -> None:
    looked = [row for row in rows if row.source in ("own", "slack")]
    if not looked:
        return
    said = [labels.in_short(reader.triage(row.text))["risk"] for row in looked]
    each = outcome_of_lists([row.risk for row in looked], said)
    any_risk = outcome([bool(row.risk) for row in looked], [bool(risks) for risks in said])
    for name, found in (("any risk", any_risk), ("each risk", each)):
        print(f"  {name:30} P {found.precision:.3f} R {found.recall:.3f} ({found.hits + found.misses})")


def calibrated_at(rows: Sequence[Row], said: Sequence[Said]) -> float:
    """The value from which a row counts as a complaint, as the shipped file has it."""

    seen = [(one.value, row.complaint) for one, row in zip(said, rows, strict=True) if _is_slack(row)]
    return best_threshold([value for value, _ in seen], [truth for _, truth in seen])


def _print(name: str, rows: Sequence[Row], said: Sequence[Said], threshold: float) -> None:
    pairs = list(zip(rows, said, strict=True))
    whole = [(row.complaint, one.value >= threshold) for row, one in pairs]
    found = outcome([truth for truth, _ in whole], [given for _, given in whole])
    low, high = _interval(whole, lambda some: outcome([t for t, _ in some], [g for _, g in some]).f1)
    print(
        f"{name:32} n {len(rows):4} ({sum(row.complaint for row in rows)}) "
        f"F1 {found.f1:.3f} [{low:.2f} {high:.2f}] P {found.precision:.3f} R {found.recall:.3f}",
        end="",
    )
    for field in ("category", "severity"):
        known = [
            (getattr(row, field), getattr(one, field)) for row, one in pairs if row.complaint and getattr(row, field)
        ]
        if known:
            low, high = _interval(known, lambda some: macro_f1([t for t, _ in some], [g for _, g in some]))
            value = macro_f1([truth for truth, _ in known], [given for _, given in known])
            print(f" {field} {value:.3f} [{low:.2f} {high:.2f}]", end="")
    print()


def _interval(pairs: Sequence[tuple], figure: object) -> tuple[float, float]:  # type: ignore[type-arg]
    draw = random.Random(0)
    values = sorted(figure(draw.choices(pairs, k=len(pairs))) for _ in range(1000))  # type: ignore[operator]
    return values[25], values[974]
