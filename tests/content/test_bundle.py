"""All content together: loading, proving, and keeping the last good version."""

import gc
import os
import shutil
from pathlib import Path

import pytest

from bot.content.bundle import Library, load, prove
from bot.content.files import ContentError
from bot.domain.channels import Mode
from bot.domain.taxonomy import RISKS, Severity
from bot.domain.team import Role
from bot.domain.template import MissingValues
from bot.settings import ROOT

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

RISKS_OF_OURS = """\
about: danger
rules:
  - id: fire
    risk: safety
    patterns: ["on fire"]
    hits: ["The lamp is on fire."]
    passes: ["The lamp is on."]
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

Thank you for telling us. Please reply to this email if something is missing above.

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


FULL = """\
---
title: Full
categories: [delivery.late]
examples:
  usual: {customer: Jane Doe, cause: the van broke down}
---
=== email
Hello{% if customer %} {{ customer }}{% endif %},

I am sorry that your parcel did not come. You planned your day around it, and I can see why that is
annoying.{% if repeated %} And it has happened to you again.{% endif %}

I have taken this on. {% if cause %}This much is confirmed: {{ cause }}. {% endif %}I am asking the carrier
where your parcel is and which day they can keep. {% if amends %}I have arranged {{ amends }} for you.{% endif %}
There are two ways to go on from here: the same address, or another one that you name to me in a short reply.

I will write to you {{ update_within }} with the day, and with the name of the driver who brings it.

Thank you for telling us about it. A reply to this email reaches me, and nobody else has to read it.
=== chat
Hello. I am sorry that your parcel is late. You planned around it, and that is annoying.

I have it open now.

I will write to you {{ update_within }} with what I find.{% if serious %} A lead knows of it.{% endif %}

=== phone
Hello.
I am sorry that your parcel is late.
You planned your day around it, which is annoying.
{% if repeated %}
And it has happened to you again.
{% endif %}
I am asking the carrier today.
{% if cause %}
This much is confirmed: {{ cause }}.
{% endif %}
{% if amends %}
I have arranged {{ amends }} for you.
{% endif %}
I will write to you {{ update_within }} with the day they can keep.
Thank you for waiting.

=== public
Hello{% if customer %} {{ customer }}{% endif %},

I am sorry that your parcel did not come. You planned your day around it, and I can see why that is annoying.
{% if repeated %}And it has happened again. {% endif %}I am reading what the carrier wrote.

