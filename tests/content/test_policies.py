"""Policy files: read, and refused with the exact message."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.policies import load_channels, load_team
from bot.domain.channels import QUIET, Channels, Listened, Mode
from bot.domain.team import Delegate, Duty, Member, Role, Team
from bot.domain.triage import COMPLAINT

CHANNELS = """\
listen:
  - channel: complaints
    mode: report
  - channel: C0123ABCD
    mode: off
approvals: "#approvals"
leads: leads
"""

TEAM = """\
people:
  - who: lena@example.com
    role: lead
  - who: U0123ABCD
    role: agent
  - who: "@support-team"
    role: agent
  - who: S0123ABCD
    role: manager
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def channels(text: str = CHANNELS) -> Channels:
    Path("channels.yml").write_text(text, encoding="utf-8")
    return load_channels(Path("channels.yml"))


def team(text: str = TEAM) -> Team:
    Path("team.yml").write_text(text, encoding="utf-8")
    return load_team(Path("team.yml"))


def test_channels_are_read_as_written() -> None:
    assert channels() == Channels(
        (Listened("complaints", Mode.REPORT), Listened("C0123ABCD", Mode.OFF)), approvals="#approvals", leads="leads"
    )


def test_without_a_channel_of_their_own_leads_hear_in_the_one_for_approvals() -> None:
    assert channels(CHANNELS.replace("leads: leads\n", "")).leads == "#approvals"


def test_a_channel_that_is_only_listened_to_for_complaints_has_a_threshold() -> None:
    listed = CHANNELS.replace("mode: off", "mode: detect\n    threshold: 0.8\n  - channel: chat\n    mode: detect")
    read = channels(f"{listed}detect:\n  threshold: 0.4\n  quiet_days: 30\n")
    assert [entry.threshold for entry in read.listened[1:]] == [0.8, 0.4]
    assert read.quiet == timedelta(days=30)
    plain = channels(listed)
    assert (plain.listened[2].threshold, plain.quiet) == (COMPLAINT, QUIET)


def test_a_team_is_read() -> None:
    assert team() == Team(
        (
            Member("lena@example.com", Role.LEAD),
            Member("U0123ABCD", Role.AGENT),
            Member("@support-team", Role.AGENT),
            Member("S0123ABCD", Role.MANAGER),
        )
    )


NO_CHANNEL = "is not a channel: write its name as Slack shows it (complaints), or its id (C0123ABCD)"
BROKEN_CHANNELS = [
    (
        "mode: report",
        "mode: listen",
        "channels.yml:3: listen[1].mode: 'listen' is not one of 'report', 'detect' or 'off'",
    ),
    ("mode: report", "mod: report", "channels.yml:3: listen[1].mod: unknown field: did you mean mode?"),
    (
        "mode: report",
        "mode: off",
        "channels.yml:1: listen: no channel has mode report: give one, or no complaint comes in",
    ),
    ("C0123ABCD", '"#complaints"', "channels.yml:4: listen[2].channel: complaints is listed twice: keep one"),
    (
        "channel: complaints",
        "channel: #complaints",
        "channels.yml:2: listen[1].channel: empty: a name with # needs quotes, or leave the # out",
    ),
    (
        "channel: complaints",
        "channel: The Complaints",
        f"channels.yml:2: listen[1].channel: 'The Complaints' {NO_CHANNEL}",
    ),
    ("channel: complaints", "channel: U0123ABCD", f"channels.yml:2: listen[1].channel: 'U0123ABCD' {NO_CHANNEL}"),
    ('approvals: "#approvals"\n', "", "channels.yml:1: approvals: missing: add it"),
    (
        "mode: report",
        "mode: report\n    threshold: 0.4",
        "channels.yml:4: listen[1].threshold: only for mode detect: remove it",
    ),
    (
        "mode: off",
        "mode: detect\n    threshold: 40",
        "channels.yml:6: listen[2].threshold: input should be less than or equal to 1, not 40",
    ),
    (
        "listen:",
        "detect: {quiet_days: 0}\nlisten:",
        "channels.yml:1: detect.quiet_days: input should be greater than or equal to 1, not 0",
    ),
    ("approvals:", "aprovals:", "channels.yml:6: aprovals: unknown field: did you mean approvals?"),
    ("leads: leads", "leads: #leads", "channels.yml:7: leads: empty: a name with # needs quotes, or leave the # out"),
    ("leads: leads", "leads: Team Leads", f"channels.yml:7: leads: 'Team Leads' {NO_CHANNEL}"),
    ("leads: leads", "leeds: leads", "channels.yml:7: leeds: unknown field: did you mean leads?"),
    (CHANNELS, "", "channels.yml:1: expected fields such as listen, approvals, leads"),
]


@pytest.mark.parametrize(("was", "now", "message"), BROKEN_CHANNELS)
def test_broken_channels_are_refused_with_their_line(was: str, now: str, message: str) -> None:
    assert was in CHANNELS
    with pytest.raises(ContentError) as raised:
        channels(CHANNELS.replace(was, now, 1))
    assert message in str(raised.value).splitlines()


NOBODY = "is nobody: write an e-mail, a Slack id (U0123ABCD), or a user group (S0123ABCD or '@handle')"
BROKEN_TEAM = [
    (
        "role: lead",
        "role: boss",
        "team.yml:3: people[1].role: 'boss' is not one of 'agent', 'senior', 'lead' or 'manager'",
    ),
    ("role: lead", "rolle: lead", "team.yml:3: people[1].rolle: unknown field: did you mean role?"),
    ("lena@example.com", "Lena", f"team.yml:2: people[1].who: 'Lena' {NOBODY}"),
    ("lena@example.com", "C0123ABCD", f"team.yml:2: people[1].who: 'C0123ABCD' {NOBODY}"),
    ("U0123ABCD", "LENA@example.com", "team.yml:4: people[2].who: lena@example.com is listed twice: keep one"),
    (TEAM, "people: []", "team.yml:1: people: empty: add an entry"),
]


