"""`policies/tests/authority*.yml`: the leads' own tests of `authority.yml`. Given this offer, expect this decision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.content.authority import AmountOrNone, Duration, Words
from bot.content.files import ContentError, Document, Problem, Strict, read_yaml, validate
from bot.content.written import (
    OWNER,
    PEOPLE,
    REQUESTER,
    Moment,
    OfferLine,
    PastLine,
    Person,
    SpentLine,
    Typed,
    add_up_lines,
)
from bot.domain.approval import Approval, Presser, expires_at, why_not_approve, why_not_counter
from bot.domain.authority import (
    Decision,
    Effect,
    Offer,
    Policy,
    Rule,
    Spent,
    Verdict,
    decide,
    most_for,
    read_amount,
)
from bot.domain.money import MoneyError
from bot.domain.team import Role


class PressLine(Strict):
    """A press on the approval of the offer, by somebody with a role, so long after it was asked for."""

    by: Person = "colleague"
    role: Role | Literal["nobody"] = Role.LEAD
    after: Duration = timedelta(minutes=5)
    stands_in_for: Person | None = None
    said_yes_before: bool = False
    decided: bool = False
    counter: Typed = None


class ExpectLine(Strict):
    """What the decision, or the press, has to be. Of `rules`, `warns` and `says` more may be there than is written."""

    verdict: Verdict | None = None
    approver: Role | None = None
    people: int | None = None
    rules: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    instead: AmountOrNone = None
    goodwill: AmountOrNone = None
    owed: AmountOrNone = None
    kinds: tuple[str, ...] | None = None
    press: Literal["allowed", "refused"] | None = None
    says: str = ""


def _expected(given: Any) -> Any:
    return {"verdict": given} if isinstance(given, str) else given


class TestLine(Strict):
    """One test. Earlier offers are given added up (`spent`) or one by one (`past`)."""

    name: Words
    offer: OfferLine = OfferLine()
    spent: SpentLine | None = None
    past: tuple[PastLine, ...] = ()
    now: Moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    press: PressLine | None = None
    expect: Annotated[ExpectLine, BeforeValidator(_expected, json_schema_input_type=Verdict | ExpectLine)]


class TestsFile(Strict):
    """One file of tests: what they are about, what all its offers share, and the tests."""

    about: Words
    given: OfferLine = OfferLine()
    tests: Annotated[tuple[TestLine, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of all tests found. `untouched` are rules that spoke in no test."""

    tests: int
    passed: int
    failures: tuple[Problem, ...]
    untouched: tuple[Rule, ...]


def test_files(policies: Path) -> list[Path]:
    """The files with tests of `authority.yml`, by name."""
    return sorted((policies / "tests").glob("authority*.yml"))


def run_tests(policies: Path, policy: Policy) -> Outcome:
    """Run every test of the folder against a policy. Raises ContentError for a file that cannot be read."""
    problems: list[Problem] = []
    failures: list[Problem] = []
    spoken: set[str] = set()
    count = passed = 0
    for path in test_files(policies):
        try:
            document = read_yaml(path)
            file = validate(document, TestsFile)
        except ContentError as error:
            problems += error.problems
            continue
        for place, line in enumerate(file.tests):
            test = _Test(document, place, line, file.given, policy)
            found = list(test.failures())
            failures += found
            passed += not found
            spoken |= test.spoken
        count += len(file.tests)
    if problems:
        raise ContentError(problems)
    return Outcome(count, passed, tuple(failures), tuple(rule for rule in policy.all_rules() if rule.id not in spoken))


class _Test:
    """One test of one file. `spoken` holds the rules that spoke, once it was run."""

    def __init__(self, document: Document, place: int, line: TestLine, given: OfferLine, policy: Policy) -> None:
        self._document, self._place, self._line, self._policy = document, place, line, policy
        self._offer = given.model_copy(update=line.offer.model_dump(exclude_unset=True))
        self.spoken: set[str] = set()

    def failures(self) -> Iterator[Problem]:
        """What differs from what is expected."""
        try:
            offer = self._offer.offer(self._policy)
        except MoneyError as error:
            yield from self._differences(_seen(Decision(Verdict.REFUSED)), str(error))
            return
        spent = self._spent(offer)
        decision = decide(offer, spent, self._policy, self._line.now)
        self.spoken = {reason.rule.id for reason in decision.reasons}
        found = _seen(decision)
        because = "; ".join(reason.says for reason in decision.reasons) or "every rule was kept"
        if self._line.press is not None:
            refusal = self._press(self._line.press, offer, spent, decision)
            found["press"] = "refused" if refusal else "allowed"
            because = refusal or "nothing stands against the press"
        yield from self._differences(found, because)

    def _spent(self, offer: Offer) -> Spent:
        if self._line.spent is not None:
            return self._line.spent.spent(self._policy)
        return add_up_lines(self._line.past, offer, self._policy, self._line.now)

    def _press(self, press: PressLine, offer: Offer, spent: Spent, decision: Decision) -> str | None:
        if decision.approver is None:
            return "This offer does not wait for anybody."
        policy, asked_at = self._policy, self._line.now
        user = PEOPLE[press.by]
        approval = Approval(
            requester=REQUESTER,
            owner=OWNER,
            needs=decision.approver,
            people=decision.people,
            asked_at=asked_at,
            expires_at=expires_at(asked_at, policy),
            approved_by=(user,) if press.said_yes_before else (),
            about=offer.about,
            is_pending=not press.decided,
        )
        role = None if press.role == "nobody" else press.role
        presser = Presser(user, role, PEOPLE[press.stands_in_for] if press.stands_in_for else None)
        now = asked_at + press.after
        if press.counter is None or role is None:
            return why_not_approve(approval, presser, now)
        try:
            sum = read_amount(press.counter, policy)
        except MoneyError as error:
            return str(error)
        own = most_for(offer, spent, policy, now, role=role)
        return why_not_counter(approval, presser, now, sum=sum, asked=offer.amount, own_limit=own)

    def _differences(self, found: dict[str, Any], because: str) -> Iterator[Problem]:
        expect, found = self._line.expect, {**found, "says": because}
        for name in type(expect).model_fields:
            if name in expect.model_fields_set and not _is_met(name, getattr(expect, name), found[name]):
                wanted, got = _shown(getattr(expect, name)), _shown(found[name])
                why = "" if name == "says" else f", because: {because}"
                message = f"{self._line.name}: expected {wanted}, got {got}{why}"
                yield self._document.problem(("tests", self._place, "expect", name), message)


def _seen(decision: Decision) -> dict[str, Any]:
    largest = decision.instead.largest
    return {
        "verdict": decision.verdict,
        "approver": decision.approver,
        "people": decision.people,
        "rules": [one.rule.id for one in decision.reasons if one.effect is not Effect.WARNS],
        "warns": [one.rule.id for one in decision.reasons if one.effect is Effect.WARNS],
        "instead": largest.amount if largest else None,
        "goodwill": decision.goodwill.amount if decision.goodwill else None,
        "owed": sum((money.amount for _, money in decision.owed), Decimal(0)),
        "kinds": [one.kind for one in decision.instead.kinds],
        "press": None,
    }


def _is_met(name: str, expected: Any, got: Any) -> bool:
    if name in ("rules", "warns"):
        return set(expected) <= set(got)
    if name == "says":
        return expected.casefold() in got.casefold()
    return sorted(expected) == sorted(got) if name == "kinds" else expected == got


def _shown(value: Any) -> str:
    if isinstance(value, Role | Verdict):
        return str(value.value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(one) for one in value) or "none"
    return "nobody" if value is None else str(value)
