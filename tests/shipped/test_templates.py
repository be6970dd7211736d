"""Every file of responses/templates/, found by glob: each rendered, each reply checked."""

import re
import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.content.bundle import Content, load, prove
from bot.content.files import ContentError
from bot.content.templates import Head, load_templates
from bot.domain.taxonomy import CATEGORIES, RISKS, Severity, category_keys
from bot.domain.template import (
    ASKED_VALUES,
    GIVEN_VALUES,
    PUBLIC_VALUES,
    TONES,
    Channel,
    ResponseTemplate,
    When,
    amends_in,
    choose,
    read_reply,
    recovery_parts,
    search,
    standard_values,
)

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "responses" / "templates").glob("*") if not path.name.startswith("_"))
ADMITS = re.compile(
    r"\b(?:our fault|our mistake|we caused|we failed|we should have"
    r"|because of us|negligen\w*|liab\w*|defect\w*)\b",
    re.I,
)
AMENDS = "a refund of 20.00 EUR"


@pytest.fixture(scope="module")
def content() -> Content:
    return load(ROOT / "responses", ROOT / "policies")


@pytest.fixture(scope="module")
def proved(content: Content) -> int:
    return prove(content)


def replies(content: Content, template_id: str, channel: Channel, **given: str) -> list[str]:
    template = content.template(template_id)
    assert template is not None
    category = (template.categories or ("other",))[0]
    return [
        content.render(
            template_id, standard_values(category=category, severity=severity) | example.values | given, channel
        )
        for severity, example in product(template.severities or tuple(Severity), content.source(template_id).examples)
    ]


def ordinary(content: Content) -> list[ResponseTemplate]:
    return [template for template in content.templates if not template.for_risk]


def test_every_reply_passes(proved: int) -> None:
    assert proved > 20_000


def test_the_library_is_large_and_speaks_in_every_channel(content: Content) -> None:
    assert len(content.templates) >= 36
    assert sum(len(template.channels) == len(Channel) for template in content.templates) >= 30
    assert all(len(template.channels) == len(Channel) for template in ordinary(content))
    assert {template.tone for template in content.templates} == set(TONES)


