"""What one person sees on their own page now: what they owe, what waits for them, and what they may offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.content.bundle import Content
from bot.domain.authority import Allowance, allowance
from bot.domain.case import Case
from bot.domain.reminders import Toll
from bot.domain.team import Role
from bot.flows.followups import Due, Owed, due, toll_of_closed
from bot.flows.waiting import Waiting, waiting_for
from bot.store import cases, followups
from bot.store.db import Session
from bot.store.spent import spent_by

MOST_OWED = 15
"""Follow-ups the page lists, each with its buttons: a page holds 100 blocks."""

WORST = 5
"""Overdue follow-ups of the team that a lead is shown; they have no buttons here."""


@dataclass(frozen=True, slots=True)
class Team:
    """What a lead sees of the team: how much is overdue, the worst of it, what customers have got of this month's
    offers, and how many reminders the cases took that were closed lately."""

    overdue: int
    worst: Sequence[Owed]
    month_paid: Decimal
    toll: Toll


@dataclass(frozen=True, slots=True)
class Home:
    """All that the page of one person shows; `team` is for leads alone.

    `waiting` are offers that wait for this person's answer, `unowned` the cases that nobody has taken yet.
    """

    mine: Due
    waiting: Sequence[Waiting]
    unowned: Sequence[Case]
    cases: Sequence[Case]
    role: Role | None
    may_offer: Allowance
    team: Team | None = None


def home_of(
    session: Session,
    content: Content,
    workspace: str,
    person: str,
    *,
    role: Role | None,
    zone: ZoneInfo,
    now: datetime,
) -> Home:
    """The page of a person of this role in this zone."""
    spent = spent_by(session, workspace, person, content.policy, now=now)
    team = None
    if role is not None and role >= Role.LEAD:
        worst = due(session, workspace, zone=zone, limit=WORST, now=now).overdue
        late = followups.overdue(session, workspace, now=now)
        team = Team(late, worst, spent.month_paid, toll_of_closed(session, workspace, now=now))
    return Home(
        mine=due(session, workspace, zone=zone, owner=person, limit=MOST_OWED, now=now),
        waiting=waiting_for(session, workspace, person, role=role),
        unowned=cases.live_without_owner(session, workspace),
        cases=cases.live_of(session, workspace, person),
        role=role,
        may_offer=allowance(spent, content.policy, now, by=person, role=role),
        team=team,
    )
