"""All content together: loading, proving, and keeping the last good version."""

import os
import shutil
from pathlib import Path

import pytest

from bot.content.bundle import Library, load, prove
from bot.content.files import ContentError
from bot.domain.channels import Mode
from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.team import Role
from bot.domain.template import MissingValues

RULES = """\
about: orders
rules:
  - id: you-must
    level: error
    patterns: ["you must"]
    why: It is an order.
    instead: ["The next step is yours to choose."]
    hits: ["You must call."]
    passes: ["You may call."]
  - id: kindly
    level: suggestion
    patterns: ["kindly"]
    why: It is stiff.
    instead: ["Please"]
    hits: ["Kindly call."]
    passes: ["Please call."]
"""

GENERAL = """\
---
title: General
categories: [other]
values:
  - {name: item, ask: "What was it?"}
examples:
  usual: {customer: Jane Doe, item: lamp}
---
Hello{% if customer %} {{ customer }}{% endif %},

I am sorry that the {% if item %}{{ item }}{% else %}thing you bought{% endif %} broke. I can see why that
is annoying: you paid for something that works, and you had to write to us to say that it does not.

I have taken this on and I am looking into it. There are two ways to go on from here: I can call you
at a time that suits you, or we can go on by email, whichever is less trouble.

I will write to you {{ update_within }} with what I have found, and with the next step,
and with the name of the person who will see to it.

Thank you for telling us. Kindly reply to this email if something is missing above.

Regards
"""

PLAYBOOK = f"""\
---
title: Playbook
for_risk: [{", ".join(RISKS)}]
examples:
  usual: {{customer: Jane Doe}}
---
Hello{{% if customer %}} {{{{ customer }}}}{{% endif %}},

Thank you for telling us. I can see why you are worried, and I have given your message to the lead
who answers such messages here. Are you safe now?

Please keep what you have, and do not send it yet.

I will write to you {{{{ update_within }}}} with the name of that lead, with a direct way to reach
them, and with what comes next from our side.
"""


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("responses/templates/general.j2", GENERAL)
    write("responses/templates/playbook.j2", PLAYBOOK)
    write("responses/phrases/orders.yml", RULES)
    write("policies/channels.yml", "listen:\n  - {channel: complaints, mode: report}\napprovals: approvals\n")
    write("policies/team.yml", "people:\n  - {who: lena@example.com, role: lead}\n")


