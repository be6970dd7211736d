"""`intake.yml`: read, and refused with the exact message."""

from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.intake import load_intake
from bot.domain.intake import Form, Intake, Source

GOOD = """\
sources:
  - source: help-desk
    channel: complaints
    form: zendesk
    link: https://acme.zendesk.com/agent/tickets/{id}
  - source: shop
    channel: C0123ABCD
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str) -> Intake:
    Path("intake.yml").write_text(text, encoding="utf-8")
    return load_intake(Path("intake.yml"))


def test_sources_are_read() -> None:
    assert read(GOOD) == Intake(
        (
            Source("help-desk", "complaints", Form.ZENDESK, "https://acme.zendesk.com/agent/tickets/{id}"),
            Source("shop", "C0123ABCD", Form.JSON),
        )
    )
    assert read(GOOD).source("shop") is not None
    assert read(GOOD).source("stranger") is None


def test_without_the_file_or_with_an_empty_list_nobody_may_send() -> None:
    assert load_intake(Path("intake.yml")) == read("sources: []\n") == Intake()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("sources:", "sourcs:", "intake.yml:1: sourcs: unknown field: did you mean sources?"),
        ("source: shop", "source: help-desk", "intake.yml:6: sources[2].source: help-desk is listed twice: keep one"),
        ("source: shop", "source: Web shop", "intake.yml:6: sources[2].source: 'Web shop' is not a name"),
        ("channel: C0123ABCD", "", "intake.yml:6: sources[2].channel: missing: add it"),
        ("form: zendesk", "form: intercom", "intake.yml:4: sources[1].form: 'intercom' is not one of"),
        ("/{id}", "", "intake.yml:5: sources[1].link: has no {id}: put it where the ticket's number stands"),
        ("https:", "ftp:", "intake.yml:5: sources[1].link: 'ftp://acme.zendesk.com/agent/tickets/{id}' is not an"),
    ],
)
def test_a_fault_is_named_with_file_and_line(old: str, new: str, problem: str) -> None:
    with pytest.raises(ContentError) as error:
        read(GOOD.replace(old, new))
    assert any(line.startswith(problem) for line in str(error.value).splitlines()), str(error.value)
