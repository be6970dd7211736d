"""Who is on duty, which of them a case without an owner is suggested to, and whom reminders and risks call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.hours import DAY
from bot.domain.team import Duty, Role, Team, is_group, is_same


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
        own = (member for member in team.members if not is_group(member.who))
        return tuple(member.who for member in own if member.role in (Role.AGENT, Role.SENIOR))
    return tuple(dict.fromkeys(duty.who for duty in team.duties if _covers(duty, at)))


def called(team: Team, at: datetime) -> tuple[str, ...]:
    """Whom the reminder of a case without an owner calls: who is written down as on duty at that moment.

    Nobody where no duties are written down: a team is not called as a whole.
    """
    return on_duty(team, at) if team.duties is not None else ()


def leads_on_duty(team: Team, at: datetime, day: date) -> tuple[str, ...]:
    """The leads and managers written down as on duty at that moment, or who stands in for them on that day."""
    leading = {member.who for member in team.members if member.role >= Role.LEAD}
    return _there(team, (who for who in called(team, at) if who in leading), day)


def leads_on_call(team: Team, at: datetime, day: date) -> tuple[str, ...]:
    """Whom a risk calls one after the other: the team's order, without those who are on duty at other hours only.

    Who stands in for somebody on that day has their place.
    """
    return _there(team, (who for who in team.on_call if not _is_off(team, who, at)), day)


def all_leads(team: Team, day: date) -> tuple[str, ...]:
    """Whom a risk calls in the end: all leads, then all managers, then whoever stands in for one of them."""
    leading = (Role.LEAD, Role.MANAGER)
    own = (member.who for role in leading for member in team.members if member.role is role)
    return tuple(dict.fromkeys((*own, *team.with_role(Role.LEAD, day))))


def _there(team: Team, several: Iterable[str], day: date) -> tuple[str, ...]:
    """Each of them, or who stands in for them as a lead."""
    return tuple(dict.fromkeys(there for who in several for there in team.called_for(who, Role.LEAD, day)))


def _is_off(team: Team, who: str, at: datetime) -> bool:
    """Whether somebody has hours of duty, and this is none of them."""
    own = [duty for duty in team.duties or () if is_same(duty.who, who)]
    return bool(own) and not any(_covers(duty, at) for duty in own)


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
