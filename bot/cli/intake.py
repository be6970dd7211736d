"""`amends intake`: help for whoever connects a help desk."""

import shlex
import sys
from typing import BinaryIO

import click

from bot.cli.common import in_one_line, stop
from bot.settings import read


@click.group()
def intake() -> None:
    """Complaints that come in by webhook.

    \b
    Example: amends intake sign help-desk complaint.json
    """


@intake.command()
@click.argument("source")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--url", default=None, help="Where the bot is. Default: http://localhost:<PORT>.")
@click.option("--headers", is_flag=True, help="Print the two headers only, one a line.")
@in_one_line
def sign(source: str, file: BinaryIO, url: str | None, headers: bool) -> None:
    """Sign a body as a source, and print the curl command that sends it within five minutes.

    FILE is read from standard input when it is a dash or missing; the command then holds the body itself.

    \b
    Example: echo '{"id": "1", "text": "The parcel never came."}' | amends intake sign help-desk
    """
    from bot import clock
    from bot.content.bundle import load
    from bot.intake.signature import SIGNATURE, TIMESTAMP, sign

    settings = read()
    names = [each.name for each in load(settings.amends_responses, settings.amends_policies).intake.sources]
    if source not in names:
        listed = f": it has {', '.join(names)}" if names else ", which has none yet: add it there"
        stop(f"{source} is not a source of {settings.amends_policies / 'intake.yml'}{listed}")
    secret = settings.intake_secret_of(source)
    if not secret:
        stop(f"INTAKE_SECRET_{source.upper().replace('-', '_')} is not set: set it as the bot has it")
    body = file.read()
    stamp = str(int(clock.now().timestamp()))
    signed = [f"{TIMESTAMP}: {stamp}", f"{SIGNATURE}: {sign(secret, stamp, body)}"]
    if headers:
        click.echo("\n".join(signed))
        return
    if file.name in ("-", "<stdin>"):
        try:
            data = shlex.quote(body.decode("utf-8"))
        except UnicodeDecodeError:
            stop("standard input is not UTF-8: give the name of a file")
    else:
        data = shlex.quote(f"@{file.name}")
    words = ["curl", "-sS", f"{url or f'http://localhost:{settings.port}'}/intake/{source}"]
    options = [word for header in ("content-type: application/json", *signed) for word in ("-H", header)]
    sys.stdout.write(f"{shlex.join([*words, *options])} --data-binary {data}\n")
