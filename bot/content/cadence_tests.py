"""`policies/tests/followups*.yml`: the leads' own tests of `followups.yml`. Given this case, expect these due times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, validate
from bot.domain.cadence import Cadence
from bot.domain.followup import Facts, FollowUp, Kind, Stage, State, plan
from bot.domain.reminders import reminders
from bot.domain.taxonomy import Severity

_NONE = "none"
_STATES = {State.PAUSED.value, State.DONE.value, State.CANCELLED.value, _NONE}
_REMINDERS = {Stage.WARNING.value, Stage.DEADLINE.value, Stage.LEAD.value}
_KNOWN = {kind.value for kind in Kind} | _REMINDERS


def _moment(given: Any) -> Any:
    """A moment on the team's clock. YAML makes one of it by itself where the seconds are written."""
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"{given!r} is not a moment: write 2026-03-06 18:30") from None
    if found.tzinfo is not None or (len(str(given)) < 12 and not isinstance(given, datetime)):
        raise ValueError(f"{str(given)!r} is not a moment on the team's clock: write 2026-03-06 18:30")
    return found


def _expected(given: Any) -> Any:
    """Moments or a state, for one follow-up or several of a kind."""
    if isinstance(given, str) and given in _STATES:
        return given
    return tuple(_moment(each) for each in (given if isinstance(given, list) else [given]))


Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=str)]
Expected = Annotated[tuple[datetime, ...] | str, BeforeValidator(_expected, json_schema_input_type=str | list[str])]


class CaseLine(Strict):
    """What happened to a case, each at its moment on the team's clock, in whatever order it is written."""

    category: str = "other"
    severity: Severity = Severity.MODERATE
    opened: Moment | None = None
    replied: Moment | None = None
    waiting: Moment | None = None
    answered: Moment | None = None
    resolved: Moment | None = None
    reopened: Moment | None = None
    closed: Moment | None = None
    opted_out: Moment | None = None
    outcome: str = "fixed"


class CadenceTestLine(Strict):
    """One test."""

    name: Annotated[str, Field(min_length=1)]
    case: CaseLine = CaseLine()
    expect: Annotated[dict[str, Expected], Field(min_length=1)]


class CadenceTestsFile(Strict):
    """One file of tests: what they are about, what all its cases share, and the tests."""

    about: Annotated[str, Field(min_length=1)]
    given: CaseLine = CaseLine()
    tests: Annotated[tuple[CadenceTestLine, ...], Field(min_length=1)]


def cadence_test_files(policies: Path) -> list[Path]:
    """The files with tests of `followups.yml`, by name."""
    return sorted((policies / "tests").glob("followups*.yml"))


def run_cadence_tests(policies: Path, cadence: Cadence) -> tuple[int, list[Problem]]:
    """How many tests the folder has, and what differs from what they expect. Raises ContentError for a broken file."""
    broken: list[Problem] = []
    failures: list[Problem] = []
    count = 0
    for path in cadence_test_files(policies):
        try:
            document = read_yaml(path)
            file = validate(document, CadenceTestsFile)
        except ContentError as error:
            broken += error.problems
            continue
        for place, line in enumerate(file.tests):
            case = file.given.model_copy(update=line.case.model_dump(exclude_unset=True))
            if case.opened is None:
                message = "opened is missing: say when, here or under given"
                broken.append(document.problem(("tests", place, "case"), message))
            else:
                failures += _differences(document, place, line, _Found(cadence, case, case.opened))
        count += len(file.tests)
    if broken:
        raise ContentError(broken)
    return count, failures


class _Found:
    """What the cadence plans for a case, after everything that happened to it."""

    def __init__(self, cadence: Cadence, case: CaseLine, opened_at: datetime) -> None:
        self._cadence, self._zone = cadence, ZoneInfo(cadence.calendar.zone)
        opened = self._utc(opened_at)
        self._facts = Facts(0, case.category, case.severity, opened)
        self.have: tuple[FollowUp, ...] = plan(self._facts, cadence, now=opened)
        for at, change in sorted(self._happened(case), key=lambda one: one[0]):
            self._facts = replace(self._facts, **change)
            self.have = plan(self._facts, cadence, self.have, now=at)

    def _happened(self, case: CaseLine) -> Iterator[tuple[datetime, dict[str, Any]]]:
        moments: dict[str, dict[str, Any]] = {
            "replied": {"replied_at": ...},
            "waiting": {"waiting_since": ...},
            "answered": {"answered_at": ..., "waiting_since": None},
            "resolved": {"resolved_at": ..., "outcome": case.outcome, "waiting_since": None},
            "reopened": {"reopened_at": ..., "resolved_at": None, "outcome": None},
            "closed": {"closed_at": ...},
            "opted_out": {"opted_out": True},
        }
        for name, change in moments.items():
            wall = getattr(case, name)
            if wall is not None:
                at = self._utc(wall)
                yield at, {field: at if value is ... else value for field, value in change.items()}

    def _utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone).astimezone(UTC)

    def of(self, name: str) -> tuple[datetime, ...] | str:
        """When the follow-ups of a kind, or the reminders of the next duty, are due; else how they stand."""
        if name in _REMINDERS:
            return tuple(self._wall(at) for at in self._reminders(name)) or _NONE
        of_kind = [each for each in self.have if each.kind.value == name]
        running = tuple(self._wall(each.due_at) for each in of_kind if each.state is State.OPEN)
        return running or (of_kind[-1].state.value if of_kind else _NONE)

    def _reminders(self, name: str) -> list[datetime]:
        running = sorted((each for each in self.have if each.state is State.OPEN), key=lambda each: each.due_at)
        rhythm = self._cadence.rhythm(self._facts.category, self._facts.severity)
        return [one.at for each in running[:1] for one in reminders(each, self._cadence, rhythm) if one.name == name]

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self._zone).replace(tzinfo=None)


def _differences(document: Document, place: int, line: CadenceTestLine, found: _Found) -> Iterator[Problem]:
    for name, expected in line.expect.items():
        where = ("tests", place, "expect", name)
        if name not in _KNOWN:
            yield document.problem(where, f"{name!r} is not one of {', '.join(sorted(_KNOWN))}")
        elif (got := found.of(name)) != expected:
            yield document.problem(where, f"{line.name}: expected {_shown(expected)}, got {_shown(got)}")


def _shown(value: tuple[datetime, ...] | str) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(f"{at:%a %Y-%m-%d %H:%M}" + (f":{at:%S}" if at.second else "") for at in value)
