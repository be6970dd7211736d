"""`amends simulate`: a month under a cadence, before it is put in force."""

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import in_one_line
from bot.settings import read

if TYPE_CHECKING:
    from bot.domain.simulation import Result


@click.command()
@click.option("--agents", default=50, show_default=True, type=click.IntRange(1, 1000), help="People who answer.")
@click.option("--cases", default=5000, show_default=True, type=click.IntRange(1, 100_000), help="Complaints in all.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help="How long.")
@click.option("--seed", default=1, show_default=True, help="Another seed is another month.")
@click.option("--from", "begins", default="2026-03-02", show_default=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--outage", default=0.0, show_default=True, help="Hours for which Slack cannot be reached, once.")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another folder of policies to put beside the one in force.",
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@in_one_line
def simulate(
    *,
    agents: int,
    cases: int,
    days: int,
    seed: int,
    begins: datetime,
    outage: float,
    against: Path | None,
    as_json: bool,
) -> None:
    """Replay a month of a made-up team under policies/followups.yml: who is reminded how often, and what is late.

    One case in ten lies until somebody acts on it; its reminders call those on duty, who share one limit of a day.

    Ends with an error if a reminder came in somebody's quiet hours, over the limit of a day, twice or after the end, or
    if a deadline passed in silence. The same seed gives the same month, so two folders can be compared.

    \b
    Example: AMENDS_POLICIES=./ours amends simulate --against policies --cases 2000
    """
    from bot.content.followups import load_cadence
    from bot.domain.simulation import Setting

    folders = [read().amends_policies, *([against] if against else [])]
    cadences = [load_cadence(folder / "followups.yml") for folder in folders]
    setting = Setting(agents, cases, days, seed, date(begins.year, begins.month, begins.day), timedelta(hours=outage))
    results = _results(cadences, setting)
    if as_json:
        shown = [{"policies": str(folder), **_figures(one)} for folder, one in zip(folders, results, strict=True)]
        click.echo(json.dumps(shown, indent=2))
    else:
        away = f", Slack away for {outage:g} h" if outage else ""
        click.echo(f"{agents} agents, {cases:,} cases, {days} days from {setting.begins}, seed {seed}{away}")
        click.echo(_table([str(folder) for folder in folders], [_figures(one) for one in results]))
        for folder, one in zip(folders, results, strict=True):
            click.echo(f"\n{folder}: {_verdict(one)}", err=bool(one.faults))
    if any(one.faults for one in results):
        sys.exit(1)


def _results(cadences: list[Any], setting: Any) -> list["Result"]:
    from bot.domain.simulation import simulate as replay

    return [replay(cadence, setting) for cadence in cadences]


def _verdict(result: "Result") -> str:
    if not result.faults:
        return (
            "kept its word: no reminder in quiet hours, over the limit of a day, twice or after the end, "
            "and no deadline passed in silence."
        )
    more = f"\n  and {len(result.faults) - 10} more" if len(result.faults) > 10 else ""
    return f"{len(result.faults)} faults:\n  " + "\n  ".join(result.faults[:10]) + more


def _figures(result: "Result") -> dict[str, Any]:
    """What is shown of a month, by heading."""
    return {
        "reminders to one person in a day": {name: round(value, 1) for name, value in result.shares_of_days().items()}
        | {"most that could wait": result.most_that_could_wait()},
        "reminders sent": {"in all": sum(result.sent.values()), **dict(sorted(result.sent.items()))}
        | {"for each closed case": round(result.for_closed / max(1, result.closed), 2)},
        "reminders to those on duty, for cases nobody has": result.to_desk(),
        "held back": dict(sorted(result.held.items())),
        "digests": {
            "sent": len(result.digest_lines),
            "lines on average": round(sum(result.digest_lines) / max(1, len(result.digest_lines)), 1),
            "lines at most": max(result.digest_lines, default=0),
            "summed up after an outage": result.summaries,
        },
        **{
            kind.value: {
                "planned": result.planned[kind],
                "met in time": result.met[kind],
                "late": result.late[kind],
                "late, and reminded": result.reminded[kind],
                "late, and with the lead": result.escalated[kind],
                "fell away": result.fell_away[kind],
                "still to come": result.open[kind],
            }
            for kind in result.planned
        },
        "faults": {"in all": len(result.faults)},
    }


def _table(names: list[str], columns: list[dict[str, Any]]) -> str:
    width = max(12, *(len(name) for name in names))
    lines = ["" if len(names) == 1 else f"\n{'':34}" + "".join(f"{name:>{width + 2}}" for name in names)]
    for heading in columns[0] | columns[-1]:
        lines.append(heading)
        shown = [column.get(heading, {}) for column in columns]
        for name in dict.fromkeys(name for column in shown for name in column):
            values = (column.get(name, 0) for column in shown)
            lines.append(f"  {name:32}" + "".join(f"{value:>{width + 2},}" for value in values))
    return "\n".join(lines)
