"""`amends triage`: what the bot guesses about texts, how well it guesses, and what people said about its guesses."""

import sys
from typing import Any

import click

from bot.cli.common import in_one_line, stop
from bot.cli.feedback import export, forget
from bot.settings import read

_SHAPE = '{"id": "a", "text": "…"}'
_GUESS = "guess"


class _TextFirst(click.Group):
    """A group whose own words come first: what is none of its commands is a text to guess about."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [_GUESS, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_TextFirst, commands=(export, forget))
def triage() -> None:
    """What the bot guesses about a text: complaint or not, category, severity, risks, and the words that led to it.

    \b
    Examples:
      amends triage "customer says the kettle caught fire, third one this year"
      amends triage - < message.txt
      amends triage --jsonl < messages.jsonl > guesses.jsonl
      amends triage evaluate labelled.jsonl

    With --jsonl each line {"id", "text"} is answered by {"id", "complaint", "score", "category", "severity", "risk"}:
    category is delivery, product, billing, staff, waiting, account or other, severity low, medium or high, both null
    when it is no complaint; risk lists legal, regulator, injury, safety, privacy, fraud, discrimination, media, churn
    and threat.
    """


@triage.command(_GUESS)
@click.argument("text", required=False)
@click.option("--jsonl", "as_lines", is_flag=True, help="Answer lines of JSON from standard input.")
@in_one_line
def guess(text: str | None, *, as_lines: bool) -> None:
    """Guess about one text, or about each line of standard input. The word guess may be left out.

    \b
    Example: amends triage guess "third kettle this year, she is furious"
    """
    if as_lines == (text is not None):
        stop('Give either a text or --jsonl: amends triage "the kettle caught fire"', code=2)
    triager = _triager()
    if as_lines:
        from bot.cli.jsonl import answer_lines, text_of
        from bot.domain.triage.labels import in_short

        sys.exit(answer_lines(lambda fields: in_short(triager.triage(text_of(fields))), shape=_SHAPE))
    _say(triager.triage(sys.stdin.read() if text == "-" else text or ""))


@triage.command()
@click.argument("file", type=click.Path())
@click.option("--worst", default=10, show_default=True, help="How many of the worst misses to show.")
@in_one_line
def evaluate(file: str, worst: int) -> None:
    """Hold the guesses against labelled lines: {"text", "complaint", "category", "severity", "risk"}.

    Category, severity and risk may be left out or null where nobody labelled them. Exit code 2 when lines could not
    be read.

    \b
    Example: amends triage evaluate labelled.jsonl
    """
    from bot.cli.triage_report import Labelled, UnreadableLines, read_labelled, report

    rows: list[Labelled]
    try:
        rows = read_labelled(file)
    except UnreadableLines as error:
        stop(str(error), code=2)
    triager = _triager()
    for line in report(rows, [triager.triage(row.text) for row in rows], worst=worst):
        click.echo(line)


def _triager() -> Any:
    from bot.content.triager import load_triager

    return load_triager(read().amends_responses)


def _say(found: Any) -> None:
    from bot.domain.taxonomy import RISKS, Severity, category_label

    def line(name: str, value: str, words: tuple[str, ...]) -> None:
        click.echo(f"{name:11} {value}" + (f"   because of: {' · '.join(words)}" if words else ""))

    line("complaint:", f"{'yes' if found.is_complaint else 'no'} ({found.score:.2f})", found.because)
    line("category:", category_label(found.category.value), found.category.words)
    severity = Severity(found.severity.value)
    line("severity:", f"{severity} {severity.label}", found.severity.words)
    for risk in found.risks:
        heard = "" if risk.sure == 1 else f" (no rule names it; {risk.sure:.0%} sure)"
        line("risk:", RISKS[risk.value] + heard, risk.words)
    for feeling in found.feelings:
        line("feeling:", feeling.value, feeling.words)
    for name, one in (("customer:", found.customer), ("reference:", found.reference)):
        if one:
            line(name, one.value, one.words)
    line("language:", found.language, ())
