"""`amends triage`: what the bot guesses about a text, and what people said about its guesses."""

import click

from bot.cli.feedback import export, forget


@click.group(commands=(export, forget))
def triage() -> None:
    """What people said about the bot's guesses.

    \b
    Example: amends triage export > feedback.jsonl
    """
