"""`amends outbox` and `amends db`: what the database holds for Slack, and its shape."""

import click

from bot.cli.common import database, in_one_line, stop
from bot.settings import read


@click.group()
def db() -> None:
    """The database.

    \b
    Example: amends db upgrade
    """


@db.command()
@in_one_line
def upgrade() -> None:
    """Bring the database to the shape this version needs.

    \b
    Example: DATABASE_URL=postgresql://… amends db upgrade
    """
    from bot.store.migrations import current
    from bot.store.migrations import upgrade as migrate

    with database(read(), old_too=True) as opened:
        migrate(opened)
        click.echo(f"The database is at revision {current(opened)}.")


@click.command()
@click.option("--retry", "again", type=int, default=None, metavar="ID", help="Try a notice that was set aside again.")
@in_one_line
def outbox(again: int | None) -> None:
    """Show what Slack has still to be told, and what was set aside and why.

    \b
    Example: amends outbox --retry 17
    """
    from bot.store import outbox as store

    with database(read()) as opened:
        if again is not None:
            with opened.transaction() as session:
                done = store.retry(session, again)
            if not done:
                stop(f"Notice {again} was not set aside: `amends outbox` lists those that were.")
            click.echo(f"Notice {again} will be tried again.")
            return
        with opened.reading() as session:
            lines = list(store.waiting(session))
    for line in lines:
        reason = f"  {line.reason}" if line.reason else ""
        click.echo(
            f"{line.id}  {line.state}  {line.kind} {line.subject} → {line.channel}  "
            f"due {line.due_at:%Y-%m-%d %H:%M:%S} UTC  tried {line.attempts}×{reason}"
        )
    if not lines:
        click.echo("The outbox is empty: Slack has been told everything.")
