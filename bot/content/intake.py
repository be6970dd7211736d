"""`policies/intake.yml` → who may send complaints by webhook. Without the file nobody may."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from bot.content.files import ContentError, Problem, Strict, read_yaml, validate
from bot.content.policies import Channel
from bot.domain.intake import Form, Intake, Source

LONGEST_LINK = 300
"""Characters of a link, with room for a ticket's id."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


def _name(given: str) -> str:
    if not _NAME.fullmatch(given):
        raise ValueError(f"{given!r} is not a name: write small letters, digits and hyphens, at most 30 (help-desk)")
    return given


def _link(given: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", given) or len(given) > LONGEST_LINK:
        raise ValueError(f"{given!r} is not an address: write https://… with {{id}} where the ticket's number stands")
    if "{id}" not in given:
        raise ValueError("has no {id}: put it where the ticket's number stands")
    return given


class SourceLine(Strict):
    """One entry under `sources`."""

    source: Annotated[str, AfterValidator(_name)]
    channel: Channel
    form: Form = Form.JSON
    link: Annotated[str, AfterValidator(_link)] | None = None


class IntakeFile(Strict):
    """`policies/intake.yml`."""

    sources: tuple[SourceLine, ...]


def load_intake(path: Path) -> Intake:
    """Read `intake.yml`; nobody may send when there is no such file. Raises ContentError."""
    if not path.exists():
        return Intake()
    document = read_yaml(path)
    lines = validate(document, IntakeFile).sources
    names = [line.source for line in lines]
    problems: list[Problem] = [
        document.problem(("sources", number, "source"), f"{name} is listed twice: keep one")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    if problems:
        raise ContentError(problems)
    return Intake(tuple(Source(line.source, line.channel, line.form, line.link or "") for line in lines))
