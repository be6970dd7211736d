"""One fault in any one file is found, with the file and its line. All files are spoilt at once, so it stays quick."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.bundle import content_files, load
from bot.content.files import ContentError
from bot.content.phrases import load_checker

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of responses/ and policies/ to spoil."""
    for folder in ("responses", "policies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_of(root: Path) -> list[str]:
    paths = content_files(root / "responses", root / "policies")
    return [str(path.relative_to(root)) for path in paths]


def found_in(what: Callable[[], object]) -> list[str]:
    with pytest.raises(ContentError) as raised:
        what()
    return str(raised.value).splitlines()


def spoil_head(path: Path) -> int:
    """Misspell a field of the head of a template, or add a field nobody knows; the line it stands on."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if path.name.startswith("_"):
        lines.insert(1, "stray words")
        number = 2
    elif path.suffix == ".j2":
        number = next(n for n, line in enumerate(lines, 1) if line.startswith("title:"))
        lines[number - 1] = lines[number - 1].replace("title", "titel")
    else:
        lines = [*"\n".join(lines).rstrip().split("\n"), "nonsense: 1"]
        number = len(lines)
    path.write_text("\n".join(lines), encoding="utf-8")
    return number


def test_the_copy_is_right_before_it_is_spoilt(shipped: Path) -> None:
    assert load(shipped / "responses", shipped / "policies").templates


@pytest.mark.parametrize("tests_too", [False, True])
def test_a_field_nobody_knows_is_found_in_every_file(shipped: Path, tests_too: bool) -> None:
    """What the leads' tests are about is read before them, so the tests are spoilt by themselves."""
    names = [name for name in files_of(shipped) if ("policies/tests/" in name) is tests_too and "_parts" not in name]
    assert names
    spoilt = {name: spoil_head(shipped / name) for name in names}
    found = found_in(lambda: load(shipped / "responses", shipped / "policies"))
    for name, line in spoilt.items():
        assert any(problem.startswith(f"{name}:{line}: ") for problem in found), (name, line)


def test_a_stray_word_among_the_shared_sentences_is_found(shipped: Path) -> None:
    line = spoil_head(shipped / "responses" / "templates" / "_parts.j2")
    found = found_in(lambda: load(shipped / "responses", shipped / "policies"))
    assert any(problem.startswith(f"responses/templates/_parts.j2:{line}: ") for problem in found)


def test_a_wrong_example_is_found_in_every_file_of_rules(shipped: Path) -> None:
    """The first sentence that the first rule must find becomes one that it must let stand."""
    spoilt = {}
    for path in sorted((shipped / "responses" / "phrases").glob("*.yml")):
        lines = path.read_text(encoding="utf-8").split("\n")
        hit = lines[lines.index("    hits:") + 1]
        number = lines.index("    passes:") + 2
        lines[number - 1] = hit
        path.write_text("\n".join(lines), encoding="utf-8")
        spoilt[path.relative_to(shipped)] = number
    found = found_in(lambda: load_checker(Path("responses/phrases")))
    for name, line in spoilt.items():
        assert any(problem.startswith(f"{name}:{line}: rules[1].passes[1]: this rule finds ") for problem in found), (
            name
        )
