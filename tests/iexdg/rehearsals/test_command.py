"""`manage.py rehearse` on the command line, with a private sandbox of its own."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
EXAMPLE, LEADS = ROOT / "examples" / "campaign05.yaml", ROOT / "examples" / "leads-05a.csv"
NEW = """
campaigns:
  - name: 10 Founders
    schedule: {zone: Europe/Paris, hours: 09:00-17:00, days: weekdays}
    senders: [exec@peers.example.com, new@peers.example.com]
    caps: {daily: 3, new_leads_daily: 2}
    steps:
      - subject: A question, {{firstName}}
        body: "Hi {{firstName}} in {{city}}"
        wait_after: 1 days
      - body: Again
"""


def run(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the JSON object, and the error."""
    out, code, words = io.StringIO(), 0, ""
    try:
        call_command("rehearse", *arguments, "--json", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code, words = error.returncode, str(error)
    return code, json.loads(out.getvalue() or "{}"), words


def files(tmp_path: Path, blueprint: str, *lines: str) -> list[str]:
    """The arguments that name a blueprint and a file of these people."""
    plan, leads = tmp_path / "plan.yaml", tmp_path / "leads.csv"
    plan.write_text(blueprint, encoding="utf-8")
    leads.write_text("\n".join(["Email,First Name,city", *lines]), encoding="utf-8")
    return [str(plan), "--leads", str(leads)]


def test_the_example_is_played_to_its_end_and_nothing_is_asked_of_instantly(
    control: SandboxControl, workspace: Workspace
) -> None:
    sync_workspace(workspace)
    asked, state = len(control.log()), control.state()
    code, facts, _ = run(str(EXAMPLE), "--leads", str(LEADS), "--campaign", "05A Executive-Peer")
    assert code == 0
    assert len(control.log()) == asked
    assert control.state() == state
    assert (facts["people"], facts["emails"], len(facts["samples"])) == (188, 564, 5)
    assert facts["skipped"] == {"bad_email": 5, "duplicate_in_file": 4, "no_email": 3}
    assert facts["empty_variables"] == {"firstName": 2}
    assert {day["sent"] <= 20 for day in facts["days"]} == {True}
    assert sum(day["sent"] for day in facts["days"]) == 564
    assert facts["days"][-1]["date"] == facts["last_email_on"]
    assert set(facts["days"][0]["by_sender"]) <= {f"{name}@peers.example.com" for name in ("exec", "peer", "team")}
    assert {cap["cap"] for cap in facts["campaigns"][0]["caps"]} == {"campaign"}
    assert facts["to_verify"] == 188


def test_the_result_is_kept_with_the_fingerprint_that_a_go_live_would_approve(
    control: SandboxControl, workspace: Workspace, tmp_path: Path
) -> None:
    sync_workspace(workspace)
    code, _, words = run(str(EXAMPLE), *files(tmp_path, "", "ada@firm.example.com,Ada,Oslo")[1:])
    assert (code, words) == (0, "")
    rows = list(Rehearsal.objects.order_by("name").select_related("campaign"))
    assert [row.name for row in rows] == ["05A Executive-Peer", "05B Partnerships", "05C Practitioner"]
    for row in rows:
        campaign = Campaign.objects.get(workspace=workspace, name=row.name)
        assert (row.state, row.campaign) == (RehearsalState.DONE, campaign)
        assert row.fingerprint == fingerprint(parts_of(campaign))
    assert [row.result["people"] for row in rows if row.result] == [1, 0, 0]
    assert [len(row.samples) for row in rows] == [1, 0, 0]


def test_a_campaign_that_is_not_at_instantly_is_played_in_its_own_zone_under_all_of_its_caps(
    control: SandboxControl, workspace: Workspace, tmp_path: Path
) -> None:
    people = [f"p{number}@firm{number}.example.com,P,Oslo" for number in range(4)]
    arguments = files(tmp_path, NEW, *people, "bad,Bad,Oslo", "p1@firm1.example.com,Twice,", "eva@firm.example.com,,")
    code, facts, words = run(*arguments, "--from", "2027-01-04")
    assert (code, words) == (0, "")
    # Two new people a day; their follow-ups a day later fill the cap of three.
    assert [(day["date"], day["sent"]) for day in facts["days"]] == [
        ("2027-01-04", 2), ("2027-01-05", 3), ("2027-01-06", 3), ("2027-01-07", 2),
    ]  # fmt: skip
    assert facts["last_email_on"] == "2027-01-07"
    assert facts["skipped"] == {"bad_email": 1, "duplicate_in_file": 1}
    assert facts["empty_variables"] == {"city": 1, "firstName": 1}
    (campaign,) = facts["campaigns"]
    caps = {(cap["day"], cap["cap"]) for cap in campaign["caps"]}
    assert {("2027-01-04", "new_leads"), ("2027-01-05", "campaign")} <= caps
    assert campaign["remote_id"] is None
    assert [one["assumed"] for one in facts["senders"]] == [True, True]
    (row,) = Rehearsal.objects.all()
    assert (row.campaign, row.name, row.state) == (None, "10 Founders", RehearsalState.DONE)


@pytest.mark.parametrize(
    ("blueprint", "more", "error"),
    [
        (NEW, ["--campaign", "Nobody"], "The blueprint has no campaign called Nobody. It has: 10 Founders."),
        (NEW, ["--from", "tomorrow"], "--from tomorrow is no date. Write it as 2027-01-31."),
        (NEW, ["--from", "2020-01-01"], "2020-01-01 is not within the next 366 days."),
        (NEW.replace("schedule:", "x-schedule:"), [], "x-schedule is not known here"),
        ("campaigns:\n  - name: Bare\n    senders: [a@b.example.com]\n", [], "line 2: Bare has no steps"),
        (NEW, ["--map", "nothing"], "is not of the form 'Column=field'"),
        (NEW, ["--leads", "/nowhere.csv"], "/nowhere.csv cannot be read"),
        (NEW, ["--leads", "/"], "/ cannot be read: Is a directory."),
    ],
)
def test_what_cannot_be_played_is_refused_in_one_line_and_leaves_nothing_open(
    blueprint: str, more: list[str], error: str, control: SandboxControl, workspace: Workspace, tmp_path: Path
) -> None:
    code, facts, words = run(*files(tmp_path, blueprint, "ada@firm.example.com,Ada,Oslo"), *more)
    assert (code, facts["error"]["message"]) == (1, words)
    assert error in words
    assert not Rehearsal.objects.exclude(state=RehearsalState.FAILED).exists()


def test_the_words_say_the_days_the_caps_and_the_e_mails(
    control: SandboxControl, workspace: Workspace, tmp_path: Path
) -> None:
    out = io.StringIO()
    arguments = files(tmp_path, NEW, "ada@firm.example.com,Ada,Oslo")
    call_command("rehearse", *arguments, "--from", "2027-01-04", stdout=out)
    shown = out.getvalue()
    assert "10 Founders: 2 e-mails to 1 person" in shown
    assert "2027-01-04     1  exec@peers.example.com 1" in shown
    assert "Last e-mail on 2027-01-05 (Europe/Belgrade)" in shown
    assert "Subject: A question, Ada" in shown
    assert "Hi Ada in Oslo" in shown
