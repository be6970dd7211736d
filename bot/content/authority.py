"""`policies/authority.yml` → the policy: what may be offered, by whom, and who decides on the rest."""

import difflib
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from bot.content.files import ContentError, Document, FieldPath, Problem, Strict, parse_yaml, read_text, validate
from bot.domain.authority import (
    AlwaysAsk,
    Approvals,
    Budget,
    CustomerLimit,
    Entitlement,
    Gives,
    Kind,
    Limit,
    LossShare,
    Never,
    PassOn,
    Per,
    Policy,
    Rule,
    SplitWarning,
    Unknown,
    When,
)
from bot.domain.money import PLACES
from bot.domain.taxonomy import RISKS, Severity, category_keys
from bot.domain.team import ROLES, Role

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DURATION = re.compile(r"([1-9][0-9]{0,3})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LARGEST = Decimal(10) ** 9
_RATES = (Decimal("0.000001"), Decimal(1_000_000))


def _amount(given: Any) -> Any:
    """An amount as text in quotes or a whole number; `49.99` without quotes is a binary fraction to YAML."""
    if isinstance(given, float):
        raise ValueError(f'{given} needs quotes: write "{given}"')
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise ValueError(f'{given!r} is no amount: write one such as "50" or "49.90"')
    text = str(given).strip()
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,3})?", text):
        raise ValueError(f'{given!r} is no amount: write digits and a point, such as "49.90"')
    return text


def _decimal(text: str) -> Decimal:
    amount = Decimal(text)
    if amount > _LARGEST:
        raise ValueError(f"{text} is too large: {_LARGEST:f} is the most; null is no limit")
    return amount


def _amount_or_none(given: Any) -> Any:
    return None if given is None else _amount(given)


def _decimal_or_none(text: str | None) -> Decimal | None:
    return None if text is None else _decimal(text)


def _id(given: str) -> str:
    if not _ID.fullmatch(given):
        raise ValueError(f"{given!r} is not an id: use small letters, digits and single hyphens")
    return given


