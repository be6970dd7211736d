"""`amends run | web | worker | demo`: what keeps running until it is stopped."""

import gc
import sys

import click

from bot.cli.common import in_one_line, stop
from bot.settings import SettingsError, read


def _start(*, door: bool, worker: bool) -> None:
    gc.disable()  # a start makes much that stays and hardly any garbage; the app turns it on again when all is read

    from bot import logs
    from bot.app import StartError
    from bot.app import run as run_bot
    from bot.web import PortError

    settings = read(needs_slack=True, needs_door=door)
    logs.configure()
    try:
        run_bot(settings, door=door, worker=worker)
    except (StartError, PortError) as error:
        stop(str(error))


@click.command()
@in_one_line
def run() -> None:
    """Run the whole bot in one process.

    \b
    Example: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… amends run
    """
    _start(door=True, worker=True)


@click.command()
@in_one_line
def web() -> None:
    """Take requests from Slack; a worker elsewhere sends the cards.

    \b
    Example: DATABASE_URL=postgresql://… PORT=3000 amends web
    """
    _one_of_several()
    _start(door=True, worker=False)


@click.command()
@in_one_line
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


@click.command()
@click.option("--port", default=None, type=int, help="Port of the local workspace's page.")
@in_one_line
def demo(port: int | None) -> None:
    """Try everything in a local Slack workspace in the browser; nothing to sign up for.

    \b
    Example: amends demo --port 8500
    """
    from bot import demo as the_demo

    sys.exit(the_demo.main() if port is None else the_demo.main(port))
