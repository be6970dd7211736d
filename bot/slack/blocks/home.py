"""A person's own page: the App Home."""

from datetime import datetime

from bot.domain.reminders import LOOKED_BACK, Toll
from bot.flows.home import Home
from bot.slack.blocks.cases import summary
from bot.slack.blocks.common import Block, Name, actions, button, context, divider, section, shorten
from bot.slack.blocks.followups import listed
from bot.slack.ids import Press

MOST_CASES = 10


def home(shown: Home, *, name: Name, now: datetime) -> Block:
    """The page as Slack's `views.publish` takes it."""
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
    blocks += [divider(), section("*Waiting for somebody to take them*")]
    for case in shown.waiting_for_me[:MOST_CASES]:
        blocks += [section(shorten(summary(case, None), 2900)), actions(button("Take case", Press.TAKE, case.id))]
    if not shown.waiting_for_me:
        blocks.append(context("Every open case has an owner."))
    blocks += [divider(), section("*Your cases*")]
    blocks += [section(shorten(summary(case, None), 2900)) for case in shown.cases[:MOST_CASES]]
    if not shown.cases:
        blocks.append(context("You have no open cases."))
    if shown.toll is not None:
        blocks += [divider(), section("*Your team*"), context(_toll(shown.toll))]
    return {"type": "home", "blocks": blocks}


def _toll(toll: Toll) -> str:
    days = LOOKED_BACK.days
    if not toll.cases:
        return f"*Reminders:* no case was closed in the last {days} days."
    cases = f"{toll.cases:,} case{'s' if toll.cases != 1 else ''} closed in the last {days} days"
    return f"*Reminders:* {toll.for_each:.1f} for each of {cases}; {toll.without:,} needed none, one took {toll.most:,}"
