"""`amends simulate`, as a lead types it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.domain import simulation
from bot.domain.reminders import Delivery, Way
from bot.settings import ROOT

SMALL = ["simulate", "--agents", "6", "--cases", "80", "--days", "12"]


def run(*given: str) -> Any:
    return CliRunner().invoke(main, [*SMALL, *given])


def test_it_prints_what_was_sent_and_that_nothing_was_broken() -> None:
    found = run()
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert lines[0] == "6 agents, 80 cases, 12 days from 2026-03-02, seed 1"
    for heading in ("reminders to one person in a day", "held back", "digests", "first reply", "faults"):
        assert heading in lines
    assert "kept its word" in found.stdout


def test_two_folders_stand_side_by_side(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "ours")
    path = tmp_path / "ours" / "followups.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("most_a_day: 12", "most_a_day: 1"), encoding="utf-8")
    found = run("--against", str(tmp_path / "ours"), "--json")
    assert found.exit_code == 0, found.output
    shipped, ours = json.loads(found.stdout)
    most = [one["reminders to one person in a day"]["most that could wait"] for one in (shipped, ours)]
    assert most[1] == 1 < most[0]
    assert ours["policies"] == str(tmp_path / "ours")
    assert ours["held back"]["cap"] > shipped["held back"].get("cap", 0)


def test_the_same_seed_prints_the_same() -> None:
    assert run().stdout == run("--seed", "1").stdout != run("--seed", "2").stdout


def test_a_broken_promise_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "may_send", lambda *_, now, **__: Delivery(Way.NOW, now))
    found = run()
    assert found.exit_code == 1
    assert "faults:" in found.stderr
    assert "of their own time" in found.stderr


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "followups.yml").write_text("warn_at: often\n", encoding="utf-8")
    found = run("--against", str(tmp_path))
    assert found.exit_code == 1
    assert "followups.yml:1: warn_at: 'often' is not a share: write 75 %" in found.stderr
