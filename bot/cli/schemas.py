"""`amends schemas`: what editors need to complete and check the files of responses/ and policies/."""

from pathlib import Path

import click

from bot.cli.common import in_one_line, stop


@click.command()
@click.option("--to", "folder", default="schemas", metavar="FOLDER", help="Where they are written: schemas.")
@in_one_line
def schemas(folder: str) -> None:
    """Write the JSON Schemas of all content files, for completion in editors.

    \b
    Example: amends schemas --to ours/schemas
    """
    from bot.content.schemas import write_schemas

    try:
        written = write_schemas(Path(folder))
    except OSError as error:
        stop(f"--to: {folder} cannot be written: {error.strerror}", code=2)
    click.echo(f"{len(written)} schemas written to {folder}.")
