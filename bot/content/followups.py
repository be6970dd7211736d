"""`policies/followups.yml` → the cadence: how long each duty may take, in which hours, and whom it may disturb."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.content.files import ContentError, Document, FieldPath, Problem, Strict, read_yaml, validate
from bot.content.policies import Channel
from bot.content.times import DAYS, Time, minutes
from bot.domain.cadence import AT_ONCE, SAME_DAY, Cadence, Clock, Rhythm, Stops, Wait
from bot.domain.hours import Calendar, Quiet, Span, Week
from bot.domain.taxonomy import OUTCOMES, Severity, category_keys

_WAIT = re.compile(r"(\d{1,4}(?:\.\d{1,2})?) (working )?(minute|hour|day|week)s?")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)")
_TRIES = re.compile(r"(\d{1,2}) unanswered (?:try|tries)")
_PERCENT = re.compile(r"(\d{1,3}) ?%?")

_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_LONGEST = timedelta(days=400)


def _wait(given: str) -> str:
    if given == "same day":
        return given
    found = _WAIT.fullmatch(given)
    if found is None or (found[2] and found[3] == "week"):
        raise ValueError(
            f"{given!r} is not a wait: write 4 working hours, 3 working days, 15 minutes, 10 days or same day"
        )
    if not timedelta(0) < timedelta(minutes=float(found[1]) * _MINUTES[found[3]]) <= _LONGEST:
        raise ValueError(f"{given!r} is not between one minute and {_LONGEST.days} days")
    return given


def _pause(given: str) -> str:
    if _wait(given) == "same day" or "working" in given:
        raise ValueError(f"{given!r} is not a time on the clock: write 2 hours, or 90 minutes")
    return given


def _wait_or_none(given: str) -> str:
    return given if given == "at once" else _wait(given)


def _spans(given: Any) -> Any:
    """`09:00-12:30, 13:00-17:30`, or `closed`."""
    if given == "closed":
        return ()
    spans = []
    for text in str(given).split(","):
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{given!r} are not hours: write 09:00-17:00, or 09:00-12:30, 13:00-17:30, or closed")
        opens, closes = minutes(found[1], found[2]), minutes(found[3], found[4])
        if opens is None or closes is None or opens in (1440, closes):
            raise ValueError(f"{text.strip()!r} is no stretch of a day: write 09:00-17:00, 22:00-06:00 or 00:00-24:00")
        spans.append((opens, closes if closes > opens else closes + 1440))
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"{given!r} overlaps itself: write the hours in order, each once")
    return tuple(spans)


def _percent(given: Any) -> Any:
    found = _PERCENT.fullmatch(str(given))
    if found is None or not 1 <= int(found[1]) <= 100:
        raise ValueError(f"{given!r} is not a share: write 75 %")
    return int(found[1])


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except Exception:
        raise ValueError(f"{given!r} is not a time zone: write one such as Europe/London or America/New_York") from None
    return given


def _closed(given: Any) -> Any:
    """A date, two of them with `to` between, or a day of every year as month and day."""
    if isinstance(given, date):
        return given.isoformat()
    text = str(given)
    try:
        if found := _YEARLY.fullmatch(text):
            date(2028, int(found[1]), int(found[2]))
        elif found := _RANGE.fullmatch(text):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if not first <= last <= first + timedelta(days=366):
                raise ValueError
        else:
            date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a day: write 2026-12-24, 2026-12-24 to 2027-01-01, or 12-24 for every year"
        ) from None
    return text


def _stop(given: str) -> str:
    if given not in ("customer answers", "opted out", "lead closes") and not _TRIES.fullmatch(given):
        raise ValueError(
            f"{given!r} is not one of 'customer answers', 'opted out', '2 unanswered tries' or 'lead closes'"
        )
    return given


def _outcome(given: str) -> str:
    if given not in OUTCOMES:
        raise ValueError(f"{given!r} is not an outcome: write one of {', '.join(OUTCOMES)}")
    return given


_WAIT_SHAPE = {"type": "string", "pattern": f"^({_WAIT.pattern}|same day)$", "examples": ["4 working hours", "10 days"]}

WaitText = Annotated[str, AfterValidator(_wait), WithJsonSchema(_WAIT_SHAPE)]
Spans = Annotated[tuple[tuple[int, int], ...], BeforeValidator(_spans, json_schema_input_type=str)]


class HolidaysLine(Strict):
    """`hours.holidays`: the public holidays of a country or a part of it, by their codes (GB and ENG)."""

    country: str
    region: str | None = None


class HoursLines(Strict):
    """`hours`: when the team works. `weekdays` stands for Monday to Friday; a day of its own goes before it."""

    zone: Annotated[str, AfterValidator(_zone)]
    weekdays: Spans = ()
    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans = ()
    sunday: Spans = ()
    holidays: HolidaysLine | None = None
    closed: tuple[Annotated[str, BeforeValidator(_closed)], ...] = ()


class RhythmLines(Strict):
    """What is owed in one kind of case; a field left out is taken from the wider kind."""

    first_reply: WaitText | None = None
    update_every: WaitText | None = None
    checks: tuple[WaitText, ...] | None = None
    ask_again_after: WaitText | None = None
    fulfil_within: WaitText | None = None
    to_lead_after: Annotated[str, AfterValidator(_wait_or_none)] | None = None
    stop_when: Annotated[tuple[Annotated[str, AfterValidator(_stop)], ...], Field(min_length=1)] | None = None
    at_any_hour: bool | None = None


class CasesLines(Strict):
    """`cases`: what all cases share, then each severity."""

    all: RhythmLines = RhythmLines()
    S1: RhythmLines = RhythmLines()
    S2: RhythmLines = RhythmLines()
    S3: RhythmLines = RhythmLines()
    S4: RhythmLines = RhythmLines()


class QuietLines(Strict):
    """`quiet`: when nobody is disturbed, on each person's own clock."""

    from_: Annotated[Time, Field(alias="from")]
    to: Time
    days: tuple[str, ...] = ()


