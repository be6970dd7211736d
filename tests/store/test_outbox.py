"""Every notice asked for goes out, in the order of its lane and at its pace, and no two workers send it."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from bot.flows import outbox as flow
from bot.store import audit, outbox
from bot.store.db import Database, Session
from bot.store.outbox import BURST, DELIVERED, LEASE, PENDING, POST, SET_ASIDE, UPDATE, WITHDRAWN, Lane, Notice, Wish
from bot.store.outbox.model import TAKE_UNTIL
from bot.store.tables import db_now, lanes, notices, pauses
from tests.builders import CHANNEL, WORKSPACE

PAUSE = timedelta(seconds=30)


class Box:
    """The outbox with each step in a transaction of its own, as a worker does it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            audit.ensure_workspace(session, WORKSPACE)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            with self.database.transaction() as session:
                return getattr(outbox, name)(session, *given, **named)

        return call

    def want(self, subject: str = "1", channel: str = CHANNEL, **more: Any) -> None:
        self.ask(WORKSPACE, Wish(channel, "card", subject, **more))

    def lane(self) -> Lane:
        (lane,) = self.claim(10)
        return lane

    def next(self) -> Notice:
        """Claim the only lane that has something and take its next notice."""
        _, notice = self.take_next(self.lane())
        return notice

    def row(self, subject: str = "1") -> Any:
        with self.database.reading() as session:
            return session.execute(sa.select(notices).where(notices.c.subject == subject)).one()

    def state(self, subject: str = "1") -> str:
        return str(self.row(subject).state)

    def now(self) -> datetime:
        with self.database.reading() as session:
            return session.execute(sa.select(db_now())).scalar_one()

    def free_lanes(self) -> None:
        """Let go of every lane."""
        with self.database.transaction() as session:
            session.execute(sa.update(lanes).values(free_at=lanes.c.post_at))

    def move_time(self, seconds: float) -> None:
        """As if so many seconds had passed: everything that is stored lies further back."""
        with self.database.transaction() as session:
            for column in (lanes.c.free_at, lanes.c.post_at, notices.c.due_at, notices.c.tried_at, pauses.c.until):
                rows = session.execute(sa.select(*column.table.primary_key.columns, column)).all()
                for *key, value in rows:
                    if value is not None:
                        same = zip(column.table.primary_key.columns, key, strict=True)
                        earlier = {column.name: value - timedelta(seconds=seconds)}
                        session.execute(sa.update(column.table).where(*(c == v for c, v in same)).values(earlier))


@pytest.fixture
def box(database: Database) -> Box:
    return Box(database)


def drain(box: Box, lane: Lane) -> Iterator[str]:
    """Send all that the lane has now."""
    taken = box.take_next(lane)
    while taken is not None:
        lane, notice = taken
        yield notice.subject
        box.delivered(notice, f"{notice.id}.0")
        taken = box.take_next(lane)
    box.release(lane)


# Asking


def test_asking_twice_is_one_row_with_a_higher_revision(box: Box) -> None:
    box.want()
    box.want()
    assert box.row().revision == 2
    assert box.row().state == PENDING


@pytest.mark.parametrize("other", [{"subject": "2"}, {"kind": "digest"}, {"workspace": "T0OTHER"}])
def test_another_subject_kind_or_workspace_is_another_row(box: Box, other: dict[str, str]) -> None:
    with box.database.transaction() as session:
        audit.ensure_workspace(session, "T0OTHER")
        for what in ({}, other):
            named = {"kind": "card", "subject": "1", **what}
            outbox.ask(session, named.pop("workspace", WORKSPACE), Wish(CHANNEL, **named))
        assert session.execute(sa.select(sa.func.count()).select_from(notices)).scalar() == 2


def test_a_notice_asked_again_while_it_is_sent_stays_pending(box: Box) -> None:
    box.want()
    notice = box.next()
    box.want()
    box.delivered(notice, "1.0")
    assert (box.state(), box.row().message_ts, box.row().tried_at) == (PENDING, "1.0", None)


def test_a_notice_not_asked_again_is_delivered(box: Box) -> None:
    box.want()
    box.delivered(box.next(), "1.0")
    assert (box.state(), box.row().message_ts, box.row().attempts) == (DELIVERED, "1.0", 0)


