"""What the person who pressed a button hears."""

from bot.flows.outcome import Refused
from bot.slack.house import House
from bot.slack.listeners.home import refresh
from bot.slack.payloads import Payload


def answer(house: House, body: Payload, result: object) -> None:
    """Tell a refusal to the person who pressed; wake the loop, since refusals redraw stale cards too."""
    house.wake()
    refresh(house, body)
    if isinstance(result, Refused):
        house.tell(body, result.why)
