"""Usage of templates, counted on both databases."""

from dataclasses import replace

from bot.content.bundle import Content
from bot.domain.usage import Usage
from bot.flows import replies
from bot.flows.usage import usage_of_templates
from bot.store import drafts as stored
from bot.store.db import Database
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.opened import open_case


def test_a_sent_draft_counts_as_chosen_and_its_own_words_as_edited(database: Database, content: Content) -> None:
    with database.transaction() as session:
        case = open_case(session, content, WORKSPACE, a_complaint(), now=NOW).case
        draft = stored.live(session, case.id)
        assert draft is not None
        replies.mark_sent(session, content, WORKSPACE, draft.id, text=f"{draft.text} ", by="U0ANA", now=NOW)
    with database.reading() as session:
        first, *others = usage_of_templates(session, content)
        assert first == Usage(draft.template_id, suggested=1, chosen=1, sent=1)
        assert first.edited_share == 0
        assert {replace(other, template_id="") for other in others} == {Usage("")}
        assert len(others) == len(content.templates) - 1


def test_a_template_that_was_taken_away_keeps_its_figures(database: Database, content: Content) -> None:
    with database.transaction() as session:
        case = open_case(session, content, WORKSPACE, a_complaint(), now=NOW).case
        stored.add(session, WORKSPACE, stored.NewDraft(case.id, "gone", "text", ()), now=NOW)
    with database.reading() as session:
        counted = {each.template_id: each for each in usage_of_templates(session, content)}
    assert counted["gone"].suggested == 1
    assert counted["gone"].edited_share is None