def test_a_delivered_notice_asked_again_edits_its_message(box: Box) -> None:
    box.want()
    lane = box.lane()
    assert list(drain(box, lane)) == ["1"]
    box.want()
    again = box.next()
    assert again.message_ts is not None
    assert not again.uncertain


def test_a_notice_for_later_waits_until_it_is_due(box: Box) -> None:
    box.want(due_at=box.now() + timedelta(minutes=5))
    assert not box.is_anything_due()
    assert box.claim(10) == []
    box.move_time(301)
    assert box.is_anything_due()
    assert box.next().subject == "1"


def test_asking_again_now_brings_a_later_notice_forward(box: Box) -> None:
    box.want(due_at=box.now() + timedelta(minutes=5))
    box.want()
    assert box.next().subject == "1"


def test_asking_again_for_later_puts_a_waiting_notice_off(box: Box) -> None:
    box.want()
    box.want(due_at=box.now() + timedelta(minutes=5))
    assert box.claim(10) == []


def test_asking_again_does_not_cost_a_notice_its_place(box: Box) -> None:
    for subject in "123":
        box.want(subject)
    box.move_time(1)
    box.want("1")
    assert list(drain(box, box.lane())) == ["1", "2", "3"]


def test_asking_again_while_nobody_knows_whether_it_was_sent_does_not_hurry_it(box: Box) -> None:
    box.want()
    box.later(box.next(), PAUSE, "TimeoutError", uncertain=True)
    due = box.row().due_at
    box.want()
    assert box.row().due_at == due
    assert box.row().tried_at is not None


def test_asking_again_gives_a_notice_that_was_set_aside_all_its_tries(box: Box) -> None:
    box.want()
    for _ in range(3):
        box.later(box.next(), timedelta(0), "odd", uncertain=False)
        box.move_time(LEASE.total_seconds())
    box.set_aside(box.next(), "odd")
    box.want()
    assert (box.state(), box.row().attempts) == (PENDING, 0)
    box.move_time(LEASE.total_seconds())
    assert box.next().attempts == 1


# Lanes


def test_a_held_lane_is_nobody_elses(box: Box) -> None:
    box.want()
    assert len(box.claim(10)) == 1
    assert box.claim(10) == []


def test_a_released_lane_can_be_claimed_again(box: Box) -> None:
    box.want()
    box.release(box.lane())
    assert len(box.claim(10)) == 1


def test_a_lane_with_nothing_to_send_is_not_claimed(box: Box) -> None:
    box.want()
    assert list(drain(box, box.lane())) == ["1"]
    assert box.claim(10) == []


def test_no_more_lanes_are_claimed_than_asked_for(box: Box) -> None:
    for number in range(5):
        box.want(str(number), channel=f"C{number}")
    first, second = box.claim(3), box.claim(3)
    assert (len(first), len(second)) == (3, 2)
    assert len({lane.channel for lane in (*first, *second)}) == 5


def test_two_workers_at_once_never_get_the_same_lane(box: Box) -> None:
    for number in range(24):
        box.want(str(number), channel=f"C{number}")
    together = Barrier(4)

    def claim(_: int) -> list[str]:
        together.wait()
        return [lane.channel for _ in range(4) for lane in box.claim(3)]

    with ThreadPoolExecutor(4) as pool:
        claimed = [channel for channels in pool.map(claim, range(4)) for channel in channels]
    assert sorted(claimed) == sorted({*claimed})
    claimed += [lane.channel for lane in box.claim(24)]
    assert sorted(claimed) == sorted(f"C{number}" for number in range(24))


def test_many_workers_send_everything_once_and_in_order(box: Box) -> None:
    for number in range(40):
        box.want(f"{number:02}", channel=f"C{number % 5}")
        with box.database.transaction() as session:  # edits are not paced, so that the test need not wait
            session.execute(sa.update(notices).values(message_ts="1.0"))
    sent: list[tuple[str, str]] = []

    def work(_: int) -> None:
        while lanes_claimed := box.claim(2):
            for lane in lanes_claimed:
                sent.extend((lane.channel, subject) for subject in drain(box, lane))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(sent) == 40
    for channel in range(5):
        subjects = [subject for where, subject in sent if where == f"C{channel}"]
        assert subjects == [f"{number:02}" for number in range(channel, 40, 5)]


