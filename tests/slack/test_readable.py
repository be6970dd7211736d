"""The words of a message, wherever an integration or a forward puts them, and each of them once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.readable import readable

PERSON = {"user": "U0ANAAGENT"}
DESK = {"bot_id": "B0HELPDESK", "subtype": "bot_message"}
FRIDGE = "The fridge arrived with a broken door."

SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "plain words": ({**PERSON, "text": "She is upset"}, "She is upset"),
    "words drawn again in blocks": (
        {**PERSON, "text": "She is *upset*", "blocks": [{"type": "rich_text", "elements": [{"text": "She is upset"}]}]},
        "She is *upset*",
    ),
    "a ticket in an attachment, with a headline as text": (
        {**DESK, "text": "New ticket #77", "attachments": [{"title": "Broken fridge", "text": FRIDGE}]},
        f"New ticket #77\nBroken fridge\n{FRIDGE}",
    ),
    "a ticket in fields": (
        {
            **DESK,
            "text": "",
            "attachments": [{"fields": [{"title": "Subject", "value": "Broken"}, {"title": "Body", "value": FRIDGE}]}],
        },
        f"Subject: Broken\nBody: {FRIDGE}",
    ),
    "a ticket in blocks, with a headline as text": (
        {**DESK, "text": "New ticket", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": FRIDGE}}]},
        f"New ticket\n{FRIDGE}",
    ),
    "blocks inside an attachment": (
        {**DESK, "attachments": [{"fallback": "[no preview]", "blocks": [{"text": {"text": FRIDGE}}]}]},
        FRIDGE,
    ),
    "only a fallback": ({**DESK, "attachments": [{"fallback": FRIDGE}]}, FRIDGE),
    "the same words twice": ({**DESK, "text": FRIDGE, "attachments": [{"text": f"*{FRIDGE}*"}]}, FRIDGE),
    "a forward with a remark": (
        {**PERSON, "text": "customer says:", "attachments": [{"is_share": True, "from_url": "x", "text": FRIDGE}]},
        f"customer says:\n{FRIDGE}",
    ),
    "a forward of blocks": (
        {
            **PERSON,
            "text": "see",
            "attachments": [
                {
                    "is_msg_unfurl": True,
                    "from_url": "x",
                    "message_blocks": [{"message": {"blocks": [{"text": {"text": FRIDGE}}]}}],
                }
            ],
        },
        f"see\n{FRIDGE}",
    ),
    "a preview of a link": (
        {
            **PERSON,
            "text": "see https://x.example",
            "attachments": [{"from_url": "https://x.example", "text": "Sale!"}],
        },
        "see https://x.example",
    ),
    "a file without words": ({**PERSON, "text": "", "files": [{"title": "Crushed parcel"}]}, "Crushed parcel"),
    "a file with words": ({**PERSON, "text": "Look", "files": [{"title": "IMG_1"}]}, "Look"),
    "nothing": ({**PERSON, "text": " "}, ""),
}


@pytest.mark.parametrize("what", SHAPES)
def test_it_is_read(what: str) -> None:
    event, words = SHAPES[what]
    assert readable(event) == words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "title", "fields", "blocks", "elements", "value"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["text", "attachments", "blocks", "files", "bot_id"]), JSON))
def test_no_shape_makes_it_stumble(event: dict[str, Any]) -> None:
    assert isinstance(readable(event), str)
