"""The notices of offers: the approval card, what its hours bring, and what became of an offer."""

from bot.domain.approval import Step
from bot.domain.case import Case
from bot.domain.offer import Offered, OfferState
from bot.domain.team import Role
from bot.flows.approval_card import card_of
from bot.flows.cards import find_case, place_of
from bot.flows.deadlines import call_higher, expire
from bot.flows.offers import find_offer
from bot.flows.outbox import Notice
from bot.flows.session import Session
from bot.flows.telling import approval_place
from bot.slack.blocks import approvals as approval_blocks
from bot.slack.blocks import offers as blocks
from bot.slack.blocks.common import Block, actions, section
from bot.slack.house import House
from bot.slack.notices.message import Drawn, Message, Nothing, marker


def approval(house: House, notice: Notice) -> Drawn:
    """The approval card, judged as things are now."""
    with house.reading() as session:
        offered = find_offer(session, notice.workspace, int(notice.subject))
    if offered is None:
        return None
    role = house.role_of(offered.by)
    with house.reading() as session:
        shown = card_of(session, house.content(), notice.workspace, offered.id, role=role, now=house.now())
    if shown is None:
        return None
    link = house.directory.link(*shown.place) if shown.place else None
    return Message(*approval_blocks.card(shown, link, marker=marker(notice)))


def clock(house: House, notice: Notice) -> Drawn:
    """An hour that was set when the offer was made: a reminder, a call to a higher role, or the end."""
    number, step_name, role_name, _ = notice.subject.split(":")
    offer_id, step, role = int(number), Step(step_name), Role(role_name)
    with house.transaction() as session:
        if step is Step.EXPIRE:
            expire(session, notice.workspace, offer_id, now=house.now())
            offered = None
        elif step is Step.CALL_HIGHER:
            offered = call_higher(session, notice.workspace, offer_id, role, now=house.now())
        else:
            offered = find_offer(session, notice.workspace, offer_id)
        case = find_case(session, notice.workspace, offered.case_id) if offered else None
        thread = approval_place(session, offered) if offered else None
    if step is Step.EXPIRE:
        house.wake()
    if offered is None or case is None or offered.state is not OfferState.PENDING:
        return Nothing("it was answered, or its time is over")
    text = approval_blocks.reminder(case.reference, offered, step, house.approvers(role, without=case.details.about))
    return Message(text, [section(text, block_id=marker(notice))], thread)


def news(house: House, notice: Notice) -> Drawn:
    """What became of an offer, in its case's thread."""
    number, _, state = notice.subject.partition(":")
    with house.reading() as session:
        found = _offer_in_its_thread(session, notice.workspace, int(number))
    if found is None:
        return None
    case, offered, thread = found
    if offered.state != state and state == OfferState.COUNTERED and (notice.message_ts or notice.uncertain):
        return _message(notice, blocks.settled(case, offered), [], thread)
    if offered.state != state:
        return Nothing(f"it is {offered.state} by now")
    return _message(notice, *blocks.news(case, offered), thread)


def _message(notice: Notice, text: str, buttons: list[Block], thread: str | None) -> Message:
    drawn = [section(text, block_id=marker(notice))]
    return Message(text, [*drawn, actions(*buttons)] if buttons else drawn, thread)


def _offer_in_its_thread(session: Session, workspace: str, offer_id: int) -> tuple[Case, Offered, str | None] | None:
    offered = find_offer(session, workspace, offer_id)
    case = find_case(session, workspace, offered.case_id) if offered else None
    if offered is None or case is None:
        return None
    place = place_of(session, case)
    thread = case.complaint.thread_ts if case.report_deleted_at is None else None
    return case, offered, thread or (place[1] if place else None)
