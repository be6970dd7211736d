"""Whom an offer of amends is told to, and when: approvers, the person who offered, and the draft that may name it."""

from datetime import datetime

from bot.content.bundle import Content
from bot.domain.approval import Step, timeline
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState, in_words
from bot.flows.cards import ask_for_card
from bot.flows.drafts import with_amends
from bot.flows.planning import plan_again
from bot.store import audit, outbox
from bot.store.db import Session
from bot.store.outbox import Wish

APPROVAL, NEWS, CLOCK = "approval", "offer-news", "offer-clock"
"""Kinds of notices: the approval card, what became of an offer, what is due to a waiting one."""


def approvers_wished(content: Content, offered: Offered) -> list[Wish]:
    """An offer that needs a yes shown to those who may say it, and remembered until its deadline."""
    if offered.channel is None or offered.waits_for is None:
        return []
    dues = timeline(offered.waits_for, offered.asked_at, content.policy)
    clock = [
        Wish(offered.channel, CLOCK, f"{offered.id}:{due.step}:{due.role.value}:{number}", due.at)
        for number, due in enumerate(dues)
    ]
    return [Wish(offered.channel, APPROVAL, str(offered.id)), *clock]


def ask_clock(session: Session, case: Case, offered: Offered) -> None:
    """Have a counter-offer remembered at its deadline."""
    if offered.deadline is not None and offered.called is not None:
        channel = offered.channel or case.complaint.channel
        clock = Wish(channel, CLOCK, f"{offered.id}:{Step.EXPIRE}:{offered.called.value}:counter", offered.deadline)
        outbox.ask(session, offered.workspace, clock)


def ask_for_approval_card(session: Session, case: Case, offered: Offered) -> None:
    """Have the approval card drawn anew, where somebody was asked."""
    if wished := _approval_card(case, offered):
        outbox.ask(session, offered.workspace, *wished)


def _approval_card(case: Case, offered: Offered) -> list[Wish]:
    channel = offered.channel or case.complaint.channel
    return [Wish(channel, APPROVAL, str(offered.id))] if offered.waits_for is not None else []


def approval_place(session: Session, offered: Offered) -> str | None:
    """The timestamp of an offer's approval card, once it is in Slack."""
    place = outbox.message_of(session, offered.workspace, APPROVAL, str(offered.id))
    return place[1] if place else None


def approval_at(session: Session, workspace: str, channel: str, message_ts: str) -> bool:
    """Whether this message is an approval card."""
    return outbox.is_message_of(session, workspace, APPROVAL, channel, message_ts)


def came_out(session: Session, case: Case, offered: Offered, *, by: str | None) -> None:
    """Something was decided: both cards are drawn anew, and the person who offered hears of it unless it was them.

    A message that asked them about another sum asks no more.
    """
    news = Wish(case.complaint.channel, NEWS, f"{offered.id}:{offered.state}")
    ask_for_card(session, case, *_approval_card(case, offered), *([news] if by != offered.by else []))
    if offered.state is not OfferState.COUNTERED:
        outbox.redraw(session, offered.workspace, NEWS, [f"{offered.id}:{OfferState.COUNTERED}"])


def may_be_given(
    session: Session, content: Content, case: Case, offered: Offered, *, agent: str | None, now: datetime
) -> list[audit.Happened]:
    """The customer may be told: a draft that says so is ready, and from now on it is owed until they have it.

    Gives back what is to be logged.
    """
    happened = with_amends(session, content, case, agent=agent, by=offered.by, now=now)
    plan_again(session, content, case, granted=[(offered.id, in_words(offered))], now=now)
    return happened
