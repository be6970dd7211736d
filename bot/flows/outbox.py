"""Sending: take lanes and notices from the outbox, and record what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.store import outbox
from bot.store.db import Session
from bot.store.outbox import POST, UPDATE, Lane, Notice

__all__ = ["POST", "UPDATE", "Lane", "Notice"]
"""What the door needs of the store; the verbs are below."""

SETTLE = timedelta(seconds=3)
"""How long a fresh message may take to show in Slack's history."""

_LONGEST_PAUSE = 300.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lane that is held, and what was taken from it: the lane as it is once that is sent, and the notice."""

    lane: Lane
    taken: tuple[Lane, Notice]


def claim_due(session: Session, limit: int) -> list[Claimed]:
    """Take up to `limit` channels that have something to be sent now, each with its first notice."""
    lanes = outbox.claim(session, limit)
    return [Claimed(lane, taken) for lane in lanes if (taken := outbox.take_next(session, lane)) is not None]


def take_next(session: Session, lane: Lane) -> tuple[Lane, Notice] | None:
    """The next notice of a lane that is held, and the lane as it is once the notice was sent.

    None when there is none now: then the lane is given back.
    """
    return outbox.take_next(session, lane)


def mark_delivered(session: Session, notice: Notice, message_ts: str) -> None:
    """Slack has the message."""
    outbox.delivered(session, notice, message_ts)


def mark_found(session: Session, notice: Notice, message_ts: str) -> None:
    """An earlier try had worked. What it shows may be old by now, so the message is edited next."""
    outbox.found(session, notice, message_ts)


def mark_uncertain(session: Session, notice: Notice, reason: str, random: Random) -> None:
    """Slack may have it and may not. Look before posting again."""
    outbox.later(session, notice, max(SETTLE, retry_pause(notice.attempts, random)), reason, uncertain=True)


def mark_failed(session: Session, notice: Notice, reason: str, random: Random, *, looked: bool = False) -> None:
    """Slack does not have it. Try again later; `looked` when it was only the looking that failed."""
    outbox.later(session, notice, retry_pause(notice.attempts, random), reason, uncertain=looked)


def mark_limited(session: Session, notice: Notice, method: str, pause: timedelta) -> None:
    """Slack wants a pause for this method; the notice keeps its place."""
    outbox.pause_method(session, notice.workspace, method, pause)
    if method in (POST, UPDATE):
        outbox.give_back(session, notice, uncertain=False)
    else:
        outbox.later(session, notice, pause, f"{method} is paused", uncertain=True)


def mark_gone(session: Session, notice: Notice) -> None:
    """The message that stood for this notice is no longer in Slack: post it anew."""
    outbox.forget_message(session, notice)


def mark_moved(session: Session, notice: Notice, channel: str, reason: str) -> None:
    """Its channel does not take it: send it to another."""
    outbox.move(session, notice, channel, reason)


def mark_set_aside(session: Session, notice: Notice, reason: str) -> None:
    """It can never be sent as it is."""
    outbox.set_aside(session, notice, reason)


def mark_not_now(session: Session, notice: Notice, until: datetime, reason: str) -> None:
    """It is not the time for it; nothing was sent."""
    outbox.put_off(session, notice, until, reason)


def mark_withdrawn(session: Session, notice: Notice, reason: str) -> None:
    """There is nothing to tell any more; nothing was sent."""
    outbox.withdrawn(session, notice, reason)


def give_back(session: Session, lane: Lane, notice: Notice | None) -> None:
    """Stop in the middle: nothing was tried, others may have the lane."""
    if notice is not None:
        outbox.give_back(session, notice, uncertain=notice.uncertain)
    outbox.release(session, lane)


def retry_pause(attempts: int, random: Random) -> timedelta:
    """1, 2, 4 … seconds up to five minutes, each up to half longer by chance so that retries spread out."""
    seconds = min(_LONGEST_PAUSE, 2.0 ** (max(attempts, 1) - 1))
    return timedelta(seconds=seconds * (1 + random.random() / 2))
