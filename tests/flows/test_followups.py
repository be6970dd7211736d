"""What is owed on a case: planned with it, told once at each stage, silent once done, fair to whoever is named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.domain.case import Case
from bot.domain.draft import Promised
from bot.domain.followup import Kind, State
from bot.domain.reminders import Toll
from bot.domain.team import Role
from bot.flows import cases as case_flows
from bot.flows import followups, reminders, replies
from bot.flows.followups import Owed, Snooze
from bot.flows.outcome import GONE, Refused
from bot.flows.planning import DIGEST, REMINDER
from bot.flows.reminders import Asked, Called, Held, Keeper, Out, Over
from bot.flows.violations import Blocked
from bot.flows.waiting import waiting_for
from bot.store import followups as store
from bot.store.tables import follow_ups, notices, promises, reminded
from tests.builders import CHANNEL, NOW, WORKSPACE
from tests.flows.money import LUIS, MARA, SAM, Till
from tests.flows.story import ANA, BEN, LENA, Story

LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
HOUR = timedelta(hours=1)


def clock(day: int, hour: float = 0) -> datetime:
    """A moment of March 2026 in London: the 2nd is the Monday of `NOW`."""
    return datetime(2026, 3, day, tzinfo=LONDON).astimezone(UTC) + timedelta(hours=hour)


class Desk:
    """A story, and its reminders let out at any time."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def of(self, case: Case) -> list[Owed]:
        owed = self.story.look(lambda session: [kept.id for kept in store.of_case(session, case.id)])
        return [self.find(key) for key in owed]

    def find(self, key: int) -> Owed:
        found: Owed | None = self.story.look(lambda session: store.get(session, WORKSPACE, key))
        assert found is not None
        return found

    def first(self, case: Case) -> Owed:
        """The only thing owed on a case."""
        [owed] = [each for each in self.of(case) if not each.follow_up.is_over]
        return owed

    def asked(self, kind: str = REMINDER, state: str = "pending") -> dict[str, datetime]:
        """Notices of this kind that wait: their subjects, and when they are due."""
        query = sa.select(notices.c.subject, notices.c.due_at).where(notices.c.kind == kind, notices.c.state == state)
        return self.story.look(lambda session: {row.subject: row.due_at for row in session.execute(query)})

    def let_out(self, owed: Owed, name: str, at: datetime, **given: Any) -> Out | Held | Over | None:
        """The outbox takes the reminder at this time; it would name `called`, the owner unless others are given."""
        zone, rest = given.pop("zone", LONDON), given.pop("do_not_disturb_until", None)
        called = given.pop("called", [owed.case.owner] if owed.case.owner and not name.startswith("lead") else [])
        values: dict[str, Any] = {
            "owner": owed.case.owner,
            "called": [Called(who, zone, rest) if isinstance(who, str) else who for who in called],
            "digest_only": False,
            "planned_at": at,
            "channel": CHANNEL,
        }
        asked = Asked(follow_up_id=owed.kept.id, case_id=owed.case.id, name=name, **{**values, **given})
        with self.story.database.transaction() as session:
            return reminders.let_out(session, self.story.content, WORKSPACE, asked, now=at)

    def do(self, verb: Callable[..., Any], key: int, **given: Any) -> Any:
        values = {"by": ANA, "now": self.story.now(), **given}
        with self.story.database.transaction() as session:
            return verb(session, self.story.content, WORKSPACE, key, **values)

    def count(self, person: str) -> int:
        query = sa.select(sa.func.sum(reminded.c.count)).where(reminded.c.person == person)
        return self.story.look(lambda session: session.execute(query).scalar() or 0)


@pytest.fixture
def desk(story: Story) -> Desk:
    return Desk(story)


@pytest.fixture
def till(story: Story) -> Till:
    return Till(story.database, story.content)


@pytest.fixture
def case(desk: Desk) -> Case:
    """A moderate case of Monday morning that Ana has: four working hours for a first reply, a warning after three."""
    case = desk.story.open()
    return desk.story.take(case)


# Planning


