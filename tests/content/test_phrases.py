"""Phrase rule files: read, and proved by their own examples."""

from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.phrases import load_checker
from bot.domain.marks import Mark
from bot.domain.phrases import Level, PhraseRule, Scope

RULE = """\
  - id: {id}
    level: error
    patterns:
      - "you {{must/have to}}"
    unless:
      - "you must be"
    why: It is an order.
    instead:
      - The next step is [step].
    hits:
      - You must call.
    passes:
      - You must be tired.
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("phrases").mkdir()


def write(name: str, *, id: str = "you-must", was: str = "", now: str = "") -> None:
    """A file with one good rule in which `was` reads `now`."""
    text = "about: orders\nrules:\n" + RULE.format(id=id)
    assert was in text
    Path("phrases", name).write_text(text.replace(was, now) if was else text, encoding="utf-8")


def rules() -> list[PhraseRule]:
    return [*load_checker(Path("phrases")).rules]


def problems() -> list[str]:
    with pytest.raises(ContentError) as caught:
        rules()
    return str(caught.value).splitlines()


def test_a_rule_is_read_as_written() -> None:
    write("a.yml", was="    why:", now="    scope: reply start\n    why:")
    assert rules() == [
        PhraseRule(
            id="you-must",
            level=Level.ERROR,
            patterns=("you {must/have to}",),
            why="It is an order.",
            instead=("The next step is [step].",),
            scope=Scope.REPLY_START,
            unless=("you must be",),
        )
    ]


def test_files_are_read_by_name_and_only_yml() -> None:
    write("b.yml", id="second")
    write("a.yml", id="first")
    Path("phrases/notes.txt").write_text("x", encoding="utf-8")
    assert [rule.id for rule in rules()] == ["first", "second"]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("level:", "levle:", "phrases/a.yml:3: rules[1].level: missing: add it"),
        (
            "level: error",
            "level: fatal",
            "phrases/a.yml:4: rules[1].level: 'fatal' is not one of 'error', 'warning' or 'suggestion'",
        ),
        (
            "id: you-must",
            "id: You must",
            "phrases/a.yml:3: rules[1].id: 'You must' is not a rule id: use small letters, digits and single hyphens",
        ),
        (
            '- "you {must/have to}"',
            '- "you {must/have to"',
            "phrases/a.yml:6: rules[1].patterns[1]: 'you {must/have to': a bracket is left open: add }",
        ),
        (
            '- "you {must/have to}"',
            '- "you must …"',
            "phrases/a.yml:6: rules[1].patterns[1]: 'you must …': begins or ends with …: only unless may, remove it",
        ),
        (
            '- "you must be"',
            '- "you (must"',
            "phrases/a.yml:8: rules[1].unless[1]: 'you (must': a bracket is left open: add )",
        ),
        ("    hits:\n      - You must call.\n", "", "phrases/a.yml:3: rules[1].hits: missing: add it"),
        ("    passes:\n      - You must be tired.\n", "", "phrases/a.yml:3: rules[1].passes: missing: add it"),
        (
            "      - You must call.\n",
            "      - You may call.\n",
            "phrases/a.yml:13: rules[1].hits[1]: not found by this rule: "
            "mend the patterns or the example 'You may call.'",
        ),
        (
            "      - You must be tired.\n",
            "      - You must eat.\n",
            "phrases/a.yml:15: rules[1].passes[1]: this rule finds 'You must' here: add an unless, or mend the example",
        ),
        (
            "The next step is [step].",
            "You have to do [step].",
            "phrases/a.yml:11: rules[1].instead[1]: 'You have to' breaks the rule you-must: say it another way",
        ),
    ],
)
def test_a_broken_rule_says_where_and_what_to_do(was: str, now: str, expected: str) -> None:
    write("a.yml", was=was, now=now)
    assert expected in problems()


MARKED = RULE.replace(
    '    patterns:\n      - "you {{must/have to}}"\n    unless:\n      - "you must be"\n', "    marks: [emoji]\n"
)


def write_marked(text: str = MARKED) -> None:
    text = text.replace("You must call.", "I am sorry 🙂").format(id="smile")
    Path("phrases", "a.yml").write_text("about: tone\nrules:\n" + text, encoding="utf-8")


def test_a_rule_may_look_for_marks_in_place_of_patterns() -> None:
    write_marked()
    [rule] = rules()
    assert (rule.patterns, rule.marks) == ((), (Mark.EMOJI,))


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("    marks: [emoji]\n", "", "phrases/a.yml:3: rules[1]: no patterns: give at least one, or marks"),
        (
            "marks: [emoji]",
            "marks: [emoij]",
            "phrases/a.yml:5: rules[1].marks[1]: 'emoij' is not one of 'capitals', 'exclamation marks' or 'emoji'",
        ),
        (
            "    why:",
            "    scope: reply start\n    why:",
            "phrases/a.yml:3: rules[1]: unless and scope are for patterns: give the marks a rule of their own",
        ),
    ],
)
def test_a_broken_rule_of_marks_says_where_and_what_to_do(was: str, now: str, expected: str) -> None:
    assert was in MARKED
    write_marked(MARKED.replace(was, now))
    assert problems() == [expected]


def test_an_empty_list_of_examples_is_refused() -> None:
    write("a.yml", was="hits:\n      - You must call.\n", now="hits: []\n")
    assert problems() == ["phrases/a.yml:12: rules[1].hits: empty: give at least one"]


def test_one_id_in_two_files() -> None:
    write("a.yml")
    write("b.yml")
    assert problems() == ["phrases/b.yml:3: rules[1].id: 'you-must' is already used at phrases/a.yml:3: choose another"]


def test_advice_is_held_against_the_rules_of_every_file() -> None:
    write("a.yml", was="The next step is [step].", now="Perhaps you may eat.")
    write("b.yml", id="no-eating", was="you {must/have to}", now="you {must/may eat}")
    assert problems() == [
        "phrases/a.yml:11: rules[1].instead[1]: 'you may eat' breaks the rule no-eating: say it another way"
    ]


def test_a_mere_suggestion_does_not_bar_an_advice() -> None:
    write("a.yml", was="The next step is [step].", now="Perhaps you may eat.")
    write("b.yml", id="no-eating", was="you {must/have to}", now="you {must/may eat}")
    path = Path("phrases/b.yml")
    path.write_text(path.read_text(encoding="utf-8").replace("level: error", "level: suggestion"), encoding="utf-8")
    assert len(rules()) == 2


def test_the_problems_of_all_files_come_at_once() -> None:
    write("a.yml", was="level: error", now="level: fatal")
    write("b.yml", id="other", was="why:", now="wy:")
    Path("phrases/c.yml").write_text("[", encoding="utf-8")
    assert [problem.split(":")[0] for problem in problems()] == [
        "phrases/a.yml",
        "phrases/b.yml",
        "phrases/b.yml",
        "phrases/c.yml",
    ]


def test_a_folder_without_rules() -> None:
    assert problems() == ["phrases:1: no phrase rules: add a .yml file, see responses/README.md"]
