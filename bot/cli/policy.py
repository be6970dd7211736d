"""`amends policy`: the limits tested, explained and tried on past decisions."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import database, in_one_line, stop
from bot.cli.jsonl import LineError, answer_lines
from bot.settings import read

if TYPE_CHECKING:
    from bot.domain.authority import Decision, Policy, Rule, Spent
    from bot.domain.authority.replay import Replayed

SHAPE = '{"id": …, "offer": {"kind": "refund", "amount": "80", …}, "spent": {…}}'


@click.group()
def policy() -> None:
    """The limits in policies/authority.yml.

    \b
    Example: amends policy test
    """


@policy.command("test")
@click.option("--all-rules", is_flag=True, help="Fail too when a rule is touched by no test.")
@in_one_line
def test_policy(all_rules: bool) -> None:
    """Run the tests in policies/tests/, and name the rules no test touches.

    \b
    Example: amends policy test --all-rules
    """
    from bot.content.authority import load_authority
    from bot.content.cadence_tests import run_cadence_tests
    from bot.content.followups import load_cadence
    from bot.content.policy_tests import run_tests

    folder = read().amends_policies
    outcome = run_tests(folder, load_authority(folder / "authority.yml"))
    cadence, late = run_cadence_tests(folder, load_cadence(folder / "followups.yml"))
    for failure in (*outcome.failures, *late):
        click.echo(str(failure), err=True)
    for rule in outcome.untouched:
        click.echo(f"{rule.file}:{rule.line}: {rule.id}: no test makes this rule speak: add one to policies/tests/")
    if not outcome.tests:
        stop(f"{folder}/tests: no tests: add a file authority-….yml, see policies/README.md")
    click.echo(f"{outcome.passed} of {outcome.tests} tests of authority.yml passed.")
    click.echo(f"{cadence} tests of followups.yml ran, {len(late)} differences.")
    if outcome.failures or late or (all_rules and outcome.untouched):
        sys.exit(1)


@policy.command()
@click.argument("words", required=False)
@click.option(
    "--spent", "given", metavar="JSON", help='What was given before: {"case": {"refund": "30"}, "month": "4900"}.'
)
@click.option("--jsonl", is_flag=True, help="Read one offer a line from standard input, write one decision for each.")
@in_one_line
def explain(words: str | None, given: str | None, jsonl: bool) -> None:
    """Show what the limits say to an offer, every rule that speaks, and what needs nobody.

    \b
    Example: amends policy explain "80 EUR refund on a late delivery, S2, agent"
             amends policy explain "20 EUR credit, rude agent, S1" --spent '{"today": {"credit": "290"}}'
    """
    from bot.content.authority import load_authority

    limits = load_authority(read().amends_policies / "authority.yml")
    if jsonl:
        if words is not None or given is not None:
            raise click.UsageError("--jsonl takes offers and sums from its lines: leave the other two out.")
        sys.exit(answer_lines(lambda fields: _answer(fields, limits), shape=SHAPE))
    if words is None:
        raise click.UsageError(
            'Write the offer in quotes: amends policy explain "80 EUR refund, late delivery, S2, agent"'
        )
    click.echo("\n".join(_explained(words, given, limits)))


def _explained(words: str, given: str | None, limits: "Policy") -> Iterator[str]:
    from bot.content.triager import load_triager
    from bot.domain.authority import decide
    from bot.domain.authority.words import WordsError, offer_in_words

    try:
        found = offer_in_words(words, limits, load_triager(read().amends_responses).triage)
        spent = _spent(json.loads(given) if given else {}, limits)
    except (WordsError, LineError) as error:
        stop(str(error))
    except ValueError:
        stop('--spent: this is no JSON: write it like \'{"case": {"refund": "30"}}\'')
    decision = decide(found.offer, spent, limits, datetime.now(UTC))
    yield f"Understood: {found.says}."
    if found.ignored:
        yield f"Not understood, left out: {', '.join(found.ignored)}."
    yield ""
    yield from _for_people(decision, limits)


def _for_people(decision: "Decision", limits: "Policy") -> Iterator[str]:
    who = f" by a {decision.approver.value}" if decision.approver else ""
    people = f", by {decision.people} different people" if decision.people > 1 else ""
    yield f"Decision: {decision.verdict.value}{who}{people}."
    for reason in decision.reasons:
        hidden = " [leads only]" if reason.leads_only else ""
        yield f"  {reason.effect.value:8} {reason.rule}: {reason.says}{hidden}"
    for rule in decision.kept:
        yield f"  {'kept':8} {rule}"
    largest = decision.instead.largest
    if decision.instead.unlimited:
        yield "Needs nobody: any amount of this kind."
    elif largest is not None and largest.amount:
        yield f"Needs nobody: up to {largest} of this kind."
    else:
        yield "Needs nobody: nothing of this kind."
    for other in decision.instead.kinds:
        yield f"  or as {limits.kinds[other.kind].label.lower()}" + (
            f", up to {other.largest}" if other.largest else ""
        )
    for name, value in _left(decision).items():
        yield f"Left before this offer: {name} {value}"


def _answer(fields: dict[str, Any], limits: "Policy") -> dict[str, Any]:
    """The decision on one line. Whatever cannot be read is refused, never allowed."""
    from bot.content.written import WrittenError, moment_of, offer_of
    from bot.domain.authority import decide

    try:
        now = moment_of(fields["now"]) if "now" in fields else datetime.now(UTC)
    except ValueError:
        now = None
    if not isinstance(now, datetime):
        raise LineError('now: write an ISO time with its zone, such as "2026-03-10T10:00:00+01:00"')
    if not isinstance(fields.get("offer"), dict):
        raise LineError(f"there is no offer: write {SHAPE}")
    spent = _spent(fields.get("spent") or {}, limits)
    try:
        offer = offer_of(fields["offer"], limits)
    except WrittenError as error:
        return _unreadable(error.field, str(error), limits)
    return as_json(decide(offer, spent, limits, now))


def _spent(given: Any, limits: "Policy") -> "Spent":
    from bot.content.written import WrittenError, spent_of

    try:
        return spent_of(given, limits)
    except WrittenError as error:
        raise LineError(f"spent: {error}") from None


def _unreadable(field: str, says: str, limits: "Policy") -> dict[str, Any]:
    rule = {"id": field, "file": limits.file, "line": 1, "effect": "forbids", "says": says}
    return {
        "verdict": "refused",
        "approver": None,
        "people": 0,
        "rules": [rule],
        "kept": [],
        "left": {},
        "instead": {"largest": None, "unlimited": False, "kinds": {}},
        "goodwill": None,
        "owed": {},
    }


def as_json(decision: "Decision") -> dict[str, Any]:
    """A decision in the shape of `--jsonl`."""
    instead = decision.instead
    return {
        "verdict": decision.verdict.value,
        "approver": decision.approver.value if decision.approver else None,
        "people": decision.people,
        "rules": [
            {**_placed(one.rule), "effect": one.effect.value, "says": one.says, "leads_only": one.leads_only}
            for one in decision.reasons
        ],
        "kept": [_placed(rule) for rule in decision.kept],
        "left": _left(decision),
        "instead": {
            "largest": str(instead.largest) if instead.largest else None,
            "unlimited": instead.unlimited,
            "kinds": {one.kind: str(one.largest) if one.largest else None for one in instead.kinds},
        },
        "goodwill": str(decision.goodwill) if decision.goodwill else None,
        "owed": {id: str(money) for id, money in decision.owed},
    }


def _placed(rule: "Rule") -> dict[str, Any]:
    return {"id": rule.id, "file": rule.file, "line": rule.line}


def _left(decision: "Decision") -> dict[str, str | int]:
    """What is left before the offer, by the name of the budget; sums as text, offers of a customer as a number."""
    found: dict[str, str | int] = {}
    for one in decision.left:
        name = f"{one.name} {one.days} days" if one.days is not None else one.name
        if one.offers_left is not None:
            found[f"{name}, offers"] = one.offers_left
        elif one.left is not None:
            found[name] = f"{one.left:.2f}"
    return found


@policy.command()
@click.option("--since", default="90d", metavar="TIME", help="How far back: 90d, 12h. 90 days unless told.")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The limits to try; policies/authority.yml.",
)
@click.option("--jsonl", is_flag=True, help="Take receipts from standard input, one a line, instead of the database.")
@in_one_line
def replay(since: str, path: Path | None, jsonl: bool) -> None:
    """Decide on past offers again, under changed limits: what would have come out differently.

    The sums are those of then: what one more yes would have done to later offers is not played through.

    \b
    Example: amends policy replay --since 90d --file new-limits.yml
    """
    from bot.content.authority import load_authority
    from bot.domain.authority.replay import replay as decide_all

    limits = load_authority(path or read().amends_policies / "authority.yml")
    begin = datetime.now(UTC) - _length(since)
    if jsonl:
        found = decide_all(_lines(sys.stdin.buffer), limits)
    else:
        from bot.store.audit import receipts_since

        with database(read()) as opened, opened.reading() as session:
            found = decide_all(receipts_since(session, begin), limits)
    click.echo("\n".join(_replayed(found)))


def _length(text: str) -> timedelta:
    units = {"h": "hours", "d": "days", "w": "weeks"}
    if text[-1:] not in units or not text[:-1].isdecimal() or len(text) > 6:
        raise click.UsageError(f"--since {text}: write a length of time such as 90d, 12h or 4w.")
    return timedelta(**{units[text[-1]]: int(text[:-1])})


def _lines(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            receipt = json.loads(line)
        except (ValueError, RecursionError):
            receipt = None
        yield f"line {number}", receipt if isinstance(receipt, dict) else {}


def _replayed(found: "Replayed") -> Iterator[str]:
    for flip in found.flips:
        because = next((reason for reason in flip.after.reasons if reason.effect.value in ("asks", "forbids")), None)
        why = f": {because.rule}: {because.says}" if because else ""
        yield f"{flip.name}: {flip.before.value} → {flip.after.verdict.value}{why}"
    for name in found.unreadable:
        yield f"{name} (left out)"
    yield f"{found.decisions} decisions, {len(found.flips)} would come out differently."
    for (before, after), count in sorted(found.moves.items()):
        yield f"  {count} × {before.value} → {after.value}"
    change = found.free_after - found.free_before
    yield (
        f"Goodwill that needs nobody: {found.free_before:.2f} → {found.free_after:.2f} {found.currency} "
        f"({change:+.2f})."
    )
    saved = found.approvals_saved
    yield f"Approvals: {abs(saved)} {'fewer' if saved >= 0 else 'more'}."
