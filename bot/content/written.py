"""Offers and what was given before, as people write them in tests and programs send them to `amends policy explain`."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from bot.content.authority import Amount
from bot.content.files import Strict
from bot.domain.authority import Offer, Policy, Spent, Tally, read_amount
from bot.domain.authority.past import Past, State, add_up
from bot.domain.money import Money, MoneyError, parse
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

REQUESTER, OWNER, COLLEAGUE, OTHER = "the requester", "the owner", "a colleague", "somebody else"
Line = TypeVar("Line", bound=BaseModel)
_HERE, _ELSEWHERE = "this", "another"

Person = Literal["requester", "owner", "colleague", "somebody else"]
PEOPLE: dict[Person, str] = {
    "requester": REQUESTER,
    "owner": OWNER,
    "colleague": COLLEAGUE,
    "somebody else": OTHER,
}


def _typed(given: Any) -> Any:
    """A sum as it may be typed, also one the rules have to refuse."""
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


def moment_of(given: Any) -> Any:
    """A moment as YAML or JSON hold it; noon for a day alone, UTC without a zone. Raises ValueError."""
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.combine(given, time(12), UTC) if isinstance(given, date) else given


def _days(given: Any) -> Any:
    """JSON has only text as keys."""
    if isinstance(given, dict):
        return {int(key) if isinstance(key, str) and key.isdecimal() else key: one for key, one in given.items()}
    return given


Typed = Annotated[str | None, Field(max_length=200), BeforeValidator(_typed)]
Moment = Annotated[datetime, BeforeValidator(moment_of)]
Sums = Annotated[dict[str, Amount], Field(default_factory=dict)]


class OfferLine(Strict):
    """The facts of an offer. A sum is written as an agent types it; without a currency it is in the policy's."""

    kind: str = "refund"
    amount: Typed = None
    item: str = ""
    loss: Typed = None
    reason: str = ""
    category: str = "other"
    severity: Severity = Severity.MODERATE
    risks: tuple[str, ...] = ()
    role: Role | Literal["nobody"] = Role.AGENT
    about: Person | None = None
    customer_known: bool = True

    def offer(self, policy: Policy) -> Offer:
        """The offer. Raises MoneyError where a sum cannot be read; the rules say what else is wrong with it."""
        return Offer(
            kind=self.kind,
            amount=None if self.amount is None else read_amount(self.amount, policy),
            item=self.item,
            loss=None if self.loss is None else _loss(self.loss, policy),
            reason=self.reason,
            category=self.category,
            severity=self.severity,
            risks=self.risks,
            by=REQUESTER,
            role=None if self.role == "nobody" else self.role,
            owner=OWNER,
            about=PEOPLE[self.about] if self.about else None,
            customer_known=self.customer_known,
        )


def _loss(text: str, policy: Policy) -> Money:
    try:
        return parse(text, policy.currency)
    except MoneyError as error:
        raise MoneyError(f"loss: {error}") from None


class WrittenError(ValueError):
    """What a program sent is no offer or no sums; `field` is at fault, and the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


def offer_of(given: Any, policy: Policy) -> Offer:
    """The offer in a JSON object. Raises WrittenError."""
    try:
        return _read(OfferLine, given).offer(policy)
    except MoneyError as error:
        raise WrittenError("amount", str(error)) from None


def spent_of(given: Any, policy: Policy) -> Spent:
    """The sums in a JSON object. Raises WrittenError."""
    return _read(SpentLine, given).spent(policy)


def _read(model: type[Line], given: Any) -> Line:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fault = error.errors()[0]
        message = str(fault.get("ctx", {}).get("error") or fault["msg"])
        where = ".".join(str(part) for part in fault["loc"]) or "offer"
        raise WrittenError(where, message[:1].lower() + message[1:]) from None


class TallyLine(Strict):
    """What a customer got in a number of days."""

    offers: Annotated[int, Field(ge=0)] = 0
    sum: Amount = Decimal(0)


class SpentLine(Strict):
    """What was given before, added up in the policy's currency; what is left out is nothing."""

    case: Sums
    owed: Sums
    today: Sums
    month: Amount = Decimal(0)
    customer: Annotated[dict[int, TallyLine], Field(default_factory=dict), BeforeValidator(_days)]
    near: Annotated[int, Field(ge=0)] = 0
    other_currencies: tuple[str, ...] = ()

    def spent(self, policy: Policy) -> Spent:
        """The sums."""
        none = {limit.days: Tally() for limit in policy.customer_limits}
        return Spent(
            currency=policy.currency,
            case=self.case,
            owed=self.owed,
            today=self.today,
            month=self.month,
            customer={**none, **{days: Tally(one.offers, one.sum) for days, one in self.customer.items()}},
            near=self.near,
            other_currencies=self.other_currencies,
        )


class PastLine(Strict):
    """One earlier offer; `same` says what it shares with the one that is looked at."""

    at: Moment
    amount: Amount
    kind: str = "refund"
    same: tuple[Literal["case", "customer", "agent"], ...]
    state: State = State.GIVEN
    owed: Sums


def add_up_lines(lines: tuple[PastLine, ...], offer: Offer, policy: Policy, now: datetime) -> Spent:
    """What earlier offers come to, for the person who makes this one."""
    past = [
        Past(
            at=one.at,
            kind=one.kind,
            goodwill=one.amount,
            by=REQUESTER if "agent" in one.same else COLLEAGUE,
            case=_HERE if "case" in one.same else _ELSEWHERE,
            customer=_HERE if "customer" in one.same else _ELSEWHERE,
            owed=one.owed,
            state=one.state,
        )
        for one in lines
    ]
    return add_up(past, policy, by=REQUESTER, case=_HERE, customer=_HERE if offer.customer_known else None, now=now)
