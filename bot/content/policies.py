"""Policies: `policies/channels.yml` and `policies/team.yml` → channels and people."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, validate
from bot.content.times import DAYS, Time, Weekday
from bot.domain.channels import QUIET, Channels, Listened, Mode
from bot.domain.team import Delegate, Duty, Member, Role, Team, is_group
from bot.domain.triage.guesses import COMPLAINT

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{6,20}")
_CHANNEL_NAME = re.compile(r"#?[^\W_][\w-]{0,79}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{6,20}")
_GROUP_ID = re.compile(r"S[A-Z0-9]{6,20}")
_GROUP_HANDLE = re.compile(r"@[a-z0-9][a-z0-9._-]{0,79}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


def _unquoted_hash(given: Any) -> Any:
    """YAML reads `#name` without quotes as a comment, so the field arrives empty."""
    if given is None:
        raise ValueError("empty: a name with # needs quotes, or leave the # out")
    return given


def _channel(given: str) -> str:
    if not _CHANNEL_ID.fullmatch(given) and not (_CHANNEL_NAME.fullmatch(given) and given == given.lower()):
        raise ValueError(
            f"{given!r} is not a channel: write its name as Slack shows it (complaints), or its id (C0123ABCD)"
        )
    return given


def _off(given: Any) -> Any:
    """YAML reads `off` without quotes as false."""
    return "off" if given is False else given


def _who(given: str) -> str:
    patterns = (_USER_ID, _GROUP_ID, _GROUP_HANDLE, _EMAIL)
    if not any(pattern.fullmatch(given) for pattern in patterns):
        raise ValueError(
            f"{given!r} is nobody: write an e-mail, a Slack id (U0123ABCD), or a user group (S0123ABCD or '@handle')"
        )
    return given


Channel = Annotated[str, BeforeValidator(_unquoted_hash), AfterValidator(_channel)]
Who = Annotated[str, AfterValidator(_who)]


class ListenedLine(Strict):
    """One entry under `listen` in `channels.yml`."""

    channel: Channel
    mode: Annotated[Mode, BeforeValidator(_off)]
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class DetectLine(Strict):
    """`detect` in `channels.yml`: what counts for every channel of that mode."""

    threshold: Annotated[float, Field(ge=0, le=1)] = COMPLAINT
    quiet_days: Annotated[int, Field(ge=1, le=365)] = QUIET.days


class ChannelsFile(Strict):
    """`policies/channels.yml`."""

    listen: Annotated[tuple[ListenedLine, ...], Field(min_length=1)]
    approvals: Channel
    leads: Channel = ""
    detect: DetectLine = DetectLine()


class MemberLine(Strict):
    """One entry under `people` in `team.yml`."""

    who: Who
    role: Role


class DelegateLine(Strict):
    """One entry under `delegates` in `team.yml`: who stands in for whom, from one day to another."""

    for_: Annotated[str, Field(alias="for"), AfterValidator(_who)]
    who: Annotated[str, AfterValidator(_who)]
    role: Role
    starts: date
    ends: date


class DutyLine(Strict):
    """One entry under `on_duty` in `team.yml`: who is on duty, on which days and from when to when."""

    who: Who
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = DAYS
    from_: Annotated[Time | None, Field(alias="from")] = None
    to: Time | None = None


class TeamFile(Strict):
    """`policies/team.yml`."""

    people: Annotated[tuple[MemberLine, ...], Field(min_length=1)]
    delegates: tuple[DelegateLine, ...] = ()
    on_duty: tuple[DutyLine, ...] | None = None
    on_call: Annotated[tuple[Who, ...], Field(max_length=10)] = ()


def load_channels(path: Path) -> Channels:
    """Read `channels.yml`. Raises ContentError."""
    document = read_yaml(path)
    file = validate(document, ChannelsFile)
    names = [line.channel.removeprefix("#") for line in file.listen]
    problems = _twice(document, "listen", "channel", names)
    if not any(line.mode is Mode.REPORT for line in file.listen):
        problems.append(document.problem(("listen",), "no channel has mode report: give one, or no complaint comes in"))
    for number, line in enumerate(file.listen):
        if line.threshold is not None and line.mode is not Mode.DETECT:
            problems.append(document.problem(("listen", number, "threshold"), "only for mode detect: remove it"))
    if problems:
        raise ContentError(problems)
    listened = tuple(
        Listened(line.channel, line.mode, file.detect.threshold if line.threshold is None else line.threshold)
        for line in file.listen
    )
    return Channels(
        listened, file.approvals, leads=file.leads or file.approvals, quiet=timedelta(days=file.detect.quiet_days)
    )


def load_team(path: Path) -> Team:
    """Read `team.yml`. Raises ContentError."""
    document = read_yaml(path)
    file = validate(document, TeamFile)
    problems = _twice(document, "people", "who", [line.who.casefold() for line in file.people])
    problems += _wrong_delegates(document, file)
    problems += _wrong_duties(document, file)
    problems += _wrong_on_call(document, file)
    if problems:
        raise ContentError(problems)
    return Team(
        tuple(Member(line.who, line.role) for line in file.people),
        tuple(Delegate(line.for_, line.who, line.role, line.starts, line.ends) for line in file.delegates),
        None if file.on_duty is None else tuple(_duty(line) for line in file.on_duty),
        file.on_call,
    )


def _duty(line: DutyLine) -> Duty:
    return Duty(line.who, frozenset(DAYS.index(day) for day in line.days), line.from_ or 0, line.to or 0)


def _wrong_duties(document: Document, file: TeamFile) -> list[Problem]:
    problems = []
    for place, line in enumerate(file.on_duty or ()):
        if (line.from_ is None) != (line.to is None):
            there, missing = ("to", "from") if line.from_ is None else ("from", "to")
            message = f"without {missing}: add it, or leave both out for the whole day"
            problems.append(document.problem(("on_duty", place, there), message))
        elif line.from_ is not None and line.from_ == line.to:
            message = "the same time as from: leave both out for the whole day"
            problems.append(document.problem(("on_duty", place, "to"), message))
    return problems


def _wrong_on_call(document: Document, file: TeamFile) -> list[Problem]:
    roles = _own_roles(file)
    problems = []
    for place, who in enumerate(file.on_call):
        own = roles.get(who.casefold())
        if own is None:
            message = f"{who} has no line of their own under people: add one, with role lead or manager"
        elif own < Role.LEAD:
            message = f"{who} is {own.value}: a risk calls leads and managers only"
        elif who.casefold() in (other.casefold() for other in file.on_call[:place]):
            message = f"{who} is listed twice: keep one"
        else:
            continue
        problems.append(document.problem(("on_call", place), message))
    return problems


def _own_roles(file: TeamFile) -> dict[str, Role]:
    """The roles of people, not of groups, by how they are written."""
    return {line.who.casefold(): line.role for line in file.people if not is_group(line.who)}


def _wrong_delegates(document: Document, file: TeamFile) -> list[Problem]:
    roles = _own_roles(file)
    problems = []
    for place, line in enumerate(file.delegates):
        own = roles.get(line.for_.casefold())
        if own is None:
            message = f"{line.for_} has no line of their own under people: add one"
            problems.append(document.problem(("delegates", place, "for"), message))
        elif line.role > own:
            message = f"{line.for_} is {own.value}: nobody lends more than they have"
            problems.append(document.problem(("delegates", place, "role"), message))
        if line.who.casefold() == line.for_.casefold():
            problems.append(document.problem(("delegates", place, "who"), "nobody stands in for themselves"))
        if line.ends < line.starts:
            message = f"{line.ends} is before {line.starts}: turn the days round"
            problems.append(document.problem(("delegates", place, "ends"), message))
    return problems


def _twice(document: Document, entries: str, field: str, names: list[str]) -> list[Problem]:
    return [
        document.problem((entries, number, field), f"{name} is listed twice: keep one")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
