"""The `amends` command: it prints, and decides nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import click

from bot.cli_promises import promises
from bot.content.files import ContentError
from bot.settings import Settings, SettingsError, read

F = TypeVar("F", bound=Callable[..., Any])


def _in_one_line(function: F) -> F:
    """Errors a person can mend end the command with their message, never with a traceback."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from bot.store.db import DatabaseError

        try:
            return function(*args, **kwargs)
        except (SettingsError, ContentError, DatabaseError) as error:
            _stop(str(error))

    return wrapper  # type: ignore[return-value]


def _stop(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="amends")
def main() -> None:
    """Amends: put things right with customers, from Slack.

    \b
    Try it:        amends demo
    Without Slack: amends draft "Jane Doe's order 1042 is three days late and she is upset"
    """


def _start(*, door: bool, worker: bool) -> None:
    from bot import logs
    from bot.app import StartError, run
    from bot.web import PortError

    settings = read(needs_slack=True, needs_door=door)
    logs.configure()
    try:
        run(settings, door=door, worker=worker)
    except (StartError, PortError) as error:
        _stop(str(error))


@main.command()
@_in_one_line
def run() -> None:
    """Run the whole bot in one process.

    \b
    Example: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… amends run
    """
    _start(door=True, worker=True)


@main.command()
@_in_one_line
def web() -> None:
    """Take requests from Slack; a worker elsewhere sends the cards.

    \b
    Example: DATABASE_URL=postgresql://… PORT=3000 amends web
    """
    _one_of_several()
    _start(door=True, worker=False)


@main.command()
@_in_one_line
def worker() -> None:
    """Send what is due; run as many as you like on one PostgreSQL.

    \b
    Example: DATABASE_URL=postgresql://… amends worker
    """
    _one_of_several()
    _start(door=False, worker=True)


def _one_of_several() -> None:
    if read().database_url.startswith("sqlite"):
        raise SettingsError(
            "DATABASE_URL: web and worker are separate processes and SQLite serves one: "
            "set a postgresql:// address, or use `amends run`"
        )


@main.command()
@click.option("--port", default=None, type=int, help="Port of the local workspace's page.")
@_in_one_line
def demo(port: int | None) -> None:
    """Try everything in a local Slack workspace in the browser; nothing to sign up for.

    \b
    Example: amends demo --port 8500
    """
    from bot import demo as the_demo

    sys.exit(the_demo.main() if port is None else the_demo.main(port))


@main.command()
@_in_one_line
def check() -> None:
    """Check every file in responses/ and policies/, and prove every reply.

    \b
    Example: AMENDS_RESPONSES=./ours amends check
    """
    from bot.content.bundle import load, prove

    settings = read()
    content = load(settings.amends_responses, settings.amends_policies)
    proved = prove(content)
    click.echo(
        f"All good: {len(content.templates)} response templates, {len(content.phrase_rules)} phrase rules, "
        f"{proved} replies proved."
    )


@main.command()
@click.argument("text")
@click.option("--agent", default="", help="Name that signs the reply.")
@_in_one_line
def draft(text: str, agent: str) -> None:
    """Draft a reply to a complaint, with no Slack and no database. A dash reads the text from standard input.

    \b
    Example: amends draft "Jane Doe's order 1042 is three days late and she is upset"
    """
    from bot.content.bundle import load
    from bot.domain.taxonomy import RISKS, Severity, category_label
    from bot.domain.triage import triage
    from bot.flows.drafts import for_text

    settings = read()
    content = load(settings.amends_responses, settings.amends_policies)
    complaint = sys.stdin.read() if text == "-" else text
    guess = triage(complaint)
    severity = Severity(guess.severity.value)
    found = [f"category: {category_label(guess.category.value)}", f"severity: {severity} {severity.label}"]
    if guess.risks:
        found.append(f"risk: {', '.join(RISKS[risk.value] for risk in guess.risks)}")
    if guess.customer:
        found.append(f"customer: {guess.customer.value}")
    if guess.reference:
        found.append(f"reference: {guess.reference.value}")
    suggestion = for_text(content, complaint, agent=agent)
    click.echo("\n".join(found))
    click.echo(f"template: {suggestion.template_id}\n")
    if suggestion.text:
        click.echo(suggestion.text)
    for value in content.template(suggestion.template_id).values if content.template(suggestion.template_id) else ():  # type: ignore[union-attr]
        if value.name in suggestion.missing:
            click.echo(f"\nStill to ask: {value.ask}", err=True)


@main.group()
def db() -> None:
    """The database.

    \b
    Example: amends db upgrade
    """


@db.command()
@_in_one_line
def upgrade() -> None:
    """Bring the database to the shape this version needs.

    \b
    Example: DATABASE_URL=postgresql://… amends db upgrade
    """
    from bot.store.migrations import current
    from bot.store.migrations import upgrade as migrate

    with _database(read(), empty_too=True) as database:
        migrate(database)
        click.echo(f"The database is at revision {current(database)}.")


@main.command()
@click.option("--retry", "again", type=int, default=None, metavar="ID", help="Try a notice that was set aside again.")
@_in_one_line
def outbox(again: int | None) -> None:
    """Show what Slack has still to be told, and what was set aside and why.

    \b
    Example: amends outbox --retry 17
    """
    from bot.store import outbox as store

    with _database(read()) as database:
        if again is not None:
            with database.transaction() as session:
                done = store.retry(session, again)
            if not done:
                _stop(f"Notice {again} was not set aside: `amends outbox` lists those that were.")
            click.echo(f"Notice {again} will be tried again.")
            return
        with database.reading() as session:
            lines = list(store.waiting(session))
    for line in lines:
        reason = f"  {line.reason}" if line.reason else ""
        click.echo(
            f"{line.id}  {line.state}  {line.kind} {line.subject} → {line.channel}  "
            f"due {line.due_at:%Y-%m-%d %H:%M:%S} UTC  tried {line.attempts}×{reason}"
        )
    if not lines:
        click.echo("The outbox is empty: Slack has been told everything.")


@main.group()
def audit() -> None:
    """The audit log.

    \b
    Example: amends audit verify
    """


@audit.command()
@_in_one_line
def verify() -> None:
    """Check the hash chain of the audit log; name the first broken link.

    \b
    Example: amends audit verify
    """
    from bot.domain.audit import first_broken
    from bot.store import audit as store

    broken = False
    with _database(read()) as database, database.reading() as session:
        known = store.workspaces_known(session)
        for workspace, seq, digest in known:
            fault = first_broken(store.entries_of(session, workspace), last_seq=seq, last_hash=digest)
            broken = broken or fault is not None
            click.echo(f"{workspace}: {fault or f'{seq} entries, chain whole'}", err=fault is not None)
    if not known:
        click.echo("The audit log is empty.")
    if broken:
        sys.exit(1)


main.add_command(promises)


@contextmanager
def _database(settings: Settings, *, empty_too: bool = False) -> Iterator[Any]:
    """The database, which must have its tables unless `empty_too`."""
    from bot.store.db import Database, DatabaseError, shown
    from bot.store.migrations import current

    database = Database(settings.database_url)
    if current(database) is None and not empty_too:
        raise DatabaseError(
            f"DATABASE_URL: {shown(database.url)} has no tables yet: run `amends db upgrade`, or correct it"
        )
    try:
        yield database
    finally:
        database.close()
