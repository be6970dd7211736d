"""`amends draft`: a reply to a complaint, with no Slack and no database."""

import sys
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import in_one_line
from bot.settings import read

if TYPE_CHECKING:
    from bot.content.bundle import Content

CHANNELS = ("email", "chat", "phone", "public")


@click.command()
@click.argument("text", required=False)
@click.option("--agent", default="", help="Name that signs the reply.")
@click.option("--channel", type=click.Choice(CHANNELS), default="email", help="How it reaches the customer: email.")
@click.option("--jsonl", is_flag=True, help='Read lines {"id", "text"} from standard input, write one for each.')
@in_one_line
def draft(text: str | None, agent: str, channel: str, jsonl: bool) -> None:
    """Draft a reply to a complaint, with no Slack and no database. A dash reads the text from standard input.

    With --jsonl a line may also give "channel" and "agent".

    \b
    Example: amends draft "Jane Doe's order 1042 is three days late and she is upset" --channel chat
    """
    if jsonl and text is not None:
        raise click.UsageError("--jsonl takes the text from its lines: leave it out.")
    if not jsonl and text is None:
        raise click.UsageError("Write the complaint in quotes, or - to read it from standard input.")
    from bot.content.bundle import load

    settings = read()
    content = load(settings.amends_responses, settings.amends_policies)
    if jsonl:
        sys.exit(_answer_lines(content, agent, channel))
    _show(content, sys.stdin.read() if text == "-" else str(text), agent, channel)


def _show(content: "Content", complaint: str, agent: str, channel: str) -> None:
    from bot.domain.taxonomy import RISKS, Severity, category_label
    from bot.domain.template import Channel

    drafted = _drafted(content, complaint, agent, channel)
    severity = Severity(drafted["severity"])
    click.echo(f"category: {category_label(drafted['category'])}")
    click.echo(f"severity: {severity} {severity.label}")
    if drafted["risks"]:
        click.echo(f"risk: {', '.join(RISKS[risk] for risk in drafted['risks'])}")
    for name in ("customer", "reference"):
        if drafted[name]:
            click.echo(f"{name}: {drafted[name]}")
    click.echo(f"template: {drafted['template']}\n")
    if drafted["text"]:
        click.echo(drafted["text"])
    if drafted["channel"] != channel:
        wanted = Channel(channel).label.lower()
        click.echo(f"\nNo response has words for a {wanted} here: this is the {drafted['channel']}.", err=True)
    for question in drafted["missing"].values():
        click.echo(f"\nStill to ask: {question}", err=True)


def _drafted(content: "Content", complaint: str, agent: str, channel: str) -> dict[str, Any]:
    """The draft and what it was chosen by; `missing` holds the questions still to ask, by the value's name."""
    from bot.domain.template import Channel
    from bot.flows.guess import details_from
    from bot.flows.history import Setting
    from bot.flows.suggestions import best

    details = details_from(content.triage(complaint))
    suggestion = best(content, details, agent=agent, setting=Setting(channel=Channel(channel)))
    template = content.template(suggestion.template_id)
    values = template.values if template else ()
    return {
        "category": details.category,
        "severity": details.severity.value,
        "risks": [*details.risks],
        "customer": details.customer,
        "reference": details.reference,
        "template": suggestion.template_id,
        "channel": suggestion.channel.value,
        "text": suggestion.text,
        "missing": {each.name: each.ask for each in values if each.name in suggestion.missing},
    }


def _answer_lines(content: "Content", agent: str, channel: str) -> int:
    from bot.cli.jsonl import LineError, answer_lines, text_of

    def answer(fields: dict[str, Any]) -> dict[str, Any]:
        wanted = text_of(fields, "channel") if "channel" in fields else channel
        if wanted not in CHANNELS:
            raise LineError(f"channel: {wanted[:40]!r} is none: one of {', '.join(CHANNELS)}")
        signed = text_of(fields, "agent") if "agent" in fields else agent
        return _drafted(content, text_of(fields), signed, wanted)

    return answer_lines(answer, shape='{"id": …, "text": …}')