def test_each_point_of_a_case_has_its_words_in_every_channel(content: Content) -> None:
    for when, channel in product(When, Channel):
        assert any(each.when is when and channel in each.channels for each in ordinary(content)), (when, channel)
    later = [each for each in content.templates if each.when is not When.FIRST]
    assert {each.id for each in later} == {"progress-update", "takes-longer", "after-the-fix", "still-not-fixed"}
    assert all(each.categories == ("other",) and not any(value.required for value in each.values) for each in later)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_a_template_without_any_violation_or_advice(path: Path, content: Content) -> None:
    assert path.suffix == ".j2"
    template = content.template(path.stem)
    assert template is not None
    for channel in template.channels:
        for reply in replies(content, path.stem, channel):
            assert content.check(reply) == []
            assert amends_in(reply) == ()
            reading = read_reply(reply)
            assert reading.advice == ()
            assert template.for_risk or dict(reading.parts)["apologise"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_reply_greets_signs_and_thanks_or_cares(path: Path, content: Content) -> None:
    template = content.template(path.stem)
    assert template is not None
    agent = content.source(path.stem).examples[0].values["agent"]
    for channel in template.channels:
        for reply in replies(content, path.stem, channel):
            assert reply.startswith("Hello")
            assert agent in reply
            if channel is Channel.EMAIL:
                assert reply.splitlines()[-2] == "Kind regards,"
                assert "thanks" in recovery_parts(reply) or "safe" in reply or "in danger" in reply


def test_an_order_without_its_number_is_still_somebodys(content: Content) -> None:
    bare = re.compile(r"\b(?:ask|\w+ing|for|from|of|with|about|fetch|to) (?:order|booking|account)\b", re.I)
    for template, channel in product(content.templates, Channel):
        if channel in template.channels:
            for reply in replies(content, template.id, channel, reference=""):
                assert not bare.search(reply), (template.id, channel)


def test_amends_and_a_second_failure_are_said_when_there_are_any(content: Content) -> None:
    for template, channel in product(ordinary(content), Channel):
        assert "repeated" in template.uses[channel], (template.id, channel)
        assert ("amends" in template.uses[channel]) == (channel is not Channel.PUBLIC), (template.id, channel)
        for reply in replies(content, template.id, channel, amends=AMENDS, repeated="yes"):
            assert (AMENDS in reply) == (channel is not Channel.PUBLIC)
            assert dict(read_reply(reply).parts)["make_amends"] == (channel is not Channel.PUBLIC)


def test_nearly_every_letter_can_name_a_confirmed_cause(content: Content) -> None:
    without = [template.id for template in ordinary(content) if "cause" not in template.uses[Channel.EMAIL]]
    assert without == ["trust-concern"]


def test_playbooks_offer_nothing_and_admit_nothing(content: Content) -> None:
    playbooks = [template for template in content.templates if template.for_risk]
    assert {risk for template in playbooks for risk in template.for_risk} == set(RISKS)
    for template in playbooks:
        for channel in template.channels:
            for reply in replies(content, template.id, channel, amends=AMENDS, cause="the plug melted"):
                assert amends_in(reply) == ()
                assert "melted" not in reply
                assert not ADMITS.search(reply)


@pytest.mark.parametrize("risk", ["safety", "self_harm", "harm_to_others", "discrimination", "harassment"])
@pytest.mark.parametrize("channel", Channel)
def test_where_people_may_be_in_danger_the_reply_asks_about_it(risk: str, channel: Channel, content: Content) -> None:
    for template in choose(
        content.templates, category="other", severity=Severity.CRITICAL, risks=[risk], channel=channel
    ):
        for reply in replies(content, template.id, channel):
            assert re.search(r"\bsafe\b|in danger", reply)


@pytest.mark.parametrize("risk", ["legal", "regulator", "press", "harm_to_others"])
def test_some_risks_have_no_words_for_the_public(risk: str, content: Content) -> None:
    given = {"category": "delivery.late", "severity": Severity.CRITICAL, "risks": [risk]}
    assert choose(content.templates, channel="public", **given) == []
    for channel in (Channel.EMAIL, Channel.CHAT, Channel.PHONE):
        assert choose(content.templates, channel=channel, **given)


@pytest.mark.parametrize("first", CATEGORIES)
@pytest.mark.parametrize("channel", Channel)
def test_every_first_level_has_its_own_draft(first: str, channel: Channel, content: Content) -> None:
    best = choose(content.templates, category=first, severity=Severity.MODERATE, channel=channel)[0]
    assert first in best.categories


def test_every_case_can_be_drafted_at_once(content: Content) -> None:
    for category, severity, channel in product(category_keys(), Severity, Channel):
        best = choose(content.templates, category=category, severity=severity, channel=channel)[0]
        assert content.render(best.id, standard_values(category=category, severity=severity), channel)


def test_two_agents_on_one_day_do_not_send_the_same_letter(content: Content) -> None:
    for channel in Channel:
        openings: dict[str, str] = {}
        for template in ordinary(content):
            [reply, *_] = replies(content, template.id, channel)
            opening = " ".join(
                reply.replace("\n", " ").split(".")[1 if channel in (Channel.CHAT, Channel.PHONE) else 0 :][:2]
            )
            assert opening not in openings, (channel, template.id, openings[opening])
            openings[opening] = template.id
    late = {"category": "delivery.late", "severity": Severity.MODERATE}
    used: list[str] = []
    for _ in range(2):
        used.insert(0, choose(content.templates, used=used, **late)[0].id)
    assert len(set(used)) == 2


def test_no_two_templates_share_a_paragraph_of_their_own(content: Content) -> None:
    seen: dict[str, str] = {}
    for path in FILES:
        for line in path.read_text(encoding="utf-8").split("---\n", 2)[2].splitlines():
            if len(line) > 60 and "parts." not in line:
                assert seen.setdefault(line, path.name) == path.name, line


def test_the_page_for_content_owners_names_everything() -> None:
    page = (ROOT / "responses" / "README.md").read_text(encoding="utf-8")
    for word in (*ASKED_VALUES, *GIVEN_VALUES, *TONES, *Head.model_fields):
        assert f"`{word}`" in page
    for channel in Channel:
        assert f"| `=== {channel}` |" in page
    assert all(f"`{value}`" in page.split("In public")[1].split("## ")[0] for value in PUBLIC_VALUES)


def test_search_finds_what_an_agent_types(content: Content) -> None:
    for words, first in [
        ("late delivery", "late-delivery"),
        ("charged twice", "double-charge"),
        ("rude", "rude-service"),
        ("food", "food"),
        ("lawyer legal", "playbook-legal-or-regulator"),
        ("gurantee guarantee", "guarantee-refused"),
    ]:
        assert search(content.templates, words)[0].id == first, words


@pytest.mark.parametrize("path", sorted((ROOT / "responses" / "templates").glob("*")), ids=lambda path: path.name)
def test_breaking_any_file_turns_the_check_red(
    path: Path, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in {"_parts.j2", "general.j2", path.name}:
        shutil.copy(path.with_name(name), tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("=== phone") or "Kind regards" in line)
    if path.name.startswith("_"):
        lines[number] = lines[number].replace("Kind regards", "You must wait. Kind regards")
    else:
        number += 1
        lines[number] += " You must wait."
    Path(path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    loaded = load_templates(Path())
    with pytest.raises(ContentError) as raised:
        prove(replace(content, templates=loaded.templates, _loaded=loaded))
    assert any(str(problem).startswith(f"{path.name}:{number + 1}: ") for problem in raised.value.problems)
