"""Decisions proved afterwards: each is made again from its receipt, and whatever was changed by hand is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from bot.cli.audit import audit as command
from bot.content.authority import policy_of_text
from bot.content.bundle import Content
from bot.domain.audit import chained
from bot.domain.offer import Offered
from bot.flows.receipts import Proof
from bot.settings import Settings
from bot.store import tables
from bot.store.db import Database
from tests.builders import WORKSPACE
from tests.flows.money import MARA, Till, with_policy
from tests.flows.story import ANA, BEN


@pytest.fixture
def till(database: Database, content: Content, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Till:
    """A desk with the shipped limits, and a day's decisions of every kind."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    till = Till(database, content, content.policy)
    done: list[Any] = []
    case = till.open()
    till.offer(case, "10 EUR", reason="review")
    done.append(till.mark_done(till.made(case, "40 EUR")))
    done.append(till.approve(till.made(case, "60 EUR", note="She called twice.", loss="900 EUR")))
    done.append(till.decline(till.made(case, "70 EUR", loss="900 EUR"), why="Enough for now."))
    countered = till.made(case, "90 EUR", by=BEN, loss="900 EUR")
    done += [till.counter(countered, "50 EUR"), till.accept(countered, by=BEN)]
    done.append(till.withdraw(till.made(till.open(customer="John Roe", reference=""), "20 EUR")))
    two = till.made(till.open(customer="Mary Major", reference=""), "2001 EUR", loss="3000 EUR")
    done.append(till.approve(two, by=MARA))
    assert all(isinstance(one, Offered) for one in done), done
    return till


def faults(till: Till) -> list[str]:
    return till.look(lambda session: Proof(session, WORKSPACE).faults)


def test_every_decision_is_made_again_with_the_same_outcome(till: Till) -> None:
    proof = till.look(lambda session: Proof(session, WORKSPACE))
    assert proof.faults == []
    assert proof.receipts == 12


def test_the_command_says_so(till: Till) -> None:
    result = CliRunner().invoke(command, ["verify"], catch_exceptions=False)
    assert (result.exit_code, result.stdout.strip()) == (
        0,
        f"{WORKSPACE}: {len(till.log())} entries, chain whole, 12 decisions made again with the same outcome",
    )


def test_a_policy_of_another_day_is_the_one_its_decisions_are_held_against(till: Till, content: Content) -> None:
    text = content.policy.text.replace('agent: "50"', 'agent: "45"')
    till.content = with_policy(content, policy_of_text(Path("policies/authority.yml"), text))
    assert till.made(till.open(customer="Jo Bloggs", reference=""), "50 EUR").state == "pending"
    assert faults(till) == []


def forge(till: Till, action: str, change: Callable[[dict[str, Any]], None]) -> int:
    """Change the receipt of an entry and make the chain whole again, as somebody with the database could."""
    entries = till.log()
    target = next(entry.seq for entry in entries if entry.action == action)
    previous = "0" * 64
    with till.database.transaction() as session:
        for entry in entries:
            details = entry.details
            if entry.seq == target:
                told = json.loads(details)
                change(told)
                details = json.dumps(told, sort_keys=True, separators=(",", ":"))
            again = chained(
                previous,
                workspace=entry.workspace,
                seq=entry.seq,
                at=entry.at,
                who=entry.who,
                action=entry.action,
                subject=entry.subject,
                details=details,
            )
            previous = again.hash
            values = {"details": details, "previous": again.previous, "hash": again.hash}
            session.execute(sa.update(tables.audit).where(tables.audit.c.seq == entry.seq).values(values))
        session.execute(sa.update(tables.workspaces).values(audit_hash=previous))
    assert till.broken_link() is None
    return target


FORGED: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "a verdict": ("offer:approved", lambda told: told["receipt"]["decision"].update(verdict="allowed")),
    "a sum": ("offer:approved", lambda told: told["receipt"]["spent"]["case"].update(refund="0")),
    "a role": ("offer:approved", lambda told: told["receipt"]["offer"].update(role="manager")),
    "a rule": ("offer:approved", lambda told: told["receipt"]["decision"]["reasons"].pop()),
    "a shape": ("offer:approved", lambda told: told["receipt"].update(shape=99)),
    "no policy": ("offer:approved", lambda told: told["receipt"]["policy"].update(hash="f" * 64)),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_receipt_is_named_though_the_chain_was_made_whole_again(till: Till, what: str) -> None:
    action, change = FORGED[what]
    seq = forge(till, action, change)
    assert [fault for fault in faults(till) if fault.startswith(f"entry {seq} ({action}, R-1001)")]


TAMPERED = {
    "an amount": (
        sa.update(tables.offers).where(tables.offers.c.state == "approved").values(amount=999900),
        "its amount is 9999.00 EUR, and the log says",
    ),
    "a state": (
        sa.update(tables.offers).where(tables.offers.c.state == "declined").values(state="approved"),
        "its state is approved, and the log says declined",
    ),
    "a kind": (
        sa.update(tables.offers).where(tables.offers.c.id == 1).values(kind="gift"),
        "offer 1: its kind is gift",
    ),
    "an offer that is gone": (sa.delete(tables.offers).where(tables.offers.c.id == 1), "offer 1: the log tells of it"),
    "an answer": (sa.delete(tables.approvals).where(tables.approvals.c.by == MARA), f"the answer of {MARA} to offer"),
    "an answer nobody gave": (
        sa.update(tables.approvals).where(tables.approvals.c.by == MARA).values(by=ANA),
        f"the answer of {ANA} to offer",
    ),
    "running sums": (sa.update(tables.spendings).values(goodwill=1), "running sums in EUR"),
    "a policy": (sa.update(tables.policy_texts).values(text="version: 2"), "was changed after it was written"),
    "a policy that is gone": (sa.delete(tables.policy_texts), "is missing"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_row_that_was_changed_by_hand_is_named(till: Till, what: str) -> None:
    statement, words = TAMPERED[what]
    with till.database.transaction() as session:
        session.execute(statement)
    assert any(words in fault for fault in faults(till)), faults(till)
    result = CliRunner().invoke(command, ["verify"], catch_exceptions=False)
    assert result.exit_code == 1
    assert words in result.stderr


def test_the_log_is_written_out_line_by_line_and_can_be_checked_from_the_lines(till: Till) -> None:
    result = CliRunner().invoke(command, ["export"], catch_exceptions=False)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["seq"] for line in lines] == [str(entry.seq) for entry in till.log()]
    assert all(line["details"] == json.loads(line["details_text"]) for line in lines)
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert "She called twice." not in result.stdout


def test_as_a_table_and_from_a_day_on(till: Till) -> None:
    result = CliRunner().invoke(command, ["export", "--csv"], catch_exceptions=False)
    head, *rows = result.stdout.splitlines()
    assert head == "workspace,seq,at,who,action,subject,details,previous,hash"
    assert len(rows) == len(till.log())
    none = CliRunner().invoke(command, ["export", "--since", "2030-01-01"], catch_exceptions=False)
    assert none.stdout == ""
