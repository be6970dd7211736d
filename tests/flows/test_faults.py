"""Broken content is told once, changed in place, and taken back when it is mended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from bot.flows.faults import FAULT, MOST_KEPT, find_fault, mend_fault, report_fault
from bot.store.db import Database
from bot.store.tables import faults, notices
from tests.builders import NOW, WORKSPACE

LEADS = "C0LEADS"
BROKEN = ("responses/templates/food.j2:3: titel: unknown field: did you mean title?",)
OTHER = ("policies/team.yml:1: people: empty: add an entry",)


def report(database: Database, problems: tuple[str, ...] = BROKEN, *, minutes: float = 0) -> int:
    with database.transaction() as session:
        fault = report_fault(session, WORKSPACE, problems, channel=LEADS, now=NOW + timedelta(minutes=minutes))
        assert fault is not None
        return fault.id


def mend(database: Database, *, minutes: float = 0) -> int | None:
    with database.transaction() as session:
        fault = mend_fault(session, WORKSPACE, now=NOW + timedelta(minutes=minutes))
        return fault.id if fault else None


def told(database: Database) -> list[tuple[str, str, str, int]]:
    """Each notice: kind, subject, channel, and how often it was asked for."""
    with database.reading() as session:
        rows = session.execute(sa.select(notices).order_by(notices.c.id))
        return [(row.kind, row.subject, row.channel, row.revision) for row in rows]


def test_a_fault_is_told_once_however_many_processes_see_it(database: Database) -> None:
    first = report(database)
    assert report(database, minutes=1) == first
    assert told(database) == [(FAULT, str(first), LEADS, 1)]
    with database.reading() as session:
        fault = find_fault(session, WORKSPACE, first)
    assert fault is not None
    assert (fault.problems, fault.found_at, fault.mended_at) == (BROKEN, NOW, None)


def test_other_problems_before_it_is_mended_change_the_message(database: Database) -> None:
    first = report(database)
    assert report(database, OTHER, minutes=3) == first
    assert told(database) == [(FAULT, str(first), LEADS, 2)]


def test_a_mended_fault_changes_the_message_once(database: Database) -> None:
    first = report(database)
    assert mend(database, minutes=3) == first
    assert mend(database, minutes=4) is None
    assert told(database) == [(FAULT, str(first), LEADS, 2)]
    with database.reading() as session:
        fault = find_fault(session, WORKSPACE, first)
    assert fault is not None
    assert fault.mended_at == NOW + timedelta(minutes=3)


def test_the_next_fault_is_told_anew(database: Database) -> None:
    first = report(database)
    mend(database, minutes=1)
    second = report(database, OTHER, minutes=1.5)
    assert [(subject, revision) for _, subject, _, revision in told(database)] == [(str(first), 2), (str(second), 1)]


@pytest.mark.parametrize(("after", "anew"), [(0.9, False), (1.1, True)])
def test_the_same_fault_from_a_process_that_looked_late_is_no_new_one(
    database: Database, after: float, anew: bool
) -> None:
    first = report(database)
    mend(database)
    assert (report(database, minutes=after) != first) is anew
    assert len(told(database)) == 1 + anew


def test_nothing_to_mend_is_told_to_nobody(database: Database) -> None:
    assert mend(database) is None
    assert told(database) == []


def test_another_workspace_has_faults_of_its_own(database: Database) -> None:
    first = report(database)
    with database.transaction() as session:
        assert mend_fault(session, "T0OTHER", now=NOW) is None
        assert find_fault(session, "T0OTHER", first) is None
        other = report_fault(session, "T0OTHER", BROKEN, channel=LEADS, now=NOW)
        assert other is not None
    assert len(told(database)) == 2


def test_only_the_first_of_very_many_problems_are_kept(database: Database) -> None:
    report(database, tuple(f"a.j2:{line}: words" for line in range(1, 500)))
    with database.reading() as session:
        [row] = session.execute(sa.select(faults))
    assert len(row.problems) == MOST_KEPT


@pytest.mark.parametrize("mended_before", [False, True])
def test_processes_that_see_it_at_the_same_moment_tell_it_once(
    fresh: Callable[[str], Database], mended_before: bool
) -> None:
    database = fresh("postgresql")
    if mended_before:
        report(database, OTHER)
        mend(database)
    together = Barrier(8)

    def see(_: int) -> int:
        together.wait(10)
        while True:
            with database.transaction() as session:
                fault = report_fault(session, WORKSPACE, BROKEN, channel=LEADS, now=NOW)
            if fault is not None:
                return fault.id

    with ThreadPoolExecutor(8) as threads:
        assert len({*threads.map(see, range(8))}) == 1
    assert [revision for *_, revision in told(database)][-1] == 1
    assert len(told(database)) == 1 + mended_before
