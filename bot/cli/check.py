"""`amends check`: the content proves itself."""

import click

from bot.cli.common import in_one_line
from bot.settings import read


@click.command()
@in_one_line
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
