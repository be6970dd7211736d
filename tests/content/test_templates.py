"""Template files: what is refused, with the exact message, and what rendering does with values."""

from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.templates import DEEPEST, LoadedTemplates, load_templates, tidy
from bot.domain.taxonomy import Severity
from bot.domain.template import Channel, MissingValues, Value

PARTS = """\
{# shared #}
{% macro greeting(customer) %}Hello{% if customer %} {{ customer }}{% endif %},{% endmacro %}
{% macro sign_off(agent, word="Regards") %}{{ word }}{% if agent %}, {{ agent }}{% endif %}{% endmacro %}
"""

GENERAL = """\
---
title: General
categories: [other]
values:
  - {name: item, ask: "What was it?"}
  - {name: day, ask: "Which day?", required: true}
examples:
  usual: {customer: Jane Doe, item: lamp, day: Friday}
---
{% import "_parts.j2" as parts %}
{{ parts.greeting(customer) }}

The {% if item %}{{ item }}{% else %}thing{% endif %} comes on {{ day }}.
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(general: str = GENERAL, parts: str = PARTS, **more: str) -> LoadedTemplates:
    Path("_parts.j2").write_text(parts, encoding="utf-8")
    Path("general.j2").write_text(general, encoding="utf-8")
    for name, text in more.items():
        Path(f"{name}.j2").write_text(text, encoding="utf-8")
    return load_templates(Path())


def problems(general: str = GENERAL, parts: str = PARTS) -> list[str]:
    with pytest.raises(ContentError) as raised:
        load(general, parts)
    return str(raised.value).splitlines()


def body(text: str) -> str:
    """The general template with one more line, the 14th, at its end."""
    return GENERAL + text + "\n"


def test_a_file_becomes_a_template() -> None:
    template = load().template("general")
    assert template is not None
    assert (template.id, template.title, template.categories, template.channels) == (
        "general",
        "General",
        ("other",),
        ("email",),
    )
    assert template.values == (
        Value("customer", "What is the customer's name?"),
        Value("item", "What was it?"),
        Value("day", "Which day?", required=True),
    )


def test_a_head_may_ask_for_a_standard_value_in_its_own_words() -> None:
    loaded = load(GENERAL.replace("- {name: item", "- {name: customer, ask: Who}\n  - {name: item"))
    template = loaded.template("general")
    assert template is not None
    assert [value.ask for value in template.values] == ["Who", "What was it?", "Which day?"]


CHANNELS = """\
---
title: Both
categories: [delivery]
tone: plain
values:
  - {name: day, ask: "Which day?", required: true}
examples:
  usual: {customer: Jane Doe, day: Friday, cause: the van broke down}
