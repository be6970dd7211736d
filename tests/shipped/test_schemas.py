"""The schemas that editors use say what the code says, and every shipped file keeps to its own."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.content.schemas import SCHEMAS, Schema, as_text, schema_of

ROOT = Path(__file__).parents[2]
every_kind = pytest.mark.parametrize("kind", SCHEMAS, ids=lambda kind: kind.name)


def files_of(kind: Schema) -> list[Path]:
    return sorted(ROOT.glob(kind.files))


def fields_of(path: Path) -> Any:
    """A file as an editor reads it: dates and times are text."""
    text = path.read_text(encoding="utf-8")
    text = text.split("---\n")[1] if path.suffix == ".j2" else text
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@every_kind
def test_the_file_is_what_the_code_says(kind: Schema) -> None:
    path = ROOT / "schemas" / f"{kind.name}.json"
    assert path.read_text(encoding="utf-8") == as_text(kind), "run `amends schemas` and commit schemas/"


def test_there_is_no_schema_too_many() -> None:
    assert {path.stem for path in (ROOT / "schemas").iterdir()} == {kind.name for kind in SCHEMAS}


@every_kind
def test_every_shipped_file_keeps_to_its_schema(kind: Schema) -> None:
    validator = jsonschema.Draft7Validator(schema_of(kind))
    assert files_of(kind)
    for path in files_of(kind):
        assert [
            f"{path.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(fields_of(path))
        ] == []


@every_kind
def test_a_field_that_is_not_known_is_underlined(kind: Schema) -> None:
    validator = jsonschema.Draft7Validator(schema_of(kind))
    fields = copy.deepcopy(fields_of(files_of(kind)[0]))
    assert validator.is_valid(fields)
    assert not validator.is_valid({**fields, "titel": "x"})


@pytest.mark.parametrize("folder", ["responses", "policies"])
def test_every_yaml_file_names_its_schema_on_the_first_line(folder: str) -> None:
    kinds = {path: kind for kind in SCHEMAS for path in files_of(kind)}
    paths = sorted((ROOT / folder).rglob("*.yml"))
    assert paths
    for path in paths:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        named = (path.parent / first.partition("=")[2]).resolve()
        assert named == ROOT / "schemas" / f"{kinds[path].name}.json"


def test_editors_offer_categories_levels_and_marks() -> None:
    schemas = {kind.name: json.dumps(schema_of(kind)) for kind in SCHEMAS}
    assert '"delivery.late"' in schemas["template-head"]
    assert '"suggestion"' in schemas["phrases"]
    assert '"exclamation marks"' in schemas["phrases"]
