"""Asking the author of a message whether it is to be a case, and what becomes of the answer."""

from datetime import datetime, timedelta

from bot.domain.complaint import Complaint
from bot.domain.feedback import NO, YES, Answer, Feedback, Field, Question
from bot.flows.outcome import Refused
from bot.store import cases, feedback
from bot.store.db import Session

NOT_YOURS = Refused("Only the author of a message is asked about it.")
FORGOTTEN = Refused("This question is too old. Use *Report complaint* in the menu of the message.")


def ask(
    session: Session, workspace: str, channel: str, ts: str, *, score: float, by: str, now: datetime
) -> Question | None:
    """The question to put to the author `by`; None when it was put before, there is a case, or they want quiet.

    A message is asked about once: should the question not reach the author, it is not asked again.
    """
    if feedback.is_quiet(session, workspace, by, now=now):
        return None
    if cases.by_source(session, workspace, Complaint.message_source(channel, ts)) is not None:
        return None
    return feedback.ask(session, workspace, Question(0, channel, ts, by, score), now=now)


def find(session: Session, workspace: str, question_id: int, *, by: str) -> Question | Refused:
    """The question behind a button, for the person who was asked."""
    question = feedback.question(session, workspace, question_id)
    if question is None:
        return FORGOTTEN
    return question if question.author == by else NOT_YOURS


def answered(
    session: Session,
    workspace: str,
    question: Question,
    answer: Answer,
    *,
    text: str | None,
    names: tuple[str, ...] = (),
    by: str,
    now: datetime,
) -> None:
    """Keep an answer. The words of the message become feedback; without them (None) only the answer is kept."""
    if not feedback.answer(session, question, answer) or not text:
        return
    source = Complaint.message_source(question.channel, question.ts)
    case = cases.by_source(session, workspace, source)
    label = YES if answer is Answer.OPENED else NO
    said = Feedback(Field.COMPLAINT, f"{question.score:.3f}", label, text, by, now, names, case.id if case else None)
    feedback.keep(session, workspace, [said])


def be_quiet(
    session: Session, workspace: str, question: Question, *, quiet: timedelta, by: str, now: datetime
) -> datetime:
    """Do not ask this person for a while; until when."""
    feedback.answer(session, question, Answer.QUIET)
    feedback.be_quiet(session, workspace, by, until=now + quiet)
    return now + quiet
