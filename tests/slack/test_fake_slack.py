"""The small Slack itself: what the other tests lean on."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.fake_slack import COMPLAINTS, TOKEN, FakeSlack, Server, broken, cut, error, garbage, hang, limited

BLOCKS = [{"type": "section", "block_id": "notice-1", "text": {"type": "mrkdwn", "text": "hello"}}]


@pytest.fixture
def client(server: Server) -> WebClient:
    return WebClient(TOKEN, base_url=server.url, timeout=1, retry_handlers=[])


def post(client: WebClient) -> str:
    return str(client.chat_postMessage(channel=COMPLAINTS, text="hello", blocks=BLOCKS)["ts"])


def test_a_post_is_kept_and_found_in_the_history(client: WebClient, slack: FakeSlack) -> None:
    ts = post(client)
    found = client.conversations_history(channel=COMPLAINTS)["messages"]
    assert [(one["ts"], one["blocks"][0]["block_id"]) for one in found] == [(ts, "notice-1")]


def test_a_message_that_breaks_a_limit_is_refused_as_slack_would(client: WebClient, slack: FakeSlack) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=COMPLAINTS, text="hello", blocks=BLOCKS * 2)
    assert refused.value.response["error"] == "invalid_blocks"
    assert slack.messages[COMPLAINTS] == []


@pytest.mark.parametrize(
    ("fault", "posted"),
    [
        (error("is_archived"), 0),
        (limited(3), 0),
        (broken(works=False), 0),
        (broken(works=True), 1),
        (garbage(works=True), 1),
        (cut(works=False), 0),
        (cut(works=True), 1),
        (hang(1.3, works=True), 1),
    ],
)
def test_a_call_that_goes_wrong_raises_and_takes_effect_only_when_told_to(
    client: WebClient, slack: FakeSlack, fault: object, posted: int
) -> None:
    slack.next("chat.postMessage", fault)  # type: ignore[arg-type]
    with pytest.raises((SlackApiError, OSError)):
        post(client)
    assert len(slack.messages[COMPLAINTS]) == posted
    post(client)
    assert len(slack.messages[COMPLAINTS]) == posted + 1