---
{# for every channel #}
=== chat
{{ parts.greeting(customer) }} It is late{% if cause %}: {{ cause }}{% endif %}.

=== phone

Hello.
{% if repeated %}

It is late again.

{% endif %}
It comes on {{ day }}.
=== public ===
{{ parts.greeting(customer) }} It is late.
"""


def test_each_channel_has_its_own_words() -> None:
    loaded = load(both=CHANNELS)
    template = loaded.template("both")
    assert template is not None
    assert (template.channels, template.tone) == ((Channel.CHAT, Channel.PHONE, Channel.PUBLIC), "plain")
    assert [value.name for value in template.values] == ["customer", "day", "cause"]
    assert [value.name for value in template.asks("chat")] == ["customer", "cause"]
    assert [value.name for value in template.asks(Channel.PHONE)] == ["day"]
    assert template.asks() == ()
    given = {"customer": "Jane Doe", "cause": "the van broke down.", "repeated": "yes", "day": "Friday"}
    assert loaded.render("both", given, "chat") == "Hello Jane Doe, It is late: the van broke down."
    assert loaded.render("both", given, "phone") == "Hello.\nIt is late again.\nIt comes on Friday."
    assert loaded.render("both", given, Channel.PUBLIC) == "Hello Jane, It is late."


def test_a_value_is_required_only_where_the_words_use_it() -> None:
    loaded = load(both=CHANNELS)
    assert loaded.render("both", {}, "chat") == "Hello, It is late."
    with pytest.raises(MissingValues):
        loaded.render("both", {}, "phone")


def test_a_channel_without_words_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load(both=CHANNELS).render("both", {"day": "Friday"})


@pytest.mark.parametrize(
    ("customer", "shown"),
    [
        ("Jane Doe", "Jane"),
        ("Mrs. O'Neill", ""),
        ("Doe, Jane", ""),
        ("jane@example.com", ""),
        ("Anne-Marie", "Anne-Marie"),
    ],
)
def test_in_public_only_the_first_name_appears(customer: str, shown: str) -> None:
    greeting = load(both=CHANNELS).render("both", {"customer": customer}, "public").partition(",")[0]
    assert greeting == f"Hello {shown}".strip()


def test_shared_sentences_may_still_be_imported_by_hand() -> None:
    by_hand = CHANNELS.replace("{# for every channel #}", '{% import "_parts.j2" as parts %}')
    assert load(both=by_hand).render("both", {}, "chat") == "Hello, It is late."


PUBLIC_ONLY = "has no place in public: leave it out, or say it in private"
SECTIONS = [
    ("=== chat", "=== sms", "both.j2:11: channel 'sms' is not known: one of email, chat, phone, public"),
    ("=== chat", "=== chatt", "both.j2:11: channel 'chatt' is not known: did you mean chat?"),
    ("=== phone", "=== chat", "both.j2:14: chat is given twice: keep one"),
    ("{# for every channel #}", "Hello.", "both.j2:10: words above the first === line: move them below it"),
    ("=== phone", "=== email\n\n=== phone", "both.j2:14: no words for email: write them, or remove the line"),
    ("Hello.\n", "{% if cause %}\n", "both.j2:22: not a valid template: an {% if … %} has no end: add {% endif %}"),
    ("Hello.\n", "{{ dya }}\n", "both.j2:16: unknown value dya: did you mean day?"),
    ("tone: plain", "tone: plan", "both.j2:4: tone: 'plan' is not known: did you mean plain?"),
    ("tone: plain", "channels: [chat]", "both.j2:4: channels: unknown field"),
    ("(customer) }} It is late.", "(customer) }} {{ cause }}", f"both.j2:24: cause {PUBLIC_ONLY}"),
    ("(customer) }} It is late.", "(customer) }} {{ reference }}", f"both.j2:24: reference {PUBLIC_ONLY}"),
    ("(customer) }} It is late.", "(customer) }} {{ amends }}", f"both.j2:24: amends {PUBLIC_ONLY}"),
    ("(customer) }} It is late.", "(customer) }} {{ day }}", f"both.j2:24: day {PUBLIC_ONLY}"),
    ("[delivery]", "[delivery]\nfor_risk: [legal]", "both.j2:13: a playbook names no cause: take it out"),
    ("It comes on {{ day }}.", "{{ ''.__class__ }} {{ day }}", "both.j2:22: attributes of values cannot be used here"),
    ("It comes on {{ day }}.", "{% include 'general.j2' %}{{ day }}", "both.j2:22: include cannot be used here"),
]


@pytest.mark.parametrize(("was", "now", "message"), SECTIONS)
def test_broken_words_for_a_channel_are_refused_with_their_line(was: str, now: str, message: str) -> None:
    assert was in CHANNELS
    at = CHANNELS.rindex(was)
    with pytest.raises(ContentError) as raised:
        load(both=CHANNELS[:at] + now + CHANNELS[at + len(was) :])
    assert any(line.startswith(message) for line in str(raised.value).splitlines()), str(raised.value)


def test_severities_and_risks_are_read() -> None:
    head = GENERAL.replace("categories: [other]", "severities: [S3, S4]\nfor_risk: [safety]")
    other = load(GENERAL, playbook=head).template("playbook")
    assert other is not None
    assert (other.severities, other.for_risk, other.categories) == (
        (Severity.SERIOUS, Severity.CRITICAL),
        ("safety",),
        (),
    )


def test_rendering_with_and_without_optional_values() -> None:
    loaded = load()
    assert loaded.render("general", {"customer": "Jane", "item": "lamp", "day": "Friday"}) == (
        "Hello Jane,\n\nThe lamp comes on Friday."
    )
    assert loaded.render("general", {"day": "Friday"}) == "Hello,\n\nThe thing comes on Friday."


@pytest.mark.parametrize("given", [{}, {"day": ""}, {"day": "  "}])
def test_a_missing_required_value_is_named(given: dict[str, str]) -> None:
    with pytest.raises(MissingValues) as raised:
        load().render("general", given)
    assert raised.value.names == ("day",)


def test_values_of_other_templates_do_no_harm() -> None:
    assert "Friday" in load().render("general", {"day": "Friday", "parts": "x", "colour": "red", "self": "y"})


@pytest.mark.parametrize(
    "typed", ["{{ 7 * 7 }}", "{% if x %}", "{# hidden #}", "<b>&amp;</b>", "${day}", "%s", "\\n", "\ud800", "Zoë 🦊"]
)
def test_what_people_typed_appears_literally(typed: str) -> None:
    assert load().render("general", {"day": typed}) == f"Hello,\n\nThe thing comes on {typed}."


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load().render("nothing", {})


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("a  \nb\t\n", "a\nb"), ("\n\n\na\n\n\n\nb\n \n\nc", "a\n\nb\n\nc"), ("a\r\nb", "a\nb"), ("a b", "a b"), ("", "")],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


HEADS = [
    ("title: General", "titel: General", "general.j2:2: titel: unknown field: did you mean title?"),
    ("title: General\n", "", "general.j2:2: title: missing: add it"),
    (
        "[other]",
        "[delivery.lat]",
        "general.j2:3: categories[1]: 'delivery.lat' is not known: did you mean delivery.late?",
    ),
    ("categories: [other]\n", "", "general.j2:2: name at least one category, or the risk it is a playbook for"),
    (
        "categories:",
        "for_risk: [saftey]\ncategories:",
        "general.j2:3: for_risk[1]: 'saftey' is not known: did you mean safety?",
    ),
    (
        "name: item",
        "name: Item",
        "general.j2:5: values[1].name: string should match pattern '^[a-z][a-z0-9_]*$', not 'Item'",
    ),
    ("name: item", "name: day", "general.j2:6: values[2].name: day is listed twice: keep one"),
    (
        "name: item",
        "name: update_within",
        "general.j2:5: values[1].name: update_within is always known: do not list it",
    ),
    (
        "name: item",
        "name: colour",
        "general.j2:5: values[1].name: colour is not used in the text: use it, or remove it",
    ),
    (
        'item, ask: "What was it?"',
        "customer, ask: Who, required: true",
        "general.j2:5: values[1].required: customer is optional in every reply: remove required, "
        "and write the text for both",
    ),
    ("item: lamp", "itm: lamp", "general.j2:8: examples.usual.itm: 'itm' is not known: did you mean item?"),
    (", day: Friday", "", "general.j2:8: examples.usual: add day: it is required"),
    ("---\ntitle", "title", "general.j2:1: start with a line of three hyphens, then the head"),
    ("Friday}\n---\n", "Friday}\n", "general.j2:1: the head does not end: add a line of three hyphens after it"),
    (
        "title: General",
        "title: [",
        "general.j2:4: not valid YAML: expected ',' or ']', but got '<scalar>': close the bracket, or put the words in "
        "double quotes",
    ),
    ("title: General", "title: A\ntitle: B", "general.j2:3: title: given twice: keep one"),
]


@pytest.mark.parametrize(("was", "now", "message"), HEADS)
def test_a_broken_head_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in GENERAL
    assert message in problems(GENERAL.replace(was, now, 1))


SHARED = "cannot be used here: use values, if, and shared sentences"
BODIES = [
    ("{{ itme }}", "general.j2:14: unknown value itme: did you mean item?"),
    ("{{ quantity }}", "general.j2:14: unknown value quantity: list it under values"),
    (
        "{% if item %}",
        "general.j2:14: not a valid template: an {% if … %} has no end: add {% endif %}",
    ),
    (
        "{{ item }",
        "general.j2:14: not a valid template: a value is written with two braces on each side, such as {{ customer }}",
    ),
    (
        "Yes.{% endif %}",
        "general.j2:14: not a valid template: endif without its {% if … %}: add that before it, or remove this",
    ),
    (
        "{{ parts.greting(customer) }}",
        "general.j2:14: shared sentence 'greting' is not known: did you mean greeting?",
    ),
    ("{{ parts.greeting() }}", "general.j2:14: greeting takes 1 values, not 0"),
    ("{{ parts.sign_off(item, item, item) }}", "general.j2:14: sign_off takes 1 or 2 values, not 3"),
    ("{{ parts }}", "general.j2:14: parts is an imported file: call one of its sentences"),
    ('{% import "_other.j2" as more %}', "general.j2:14: cannot import '_other.j2': one of _parts.j2"),
    (
        '{% import "../policies/team.yml" as more %}',
        "general.j2:14: cannot import '../policies/team.yml': one of _parts.j2",
    ),
    ("{% import item as more %}", "general.j2:14: cannot import None: one of _parts.j2"),
    (
        '{% import "_parts.j2" as more with context %}',
        "general.j2:14: leave out with context: give shared sentences their values",
    ),
]


@pytest.mark.parametrize(("text", "message"), BODIES)
def test_a_broken_text_is_refused_with_its_line(text: str, message: str) -> None:
    assert message in problems(body(text))


ESCAPES = [
    ("{{ ''.__class__.__mro__ }}", "attributes of values"),
    ("{{ item.__init__.__globals__ }}", "attributes of values"),
    ("{{ item['__class__'] }}", "parts of values"),
    ("{{ parts.greeting.__globals__ }}", "attributes of values"),
    ("{{ parts._TemplateModule__body }}", "attributes of values"),
    ("{{ item.format(item) }}", "calls other than of shared sentences"),
    ("{{ item() }}", "calls other than of shared sentences"),
    ("{{ range(10) }}", "calls other than of shared sentences"),
    ("{{ lipsum() }}", "calls other than of shared sentences"),
    ("{{ cycler.__init__.__globals__.os }}", "attributes of values"),
    ("{{ self.__init__ }}", "attributes of values"),
    ("{{ item | upper }}", "filters"),
    ("{{ item | attr('__class__') }}", "filters"),
    ("{{ [item] | map('upper') }}", "filters"),
    ("{% for x in item %}{{ x }}{% endfor %}", "loops"),
    ("{% for x in 'ab' %}{% for y in 'ab' %}boom{% endfor %}{% endfor %}", "loops"),
    ("{{ 'a' * 10**9 }}", "arithmetic"),
    ("{{ item * 9 }}", "arithmetic"),
    ("{{ 10 ** 10 ** 9 }}", "pow"),
    ("{{ '%99999999d' % 1 }}", "mod"),
    ("{{ item ~ item }}", "concat"),
    ("{{ [1, 2] }}", "list"),
    ("{% set x = 'aa' %}", "set"),
    ("{% macro m() %}{{ m() }}{% endmacro %}", "macros outside the files that start with _"),
    ("{% include 'general.j2' %}", "include"),
    ("{% extends 'general.j2' %}", "extends"),
    ("{% from '_parts.j2' import greeting %}", "fromimport"),
    ("{{ parts.greeting(parts.greeting(customer)) }}", "calls other than of shared sentences"),
    ("{% call parts.greeting(customer) %}x{% endcall %}", "callblock"),
    ("{% filter upper %}x{% endfilter %}", "filterblock"),
    ("{{ item is defined }}", "tests"),
    ("{% block a %}x{% endblock %}", "block"),
    ("{{ item[1:9] }}", "parts of values"),
]


@pytest.mark.parametrize(("text", "what"), ESCAPES)
def test_nothing_can_be_reached_or_looped(text: str, what: str) -> None:
    assert f"general.j2:14: {what} {SHARED}" in problems(body(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ " + "(" * 3000 + ")" * 3000 + " }}", "general.j2:10: nested too deeply"),
        ("{% if item %}" * 3000, "general.j2:1: longer than 20000 characters: shorten it"),
        ("{% if item %}" * 600 + "{% endif %}" * 600, "general.j2:10: nested too deeply: make it simpler"),
        ("{% if item %}" * 120 + "{% endif %}" * 120, "general.j2:14: nested too deeply: make it simpler"),
        ("{{ " + "not " * 300 + "item }}", "general.j2:14: nested too deeply: make it simpler"),
        ("{{ parts.greeting(" + "not " * 300 + "item) }}", "general.j2:14: nested too deeply: make it simpler"),
    ],
)
def test_a_huge_text_is_refused(text: str, message: str) -> None:
    assert any(problem.startswith(message) for problem in problems(body(text)))


def test_what_is_not_too_deep_can_be_used() -> None:
    def nested(depth: int) -> str:
        return body("{% if item %}" * depth + "deep" + "{% endif %}" * depth)

    assert load(nested(DEEPEST - 1)).render("general", {"item": "lamp", "day": "Friday"}).endswith("deep")
    assert problems(nested(DEEPEST)) == ["general.j2:14: nested too deeply: make it simpler"]


SHARED_FILES = [
    ("Hello.", "_parts.j2:4: only macros stand in a file that starts with _"),
    ("{% set x = 1 %}", "_parts.j2:4: only macros stand in a file that starts with _"),
    ("{% macro a(x) %}{{ y }}{% endmacro %}", "_parts.j2:4: unknown value y: list it under values"),
    ("{% macro a(x) %}{{ a(x) }}{% endmacro %}", f"_parts.j2:4: calls other than of shared sentences {SHARED}"),
    ("{% macro a(x) %}{{ greeting(x) }}{% endmacro %}", f"_parts.j2:4: calls other than of shared sentences {SHARED}"),
    ("{% macro a(x) %}{% for y in x %}{% endfor %}{% endmacro %}", f"_parts.j2:4: loops {SHARED}"),
    ("{% macro a(x=9*9) %}{{ x }}{% endmacro %}", f"_parts.j2:4: arithmetic {SHARED}"),
]


@pytest.mark.parametrize(("text", "message"), SHARED_FILES)
def test_a_broken_file_of_shared_sentences_is_refused(text: str, message: str) -> None:
    assert message in problems(GENERAL, PARTS + text)


def test_the_problems_of_all_files_come_at_once() -> None:
    bad = GENERAL.replace("title", "titel")
    with pytest.raises(ContentError) as raised:
        load(bad, PARTS, second=bad)
    assert {problem.file for problem in raised.value.problems} == {"general.j2", "second.j2"}


def test_a_file_name_is_a_fit_id() -> None:
    with pytest.raises(ContentError) as raised:
        load(GENERAL, PARTS, Late_Delivery=GENERAL)
    message = "Late_Delivery.j2:1: the file name is the template's id: use small letters, digits and single hyphens"
    assert str(raised.value) == message


def test_a_folder_without_a_template_for_other_is_refused() -> None:
    assert problems(GENERAL.replace("[other]", "[delivery]")) == [
        ".:1: no template for other: add one, so that every case has a draft"
    ]
