"""`amends draft`: a reply to a complaint, with no Slack and no database."""

import sys

import click

from bot.cli.common import in_one_line
from bot.settings import read


@click.command()
@click.argument("text")
@click.option("--agent", default="", help="Name that signs the reply.")
@in_one_line
def draft(text: str, agent: str) -> None:
    """Draft a reply to a complaint, with no Slack and no database. A dash reads the text from standard input.

    \b
    Example: amends draft "Jane Doe's order 1042 is three days late and she is upset"
    """
    from bot.content.bundle import load
    from bot.domain.taxonomy import RISKS, Severity, category_label
    from bot.flows.drafts import for_text

    settings = read()
    content = load(settings.amends_responses, settings.amends_policies)
    complaint = sys.stdin.read() if text == "-" else text
    guess = content.triage(complaint)
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
