"""`amends due`: what is owed to customers, and until when."""

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.cli.common import database, in_one_line, stop
from bot.settings import read

if TYPE_CHECKING:
    from bot.flows.followups import Owed

MOST = 200


@click.command()
@click.option("--owner", metavar="ID", help="Only what this person owes (a Slack id).")
@click.option("--zone", metavar="NAME", help="Time zone of the times shown; that of policies/followups.yml by default.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs; its times are UTC.")
@in_one_line
def due(owner: str | None, zone: str | None, as_json: bool) -> None:
    """What is owed to customers, the most pressing first.

    \b
    Example: amends due --owner U0123ABCD
    """
    from bot.clock import now
    from bot.content.followups import load_cadence
    from bot.flows.followups import due, workspaces

    settings = read()
    cadence = load_cadence(settings.amends_policies / "followups.yml")
    try:
        shown_in = ZoneInfo(zone) if zone else cadence.zone
    except (KeyError, ValueError):
        stop(f"--zone: {zone} is not a time zone: write for example Europe/London")
    at = now()
    with database(settings) as opened, opened.reading() as session:
        found = [
            (workspace, due(session, workspace, zone=shown_in, owner=owner, limit=MOST, now=at))
            for workspace in workspaces(session)
        ]
    rows: list[tuple[str, str, Owed]] = [
        (workspace, group, owed)
        for workspace, several in found
        for group, part in (
            ("overdue", several.overdue),
            ("today", several.today),
            ("later", several.later),
            ("waiting", several.waiting),
        )
        for owed in part
    ]
    more = sum(several.more for _, several in found)
    if as_json:
        click.echo(json.dumps({"due": [_object(*row) for row in rows], "more": more}, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Nothing is due. Nobody is waiting for an answer of ours.")
        return
    lines = [_cells(group, owed, shown_in) for _, group, owed in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]))
    if more:
        click.echo(f"… and {more} more: --owner shows one person's.")


def _cells(group: str, owed: "Owed", zone: ZoneInfo) -> tuple[str, str, str, str, str]:
    each, case = owed.follow_up, owed.case
    words = each.owed(case.details.customer)
    when = each.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    return group, case.reference, when, case.owner or "nobody", words[:1].upper() + words[1:]


def _object(workspace: str, group: str, owed: "Owed") -> dict[str, object]:
    each, case = owed.follow_up, owed.case

    def utc(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "workspace": workspace,
        "case": case.reference,
        "group": group,
        "kind": each.kind.value,
        "what": each.owed(case.details.customer),
        "due_at": utc(each.due_at),
        "snoozed_until": utc(each.snoozed_until),
        "owner": case.owner,
        "channel": case.complaint.channel,
    }
