"""Who may decide on a waiting offer, at the moment of the press; and when it is remembered, passed on and let go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.authority import Policy
from bot.domain.money import Money
from bot.domain.team import ROLES, Role


@dataclass(frozen=True, slots=True)
class Approval:
    """One offer that waits for a yes, as it is now.

    `needs` is the lowest role that may say yes and `people` how many different people must: both from the decision made
    again at the press. `approved_by` are those who said yes already. `about` is the colleague the complaint is about.
    """

    requester: str
    owner: str | None
    needs: Role
    people: int
    asked_at: datetime
    expires_at: datetime
    approved_by: tuple[str, ...] = ()
    about: str | None = None
    is_pending: bool = True


@dataclass(frozen=True, slots=True)
class Presser:
    """The person who presses, with their role at this moment.

    `lent_by` is the Slack user id of the person whose authority they stand in with, None for their own.
    """

    user: str
    role: Role | None
    lent_by: str | None = None


def why_not_decide(approval: Approval, presser: Presser, now: datetime) -> str | None:
    """Why this person may not approve, decline or counter this offer now, in plain words; None when they may."""
    if not approval.is_pending:
        return "This offer is decided already. Nothing was changed."
    if now >= approval.expires_at:
        return "The time for this approval is over, so it cannot be decided any more: ask the agent to offer again."
    if presser.user == approval.requester:
        return "You made this offer, so somebody else has to decide on it."
    if presser.user == approval.owner:
        return "You answer this case, so somebody else has to decide on its offers."
    if presser.user == approval.about:
        return "The complaint is about you, so somebody else has to decide on this offer."
    if presser.lent_by is not None and presser.lent_by in (approval.requester, approval.owner, approval.about):
        return "You stand in for somebody who is part of this case, so somebody else has to decide on this offer."
    if presser.role is None:
        return "You have no role in team.yml, so you cannot decide on offers: ask a lead."
    if presser.role < approval.needs:
        return f"This offer needs a {approval.needs.value}; you are {_a(presser.role)} at the moment."
    return None


def why_not_approve(approval: Approval, presser: Presser, now: datetime) -> str | None:
    """Why this person may not say yes now: as for any decision, and nobody says yes twice where two are needed."""
    if presser.user in approval.approved_by:
        return "You said yes already. This offer needs the yes of another person too."
    return why_not_decide(approval, presser, now)


def why_not_counter(
    approval: Approval, presser: Presser, now: datetime, *, sum: Money, asked: Money | None, own_limit: Money | None
) -> str | None:
    """Why this person may not offer this sum instead.

    `asked` is the sum of the offer, and `own_limit` what the presser may give alone (`most_for`; None for any sum).
    """
    refusal = why_not_decide(approval, presser, now)
    if refusal is not None:
        return refusal
    if not sum.amount:
        return f"{sum} is nothing: write more than zero, or decline."
    for other in (asked, own_limit):
        if other is not None and other.currency != sum.currency:
            return f"Write the sum in {other.currency}, as it was asked for."
    if asked is not None and sum.amount > asked.amount:
        return f"{sum} is more than the {asked} that was asked for: write less, or approve."
    if own_limit is not None and sum.amount > own_limit.amount:
        return f"{sum} is more than the {own_limit} you may give yourself: write less, or pass it on."
    return None


def is_complete(approval: Approval, presser: Presser) -> bool:
    """Whether the yes of this person is the last that was needed."""
    return len({*approval.approved_by, presser.user}) >= approval.people


class Step(StrEnum):
    """What happens to an approval nobody has answered."""

    REMIND = "remind"
    CALL_HIGHER = "call higher"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Due:
    """One step and its moment, in UTC. `role` is the lowest role that is called then."""

    at: datetime
    step: Step
    role: Role


def timeline(needs: Role, asked_at: datetime, policy: Policy) -> tuple[Due, ...]:
    """Everything that happens to an approval nobody answers, in order, ending with its expiry.

    It is passed on only to roles above the one it needs; each role that is called is reminded at the same intervals.
    """
    rules = policy.approvals
    expires_at = asked_at + rules.expires_after
    calls: list[tuple[datetime, Role]] = [(asked_at, needs)]
    for one in sorted(rules.pass_on, key=lambda one: one.after):
        if one.to > calls[-1][1] and one.after < rules.expires_after:
            calls.append((asked_at + one.after, one.to))
    dues = [Due(at, Step.CALL_HIGHER, role) for at, role in calls[1:]]
    for number, (called_at, role) in enumerate(calls):
        until = calls[number + 1][0] if number + 1 < len(calls) else expires_at
        dues += [Due(called_at + after, Step.REMIND, role) for after in rules.remind_after if called_at + after < until]
    return (*sorted(dues, key=lambda due: due.at), Due(expires_at, Step.EXPIRE, calls[-1][1]))


def called_at(needs: Role, asked_at: datetime, policy: Policy, now: datetime) -> Role:
    """The lowest role that is called at this moment."""
    role = needs
    for due in timeline(needs, asked_at, policy):
        if due.at <= now and due.step is Step.CALL_HIGHER:
            role = due.role
    return role


def next_after(dues: Iterable[Due], now: datetime) -> Due | None:
    """The first step that is still to come."""
    return next((due for due in dues if due.at > now), None)


def expires_at(asked_at: datetime, policy: Policy) -> datetime:
    """Until when an approval that was asked for at this moment can be given."""
    return asked_at + policy.approvals.expires_after


def _a(role: Role) -> str:
    return f"an {role.value}" if role is ROLES[0] else f"a {role.value}"