Please send us a private message, and I will answer it {{ update_within }}.{% if serious %} A lead knows.{% endif %}
"""


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("responses/templates/general.j2", GENERAL)
    write("responses/templates/playbook.j2", PLAYBOOK)
    write("responses/phrases/orders.yml", RULES)
    write("responses/risks/danger.yml", RISKS_OF_OURS)
    write("policies/channels.yml", "listen:\n  - {channel: complaints, mode: report}\napprovals: approvals\n")
    write("policies/team.yml", "people:\n  - {who: lena@example.com, role: lead}\n")
    write("policies/authority.yml", (ROOT / "policies" / "authority.yml").read_text(encoding="utf-8"))
    write("policies/followups.yml", (ROOT / "policies" / "followups.yml").read_text(encoding="utf-8"))


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
    assert [risk.value for risk in content.triage("It was > on fire").risks] == ["safety"]


def test_reading_leaves_no_garbage_that_only_the_collector_finds() -> None:
    """While it rests, as at the start, memory must not grow by what reading is done with."""
    _ = load(ROOT / "responses", ROOT / "policies")
    gc.collect()
    gc.disable()
    try:
        content = load(ROOT / "responses", ROOT / "policies")
        assert gc.collect() < 100
        assert content.templates
    finally:
        gc.enable()


def test_a_text_is_triaged_once_for_its_report_and_its_card_and_a_very_long_one_is_not_kept() -> None:
    content = load(RESPONSES, POLICIES)
    report, long = "It was > on fire", "It was > on fire. " * 200
    assert content.triage(report) is content.triage(report)
    assert content.triage(long) is not content.triage(long)
    assert content.triage(long) == content.triage(long)


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
        "policies/authority.yml",
        "policies/followups.yml",
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
    write("policies/followups.yml", "digest_at: noon\n")
    with pytest.raises(ContentError) as raised:
        load(RESPONSES, POLICIES)
    assert {problem.file for problem in raised.value.problems} == {
        "responses/templates/general.j2",
        "responses/phrases/orders.yml",
        "policies/channels.yml",
        "policies/team.yml",
        "policies/followups.yml",
    }


def test_every_different_reply_is_proved_once() -> None:
    general = len(Severity) + (2**2 - 1)
    playbook = len(Severity) + (2**1 - 1)
    assert prove(load(RESPONSES, POLICIES)) == general + playbook
    text = FULL.replace("{{ update_within }}", "today")
    write("responses/templates/full.j2", text)
    email = 2**4 + 2 * 2
    chat = 2
    phone = 2**3 + 2 * 2
    public = 2**3
    assert prove(load(RESPONSES, POLICIES)) == general + playbook + email + chat + phone + public


FAULTS = [
    (
        "Thank you for telling us.",
        "Now you must wait.",
        "20: 'you must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    (
        " broke. I",
        " broke {% if not item %}as you must know{% endif %}. I",
        "11: 'you must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    ("Please reply", "Kindly reply", "20: 'Kindly' breaks kindly: say it differently (Please)"),
    (
        " broke. I",
        " broke {% if not item %}{% endif %}. I",
        "11: 'broke .' is left over in 'I am sorry that the lamp broke .': mend the words around the value",
    ),
    (
        "Thank you for",
        "Thank you for for",
        "20: 'for for' is left over in 'Thank you for for': mend the words around the value",
    ),
    (
        "item: lamp",
        "item: lamp you must see",
        "7: 'you must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    (
        "Thank you for telling us.",
        "Thank you for telling us." + " We read it all." * 20,
        "9: 201 to 206 words: keep it from 90 to 180",
    ),
    ("I am sorry that the", "It is a pity that the", "9: the reply has no apologise: add a sentence for it"),
    (
        "I will write to you {{ update_within }}",
        "I will write to you",
        "9: the reply has no next step: add a sentence for it",
    ),
    (
        "I am sorry that",
        "Today I will call you. I am sorry that",
        "11: the solution comes before the acknowledgement: turn them round",
    ),
    (
        "Regards",
        "Regards\n[your name]",
        "23: '[your name]' is left over in 'Regards\\n[your name]': mend the words around the value",
    ),
    (
        "Thank you for telling us.",
        "Here is a voucher.",
        "20: 'voucher' speaks of amends that nobody gave: use the value amends, or leave it out",
    ),
    (
        "Thank you for telling us.",
        "Next time we will call.",
        "20: 'next time we' is a fresh promise to do better: say what you do now",
    ),
    ("item: lamp", "", "6: examples: no example gives item: add it, so that the words for it are checked"),
    (
        "Thank you for telling us.",
        "Thank you{% if reference %} for {{ reference }}{% endif %}.",
        "6: examples: no example gives reference: add it, so that the words for it are checked",
    ),
]


@pytest.mark.parametrize(("was", "now", "message"), FAULTS)
def test_one_seeded_fault_is_found_with_its_line(was: str, now: str, message: str) -> None:
    assert was in GENERAL
    write("responses/templates/general.j2", GENERAL.replace(was, now))
    assert f"responses/templates/general.j2:{message}" in faults()


def faults() -> list[str]:
    with pytest.raises(ContentError) as raised:
        prove(load(RESPONSES, POLICIES))
    return str(raised.value).splitlines()


CHANNEL_FAULTS = [
    (
        "is late.\n",
        "is late. You must wait.\n",
        "29: 'You must' breaks you-must: say it differently (The next step is yours to choose.)",
    ),
    ("Thank you for waiting.", "And it is gone.", None),
    (
        "I have it open now.",
        "I have it open now, and I go through all of it from the first page to the last one, line by line and word by "
        "word, with the whole team beside me, until there is nothing left to read in it.",
        "23: a message of 42 words: keep each to 40",
    ),
    ("I have it open now.", "I have it.\n\nI read it.\n\nI call.", "21: 5 messages: keep it to 3"),
    (
        "I am asking the carrier today.",
        "I am asking the carrier today and will stay with them until they can tell me.",
        "34: a line of 16 words: keep each to 15",
    ),
    (
        "You planned your day around it, which is annoying.",
        "I apologise for the day you planned around it, which is annoying.",
        "29: 20 words of apology: keep it to 17, about seven seconds",
    ),
    (
        "I am asking the carrier today.",
        "I am asking the carrier today",
        "34: 'I am asking the carrier today' does not end the sentence: a line is spoken as it stands",
    ),
    (
        "Please send us a private message",
        "Please send us a message",
        "45: the reply stays in public: ask for a private message",
    ),
    ("I am reading", "In 10412 I am reading", "48: '10412' has no place in public: say it in private"),
    (
        "And it has happened to you again.",
        "And I know it.",
        "8: a second failure is not named: say that it happened again",
    ),
    (
        "{% if amends %}I have arranged {{ amends }}",
        "{% if amends %}I have arranged something",
        "8: 'a refund of 20.00 EUR' is lost: put the value amends into these words",
    ),
    (
        "I am sorry that your parcel did not come.",
        "{{ cause }}. I am sorry that your parcel did not come.",
        "10: the cause comes before the acknowledgement: turn them round",
    ),
]


@pytest.mark.parametrize(("was", "now", "message"), CHANNEL_FAULTS)
def test_one_seeded_fault_in_a_channel_is_found_with_its_line(was: str, now: str, message: str | None) -> None:
    assert was in FULL
    write("responses/templates/full.j2", FULL.replace(was, now, 1))
    if message is None:
        assert prove(load(RESPONSES, POLICIES))
    else:
        assert f"responses/templates/full.j2:{message}" in faults()


def test_a_fault_in_a_shared_sentence_is_shown_where_it_stands() -> None:
    write("responses/templates/_parts.j2", "{# shared #}\n{% macro end() %}Then you must wait.{% endmacro %}\n")
    write("responses/templates/general.j2", GENERAL.replace("Regards", "{{ parts.end() }}"))
    assert faults() == [
        "responses/templates/_parts.j2:2: 'you must' breaks you-must: say it differently "
        "(The next step is yours to choose.)"
    ]


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


def test_a_broken_cadence_leaves_the_one_in_force() -> None:
    library = Library(RESPONSES, POLICIES)
    text = Path("policies/followups.yml").read_text(encoding="utf-8")
    assert library.content.cadence.cap_per_day == 12
    write("policies/followups.yml", text.replace("most_a_day: 12", "most_a_day: none"))
    assert [problem.field for problem in library.refresh()] == ["most_a_day"]
    assert library.content.cadence.cap_per_day == 12
    write("policies/followups.yml", text.replace("most_a_day: 12", "most_a_day: 6"))
    assert library.refresh() == []
    assert library.content.cadence.cap_per_day == 6


def test_a_cadence_that_fails_the_leads_tests_is_not_taken_over() -> None:
    library = Library(RESPONSES, POLICIES)
    test = "about: replies\ntests:\n  - name: four hours\n    case: {opened: 2026-03-02 10:00}\n"
    write("policies/tests/followups-due.yml", test + "    expect: {first reply: 2026-03-02 14:00}\n")
    assert library.refresh() == []
    text = Path("policies/followups.yml").read_text(encoding="utf-8")
    write(
        "policies/followups.yml",
        text.replace("first_reply: 4 working hours\n    update", "first_reply: 5 working hours\n    update"),
    )
    assert [str(problem) for problem in library.refresh()] == [
        "policies/tests/followups-due.yml:5: tests[1].expect.first reply: "
        "four hours: expected Mon 2026-03-02 14:00, got Mon 2026-03-02 15:00"
    ]
    assert library.content.cadence.rhythm("other", Severity.MODERATE).first_reply.amount.total_seconds() == 4 * 3600


def test_a_library_notices_files_that_come_and_go() -> None:
    library = Library(RESPONSES, POLICIES)
    write("responses/templates/second.j2", GENERAL)
    assert library.refresh() == []
    assert len(library.content.templates) == 3
    Path("responses/templates/second.j2").unlink()
    assert library.refresh() == []
    assert len(library.content.templates) == 2
    shutil.rmtree("policies")
    assert [problem.file for problem in library.refresh()] == [
        "policies/authority.yml",
        "policies/channels.yml",
        "policies/followups.yml",
        "policies/team.yml",
    ]
    assert len(library.content.templates) == 2


def test_a_library_does_not_start_on_broken_content() -> None:
    write("policies/team.yml", "people: nobody\n")
    with pytest.raises(ContentError):
        Library(RESPONSES, POLICIES)


ONE_TEST = """\
about: one limit
tests:
  - name: an agent gives 50
    offer: {amount: "50", loss: "90"}
    expect: allowed
"""


def test_limits_are_taken_over_while_running_only_if_their_tests_pass() -> None:
    write("policies/tests/authority-one.yml", ONE_TEST)
    library = Library(RESPONSES, POLICIES)
    limits = Path("policies/authority.yml").read_text(encoding="utf-8")
    write("policies/authority.yml", limits.replace('{agent: "50", senior: "150"', '{agent: "49", senior: "150"'))
    (problem,) = library.refresh()
    assert str(problem) == (
        "policies/tests/authority-one.yml:5: tests[1].expect.verdict: an agent gives 50: expected allowed, got "
        "needs approval, because: 50.00 EUR is too much: an agent may give 49.00 EUR in one offer (refund). "
        "A lead may say yes."
    )
    assert library.content.policy.limits[0].most[0] == 50
    write("policies/tests/authority-one.yml", ONE_TEST.replace("50", "49"))
    assert library.refresh() == []
    assert library.content.policy.limits[0].most[0] == 49


def test_broken_limits_stop_the_start() -> None:
    write("policies/authority.yml", "version: 1\n")
    with pytest.raises(ContentError) as raised:
        load(RESPONSES, POLICIES)
    assert "policies/authority.yml:1: kinds: missing: add it" in str(raised.value).splitlines()
