"""The hash chain names the first broken link, whatever was done to the log."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.domain.audit import START, Action, Entry, canonical, chained, first_broken, text_hash
from tests.builders import NOW, WORKSPACE


def a_log(length: int) -> list[Entry]:
    log: list[Entry] = []
    for seq in range(1, length + 1):
        log.append(
            chained(
                log[-1].hash if log else START,
                workspace=WORKSPACE,
                seq=seq,
                at=NOW + timedelta(seconds=seq),
                who="U0ANA",
                action=Action.CASE_TAKEN,
                subject=f"R-{1000 + seq}",
                details=canonical({"owner": "U0ANA"}),
            )
        )
    return log


LOG = a_log(5)


def fault(log: list[Entry], *, end: Entry = LOG[-1]) -> str | None:
    return first_broken(log, last_seq=end.seq, last_hash=end.hash)


def test_a_whole_chain_has_no_broken_link() -> None:
    assert fault(LOG) is None


def test_an_empty_log_is_whole_and_an_emptied_one_is_not() -> None:
    assert first_broken([], last_seq=0, last_hash=START) is None
    assert fault([]) == "entry 1 is missing: the log should end with entry 5"


OTHER: dict[str, Any] = {
    "workspace": "T0OTHER",
    "at": NOW,
    "who": "U0BEN",
    "action": Action.CASE_RESOLVED,
    "subject": "R-9999",
    "details": canonical({"owner": "U0BEN"}),
    "hash": "f" * 64,
}


@pytest.mark.parametrize("field", OTHER)
@pytest.mark.parametrize("place", range(5))
def test_a_changed_field_of_any_entry_is_named(field: str, place: int) -> None:
    log = [*LOG]
    log[place] = replace(LOG[place], **{field: OTHER[field]})
    found = fault(log)
    assert found is not None
    assert found.startswith(f"entry {place + 1} (")
    assert found.endswith("was changed after it was written")


def test_every_field_of_an_entry_is_under_the_hash() -> None:
    assert {field.name for field in fields(Entry)} == {*OTHER, "seq", "previous"}


@pytest.mark.parametrize("place", range(4))
def test_a_deleted_entry_is_named(place: int) -> None:
    log = [*LOG[:place], *LOG[place + 1 :]]
    assert str(fault(log)).startswith(f"entry {place + 1} is missing: the log goes on with entry {place + 2} ")


def test_a_deleted_last_entry_is_named() -> None:
    assert fault(LOG[:-1]) == "entry 5 is missing: the log should end with entry 5"


def test_two_swapped_entries_are_named() -> None:
    log = [LOG[0], LOG[2], LOG[1], LOG[3], LOG[4]]
    assert str(fault(log)).startswith("entry 2 is missing: the log goes on with entry 3 ")


def test_two_entries_with_their_numbers_swapped_are_named() -> None:
    log = [LOG[0], replace(LOG[2], seq=2), replace(LOG[1], seq=3), LOG[3], LOG[4]]
    assert str(fault(log)).endswith("does not follow the entry before it")


def test_an_appended_entry_that_the_workspace_does_not_know_is_named() -> None:
    assert fault(LOG, end=LOG[3]) == "entry 5 is not the one the workspace remembers as its last"


def test_a_rewritten_end_is_named_although_its_own_chain_is_whole() -> None:
    forged = chained(
        LOG[3].hash,
        workspace=WORKSPACE,
        seq=5,
        at=NOW,
        who="U0MALLORY",
        action=Action.CASE_RESOLVED,
        subject="R-1005",
        details="{}",
    )
    assert fault([*LOG[:4], forged]) == "entry 5 is not the one the workspace remembers as its last"


def test_a_whole_forged_log_is_named() -> None:
    forged = [replace(entry, previous=START) for entry in LOG[:1]]
    assert fault([*forged, *a_log(6)[1:]]) == "entry 6 is not the one the workspace remembers as its last"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": None}, {}, False),
        ({"a": "é"}, {"a": "e"}, False),
    ],
)
def test_details_read_the_same_when_they_say_the_same(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert (canonical(one) == canonical(other)) is same
    assert json.loads(canonical(one)) == one


def test_the_hash_of_a_text_tells_texts_apart_and_hides_the_words() -> None:
    assert text_hash("Jane Doe is upset") != text_hash("Jane Doe is upset.")
    assert "Jane" not in text_hash("Jane Doe is upset")
    assert len(text_hash("")) == 64


def test_actions_read_subject_and_what_happened() -> None:
    for action in Action:
        subject, _, happened = action.value.partition(":")
        assert subject in {"case", "report", "draft", "reply", "offer", "followup", "promise", "alert"}
        assert happened.replace("_", "").isalpha()


def test_microseconds_count() -> None:
    values: dict[str, Any] = {
        "workspace": WORKSPACE, "seq": 1, "who": "", "action": Action.CASE_OPENED, "subject": "R-1001", "details": "{}",
    }  # fmt: skip
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert chained(START, at=at, **values).hash != chained(START, at=at + timedelta(microseconds=1), **values).hash
    assert at == at.astimezone(timezone(timedelta(hours=2)))
