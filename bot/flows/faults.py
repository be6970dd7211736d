"""Broken content: told once to the leads, by whichever process sees it first, and taken back when it is mended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.faults import Fault
from bot.store import faults, outbox
from bot.store.db import Session

FAULT = "fault"
"""The kind of notice that a fault is; its subject is the fault's id."""

SAME_FAULT = timedelta(minutes=1)
"""A fault that comes back within this time is the same one: a process may look later than the others."""

MOST_KEPT = 40
"""Problems of one fault that are kept; one broken file can bring forth hundreds."""


def report_fault(
    session: Session, workspace: str, problems: Sequence[str], *, channel: str, now: datetime
) -> Fault | None:
    """Record what is wrong with the edited files, and have the leads told in `channel` unless they know it already.

    A fault that is open is changed, and its message edited. None when another process has just opened one: try again.
    """
    kept = (*problems[:MOST_KEPT],)
    fault = faults.lock_last(session, workspace)
    if fault is not None and fault.mended_at is None:
        if fault.problems == kept:
            return fault
        fault = faults.change(session, fault, problems=[*kept])
    elif fault is not None and fault.problems == kept and fault.mended_at and now - fault.mended_at < SAME_FAULT:
        fault = faults.change(session, fault, mended_at=None)
    else:
        fault = faults.add(session, workspace, kept, channel=channel, now=now)
    if fault is not None:
        _ask_for_message(session, workspace, fault)
    return fault


def mend_fault(session: Session, workspace: str, *, now: datetime) -> Fault | None:
    """All files are right: have the message of an open fault say so. None when no fault is open."""
    fault = faults.lock_last(session, workspace)
    if fault is None or fault.mended_at is not None:
        return None
    fault = faults.change(session, fault, mended_at=now)
    _ask_for_message(session, workspace, fault)
    return fault


def _ask_for_message(session: Session, workspace: str, fault: Fault) -> None:
    outbox.ask(session, workspace, outbox.Wish(fault.channel, FAULT, str(fault.id)))


def find_fault(session: Session, workspace: str, fault_id: int) -> Fault | None:
    """A fault of this workspace, to be shown."""
    return faults.get(session, workspace, fault_id)
