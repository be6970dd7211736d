"""`amends reminders`: how many reminders closed cases took."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bot.cli.common import database, in_one_line
from bot.settings import read

if TYPE_CHECKING:
    from bot.domain.reminders import Toll


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), help="How far to look back: four weeks by default.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@in_one_line
def reminders(days: int | None, as_json: bool) -> None:
    """How many reminders it took to close a case; `amends simulate` says the same of a made-up month.

    Counted are the cases closed in these days and not opened again, each with all its reminders from the first on:
    before the deadline, at it, after a snooze and to the leads. Lines of a digest and questions to approvers are not.

    \b
    Example: amends reminders --days 7
    """
    from bot.clock import now
    from bot.domain.reminders import LOOKED_BACK
    from bot.flows.followups import toll_of_closed, workspaces

    days, at = days or LOOKED_BACK.days, now()
    with database(read()) as opened, opened.reading() as session:
        found = {
            workspace: toll_of_closed(session, workspace, lookback=timedelta(days=days), now=at)
            for workspace in workspaces(session)
        }
    if as_json:
        click.echo(json.dumps({"days": days, "workspaces": [_object(*one) for one in found.items()]}, indent=2))
        return
    for workspace, toll in found.items():
        click.echo(f"{f'{workspace}: ' if len(found) > 1 else ''}{_line(toll, days)}")
    if not found:
        click.echo("There is no case yet.")


def _line(toll: "Toll", days: int) -> str:
    lately = f"in the last {days} day{'s' if days > 1 else ''}"
    if not toll.cases:
        return f"No case was closed {lately}."
    return (
        f"{toll.cases:,} closed {lately} took {toll.reminders:,} reminders: {toll.for_each:.2f} for each, "
        f"{toll.most:,} at most; {toll.without:,} took none."
    )


def _object(workspace: str, toll: "Toll") -> dict[str, object]:
    return {
        "workspace": workspace,
        "closed": toll.cases,
        "reminders": toll.reminders,
        "for_each": round(toll.for_each, 2),
        "most": toll.most,
        "without": toll.without,
    }
