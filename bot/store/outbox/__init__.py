"""The outbox: what Slack has still to be told.

A notice is one row for ever, unique by workspace, kind and subject; asking again re-arms it. Its channel is a lane:
one worker at a time holds a lane and sends its notices one after the other. `revision` tells a worker that a notice
was asked for again while it was on its way; `tried_at` stands while nobody knows whether Slack has it.
"""

from bot.store.outbox.asking import ask, ask_in_open_lanes, ask_once, open_lanes, redraw, redraw_message
from bot.store.outbox.claiming import claim, pause_method, release, release_all, take_next
from bot.store.outbox.looking import Waiting, counts, is_anything_due, is_message_of, message_of, waiting
from bot.store.outbox.model import (
    BURST,
    DELIVERED,
    LEASE,
    PENDING,
    POST,
    SET_ASIDE,
    UPDATE,
    WITHDRAWN,
    Lane,
    Notice,
    Wish,
)
from bot.store.outbox.outcome import (
    delivered,
    forget_message,
    found,
    give_back,
    later,
    move,
    put_off,
    retry,
    set_aside,
    withdrawn,
)

__all__ = [
    "BURST",
    "DELIVERED",
    "LEASE",
    "PENDING",
    "POST",
    "SET_ASIDE",
    "UPDATE",
    "WITHDRAWN",
    "Lane",
    "Notice",
    "Waiting",
    "Wish",
    "ask",
    "ask_in_open_lanes",
    "ask_once",
    "claim",
    "counts",
    "delivered",
    "forget_message",
    "found",
    "give_back",
    "is_anything_due",
    "is_message_of",
    "later",
    "message_of",
    "move",
    "open_lanes",
    "pause_method",
    "put_off",
    "redraw",
    "redraw_message",
    "release",
    "release_all",
    "retry",
    "set_aside",
    "take_next",
    "waiting",
    "withdrawn",
]
