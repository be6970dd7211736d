"""The `amends` command: it prints, and decides nothing. One module holds the commands of one topic.

Modules import what they need inside each command, so that `amends --help` stays quick.
"""

import click

from bot.cli.audit import audit
from bot.cli.check import check
from bot.cli.draft import draft
from bot.cli.due import due
from bot.cli.intake import intake
from bot.cli.outbox import db, outbox
from bot.cli.policy import policy
from bot.cli.promises import promises
from bot.cli.reminders import reminders
from bot.cli.responses import responses
from bot.cli.running import demo, run, web, worker
from bot.cli.schemas import schemas
from bot.cli.simulate import simulate
from bot.cli.triage import triage

COMMANDS: tuple[click.Command, ...] = (
    *(run, web, worker, demo),
    *(check, draft, promises, triage, simulate, policy, responses, schemas),
    *(due, reminders, outbox, audit, db, intake),
)
"""Every command and group: a new one is one more name here."""


@click.group(commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="amends")
def main() -> None:
    """Amends: put things right with customers, from Slack.

    \b
    Try it:        amends demo
    Without Slack: amends draft "Jane Doe's order 1042 is three days late and she is upset"
    """