def test_when_a_lease_ends_another_may_claim_and_the_notice_is_uncertain(box: Box) -> None:
    box.want()
    assert not box.next().uncertain
    assert box.claim(10) == []
    box.move_time(LEASE.total_seconds() + 1)
    again = box.next()
    assert again.uncertain
    assert again.attempts == 2


def test_a_lane_that_was_never_tried_leaves_its_notice_certain(box: Box) -> None:
    box.want()
    box.lane()
    box.move_time(LEASE.total_seconds() + 1)
    assert not box.next().uncertain


def test_a_worker_that_lost_its_lane_gets_nothing_more(box: Box) -> None:
    box.want("1")
    box.want("2")
    slow = box.lane()
    box.move_time(LEASE.total_seconds() + 1)
    quick = box.lane()
    assert box.take_next(slow) is None
    assert box.row("1").tried_at is None
    held, notice = box.take_next(quick)
    assert notice.subject == "1"
    box.delivered(notice, "1.0")
    assert box.take_next(slow) is None
    assert box.take_next(held)[1].subject == "2"


def aged(lane: Lane, left: timedelta) -> Lane:
    """The same lane, held so long that only `left` of the lease is left."""
    return replace(lane, held_until=lane.held_until - (LEASE - left))


@pytest.mark.parametrize(("left", "gets_it"), [(TAKE_UNTIL + PAUSE / 10, True), (TAKE_UNTIL, False), (-LEASE, False)])
def test_a_lane_that_was_held_for_long_is_let_go_for_its_next_turn(box: Box, left: timedelta, gets_it: bool) -> None:
    box.want()
    with box.database.transaction() as session:
        (lane,) = outbox.claim(session, 1)
        late = aged(lane, left)
        session.execute(sa.update(lanes).values(free_at=late.held_until))
    assert (box.take_next(late) is not None) is gets_it
    assert (box.claim(10) == []) is gets_it


def test_a_lost_lane_is_not_released_by_whoever_lost_it(box: Box) -> None:
    box.want()
    slow = box.lane()
    box.move_time(LEASE.total_seconds() + 1)
    box.lane()
    box.release(slow)
    assert box.claim(10) == []


def test_two_workers_that_both_think_a_lane_theirs_do_not_both_get_its_notice(box: Box) -> None:
    """The lease ends between a worker's two steps, and its successor is just as quick."""
    box.want("1")
    together = Barrier(2)

    def take(lane: Lane) -> Any:
        together.wait()
        return box.take_next(lane)

    for _ in range(15):
        box.move_time(LEASE.total_seconds() + 1)
        slow = box.lane()
        with box.database.transaction() as session:
            session.execute(sa.update(lanes).values(free_at=slow.held_until - 2 * LEASE))
        slow = replace(slow, held_until=slow.held_until - 2 * LEASE)

        def overtake() -> Any:
            together.wait()
            claimed = box.claim(1)
            return box.take_next(claimed[0]) if claimed else None

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(take, slow), pool.submit(overtake)
            got = [one for one in (first.result(), second.result()) if one is not None]
        # Neither may get it when they met in the middle of their steps: then it is the next one's.
        assert len(got or [box.next()]) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_holds_a_stale_lane_cannot_take_it_back_in_mid_step(box: Box) -> None:
    box.want("1")
    slow = box.lane()
    with box.database.transaction() as session:
        session.execute(sa.update(lanes).values(free_at=slow.held_until - 2 * LEASE))
    slow = replace(slow, held_until=slow.held_until - 2 * LEASE)
    with ExitStack() as stack:
        taking = stack.enter_context(box.database.transaction())
        stack.enter_context(_overtaken(taking, box.lane))
        assert outbox.take_next(taking, slow) is None
    assert box.row("1").tried_at is None


