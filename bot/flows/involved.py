"""A complaint turns out to be about a colleague: what they decided is decided anew, and others are called for it."""

from datetime import datetime

from bot.content.bundle import Content
from bot.domain.case import Case
from bot.flows.calls import call_instead
from bot.flows.offers import freeze_of_colleague
from bot.flows.planning import redraw_all
from bot.store import audit
from bot.store.db import Session


def is_about(session: Session, content: Content, case: Case, *, now: datetime) -> list[audit.Happened]:
    """Do what follows when it was said, or taken back, whom the complaint on a case is about; the case must be locked.

    Offers of theirs freeze, another lead is called for the risks they look after, and reminders that name them are
    drawn anew. Gives back what is to be logged.
    """
    happened = freeze_of_colleague(session, content, case, now=now)
    redraw_all(session, case)
    call_instead(session, case)
    return happened