@pytest.mark.parametrize(("was", "now", "message"), BROKEN_TEAM)
def test_a_broken_team_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in TEAM
    with pytest.raises(ContentError) as raised:
        team(TEAM.replace(was, now, 1))
    assert message in str(raised.value).splitlines()


DELEGATES = """\
delegates:
  - {for: lena@example.com, who: U0123ABCD, role: lead, starts: 2026-08-03, ends: 2026-08-14}
"""


def test_delegates_are_read() -> None:
    assert team(TEAM + DELEGATES).delegates == (
        Delegate("lena@example.com", "U0123ABCD", Role.LEAD, date(2026, 8, 3), date(2026, 8, 14)),
    )


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        (
            "role: lead",
            "role: manager",
            "11: delegates[1].role: lena@example.com is lead: nobody lends more than they have",
        ),
        (
            "for: lena",
            "for: nora",
            "11: delegates[1].for: nora@example.com has no line of their own under people: add one",
        ),
        (
            "for: lena@example.com",
            'for: "@support-team"',
            "11: delegates[1].for: @support-team has no line of their own under people: add one",
        ),
        ("who: U0123ABCD", "who: Lena@example.com", "11: delegates[1].who: nobody stands in for themselves"),
        (
            "ends: 2026-08-14",
            "ends: 2026-08-02",
            "11: delegates[1].ends: 2026-08-02 is before 2026-08-03: turn the days round",
        ),
        (", ends: 2026-08-14", "", "11: delegates[1].ends: missing: add it"),
    ],
)
def test_broken_delegates_are_refused_with_their_line(was: str, now: str, message: str) -> None:
    assert was in DELEGATES
    with pytest.raises(ContentError) as raised:
        team(TEAM + DELEGATES.replace(was, now, 1))
    assert f"team.yml:{message}" in str(raised.value).splitlines()


ON_DUTY = """\
on_duty:
  - {who: "@evening", days: [monday, friday], from: 14:00, to: "06:00"}
  - {who: lena@example.com}
"""


def test_who_is_on_duty_is_read() -> None:
    evening = Duty("@evening", frozenset({0, 4}), 14 * 60, 6 * 60)
    assert team(TEAM + ON_DUTY).duties == (evening, Duty("lena@example.com"))


def test_nobody_on_duty_is_not_the_same_as_nothing_said() -> None:
    assert (team(TEAM + "on_duty: []").duties, team(TEAM).duties) == ((), None)


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("lena@example.com", "Lena", f"12: on_duty[2].who: 'Lena' {NOBODY}"),
        ("14:00", '"25:00"', "11: on_duty[1].from: '25:00' is not a time: write 08:30"),
        (', to: "06:00"', "", "11: on_duty[1].from: without to: add it, or leave both out for the whole day"),
        ("from: 14:00, ", "", "11: on_duty[1].to: without from: add it, or leave both out for the whole day"),
        ('"06:00"', "14:00", "11: on_duty[1].to: the same time as from: leave both out for the whole day"),
        ("[monday, friday]", "[]", "11: on_duty[1].days: empty: add an entry"),
        (
            "friday",
            "fri",
            "11: on_duty[1].days[2]: 'fri' is not one of 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
            "'saturday' or 'sunday'",
        ),
    ],
)
def test_a_broken_duty_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in ON_DUTY
    with pytest.raises(ContentError) as raised:
        team(TEAM + ON_DUTY.replace(was, now, 1))
    assert f"team.yml:{message}" in str(raised.value).splitlines()


ON_CALL = """\
on_call:
  - Lena@example.com
  - U0123MARA
"""
LEADING = f"{TEAM}  - {{who: U0123MARA, role: manager}}\n"


def test_the_order_of_a_risk_is_read() -> None:
    assert team(LEADING + ON_CALL).on_call == ("Lena@example.com", "U0123MARA")
    assert team(LEADING).on_call == ()


NO_LINE = "has no line of their own under people: add one, with role lead or manager"


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("Lena@example.com", "nora@example.com", f"12: on_call[1]: nora@example.com {NO_LINE}"),
        ("Lena@example.com", "S0123ABCD", f"12: on_call[1]: S0123ABCD {NO_LINE}"),
        ("Lena@example.com", "U0123ABCD", "12: on_call[1]: U0123ABCD is agent: a risk calls leads and managers only"),
        ("U0123MARA", "lena@example.com", "13: on_call[2]: lena@example.com is listed twice: keep one"),
        ("U0123MARA", "Mara", f"13: on_call[2]: 'Mara' {NOBODY}"),
        ("on_call:", "oncall:", "11: oncall: unknown field: did you mean on_call?"),
    ],
)
def test_a_broken_order_is_refused_with_its_line(was: str, now: str, message: str) -> None:
    assert was in ON_CALL
    with pytest.raises(ContentError) as raised:
        team(LEADING + ON_CALL.replace(was, now, 1))
    assert f"team.yml:{message}" in str(raised.value).splitlines()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ContentError) as raised:
        load_team(Path("team.yml"))
    assert str(raised.value) == "team.yml:1: file not found: create it, or restore it from git"
