"""`amends policy`: tests run, offers explained, past decisions tried under other limits."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.policy import policy
from bot.content.authority import load_authority
from bot.domain.authority import as_receipt, decide
from bot.settings import ROOT
from tests.builders import NOW, an_offer, spent

LIMITS = load_authority(ROOT / "policies" / "authority.yml")


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(policy, list(arguments), input=stdin)


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the limits that may be changed."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.setenv("AMENDS_POLICIES", str(tmp_path / "policies"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "policies"


def mend(path: Path, was: str, now: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")


def test_the_shipped_limits_pass_and_every_rule_is_touched() -> None:
    result = run("test", "--all-rules")
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first.endswith("tests of authority.yml passed.")
    assert second.endswith("tests of followups.yml ran, 0 differences.")


def test_a_change_that_breaks_a_test_is_named(changed: Path) -> None:
    mend(changed / "authority.yml", 'agent: "300"', 'agent: "290"')
    result = run("test")
    assert result.exit_code == 1
    assert "policies/tests/authority-limits.yml:" in result.stderr
    assert "the day of one person: expected allowed, got needs approval" in result.stderr


def test_a_rule_no_test_touches_is_named(changed: Path) -> None:
    mend(
        changed / "authority.yml",
        "share_of_loss:",
        "  - id: vip\n    per: case\n    when: {category: [onsite.noise]}\n"
        '    most: {agent: "5", senior: "5", lead: "5", manager: null}\nshare_of_loss:',
    )
    result = run("test")
    assert result.exit_code == 0
    assert ": vip: no test makes this rule speak: add one to policies/tests/" in result.stdout
    assert run("test", "--all-rules").exit_code == 1


def test_no_tests_are_no_proof(changed: Path) -> None:
    shutil.rmtree(changed / "tests")
    result = run("test")
    assert result.exit_code == 1
    assert "no tests: add a file authority-….yml" in result.stderr


def test_an_offer_in_words() -> None:
    result = run("explain", "80 EUR refund on a late delivery, S2, agent")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == (
        "Understood: 80.00 EUR as refund, offered by agent; Delivery: late; S2 moderate; "
        "loss not known; customer known."
    )
    assert "Decision: needs approval by a lead." in lines
    assert any(
        line.startswith("  asks     one-offer (policies/authority.yml:") and "80.00 EUR is too much" in line
        for line in lines
    )
    assert "Needs nobody: up to 50.00 EUR of this kind." in lines
    assert "Left before this offer: case 75.00" in lines


def test_an_offer_in_words_with_what_was_given_before() -> None:
    result = run("explain", "40 EUR refund, late delivery", "--spent", '{"case": {"refund": "40"}}')
    assert "Needs nobody: up to 10.00 EUR of this kind." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["80 EUR"], "no kind of amends is named"),
        (["80 EUR refund", "--spent", "{"], "--spent: this is no JSON"),
        (["80 EUR refund", "--spent", '{"cases": {}}'], "spent: cases: extra inputs are not permitted"),
    ],
)
def test_words_that_cannot_be_read(arguments: list[str], message: str) -> None:
    result = run("explain", *arguments)
    assert result.exit_code != 0
    assert message in result.stderr


def explained(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    result = run("explain", "--jsonl", stdin="\n".join(json.dumps(line) for line in lines))
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


OFFER = {
    "kind": "refund",
    "amount": "80",
    "loss": "200",
    "category": "delivery.late",
    "severity": "S2",
    "role": "agent",
}


def test_lines_in_lines_out() -> None:
    line_of = {limit.rule.id: limit.rule.line for limit in LIMITS.limits}
    asks, allowed = explained(
        {"id": 1, "offer": OFFER, "spent": {"today": {"credit": "20"}}, "now": "2026-03-02T12:00:00+01:00"},
        {"id": "b", "offer": {**OFFER, "amount": "50.00 EUR"}},
    )
    assert (asks["id"], asks["verdict"], asks["approver"], asks["people"]) == (1, "needs approval", "lead", 1)
    assert [(rule["id"], rule["file"], rule["line"], rule["effect"]) for rule in asks["rules"]] == [
        ("one-offer", "policies/authority.yml", line_of["one-offer"], "asks"),
        ("one-case", "policies/authority.yml", line_of["one-case"], "asks"),
    ]
    assert asks["left"] == {
        "offer": "50.00",
        "case": "75.00",
        "day": "280.00",
        "loss": "200.00",
        "customer 180 days, offers": 3,
        "customer 365 days": "200.00",
        "month": "5000.00",
    }
    assert asks["instead"] == {"largest": "50.00 EUR", "unlimited": False, "kinds": {}}
    assert (allowed["id"], allowed["verdict"], allowed["approver"], allowed["people"]) == ("b", "allowed", None, 0)
    assert allowed["rules"] == []
    assert {rule["id"] for rule in allowed["kept"]} >= {"one-offer", "one-case", "one-day"}
    assert (allowed["goodwill"], allowed["owed"]) == ("50.00 EUR", {})


@pytest.mark.parametrize(
    "amount",
    [-40, "-40", 0, "0", "", "a lot", 10.123, "10.123", "1e3", None, True, [], {"EUR": 4}, "40 USD", 1e300, "9" * 30],
)
def test_odd_amounts_are_refused_never_allowed(amount: Any) -> None:
    (answer,) = explained({"id": 1, "offer": {**OFFER, "amount": amount}})
    assert answer["verdict"] == "refused"
    assert answer["rules"][0]["says"]


@pytest.mark.parametrize(
    ("field", "value"), [("severity", "S9"), ("role", "boss"), ("kind", "car"), ("amont", "4"), ("loss", "-1")]
)
def test_odd_facts_are_refused_never_allowed(field: str, value: Any) -> None:
    (answer,) = explained({"id": 1, "offer": {**OFFER, field: value}})
    assert (answer["verdict"], len(answer["rules"])) == ("refused", 1)


def test_lines_that_cannot_be_read_are_told_and_the_others_go_on() -> None:
    lines = [
        "{",
        '{"offer": {}}',
        '{"id": 1}',
        '{"id": 2, "offer": {}, "now": "soon"}',
        '{"id": 3, "offer": {}, "spent": {"month": "x"}}',
    ]
    result = run("explain", "--jsonl", stdin="\n".join([*lines, json.dumps({"id": 4, "offer": OFFER})]))
    assert result.exit_code == 2
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        f"line {number}" for number in range(1, 6)
    ]
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [4]


def receipts() -> str:
    offers = [an_offer("40 EUR"), an_offer("60 EUR"), an_offer("60 EUR"), an_offer("55 EUR", kind="credit")]
    return "\n".join(
        json.dumps(as_receipt(one, spent(), decide(one, spent(), LIMITS, NOW), LIMITS, NOW)) for one in offers
    )


def test_past_decisions_under_the_same_limits_come_out_the_same() -> None:
    result = run("replay", "--jsonl", stdin=receipts())
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "4 decisions, 0 would come out differently.",
        "Goodwill that needs nobody: 40.00 → 40.00 EUR (+0.00).",
        "Approvals: 0 fewer.",
    ]


def test_past_decisions_under_other_limits(changed: Path) -> None:
    mend(changed / "authority.yml", '{agent: "50", senior: "150"', '{agent: "39", senior: "150"')
    result = run("replay", "--jsonl", stdin=receipts())
    first = result.stdout.splitlines()[0]
    assert first.startswith("line 1: allowed → needs approval: one-offer (policies/authority.yml:")
    assert result.stdout.splitlines()[1:] == [
        "4 decisions, 1 would come out differently.",
        "  1 × allowed → needs approval",
        "Goodwill that needs nobody: 40.00 → 0.00 EUR (-40.00).",
        "Approvals: 1 more.",
    ]
    mend(changed / "authority.yml", '{agent: "39", senior: "150"', '{agent: "60", senior: "150"')
    result = run("replay", "--jsonl", "--file", str(changed / "authority.yml"), stdin=receipts() + "\n{}\nno\n")
    assert result.stdout.splitlines()[-6:] == [
        "line 5: shape: None is not a shape this version reads (1) (left out)",
        "line 6: shape: None is not a shape this version reads (1) (left out)",
        "4 decisions, 3 would come out differently.",
        "  3 × needs approval → allowed",
        "Goodwill that needs nobody: 40.00 → 215.00 EUR (+175.00).",
        "Approvals: 3 fewer.",
    ]


def test_how_far_back() -> None:
    result = run("replay", "--since", "soon", "--jsonl")
    assert result.exit_code == 2
    assert "write a length of time such as 90d, 12h or 4w" in result.stderr