def _duration(given: Any) -> Any:
    match = _DURATION.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None:
        raise ValueError(f"{given!r} is no length of time: write 30m, 4h or 2d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _percent(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 1000:
        raise ValueError(f"{given!r} is no percentage: write a whole number from 0 to 1000, without %")
    return given


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (OSError, ValueError, LookupError):
        raise ValueError(f"{given!r} is no time zone: write one such as Europe/Berlin or UTC") from None
    return given


def _code(given: str) -> str:
    if given not in PLACES:
        raise ValueError(f"{given!r} is no currency code: write one of ISO 4217, such as EUR")
    return given


def _key(given: str) -> str:
    if not _KEY.fullmatch(given):
        raise ValueError(f"{given!r} is no key: use small letters, digits and _")
    return given


def _worth(given: Any) -> Any:
    return given if given in ("loss", None) else _amount(given)


def _rate(given: Any) -> Any:
    try:
        rate = Decimal(given) if isinstance(given, int | str) and not isinstance(given, bool) else None
    except InvalidOperation:
        rate = None
    if rate is None or not rate.is_finite() or not _RATES[0] <= rate <= _RATES[1]:
        raise ValueError(f'{given!r} is no rate: write what one unit is worth in quotes, such as "0.92"')
    return str(rate)


Amount = Annotated[Decimal, AfterValidator(lambda amount: _decimal(str(amount))), BeforeValidator(_amount)]
AmountOrNone = Annotated[
    Decimal | None,
    AfterValidator(lambda amount: amount if amount is None else _decimal(str(amount))),
    BeforeValidator(_amount_or_none),
]
Id = Annotated[str, AfterValidator(_id)]
Key = Annotated[str, AfterValidator(_key)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Percent = Annotated[int, BeforeValidator(_percent)]
Currency = Annotated[str, AfterValidator(_code)]


class EffectiveLine(Strict):
    """The days the file is in force, both included; null is open."""

    from_: Annotated[date | None, Field(alias="from")]
    to: date | None


class WhenLine(Strict):
    """Which offers a rule is about; what is left out means any."""

    kind: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    severity: tuple[Severity, ...] = ()
    risk: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()

    def when(self) -> When:
        """The same as a value."""
        return When(
            frozenset(self.kind),
            frozenset(self.category),
            frozenset(self.severity),
            frozenset(self.risk),
            frozenset(self.reason),
        )


class KindLine(Strict):
    """One kind of amends."""

    label: Words
    gives: Gives
    from_role: Role
    worth: Annotated[Decimal | Literal["loss"] | None, BeforeValidator(_worth)] = None


class MostLine(Strict):
    """An amount for each role; null is no limit."""

    agent: AmountOrNone
    senior: AmountOrNone
    lead: AmountOrNone
    manager: AmountOrNone

    def by_role(self) -> tuple[Decimal | None, ...]:
        """The amounts from agent to manager."""
        return (self.agent, self.senior, self.lead, self.manager)


class LimitLine(Strict):
    """One entry under `limits`."""

    id: Id
    per: Per
    most: MostLine
    when: WhenLine = WhenLine()
    why: str = ""


class ShareLine(Strict):
    """One entry under `share_of_loss`."""

    id: Id
    percent: Percent
    above: Role
    when: WhenLine = WhenLine()


class CustomerLine(Strict):
    """One entry under `customer`: a number of offers, or a sum."""

    id: Id
    days: Annotated[int, Field(ge=1, le=3660)]
    above: Role
    offers: Annotated[int | None, Field(ge=0)] = None
    sum: AmountOrNone = None


class TeamLine(Strict):
    """`team`: what everybody together gives in a month."""

    per_month: AmountOrNone
    warn_at: Annotated[Percent, Field(le=100)]


class EntitlementLine(Strict):
    """One entry under `entitlements`: a fixed sum or a share of the loss; over `ask_over` somebody confirms it."""

    id: Id
    label: Words
    when: WhenLine
    ask_over: AmountOrNone
    pays: AmountOrNone = None
    percent_of_loss: Percent | None = None


class AlwaysLine(Strict):
    """One entry under `always_ask`."""

    id: Id
    to: Role
    when: WhenLine | None = None
    about_requester: bool = False
    why: str = ""


class NeverLine(Strict):
    """One entry under `never`."""

    id: Id
    when: WhenLine
    why: Words


class UnknownLine(Strict):
    """`unknown`: what holds while a fact is missing."""

    worth: Role
    loss: AmountOrNone
    customer: AmountOrNone


class SplitLine(Strict):
    """`split_warning`."""

    offers: Annotated[int, Field(ge=2)]
    days: Annotated[int, Field(ge=0, le=366)]


class PassOnLine(Strict):
    """One entry under `approvals.pass_on`."""

    after: Duration
    to: Role


class ApprovalsLine(Strict):
    """`approvals`: who decides on other people's offers, and by when."""

    lowest_role: Role
    two_people_over: AmountOrNone
    remind_after: tuple[Duration, ...]
    pass_on: tuple[PassOnLine, ...]
    expires_after: Duration


class AuthorityFile(Strict):
    """`policies/authority.yml`."""

    version: Annotated[str, BeforeValidator(lambda given: str(given) if isinstance(given, int | date) else given)]
    effective: EffectiveLine
    currency: Currency
    rates: dict[Currency, Annotated[str, BeforeValidator(_rate)]]
    time_zone: Annotated[str, AfterValidator(_zone)]
    kinds: Annotated[dict[Key, KindLine], Field(min_length=1)]
    limits: Annotated[tuple[LimitLine, ...], Field(min_length=1)]
    share_of_loss: tuple[ShareLine, ...]
    customer: tuple[CustomerLine, ...]
    team: TeamLine
    entitlements: tuple[EntitlementLine, ...]
    always_ask: tuple[AlwaysLine, ...]
    never: tuple[NeverLine, ...]
    unknown: UnknownLine
    split_warning: SplitLine | None
    approvals: ApprovalsLine
    reasons: Annotated[dict[Key, Words], Field(min_length=1)]


def load_authority(path: Path) -> Policy:
    """Read `authority.yml`. Raises ContentError."""
    return policy_of_text(path, read_text(path))


def policy_of_text(path: Path, text: str) -> Policy:
    """The policy a text says; `path` names it in errors and in decisions. Raises ContentError."""
    document = parse_yaml(path, text)
    file = validate(document, AuthorityFile)
    problems = [*_Checks(document, file).problems()]
    if problems:
        raise ContentError(problems)
    return _policy(document, file, text)


def _policy(document: Document, file: AuthorityFile, text: str) -> Policy:
    name = f"{document.path.resolve().parent.name}/{document.path.name}"

    def rule(id: str, *where: str | int) -> Rule:
        return Rule(id, name, document.line_of(where))

    approvals, unknown = file.approvals, file.unknown
    return Policy(
        version=file.version,
        file=name,
        currency=file.currency,
        currency_rule=rule("currency", "currency"),
        effective_rule=rule("effective", "effective"),
        zone=ZoneInfo(file.time_zone),
        rates={code: Decimal(rate) for code, rate in file.rates.items()},
        first_day=file.effective.from_,
        last_day=file.effective.to,
        reasons=dict(file.reasons),
        kinds={
            key: Kind(
                key=key,
                label=line.label,
                gives=line.gives,
                from_role=line.from_role,
                rule=rule(f"kinds.{key}", "kinds", key),
                worth=line.worth if isinstance(line.worth, Decimal) else None,
                worth_is_loss=line.worth == "loss",
            )
            for key, line in file.kinds.items()
        },
        limits=tuple(
            Limit(rule(line.id, "limits", place), line.per, line.most.by_role(), line.when.when(), line.why)
            for place, line in enumerate(file.limits)
        ),
        shares=tuple(
            LossShare(rule(line.id, "share_of_loss", place), Decimal(line.percent), line.above, line.when.when())
            for place, line in enumerate(file.share_of_loss)
        ),
        customer_limits=tuple(
            CustomerLimit(rule(line.id, "customer", place), line.days, line.above, line.offers, line.sum)
            for place, line in enumerate(file.customer)
        ),
        budget=Budget(rule("team.per_month", "team", "per_month"), file.team.per_month, Decimal(file.team.warn_at)),
        entitlements=tuple(
            Entitlement(
                rule(line.id, "entitlements", place),
                line.label,
                line.when.when(),
                line.ask_over,
                line.pays,
                None if line.percent_of_loss is None else Decimal(line.percent_of_loss),
            )
            for place, line in enumerate(file.entitlements)
        ),
        always_ask=tuple(
            AlwaysAsk(
                rule(line.id, "always_ask", place),
                line.to,
                line.when.when() if line.when else When(),
                line.about_requester,
                line.why,
            )
            for place, line in enumerate(file.always_ask)
        ),
        never=tuple(
            Never(rule(line.id, "never", place), line.when.when(), line.why) for place, line in enumerate(file.never)
        ),
        unknown=Unknown(
            unknown.worth,
            rule("unknown.worth", "unknown", "worth"),
            unknown.loss,
            rule("unknown.loss", "unknown", "loss"),
            unknown.customer,
            rule("unknown.customer", "unknown", "customer"),
        ),
        split_warning=SplitWarning(
            rule("split_warning", "split_warning"), file.split_warning.offers, file.split_warning.days
        )
        if file.split_warning
        else None,
        approvals=Approvals(
            approvals.lowest_role,
            rule("approvals.lowest_role", "approvals", "lowest_role"),
            approvals.two_people_over,
            rule("approvals.two_people_over", "approvals", "two_people_over"),
            approvals.remind_after,
            tuple(PassOn(line.after, line.to) for line in approvals.pass_on),
            approvals.expires_after,
        ),
        hash=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


class _Checks:
    """What the fields of a file say together."""

    def __init__(self, document: Document, file: AuthorityFile) -> None:
        self._document, self._file = document, file

    def problems(self) -> Iterator[Problem]:
        file = self._file
        first, last = file.effective.from_, file.effective.to
        if first and last and last < first:
            yield self._at(("effective", "to"), f"{last} is before {first}: turn the days round")
        if file.currency in file.rates:
            yield self._at(("rates", file.currency), f"{file.currency} is the currency itself: remove its rate")
        yield from self._kinds()
        yield from self._ids()
        yield from self._limits()
        yield from self._whens()
        yield from self._amounts(file.model_dump(by_alias=True), ())
        for place, line in enumerate(file.customer):
            if (line.offers is None) == (line.sum is None):
                yield self._at(("customer", place), "give either offers or sum: a second entry can hold the other")
        for place, owed in enumerate(file.entitlements):
            if (owed.pays is None) == (owed.percent_of_loss is None):
                yield self._at(("entitlements", place), "give either pays or percent_of_loss")
        for place, always in enumerate(file.always_ask):
            if (always.when is None) == (not always.about_requester):
                yield self._at(("always_ask", place), "give either when or about_requester: true")
        for place, step in enumerate(file.approvals.pass_on):
            if step.after >= file.approvals.expires_after:
                where = ("approvals", "pass_on", place, "after")
                yield self._at(where, "comes after the approval has expired: shorten it, or expire later")

    def _kinds(self) -> Iterator[Problem]:
        for key, kind in self._file.kinds.items():
            written = isinstance(self._document.data["kinds"][key], Mapping) and (
                "worth" in self._document.data["kinds"][key]
            )
            if kind.gives is Gives.THING and not written:
                yield self._at(("kinds", key), "worth is missing: write an amount, loss, or null where nobody knows it")
            if kind.gives is Gives.MONEY and written:
                yield self._at(("kinds", key, "worth"), "a sum is worth itself: remove it, or write gives: thing")

    def _ids(self) -> Iterator[Problem]:
        seen: dict[str, int] = {}
        for name in ("limits", "share_of_loss", "customer", "entitlements", "always_ask", "never"):
            for place, line in enumerate(getattr(self._file, name)):
                number = self._document.line_of((name, place, "id"))
                first = seen.setdefault(line.id, number)
                if first != number:
                    yield self._at((name, place, "id"), f"{line.id!r} is already used on line {first}: choose another")

    def _limits(self) -> Iterator[Problem]:
        for place, line in enumerate(self._file.limits):
            amounts = line.most.by_role()
            for lower, role, before, after in zip(ROLES, ROLES[1:], amounts, amounts[1:], strict=False):
                if after is not None and (before is None or after < before):
                    where = ("limits", place, "most", role.value)
                    more = "null" if before is None else before
                    yield self._at(where, f"less than {lower.value} ({more}): a higher role may give at least as much")

    def _whens(self) -> Iterator[Problem]:
        known: dict[str, Collection[str]] = {
            "kind": self._file.kinds,
            "category": category_keys(),
            "risk": RISKS,
            "reason": self._file.reasons,
        }
        for name in ("limits", "share_of_loss", "entitlements", "always_ask", "never"):
            for place, line in enumerate(getattr(self._file, name)):
                if line.when is None:
                    continue
                for field, names in known.items():
                    if field == "risk" and name in ("limits", "share_of_loss") and line.when.risk:
                        where = (name, place, "when", "risk")
                        yield self._at(where, "limits do not look at risks: use always_ask or never")
                    for number, given in enumerate(getattr(line.when, field)):
                        if given not in names:
                            near = difflib.get_close_matches(given, names, 1, 0.5)
                            hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(names)}"
                            yield self._at((name, place, "when", field, number), f"unknown {field} {given!r}: {hint}")

    def _amounts(self, value: Any, where: FieldPath) -> Iterator[Problem]:
        """Amounts finer than the smallest coin of the currency."""
        if isinstance(value, Decimal):
            places = PLACES[self._file.currency]
            if -int(value.as_tuple().exponent) > places:
                message = f"{value} is too fine: {self._file.currency} has {places} digits after the point"
                yield self._at(where, message)
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                yield from self._amounts(inner, (*where, key))
        elif isinstance(value, tuple | list):
            for place, inner in enumerate(value):
                yield from self._amounts(inner, (*where, place))

    def _at(self, where: FieldPath, message: str) -> Problem:
        return self._document.problem(where, message)
