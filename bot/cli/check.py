"""`amends check`: the content proves itself; or any text is checked against the phrase rules."""

import sys
from typing import TYPE_CHECKING

import click

from bot.cli.common import in_one_line, stop
from bot.settings import read

if TYPE_CHECKING:
    from bot.content.bundle import Content
    from bot.domain.phrases import Checker

FORMATS = ("text", "json", "sarif", "github")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|-]...")
@click.option("--format", "shape", type=click.Choice(FORMATS), default=None, help="How to print what was found: text.")
@click.option("--jsonl", is_flag=True, help='Read lines {"id", "text"} from standard input, write one for each.')
@click.option("--slack", is_flag=True, help="Ask Slack too: the tokens, each channel and each person you named.")
@in_one_line
def check(files: tuple[str, ...], shape: str | None, jsonl: bool, slack: bool) -> None:
    """Check every file in responses/ and policies/, and prove every reply. With a FILE, check that text instead.

    A dash reads the text from standard input. The exit code is 0 when nothing stops the text, 1 when an error does
    (warnings and suggestions only advise), and 2 when something cannot be read.

    \b
    Example: AMENDS_RESPONSES=./ours amends check
             amends check --slack
             amends check reply.txt
             pbpaste | amends check - --format json
    """
    if slack and (files or shape or jsonl):
        raise click.UsageError("--slack checks the installation: leave the other words out.")
    if jsonl and (files or shape):
        raise click.UsageError("--jsonl reads standard input and writes its own shape: leave the other words out.")
    if jsonl:
        sys.exit(_answer_lines())
    if files:
        sys.exit(_check_texts(files, shape or "text"))
    if shape:
        raise click.UsageError("--format is for texts: name a file, or - for standard input.")
    content = _prove()
    if slack:
        _ask_slack(content)


def _ask_slack(content: "Content") -> None:
    from bot import logs
    from bot.app import StartError, faults

    logs.configure()
    try:
        found = faults(read(needs_slack=True), content)
    except StartError as error:
        stop(str(error), code=2)
    if found:
        stop("\n".join(found))
    click.echo("Slack lets us in, and knows every channel and person that the policies name.")


def _prove() -> "Content":
    from bot.content.bundle import load, prove
    from bot.content.policy_tests import run_tests

    settings = read()
    content = load(settings.amends_responses, settings.amends_policies)
    proved = prove(content)
    for rule in run_tests(settings.amends_policies, content.policy).untouched:
        click.echo(f"{rule.file}:{rule.line}: {rule.id}: no test makes this rule speak: add one to policies/tests/")
    click.echo(
        f"All good: {len(content.templates)} response templates, {len(content.phrase_rules)} phrase rules, "
        f"{proved} replies proved."
    )
    return content


def _checker() -> "Checker":
    from bot.content.files import ContentError
    from bot.content.phrases import load_checker

    try:
        return load_checker(read().amends_responses / "phrases")
    except ContentError as error:
        stop(str(error), code=2)


def _check_texts(files: tuple[str, ...], shape: str) -> int:
    from bot.cli import texts
    from bot.domain.phrases import Level

    try:
        read_in = [(name, texts.read_text(name)) for name in dict.fromkeys(files)]
    except texts.NoFileError as error:
        stop(f'{error}. To check words, pipe them: echo "…" | amends check -', code=2)
    except texts.TextError as error:
        stop(str(error), code=2)
    checker = _checker()
    checked = [texts.Checked(name, text, checker.check(text)) for name, text in read_in]
    if shape == "json":
        click.echo(texts.as_json(checked))
    elif shape == "sarif":
        click.echo(texts.as_sarif(checked))
    else:
        lines = texts.for_github(checked) if shape == "github" else texts.for_people(checked)
        for line in lines:
            click.echo(line)
    return int(any(found.rule.level is Level.ERROR for one in checked for found in one.violations))


def _answer_lines() -> int:
    from bot.cli.jsonl import answer_lines, text_of
    from bot.cli.texts import short

    checker = _checker()
    return answer_lines(
        lambda fields: {"violations": [short(found) for found in checker.check(text_of(fields))]},
        shape='{"id": …, "text": …}',
    )
