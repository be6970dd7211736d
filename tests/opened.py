"""Opening the case of a report in a test, where its reading follows at once."""

from dataclasses import replace
from datetime import datetime

from bot.content.bundle import Content
from bot.domain.complaint import Complaint
from bot.flows.alerts import NOWHERE, Places
from bot.flows.opening import Opened, open_cases
from bot.flows.reading import read, record
from bot.store import cases
from bot.store.db import Session


def open_case(
    session: Session,
    content: Content,
    workspace: str,
    complaint: Complaint,
    *,
    places: Places = NOWHERE,
    now: datetime,
) -> Opened:
    """Open the case of a report and read it; a report that has its case keeps it."""
    [opened] = open_cases(session, workspace, [complaint], now=now)
    if opened.case.is_read:
        return opened
    stored = cases.get(session, workspace, opened.case.id)
    assert stored is not None
    [case] = record(session, content, workspace, [read(content, stored)], places=places, now=now)
    return replace(opened, case=case)
