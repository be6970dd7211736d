"""A month of a made-up team, at high speed: what a cadence sends to whom, and whether it keeps its word.

Cases come in, agents answer, forget and are reminded, customers answer or do not. What is due, said and held back is
decided by `followup.py` and `reminders.py`, as for the real team; here are only the people, drawn by chance from a
seed. What was sent is then judged apart from those rules, by the log: no reminder in somebody's quiet hours, none over
the limit of a day, none after it was done, none twice, and no deadline that passed in silence.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain import followup
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.followup import Facts, FollowUp, Kind, Stage, State
from bot.domain.hours import Calendar, Span, at_clock, day_in
from bot.domain.reminders import Person, Way, can_wait, digest, may_send, reminders, stands, told
from bot.domain.taxonomy import Severity, category_keys

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Australia/Sydney",
)
CHANNELS = 8
AGENTS_A_LEAD = 10

_NINE_TO_FIVE = ((Span(9 * 60, 17 * 60),),) * 5 + ((), ())
_SEVERITIES, _SHARES = tuple(Severity), (35, 40, 20, 5)

BY_THEMSELVES = 0.85
"""Share of duties that an agent remembers without being told; of these, some too late."""

LEFT_LYING = 0.1
"""Share of cases that nobody takes before they act on them: until then reminders call whoever is on duty."""

LISTENS = {Stage.WARNING: 0.6, Stage.DEADLINE: 0.7, Stage.AGAIN: 0.7, Stage.LEAD: 0.9, None: 0.5}
"""How often a reminder moves somebody to act; None stands for a line of a digest."""

_GRACE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """Whom and what to simulate. For `outage`, Slack cannot be reached from noon of the second working day on."""

    agents: int = 50
    cases: int = 5000
    days: int = 30
    seed: int = 1
    begins: date = date(2026, 3, 2)
    outage: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder that named one person, on a day of their own."""

    at: datetime
    day: date
    person: int
    follow_up: int
    name: str
    may_wait: bool


@dataclass(slots=True)
class Result:
    """What happened. `a_day` holds, for each person and each of their days, how many reminders named them.

    `closed` cases were resolved at the end and took `for_closed` reminders, from the first on. `desk` stands for those
    on duty, who count as one person.
    """

    cases: int = 0
    closed: int = 0
    for_closed: int = 0
    desk: int = -1
    messages: list[Message] = field(default_factory=list)
    a_day: Counter[tuple[int, date]] = field(default_factory=Counter)
    person_days: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    planned: Counter[Kind] = field(default_factory=Counter)
    met: Counter[Kind] = field(default_factory=Counter)
    late: Counter[Kind] = field(default_factory=Counter)
    fell_away: Counter[Kind] = field(default_factory=Counter)
    open: Counter[Kind] = field(default_factory=Counter)
    reminded: Counter[Kind] = field(default_factory=Counter)
    escalated: Counter[Kind] = field(default_factory=Counter)
    digest_lines: list[int] = field(default_factory=list)
    summaries: int = 0
    faults: list[str] = field(default_factory=list)

    def shares_of_days(self) -> dict[str, float]:
        """How many reminders name one person in a day: on average, and on days from the usual to the worst."""
        counts = sorted(self.a_day.values())
        counts = [0] * max(0, self.person_days - len(counts)) + counts
        places = {"half": 0.5, "nine in ten": 0.9, "99 in 100": 0.99}
        shares = {name: float(counts[min(len(counts) - 1, int(share * len(counts)))]) for name, share in places.items()}
        return {"mean": sum(counts) / len(counts), **shares, "most": float(counts[-1])} if counts else {}

    def to_desk(self) -> dict[str, int]:
        """The reminders that called those on duty: in all, and on the day with the most."""
        a_day = Counter(one.day for one in self.messages if one.person == self.desk)
        return {"in all": sum(a_day.values()), "most in a day": max(a_day.values(), default=0)}

    def most_that_could_wait(self) -> int:
        """The most reminders one person had in a day, without those that may not wait: what the limit holds for."""
        return max(Counter((one.person, one.day) for one in self.messages if one.may_wait).values(), default=0)


