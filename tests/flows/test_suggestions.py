"""Which response is suggested for a case."""

from pathlib import Path

from bot.content.bundle import Content
from bot.domain.phrases import Level
from bot.flows.suggestions import best, fitting, for_text, render
from bot.flows.violations import advice_on, errors_in
from tests.builders import LATE, details
from tests.flows.story import with_rule

FORBIDDEN = "I don't know where your parcel is."
NEW_DAY = "late-delivery-new-day"


def test_the_first_suggestion_passes_the_phrase_rules(content: Content) -> None:
    for text in (LATE, "I was charged twice.", "Your driver was rude to Mrs Smith.", "hm", "My lawyer will sue you."):
        suggestion = for_text(content, text, agent="Ana")
        assert suggestion.text
        assert errors_in(content, suggestion.text) == ()


def test_a_template_that_breaks_a_rule_gives_way_to_the_next(content: Content, tmp_path: Path) -> None:
    about = details(customer="Jane Doe")
    first, second = fitting(content, about, agent="Ana")[:2]
    assert best(content, about, agent="Ana").template_id == first.id
    stricter = with_rule(tmp_path / "strict", "listening for the door")
    assert best(stricter, about, agent="Ana").template_id not in (first.id, "")
    milder = with_rule(tmp_path / "mild", "listening for the door", level="warning")
    assert best(milder, about, agent="Ana").template_id == first.id
    assert second.id != first.id


def test_a_template_whose_required_value_is_missing_has_no_text(content: Content) -> None:
    template = content.template(NEW_DAY)
    assert template is not None
    suggestion = render(content, template, details(), agent="Ana")
    assert suggestion.text == ""
    assert {"new_day", "promised"} <= set(suggestion.missing)


def test_advice_and_errors_are_told_apart(content: Content) -> None:
    text = FORBIDDEN + " I'm not sure why."
    assert {each.rule.level for each in errors_in(content, text)} == {Level.ERROR}
    assert Level.ERROR not in {each.rule.level for each in advice_on(content, text)}
    assert len(errors_in(content, text)) + len(advice_on(content, text)) == len(content.check(text))
