"""People press while several workers send and die: no press fails, every card is posted once and ends up true."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.case import Case
from bot.flows import outbox, planning
from bot.store import tables
from bot.store.outbox import DELIVERED, Lane, Notice, claiming
from tests.flows.story import Story

PEOPLE, WORKERS, CASES, PRESSES = 4, 3, 6, 15


class Slack:
    """Remembers what was posted, and what each message shows: the state of its case when it was drawn."""

    def __init__(self) -> None:
        self.lock, self.posts, self.shows = threading.Lock(), [], {}

    def post(self, notice: Notice, picture: Any) -> str:
        with self.lock:
            self.posts.append(notice.id)
            self.shows[notice.subject] = picture
        return f"{notice.id}.0"

    def update(self, notice: Notice, picture: Any) -> None:
        with self.lock:
            self.shows[notice.subject] = picture

    def find(self, notice: Notice) -> str | None:
        with self.lock:
            return f"{notice.id}.0" if notice.id in self.posts else None


class Worker:
    """Sends as `deliver` does, and now and then dies before or after Slack was told, or is asked to stop."""

    def __init__(self, story: Story, slack: Slack, seed: int) -> None:
        self.story, self.slack, self.random = story, slack, Random(seed)
        self.deadly = True

    def work(self, over: threading.Event) -> None:
        while not over.is_set():
            with self.story.database.transaction() as session:
                claimed = outbox.claim_due(session, 2)
            for each in claimed:
                self.run(each.taken)
            time.sleep(0.002)

    def run(self, first: tuple[Lane, Notice]) -> None:
        taken: tuple[Lane, Notice] | None = first
        while taken is not None:
            lane, notice = taken
            chance = self.random.random() if self.deadly else 1.0
            if chance < 0.05:
                with self.story.database.transaction() as session:
                    outbox.give_back(session, lane, notice)
                return
            if chance < 0.1:
                self.die(lane)
                return
            told = self.tell(notice)
            if chance < 0.15:
                self.die(lane)
                return
            with self.story.database.transaction() as session:
                told(session)
                taken = outbox.take_next(session, lane)

    def die(self, lane: Lane) -> None:
        """Say nothing more; the lease ends, here at once."""
        with self.story.database.transaction() as session:
            claiming.release(session, lane)

    def tell(self, notice: Notice) -> Any:
        picture = self.story.look(lambda session: _picture(session, int(notice.subject)))
        if notice.message_ts is not None:
            self.slack.update(notice, picture)
            return lambda session: outbox.mark_delivered(session, notice, notice.message_ts)
        found = self.slack.find(notice) if notice.uncertain else None
        if found:
            return lambda session: outbox.mark_found(session, notice, found)
        ts = self.slack.post(notice, picture)
        return lambda session: outbox.mark_delivered(session, notice, ts)


def _picture(session: Any, case_id: int) -> Any:
    row = session.execute(sa.select(tables.cases).where(tables.cases.c.id == case_id)).one()
    live = sa.select(tables.drafts.c.id).where(
        tables.drafts.c.case_id == case_id, tables.drafts.c.state.in_(("suggested", "chosen"))
    )
    return (row.owner, row.status, session.execute(live).scalars().all())


def press_often(story: Story, ids: list[Case], seed: int) -> None:
    random = Random(seed)
    for _ in range(PRESSES):
        press(story, random.choice(ids), f"U{seed}", random)


def press(story: Story, case: Case, by: str, random: Random) -> None:
    """Press any one button of the card as it is now."""
    draft = story.card(case).draft
    on_the_case = [
        lambda: story.take(case, by=by),
        lambda: story.resolve(case, by=by),
        lambda: story.reopen(case, by=by),
        lambda: story.change(case, by=by, category=random.choice(["other", "delivery.late"])),
        lambda: story.edit_report(case, f"Order 10412 is {random.randrange(9)} days late."),
        lambda: story.draft_again(case, by=by),
        story.open,
    ]
    on_the_draft = [partial(flow, draft.id, by=by) for flow in (story.another, story.use, story.send)] if draft else []
    random.choice([*on_the_case, *on_the_draft])()


def test_no_press_fails_and_every_card_is_posted_once_and_true(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "POST_EVERY", timedelta(0))
    monkeypatch.setattr(planning, "next_reminder", lambda *_: None)
    slack, over = Slack(), threading.Event()
    opened = [story.open(channel=f"C{number % 2}") for number in range(CASES)]
    workers = [Worker(story, slack, seed) for seed in range(WORKERS)]
    with ThreadPoolExecutor(PEOPLE + WORKERS) as pool:
        working = [pool.submit(worker.work, over) for worker in workers]
        pressing = [pool.submit(press_often, story, opened, seed) for seed in range(PEOPLE)]
        try:
            for future in pressing:
                future.result()
            for worker in workers:
                worker.deadly = False
            until = time.monotonic() + 15
            while _left(story) and time.monotonic() < until:
                time.sleep(0.02)
        finally:
            over.set()
        for future in working:
            future.result()
    cases = story.count(tables.cases)
    assert _left(story) == 0
    assert sorted(slack.posts) == sorted({*slack.posts})
    assert len(slack.posts) == cases
    for subject, shown in slack.shows.items():
        assert shown == story.look(lambda session, subject=subject: _picture(session, int(subject)))
    assert story.broken_link() is None


def _left(story: Story) -> int:
    return story.cards(tables.notices.c.state != DELIVERED)
