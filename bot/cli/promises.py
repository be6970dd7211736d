"""The command `amends promises`: what a reply promises, for people and for programs."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import in_one_line
from bot.cli.jsonl import LineError, answer_lines, text_of
from bot.domain.promise import DatePromise, MoneyPromise, Promises, describe
from bot.domain.promise import promises as read_promises
from bot.settings import read

if TYPE_CHECKING:
    from bot.domain.hours import Calendar


@click.command()
@click.argument("text", required=False)
@click.option("--today", metavar="TIME", help="Moment the reply is written, with its zone; now in this machine's zone.")
@click.option("--currency", metavar="CODE", help="Currency meant by shared signs such as $ and kr, and by bare sums.")
@click.option(
    "--jsonl", is_flag=True, help='Read lines {"id", "text", "today"} from standard input, write one for each.'
)
@in_one_line
def promises(text: str | None, today: str | None, currency: str | None, jsonl: bool) -> None:
    """Show the sums, shares, things and days a reply promises. A dash reads the text from standard input.

    Working days and the end of a day are those of policies/followups.yml, where there is one.

    \b
    Example: amends promises "We will refund 40 euros by Friday." --today 2026-03-10T10:00+01:00
    """
    code = currency.upper() if currency else None
    if jsonl:
        if text is not None or today is not None:
            raise click.UsageError("--jsonl takes text and today from its lines: leave the other two out.")
        sys.exit(_answer_lines(code, _calendar()))
    if text is None:
        raise click.UsageError('Write the reply in quotes, or - to read it: amends promises "We will refund 40 euros."')
    try:
        now = _moment(today) if today else datetime.now(UTC).astimezone()
    except LineError as error:
        raise click.UsageError(str(error)) from None
    found = read_promises(sys.stdin.read() if text == "-" else text, today=now, currency=code, calendar=_calendar())
    click.echo("\n".join(_for_people(found)))


def _calendar() -> "Calendar | None":
    """The calendar of the team, where there are policies."""
    from bot.content.followups import load_cadence

    path = read().amends_policies / "followups.yml"
    return load_cadence(path).calendar if path.exists() else None


def _answer_lines(currency: str | None, calendar: "Calendar | None") -> int:
    def answer(fields: dict[str, Any]) -> dict[str, Any]:
        text, today = text_of(fields), fields.get("today")
        if not isinstance(today, str):
            raise LineError('today: write an ISO time with its zone, such as "2026-03-10T10:00:00+01:00"')
        return as_json(read_promises(text, today=_moment(today), currency=currency, calendar=calendar))

    return answer_lines(answer, shape='{"id": …, "text": …, "today": …}')


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise LineError(f"today: {written[:40]!r} is no ISO time with a zone, such as 2026-03-10T10:00:00+01:00")
    return moment


def as_json(found: Promises) -> dict[str, Any]:
    """Promises in the shape of `--jsonl`. What a reply says twice is there once."""
    return {
        "money": list(_once(_money_as_json(promise) for promise in found.money)),
        "dates": list(_once(day.iso for day in found.dates)),
        "ambiguous": found.ambiguous,
    }


def _money_as_json(promise: MoneyPromise) -> dict[str, Any]:
    if promise.amount is not None:
        return {"amount": _number(promise.amount), "currency": promise.currency, "kind": promise.kind}
    if promise.percent is not None:
        return {"percent": _number(promise.percent), "kind": promise.kind}
    return {"item": promise.item, "kind": promise.kind}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _once(values: Iterator[Any]) -> Iterator[Any]:
    seen = set()
    for value in values:
        key = json.dumps(value)
        if key not in seen:
            seen.add(key)
            yield value


def _for_people(found: Promises) -> Iterator[str]:
    stated: list[MoneyPromise | DatePromise] = [*found.money, *found.dates]
    for promise in sorted(stated, key=lambda one: one.start):
        what = _day(promise) if isinstance(promise, DatePromise) else describe(promise)
        note = f" {promise.note}" if promise.note else ""
        yield f"{promise.start}-{promise.end}  {_one_line(promise.words)}: {what}.{note}"
    if found.ambiguous:
        yield "Ask the writer about the days marked with a question mark."
    if not found.money and not found.dates:
        yield "This reply promises neither money nor a day."


def _day(day: DatePromise) -> str:
    until = "" if day.at else f", by {day.due:%H:%M}"
    return f"{day.day:%A} {day.iso}{'?' if day.ambiguous else ''}{until}"


def _one_line(words: str) -> str:
    return " ".join(words.split())
