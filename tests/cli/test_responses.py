"""`amends responses`: the library, one template, and what became of the suggestions."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.responses import responses
from bot.content import bundle
from bot.content.bundle import Content
from bot.domain.case import Case
from bot.flows import drafts, replies
from bot.settings import Settings
from bot.store import drafts as stored
from bot.store.db import Database
from tests.builders import LATE, NOW, WORKSPACE, a_complaint
from tests.opened import open_case


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, content: Content) -> None:
    """The shipped content, read once for all tests."""
    monkeypatch.setattr(bundle, "load", lambda *_: content)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'amends.db'}")


def run(*words: str) -> Result:
    return CliRunner().invoke(responses, words, catch_exceptions=False)


def ids(*words: str) -> set[str]:
    result = run("list", *words)
    assert result.exit_code == 0
    return {line.split()[0] for line in result.stdout.splitlines()}


def test_list_names_every_template(content: Content) -> None:
    assert ids() == {template.id for template in content.templates}


def test_list_keeps_to_a_category_and_a_channel(content: Content) -> None:
    late = ids("--category", "delivery.late")
    assert "late-delivery" in late
    assert "double-charge" not in late
    assert late < ids("--category", "delivery")
    assert ids("--channel", "public") == {one.id for one in content.templates if "public" in one.channels} != ids()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "--category", "delivry"), "--category: 'delivry' is none: one of delivery"),
        (("show", "late-delivry"), "There is no template 'late-delivry': did you mean late-delivery?"),
        (("show", "zzz"), "There is no template 'zzz': `amends responses list` shows them all"),
        (("stats", "--since", "soon"), "'soon' does not match"),
    ],
)
def test_a_wrong_call_says_what_to_write_and_ends_with_code_2(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_show_gives_the_head_in_words_and_every_channel_with_its_examples(content: Content) -> None:
    shown = run("show", "late-delivery").stdout
    template, source = content.template("late-delivery"), content.source("late-delivery")
    assert template
    assert shown.startswith(f"{template.title} (late-delivery, late-delivery.j2)\nFor: ")
    assert all(f"({value.name}" in shown for value in template.values)
    for channel in template.channels:
        for example in source.examples:
            assert f"=== {channel.label}, example {example.name} ===" in shown
    assert "{{" not in shown


def test_every_template_can_be_shown(content: Content) -> None:
    from bot.cli.responses import _shown

    for template in content.templates:
        assert len(list(_shown(content, template))) > len(template.channels)


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Database:
    """A database in which four drafts of late deliveries went four ways."""
    (tmp_path / "amends.db").write_bytes(migrated_sqlite.read_bytes())
    return Database(f"sqlite:///{tmp_path / 'amends.db'}")


def a_case(database: Database, content: Content) -> tuple[Case, int]:
    with database.transaction() as session:
        case = open_case(session, content, WORKSPACE, a_complaint(text=LATE), now=NOW).case
        draft = stored.live(session, case.id)
        assert draft is not None
        return case, draft.id


def test_stats_count_what_became_of_each_suggestion(desk: Database, content: Content) -> None:
    drafted = [a_case(desk, content)[1] for _ in range(5)]
    with desk.transaction() as session:
        first = stored.get(session, WORKSPACE, drafted[0])
        assert first is not None
        template, own = first.template_id, f"{first.text}\n\nI will call you too."
        for number, text in ((0, None), (1, own)):
            sent = replies.mark_sent(session, content, WORKSPACE, drafted[number], text=text, by="U0ANA", now=NOW)
            assert isinstance(sent, Case)
        assert drafts.use(session, content, WORKSPACE, drafted[2], agent="Ana", by="U0ANA", now=NOW)
        following = drafts.another(session, content, WORKSPACE, drafted[3], agent=None, by="U0ANA", now=NOW)
        assert isinstance(following, stored.Draft)
    desk.close()

    figures = {row["template"]: row for row in json.loads(run("stats", "--format", "json").stdout)}
    assert figures[template] == {
        **{"template": template, "suggested": 5, "chosen": 3, "passed_over": 1, "sent": 2, "edited": 1},
        "edited_share": 0.5,
    }
    assert figures[following.template_id]["suggested"] == 1
    assert len(figures) == len(content.templates)
    table = run("stats").stdout
    assert [line.split() for line in table.splitlines() if line.startswith(f"{template} ")] == [
        [template, "5", "3", "1", "2", "1", "(50%)"]
    ]
    assert "Never suggested: " in table
    rows = list(csv.DictReader(StringIO(run("stats", "--format", "csv").stdout)))
    assert rows[0]["template"] == template
    later = json.loads(run("stats", "--format", "json", "--since", "2026-03-03").stdout)
    assert {row["suggested"] for row in later} == {0}


def test_stats_without_a_database_is_one_line() -> None:
    result = run("stats")
    assert result.exit_code == 1
    assert "has no tables yet: run `amends db upgrade`" in result.stderr
