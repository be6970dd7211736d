"""What one person sees on their own page now: their cases, what they owe, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case
from bot.domain.reminders import Toll
from bot.domain.team import Role
from bot.flows.followups import Due, due, toll_of_closed
from bot.store import cases
from bot.store.db import Session

MOST_OWED = 15
"""Follow-ups the page lists, each with its buttons: a page holds 100 blocks."""


@dataclass(frozen=True, slots=True)
class Home:
    """All that the page of one person shows. `waiting_for_me` holds cases that nobody has taken yet.

    `toll` is for leads alone: how many reminders the cases took that were closed lately.
    """

    cases: Sequence[Case]
    mine: Due
    waiting_for_me: Sequence[Case]
    toll: Toll | None = None


def home_of(session: Session, workspace: str, person: str, *, role: Role | None, zone: ZoneInfo, now: datetime) -> Home:
    """The page of a person of this role in this zone."""
    is_lead = role is not None and role >= Role.LEAD
    return Home(
        cases=cases.live_of(session, workspace, person),
        mine=due(session, workspace, zone=zone, owner=person, limit=MOST_OWED, now=now),
        waiting_for_me=cases.live_without_owner(session, workspace),
        toll=toll_of_closed(session, workspace, now=now) if is_lead else None,
    )
