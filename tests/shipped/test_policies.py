"""Every file of policies/, found by glob."""

from pathlib import Path

import pytest

from bot.content.authority import load_authority
from bot.content.cadence_tests import run_cadence_tests
from bot.content.followups import load_cadence
from bot.content.intake import load_intake
from bot.content.policies import load_channels, load_team
from bot.content.routing import load_routing
from bot.domain.channels import Mode
from bot.domain.team import Role

FOLDER = Path(__file__).parents[2] / "policies"
LOADERS = {
    "authority.yml": load_authority,
    "channels.yml": load_channels,
    "team.yml": load_team,
    "intake.yml": load_intake,
    "routing.yml": load_routing,
    "followups.yml": load_cadence,
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.y*ml")), ids=lambda path: path.name)
def test_a_file_is_read_and_without_fault(path: Path) -> None:
    LOADERS[path.name](path)


def test_complaints_are_listened_to_and_approvals_have_a_channel() -> None:
    channels = load_channels(FOLDER / "channels.yml")
    assert channels.mode_of("C1", "complaints") is Mode.REPORT
    assert channels.mode_of("C1", "support") is Mode.DETECT
    assert channels.mode_of("C1", "random") is Mode.OFF
    assert (channels.intake, channels.approvals, channels.leads) == ("complaints", "approvals", "leads")


def test_the_people_are_examples() -> None:
    team = load_team(FOLDER / "team.yml")
    assert all(member.who.endswith("@example.com") for member in team.members)
    roles = {member.who.split("@")[0]: member.role for member in team.members}
    assert roles == {
        "mara": Role.MANAGER,
        "lena": Role.LEAD,
        "luis": Role.LEAD,
        "ana": Role.AGENT,
        "ben": Role.AGENT,
        "cleo": Role.AGENT,
    }


def test_every_cadence_test_of_the_leads_passes() -> None:
    count, failures = run_cadence_tests(FOLDER, load_cadence(FOLDER / "followups.yml"))
    assert count >= 20
    assert failures == []
