"""Who is an agent, a senior, a lead or a manager."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import total_ordering


@total_ordering
class Role(Enum):
    """What a person may decide; `Role.AGENT < Role.SENIOR < Role.LEAD < Role.MANAGER`."""

    AGENT = "agent"
    SENIOR = "senior"
    LEAD = "lead"
    MANAGER = "manager"

    @property
    def rank(self) -> int:
        """The place from below, counted from 0."""
        return _RANKS[self.value]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Role):
            return NotImplemented
        return self.rank < other.rank


ROLES = tuple(Role)
"""Every role, from least to most."""

_RANKS = {role.value: rank for rank, role in enumerate(ROLES)}


def is_group(who: str) -> bool:
    """Whether a line of the team means a user group, by id or `@handle`, and not a person."""
    return who.startswith("@") or (who.startswith("S") and "@" not in who)


@dataclass(frozen=True, slots=True)
class Member:
    """One line of `policies/team.yml`: a person by Slack id or e-mail, or a user group by id or `@handle`."""

    who: str
    role: Role


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody (`to`) who stands in for somebody else (`giver`) on some days, the first and the last included.

    Both are written as in a line of the team. `role` is what is lent, never more than the giver has.
    """

    giver: str
    to: str
    role: Role
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Duty:
    """When somebody is on duty: the days (0 is Monday), and minutes after midnight on the team's clock.

    `who` is written as in a line of the team. Where `ends` is not after `begins` it is a minute of the next day; equal
    means the whole day.
    """

    who: str
    days: frozenset[int] = frozenset(range(7))
    begins: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's role on a day, and the person who lent it, as written in the team; None for their own."""

    role: Role | None
    lent_by: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who has a role, who stands in for whom, and who is on duty when; None when nobody wrote that down.

    `on_call` are leads and managers in the order in which a risk calls them that nobody has acknowledged.
    """

    members: tuple[Member, ...]
    delegates: tuple[Delegate, ...] = ()
    duties: tuple[Duty, ...] | None = None
    on_call: tuple[str, ...] = ()

    def role_of(
        self, user_id: str, email: str | None = None, groups: Iterable[str] = (), *, day: date | None = None
    ) -> Role | None:
        """The role of a person, the highest when several lines fit; None for somebody who has none.

        `groups` holds the ids or handles (with or without `@`) of the user groups the person is in. Whom they stand in
        for counts on a day only.
        """
        return self.standing_of(user_id, email, groups, day=day).role

    def standing_of(
        self, user_id: str, email: str | None = None, groups: Iterable[str] = (), *, day: date | None = None
    ) -> Standing:
        """The role of a person on a day, their own or lent; a lent role counts where it is higher than their own."""
        names = {user_id}
        for group in groups:
            names |= {group, f"@{group.removeprefix('@')}"}
        mail = email.casefold() if email and "@" in email[1:] else None

        def is_meant(who: str) -> bool:
            return who in names or who.casefold() == mail

        standing = Standing(max((member.role for member in self.members if is_meant(member.who)), default=None))
        for one, lent in self._lent(day):
            if is_meant(one.to) and (standing.role is None or lent > standing.role):
                standing = Standing(lent, one.giver)
        return standing

    def with_role(self, role: Role, day: date) -> tuple[str, ...]:
        """Who has at least this role on a day, their own or lent, as written in the team."""
        own = [member.who for member in self.members if member.role >= role]
        return (*own, *(one.to for one, lent in self._lent(day) if lent >= role))

    def called_for(self, who: str, role: Role, day: date) -> tuple[str, ...]:
        """Whom to call for somebody: themselves or, while they are away, whoever stands in with at least this role."""
        lent = [(one.to, lent) for one, lent in self._lent(day) if is_same(one.giver, who)]
        return tuple(to for to, has in lent if has >= role) if lent else (who,)

    def _lent(self, day: date | None) -> Iterator[tuple[Delegate, Role]]:
        """Who stands in on a day, with the role that counts: never more than the giver has."""
        for one in self.delegates:
            if day is not None and one.first <= day <= one.last:
                own = max((member.role for member in self.members if is_same(member.who, one.giver)), default=None)
                if own is not None:
                    yield one, min(one.role, own)


def is_same(who: str, other: str) -> bool:
    """Whether two lines of the team are written alike."""
    return who.casefold() == other.casefold()