class FollowUpsFile(Strict):
    """`policies/followups.yml`."""

    moved: ClassVar[Mapping[str, str]] = {
        "on_duty": 'who is on duty is said once, in team.yml: move it there, as `on_duty: [{who: "@customer-service"}]`'
    }

    hours: HoursLines
    cases: CasesLines
    categories: Annotated[dict[str, CasesLines], Field(default_factory=dict)]
    warn_at: Annotated[int, BeforeValidator(_percent, json_schema_input_type=str)]
    quiet: QuietLines
    most_a_day: Annotated[int, Field(ge=1, le=200)]
    digest_at: Time
    digest_only: tuple[Channel, ...] = ()
    no_check_after: tuple[Annotated[str, AfterValidator(_outcome)], ...] = ()
    sum_up_after: Annotated[str, AfterValidator(_pause)]


def load_cadence(path: Path) -> Cadence:
    """Read `followups.yml`. Raises ContentError."""
    document = read_yaml(path)
    file = validate(document, FollowUpsFile)
    problems: list[Problem] = []
    calendar = _calendar(document, file.hours, problems)
    quiet = _quiet(document, file.quiet, problems)
    problems += _unknown_categories(document, file)
    if calendar is None or quiet is None or problems:
        raise ContentError(problems)
    rhythms = _rhythms(document, file, calendar, problems)
    if problems:
        raise ContentError(problems)
    return Cadence(
        calendar=calendar,
        rhythms=rhythms,
        quiet=quiet,
        cap_per_day=file.most_a_day,
        digest_at=file.digest_at,
        warn_share=file.warn_at,
        digest_only=frozenset(channel.removeprefix("#") for channel in file.digest_only),
        no_check_after=frozenset(file.no_check_after),
        stale_after=wait_of(file.sum_up_after, calendar).amount,
    )


def wait_of(text: str, calendar: Calendar) -> Wait:
    """`3 working days` → a wait of this team's hours. The text has been checked before."""
    if text == "at once":
        return AT_ONCE
    if text == "same day":
        return SAME_DAY
    found = _WAIT.fullmatch(text)
    assert found is not None, "the text has been checked"  # noqa: S101
    count = float(found[1])
    if found[2] and found[3] == "day":
        return Wait(calendar.working_day * count)
    clock = Clock.WORKING if found[2] else Clock.DAYS if found[3] in ("day", "week") else Clock.ALWAYS
    return Wait(timedelta(minutes=count * _MINUTES[found[3]]), clock)


