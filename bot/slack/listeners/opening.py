"""Opening the case of a report, whichever door it came by."""

import structlog

from bot.domain.complaint import Complaint
from bot.flows.opening import Opened
from bot.slack.house import House

log = structlog.get_logger(__name__)


def open_case(house: House, complaint: Complaint) -> Opened:
    """Open the case of a report."""
    opened = house.open_report(complaint)
    if opened.is_new:
        log.info("case.opened", case=opened.case.reference, door=complaint.door.value, channel=complaint.channel)
    return opened
