"""`amends responses`: the library of response templates, and what became of what it suggested."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import database, in_one_line, stop
from bot.settings import read

if TYPE_CHECKING:
    from bot.content.bundle import Content
    from bot.domain.template import ResponseTemplate
    from bot.domain.usage import Usage

CHANNELS = ("email", "chat", "phone", "public")


@click.group()
def responses() -> None:
    """The response templates.

    \b
    Example: amends responses list --category delivery
    """


@responses.command("list")
@click.option("--category", default=None, metavar="KEY", help="Only for this one, such as delivery or delivery.late.")
@click.option("--channel", type=click.Choice(CHANNELS), default=None, help="Only those with words for this channel.")
@in_one_line
def list_(category: str | None, channel: str | None) -> None:
    """List the response templates: id, channels, what they answer, title.

    \b
    Example: amends responses list --category delivery --channel chat
    """
    from bot.domain.taxonomy import category_keys

    if category is not None and category not in category_keys():
        raise click.UsageError(f"--category: {category!r} is none: one of {', '.join(category_keys())}")
    found = [
        template
        for template in _content().templates
        if (category is None or _answers(template, category)) and (channel is None or channel in template.channels)
    ]
    for line in _columns([(each.id, ", ".join(each.channels), _for_what(each), each.title) for each in found]):
        click.echo(line)
    if not found:
        click.echo("No template fits.")


@responses.command()
@click.argument("template_id", metavar="ID")
@in_one_line
def show(template_id: str) -> None:
    """Show one template: its head in words, then each channel's words with each of its examples.

    \b
    Example: amends responses show late-delivery
    """
    import difflib

    content = _content()
    template = content.template(template_id)
    if template is None:
        known = [each.id for each in content.templates]
        near = difflib.get_close_matches(template_id, known, 1)
        advice = f"did you mean {near[0]}?" if near else "`amends responses list` shows them all"
        stop(f"There is no template {template_id!r}: {advice}", code=2)
    click.echo("\n".join(_shown(content, template)))


@responses.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only suggestions since this day (UTC).")
@click.option("--format", "shape", type=click.Choice(["table", "csv", "json"]), default="table", help="How to print.")
@in_one_line
def stats(since: datetime | None, shape: str) -> None:
    """Show for each template how often it was suggested, chosen, passed over, sent, and edited before it was sent.

    A template that is often passed over or edited wants better words; one that is never suggested, other categories.

    \b
    Example: amends responses stats --since 2026-01-01 --format csv
    """
    from bot.flows.usage import usage_of_templates

    content = _content()
    start = since.replace(tzinfo=UTC) if since else None
    with database(read()) as opened, opened.reading() as session:
        rows = usage_of_templates(session, content, since=start)
    if shape == "json":
        click.echo(json.dumps([_figures(row) for row in rows], indent=2))
    elif shape == "csv":
        writer = csv.DictWriter(sys.stdout, list(_figures(rows[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_figures(row) for row in rows)
    else:
        for line in _table(content, rows):
            click.echo(line)


def _content() -> "Content":
    from bot.content.bundle import load

    settings = read()
    return load(settings.amends_responses, settings.amends_policies)


def _answers(template: "ResponseTemplate", category: str) -> bool:
    """Whether a template is for this category, something below it, or all of what it belongs to."""
    return any(
        each == category or each.startswith(f"{category}.") or category.startswith(f"{each}.")
        for each in template.categories
    )


def _for_what(template: "ResponseTemplate") -> str:
    what = [*template.categories, *(f"risk {risk}" for risk in template.for_risk), *template.severities]
    return ", ".join(what)


def _shown(content: "Content", template: "ResponseTemplate") -> Iterator[str]:
    from bot.domain.taxonomy import RISKS, Severity, category_keys, category_label
    from bot.domain.template import standard_values

    source = content.source(template.id)
    yield f"{template.title} ({template.id}, {source.path.name})"
    if template.categories:
        yield f"For: {', '.join(category_label(key) for key in template.categories)}"
    if template.for_risk:
        yield f"Playbook while this is flagged: {', '.join(RISKS[risk] for risk in template.for_risk)}"
    if template.severities:
        yield f"Only at: {', '.join(f'{each} {each.label}' for each in template.severities)}"
    yield f"When: {template.when.label}"
    yield f"Tone: {template.tone}"
    for value in template.values:
        yield f"Asks: {value.ask} ({value.name}{', required' if value.required else ''})"
    severity = (template.severities or (Severity.MODERATE,))[0]
    category = next((key for key in category_keys() if key.startswith(template.categories or ("other",))), "other")
    standard = standard_values(category=category, severity=severity, repeated=False, amends="")
    for channel in template.channels:
        for example in source.examples:
            yield f"\n=== {channel.label}, example {example.name} ===\n"
            yield content.render(template.id, standard | example.values, channel)


def _figures(row: "Usage") -> dict[str, Any]:
    share = row.edited_share
    return {
        "template": row.template_id,
        "suggested": row.suggested,
        "chosen": row.chosen,
        "passed_over": row.passed_over,
        "sent": row.sent,
        "edited": row.edited,
        "edited_share": None if share is None else round(share, 3),
    }


def _table(content: "Content", rows: Sequence["Usage"]) -> Iterator[str]:
    seen = [row for row in rows if row.suggested]
    head = ("template", "suggested", "chosen", "passed over", "sent", "edited before sending")
    lines: list[tuple[str, ...]] = [head]
    for row in seen:
        name = row.template_id if content.template(row.template_id) else f"{row.template_id} (taken away)"
        share = f" ({row.edited_share:.0%})" if row.edited_share is not None else ""
        counts = (row.suggested, row.chosen, row.passed_over, row.sent)
        lines.append((name, *(str(count) for count in counts), f"{row.edited}{share}"))
    yield from _columns(lines)
    never = [row.template_id for row in rows if not row.suggested]
    if never:
        yield f"Never suggested: {', '.join(never)}"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))] if rows else []
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
