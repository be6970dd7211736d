"""`amends schemas`: the files it writes, and where."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.schemas import schemas
from bot.content.schemas import SCHEMAS, as_text


def test_it_writes_every_schema_and_may_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        result = CliRunner().invoke(schemas, [])
        assert (result.exit_code, result.stdout) == (0, f"{len(SCHEMAS)} schemas written to schemas.\n")
    for kind in SCHEMAS:
        assert (tmp_path / "schemas" / f"{kind.name}.json").read_text(encoding="utf-8") == as_text(kind)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(schemas, ["--to", str(tmp_path / "file" / "x")])
    assert result.exit_code == 2
    assert result.stderr == f"--to: {tmp_path}/file/x cannot be written: Not a directory\n"
