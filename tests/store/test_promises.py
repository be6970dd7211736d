"""Promises keep their words, their time and what became of them."""

from datetime import timedelta

from bot.content.bundle import Content
from bot.domain.draft import Promised, PromiseState
from bot.flows import drafts, replies
from bot.store import promises
from bot.store.db import Database
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.opened import open_case


def test_promises_come_back_as_they_were_confirmed_and_change_their_state(database: Database, content: Content) -> None:
    friday = [
        Promised("by Friday", NOW + timedelta(days=4)),
        Promised("today at 5", NOW.replace(hour=17, minute=0, microsecond=250)),
    ]
    with database.transaction() as session:
        case = open_case(session, content, WORKSPACE, a_complaint(), now=NOW).case
        _, draft = drafts.draft_again(session, content, WORKSPACE, case.id, agent="Ana", by="U0ANA", now=NOW)  # type: ignore[misc]
        replies.mark_sent(session, content, WORKSPACE, draft.id, promised=friday, by="U0ANA", now=NOW)
        first, second = promises.of_case(session, case.id)
        promises.change_state(session, first.id, PromiseState.KEPT)
    with database.reading() as session:
        kept, still = promises.of_case(session, case.id)
    assert [(each.words, each.due_at) for each in (kept, still)] == [(each.words, each.due_at) for each in friday]
    assert (kept.confirmed_by, kept.confirmed_at, kept.case_id) == ("U0ANA", NOW, case.id)
    assert (kept.state, still.state) == (PromiseState.KEPT, PromiseState.OPEN)
    assert still == second
