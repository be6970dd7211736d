"""The notice about an edit of the content that cannot be used."""

from bot.flows.faults import find_fault
from bot.flows.outbox import Notice
from bot.slack.blocks import faults as fault_blocks
from bot.slack.house import House
from bot.slack.notices.message import Message, marker


def fault(house: House, notice: Notice) -> Message | None:
    """What is wrong with which files, or that it is mended."""
    with house.reading() as session:
        found = find_fault(session, notice.workspace, int(notice.subject))
    return Message(*fault_blocks.fault(found, marker=marker(notice))) if found is not None else None
