"""A desk in a test: each deed in a transaction of its own, and what it left behind."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.content.bundle import Content, load
from bot.domain.audit import Entry, first_broken
from bot.domain.case import Case
from bot.domain.draft import Draft
from bot.domain.taxonomy import Severity
from bot.flows import cards, cases, details, drafts, reading, replies
from bot.settings import ROOT
from bot.store import audit
from bot.store.db import Database, Session
from bot.store.tables import cases as case_rows
from bot.store.tables import drafts as draft_rows
from bot.store.tables import notices
from bot.store.tables import replies as reply_rows
from tests.builders import NOW, WORKSPACE, a_complaint
from tests.opened import open_case

ANA, BEN, LENA = "U0ANA", "U0BEN", "U0LENA"


class Story:
    """Flows on one database with the content given."""

    def __init__(self, database: Database, content: Content) -> None:
        self.database, self.content, self.minutes = database, content, 0

    def now(self) -> datetime:
        """A time a minute after the last."""
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    def do(self, flow: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Run a flow in one transaction."""
        with self.database.transaction() as session:
            return flow(session, *given, now=self.now(), **named)

    def open(self, workspace: str = WORKSPACE, **complaint: Any) -> Case:
        return self.do(open_case, self.content, workspace, a_complaint(**complaint)).case

    def read(self) -> None:
        """The reader's turn: everything that is to be read now is read."""
        looking, writing = self.database.looking, self.database.transaction
        reader = reading.Reader(writing, looking, lambda: self.content, WORKSPACE, self.now)
        while reader.read_some() is not None:
            pass

    def take(self, case: Case, *, by: str = ANA, workspace: str = WORKSPACE) -> Any:
        return self.do(cases.take, workspace, case.id, by=by)

    def resolve(self, case: Case, *, by: str = ANA, workspace: str = WORKSPACE) -> Any:
        return self.do(
            cases.resolve,
            self.content,
            workspace,
            case.id,
            outcome="resolved",
            resolution="Sent a new one.",
            by=by,
        )

    def reopen(self, case: Case, *, by: str = ANA, workspace: str = WORKSPACE) -> Any:
        return self.do(cases.reopen, self.content, workspace, case.id, by=by)

    def change(self, case: Case, *, by: str = ANA, role: Any = None, workspace: str = WORKSPACE, **given: Any) -> Any:
        """Save the details form with some fields changed."""
        known = {name: getattr(case.details, name) for name in ("category", "severity", "customer", "reference")}
        wanted = {**known, **given}
        wanted["severity"] = Severity(wanted["severity"])
        return self.do(
            details.change_details, self.content, workspace, case.id, by=by, role=role, agent="Ana", **wanted
        )

    def edit_report(self, case: Case, text: str) -> Any:
        return self.do(details.report_edited, self.content, case.workspace, case.complaint.source, text, agent="Ana")

    def delete_report(self, case: Case) -> Any:
        return self.do(cases.report_deleted, case.workspace, case.complaint.source)

    def draft_again(self, case: Case, *, by: str = ANA, workspace: str = WORKSPACE) -> Any:
        return self.do(drafts.draft_again, self.content, workspace, case.id, agent="Ana", by=by)

    def another(self, draft_id: int, *, by: str = ANA, workspace: str = WORKSPACE) -> Any:
        return self.do(drafts.another, self.content, workspace, draft_id, agent="Ana", by=by)

    def use(self, draft_id: int, *, by: str = ANA, agent: str = "Ana", workspace: str = WORKSPACE) -> Any:
        return self.do(drafts.use, self.content, workspace, draft_id, agent=agent, by=by)

    def revise(
        self, draft_id: int, text: str = "", *, by: str = ANA, workspace: str = WORKSPACE, **answers: str
    ) -> Any:
        return self.do(
            replies.revise, self.content, workspace, draft_id, text=text, answers=answers, agent="Ana", by=by
        )

    def save(self, draft_id: int, text: str = "", *, by: str = ANA, agent: str = "Ana", **given: Any) -> Any:
        """Save the form: what is no field of it is an answer."""
        fields = ("template_id", "channel", "untouched", "reason", "role")
        form = {name: given.pop(name) for name in fields if name in given}
        named = {"text": text, "answers": given, "agent": agent, "by": by, **form}
        return self.do(replies.revise, self.content, WORKSPACE, draft_id, **named)

    def send(self, draft_id: int, *, by: str = ANA, workspace: str = WORKSPACE, **given: Any) -> Any:
        return self.do(replies.mark_sent, self.content, workspace, draft_id, by=by, **given)

    # What is there afterwards

    def look(self, question: Callable[[Session], Any]) -> Any:
        with self.database.reading() as session:
            return question(session)

    def card(self, case: Case) -> cards.Card:
        card = self.look(lambda session: cards.card_of(session, case.workspace, case.id))
        assert card is not None
        return card

    def draft(self, case: Case) -> Draft:
        """The draft on the card."""
        draft = self.card(case).draft
        assert draft is not None
        return draft

    def log(self, workspace: str = WORKSPACE) -> list[Entry]:
        return self.look(lambda session: list(audit.entries_of(session, workspace)))

    def actions(self, case: Case) -> list[str]:
        return [str(entry.action) for entry in self.log(case.workspace) if entry.subject == case.reference]

    def broken_link(self) -> str | None:
        """The first broken link of any workspace's log."""

        def verify(session: Session) -> str | None:
            for name, seq, digest in audit.workspaces_known(session):
                fault = first_broken(audit.entries_of(session, name), last_seq=seq, last_hash=digest)
                if fault:
                    return fault
            return None

        return self.look(verify)

    def numbers(self, workspace: str = WORKSPACE) -> list[int]:
        query = sa.select(case_rows.c.number).where(case_rows.c.workspace_id == workspace).order_by(case_rows.c.id)
        return self.look(lambda session: list(session.execute(query).scalars()))

    def card_revision(self, case: Case) -> int:
        """How often the case's card was asked for; fails unless there is exactly one notice for it."""
        query = sa.select(notices.c.revision).where(notices.c.kind == cards.CARD, notices.c.subject == str(case.id))
        return self.look(lambda session: session.execute(query).scalar_one())

    def count(self, table: sa.Table) -> int:
        return self.look(lambda session: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())

    def cards(self, *where: Any) -> int:
        """How many cards were asked for; with a condition, how many of them meet it."""
        query = sa.select(sa.func.count()).where(notices.c.kind == cards.CARD, *where)
        return self.look(lambda session: session.execute(query).scalar_one())

    def drafts_in(self, case: Case, *states: str) -> int:
        query = sa.select(sa.func.count()).where(draft_rows.c.case_id == case.id, draft_rows.c.state.in_(states))
        return self.look(lambda session: session.execute(query).scalar_one())

    def replies(self, case: Case) -> list[int]:
        """The drafts that were sent on a case, oldest first."""
        query = sa.select(reply_rows.c.draft_id).where(reply_rows.c.case_id == case.id).order_by(reply_rows.c.id)
        return self.look(lambda session: list(session.execute(query).scalars()))

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table except how often cards were asked for: to show that a deed changed nothing."""
        left_out = {notices.c.revision, notices.c.due_at}

        def rows(session: Session) -> dict[str, list[Any]]:
            return {
                table.name: sorted(
                    map(repr, session.execute(sa.select(*(c for c in table.columns if c not in left_out))).all())
                )
                for table in case_rows.metadata.sorted_tables
            }

        return self.look(rows)


def with_rule(folder: Path, pattern: str, level: str = "error") -> Content:
    """The shipped content with one more phrase rule."""
    shutil.copytree(ROOT / "responses", folder)
    (folder / "phrases" / "ours.yml").write_text(
        f"about: Ours.\nrules:\n  - id: ours\n    level: {level}\n    patterns: ['{pattern}']\n    why: Because.\n"
        f"    instead: [Something else.]\n    hits: ['{pattern}']\n    passes: [Something else.]\n"
    )
    return load(folder, ROOT / "policies")
