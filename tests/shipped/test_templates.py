"""Every file of responses/templates/, found by glob: each rendered, each reply checked."""

import re
from itertools import product
from pathlib import Path

import pytest

from bot.content.bundle import Content, load, prove
from bot.domain.taxonomy import CATEGORIES, RISKS, Severity, category_keys
from bot.domain.template import choose, recovery_parts, standard_values

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "responses" / "templates").glob("*") if not path.name.startswith("_"))
MONEY = re.compile(
    r"[€$£¥]|\b\d+ ?(?:euros?|dollars?|pounds?|percent)\b|%"
    r"|\b(?:free of charge|for free|voucher|discount|compensat\w*|goodwill)\b",
    re.I,
)
OFFERS = re.compile(r"\b(?:refund\w*|credit(?! card)|replac\w+|gift|waive\w*|reimburs\w*|pay you)\b", re.I)
ADMITS = re.compile(
    r"\b(?:our fault|our mistake|we caused|we failed|we should have"
    r"|because of us|negligen\w*|liab\w*|defect\w*)\b",
    re.I,
)


@pytest.fixture(scope="module")
def content() -> Content:
    return load(ROOT / "responses", ROOT / "policies")


def replies(content: Content, template_id: str) -> list[str]:
    template = content.template(template_id)
    assert template is not None
    return [
        content.render(
            template_id,
            standard_values(category=(template.categories or ("other",))[0], severity=severity) | example.values,
        )
        for severity, example in product(template.severities or tuple(Severity), content.source(template_id).examples)
    ]


def test_every_reply_passes(content: Content) -> None:
    assert prove(content) > 300


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_a_template_without_any_violation(path: Path, content: Content) -> None:
    assert path.suffix == ".j2"
    for reply in replies(content, path.stem):
        assert content.check(reply) == []
        assert not MONEY.search(reply)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_reply_signs_greets_and_thanks_or_cares(path: Path, content: Content) -> None:
    for reply in replies(content, path.stem):
        assert reply.startswith("Hello ")
        assert reply.splitlines()[-2] == "Kind regards,"
        assert "thanks" in recovery_parts(reply) or "safe" in reply or "in danger" in reply


def test_playbooks_offer_nothing_and_admit_nothing(content: Content) -> None:
    playbooks = [template for template in content.templates if template.for_risk]
    assert {risk for template in playbooks for risk in template.for_risk} == set(RISKS)
    for template in playbooks:
        for reply in replies(content, template.id):
            assert not OFFERS.search(reply)
            assert not ADMITS.search(reply)


@pytest.mark.parametrize("risk", ["safety", "self_harm", "harm_to_others", "discrimination", "harassment"])
def test_where_people_may_be_in_danger_the_reply_asks_about_it(risk: str, content: Content) -> None:
    (template,) = choose(content.templates, category="other", severity=Severity.CRITICAL, risks=[risk])
    for reply in replies(content, template.id):
        assert re.search(r"\bsafe\b|in danger", reply)


@pytest.mark.parametrize("first", CATEGORIES)
def test_every_first_level_has_its_own_draft(first: str, content: Content) -> None:
    best = choose(content.templates, category=first, severity=Severity.MODERATE)[0]
    assert first in best.categories


def test_every_case_can_be_drafted_at_once(content: Content) -> None:
    for category, severity in product(category_keys(), Severity):
        best = choose(content.templates, category=category, severity=severity)[0]
        assert content.render(best.id, standard_values(category=category, severity=severity))


def test_no_two_templates_share_a_paragraph_of_their_own(content: Content) -> None:
    seen: dict[str, str] = {}
    for path in FILES:
        for line in path.read_text(encoding="utf-8").split("---\n", 2)[2].splitlines():
            if len(line) > 60 and "parts." not in line:
                assert line not in seen, f"{path.name} and {seen[line]}"
                seen[line] = path.name