def write(name: str, text: str) -> None:
    """A file that is newer than anything written before it."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    now = max(path.stat().st_mtime_ns, before + 1_000_000)
    os.utime(path, ns=(now, now))


RESPONSES, POLICIES = Path("responses"), Path("policies")


def test_everything_is_read() -> None:
    content = load(RESPONSES, POLICIES)
    assert [template.id for template in content.templates] == ["general", "playbook"]
    assert [rule.id for rule in content.phrase_rules] == ["you-must", "kindly"]
    assert content.channels.mode_of("C1", "complaints") is Mode.REPORT
    assert content.team.role_of("U1", "lena@example.com") is Role.LEAD
    template = content.template("general")
    assert template is not None
    assert template.title == "General"
    assert content.template("nothing") is None
    assert content.render("general", {"item": "vase"}).startswith("Hello,\n\nI am sorry that the vase broke.")
    assert [violation.rule.id for violation in content.check("Then you must call.")] == ["you-must"]
    assert content.check("Then you may call.") == []


def test_a_missing_required_value_comes_through() -> None:
    write("responses/templates/general.j2", GENERAL.replace('it?"', 'it?", required: true'))
    with pytest.raises(MissingValues):
        load(RESPONSES, POLICIES).render("general", {})


def test_the_hash_follows_every_file_and_nothing_else() -> None:
    before = load(RESPONSES, POLICIES).hash
    write("responses/README.md", "# other")
    shutil.copytree("responses", "elsewhere")
    assert load(Path("elsewhere"), POLICIES).hash == before
    for name in (
        "responses/templates/general.j2",
        "responses/phrases/orders.yml",
        "policies/team.yml",
        "policies/channels.yml",
    ):
        text = Path(name).read_text(encoding="utf-8")
        write(name, text + "\n")
        assert load(RESPONSES, POLICIES).hash != before
        write(name, text)
    assert load(RESPONSES, POLICIES).hash == before


def test_the_hash_follows_a_change_that_keeps_the_length() -> None:
    before = load(RESPONSES, POLICIES).hash
    write("policies/team.yml", Path("policies/team.yml").read_text(encoding="utf-8").replace("lena", "luis"))
    assert load(RESPONSES, POLICIES).hash != before


def test_the_problems_of_all_files_come_in_one_error() -> None:
    write("responses/templates/general.j2", GENERAL.replace("title", "titel"))
    write("responses/phrases/orders.yml", RULES.replace("level: error", "level: bad"))
    write("policies/channels.yml", "listen: []\napprovals: x\n")
    write("policies/team.yml", "people:\n  - {who: Lena, role: lead}\n")
    with pytest.raises(ContentError) as raised:
        load(RESPONSES, POLICIES)
    assert {problem.file for problem in raised.value.problems} == {
        "responses/templates/general.j2",
        "responses/phrases/orders.yml",
        "policies/channels.yml",
        "policies/team.yml",
    }


def test_every_reply_is_proved() -> None:
    severities, categories = len(Severity), len(category_keys())
    general = severities + (categories - 1) + (2**2 - 1)
    playbook = severities + (2**1 - 1)
    assert prove(load(RESPONSES, POLICIES)) == general + playbook


FAULTS = [
    (
        "Thank you for telling us.",
        "Now you must wait.",
        "general.j2:20: 'you must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    (
        " broke. I",
        " broke {% if not item %}as you must know{% endif %}. I",
        "general.j2:11: 'you must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    (
        " broke. I",
        " broke {% if not item %}{% endif %}. I",
        "general.j2:9: ' .' is left over after 'I am sorry that the lamp broke .': mend the text around the value",
    ),
    (
        ", and with the next step,\nand with the name of the person who will see to it",
        "",
        "general.j2:9: replies of 104 to 109 words: keep them from 120 to 180",
    ),
    ("I am sorry that the", "It is a pity that the", "general.j2:9: the reply has no apologise: add a sentence for it"),
    (
        "I will write to you {{ update_within }}",
        "I will write to you",
        "general.j2:9: the reply has no next step: add a sentence for it",
    ),
    (
        "I am sorry that",
        "Today I will call you. I am sorry that",
        "general.j2:9: the solution comes before the acknowledgement: turn them round",
    ),
    (
        "Regards",
        "Regards\n[your name]",
        "general.j2:9: '[your name]' is left over after '[your name]': mend the text around the value",
    ),
]


@pytest.mark.parametrize(("was", "now", "message"), FAULTS)
def test_one_seeded_fault_is_found_with_its_line(
    was: str, now: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "words" in message:
        monkeypatch.setattr("bot.content.bundle.EMAIL_WORDS", range(120, 181))
    assert was in GENERAL
    write("responses/templates/general.j2", GENERAL.replace(was, now))
    with pytest.raises(ContentError) as raised:
        prove(load(RESPONSES, POLICIES))
    assert f"responses/templates/{message}" in str(raised.value).splitlines()


def test_a_risk_without_a_playbook_is_found() -> None:
    write("responses/templates/playbook.j2", PLAYBOOK.replace("legal, ", ""))
    with pytest.raises(ContentError) as raised:
        prove(load(RESPONSES, POLICIES))
    assert str(raised.value) == (
        "responses/templates:1: no playbook for the risk legal: add a template with for_risk: [legal]"
    )


def test_a_category_without_a_draft_is_found() -> None:
    write("responses/templates/general.j2", GENERAL.replace("[other]", "[other]\nseverities: [S1, S2, S3]"))
    with pytest.raises(ContentError) as raised:
        prove(load(RESPONSES, POLICIES))
    assert "responses/templates:1: no template for delivery.late at S4: add one" in str(raised.value).splitlines()


def test_a_library_takes_up_a_good_edit() -> None:
    library = Library(RESPONSES, POLICIES)
    before = library.content
    assert library.refresh() == []
    assert library.content is before
    write("policies/team.yml", "people:\n  - {who: lena@example.com, role: manager}\n")
    assert library.refresh() == []
    assert library.content.team.role_of("U1", "lena@example.com") is Role.MANAGER


def test_a_library_keeps_the_last_good_version_and_tells_once() -> None:
    library = Library(RESPONSES, POLICIES)
    before = library.content
    write("responses/templates/general.j2", GENERAL.replace("title", "titel"))
    assert [str(problem) for problem in library.refresh()] == [
        "responses/templates/general.j2:2: titel: unknown field: did you mean title?",
        "responses/templates/general.j2:2: title: missing: add it",
    ]
    assert library.refresh() == []
    assert library.content is before
    write("responses/templates/general.j2", GENERAL.replace("General", "Good again"))
    assert library.refresh() == []
    assert library.content.templates[0].title == "Good again"


def test_a_library_notices_files_that_come_and_go() -> None:
    library = Library(RESPONSES, POLICIES)
    write("responses/templates/second.j2", GENERAL)
    assert library.refresh() == []
    assert len(library.content.templates) == 3
    Path("responses/templates/second.j2").unlink()
    assert library.refresh() == []
    assert len(library.content.templates) == 2
    shutil.rmtree("policies")
    assert [problem.file for problem in library.refresh()] == ["policies/channels.yml", "policies/team.yml"]
    assert len(library.content.templates) == 2


def test_a_library_does_not_start_on_broken_content() -> None:
    write("policies/team.yml", "people: nobody\n")
    with pytest.raises(ContentError):
        Library(RESPONSES, POLICIES)
