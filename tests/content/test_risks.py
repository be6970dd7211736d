"""Risk rule files: read, and proved by their own examples."""

from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.risks import load_risks
from bot.domain.triage.risks import RiskRule

RULE = """\
  - id: {id}
    risk: {risk}
    patterns:
      - "{{lift/elevator}} … stuck"
    unless:
      - "… stuck on the label"
    hits:
      - The lift got stuck.
    passes:
      - The lift is stuck on the label.
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("risks").mkdir()


def write(name: str, *, id: str = "stuck-lift", risk: str = "safety", was: str = "", now: str = "") -> None:
    """A file with one good rule in which `was` reads `now`."""
    text = "about: lifts\nrules:\n" + RULE.format(id=id, risk=risk)
    assert was in text
    Path("risks", name).write_text(text.replace(was, now) if was else text, encoding="utf-8")


def problems() -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_risks(Path("risks"))
    return str(caught.value).splitlines()


def test_a_rule_is_read_as_written() -> None:
    write("a.yml")
    assert load_risks(Path("risks")).rules == (
        RiskRule("stuck-lift", "safety", ("{lift/elevator} … stuck",), ("… stuck on the label",)),
    )


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("risk: safety", "risk: noise", "risks/a.yml:4: rules[1].risk: 'noise' is not one of self_harm"),
        (
            '"{lift/elevator} … stuck"',
            '"{lift/elevator … stuck"',
            "risks/a.yml:6: rules[1].patterns[1]: '{lift/elevator … stuck': a bracket is left open: add }",
        ),
        (
            '"{lift/elevator} … stuck"',
            '"… stuck"',
            "risks/a.yml:6: rules[1].patterns[1]: '… stuck': begins or ends with …: only unless may, remove it",
        ),
        (
            '"… stuck on the label"',
            '"… stuck on (the"',
            "risks/a.yml:8: rules[1].unless[1]: '… stuck on (the': a bracket is left open: add )",
        ),
        (
            '    patterns:\n      - "{lift/elevator} … stuck"\n',
            "    patterns: []\n",
            "rules[1]: finds nothing: add patterns, or together",
        ),
        (
            "- The lift got stuck.",
            "- The lift came.",
            "risks/a.yml:10: rules[1].hits[1]: not found by this rule: "
            "mend the patterns or the example 'The lift came.'",
        ),
        (
            "- The lift is stuck on the label.",
            "- The lift is stuck.",
            "risks/a.yml:12: rules[1].passes[1]: a rule for safety finds 'lift is stuck' here: "
            "add an unless, or mend the example",
        ),
    ],
)
def test_a_broken_rule_says_where_and_what_to_do(was: str, now: str, expected: str) -> None:
    write("a.yml", was=was, now=now)
    [problem] = problems()
    assert expected in problem


@pytest.mark.parametrize(("risk", "is_clean"), [("safety", False), ("legal", True)])
def test_an_example_that_passes_is_held_against_the_rules_of_the_same_risk(risk: str, is_clean: bool) -> None:
    write("a.yml")
    write("b.yml", id="label", risk=risk, was='    unless:\n      - "… stuck on the label"\n', now="")
    found = problems()
    assert ("risks/a.yml:12: rules[1].passes[1]" in found[0]) is not is_clean
    assert "risks/b.yml:10: rules[1].passes[1]" in found[-1]


def test_one_id_in_two_files() -> None:
    write("a.yml")
    write("b.yml")
    assert problems() == ["risks/b.yml:3: rules[1].id: 'stuck-lift' is already used at risks/a.yml:3: choose another"]


def test_the_problems_of_all_files_come_at_once() -> None:
    """What cannot be read in one file, and what the examples of another disprove."""
    write("a.yml", was="risk: safety", now="risk: noise")
    write("b.yml", id="other", was="- The lift got stuck.", now="- The lift came.")
    Path("risks/c.yml").write_text("[", encoding="utf-8")
    assert [problem.split(":")[0] for problem in problems()] == ["risks/a.yml", "risks/b.yml", "risks/c.yml"]


def test_a_folder_without_rules() -> None:
    assert problems() == ["risks:1: no risk rules: add a .yml file, see responses/README.md"]


def test_an_exception_above_the_rules_is_of_every_rule_of_its_file_alone() -> None:
    write("a.yml", was="rules:", now='unless: ["… training"]\nrules:')
    write("b.yml", id="held", was='"{lift/elevator} … stuck"', now='"lift … stuck"')
    finder = load_risks(Path("risks"))
    assert [rule.unless[1:] for rule in finder.rules] == [("… training",), ()]
    assert finder.rules_that_find("Training today: a lift is stuck.") == {"held"}
    assert finder.rules_that_find("Today a lift is stuck.") == {"stuck-lift", "held"}


TOGETHER = """\
about: Papers.
rules:
  - id: papers
    risk: data_breach
    together:
      - ["{letter/letters}", "stranger"]
    hits: [a letter went to a stranger]
    passes: [a letter went to her]
"""


def test_words_that_count_together_are_read() -> None:
    Path("risks/a.yml").write_text(TOGETHER, encoding="utf-8")
    assert load_risks(Path("risks")).rules_that_find("her letter, read by a stranger") == {"papers"}


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (', "stranger"]', "]", "risks/a.yml:6: rules[1].together[1]: needs two patterns or more"),
        ('    together:\n      - ["{letter/letters}", "stranger"]\n', "", "risks/a.yml:3: rules[1]: finds nothing"),
        ('"stranger"]', '"{stranger"]', "risks/a.yml:6: rules[1].together[1][2]: '{stranger': a bracket is left open"),
        ('"stranger"]', '"stranger …"]', "risks/a.yml:6: rules[1].together[1][2]: 'stranger …': begins or ends with"),
        ("went to a stranger", "went to her", "risks/a.yml:7: rules[1].hits[1]: not found by this rule"),
        ("went to her]", "a stranger]", "risks/a.yml:8: rules[1].passes[1]: a rule for data_breach finds 'letter'"),
    ],
)
def test_broken_words_that_count_together_say_where(was: str, now: str, expected: str) -> None:
    assert was in TOGETHER
    Path("risks/a.yml").write_text(TOGETHER.replace(was, now), encoding="utf-8")
    [problem] = problems()
    assert problem.startswith(expected)