def _calendar(document: Document, lines: HoursLines, problems: list[Problem]) -> Calendar | None:
    given = [getattr(lines, day) for day in DAYS]
    week: Week = tuple(tuple(Span(*span) for span in (lines.weekdays if hours is None else hours)) for hours in given)
    if not any(week):
        problems.append(document.problem(("hours",), "no day has hours: give weekdays, as in weekdays: 09:00-17:00"))
        return None
    days, yearly = _days_off(lines.closed)
    holidays = lines.holidays
    calendar = Calendar(
        lines.zone,
        week,
        closed=days,
        closed_yearly=yearly,
        country=holidays.country if holidays else None,
        region=holidays.region if holidays else None,
    )
    try:
        calendar.is_closed_day(date(2026, 1, 1))
    except NotImplementedError:
        where, name, sort = ("country", calendar.country, "a country with known holidays: write its code, as GB")
        if calendar.region is not None and _is_country(calendar):
            where, name, sort = ("region", calendar.region, f"a part of {calendar.country}: write its code, as ENG")
        problems.append(document.problem(("hours", "holidays", where), f"{name!r} is not {sort}"))
    return calendar


def _is_country(calendar: Calendar) -> bool:
    try:
        Calendar(calendar.zone, calendar.week, country=calendar.country).is_closed_day(date(2026, 1, 1))
    except NotImplementedError:
        return False
    return True


def _days_off(lines: tuple[str, ...]) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    days: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for text in lines:
        if found := _YEARLY.fullmatch(text):
            yearly.add((int(found[1]), int(found[2])))
        elif found := _RANGE.fullmatch(text):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            days |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
        else:
            days.add(date.fromisoformat(text))
    return frozenset(days), frozenset(yearly)


def _quiet(document: Document, lines: QuietLines, problems: list[Problem]) -> Quiet | None:
    for number, day in enumerate(lines.days):
        if day not in DAYS:
            message = f"{day!r} is not a day: write one of {', '.join(DAYS)}"
            problems.append(document.problem(("quiet", "days", number), message))
    if problems:
        return None
    days = frozenset(DAYS.index(day) for day in lines.days)
    if len(days) > 6:
        problems.append(
            document.problem(("quiet", "days"), "every day is quiet, so nobody is ever reminded: leave one out")
        )
        return None
    return Quiet(lines.from_, lines.to, days)


def _unknown_categories(document: Document, file: FollowUpsFile) -> Iterator[Problem]:
    known = category_keys()
    for name in file.categories:
        if name not in known:
            yield document.problem(("categories", name), f"unknown category: write one of {', '.join(known[:3])} …")


def _rhythms(
    document: Document, file: FollowUpsFile, calendar: Calendar, problems: list[Problem]
) -> dict[tuple[str, Severity], Rhythm]:
    rhythms: dict[tuple[str, Severity], Rhythm] = {}
    for name in ["", *sorted(file.categories)]:
        for severity in Severity:
            lines = _lines_for(file, name, severity)
            wanted: dict[str, Any] = {}
            for part in reversed(lines):
                wanted |= _given(part)
            missing = [field for field in RhythmLines.model_fields if field not in wanted and field != "at_any_hour"]
            if missing and not name:
                where: FieldPath = ("cases", severity.value)
                problems += [
                    document.problem(where, f"{field} is missing: add it, here or under all") for field in missing
                ]
            if not missing:
                rhythms[name, severity] = _rhythm(wanted, calendar)
    return rhythms


def _lines_for(file: FollowUpsFile, name: str, severity: Severity) -> list[RhythmLines]:
    """What is said of a kind of case, the narrowest first."""
    names = [name] if name else []
    if "." in name:
        names.append(name.partition(".")[0])
    cases = [*(file.categories[each] for each in names if each in file.categories), file.cases]
    return [part for each in cases for part in (getattr(each, severity.value), each.all)]


def _given(lines: RhythmLines) -> Mapping[str, Any]:
    return lines.model_dump(exclude_none=True)


def _rhythm(wanted: Mapping[str, Any], calendar: Calendar) -> Rhythm:
    tries = [int(found[1]) for text in wanted["stop_when"] if (found := _TRIES.fullmatch(text))]
    return Rhythm(
        first_reply=wait_of(wanted["first_reply"], calendar),
        update_every=wait_of(wanted["update_every"], calendar),
        checks=tuple(wait_of(text, calendar) for text in wanted["checks"]),
        ask_again_after=wait_of(wanted["ask_again_after"], calendar),
        fulfil_within=wait_of(wanted["fulfil_within"], calendar),
        to_lead_after=wait_of(wanted["to_lead_after"], calendar),
        stops=Stops(
            customer_answers="customer answers" in wanted["stop_when"],
            opted_out="opted out" in wanted["stop_when"],
            unanswered_tries=min(tries, default=None),
        ),
        can_wait=not wanted.get("at_any_hour", False),
    )
