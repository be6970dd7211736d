"""Questions asked, people who want to be left alone, and what people say about our guesses."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.feedback import Answer, Feedback, Field, Question
from bot.store.audit import ensure_workspace, upsert
from bot.store.db import Session
from bot.store.tables import feedback, questions, silences


def ask(session: Session, workspace: str, question: Question, *, now: datetime) -> Question | None:
    """Remember that a question is asked; None when it was asked before. The question's id is given here."""
    ensure_workspace(session, workspace)
    values = {
        "workspace_id": workspace,
        "channel": question.channel,
        "ts": question.ts,
        "author": question.author,
        "score": question.score,
        "asked_at": now,
    }
    row = session.execute(_ask(session.dialect.name), values).one_or_none()
    return _question(row) if row is not None else None


@cache
def _ask(dialect: str) -> Any:
    return upsert(dialect, questions).on_conflict_do_nothing().returning(questions)


def question(session: Session, workspace: str, question_id: int) -> Question | None:
    """A question of this workspace."""
    query = sa.select(questions).where(questions.c.workspace_id == workspace, questions.c.id == question_id)
    row = session.execute(query).one_or_none()
    return _question(row) if row is not None else None


def answer(session: Session, question: Question, answer: Answer) -> bool:
    """Keep what was answered; False when the same was answered before."""
    is_new = sa.or_(questions.c.answer.is_(None), questions.c.answer != answer.value)
    update = sa.update(questions).where(questions.c.id == question.id, is_new).values(answer=answer.value)
    return session.execute(update.returning(questions.c.id)).first() is not None


def be_quiet(session: Session, workspace: str, person: str, *, until: datetime) -> None:
    """Leave somebody alone until then."""
    ensure_workspace(session, workspace)
    insert = upsert(session.dialect.name, silences).values(workspace_id=workspace, person=person, until=until)
    session.execute(
        insert.on_conflict_do_update(index_elements=["workspace_id", "person"], set_={"until": insert.excluded.until})
    )


def is_quiet(session: Session, workspace: str, person: str, *, now: datetime) -> bool:
    """Whether somebody does not want to be asked now."""
    query = sa.select(silences.c.until).where(
        silences.c.workspace_id == workspace, silences.c.person == person, silences.c.until > now
    )
    return session.execute(query).first() is not None


def keep(session: Session, workspace: str, several: Iterable[Feedback]) -> None:
    """Store what people said."""
    rows = [
        {
            "workspace_id": workspace,
            "case_id": one.case_id,
            "field": one.field.value,
            "guessed": one.guessed[:300],
            "label": one.label[:300],
            "text": one.text,
            "names": list(one.names),
            "said_by": one.said_by,
            "said_at": one.said_at,
        }
        for one in several
    ]
    if rows:
        session.execute(sa.insert(feedback), rows)


def all_of(session: Session) -> Iterator[Feedback]:
    """Everything people said, oldest first, a few rows at a time."""
    query = sa.select(feedback).order_by(feedback.c.id)
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        yield Feedback(
            field=Field(row.field),
            guessed=row.guessed,
            label=row.label,
            text=row.text,
            said_by=row.said_by,
            said_at=row.said_at,
            names=tuple(row.names),
            case_id=row.case_id,
        )


def forget(session: Session, *, before: datetime) -> dict[str, int]:
    """Delete what is older: how many answers about guesses, and how many questions."""
    gone = session.execute(sa.delete(feedback).where(feedback.c.said_at < before).returning(feedback.c.id)).all()
    asked = session.execute(sa.delete(questions).where(questions.c.asked_at < before).returning(questions.c.id)).all()
    session.execute(sa.delete(silences).where(silences.c.until < before))
    return {"feedback": len(gone), "questions": len(asked)}


def _question(row: Any) -> Question:
    return Question(row.id, row.channel, row.ts, row.author, row.score, Answer(row.answer) if row.answer else None)
