"""`amends audit`: the audit log, checked offline."""

import sys

import click

from bot.cli.common import database, in_one_line
from bot.settings import read


@click.group()
def audit() -> None:
    """The audit log.

    \b
    Example: amends audit verify
    """


@audit.command()
@in_one_line
def verify() -> None:
    """Check the hash chain of the audit log; name the first broken link.

    \b
    Example: amends audit verify
    """
    from bot.domain.audit import first_broken
    from bot.store import audit as store

    broken = False
    with database(read()) as opened, opened.reading() as session:
        known = store.workspaces_known(session)
        for workspace, seq, digest in known:
            fault = first_broken(store.entries_of(session, workspace), last_seq=seq, last_hash=digest)
            broken = broken or fault is not None
            click.echo(f"{workspace}: {fault or f'{seq} entries, chain whole'}", err=fault is not None)
    if not known:
        click.echo("The audit log is empty.")
    if broken:
        sys.exit(1)