class _overtaken:
    """Runs `deed` in another transaction before the first statement of `session` that changes something."""

    def __init__(self, session: Session, deed: Callable[[], Any]) -> None:
        self.session, self.deed, self.done = session, deed, False

    def __enter__(self) -> None:
        sa.event.listen(self.session, "before_cursor_execute", self._before)

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self.session, "before_cursor_execute", self._before)

    def _before(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE") and not self.done:
            self.done = True
            self.deed()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_report_that_is_being_opened_does_not_hide_its_lane(box: Box) -> None:
    box.want("1")
    with box.database.transaction() as reporting:
        outbox.ask(reporting, WORKSPACE, Wish(CHANNEL, "card", "2"))
        lane = box.lane()
        assert box.take_next(lane)[1].subject == "1"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_asking_waits_for_nothing_while_lanes_are_claimed(box: Box) -> None:
    box.want("1")
    with box.database.transaction() as claiming:
        assert len(outbox.claim(claiming, 10)) == 1
        box.want("2")


# Pace


def test_a_burst_goes_at_once_and_then_one_a_second(box: Box) -> None:
    for number in range(BURST + 3):
        box.want(str(number))
    sent = list(drain(box, box.lane()))
    assert sent == [str(number) for number in range(BURST)]
    assert box.claim(10) == []
    for number in range(BURST, BURST + 3):
        box.move_time(1)
        assert list(drain(box, box.lane())) == [str(number)]
        assert box.claim(10) == []


def test_after_a_rest_a_burst_is_allowed_again_and_no_more_than_a_burst(box: Box) -> None:
    for number in range(2 * BURST + 1):
        box.want(str(number))
    assert len(list(drain(box, box.lane()))) == BURST
    box.move_time(3600)
    assert len(list(drain(box, box.lane()))) == BURST


def test_edits_are_not_held_back_by_the_pace_of_new_messages(box: Box) -> None:
    for number in range(BURST + 1):
        box.want(str(number))
    list(drain(box, box.lane()))
    box.want("0")
    box.want("2")
    assert list(drain(box, box.lane())) == ["0", "2"]
    assert box.state(str(BURST)) == PENDING


def test_each_channel_has_its_own_pace(box: Box) -> None:
    for number in range(BURST + 1):
        box.want(str(number))
    list(drain(box, box.lane()))
    box.want("other", channel="C0OTHER")
    assert list(drain(box, box.lane())) == ["other"]


@pytest.mark.parametrize(("method", "held"), [(POST, "new"), (UPDATE, "old")])
def test_a_pause_holds_back_its_method_and_no_other(box: Box, method: str, held: str) -> None:
    box.want("old")
    list(drain(box, box.lane()))
    box.want("old")
    box.want("new")
    box.pause_method(WORKSPACE, method, PAUSE)
    (free,) = {"old", "new"} - {held}
    assert list(drain(box, box.lane())) == [free]
    assert box.claim(10) == []
    box.move_time(31)
    assert list(drain(box, box.lane())) == [held]


def test_a_pause_of_another_workspace_holds_nothing_back(box: Box) -> None:
    with box.database.transaction() as session:
        audit.ensure_workspace(session, "T0OTHER")
    box.want()
    box.pause_method("T0OTHER", POST, PAUSE)
    assert box.next().subject == "1"


def test_the_longest_pause_counts(box: Box) -> None:
    box.want()
    box.pause_method(WORKSPACE, POST, PAUSE)
    box.pause_method(WORKSPACE, POST, timedelta(seconds=1))
    box.move_time(5)
    assert box.claim(10) == []
    box.pause_method(WORKSPACE, POST, 2 * PAUSE)
    box.move_time(26)
    assert box.claim(10) == []
    box.move_time(40)
    assert box.next().subject == "1"


# What became of a try


def test_what_is_put_off_waits_for_its_time_and_counts_no_try(box: Box) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.put_off(notice, box.now() + PAUSE, "quiet hours")
    assert box.take_next(lane) is None
    assert (box.state(), box.row().tried_at, box.row().attempts) == (PENDING, None, 0)
    box.move_time(31)
    again = box.next()
    assert (again.attempts, again.uncertain) == (1, False)


def test_what_is_withdrawn_is_not_sent_and_can_be_asked_for_again(box: Box) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.withdrawn(notice, "done")
    assert box.take_next(lane) is None
    assert (box.state(), box.row().reason, box.counts(), box.waiting()) == (
        WITHDRAWN,
        "done",
        {"due": 0, "set_aside": 0},
        [],
    )
    box.want()
    assert box.next().attempts == 1


@pytest.mark.parametrize(
    "record",
    [
        lambda box, notice: box.put_off(notice, box.now() + PAUSE, "quiet hours"),
        lambda box, notice: box.withdrawn(notice, "done"),
    ],
    ids=["put_off", "withdrawn"],
)
def test_what_is_asked_for_again_meanwhile_is_neither_put_off_nor_withdrawn(
    box: Box, record: Callable[[Box, Notice], None]
) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.want()
    record(box, notice)
    assert box.take_next(lane)[1].revision == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_notice_that_is_being_asked_for_again_holds_up_no_other_of_its_lane(box: Box) -> None:
    for subject in "12":
        box.want(subject)
    lane = box.lane()
    with box.database.transaction() as asking:
        outbox.ask(asking, WORKSPACE, Wish(CHANNEL, "card", "1"))
        assert box.take_next(lane)[1].subject == "2"


def test_later_waits_its_pause_and_remembers_why(box: Box) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.later(notice, PAUSE, "HTTP 500 " * 100, uncertain=False)
    assert box.take_next(lane) is None
    assert (box.row().tried_at, box.row().attempts) == (None, 1)
    assert box.row().reason.startswith("HTTP 500")
    box.release(lane)
    box.move_time(31)
    again = box.next()
    assert (again.uncertain, again.attempts) == (False, 2)


def test_later_may_keep_the_mark_that_slack_may_have_it(box: Box) -> None:
    box.want()
    first = box.next()
    box.later(first, PAUSE, "TimeoutError", uncertain=True)
    box.move_time(51)
    again = box.next()
    assert again.uncertain
    box.later(again, PAUSE, "TimeoutError", uncertain=True)
    box.move_time(51)
    third = box.next()
    assert third.tried_at == again.tried_at - timedelta(seconds=51), "the first try counts: the search begins there"


def test_giving_back_counts_no_try(box: Box) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.give_back(notice, uncertain=False)
    box.release(lane)
    again = box.next()
    assert (again.attempts, again.uncertain) == (1, False)


def test_giving_back_keeps_the_doubt_of_an_earlier_try(box: Box) -> None:
    box.want()
    box.next()
    box.move_time(LEASE.total_seconds() + 1)
    lane, second = box.take_next(box.lane())
    box.give_back(second, uncertain=second.uncertain)
    box.release(lane)
    assert box.next().uncertain


def test_what_is_found_is_brought_up_to_date_next(box: Box) -> None:
    box.want()
    lane, notice = box.take_next(box.lane())
    box.found(notice, "5.0")
    _, again = box.take_next(lane)
    assert (again.message_ts, again.uncertain, again.attempts) == ("5.0", False, 1)


def test_a_message_that_is_gone_is_posted_anew(box: Box) -> None:
    box.want()
    list(drain(box, box.lane()))
    box.want()
    lane, notice = box.take_next(box.lane())
    box.forget_message(notice)
    _, again = box.take_next(lane)
    assert (again.message_ts, again.uncertain) == (None, False)


def test_a_notice_moves_to_a_channel_that_has_no_lane_yet(box: Box) -> None:
    box.want()
    _, notice = box.take_next(box.lane())
    box.move(notice, "C0INTAKE", "is_archived")
    lane = box.lane()
    assert lane.channel == "C0INTAKE"
    moved = box.take_next(lane)[1]
    assert (moved.channel, moved.message_ts, moved.uncertain) == ("C0INTAKE", None, False)
    box.delivered(moved, "9.0")
    assert box.message_of(WORKSPACE, "card", "1") == ("C0INTAKE", "9.0")


def test_a_moved_notice_asked_again_stays_where_it_moved(box: Box) -> None:
    box.want()
    box.move(box.next(), "C0INTAKE", "is_archived")
    box.want()
    assert box.row().channel == "C0INTAKE"


def test_what_is_set_aside_is_kept_with_its_reason_and_blocks_nobody(box: Box) -> None:
    for subject in "123":
        box.want(subject)
    lane, notice = box.take_next(box.lane())
    box.set_aside(notice, "invalid_blocks")
    assert list(drain(box, lane)) == ["2", "3"]
    assert box.counts() == {"due": 0, "set_aside": 1}
    (line,) = box.waiting()
    assert (line.subject, line.state, line.reason) == ("1", SET_ASIDE, "invalid_blocks")


def test_what_was_set_aside_can_be_tried_again_once(box: Box) -> None:
    box.want()
    notice = box.next()
    assert not box.retry(notice.id), "it was not set aside"
    box.set_aside(notice, "invalid_blocks")
    assert box.retry(notice.id)
    assert not box.retry(notice.id)
    assert not box.retry(10**9)
    box.move_time(LEASE.total_seconds() + 1)
    assert box.next().attempts == 1


def test_the_place_of_a_message_is_known_once_it_is_there(box: Box) -> None:
    assert box.message_of(WORKSPACE, "card", "1") is None
    box.want()
    notice = box.next()
    assert box.message_of(WORKSPACE, "card", "1") is None
    box.delivered(notice, "7.0")
    assert box.message_of(WORKSPACE, "card", "1") == (CHANNEL, "7.0")
    assert box.message_of("T0OTHER", "card", "1") is None


@pytest.mark.parametrize(
    "record",
    [
        lambda box, notice: box.later(notice, PAUSE, "late", uncertain=False),
        lambda box, notice: box.give_back(notice, uncertain=False),
        lambda box, notice: box.set_aside(notice, "late"),
        lambda box, notice: box.forget_message(notice),
        lambda box, notice: box.move(notice, "C0INTAKE", "late"),
        lambda box, notice: box.put_off(notice, box.now() + PAUSE, "late"),
        lambda box, notice: box.withdrawn(notice, "late"),
    ],
    ids=["later", "give_back", "set_aside", "forget_message", "move", "put_off", "withdrawn"],
)
def test_a_worker_that_lost_its_lane_undoes_nothing_its_successor_did(
    box: Box, record: Callable[[Box, Notice], None]
) -> None:
    box.want()
    slow = box.next()
    box.move_time(LEASE.total_seconds() + 1)
    quick = box.next()
    before = box.row()
    record(box, slow)
    assert box.row() == before, "the successor is still trying"
    box.delivered(quick, "2.0")
    before = box.row()
    record(box, slow)
    assert box.row() == before


# A crash of the only process


def test_after_a_crash_every_lane_is_free_and_what_was_tried_settles_first(box: Box) -> None:
    box.want("tried", channel="C1")
    box.want("waiting", channel="C2")
    for lane in box.claim(10):
        if lane.channel == "C1":
            box.take_next(lane)
    box.release_all(settle=timedelta(seconds=3))
    assert box.next().subject == "waiting"
    box.move_time(3.1)
    again = {box.take_next(lane)[1].subject: lane for lane in box.claim(10)}
    assert [*again] == ["tried"]


def test_a_crash_does_not_hurry_what_was_to_come_later(box: Box) -> None:
    box.want()
    box.later(box.next(), PAUSE, "TimeoutError", uncertain=True)
    due = box.row().due_at
    box.release_all(settle=timedelta(seconds=3))
    assert box.row().due_at == due


# The flow above it


def test_pauses_between_tries_grow_up_to_five_minutes_and_spread_out() -> None:
    for attempts, least in ((0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (9, 256), (10, 300), (60, 300)):
        pauses_seen = [flow.retry_pause(attempts, Random(seed)).total_seconds() for seed in range(50)]
        assert least <= min(pauses_seen) < max(pauses_seen) <= least * 1.5


def test_an_uncertain_notice_settles_before_it_is_looked_for(box: Box) -> None:
    box.want()
    notice = box.next()
    with box.database.transaction() as session:
        flow.mark_uncertain(session, notice, "TimeoutError", Random(1))
    assert box.row().due_at - box.now() > flow.SETTLE - timedelta(seconds=1)
    assert box.row().tried_at is not None


def test_a_failed_notice_is_certain_and_one_that_could_not_be_looked_for_is_not(box: Box) -> None:
    box.want()
    notice = box.next()
    with box.database.transaction() as session:
        flow.mark_failed(session, notice, "odd", Random(1), looked=True)
    assert box.row().tried_at is not None
    box.move_time(LEASE.total_seconds() + 10)
    notice = box.next()
    with box.database.transaction() as session:
        flow.mark_failed(session, notice, "odd", Random(1))
    assert box.row().tried_at is None


@pytest.mark.parametrize(
    ("method", "tried", "due_later"),
    [(POST, False, False), (UPDATE, False, False), ("conversations.replies", True, True)],
)
def test_a_limit_of_slack_pauses_the_method_and_counts_no_failed_try(
    box: Box, method: str, tried: bool, due_later: bool
) -> None:
    box.want()
    notice = box.next()
    with box.database.transaction() as session:
        flow.mark_limited(session, notice, method, PAUSE)
    row = box.row()
    assert (row.tried_at is not None, row.due_at > box.now()) == (tried, due_later)
    with box.database.reading() as session:
        assert session.execute(sa.select(pauses.c.method)).scalar_one() == method


def test_a_lane_with_nothing_left_is_given_back(box: Box) -> None:
    box.want()
    with box.database.transaction() as session:
        (claimed,) = flow.claim_due(session, 5)
    held, notice = claimed.taken
    with box.database.transaction() as session:
        flow.mark_delivered(session, notice, "1.0")
        assert flow.take_next(session, held) is None
    box.want("2")
    assert len(box.claim(5)) == 1


@pytest.mark.parametrize("had_one", [True, False])
def test_a_worker_that_stops_gives_back_lane_and_notice(box: Box, had_one: bool) -> None:
    box.want()
    lane, notice = box.lane(), None
    if had_one:
        lane, notice = box.take_next(lane)
    with box.database.transaction() as session:
        flow.give_back(session, lane, notice)
    again = box.next()
    assert (again.attempts, again.uncertain) == (1, False)


# Cost


@pytest.fixture
def full(box: Box) -> Box:
    """20,000 notices long delivered, 20,000 for the far future, one due now."""
    now = box.now()
    rows = [
        {
            "workspace_id": WORKSPACE,
            "channel": f"C{number % 50}",
            "kind": "card",
            "subject": f"{state} {number}",
            "state": state,
            "revision": 1,
            "due_at": now + timedelta(days=30 if state == PENDING else -30),
            "attempts": 0,
            "message_ts": None if state == PENDING else "1.0",
            "reason": "",
        }
        for state in (PENDING, DELIVERED)
        for number in range(20_000)
    ]
    with box.database.transaction() as session:
        outbox.open_lanes(session, WORKSPACE, [f"C{number}" for number in range(50)])
        session.execute(sa.insert(notices), rows)
        outbox.ask(session, WORKSPACE, Wish("C7", "card", "now"))
        session.exec_driver_sql("ANALYZE")
    return box


def reads_of_notices(box: Box, deed: Callable[[Session], Any]) -> list[str]:
    """How the database finds notices, for each statement of `deed`."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE")) and "notices" in statement:
            asked.append((statement, parameters))

    explain = "EXPLAIN QUERY PLAN " if box.database.is_sqlite else "EXPLAIN "
    lines: list[str] = []
    with box.database.transaction() as session:
        sa.event.listen(session, "before_cursor_execute", note)
        deed(session)
        sa.event.remove(session, "before_cursor_execute", note)
        for statement, parameters in asked:
            lines += [str(row[-1]).strip() for row in session.exec_driver_sql(explain + statement, parameters)]
    return [line for line in lines if re.search(r"(?i)(scan|search)\b.*\bnotices", line)]


LOOKS: dict[str, Callable[[Session], Any]] = {
    "is_anything_due": outbox.is_anything_due,
    "claim": lambda session: outbox.claim(session, 16),
    "take_next": lambda session: outbox.take_next(session, *outbox.claim(session, 1)),
    "counts": outbox.counts,
}


def test_looking_for_work_does_not_read_what_is_delivered_or_far_off(full: Box) -> None:
    for name, look in LOOKS.items():
        lines = reads_of_notices(full, look)
        assert lines, name
        for line in lines:
            assert any(by in line for by in ("Index", "INDEX", "PRIMARY KEY", "Bitmap Heap")), (name, lines)
        full.free_lanes()
