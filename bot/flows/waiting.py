"""Offers that wait for somebody's answer: in the digest of their channel, and on the page of whom they wait for."""

from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows.telling import APPROVAL
from bot.store import offers, outbox
from bot.store.db import Session

LOOKED_AT = 200
"""Waiting offers of a workspace among which those for one person are looked for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offer that somebody has to answer, with its case, and where its approval card is, if it is."""

    offered: Offered
    case: Case
    card: tuple[str, str] | None


def waiting_in(session: Session, workspace: str, channel: str) -> list[Waiting]:
    """What waits for an answer on the cases of a channel, the most pressing first."""
    return [_with_card(session, *one) for one in offers.waiting(session, workspace, channel=channel, limit=LOOKED_AT)]


def waiting_for(session: Session, workspace: str, person: str, *, role: Role | None) -> list[Waiting]:
    """What this person can answer: offers of others that their role decides on, and other sums for offers of theirs.

    Whether they may is looked at again when they press.
    """
    found = offers.waiting(session, workspace, limit=LOOKED_AT)
    return [_with_card(session, *one) for one in found if _is_for(person, role, *one)]


def _is_for(person: str, role: Role | None, offered: Offered, case: Case) -> bool:
    if offered.state is OfferState.COUNTERED:
        return person == offered.by
    decides = role is not None and role >= (offered.waits_for or Role.LEAD)
    return decides and person not in (offered.by, case.owner, case.details.about)


def _with_card(session: Session, offered: Offered, case: Case) -> Waiting:
    return Waiting(offered, case, outbox.message_of(session, offered.workspace, APPROVAL, str(offered.id)))
