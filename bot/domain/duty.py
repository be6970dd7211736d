"""Who is on duty, which of them a case without an owner is suggested to, and whom its reminders call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.hours import DAY
from bot.domain.team import Duty, Role, Team


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has: how many open cases, and the number of their newest case; 0 for none lately."""

    open: int = 0
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whom a case is suggested to, by Slack id, and how many open cases they have."""

    who: str
    open: int


def on_duty(team: Team, at: datetime) -> tuple[str, ...]:
    """Who is on duty at a moment on the team's clock, as written in the team, in that order.

    Where no duties are written down, all agents and seniors with a line of their own are.
    """
    if team.duties is None:
        own = (member for member in team.members if not member.who.startswith(("S", "@")))
        return tuple(member.who for member in own if member.role in (Role.AGENT, Role.SENIOR))
    return tuple(dict.fromkeys(duty.who for duty in team.duties if _covers(duty, at)))


def called(team: Team, at: datetime) -> tuple[str, ...]:
    """Whom the reminder of a case without an owner calls: who is written down as on duty at that moment.

    Nobody where no duties are written down: a team is not called as a whole.
    """
    return on_duty(team, at) if team.duties is not None else ()


def leads_called(team: Team, at: datetime) -> tuple[str, ...]:
    """Whom a risk calls first: the leads and managers written down as on duty at that moment, else all leads."""
    leading = {member.who for member in team.members if member.role >= Role.LEAD}
    there = tuple(who for who in called(team, at) if who in leading)
    return there or tuple(member.who for member in team.members if member.role is Role.LEAD)


def all_leads(team: Team) -> tuple[str, ...]:
    """Whom a risk calls that nobody has acknowledged in time: all leads, then all managers."""
    leading = (Role.LEAD, Role.MANAGER)
    return tuple(member.who for role in leading for member in team.members if member.role is role)


def _covers(duty: Duty, at: datetime) -> bool:
    minute, day = at.hour * 60 + at.minute, at.weekday()
    ends = duty.ends if duty.ends > duty.begins else duty.ends + DAY
    today = day in duty.days and duty.begins <= minute < ends
    since_yesterday = (day - 1) % 7 in duty.days and minute + DAY < ends
    return today or since_yesterday


def suggest(candidates: Sequence[str], loads: Mapping[str, Load]) -> Suggestion | None:
    """The candidate with the fewest open cases; of several, the one whose newest case is the oldest, then the first."""
    if not candidates:
        return None
    chosen = min(candidates, key=lambda who: (loads[who].open, loads[who].newest) if who in loads else (0, 0))
    return Suggestion(chosen, loads.get(chosen, Load()).open)
