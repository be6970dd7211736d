"""`amends triage export` and `forget`: what people said about the guesses, for training, and how long it is kept."""

import json
import sys
from datetime import UTC, datetime

import click

from bot.cli.common import database, in_one_line
from bot.settings import read


@click.command()
@in_one_line
def export() -> None:
    """Write what people said about the guesses: a JSON line for each text, with personal data masked.

    A line has id, text, complaint, category, severity, risks and labelled_on; a label nobody gave is null.
    E-mail addresses, phone and other long numbers, links, handles and the names known from the case are masked. A name
    that only the text knows is not: read the lines before you pass them on.

    \b
    Example: amends triage export > feedback.jsonl
    """
    from bot.domain.feedback import labelled
    from bot.store import feedback as store

    with database(read()) as opened, opened.reading() as session:
        rows = labelled(store.all_of(session))
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    click.echo(f"{len(rows)} texts.", err=True)


@click.command()
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), required=True, help="A day, in UTC.")
@in_one_line
def forget(before: datetime) -> None:
    """Delete what people said about the guesses, and whom the bot asked, before a day. Cases stay.

    \b
    Example: amends triage forget --before 2026-01-01
    """
    from bot.store import feedback as store

    with database(read()) as opened, opened.transaction() as session:
        gone = store.forget(session, before=before.replace(tzinfo=UTC))
    click.echo(f"Deleted {gone['feedback']} answers about guesses and {gone['questions']} questions.")
