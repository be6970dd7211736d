"""`amends audit`: the record of changes, proved offline and written out."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from bot.cli.common import database, in_one_line
from bot.settings import read

COLUMNS = ("workspace", "seq", "at", "who", "action", "subject", "details", "previous", "hash")
MOST_FAULTS = 20
"""Faults of a workspace that are printed; the number of the rest is said."""


@click.group()
def audit() -> None:
    """The audit log.

    \b
    Example: amends audit verify
    """


@audit.command()
@in_one_line
def verify() -> None:
    """Prove the audit log: the hash chain, and every decision on money made again from its receipt.

    Offers, answers and sums in the tables are held against the log. What does not hold is named.

    \b
    Example: amends audit verify
    """
    from bot.domain.audit import first_broken
    from bot.flows.receipts import Proof
    from bot.store import audit as store

    broken = False
    with database(read()) as opened, opened.reading() as session:
        known = store.workspaces_known(session)
        for workspace, seq, digest in known:
            fault = first_broken(store.entries_of(session, workspace), last_seq=seq, last_hash=digest)
            proof = Proof(session, workspace)
            faults = [*([fault] if fault else []), *proof.faults]
            broken = broken or bool(faults)
            for one in faults[:MOST_FAULTS]:
                click.echo(f"{workspace}: {one}", err=True)
            if len(faults) > MOST_FAULTS:
                click.echo(f"{workspace}: and {len(faults) - MOST_FAULTS} more", err=True)
            if not faults:
                decided = f", {proof.receipts} decisions made again with the same outcome" if proof.receipts else ""
                click.echo(f"{workspace}: {seq} entries, chain whole{decided}")
    if not known:
        click.echo("The audit log is empty.")
    if broken:
        sys.exit(1)


@audit.command()
@click.option(
    "--csv", "as_csv", is_flag=True, help="Comma-separated values with a first line of names, not JSON Lines."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only entries from this day on (UTC).")
@in_one_line
def export(as_csv: bool, since: datetime | None) -> None:
    """Write the audit log out, one entry a line, oldest first.

    The hashes are in it: whoever has the lines can check the chain without the database.

    \b
    Example: amends audit export --since 2026-01-01 > audit.jsonl
    """
    begins = since.replace(tzinfo=UTC) if since else None
    rows = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n") if as_csv else None
    if rows is not None:
        rows.writeheader()
    for entry in _entries(begins):
        if rows is not None:
            rows.writerow(entry)
        else:
            details = json.loads(entry["details"])
            click.echo(json.dumps({**entry, "details": details, "details_text": entry["details"]}, ensure_ascii=False))


def _entries(since: datetime | None) -> Iterator[dict[str, str]]:
    from bot.store import audit as store

    with database(read()) as opened, opened.reading() as session:
        for workspace, _, _ in store.workspaces_known(session):
            for entry in store.entries_of(session, workspace):
                if since is None or entry.at >= since:
                    yield {
                        "workspace": entry.workspace,
                        "seq": str(entry.seq),
                        "at": entry.at.isoformat(timespec="microseconds"),
                        "who": entry.who,
                        "action": entry.action,
                        "subject": entry.subject,
                        "details": entry.details,
                        "previous": entry.previous,
                        "hash": entry.hash,
                    }
