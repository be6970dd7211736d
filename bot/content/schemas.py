"""JSON Schemas of the files people write, so that an editor completes fields and underlines faults while they type."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.content.authority import AuthorityFile
from bot.content.cadence_tests import CadenceTestsFile
from bot.content.followups import FollowUpsFile
from bot.content.intake import IntakeFile
from bot.content.phrases import PhraseFile
from bot.content.policies import ChannelsFile, TeamFile
from bot.content.policy_tests import TestsFile
from bot.content.risks import RiskFile
from bot.content.routing import RoutingFile
from bot.content.templates import Head


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of file: its model, and the files it is for, below the folder that holds responses and policies."""

    name: str
    model: type[BaseModel]
    files: str


SCHEMAS = (
    Schema("template-head", Head, "responses/templates/[a-z]*.j2"),
    Schema("phrases", PhraseFile, "responses/phrases/*.yml"),
    Schema("risks", RiskFile, "responses/risks/*.yml"),
    Schema("channels", ChannelsFile, "policies/channels.yml"),
    Schema("team", TeamFile, "policies/team.yml"),
    Schema("authority", AuthorityFile, "policies/authority.yml"),
    Schema("followups", FollowUpsFile, "policies/followups.yml"),
    Schema("intake", IntakeFile, "policies/intake.yml"),
    Schema("routing", RoutingFile, "policies/routing.yml"),
    Schema("authority-tests", TestsFile, "policies/tests/authority*.yml"),
    Schema("followups-tests", CadenceTestsFile, "policies/tests/followups*.yml"),
)
"""Every kind of file; a new one is one line here."""


def schema_of(kind: Schema) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **kind.model.model_json_schema()}


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder, which is made; the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in SCHEMAS:
        path = folder / f"{kind.name}.json"
        path.write_text(as_text(kind), encoding="utf-8")
        written.append(path)
    return written


def as_text(kind: Schema) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
