"""The demo: a local Slack workspace with a small company and the bot in it, started and stopped together.

The bot is a process of its own, started as anybody would start it, so the demo shows what a real installation does.
"""

import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click

from bot.demo_page import Front
from bot.local_slack import LocalSlack, NoWorkspaceError, find_program
from bot.processes import Child, DiedError, NoPortError, free_port
from bot.settings import ROOT

PORT = 8400
CACHE = ROOT / ".cache"
STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAMPLES = (
    "Customer Mia Berg, order 4711: her parcel is five days late and it was a birthday present. She is very upset.",
    "Mr Osei was charged twice for invoice INV-2093 and is angry: this is the second time.",
    "Customer Lea Roth says our technician was rude to her on the phone. She is disappointed in us.",
)


def main(port: int = PORT) -> int:
    """Run the demo until Ctrl-C; returns the exit code."""
    before = {number: signal.signal(number, _interrupt) for number in STOP}
    try:
        with ExitStack() as stack:
            return _show(stack, port)
    except KeyboardInterrupt:
        click.echo("Stopped. Nothing is left running.")
        return 0
    except NoWorkspaceError as error:
        return _in_the_terminal(str(error))
    except (DiedError, NoPortError, TimeoutError) as error:
        click.echo(str(error), err=True)
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(stack: ExitStack, port: int) -> int:
    found = find_program(CACHE, click.echo)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amends-demo-", ignore_cleanup_errors=True)))
    page = stack.enter_context(Front(free_port(port, click.echo)))
    slack = LocalSlack(found, folder, free_port(page.port + 1, _say_nothing))
    page.behind = slack.port
    bot = bot_process(slack, folder)
    stack.callback(slack.stop)
    stack.callback(bot.stop)
    stack.callback(_hush)
    slack.start()
    slack.start_bot(bot)
    click.echo(_welcome(page, bot))
    while True:
        for child in (bot, slack.child):
            if not child.alive:
                raise DiedError(child)
        time.sleep(0.5)


def bot_process(slack: LocalSlack, folder: Path, database_url: str = "", policies: Path | None = None) -> Child:
    """Return the bot, not yet started, for a workspace. It works in `folder`, so that no .env file is read.

    `policies` is a folder to use in place of the shipped one.
    """
    settings = slack.bot_settings(database_url or f"sqlite:///{folder / 'amends.db'}")
    if policies is not None:
        settings["AMENDS_POLICIES"] = str(policies)
    return Child("bot", [sys.executable, "-m", "bot", "run"], folder / "bot.log", folder, settings)


def _welcome(page: Front, bot: Child) -> str:
    samples = "\n".join(f"    {text}" for text in SAMPLES)
    return f"""
Amends is running in a local Slack workspace. Nothing leaves this machine.

  Open    {page.url}
          You are Ana, a support agent. "Act as", at the top right, makes you somebody else: Lena is a lead.
  Type    in #complaints, for example:

{samples}

          Then click "1 reply" under your message: the thread holds the case card and a reply draft.
          Press Edit, write "You'll have to wait", and save: the form says what to write instead.
  Log     {bot.log}
  Stop    Ctrl-C
"""


def _in_the_terminal(why: str) -> int:
    """Show the main job without Slack: a complaint in, a checked draft out."""
    click.echo(f"{why}\n")
    click.echo("For the workspace in the browser, install Node.js 18 or newer and run this again.")
    click.echo("Here is the main job in the terminal instead:\n")
    click.echo(f'  amends draft "{SAMPLES[0]}"\n')
    return subprocess.run([sys.executable, "-m", "bot", "draft", SAMPLES[0]], check=False).returncode


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say_nothing(_: str) -> None:
    """Which port the workspace itself has concerns nobody."""


def _hush() -> None:
    """From here on only stopping matters: a second Ctrl-C must not leave a process behind."""
    for number in STOP:
        signal.signal(number, signal.SIG_IGN)
    click.echo("\nStopping ...")
