"""Lists of words by topic: what their notation finds, in which order, and that choices cost no more than is written."""

import pytest

from bot.domain.triage.word_lists import MOST_OF_A_TOPIC, WordLists
from tests.builders import lines_run


@pytest.mark.parametrize(
    ("phrases", "text", "found"),
    [
        ("late", "it is late", ["late"]),
        ("late", "it is later", []),
        ("late*", "it is later", ["later"]),
        ("very late", "very late", ["very late"]),
        ("very late", "late very", []),
        ("a/the van", "the van a van one van", ["the van", "a van"]),
        ("van/vans; lorr*", "vans lorries", ["vans", "lorries"]),
        ("lost ... parcel*", "lost parcels", ["lost parcels"]),
        ("lost ... parcel*", "lost one two three parcels", ["lost one two three parcels"]),
        ("lost ... parcel*", "lost one two three four parcels", []),
        ("no-one cares", "no one cares", ["no one cares"]),
        ("late; very late ;", "very late", ["very late", "late"]),
    ],
)
def test_what_a_list_finds(phrases: str, text: str, found: list[str]) -> None:
    words = text.split()
    assert [" ".join(words[one.start : one.end]) for one in WordLists({"topic": phrases}).find(words)] == found


def test_topics_are_told_in_reading_order_and_then_as_they_were_listed() -> None:
    lists = WordLists({"when": "late", "what": "van", "both": "van/late"})
    assert [one.topic for one in lists.find(["late", "van"])] == ["when", "both", "what", "both"]


def test_only_the_first_few_of_a_topic_are_told() -> None:
    assert len(WordLists({"when": "late"}).find(["late"] * 100)) == MOST_OF_A_TOPIC


def test_making_a_list_costs_what_is_written_and_not_what_it_stands_for() -> None:
    ten = "a/b/c/d/e/f/g/h/i/j "
    assert lines_run(lambda: WordLists({"x": ten * 3})) < 4 * lines_run(lambda: WordLists({"x": ten}))
