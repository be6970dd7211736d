"""Answers of people → rows for training: one for each text, the last word counts, nobody is named."""

from datetime import timedelta
from typing import Any

from bot.domain.feedback import NO, YES, Feedback, Field, labelled
from tests.builders import NOW

TEXT = "Mia's parcel 4711 is late"


def said(field: Field, label: str, *, text: str = TEXT, days: int = 0, **more: Any) -> Feedback:
    return Feedback(field, "?", label, text, "U0ANA", NOW + timedelta(days=days), ("Mia Berg",), **more)


def test_a_text_is_one_row_with_its_labels_and_no_names() -> None:
    [row] = labelled([said(Field.COMPLAINT, YES), said(Field.CATEGORY, "delivery.late"), said(Field.SEVERITY, "S3")])
    assert row == {
        "id": row["id"],
        "text": "<name>'s parcel <number> is late",
        "complaint": True,
        "category": "delivery.late",
        "severity": "S3",
        "risks": None,
        "labelled_on": "2026-03-02",
    }
    assert "U0ANA" not in str(row)


def test_the_last_word_counts_whatever_order_it_comes_in() -> None:
    given = [said(Field.CATEGORY, "billing", days=2), said(Field.CATEGORY, "delivery", days=1)]
    assert [row["category"] for row in labelled(given)] == ["billing"]


def test_a_correction_on_a_case_says_that_it_is_a_complaint_and_a_no_says_that_it_is_none() -> None:
    rows = labelled([said(Field.SEVERITY, "S1"), said(Field.COMPLAINT, NO, text="Lunch?")])
    assert [(row["complaint"], row["severity"]) for row in rows] == [(True, "S1"), (False, None)]


def test_risks_are_a_list_and_none_is_not_the_same_as_not_said() -> None:
    for label, risks in (("legal,press", ["legal", "press"]), ("", [])):
        assert labelled([said(Field.RISKS, label)])[0]["risks"] == risks


def test_texts_that_are_the_same_without_their_names_and_numbers_are_one_row() -> None:
    rows = labelled([said(Field.COMPLAINT, YES), said(Field.COMPLAINT, YES, text="Mia's parcel 8812 is late")])
    assert len(rows) == 1


def test_nothing_said_is_no_row() -> None:
    assert labelled([]) == []
