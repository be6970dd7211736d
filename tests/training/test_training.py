"""The training of the triage scorer: rows, retelling, and the same file to the byte."""

from pathlib import Path

import pytest

from bot.content.scorer import PATH, load_scorer
from bot.domain.triage import labels
from bot.domain.triage.scorer import Question, Scorer
from training.fit import best_threshold, features_of, fit, may_have_risk, quiet_threshold
from training.measure import final_scorer, triager
from training.model_file import write
from training.rows import Row, own_rows, public_rows, retold, training_rows

LARGEST_FILE = 1_000_000


@pytest.fixture(scope="module")
def few() -> list[Row]:
    """Every ninth row: enough to fit something, quickly."""
    return training_rows()[::9]


def test_the_same_rows_give_the_same_file_to_the_byte(few: list[Row], tmp_path: Path) -> None:
    for name in ("first.json", "second.json"):
        write(final_scorer(few), tmp_path / name)
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()
    assert load_scorer(tmp_path / "first.json").questions["category"].classes == labels.CATEGORIES


def test_the_shipped_file_is_small_and_has_all_answers() -> None:
    assert PATH.stat().st_size < LARGEST_FILE
    assert {name: question.classes for name, question in load_scorer().questions.items()} == {
        "complaint": ("yes",),
        "category": labels.CATEGORIES,
        "severity": labels.SEVERITIES,
        "alarm": ("yes",),
        "risk": labels.RISKS,
    }


def test_rows_are_labelled_with_the_short_lists_only() -> None:
    rows = training_rows()
    assert {row.category for row in rows} <= {*labels.CATEGORIES, None}
    assert {row.severity for row in rows} <= {*labels.SEVERITIES, None}
    assert {risk for row in rows for risk in row.risk} <= {*labels.RISKS}
    assert all(row.complaint or (row.category, row.severity, row.risk) == (None, None, ()) for row in rows)


def test_only_rows_whose_licence_allows_it_are_kept() -> None:
    assert {row.source for row in public_rows()} == {
        "banking77", "cfpb", "clinc150", "multidogo", "nlupp", "uci-sentences",
    }  # fmt: skip


def test_no_own_message_is_written_twice() -> None:
    texts = [row.text for row in own_rows()]
    assert len(texts) == len(set(texts))


def test_a_retold_row_keeps_its_labels_and_its_group() -> None:
    row = public_rows()[0]
    twin = retold(row)
    assert twin.text != row.text
    assert (twin.complaint, twin.category, twin.severity, twin.group) == (
        row.complaint, row.category, row.severity, row.group,
    )  # fmt: skip


@pytest.mark.parametrize("line", ["p m no bar", "x m | text", "p x | text", "p | text", "- joke |  "])
def test_a_line_that_is_no_row_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"p m | good\n{line}\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"a\.txt:2: "):
        own_rows(tmp_path)


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    question = Question(("a", "b"), (0.1, 0.1), (0.5, -1.25))
    scorer = Scorer({"which": question}, [{"late": ((0, 12.0), (1, -4.0)), "straße": ((1, 7.0),)}, {}])
    write(scorer, tmp_path / "model.json")
    assert load_scorer(tmp_path / "model.json") == scorer


def test_the_alarm_is_fitted_without_what_rules_found_and_without_rows_nobody_looked_through_for_risks(
    few: list[Row],
) -> None:
    scorer = fit(few, features_of(triager(), few))
    columns = [name for name, question in scorer.questions.items() for _ in question.classes]
    asked = {columns[column] for column, _ in scorer.tables[2]["risk!"]}
    assert "complaint" in asked
    assert asked.isdisjoint({"alarm", "risk"})
    public = next(row for row in public_rows() if row.complaint)
    assert (may_have_risk(public), may_have_risk(own_rows()[0])) == (False, True)


def test_a_quiet_threshold_lets_its_share_of_harmless_rows_through() -> None:
    values = [float(value) for value in range(100)]
    threshold = quiet_threshold(values, [False] * 100, 0.05)
    assert sum(value >= threshold for value in values) == 5
    assert quiet_threshold([*values, 500.0], [*[False] * 100, True], 0.05) == threshold


def test_the_threshold_is_where_f1_is_best() -> None:
    values = [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0]
    assert best_threshold(values, [False, False, False, True, True, True]) == 0.5
