"""Broken files: the exact `file:line: field: what to do` a content owner reads."""

from pathlib import Path

import pytest
import yaml

from bot.content import files
from bot.content.files import ContentError, Strict, parse_yaml, read_text, read_yaml, validate

SHIPPED = Path(__file__).parents[2] / "responses"


class Limit(Strict):
    role: str
    amount: int = 0


class Policy(Strict):
    about: str
    limits: tuple[Limit, ...] = ()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name the file as seen from where the person stands."""
    monkeypatch.chdir(tmp_path)


def message(text: str | bytes) -> str:
    path = Path("policies") / "policy.yml"
    path.parent.mkdir()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ContentError) as caught:
        validate(read_yaml(path), Policy)
    return str(caught.value)


def test_a_good_file_is_read() -> None:
    Path("policy.yml").write_text("about: refunds\nlimits:\n  - role: agent\n    amount: 50\n", encoding="utf-8")
    policy = validate(read_yaml(Path("policy.yml")), Policy)
    assert policy == Policy(about="refunds", limits=(Limit(role="agent", amount=50),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "about: [a\n",
            "policies/policy.yml:2: not valid YAML: expected ',' or ']', but got '<stream end>': close the bracket, or "
            "put the words in double quotes",
        ),
        (
            "about: late: again\n",
            "policies/policy.yml:1: not valid YAML: mapping values are not allowed here: put words that hold a colon "
            "in double quotes, or mend the indentation",
        ),
        (
            "about: @team\n",
            "policies/policy.yml:1: not valid YAML: found character '@' that cannot start any token: put words that "
            "begin with this sign in double quotes",
        ),
        (
            "about: a\n  limits: []\n",
            "policies/policy.yml:2: not valid YAML: mapping values are not allowed here: put words that hold a colon "
            "in double quotes, or mend the indentation",
        ),
        (
            'about: "a\n',
            "policies/policy.yml:2: not valid YAML: found unexpected end of stream: close the quotation marks",
        ),
        (
            "about: a\nlimits\n",
            "policies/policy.yml:3: not valid YAML: could not find expected ':': write a field as `name: value`, one "
            "to a line",
        ),
        (
            "about: a\n\tb: c\n",
            "policies/policy.yml:2: not valid YAML: found character '\\t' that cannot start any token: "
            "indent with spaces, not with tabs",
        ),
        ("about: a\nlimits: []\nabout: b\n", "policies/policy.yml:3: about: given twice: keep one"),
        (
            "about: a\nlimits:\n- role: x\n  role: y\n",
            "policies/policy.yml:4: limits[1].role: given twice: keep one",
        ),
        ("about: a\n? [x]\n: b\n", "policies/policy.yml:2: a field name must be plain text"),
        ("about: a\nlimit: []\n", "policies/policy.yml:2: limit: unknown field: did you mean limits?"),
        ("about: a\nzzz: 1\n", "policies/policy.yml:2: zzz: unknown field: remove it"),
        (
            "about: a\nlimits:\n  - role: x\n    amuont: 5\n",
            "policies/policy.yml:4: limits[1].amuont: unknown field: did you mean amount?",
        ),
        ("limits: []\n", "policies/policy.yml:1: about: missing: add it"),
        (
            "about: a\nlimits:\n  - role: x\n  - amount: 5\n",
            "policies/policy.yml:4: limits[2].role: missing: add it",
        ),
        ("about: 3\n", "policies/policy.yml:1: about: input should be a valid string, not 3"),
        (
            "about: a\nlimits:\n  - role: x\n    amount: much\n",
            "policies/policy.yml:4: limits[1].amount: input should be a valid integer, "
            "unable to parse string as an integer, not 'much'",
        ),
        ("about:\n", "policies/policy.yml:1: about: input should be a valid string, not None"),
        ("", "policies/policy.yml:1: expected fields such as about, limits"),
        ("- a\n", "policies/policy.yml:1: expected fields such as about, limits"),
        (b"about: a\nlimits: \xff\n", "policies/policy.yml:2: not UTF-8 text: save the file as UTF-8"),
        (
            "about: a\nlimits: &all\n  - *all\n",
            "policies/policy.yml:1: not valid YAML: nested too deeply, or an alias (*) that holds itself: write it out",
        ),
        (
            "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{name}: &{name} [{','.join([f'*{was}'] * 10)}]\n" for was, name in zip("abcde", "bcdef", strict=True)
            ),
            "policies/policy.yml:1: not valid YAML: too many values, or an alias (*) that holds itself: write it out",
        ),
    ],
)
def test_a_broken_file_says_where_and_what_to_do(text: str | bytes, expected: str) -> None:
    assert message(text) == expected


@pytest.mark.parametrize("deep", ["[" * 200_000, "- " * 200_000, "? " * 200_000, "{a: " * 200_000])
def test_a_file_of_any_depth_is_refused_in_time(deep: str) -> None:
    assert message(deep) == (
        "policies/policy.yml:1: not valid YAML: nested too deeply, or an alias (*) that holds itself: write it out"
    )


def test_a_sign_that_no_text_holds_is_refused() -> None:
    assert message("about: a\n# \x00\n").startswith("policies/policy.yml:1: not valid YAML: ")


PLAIN = """\
# a note
about:   spread
  over lines
block: |
  one

    two
folded: >-
  three
  four
list: [a, "b: c", 'd', ~, 2026-03-01, 1.50, yes, 0x10]
anchor: &here
  - {x: 1}
  -
again: *here
"odd key": ë → 😀
end:
"""


def test_libyaml_and_python_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [PLAIN, *(path.read_text(encoding="utf-8") for path in sorted(SHIPPED.rglob("*.yml")))]
    quick = [parse_yaml(Path("a.yml"), text) for text in texts]
    monkeypatch.setattr(files, "_READER", yaml.SafeLoader)
    assert quick == [parse_yaml(Path("a.yml"), text) for text in texts]


def test_every_problem_of_a_file_is_told_in_reading_order() -> None:
    assert message("limts: []\nlimits:\n  - amount: x\n").splitlines() == [
        "policies/policy.yml:1: about: missing: add it",
        "policies/policy.yml:1: limts: unknown field: did you mean limits?",
        "policies/policy.yml:3: limits[1].amount: input should be a valid integer, "
        "unable to parse string as an integer, not 'x'",
        "policies/policy.yml:3: limits[1].role: missing: add it",
    ]


def test_a_missing_file() -> None:
    with pytest.raises(ContentError) as caught:
        read_text(Path("policies/policy.yml"))
    assert str(caught.value) == "policies/policy.yml:1: file not found: create it, or restore it from git"


def test_a_folder_in_place_of_a_file() -> None:
    Path("policy.yml").mkdir()
    with pytest.raises(ContentError) as caught:
        read_text(Path("policy.yml"))
    assert str(caught.value) == "policy.yml:1: cannot be read: Is a directory"


def test_yaml_that_starts_further_down_counts_from_there() -> None:
    with pytest.raises(ContentError) as caught:
        validate(parse_yaml(Path("reply.j2"), "about: a\nlimit: []\n", first_line=5), Policy)
    assert str(caught.value) == "reply.j2:6: limit: unknown field: did you mean limits?"
