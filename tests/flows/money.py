"""A desk at which amends are offered and decided: each press in a transaction of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.content.bundle import Content
from bot.domain.approval import Presser
from bot.domain.authority import Policy
from bot.domain.case import Case
from bot.domain.money import parse
from bot.domain.offer import Offered, Wanted
from bot.domain.team import Role
from bot.flows import approvals, counter_offers, deadlines, offers
from bot.flows.offers import Made
from bot.flows.outcome import Refused
from bot.store import cases
from bot.store import offers as stored
from bot.store.db import Database, Session
from bot.store.tables import notices
from tests.builders import NOW, WORKSPACE, a_policy
from tests.flows.story import ANA, BEN, LENA, Story

LUIS, MARA, SAM = "U0LUIS", "U0MARA", "U0SAM"
APPROVALS = "C0APPROVALS"
TEAM: dict[str, Role | None] = {
    ANA: Role.AGENT,
    BEN: Role.AGENT,
    SAM: Role.SENIOR,
    LENA: Role.LEAD,
    LUIS: Role.LEAD,
    MARA: Role.MANAGER,
}


def with_policy(content: Content, policy: Policy) -> Content:
    """The content with other limits."""
    return replace(content, policy=policy)


class Till(Story):
    """A story in which people offer amends. `roles` is the team; `clock` is the time of the next press."""

    def __init__(self, database: Database, content: Content, policy: Policy | None = None) -> None:
        super().__init__(database, with_policy(content, policy or a_policy()))
        self.roles = dict(TEAM)
        self.clock: datetime | None = None
        self.forms = 0

    def now(self) -> datetime:
        return self.clock or super().now()

    def wait(self, **duration: float) -> None:
        """Time passes, and stands still until the next wait."""
        self.clock = (self.clock or NOW) + timedelta(**duration)

    def change_policy(self, **given: Any) -> None:
        self.content = with_policy(self.content, a_policy(**{"hash": f"another-{id(given)}", **given}))

    def wanted(self, amount: str | None, **given: Any) -> Wanted:
        loss = given.pop("loss", "100 EUR")
        values = {"kind": "refund", "reason": "late", "note": "", "item": "", **given}
        return Wanted(amount=parse(amount) if amount else None, loss=parse(loss) if loss else None, **values)

    def offer(self, case: Case, amount: str | None = "40 EUR", *, by: str = ANA, form: str = "", **given: Any) -> Any:
        """Submit the form; each has a source of its own unless `form` names one."""
        self.forms += 1
        channel = given.pop("approvals", APPROVALS)
        workspace = given.pop("workspace", case.workspace)
        return self.do(
            offers.make_offer,
            self.content,
            workspace,
            case.id,
            self.wanted(amount, **given),
            source=f"form:{form or self.forms}",
            approvals=channel,
            agent="Ana",
            by=by,
            role=self.roles.get(by),
        )

    def made(self, case: Case, amount: str | None = "40 EUR", **given: Any) -> Offered:
        """The offer that was made."""
        made = self.offer(case, amount, **given)
        assert isinstance(made, Made), made
        return made.offered

    def press(self, flow: Callable[..., Any], offered: Offered, *, by: str, workspace: str = "", **given: Any) -> Any:
        """Approve, decline or counter."""
        lent_by = given.pop("lent_by", None)
        role = self.roles.get(lent_by or by)
        if flow is approvals.approve:
            given.setdefault("agent", "Ana")
        where = workspace or offered.workspace
        presser = Presser(by, role, lent_by)
        return self.do(flow, self.content, where, offered.id, by=presser, roles=self.roles, **given)

    def approve(self, offered: Offered, *, by: str = LENA, **given: Any) -> Any:
        return self.press(approvals.approve, offered, by=by, **given)

    def decline(self, offered: Offered, *, by: str = LENA, why: str = "Too much.", **given: Any) -> Any:
        return self.press(approvals.decline, offered, by=by, why=why, **given)

    def counter(self, offered: Offered, amount: str, *, by: str = LENA, **given: Any) -> Any:
        return self.press(approvals.counter_offer, offered, by=by, amount=parse(amount), why="Half will do.", **given)

    def accept(self, offered: Offered, *, by: str = ANA, workspace: str = "") -> Any:
        where = workspace or offered.workspace
        return self.do(counter_offers.accept, self.content, where, offered.id, by=by, roles=self.roles, agent="Ana")

    def turn_down(self, offered: Offered, *, by: str = ANA, workspace: str = "") -> Any:
        return self.do(counter_offers.turn_down, workspace or offered.workspace, offered.id, by=by)

    def withdraw(self, offered: Offered, *, by: str = ANA, workspace: str = "") -> Any:
        where = workspace or offered.workspace
        return self.do(offers.withdraw, where, offered.id, by=by, role=self.roles.get(by))

    def mark_done(self, offered: Offered, *, by: str = ANA, reference: str = "PAY-1", workspace: str = "") -> Any:
        return self.do(offers.mark_done, workspace or offered.workspace, offered.id, reference=reference, by=by)

    def expire(self, offered: Offered, workspace: str = "") -> Any:
        return self.do(deadlines.expire, workspace or offered.workspace, offered.id)

    # What is there afterwards

    def stands(self, offered: Offered) -> Offered:
        """The offer as it is stored."""
        found = self.look(lambda session: stored.get(session, offered.workspace, offered.id))
        assert found is not None
        return found

    def state(self, offered: Offered) -> str:
        return str(self.stands(offered).state)

    def case_of(self, offered: Offered) -> Case:
        """The case of an offer."""
        case = self.look(lambda session: cases.get(session, offered.workspace, offered.case_id))
        assert case is not None
        return case

    def notices(self, kind: str, workspace: str = WORKSPACE) -> dict[str, Any]:
        """Notices of a kind: subject → row."""

        def read(session: Session) -> dict[str, Any]:
            query = sa.select(notices).where(notices.c.kind == kind, notices.c.workspace_id == workspace)
            return {row.subject: row for row in session.execute(query)}

        return self.look(read)


def refused(answer: Any, *words: str) -> None:
    """Check that a press was refused, with these words in the reason."""
    assert isinstance(answer, Refused), answer
    for word in words:
        assert word in answer.why
