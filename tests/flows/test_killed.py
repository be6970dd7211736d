"""The process dies between commit and acknowledgement, or just before the commit: Slack sends the report again."""

import os
import subprocess
import sys

import pytest

from bot.content.bundle import Content
from bot.settings import ROOT
from bot.store import tables
from bot.store.db import Database
from tests.builders import WORKSPACE, a_complaint
from tests.flows.story import Story
from tests.opened import open_case

CHILD = """
import os, sys
from bot.content.bundle import load
from tests.opened import open_case
from bot.settings import ROOT
from bot.store.db import Database
from tests.builders import NOW, WORKSPACE, a_complaint

url, source, dies = sys.argv[1:]
database = Database(url)
content = load(ROOT / "responses", ROOT / "policies")
with database.transaction() as session:
    open_case(session, content, WORKSPACE, a_complaint(source=source), now=NOW)
    if dies == "before the commit":
        os._exit(9)
os._exit(9)
"""


@pytest.mark.parametrize(("dies", "kept"), [("before the commit", 0), ("after the commit", 1)])
def test_a_report_whose_process_was_killed_is_one_case_after_slack_sent_it_again(
    database_url: str, database: Database, content: Content, dies: str, kept: int
) -> None:
    story, source = Story(database, content), "message:C0COMPLAINTS:5.5"
    child = subprocess.run(
        [sys.executable, "-c", CHILD, database_url, source, dies],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert child.returncode == 9, child.stderr.decode()
    assert (
        story.count(tables.cases)
        == story.cards()
        == story.count(tables.drafts)
        == story.count(tables.follow_ups)
        == kept
    )
    again = story.do(open_case, content, WORKSPACE, a_complaint(source=source))
    assert again.is_new is (kept == 0)
    assert story.numbers() == [1001]
    assert story.card_revision(again.case) == 1
    assert story.actions(again.case) == ["case:opened", "case:read", "draft:suggested"]
    assert story.broken_link() is None