def test_a_new_case_owes_a_first_reply_and_its_warning_is_asked_for(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    assert (owed.follow_up.kind, owed.follow_up.due_at) == (Kind.FIRST_REPLY, case.opened_at + 4 * HOUR)
    assert desk.asked() == {f"{owed.kept.id}:warning": case.opened_at + 3 * HOUR}


def test_cases_opened_together_each_get_their_own(desk: Desk) -> None:
    cases = [desk.story.open(channel=f"C{number}") for number in range(3)]
    assert len({desk.first(case).kept.id for case in cases}) == 3
    assert len(desk.asked()) == 3


def test_a_reply_settles_the_first_reply_and_an_update_is_owed_next(desk: Desk, case: Case) -> None:
    first = desk.first(case)
    desk.story.send(desk.story.draft(case).id)
    assert desk.find(first.kept.id).follow_up.state is State.DONE
    assert desk.first(case).follow_up.kind is Kind.UPDATE


def test_a_graver_case_is_due_sooner(desk: Desk, case: Case) -> None:
    before = desk.first(case)
    desk.story.change(case, severity="S3")
    after = desk.first(case)
    assert after.kept.id == before.kept.id
    assert after.follow_up.due_at == case.opened_at + HOUR
    assert desk.asked()[f"{after.kept.id}:warning"] == case.opened_at + HOUR * 3 / 4


def test_resolving_ends_what_is_owed_and_plans_the_check_and_reopening_arms_it_again(desk: Desk, case: Case) -> None:
    desk.story.send(desk.story.draft(case).id)
    desk.story.resolve(case)
    check = desk.first(case)
    assert check.follow_up.kind is Kind.CHECK
    desk.story.reopen(case)
    again = desk.first(case)
    assert again.follow_up.kind is Kind.FIRST_REPLY
    assert desk.find(check.kept.id).follow_up.state is State.CANCELLED


def test_a_confirmed_promise_is_owed_in_its_own_words_on_its_own_day(desk: Desk, case: Case) -> None:
    friday = clock(6, 16)
    promised = [Promised("I will write to you by Friday", friday)]
    desk.story.do(
        replies.mark_sent, desk.story.content, WORKSPACE, desk.story.draft(case).id, promised=promised, by=ANA
    )
    [promise] = [owed for owed in desk.of(case) if owed.follow_up.kind is Kind.PROMISE]
    assert (promise.follow_up.about, promise.follow_up.due_at) == ("I will write to you by Friday", friday)
    desk.do(followups.done, promise.kept.id, words="")
    state = desk.story.look(lambda session: session.execute(sa.select(promises.c.state)).scalar_one())
    assert state == "kept"


def test_a_changed_cadence_plans_anew_what_is_not_yet_done(desk: Desk, case: Case) -> None:
    done = desk.story.take(desk.story.open(channel="C0OTHER"))
    desk.do(followups.done, desk.first(done).kept.id, words="")
    with desk.story.database.transaction() as session:
        session.execute(sa.update(follow_ups).values(cadence="another"))
        rows = sa.update(follow_ups).where(follow_ups.c.case_id == case.id).values(wait=1, left=1, due_at=NOW)
        session.execute(rows)
    settled = [each.follow_up for each in desk.of(done) if each.follow_up.is_over]
    Keeper(desk.story.database.transaction, lambda: desk.story.content, WORKSPACE).tend(clock(2, 15))
    assert desk.first(case).follow_up.due_at == case.opened_at + 4 * HOUR
    assert [each.follow_up for each in desk.of(done) if each.follow_up.is_over] == settled
    with desk.story.database.reading() as session:
        assert store.planned_otherwise(session, WORKSPACE, desk.story.content.cadence_hash, limit=10) == []


# The clock stops


def test_the_clock_stands_still_while_it_is_the_customers_turn(desk: Desk, case: Case) -> None:
    desk.do(followups.wait_for_customer, case.id, now=case.opened_at + HOUR)
    assert desk.of(case)[0].follow_up.state is State.PAUSED
    assert desk.let_out(desk.of(case)[0], "warning", case.opened_at + 3 * HOUR) == Over("paused")
    desk.do(followups.customer_answered, case.id, now=case.opened_at + 3 * HOUR)
    owed = desk.of(case)[0]
    assert (owed.follow_up.state, owed.follow_up.due_at) == (State.OPEN, case.opened_at + 6 * HOUR)
    assert isinstance(desk.let_out(owed, "warning", case.opened_at + 5 * HOUR), Out)


def test_waiting_twice_and_going_on_twice_are_refused(desk: Desk, case: Case) -> None:
    assert isinstance(desk.do(followups.customer_answered, case.id), Refused)
    desk.do(followups.wait_for_customer, case.id)
    assert isinstance(desk.do(followups.wait_for_customer, case.id), Refused)
    assert desk.story.actions(case)[-1] == "case:waiting"


# Letting out


def test_each_stage_is_let_out_once_and_the_next_is_asked_for(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    for name, hours, following in (("warning", 3, "deadline"), ("deadline", 4, "lead")):
        at = case.opened_at + hours * HOUR
        assert isinstance(desk.let_out(owed, name, at), Out)
        assert f"{owed.kept.id}:{following}" in desk.asked()
    assert desk.let_out(owed, "warning", case.opened_at + 5 * HOUR) == Over("overtaken")
    assert desk.count(ANA) == 2


def test_letting_one_out_asks_the_database_for_little(desk: Desk, case: Case) -> None:
    """What falls due together is late by the work that each of them takes."""
    asked: list[str] = []
    event = (desk.story.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    owed = desk.first(case)
    sa.event.listen(*event)
    desk.let_out(owed, "warning", case.opened_at + 3 * HOUR)
    sa.event.remove(*event)
    assert len([each for each in asked if not each.startswith("BEGIN")]) <= 6, "\n".join(asked)


def test_one_that_was_let_out_is_the_same_one_when_slack_did_not_take_it(desk: Desk, case: Case) -> None:
    owed, at = desk.first(case), case.opened_at + 3 * HOUR
    for _ in range(3):
        assert isinstance(desk.let_out(owed, "warning", at), Out)
    assert desk.count(ANA) == 1


def test_one_that_slack_did_not_take_for_hours_is_summed_up(desk: Desk, case: Case) -> None:
    owed, at = desk.first(case), case.opened_at + 3 * HOUR
    desk.let_out(owed, "warning", at)
    assert desk.let_out(owed, "warning", at + 3 * HOUR) == Over("late")
    assert len(desk.asked(DIGEST)) == 1


@pytest.mark.parametrize("seconds", [0, 1])
def test_nothing_is_said_after_it_was_done_even_a_second_before(desk: Desk, case: Case, seconds: int) -> None:
    owed, at = desk.first(case), case.opened_at + 3 * HOUR
    desk.do(followups.done, owed.kept.id, words="", now=at - timedelta(seconds=seconds))
    assert desk.let_out(owed, "warning", at) == Over("done")
    assert desk.count(ANA) == 0


def test_nothing_is_said_once_the_case_is_resolved(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    desk.story.resolve(case)
    assert desk.let_out(owed, "warning", case.opened_at + 3 * HOUR) == Over("cancelled")


def test_a_reminder_before_its_time_is_not_let_out(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    at = case.opened_at + 3 * HOUR
    assert desk.let_out(owed, "warning", at - timedelta(seconds=1)) == Held(at, "before its time")
    assert desk.asked()[f"{owed.kept.id}:warning"] == case.opened_at + 3 * HOUR


def test_who_is_named_is_asked_again_when_the_case_has_another_owner(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    desk.do(followups.reassign, case.id, to=BEN)
    assert desk.let_out(owed, "warning", case.opened_at + 3 * HOUR) == Held(case.opened_at + 3 * HOUR, "another owner")
    assert desk.count(ANA) == desk.count(BEN) == 0


# Quiet and fair


def test_in_quiet_hours_of_the_owners_own_zone_it_waits(desk: Desk, case: Case) -> None:
    at = case.opened_at + 3 * HOUR  # 12:31 in London, 21:31 in Tokyo
    held = desk.let_out(desk.first(case), "warning", at, zone=TOKYO)
    assert held == Held(datetime(2026, 3, 3, 8, tzinfo=TOKYO).astimezone(UTC), "quiet hours")
    assert desk.count(ANA) == 0


def test_while_the_owner_sleeps_far_away_the_lead_hears_in_time(desk: Desk, case: Case) -> None:
    desk.story.change(case, severity="S3")
    owed, auckland = desk.first(case), ZoneInfo("Pacific/Auckland")
    held = desk.let_out(owed, "warning", owed.follow_up.due_at - timedelta(minutes=15), zone=auckland)
    assert isinstance(held, Held)
    lead_at = desk.asked()[f"{owed.kept.id}:lead"]
    assert owed.follow_up.due_at < lead_at < held.until
    assert isinstance(desk.let_out(owed, "lead", lead_at, zone=auckland), Out)


def test_while_the_owner_is_not_to_be_disturbed_it_waits(desk: Desk, case: Case) -> None:
    at = case.opened_at + 3 * HOUR
    until = at + timedelta(minutes=20)
    assert desk.let_out(desk.first(case), "warning", at, do_not_disturb_until=until) == Held(until, "do not disturb")


def test_the_first_reply_to_a_critical_complaint_waits_for_nothing(desk: Desk, case: Case) -> None:
    desk.story.change(case, severity="S4")
    at = case.opened_at + timedelta(minutes=15)
    owed = desk.first(case)
    out = desk.let_out(owed, "lead", at, zone=TOKYO, do_not_disturb_until=at + HOUR, digest_only=True)
    assert isinstance(out, Out)


def test_over_the_cap_it_goes_into_the_digest_of_the_next_morning(desk: Desk) -> None:
    cap = desk.story.content.cadence.cap_per_day
    cases = [desk.story.take(desk.story.open()) for _ in range(cap + 1)]
    answers = [desk.let_out(desk.first(case), "warning", case.opened_at + 3 * HOUR) for case in cases]
    assert [isinstance(answer, Out) for answer in answers] == [True] * cap + [False]
    assert answers[-1] == Over("cap")
    assert desk.count(ANA) == cap
    assert desk.asked(DIGEST) == {f"{CHANNEL}:2026-03-03": clock(3, 8.75)}


@pytest.mark.parametrize(("days_ago", "goes"), [(0, False), (1, True)])
def test_the_count_begins_anew_with_the_persons_own_day(desk: Desk, case: Case, days_ago: int, goes: bool) -> None:
    at = case.opened_at + 3 * HOUR
    day = at.date() - timedelta(days=days_ago)
    with desk.story.database.transaction() as session:
        for _ in range(desk.story.content.cadence.cap_per_day):
            store.lock_count(session, WORKSPACE, ANA, day)
            store.count_one_more(session, WORKSPACE, ANA, day)
    assert isinstance(desk.let_out(desk.first(case), "warning", at), Out) is goes


GROUP = "S0EVENING"


def named(answer: Out | Held | Over | None) -> tuple[str, ...]:
    """Whom a reminder that went out names."""
    assert isinstance(answer, Out), answer
    return answer.called


def test_those_on_duty_are_called_for_a_case_that_nobody_has_and_each_call_counts(desk: Desk) -> None:
    owed = desk.first(desk.story.open())
    assert named(desk.let_out(owed, "warning", owed.case.opened_at + 3 * HOUR, called=[GROUP, BEN])) == (GROUP, BEN)
    assert (desk.count(GROUP), desk.count(BEN)) == (1, 1)
    kept = desk.find(owed.kept.id).kept
    assert (kept.reminder, kept.called) == ("warning", (GROUP, BEN))


def test_a_group_on_duty_is_called_no_more_often_in_a_day_than_a_person(desk: Desk) -> None:
    cap = desk.story.content.cadence.cap_per_day
    cases = [desk.story.open() for _ in range(cap + 1)]
    answers = [desk.let_out(desk.first(case), "warning", case.opened_at + 3 * HOUR, called=[GROUP]) for case in cases]
    assert [isinstance(answer, Out) for answer in answers] == [True] * cap + [False]
    assert answers[-1] == Over("cap")
    assert desk.count(GROUP) == cap
    assert desk.asked(DIGEST) == {f"{CHANNEL}:2026-03-03": clock(3, 8.75)}
    assert desk.find(desk.first(cases[-1]).kept.id).kept.called == ()


def test_of_several_on_duty_those_are_called_who_may_be(desk: Desk) -> None:
    owed = desk.first(desk.story.open())
    at = owed.case.opened_at + 3 * HOUR
    asleep, busy = Called("U0TOKYO", TOKYO), Called("U0BUSY", LONDON, at + HOUR / 3)
    assert named(desk.let_out(owed, "warning", at, called=[asleep, GROUP, busy])) == (GROUP,)
    assert [desk.count(who) for who in ("U0TOKYO", "U0BUSY", GROUP)] == [0, 0, 1]
    deadline = owed.case.opened_at + 4 * HOUR
    assert desk.let_out(owed, "deadline", deadline, called=[asleep, Called("U0BUSY", LONDON, deadline + HOUR / 3)]) == (
        Held(deadline + HOUR / 3, "do not disturb")
    )


def test_one_that_slack_did_not_take_calls_the_same_people_again(desk: Desk) -> None:
    owed = desk.first(desk.story.open())
    at = owed.case.opened_at + 3 * HOUR
    desk.let_out(owed, "warning", at, called=[GROUP])
    assert named(desk.let_out(owed, "warning", at, called=[BEN])) == (GROUP,)
    assert (desk.count(GROUP), desk.count(BEN)) == (1, 0)


def test_where_nobody_is_on_duty_the_reminder_calls_nobody_and_keeps_to_the_teams_night(desk: Desk) -> None:
    owed = desk.first(desk.story.open())
    assert named(desk.let_out(owed, "warning", owed.case.opened_at + 3 * HOUR)) == ()
    assert desk.let_out(owed, "deadline", clock(2, 22)) == Over("quiet hours")
    assert desk.asked(DIGEST) == {f"{CHANNEL}:2026-03-03": clock(3, 8.75)}


def test_leads_have_their_limit_and_their_nights_too(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    at = clock(3, 9.5)
    asleep = Called("U0TOKYO", ZoneInfo("America/Los_Angeles"))
    assert named(desk.let_out(owed, "lead", at, called=["U0LENA", asleep])) == ("U0LENA",)
    assert (desk.count("U0LENA"), desk.count("U0TOKYO"), desk.count(ANA)) == (1, 0, 0)


def test_a_lead_who_is_held_back_is_not_asked_for_again_at_once(desk: Desk, case: Case) -> None:
    owed, before = desk.first(case), desk.asked()
    at = clock(3, 9.5)
    held = desk.let_out(owed, "lead", at, called=[Called("U0LENA", LONDON, at + HOUR)])
    assert held == Held(at + HOUR, "do not disturb")
    assert desk.asked() == before


def test_a_channel_of_digests_gets_no_reminder(desk: Desk, case: Case) -> None:
    owed, at = desk.first(case), case.opened_at + 3 * HOUR
    assert desk.let_out(owed, "warning", at, digest_only=True) == Over("digest only")
    assert f"{owed.kept.id}:deadline" in desk.asked()


def test_after_an_outage_what_is_late_is_said_once_in_one_message(desk: Desk) -> None:
    cases = [desk.story.take(desk.story.open()) for _ in range(3)]
    at = clock(2, 16)
    for case in cases:
        owed = desk.first(case)
        assert desk.let_out(owed, "warning", at, planned_at=case.opened_at + 3 * HOUR) == Over("late")
        assert desk.let_out(owed, "warning", at, planned_at=case.opened_at + 3 * HOUR) == Over("overtaken")
        assert desk.let_out(owed, "deadline", at, planned_at=case.opened_at + 4 * HOUR) == Over("overtaken")
    [subject] = desk.asked(DIGEST)
    assert [owed.case.id for owed in digest(desk, subject, at).overdue] == [case.id for case in cases]
    assert desk.count(ANA) == 0


# The digest


def digest(desk: Desk, subject: str, at: datetime) -> reminders.Digest:
    with desk.story.database.reading() as session:
        return reminders.digest_of(session, desk.story.content, WORKSPACE, subject, now=at)


def test_the_digest_sorts_what_is_owed_in_its_channel(desk: Desk, case: Case) -> None:
    waiting = desk.story.take(desk.story.open())
    desk.do(followups.wait_for_customer, waiting.id)
    desk.story.open(channel="C0OTHER")
    late = digest(desk, f"{CHANNEL}:2026-03-02", case.opened_at + 5 * HOUR)
    assert [owed.case.id for owed in late.overdue] == [case.id]
    assert waiting.id in [owed.case.id for owed in late.waiting]
    early = digest(desk, f"{CHANNEL}:2026-03-02", case.opened_at + HOUR)
    assert case.id in [owed.case.id for owed in early.due_today]


def test_what_was_held_back_is_in_the_digest_until_it_is_done(desk: Desk, case: Case) -> None:
    desk.story.send(desk.story.draft(case).id)
    update = desk.first(case)
    at = update.follow_up.due_at - 4 * HOUR
    assert desk.let_out(update, "warning", at, digest_only=True) == Over("digest only")
    [subject] = desk.asked(DIGEST)
    said = digest(desk, subject, at)
    assert update.kept.id in [owed.kept.id for owed in (*said.held, *said.due_today, *said.overdue)]
    desk.do(followups.done, update.kept.id, words="")
    assert update.kept.id not in [owed.kept.id for owed in digest(desk, subject, at).held]


def waiting_at(till: Till, subject: str) -> list[int]:
    """The offers that a digest says wait for approval."""
    shown = till.look(lambda session: reminders.digest_of(session, till.content, WORKSPACE, subject, now=clock(3, 9)))
    return [waiting.offered.id for waiting in shown.approvals]


def test_the_digest_says_which_offers_of_its_channel_wait_for_an_answer(till: Till) -> None:
    here, there = till.open(), till.open(channel="C0OTHER")
    later, sooner = till.made(there, "80 EUR"), till.made(here, "80 EUR")
    today = f"{CHANNEL}:2026-03-03"
    assert waiting_at(till, today) == [sooner.id]
    assert waiting_at(till, "C0OTHER:2026-03-03") == [later.id]
    assert waiting_at(till, f"{CHANNEL}:late:2026-03-03T09") == []
    next_one = till.made(here, "70 EUR")
    assert waiting_at(till, today) == [sooner.id, next_one.id]
    till.approve(sooner)
    till.counter(next_one, "60 EUR")
    assert waiting_at(till, today) == [next_one.id], "another sum waits for who made the offer"
    till.accept(next_one)
    assert waiting_at(till, today) == []
    till.change(here, raised=["legal"])
    assert waiting_at(till, today) == [sooner.id, next_one.id], "frozen: a lead decides"
    till.withdraw(sooner, by=LENA)
    till.approve(next_one)
    assert waiting_at(till, today) == []


def mine(till: Till, person: str) -> list[int]:
    """The offers that wait for this person's answer."""
    role = till.roles.get(person)
    found = till.look(lambda session: waiting_for(session, WORKSPACE, person, role=role))
    return [each.offered.id for each in found]


def test_an_offer_waits_for_those_who_may_answer_it(till: Till) -> None:
    case = till.take(till.open(), by=LUIS)
    offered = till.made(case, "80 EUR")
    assert [who for who in (ANA, BEN, SAM, LENA, LUIS, MARA) if mine(till, who)] == [LENA, MARA]
    till.counter(offered, "60 EUR")
    assert [who for who in (ANA, BEN, SAM, LENA, LUIS, MARA) if mine(till, who)] == [ANA]
    till.accept(offered)
    assert not any(mine(till, who) for who in (ANA, LENA, MARA))


@pytest.mark.parametrize("waits", ["pending", "frozen", "no"])
def test_a_channel_where_only_an_approval_waits_gets_its_digest_too(till: Till, waits: str) -> None:
    case = till.open()
    offered = till.made(case, "40 EUR" if waits == "frozen" else "80 EUR")
    if waits == "frozen":
        till.change(case, raised=["legal"])
    if waits == "no":
        till.withdraw(offered)
    with till.database.transaction() as session:
        session.execute(sa.delete(follow_ups))
    Keeper(till.database.transaction, lambda: till.content, WORKSPACE).tend(clock(3, 8.75))
    assert [*till.notices(DIGEST)] == ([f"{CHANNEL}:2026-03-03"] if waits != "no" else [])


def test_every_channel_that_owes_gets_its_digest_once_in_the_morning(desk: Desk, case: Case) -> None:
    desk.story.open(channel="C0OTHER")
    morning = clock(3, 8.75)
    keepers = [Keeper(desk.story.database.transaction, lambda: desk.story.content, WORKSPACE) for _ in range(2)]
    keepers[0].tend(morning - timedelta(seconds=1))
    assert desk.asked(DIGEST) == {}
    for keeper in keepers:
        for seconds in (0, 2, 4):
            keeper.tend(morning + timedelta(seconds=seconds))
    assert set(desk.asked(DIGEST)) == {f"{CHANNEL}:2026-03-03", "C0OTHER:2026-03-03"}
    query = sa.select(notices.c.revision).where(notices.c.kind == DIGEST)
    assert desk.story.look(lambda session: session.execute(query).scalars().all()) == [1, 1]


def test_a_bot_that_was_away_in_the_morning_sends_no_digest_in_the_afternoon(desk: Desk, case: Case) -> None:
    keeper = Keeper(desk.story.database.transaction, lambda: desk.story.content, WORKSPACE)
    keeper.tend(clock(3, 15))
    assert desk.asked(DIGEST) == {}


# What people do


def test_done_keeps_what_was_said_and_by_whom_and_logs_no_words(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    after = desk.do(followups.done, owed.kept.id, words="I called: I am sorry, your parcel comes tomorrow.")
    assert (after.follow_up.state, after.kept.ended_by) == (State.DONE, ANA)
    assert after.case.first_replied_at is not None
    assert "apologise" in after.case.steps
    assert desk.story.actions(case)[-1] == "followup:done"
    assert "parcel" not in desk.story.log()[-1].details
    assert desk.first(case).follow_up.kind is Kind.UPDATE


def test_words_that_would_stop_a_reply_stop_done_and_change_nothing(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    before = desk.story.everything()
    assert isinstance(desk.do(followups.done, owed.kept.id, words="I am sorry if you were upset."), Blocked)
    assert desk.story.everything() == before


def test_what_is_done_is_done_once_and_the_second_hears_how_things_stand(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    desk.do(followups.done, owed.kept.id, words="")
    for verb, more in (
        (followups.done, {"words": ""}),
        (followups.snooze, {"until": NOW + 9 * HOUR}),
        (followups.unreachable, {}),
    ):
        refused = desk.do(verb, owed.kept.id, by=BEN, **more)
        assert isinstance(refused, Refused)
        assert f"<@{ANA}>" in refused.why
    assert desk.story.actions(case).count("followup:done") == 1


def test_a_snooze_puts_off_the_reminders_and_not_the_deadline(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    until = case.opened_at + 3.5 * HOUR
    after = desk.do(followups.snooze, owed.kept.id, until=until)
    assert after.follow_up.due_at == owed.follow_up.due_at
    assert desk.asked()[f"{owed.kept.id}:again-1"] == until
    assert isinstance(desk.let_out(owed, "warning", case.opened_at + 3 * HOUR), Over)
    assert isinstance(desk.let_out(owed, "again-1", until), Out)


@pytest.mark.parametrize("until", [NOW, NOW + timedelta(days=61)])
def test_a_snooze_to_a_time_that_makes_no_sense_is_refused(desk: Desk, case: Case, until: datetime) -> None:
    assert isinstance(desk.do(followups.snooze, desk.first(case).kept.id, until=until), Refused)


def test_a_snooze_until_tomorrow_ends_when_the_persons_morning_begins(desk: Desk) -> None:
    until = followups.until(desk.story.content, Snooze.TOMORROW, TOKYO, now=NOW)
    assert until == datetime(2026, 3, 3, 8, tzinfo=TOKYO).astimezone(UTC)
    assert followups.until(desk.story.content, Snooze.HOUR, TOKYO, now=NOW) == NOW + HOUR


def test_two_tries_in_vain_are_enough(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    after = desk.do(followups.unreachable, owed.kept.id)
    assert (after.follow_up.state, after.case.tries) == (State.OPEN, 1)
    assert after.follow_up.due_at > owed.follow_up.due_at
    again = desk.do(followups.unreachable, owed.kept.id)
    assert again.follow_up.state is State.CANCELLED


def resolved(desk: Desk, case: Case, severity: str = "S3") -> Owed:
    """The check after the fix of a case that was answered and resolved; a serious one has a second check."""
    desk.story.send(desk.story.draft(case).id)
    desk.story.change(case, severity=severity, role=Role.LEAD)
    desk.story.resolve(case)
    return next(owed for owed in desk.of(case) if owed.follow_up.kind is Kind.CHECK)


def owed_still(desk: Desk, case: Case) -> list[Kind]:
    return [owed.follow_up.kind for owed in desk.of(case) if not owed.follow_up.is_over]


def test_a_customer_who_wants_no_more_messages_gets_none_until_they_write_again(desk: Desk, case: Case) -> None:
    desk.story.send(desk.story.draft(case).id)
    desk.do(followups.wait_for_customer, case.id)
    [update] = [owed for owed in desk.of(case) if owed.follow_up.kind is Kind.UPDATE]
    after = desk.do(followups.opted_out, update.kept.id, by=BEN)
    assert (after.follow_up.state, after.case.waiting_since) == (State.CANCELLED, None)
    assert after.case.opted_out_at is not None
    assert owed_still(desk, case) == []
    assert desk.story.actions(case)[-1] == "case:customer_opted_out"
    assert desk.let_out(update, "warning", update.follow_up.due_at) == Over("cancelled")
    desk.story.resolve(case)
    assert owed_still(desk, case) == []
    desk.story.reopen(case)
    assert owed_still(desk, case) == [], "an opt-out outlives the case's being opened again"
    desk.do(followups.customer_answered, case.id)
    assert owed_still(desk, case) == [Kind.FIRST_REPLY]
    assert desk.story.card(case).case.opted_out_at is None


def test_who_writes_again_days_after_an_opt_out_is_answered_from_then_on(desk: Desk, case: Case) -> None:
    desk.do(followups.opted_out, desk.first(case).kept.id)
    wrote = clock(5, 10)
    desk.do(followups.customer_answered, case.id, now=wrote)
    assert desk.first(case).follow_up.due_at == wrote + 4 * HOUR


def test_what_was_granted_is_owed_to_a_customer_who_wants_no_more_messages(till: Till) -> None:
    desk, case = Desk(till), till.open()
    till.made(case)
    [first] = [owed for owed in desk.of(case) if owed.follow_up.kind is Kind.FIRST_REPLY]
    desk.do(followups.opted_out, first.kept.id)
    assert owed_still(desk, case) == [Kind.FULFILMENT]


def test_a_critical_case_goes_on_after_an_opt_out_until_a_lead_ends_it(desk: Desk, case: Case) -> None:
    check = resolved(desk, case, "S4")
    checks = owed_still(desk, case)
    after = desk.do(followups.opted_out, check.kept.id)
    assert owed_still(desk, case) == checks
    assert "only a lead" in (followups.goes_on(after) or "")
    again = desk.do(followups.opted_out, check.kept.id)
    assert isinstance(again, Refused)
    for role in (None, Role.AGENT, Role.SENIOR):
        before = desk.story.everything()
        refused = desk.do(followups.close, check.kept.id, role=role)
        assert isinstance(refused, Refused)
        assert "Only a lead" in refused.why
        assert desk.story.everything() == before
    closed = desk.do(followups.close, check.kept.id, role=Role.LEAD, by=LENA)
    assert (closed.follow_up.state, owed_still(desk, case)) == (State.CANCELLED, [])
    assert desk.story.actions(case)[-1] == "case:closed"
    assert desk.story.log()[-1].who == LENA


@pytest.mark.parametrize("role", [Role.LEAD, Role.MANAGER])
def test_a_lead_ends_the_checks_of_any_resolved_case_and_opening_it_again_arms_it(
    desk: Desk, case: Case, role: Role
) -> None:
    check = resolved(desk, case)
    assert owed_still(desk, case) == [Kind.CHECK, Kind.SECOND_CHECK]
    desk.do(followups.close, check.kept.id, role=role)
    assert owed_still(desk, case) == []
    desk.story.reopen(case)
    assert owed_still(desk, case) == [Kind.FIRST_REPLY]
    desk.story.resolve(case)
    assert owed_still(desk, case) == [Kind.CHECK, Kind.SECOND_CHECK]


def test_the_checks_are_ended_once_from_the_case_and_what_was_granted_is_still_owed(till: Till) -> None:
    case = till.open()
    till.made(case, "40 EUR")
    till.resolve(case)
    desk = Desk(till)
    assert till.card(case).checked
    ended = desk.do(followups.end_checks, case.id, role=Role.LEAD, by=LENA)
    assert ended.closed_at is not None
    assert owed_still(desk, case) == [Kind.FULFILMENT]
    assert not till.card(case).checked
    again = desk.do(followups.end_checks, case.id, role=Role.LEAD, by=LENA)
    assert again == Refused("The customer of R-1001 is to be asked nothing more.")
    assert till.actions(case).count("case:closed") == 1


@pytest.mark.parametrize("role", [None, Role.AGENT, Role.SENIOR])
def test_only_a_lead_ends_the_checks_from_the_case(desk: Desk, case: Case, role: Role | None) -> None:
    resolved(desk, case)
    before = desk.story.everything()
    refused = desk.do(followups.end_checks, case.id, role=role)
    assert refused == Refused("Only a lead ends the checks of a case. Ask one of them to look at it.")
    assert desk.story.everything() == before


def test_a_case_whose_customer_said_how_it_went_has_no_checks_to_end(desk: Desk, case: Case) -> None:
    resolved(desk, case)
    assert desk.story.card(case).checked
    desk.do(case_flows.customer_answered, case.id, satisfaction=4)
    assert not desk.story.card(case).checked


def test_the_checks_of_an_open_case_or_of_another_workspace_are_not_ended(desk: Desk, case: Case) -> None:
    refused = desk.do(followups.end_checks, case.id, role=Role.LEAD)
    assert "resolve it first" in refused.why
    resolved(desk, case)
    given = {"by": LENA, "role": Role.LEAD}
    assert desk.story.do(followups.end_checks, desk.story.content, "T0OTHER", case.id, **given) == GONE


def test_an_open_case_is_resolved_before_its_checks_are_ended(desk: Desk, case: Case) -> None:
    refused = desk.do(followups.close, desk.first(case).kept.id, role=Role.LEAD)
    assert isinstance(refused, Refused)
    assert "resolve it first" in refused.why


def test_tries_in_vain_count_anew_after_the_case_was_opened_again(desk: Desk, case: Case) -> None:
    check = resolved(desk, case)
    for _ in range(2):
        desk.do(followups.unreachable, check.kept.id)
    assert owed_still(desk, case) == []
    desk.story.reopen(case)
    assert owed_still(desk, case) == [Kind.FIRST_REPLY]
    assert isinstance(desk.do(followups.unreachable, desk.first(case).kept.id), Owed)
    assert owed_still(desk, case) == [Kind.FIRST_REPLY]


def test_a_customer_who_says_how_it_went_is_not_asked_again(desk: Desk, case: Case) -> None:
    resolved(desk, case)
    desk.do(case_flows.customer_answered, case.id, satisfaction=4)
    assert owed_still(desk, case) == []


@pytest.mark.parametrize(
    ("satisfaction", "owed"), [(None, [Kind.SECOND_CHECK]), (4, []), (2, [Kind.FIRST_REPLY])], ids=str
)
def test_done_with_a_check_keeps_what_the_customer_said(
    desk: Desk, case: Case, satisfaction: int | None, owed: list[Kind]
) -> None:
    check = resolved(desk, case)
    after = desk.do(followups.done, check.kept.id, words="", satisfaction=satisfaction)
    assert (after.follow_up.state, after.case.satisfaction) == (State.DONE, satisfaction)
    assert owed_still(desk, case) == owed


def test_another_owner_is_named_from_then_on(desk: Desk, case: Case) -> None:
    assert desk.do(followups.reassign, case.id, to=BEN).owner == BEN
    assert isinstance(desk.do(followups.reassign, case.id, to=BEN), Refused)
    assert desk.story.actions(case)[-1] == "case:assigned"


def test_what_is_posted_is_drawn_anew_and_what_is_not_is_not_asked_for(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    with desk.story.database.transaction() as session:
        session.execute(
            sa.update(notices).where(notices.c.kind == REMINDER).values(state="delivered", message_ts="1.0")
        )
    desk.do(followups.done, owed.kept.id, words="")
    assert f"{owed.kept.id}:warning" in desk.asked()
    assert f"{owed.kept.id}:deadline" not in desk.asked()


def toll(desk: Desk, *, now: datetime, days: int = 28) -> Toll:
    with desk.story.database.reading() as session:
        return followups.toll_of_closed(session, WORKSPACE, lookback=timedelta(days=days), now=now)


def test_closed_cases_are_counted_with_all_their_reminders(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    for name, hour in (("warning", 3), ("warning", 3), ("deadline", 4)):
        desk.let_out(owed, name, case.opened_at + hour * HOUR)
    quick = desk.story.open()
    open_still = desk.story.take(desk.story.open())
    desk.let_out(desk.first(open_still), "warning", open_still.opened_at + 3 * HOUR)
    desk.story.resolve(case)
    desk.story.resolve(quick)
    later = desk.story.now()
    assert toll(desk, now=later) == Toll(cases=2, reminders=2, without=1, most=2)
    assert toll(desk, now=later).for_each == 1.0
    check = desk.first(case)
    desk.let_out(check, "warning", check.follow_up.due_at - HOUR)
    assert toll(desk, now=later).most == 3, "the check after the fix is part of the case"
    desk.story.reopen(case)
    assert toll(desk, now=later) == Toll(cases=1, reminders=0, without=1, most=0)


@pytest.mark.parametrize(("days", "counted"), [(28, 1), (27, 0)])
def test_cases_closed_before_that_are_not_counted(desk: Desk, case: Case, days: int, counted: int) -> None:
    closed = desk.story.resolve(case)
    now = closed.resolved_at + timedelta(days=28)
    assert toll(desk, now=now, days=days) == Toll(counted, 0, counted, 0)
    assert toll(desk, now=now, days=days).for_each == 0.0


def test_what_goes_into_a_digest_is_no_reminder(desk: Desk, case: Case) -> None:
    desk.let_out(desk.first(case), "warning", case.opened_at + 3 * HOUR, digest_only=True)
    desk.story.resolve(case)
    assert toll(desk, now=desk.story.now()) == Toll(1, 0, 1, 0)


def test_what_is_due_is_listed_for_one_or_for_all(desk: Desk, case: Case) -> None:
    desk.story.open()
    with desk.story.database.reading() as session:
        mine = followups.due(session, WORKSPACE, zone=LONDON, owner=ANA, now=case.opened_at + 5 * HOUR)
        everybody = followups.due(session, WORKSPACE, zone=LONDON, now=case.opened_at + HOUR, limit=1)
    assert [owed.case.id for owed in mine.overdue] == [case.id]
    assert (everybody.listed, everybody.more) == (1, 1)


def test_the_whole_log_holds(desk: Desk, case: Case) -> None:
    owed = desk.first(case)
    desk.do(followups.snooze, owed.kept.id, until=NOW + 2 * HOUR)
    desk.do(followups.done, owed.kept.id, words="")
    assert desk.story.broken_link() is None
