"""The notice to those who can mend a cause."""

from bot.flows.outbox import Notice
from bot.flows.routing import shown
from bot.slack.blocks import routing as blocks
from bot.slack.house import House
from bot.slack.notices.message import Message, marker


def route(house: House, notice: Notice) -> Message | None:
    """The cases of a cause or category as they stand now, with links to their cards."""
    with house.reading() as session:
        found = shown(session, notice.workspace, int(notice.subject))
    if found is None:
        return None
    places = {case.id: place for case, place in found.cases if place is not None}
    links = {id: link for id, place in places.items() if (link := house.directory.link(*place))}
    return Message(*blocks.message(found, house.content().routing, links, marker=marker(notice)))
