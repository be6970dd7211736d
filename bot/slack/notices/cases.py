"""The notices of cases: the card."""

from dataclasses import replace

from bot.domain.case import Status
from bot.flows.cards import card_of
from bot.flows.drafts import questions
from bot.flows.duty import suggestion
from bot.flows.outbox import Notice
from bot.flows.violations import advice_on
from bot.slack.blocks import cases as case_blocks
from bot.slack.blocks import drafts as draft_blocks
from bot.slack.blocks.common import Block
from bot.slack.house import House
from bot.slack.notices.message import Message, marker


def card(house: House, notice: Notice) -> Message | None:
    """A case's card with its draft, in the report's thread while the report stands."""
    with house.reading() as session:
        shown = card_of(session, notice.workspace, int(notice.subject))
    if shown is None:
        return None
    if shown.case.owner is None and shown.case.status is not Status.RESOLVED:
        on_duty = house.on_duty()
        with house.reading() as session:
            shown = replace(shown, suggested=suggestion(session, shown.case, on_duty))
    advice: list[Block] = []
    content = house.content()
    if shown.draft is not None:
        advice = [
            *draft_blocks.missing(questions(content, shown.draft)),
            *draft_blocks.advice(advice_on(content, shown.draft.text)),
        ]
    colleague = house.full_name(shown.suggested.who) if shown.suggested else ""
    guesses = content.triage(shown.case.complaint.text) if shown.case.is_read else None
    text, blocks = case_blocks.card(shown, advice, guesses, marker=marker(notice), colleague=colleague)
    complaint = shown.case.complaint
    in_place = notice.channel == complaint.channel and shown.case.report_deleted_at is None
    return Message(text, blocks, complaint.thread_ts if in_place else None)
