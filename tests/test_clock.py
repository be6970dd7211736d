"""The loop: it wakes, it goes on whatever happens, and stopping finishes what is on its way."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot import clock

SOON = 3.0
"""Seconds after which a test gives up waiting."""


class Lanes:
    """A sender whose lanes are names. `run` is what a lane does."""

    def __init__(self, run: Callable[[str, threading.Event], None] | None = None) -> None:
        self.due: list[str] = []
        self.sent: list[str] = []
        self.limits: list[int] = []
        self.changed = threading.Condition()
        self._run = run

    def claim(self, limit: int) -> list[str]:
        self.limits.append(limit)
        taken, self.due[:limit] = self.due[:limit], []
        return taken

    def run(self, lane: str, stopping: threading.Event) -> None:
        if self._run is not None:
            self._run(lane, stopping)
        with self.changed:
            self.sent.append(lane)
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.sent) >= count, SOON), f"only {self.sent} were sent"


@pytest.fixture
def made() -> Iterator[list[clock.Loop[str]]]:
    """Loops to be stopped at the end."""
    loops: list[clock.Loop[str]] = []
    yield loops
    for loop in loops:
        loop.stop()


def start(
    made: list[clock.Loop[str]],
    lanes: Lanes,
    *,
    is_due: Callable[[], bool] | None = None,
) -> clock.Loop[str]:
    loop = clock.Loop(lanes, is_due or (lambda: bool(lanes.due)))
    made.append(loop)
    loop.start()
    return loop


def test_now_is_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1


def test_a_wake_sends_at_once(made: list[clock.Loop[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "LOOK_EVERY", 60.0)
    lanes = Lanes()
    loop = start(made, lanes)
    lanes.due.append("a")
    begun = time.monotonic()
    loop.wake()
    lanes.wait_for(1)
    assert time.monotonic() - begun < 1


def test_what_comes_due_without_a_wake_is_sent_too(made: list[clock.Loop[str]]) -> None:
    lanes = Lanes()
    start(made, lanes)
    lanes.due.append("a")
    lanes.wait_for(1)


def test_lanes_run_side_by_side(made: list[clock.Loop[str]]) -> None:
    together = threading.Barrier(4, timeout=SOON)
    lanes = Lanes(lambda lane, stopping: void(together.wait()))
    lanes.due = ["a", "b", "c", "d"]
    start(made, lanes).wake()
    lanes.wait_for(4)


def void(_: object) -> None:
    return None


def test_no_more_lanes_are_claimed_than_there_are_hands(
    made: list[clock.Loop[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "WORKERS", 2)
    go = threading.Event()
    lanes = Lanes(lambda lane, stopping: void(go.wait(SOON)))
    lanes.due = list("abcde")
    loop = start(made, lanes)
    loop.wake()
    time.sleep(0.3)
    assert len(lanes.due) == 3
    go.set()
    lanes.wait_for(5)
    assert max(lanes.limits) == 2


def test_a_lane_that_ends_makes_room_at_once(made: list[clock.Loop[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "WORKERS", 1)
    monkeypatch.setattr(clock, "LOOK_EVERY", 60.0)
    lanes = Lanes()
    lanes.due = list("abc")
    loop = start(made, lanes)
    loop.wake()
    lanes.wait_for(3)


def test_a_lane_that_fails_is_logged_and_the_others_go_on(made: list[clock.Loop[str]]) -> None:
    def run(lane: str, stopping: threading.Event) -> None:
        if lane == "bad":
            raise RuntimeError("inside")

    lanes = Lanes(run)
    with capture_logs() as logs:
        loop = start(made, lanes)
        for name in ("bad", "good") * clock.WORKERS:
            lanes.due.append(name)
        loop.wake()
        lanes.wait_for(clock.WORKERS)
    assert {entry["event"] for entry in logs} == {"lane.failed"}
    assert {entry["error"] for entry in logs} == {"RuntimeError"}


@pytest.mark.parametrize("what", ["is_due", "claim"])
def test_a_failing_look_is_logged_once_and_tried_again(made: list[clock.Loop[str]], what: str) -> None:
    failing = threading.Event()
    failing.set()
    tries = 0

    def fail() -> None:
        nonlocal tries
        if failing.is_set():
            tries += 1
            raise RuntimeError("the database is away")

    lanes = Lanes()
    real = lanes.claim

    def claim(limit: int) -> list[str]:
        if what == "claim":
            fail()
        return real(limit)

    def is_due() -> bool:
        if what == "is_due":
            fail()
        return bool(lanes.due)

    lanes.claim = claim  # type: ignore[method-assign]
    lanes.due.append("a")
    with capture_logs() as logs:
        loop = start(made, lanes, is_due=is_due)
        for _ in range(3):
            loop.wake()
            time.sleep(0.15)
        failing.clear()
        loop.wake()
        lanes.wait_for(1)
    assert tries >= 2
    assert [entry["event"] for entry in logs] == ["loop.failed"]


def test_a_failed_claim_loses_no_hand(made: list[clock.Loop[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "WORKERS", 1)
    lanes = Lanes()
    real, failures = lanes.claim, iter([True, True, True])

    def claim(limit: int) -> list[str]:
        if next(failures, False):
            raise RuntimeError("away")
        return real(limit)

    lanes.claim = claim  # type: ignore[method-assign]
    lanes.due = ["a"]
    loop = start(made, lanes)
    for _ in range(5):
        loop.wake()
        time.sleep(0.05)
    lanes.wait_for(1)


def test_stopping_waits_for_what_is_on_its_way_and_tells_it(made: list[clock.Loop[str]]) -> None:
    begun = threading.Event()
    told: list[bool] = []

    def run(lane: str, stopping: threading.Event) -> None:
        begun.set()
        told.append(stopping.wait(SOON))
        time.sleep(0.1)

    lanes = Lanes(run)
    lanes.due = ["a"]
    loop = start([], lanes)
    loop.wake()
    assert begun.wait(SOON)
    loop.stop()
    assert (told, lanes.sent) == ([True], ["a"])


def test_a_stopped_loop_takes_nothing_new() -> None:
    lanes = Lanes()
    loop = start([], lanes)
    loop.stop()
    lanes.due.append("late")
    loop.wake()
    time.sleep(0.2)
    assert (lanes.due, lanes.sent) == (["late"], [])


@pytest.fixture
def chores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., clock.Chores]]:
    """Starts chores that come round at once; they are stopped at the end."""
    monkeypatch.setattr(clock, "CHORES_EVERY", 0.01)
    begun: list[clock.Chores] = []

    def begin(**named: Callable[[], None]) -> clock.Chores:
        begun.append(clock.Chores(**named))
        begun[-1].start()
        return begun[-1]

    yield begin
    for each in begun:
        each.stop()


def test_chores_are_done_again_and_again(chores: Callable[..., clock.Chores]) -> None:
    visits = threading.Semaphore(0)
    chores(content=lambda: void(visits.release()))
    assert visits.acquire(timeout=SOON)
    assert visits.acquire(timeout=SOON)


def test_a_failing_chore_is_logged_once_until_it_works_and_does_not_hinder_the_others(
    chores: Callable[..., clock.Chores],
) -> None:
    outcomes = iter([False, False, True, False, False])
    done = threading.Semaphore(0)
    ended = threading.Event()

    def fail_often() -> None:
        outcome = next(outcomes, None)
        if outcome is None:
            ended.set()
        if outcome is False:
            raise RuntimeError("the database is away")

    with capture_logs() as logs:
        chores(content=fail_often, other=lambda: void(done.release()))
        assert ended.wait(SOON)
    assert [(entry["event"], entry["chore"]) for entry in logs] == [("chore.failed", "content")] * 2
    assert all(done.acquire(timeout=SOON) for _ in range(5))


def test_stopped_chores_begin_nothing_new(chores: Callable[..., clock.Chores]) -> None:
    visits: list[int] = []
    chores(content=lambda: visits.append(1)).stop()
    time.sleep(0.05)
    seen = len(visits)
    time.sleep(0.1)
    assert len(visits) == seen
