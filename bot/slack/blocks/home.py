"""A person's own page: the App Home."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.authority import Alternative, Left, Policy
from bot.domain.case import Case
from bot.domain.reminders import LOOKED_BACK, Toll
from bot.flows.home import Home, Team
from bot.slack.blocks.cases import summary
from bot.slack.blocks.common import Block, Name, actions, button, context, divider, escape, section, shorten
from bot.slack.blocks.followups import line, listed, waiting_offers
from bot.slack.blocks.offers import figure, left
from bot.slack.ids import Press

MOST_CASES = 10


def home(
    shown: Home,
    *,
    policy: Policy,
    name: Name,
    link: Callable[[tuple[str, str]], str | None],
    now: datetime,
) -> Block:
    """The page as Slack's `views.publish` takes it. `link` gives the address of a message."""
    blocks = [*_owed(shown, name=name, now=now), *_waiting(shown, name=name, link=link), *_unowned(shown)]
    blocks += [divider(), section("*Your cases*")]
    blocks += [section(shorten(summary(case, None), 2900)) for case in shown.cases[:MOST_CASES]]
    if not shown.cases:
        blocks.append(context("You have no open cases."))
    blocks += _may_offer(shown, policy)
    if shown.team is not None:
        blocks += _team(shown.team, shown.may_offer.month, policy, name=name, now=now)
    return {"type": "home", "blocks": blocks}


def _owed(shown: Home, *, name: Name, now: datetime) -> list[Block]:
    blocks = [section("*What you owe to customers*")]
    groups = (
        ("Overdue", shown.mine.overdue),
        ("Today", shown.mine.today),
        ("Later", shown.mine.later),
        ("Waiting for the customer", shown.mine.waiting),
    )
    for title, several in groups:
        if several:
            blocks += [context(f"*{title}*"), *listed(several, name=name, now=now)]
    if not shown.mine.listed:
        blocks.append(context("Nothing is due."))
    if shown.mine.more:
        blocks.append(context("… and more: `/amends mine` lists them."))
    return blocks


def _waiting(shown: Home, *, name: Name, link: Callable[[tuple[str, str]], str | None]) -> list[Block]:
    if not shown.waiting:
        return []
    return [
        divider(),
        section("*Amends that wait for your answer*"),
        *waiting_offers(shown.waiting, name=name, link=link),
    ]


def _unowned(shown: Home) -> list[Block]:
    blocks = [divider(), section("*Waiting for somebody to take them*")]
    for case in shown.unowned[:MOST_CASES]:
        blocks += [section(shorten(summary(case, None), 2900)), _take(case)]
    if not shown.unowned:
        blocks.append(context("Every open case has an owner."))
    return blocks


def _take(case: Case) -> Block:
    return actions(button("Take case", Press.TAKE, case.id), about=case.reference)


def _may_offer(shown: Home, policy: Policy) -> list[Block]:
    may = shown.may_offer
    if shown.role is None:
        says = "You have no role in `team.yml`: a lead decides on whatever you offer."
    elif not may.kinds:
        says = "Nothing at the moment: whatever you offer, somebody else decides on it."
    else:
        says = "  ·  ".join(_kind(one, policy) for one in may.kinds)
    blocks = [divider(), section(shorten(f"*What you may offer without asking*\n{says}", 2900))]
    sums = left([one for one in (may.day, may.month) if one is not None])
    hint = "On a case of moderate harm, up to what the customer lost. *Offer amends* says what holds for each case."
    notes = [hint] if may.kinds else []
    notes += ["  ·  ".join(sums)] if sums and shown.role is not None else []
    return [*blocks, *(context(note) for note in notes)]


def _kind(one: Alternative, policy: Policy) -> str:
    label = escape(policy.kinds[one.kind].label)
    return f"{label} up to {one.largest}" if one.largest else f"{label} of any amount"


def _team(team: Team, month: Left | None, policy: Policy, *, name: Name, now: datetime) -> list[Block]:
    lines = [f"• {line(owed, name=name, now=now)}" for owed in team.worst]
    more = [f"… and {team.overdue - len(lines)} more: `/amends due` lists them."] if team.overdue > len(lines) else []
    overdue = "\n".join([f"*Overdue:* {team.overdue or 'nothing'}", *lines, *more])
    blocks = [divider(), section("*Your team*"), section(shorten(overdue, 2900))]
    notes = [_toll(team.toll)]
    if month is not None and month.limit is not None:
        offered = f"{figure(month.used)} of {figure(month.limit)} {policy.currency} offered"
        notes.insert(0, f"*This month:* {offered}; customers have {figure(team.month_paid)} of it")
    return [*blocks, *(context(note) for note in notes)]


def _toll(toll: Toll) -> str:
    days = LOOKED_BACK.days
    if not toll.cases:
        return f"*Reminders:* no case was closed in the last {days} days."
    cases = f"{toll.cases:,} case{'s' if toll.cases != 1 else ''} closed in the last {days} days"
    return f"*Reminders:* {toll.for_each:.1f} for each of {cases}; {toll.without:,} needed none, one took {toll.most:,}"
