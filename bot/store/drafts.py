"""Drafts and sent replies in and out of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.draft import Draft, DraftState, Override, Reply
from bot.domain.template import Channel
from bot.domain.usage import Usage
from bot.store.db import Session
from bot.store.tables import drafts, replies

_LIVE = (DraftState.SUGGESTED.value, DraftState.CHOSEN.value)


_ADD = sa.insert(drafts)


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A suggestion that is to be stored."""

    case_id: int
    template_id: str
    text: str
    missing: tuple[str, ...]
    channel: Channel = Channel.EMAIL


def add_all(session: Session, workspace: str, new: Sequence[NewDraft], *, now: datetime) -> None:
    """Store the first suggestions of new cases."""
    session.execute(_ADD, [_row(workspace, draft, now) for draft in new])


def add(session: Session, workspace: str, new: NewDraft, *, now: datetime) -> Draft:
    """Store a suggestion."""
    key = session.execute(_ADD.returning(drafts.c.id), _row(workspace, new, now)).scalar_one()
    return Draft(
        key, new.case_id, new.template_id, new.text, DraftState.SUGGESTED, missing=new.missing, channel=new.channel
    )


def _row(workspace: str, new: NewDraft, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace,
        "case_id": new.case_id,
        "template_id": new.template_id,
        "text": new.text,
        "state": DraftState.SUGGESTED.value,
        "edited": False,
        "missing": list(new.missing),
        "channel": new.channel.value,
        "created_at": now,
    }


def get(session: Session, workspace: str, draft_id: int) -> Draft | None:
    """A draft of this workspace."""
    query = sa.select(drafts).where(drafts.c.workspace_id == workspace, drafts.c.id == draft_id)
    row = session.execute(query).one_or_none()
    return _draft(row) if row is not None else None


_LIVE_OF = (
    sa.select(drafts)
    .where(drafts.c.case_id == sa.bindparam("case"), drafts.c.state.in_(_LIVE))
    .order_by(drafts.c.id.desc())
    .limit(1)
)


def live(session: Session, case_id: int) -> Draft | None:
    """The draft the case's card offers, if any."""
    row = session.execute(_LIVE_OF, {"case": case_id}).one_or_none()
    return _draft(row) if row is not None else None


def answers_to(session: Session, draft: Draft) -> dict[str, str]:
    """What people answered so far to the questions of this draft, by the value's name."""
    return session.execute(sa.select(drafts.c.answers).where(drafts.c.id == draft.id)).scalar_one() or {}


def change(session: Session, draft: Draft, **values: Any) -> Draft:
    """Store new values of columns and give back the draft as it is then."""
    values = {name: _stored(value) for name, value in values.items()}
    row = session.execute(sa.update(drafts).where(drafts.c.id == draft.id).values(values).returning(drafts)).one()
    return _draft(row)


def save(session: Session, draft: Draft, *, answers: Mapping[str, str]) -> None:
    """Store all of a draft that a person can change, with what was answered for it."""
    names = ("text", "edited", "state", "template_id", "channel", "override")
    values = {name: getattr(draft, name) for name in names}
    change(session, draft, **values, missing=list(draft.missing), answers=dict(answers))


def _stored(value: Any) -> Any:
    if isinstance(value, Override):
        return {"broken": [list(each) for each in value.broken], "by": value.by, "reason": value.reason}
    return value.value if isinstance(value, DraftState | Channel) else value


def shown_since_reply(session: Session, case_id: int) -> list[str]:
    """The templates shown on a case since its last reply, in order, as often as they were shown."""
    sent = sa.select(sa.func.coalesce(sa.func.max(replies.c.draft_id), 0)).where(replies.c.case_id == case_id)
    query = (
        sa.select(drafts.c.template_id)
        .where(drafts.c.case_id == case_id, drafts.c.id > sent.scalar_subquery())
        .order_by(drafts.c.id)
    )
    return list(session.execute(query).scalars())


_LATELY_SENT = (
    sa.select(drafts.c.template_id, replies.c.sent_by)
    .join(drafts, drafts.c.id == replies.c.draft_id)
    .where(replies.c.workspace_id == sa.bindparam("workspace"))
    .order_by(replies.c.id.desc())
    .limit(30)
)


def lately_sent(session: Session, workspace: str) -> list[tuple[str, str]]:
    """The templates of the last 30 replies in this workspace and who sent each, newest first."""
    rows = session.execute(_LATELY_SENT, {"workspace": workspace})
    return [(row.template_id, row.sent_by) for row in rows]


def add_reply(session: Session, workspace: str, reply: Reply, *, now: datetime) -> int:
    """Store a reply that was sent; its id."""
    values = {
        "workspace_id": workspace,
        "case_id": reply.case_id,
        "draft_id": reply.draft_id,
        "text": reply.text,
        "parts": sorted(reply.parts),
        "sent_by": reply.sent_by,
        "sent_at": now,
        "channel": reply.channel.value,
        "broken": [list(each) for each in reply.broken],
        "unapproved": list(reply.unapproved),
    }
    return int(session.execute(sa.insert(replies).returning(replies.c.id), values).scalar_one())


_REPLIES_OF = sa.select(replies).where(replies.c.case_id == sa.bindparam("case")).order_by(replies.c.id)


def replies_of(session: Session, case_id: int) -> list[tuple[Reply, datetime]]:
    """The replies sent on a case and when, oldest first."""
    return [(_reply(row), row.sent_at) for row in session.execute(_REPLIES_OF, {"case": case_id})]


def usage(session: Session, *, since: datetime | None = None) -> list[Usage]:
    """What became of the drafts that were made (since then), in every workspace together, by template id."""
    sent = drafts.c.state == DraftState.SENT.value
    chosen = sa.or_(sent, drafts.c.state == DraftState.CHOSEN.value)
    other_words = sa.or_(drafts.c.edited, replies.c.text != drafts.c.text)
    query = (
        sa.select(
            drafts.c.template_id,
            sa.func.count(),
            _count(chosen),
            _count(drafts.c.state == DraftState.PASSED_OVER.value),
            _count(sent),
            _count(sa.and_(sent, other_words)),
        )
        .select_from(drafts.outerjoin(replies, replies.c.draft_id == drafts.c.id))
        .group_by(drafts.c.template_id)
        .order_by(drafts.c.template_id)
    )
    if since is not None:
        query = query.where(drafts.c.created_at >= since)
    return [Usage(template, *(int(count) for count in counts)) for template, *counts in session.execute(query)]


def _count(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _reply(row: Any) -> Reply:
    return Reply(
        row.case_id,
        row.draft_id,
        row.text,
        frozenset(row.parts),
        row.sent_by,
        Channel(row.channel or Channel.EMAIL),
        _pairs(row.broken),
        tuple(row.unapproved or ()),
    )


def _override(stored: Any) -> Override | None:
    if not stored:
        return None
    return Override(_pairs(stored["broken"]), stored["by"], stored["reason"])


def _pairs(stored: Any) -> tuple[tuple[str, str], ...]:
    return tuple((rule, words) for rule, words in stored or ())


def _draft(row: Any) -> Draft:
    return Draft(
        row.id,
        row.case_id,
        row.template_id,
        row.text,
        DraftState(row.state),
        bool(row.edited),
        tuple(row.missing),
        Channel(row.channel or Channel.EMAIL),
        _override(row.override),
    )