@dataclass(slots=True)
class _Case:
    facts: Facts
    owner: int
    channel: int
    random: Random
    is_taken: bool
    have: tuple[FollowUp, ...] = ()
    ends_after: int = 1
    replies: int = 0


def simulate(cadence: Cadence, setting: Setting) -> Result:
    """Replay the month under a cadence. The same cadence and setting always give the same result."""
    return _Simulation(cadence, setting).run()


class _Simulation:
    """The month while it runs. `_notice_at` is the outbox: when each reminder that is not yet sent is due."""

    def __init__(self, cadence: Cadence, setting: Setting) -> None:
        self.cadence, self.setting = cadence, setting
        self.result = Result(cases=setting.cases)
        self.begins = at_clock(cadence.zone, setting.begins, 0)
        self.ends = at_clock(cadence.zone, setting.begins + timedelta(days=setting.days), 0)
        self.leads = max(1, setting.agents // AGENTS_A_LEAD)
        self.desk = self.result.desk = setting.agents + self.leads
        self.calendars = [Calendar(zone, _NINE_TO_FIVE) for zone in ZONES]
        self.zones = [ZoneInfo(zone) for zone in ZONES]
        first = cadence.next_digest(cadence.next_digest(self.begins))
        self.away_from = at_clock(cadence.zone, day_in(cadence.zone, first), 12 * 60)
        self.away_until = self.away_from + setting.outage
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._count = 0
        self._ids = 0
        self._cases: list[_Case] = []
        self._case_of: dict[int, _Case] = {}
        self._notice_at: dict[tuple[int, str], datetime] = {}
        self._held: dict[int, dict[int, Stage]] = defaultdict(dict)
        self._said_at: dict[int, list[datetime]] = defaultdict(list)
        self._live: dict[int, dict[int, None]] = defaultdict(dict)
        self._summed_up: set[tuple[int, datetime]] = set()

    def run(self) -> Result:
        for number in range(1, self.setting.cases + 1):
            self._arrives(number)
        self._at(self.cadence.next_digest(self.begins), self._digests)
        while self._queue:
            at, _, happens = heapq.heappop(self._queue)
            if at >= self.ends:
                break
            happens(at)
        self._sum_up()
        return self.result

    def _at(self, at: datetime, happens: Callable[[datetime], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, happens))

    def _is_away(self, now: datetime) -> bool:
        return self.away_from <= now < self.away_until

    def _chance(self, of: str) -> Random:
        """The same numbers for the same seed and name: each case has its own, whatever the cadence does with others."""
        return Random(f"{self.setting.seed} {of}")  # noqa: S311

    # People

    def _zone(self, person: int) -> ZoneInfo:
        return self.cadence.zone if person == self.desk else self.zones[person % len(ZONES)]

    def _busy_until(self, person: int, now: datetime) -> datetime | None:
        """On one day in five people do not want to be disturbed from one to two, on their clock; a desk is a desk."""
        if person == self.desk:
            return None
        zone = self._zone(person)
        day = day_in(zone, now)
        if self._chance(f"{person} {day}").random() >= 0.2:
            return None
        begin, end = at_clock(zone, day, 13 * 60), at_clock(zone, day, 14 * 60)
        return end if begin <= now < end else None

    def _lead_of(self, person: int) -> int:
        return self.setting.agents + person % self.leads

    def _arrives(self, number: int) -> None:
        random = self._chance(f"case {number}")
        day = self.setting.begins + timedelta(days=random.randrange(self.setting.days))
        minute = random.randrange(8 * 60, 20 * 60) if random.random() < 0.8 else random.randrange(24 * 60)
        opened = at_clock(self.cadence.zone, day, minute) + timedelta(seconds=random.randrange(60))
        severity = random.choices(_SEVERITIES, _SHARES)[0]
        facts = Facts(number, random.choice(category_keys()), severity, opened)
        owner = self._takes(random, opened)
        ends_after = random.choice((1, 1, 2, 2, 3, 5))
        is_taken = self._chance(f"taken {number}").random() >= LEFT_LYING
        case = _Case(facts, owner, owner % CHANNELS, random, is_taken, ends_after=ends_after)
        self._cases.append(case)
        self._at(opened, lambda now: self._plan(case, now))

    def _takes(self, random: Random, opened: datetime) -> int:
        """Who takes a case: one of four who see it, somebody at work if there is one."""
        seen = [random.randrange(self.setting.agents) for _ in range(4)]
        at_work = (person for person in seen if self.calendars[person % len(ZONES)].is_open(opened))
        return next(at_work, seen[0])

    def _acts_at(self, case: _Case, at: datetime) -> datetime:
        return self.calendars[case.owner % len(ZONES)].next_open(at)

    # The case goes on

    def _rhythm(self, case: _Case) -> Rhythm:
        return self.cadence.rhythm(case.facts.category, case.facts.severity)

    def _plan(self, case: _Case, now: datetime) -> None:
        before = {each.id: each for each in case.have}
        planned = []
        for each in followup.plan(case.facts, self.cadence, case.have, now=now):
            if each.id is None:
                self._ids += 1
                each = replace(each, id=self._ids)  # noqa: PLW2901
                self._case_of[self._ids] = case
                self.result.planned[each.kind] += 1
                self._intends(case, each)
            planned.append(each)
        case.have = tuple(planned)
        for each in planned:
            if before.get(each.id) != each:
                self._remember(case, each, now)

    def _remember(self, case: _Case, each: FollowUp, now: datetime) -> None:
        """Bring the outbox in line with a follow-up that is new or has changed."""
        id = _id(each)
        if each.is_over:
            self._live[case.channel].pop(id, None)
            self._held[case.channel].pop(id, None)
            return
        self._live[case.channel][id] = None
        for reminder in reminders(each, self.cadence, self._rhythm(case)):
            key = (id, reminder.name)
            if self._notice_at.get(key) != reminder.at:
                self._notice_at[key] = reminder.at
                self._at(max(now, reminder.at), self._notice(id, reminder.name, reminder.at))
        if each.state is State.OPEN and each.due_at >= now:
            self._at(each.due_at, self._deadline(id, each.due_at))

    def _intends(self, case: _Case, each: FollowUp) -> None:
        if case.random.random() < BY_THEMSELVES:
            share = case.random.uniform(0.05, 1.05)
            at = self.cadence.after(each.runs_from, each.left * share, each.wait.clock)
            self._at(self._acts_at(case, at), self._acting(_id(each)))

    def _hears(self, case: _Case, id: int, stage: Stage | None, now: datetime) -> None:
        if case.random.random() < LISTENS[stage]:
            at = now + timedelta(minutes=case.random.expovariate(1 / 25))
            self._at(self._acts_at(case, at), self._acting(id))

    def _acting(self, id: int) -> Callable[[datetime], None]:
        return lambda now: self._act(self._case_of[id], id, now)

    def _act(self, case: _Case, id: int, now: datetime) -> None:
        """The owner sees to a follow-up, if it is still to be done."""
        each = next(each for each in case.have if each.id == id)
        if each.state is not State.OPEN:
            return
        random, case.is_taken = case.random, True
        if each.kind in (Kind.CHECK, Kind.SECOND_CHECK) and random.random() < 0.15:
            self._change(case, followup.unreachable(each, case.facts, self.cadence, at=now))
            case.facts = replace(case.facts, tries=case.facts.tries + 1)
        elif random.random() < 0.05 and each.due_at > now:
            self._change(case, followup.snoozed(each, now + timedelta(hours=1)))
        else:
            self._change(case, followup.done(each, at=now))
            if each.kind in (Kind.FIRST_REPLY, Kind.UPDATE):
                self._replies(case, now)
            elif each.kind in (Kind.CHECK, Kind.SECOND_CHECK) and random.random() < 0.5:
                well = random.random() < 0.9
                self._at(now + timedelta(hours=random.uniform(1, 30)), self._answering(case, well=well))
        self._plan(case, now)
        changed = next(other for other in case.have if other.id == id)
        if changed != each:
            self._remember(case, changed, now)

    def _change(self, case: _Case, changed: FollowUp) -> None:
        case.have = tuple(changed if each.id == changed.id else each for each in case.have)

    def _replies(self, case: _Case, now: datetime) -> None:
        random = case.random
        case.replies += 1
        case.facts = replace(case.facts, replied_at=now)
        if random.random() < 0.1:
            day = now + timedelta(days=random.randint(1, 5))
            made = followup.promise(case.facts, self.cadence, "I will write", day, by_reply=True, now=now)
            self._give(case, made)
        if random.random() < 0.15:
            owed = followup.fulfilment(case.facts, self.cadence, "a refund", number=case.replies, now=now)
            self._give(case, owed)
        if case.replies >= case.ends_after:
            self._at(self._acts_at(case, now + timedelta(hours=random.uniform(0, 20))), self._resolving(case))
        elif random.random() < 0.3:
            case.facts = replace(case.facts, waiting_since=now)
            if random.random() < 0.7:
                self._at(now + timedelta(hours=random.uniform(1, 90)), self._answering(case, well=None))

    def _give(self, case: _Case, made: FollowUp) -> None:
        self._ids += 1
        made = replace(made, id=self._ids)
        self._case_of[self._ids] = case
        self.result.planned[made.kind] += 1
        case.have = (*case.have, made)
        self._intends(case, made)
        self._remember(case, made, made.started_at)

    def _answering(self, case: _Case, *, well: bool | None) -> Callable[[datetime], None]:
        def answers(now: datetime) -> None:
            case.facts = replace(case.facts, answered_at=now, waiting_since=None, tries=0)
            if well is False and case.facts.resolved_at is not None:
                case.facts = replace(case.facts, resolved_at=None, reopened_at=now)
                case.ends_after += 1
            self._plan(case, now)

        return answers

    def _resolving(self, case: _Case) -> Callable[[datetime], None]:
        def resolves(now: datetime) -> None:
            if case.facts.resolved_at is None:
                outcome = "duplicate" if case.random.random() < 0.03 else "fixed"
                case.facts = replace(case.facts, resolved_at=now, waiting_since=None, outcome=outcome)
                self._plan(case, now)

        return resolves

    # Reminders go out

    def _notice(self, id: int, name: str, planned_at: datetime) -> Callable[[datetime], None]:
        return lambda now: self._send(id, name, planned_at, now)

    def _send(self, id: int, name: str, planned_at: datetime, now: datetime) -> None:
        if self._notice_at.get((id, name)) != planned_at:
            return
        case = self._case_of[id]
        each = next(each for each in case.have if each.id == id)
        rhythm = self._rhythm(case)
        if self._is_away(now):
            self._at(self.away_until, self._notice(id, name, planned_at))
            return
        if not stands(each, name, self.cadence, rhythm, now=now):
            return
        stage = Stage(name.partition("-")[0])
        person = self._named(case, stage)
        zone, may_wait = self._zone(person), can_wait(each, rhythm)
        today = self.result.a_day[person, day_in(zone, now)]
        delivery = may_send(
            Person(zone, self._busy_until(person, now), today),
            self.cadence,
            planned_at=planned_at,
            may_wait=may_wait,
            now=now,
        )
        if delivery.way is Way.LATER:
            self.result.held[delivery.why] += 1
            self._notice_at[id, name] = delivery.at
            self._at(delivery.at, self._notice(id, name, delivery.at))
        elif delivery.way is Way.DIGEST:
            self.result.held[delivery.why] += 1
            self._held[case.channel][id] = stage
        else:
            self._say(case, each, stage, now)
            if delivery.way is Way.SUMMED_UP:
                self.result.held[delivery.why] += 1
                self._summed_up.add((case.channel, now))
            else:
                self.result.sent[stage.value] += 1
                self.result.a_day[person, day_in(zone, now)] += 1
                self.result.messages.append(Message(now, day_in(zone, now), person, id, name, may_wait))
            self._hears(case, id, stage, now)

    def _named(self, case: _Case, stage: Stage) -> int:
        """Whom a reminder names."""
        if stage is Stage.LEAD:
            return self._lead_of(case.owner)
        return case.owner if case.is_taken else self.desk

    def _say(self, case: _Case, each: FollowUp, stage: Stage | None, now: datetime) -> None:
        self._said_at[_id(each)].append(now)
        if stage is not None:
            self._change(case, told(each, stage, now=now))

    def _digests(self, now: datetime) -> None:
        if self._is_away(now):
            self._at(self.away_until, self._digests)
            return
        for channel in range(CHANNELS):
            held = self._held.pop(channel, {})
            follow_ups = [
                each
                for id in self._live[channel]
                for each in self._case_of[id].have
                if each.id == id and not each.is_over
            ]
            found = digest(follow_ups, (), self.cadence, held=held.keys(), now=now)
            lines = [*found.overdue, *found.due_today]
            if not found:
                continue
            self.result.digest_lines.append(len(lines) + len(found.waiting_for_customer))
            for each in lines:
                case = self._case_of[_id(each)]
                self._say(case, each, held.get(_id(each)), now)
                self._hears(case, _id(each), None, now)
        self._at(self.cadence.next_digest(now), self._digests)

    # Judging, by the log

    def _deadline(self, id: int, due_at: datetime) -> Callable[[datetime], None]:
        """A deadline has come: if it is still open at the next digest, something must have been said."""

        def passes(now: datetime) -> None:
            limit = self.cadence.next_digest(due_at)
            if self._is_away(limit):
                limit = self.away_until
            self._at(max(now, limit) + _GRACE, lambda then: self._is_silent(id, due_at, then))

        return passes

    def _is_silent(self, id: int, due_at: datetime, now: datetime) -> None:
        each = next(each for each in self._case_of[id].have if each.id == id)
        is_same = each.state is State.OPEN and each.due_at == due_at
        if is_same and not any(due_at <= at <= now for at in self._said_at[id]):
            self.result.faults.append(f"follow-up {id} was due at {due_at} and nobody was told by {now}")

    def _sum_up(self) -> None:
        result = self.result
        people = self.setting.agents + self.leads + 1
        result.person_days = people * self.setting.days
        result.summaries = len(self._summed_up)
        ended: dict[int, datetime] = {}
        for id, case in self._case_of.items():
            each = next(each for each in case.have if each.id == id)
            if each.ended_at is not None:
                ended[id] = each.ended_at
            self._count_outcome(each, self.ends)
        result.closed = sum(1 for case in self._cases if case.facts.resolved_at is not None)
        result.for_closed = sum(
            1 for one in result.messages if self._case_of[one.follow_up].facts.resolved_at is not None
        )
        result.faults += faults_in(result.messages, self.cadence, ended, self._zone)

    def _count_outcome(self, each: FollowUp, now: datetime) -> None:
        result, kind = self.result, each.kind
        late = (each.ended_at or now) > each.due_at and each.state in (State.OPEN, State.DONE)
        if late:
            result.late[kind] += 1
            result.reminded[kind] += bool(self._said_at[_id(each)])
            result.escalated[kind] += each.said is Stage.LEAD
        elif each.state is State.DONE:
            result.met[kind] += 1
        elif each.state is State.CANCELLED:
            result.fell_away[kind] += 1
        else:
            result.open[kind] += 1


def faults_in(
    messages: Iterable[Message],
    cadence: Cadence,
    ended: dict[int, datetime],
    zone_of: Callable[[int], ZoneInfo],
) -> list[str]:
    """What the log of reminders breaks: quiet hours, the limit of a day, silence after the end, once each."""
    faults: list[str] = []
    days: Counter[tuple[int, date]] = Counter()
    names: Counter[tuple[int, str]] = Counter()
    quiet = cadence.quiet
    for message in messages:
        wall = message.at.astimezone(zone_of(message.person))
        days[message.person, wall.date()] += message.may_wait
        names[message.follow_up, message.name] += 1
        minute = wall.hour * 60 + wall.minute
        night = (
            quiet.begins <= minute < quiet.ends
            if quiet.begins <= quiet.ends
            else not quiet.ends <= minute < quiet.begins
        )
        if message.may_wait and (night or wall.weekday() in quiet.days):
            faults.append(f"person {message.person} was reminded at {wall:%a %H:%M} of their own time")
        if message.follow_up in ended and message.at > ended[message.follow_up]:
            faults.append(f"follow-up {message.follow_up} was reminded of after it had ended")
    faults += [
        f"person {person} was reminded {many} times on {day}"
        for (person, day), many in days.items()
        if many > cadence.cap_per_day
    ]
    faults += [
        f"reminder {name} of follow-up {id} was sent {many} times" for (id, name), many in names.items() if many > 1
    ]
    return faults


def _id(each: FollowUp) -> int:
    assert each.id is not None, "it was given one when it was planned"  # noqa: S101
    return each.id
