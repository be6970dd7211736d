"""Who is an agent, a senior, a lead or a manager."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Member:
    """One line of `policies/team.yml`: a person by Slack id or e-mail, or a user group by id or `@handle`."""

    who: str
    role: Role


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who has a role."""

    members: tuple[Member, ...]

    def role_of(self, user_id: str, email: str | None = None, groups: Iterable[str] = ()) -> Role | None:
        """The role of a person, the highest when several lines fit; None for somebody who has none.

        `groups` holds the ids or handles (with or without `@`) of the user groups the person is in.
        """
        names = {user_id}
        for group in groups:
            names |= {group, f"@{group.removeprefix('@')}"}
        mail = email.casefold() if email and "@" in email[1:] else None
        roles = [member.role for member in self.members if member.who in names or member.who.casefold() == mail]
        return max(roles, default=None)
