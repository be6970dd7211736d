"""A case: the recovery of one complaint, from the report to the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.complaint import Complaint
from bot.domain.taxonomy import Severity
from bot.domain.team import Role

FIRST_NUMBER = 1001
"""The number of a workspace's first case: R-1001."""


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Details:
    """What a case is about. `guessed` maps a field to the words that led to it; what people set is not in it.

    `about` is the colleague the complaint is about, by Slack user id.
    """

    category: str
    severity: Severity
    risks: tuple[str, ...] = ()
    customer: str = ""
    reference: str = ""
    guessed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    about: str | None = None

    def words_for(self, field: str) -> tuple[str, ...] | None:
        """The words behind a guess; None when a person set the field."""
        return dict(self.guessed).get(field)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is now. Times are UTC; `steps` holds the keys of the recovery steps that happened.

    `waiting_since` is set while it is the customer's turn, `answered_at` is when they last answered, and `tries` counts
    how often they could not be reached since then. `opted_out_at` is when they wanted no more messages, and `closed_at`
    when a lead ended the checks of a resolved case.
    `to_read_at` is when its report is to be read, None once it was.
    `cause` is a key of `policies/routing.yml`; `satisfaction` is what the customer said last, from 1 to 5.
    """

    id: int
    workspace: str
    number: int
    complaint: Complaint
    details: Details
    status: Status
    owner: str | None
    steps: frozenset[str]
    opened_at: datetime
    first_replied_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    resolution: str = ""
    cause: str | None = None
    satisfaction: int | None = None
    report_edited_at: datetime | None = None
    report_deleted_at: datetime | None = None
    reopened_at: datetime | None = None
    waiting_since: datetime | None = None
    answered_at: datetime | None = None
    tries: int = 0
    opted_out_at: datetime | None = None
    closed_at: datetime | None = None
    to_read_at: datetime | None = None

    @property
    def is_read(self) -> bool:
        """Whether somebody has read its report: until then its details are what the reporter gave, and nothing more."""
        return self.to_read_at is None

    @property
    def reference(self) -> str:
        """What people call the case: `R-1042`."""
        return f"R-{self.number}"


UNHAPPY = 2
"""Satisfaction up to this, of 5, keeps a case open or opens it again."""

LAST_WORDS = frozenset({"declined_with_reason", "withdrawn", "passed_to_regulator_path", "duplicate"})
"""Outcomes that end a case though the customer is unhappy: there is nothing more to put right here."""


def stays_open(outcome: str | None, satisfaction: int | None) -> bool:
    """Whether the customer's answer keeps a case from being closed."""
    return satisfaction is not None and satisfaction <= UNHAPPY and outcome not in LAST_WORDS


def may_lower_severity(before: Severity, after: Severity, role: Role | None) -> bool:
    """A critical case is lowered only by a lead or above; anything else anybody on the case may correct."""
    lowers_critical = before is Severity.CRITICAL and after is not Severity.CRITICAL
    return not lowers_critical or role in (Role.LEAD, Role.MANAGER)


def may_say_about(before: str | None, after: str | None, by: str, role: Role | None) -> bool:
    """Anybody says whom a complaint is about; a lead or above takes it back, but never the person themself."""
    return before in (None, after) or (role in (Role.LEAD, Role.MANAGER) and by != before)


def may_close(case: Case, role: Role | None) -> bool:
    """Whether somebody of this role may end the checks of this case: a lead or above, once it is resolved."""
    return case.status is Status.RESOLVED and role in (Role.LEAD, Role.MANAGER)


def rests_with_customer(case: Case) -> bool:
    """Whether nobody writes to the customer before they do: it is their turn, or they wanted no more messages."""
    return case.waiting_since is not None or case.opted_out_at is not None


def may_clear_risks(before: Iterable[str], after: Iterable[str], role: Role | None) -> bool:
    """Anybody may raise a risk flag; taking one back is for a lead or above."""
    return set(before) <= set(after) or role in (Role.LEAD, Role.MANAGER)


def steps_after_reply(steps: Iterable[str], parts: Iterable[str]) -> frozenset[str]:
    """The steps done once a reply with these parts was sent."""
    return frozenset(steps) | (frozenset(parts) & {"acknowledge", "apologise", "own", "offer_options"})
