"""The card of a case: asking for it, and all that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import Case, Status
from bot.domain.draft import Draft, Promise, Reply
from bot.domain.duty import Suggestion
from bot.domain.followup import FollowUp
from bot.domain.offer import Offered
from bot.store import alerts, cases, drafts, followups, offers, outbox, promises
from bot.store.db import Session

ALERT = "alert"
"""The kind of notice that leads are told of a risk with; its subject is the alert's id."""

CALL = "alert-again"
"""The kind of notice that calls others when nobody has acknowledged an alert in time; its subject is `call_subject`."""

CARD = "card"
"""The kind of notice that a case's card is; its subject is the case's id."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a case's card shows: sent replies and when, what they promised, all offers of amends; oldest first.

    `duty` is what is owed to the customer next; `suggested` who might take a case that nobody has; `checked` says that
    the customer of a resolved case is still to be asked how it went.
    """

    case: Case
    draft: Draft | None
    replies: list[tuple[Reply, datetime]]
    promises: Sequence[Promise] = ()
    duty: FollowUp | None = None
    offers: Sequence[Offered] = ()
    suggested: Suggestion | None = None
    checked: bool = False


def ask_for_card(session: Session, case: Case, *more: outbox.Wish) -> None:
    """Have the case's card drawn anew, and what leads were told of its risks; and, in one go, what else is wished.

    A case whose report is still to be read has its first card when it is read.
    """
    raised = alerts.of_case(session, case.id)
    wishes = [outbox.Wish(alert.channel, ALERT, str(alert.id)) for alert in raised]
    if case.is_read:
        wishes = [*cards_wished([case]), *wishes]
    else:
        outbox.redraw(session, case.workspace, CARD, [str(case.id)])
    outbox.ask(session, case.workspace, *wishes, *more)
    if raised:
        calls = alerts.calls_of(session, *(alert.id for alert in raised))
        subjects = dict.fromkeys(call_subject(alert.id, 1) for alert in raised)
        subjects |= dict.fromkeys(call_subject(call.alert_id, call.number) for call in calls if call.number)
        outbox.redraw(session, case.workspace, CALL, [*subjects])


def call_subject(alert_id: int, number: int) -> str:
    """The subject of the notice of an alert's call, counted from 1: the alert itself is the call before."""
    return str(alert_id) if number == 1 else f"{alert_id}:{number}"


def call_of(subject: str) -> tuple[int, int]:
    """The alert and the number of the call that a subject names."""
    alert_id, _, number = subject.partition(":")
    return int(alert_id), int(number or 1)


def cards_wished(several: Sequence[Case]) -> list[outbox.Wish]:
    """The cards of several cases, to be asked for."""
    return [outbox.Wish(case.complaint.channel, CARD, str(case.id)) for case in several]


def card_of(session: Session, workspace: str, case_id: int) -> Card | None:
    """What the card of a case shows now."""
    case = cases.get(session, workspace, case_id)
    if case is None:
        return None
    replies = drafts.replies_of(session, case.id)
    return Card(
        case,
        drafts.live(session, case.id),
        replies,
        promises.of_case(session, case.id) if replies else (),
        followups.next_of_case(session, case.id),
        offers.of_case(session, case.id),
        checked=case.status is Status.RESOLVED and bool(followups.checks_of(session, case.id)),
    )


def find_case(session: Session, workspace: str, case_id: int) -> Case | None:
    """A case of this workspace, to be shown in a form."""
    return cases.get(session, workspace, case_id)


def find_draft(session: Session, workspace: str, draft_id: int) -> Draft | None:
    """A draft of this workspace, to be shown in a form."""
    return drafts.get(session, workspace, draft_id)


def find_by_number(session: Session, workspace: str, number: int) -> Case | None:
    """The case `R-<number>` of this workspace."""
    return cases.by_number(session, workspace, number)


def place_of(session: Session, case: Case) -> tuple[str, str] | None:
    """Channel and timestamp of the case's card, once it is in Slack."""
    return outbox.message_of(session, case.workspace, CARD, str(case.id))
