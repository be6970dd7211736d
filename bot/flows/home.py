"""What one person sees on their own page now: their cases, what they owe, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case
from bot.flows.followups import Due, due
from bot.store import cases
from bot.store.db import Session

MOST_OWED = 15
"""Follow-ups the page lists, each with its buttons: a page holds 100 blocks."""


@dataclass(frozen=True, slots=True)
class Home:
    """All that the page of one person shows. `waiting_for_me` holds cases that nobody has taken yet."""

    cases: Sequence[Case]
    mine: Due
    waiting_for_me: Sequence[Case]


def home_of(session: Session, workspace: str, person: str, *, zone: ZoneInfo, now: datetime) -> Home:
    """The page of a person in this zone."""
    return Home(
        cases=cases.live_of(session, workspace, person),
        mine=due(session, workspace, zone=zone, owner=person, limit=MOST_OWED, now=now),
        waiting_for_me=cases.live_without_owner(session, workspace),
    )
