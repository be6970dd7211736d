"""`policies/routing.yml` → causes and routes. Without the file Resolve asks no cause and nobody is told."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, validate
from bot.content.policies import Channel
from bot.domain.routing import Route, Routing
from bot.domain.taxonomy import category_keys

MOST_CAUSES = 100
"""Choices in one menu of Slack."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}(\.[a-z][a-z0-9_]{0,29})?")
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


def _key(given: str) -> str:
    if not _KEY.fullmatch(given):
        raise ValueError(
            f"{given!r} is not a key: write small letters, digits and _, with one dot at most (people.new)"
        )
    return given


def _id(given: str) -> str:
    if not _ID.fullmatch(given):
        raise ValueError(f"{given!r} is not a name: write small letters, digits and hyphens, at most 40 (warehouse)")
    return given


def _category(given: str) -> str:
    if given not in category_keys():
        raise ValueError(f"{given!r} is not a category: `amends triage` and the form behind Change details list them")
    return given


class RouteLine(Strict):
    """One entry under `routes`."""

    route: Annotated[str, AfterValidator(_id)]
    channel: Channel
    categories: tuple[Annotated[str, AfterValidator(_category)], ...] = ()
    causes: tuple[str, ...] | Literal["all"] = ()
    every_days: Annotated[int, Field(ge=1, le=365)] = 7
    from_cases: Annotated[int, Field(ge=1, le=1000)] = 1


class RoutingFile(Strict):
    """`policies/routing.yml`."""

    causes: dict[Annotated[str, AfterValidator(_key)], Annotated[str, Field(min_length=1, max_length=75)]]
    routes: tuple[RouteLine, ...] = ()


def load_routing(path: Path) -> Routing:
    """Read `routing.yml`; no causes and no routes when there is no such file. Raises ContentError."""
    if not path.exists():
        return Routing()
    document = read_yaml(path)
    file = validate(document, RoutingFile)
    problems = [*_problems(document, file)]
    if problems:
        raise ContentError(problems)
    routes = tuple(
        Route(
            line.route,
            line.channel,
            line.categories,
            None if line.causes == "all" else line.causes,
            timedelta(days=line.every_days),
            line.from_cases,
        )
        for line in file.routes
    )
    return Routing(dict(file.causes), routes)


def _problems(document: Document, file: RoutingFile) -> list[Problem]:
    problems = []
    if not 1 <= len(file.causes) <= MOST_CAUSES:
        problems.append(document.problem(("causes",), f"{len(file.causes)} causes: give 1 to {MOST_CAUSES}"))
    names = [line.route for line in file.routes]
    for number, line in enumerate(file.routes):
        where = ("routes", number)
        if line.route in names[:number]:
            problems.append(document.problem((*where, "route"), f"{line.route} is listed twice: keep one"))
        if not line.categories and not line.causes:
            problems.append(document.problem(where, "hears of nothing: give categories or causes"))
        if line.causes != "all":
            for place, cause in enumerate(line.causes):
                if cause not in file.causes:
                    message = f"{cause!r} is not one of the causes above: add it there, or correct it"
                    problems.append(document.problem((*where, "causes", place), message))
    return problems
