"""Plan, apply and pull on the command line, against the sandbox."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Approval, ApprovalState, Campaign, StatusRequest
from iexdg.blueprints.models import CampaignWrite, WriteState
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "campaign05.yaml"
MemberOf = Callable[..., Member]
NEW = """
campaigns:
  - name: 10 Founders
    schedule: {zone: America/New_York, hours: 09:00-17:00, days: weekdays}
    senders: [exec@peers.example.com]
    caps: {daily: 20}
    flags: {stop_on_reply: true}
    variables: [city]
    steps:
      - subject: A question, {{firstName}}
        body: |
          Hi {{firstName}} in {{city}},

          If so, [pick a time](https://example.com/clarity).
        wait_after: 3 days
      - variants:
          - body: "A second note, [pick a time](https://example.com/clarity)."
          - body: "Another second note."
            off: true
"""


def run(command: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the JSON object."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, *arguments, "--json", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code = error.returncode
    return code, json.loads(out.getvalue() or "{}")


def file_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "blueprint.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def remote(control: SandboxControl, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in control.state()["campaigns"] if one["name"] == name)
    return found


def test_the_example_is_what_the_demo_world_has(control: SandboxControl, workspace: Workspace) -> None:
    code, facts = run("campaign_plan", str(EXAMPLE))
    assert (code, [one["action"] for one in facts["campaigns"]]) == (0, ["nothing"] * 3)
    assert [one["changes"] for one in facts["campaigns"]] == [[], [], []]
    assert [one for one in facts["findings"] if one["level"] not in {"fine", "advice"}] == []


def test_a_new_campaign_is_planned_created_as_a_draft_and_read_back(
    control: SandboxControl, workspace: Workspace, member: MemberOf, tmp_path: Path
) -> None:
    path = file_of(tmp_path, NEW)
    code, facts = run("campaign_plan", path)
    assert (code, facts["campaigns"][0]["action"], facts["campaigns"][0]["remote_id"]) == (3, "create", None)
    changes = {one["path"]: (one["before"], one["after"], one["line"]) for one in facts["campaigns"][0]["changes"]}
    assert changes["steps[1].variants[A].body[3]"] == (
        None, "If so, [pick a time](https://example.com/clarity).", 14,
    )  # fmt: skip
    assert changes["caps.daily"] == (None, 20, 6)
    assert changes["schedule.windows[1].zone"] == (None, "America/Detroit", 4)
    assert run("campaign_apply", path)[0] == 3
    assert not any(one["name"] == "10 Founders" for one in control.state()["campaigns"])

    code, facts = run("campaign_apply", path, "--commit", "--as", member("operator").email)

    assert (code, facts["applied"], facts["read_back"]) == (0, True, "equal")
    (one,) = facts["campaigns"]
    assert (one["applied"], one["read_back"], one["status"]) == (True, "equal", 0)
    there = remote(control, "10 Founders")
    assert (there["status"], there["daily_limit"], there["email_list"]) == (0, 20, ["exec@peers.example.com"])
    assert there["sequences"][0]["steps"][0]["variants"][0]["body"] == (
        "<div>Hi {{firstName}} in {{city}},</div><div><br></div>"
        '<div>If so, <a href="https://example.com/clarity">pick a time</a>.</div>'
    )
    assert [write.state for write in CampaignWrite.objects.order_by("pk")] == [WriteState.CONFIRMED] * 2
    assert Campaign.objects.get(remote_id=one["remote_id"]).remote_status == 0
    code, facts = run("campaign_plan", path)
    assert (code, facts["campaigns"][0]["action"]) == (0, "nothing")
    assert run("campaign_apply", path, "--commit", "--as", member("operator").email)[0] == 0
    posts = [call for call in control.log(path="/campaigns") if call["method"] in {"POST", "PATCH"}]
    assert [call["path"].rsplit("/", 1)[-1] for call in posts] == ["campaigns", "variables"]


@pytest.mark.parametrize("command", ["campaign_plan", "campaign_apply"])
@pytest.mark.parametrize(
    ("raw", "message", "place"),
    [
        (None, "cannot be read: No such file or directory.", None),
        ("campaigns:\n  - name: Café\n".encode("latin-1"), "The file is no UTF-8 text: save it as UTF-8", (2, 14)),
        (b"campaigns:\n  - nam: x\n", "This is missing", (2, 5)),
    ],
)
def test_a_file_that_cannot_be_used_is_an_object_for_json_and_exit_code_1(
    command: str, raw: bytes | None, message: str, place: tuple[int, int] | None, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "x.yaml"
    if raw is not None:
        path.write_bytes(raw)
    code, facts = run(command, str(path))
    assert (code, facts["campaigns"], message in facts["error"]["message"]) == (1, [], True)
    first = facts["findings"][0] if facts["findings"] else None
    assert ((first["line"], first["column"]) if first else None) == place
    if command == "campaign_apply":
        assert (facts["applied"], facts["read_back"]) == (False, None)


def test_an_apply_that_is_refused_or_not_meant_is_an_object_for_json_too(
    control: SandboxControl, workspace: Workspace, member: MemberOf, tmp_path: Path
) -> None:
    path = file_of(tmp_path, NEW)
    code, facts = run("campaign_apply", path)
    assert (code, facts["campaigns"][0]["action"], facts["applied"], facts["read_back"]) == (3, "create", False, None)
    for arguments, said in (
        ([], "Say who applies it"),
        (["--as", member("viewer").email], "A viewer may not"),
        (["--as", "nobody@example.com"], "No active member"),
    ):
        code, facts = run("campaign_apply", path, "--commit", *arguments)
        assert (code, facts["applied"], facts["read_back"], said in facts["error"]["message"]) == (1, False, None, True)
    control.faults({"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 500, "times": 20})
    code, facts = run("campaign_plan", path)
    assert (code, facts["campaigns"], facts["error"]["message"] != "") == (1, [], True)


def test_a_drifted_campaign_is_repaired(control: SandboxControl, workspace: Workspace, member: MemberOf) -> None:
    remote_id = control.id_of("05A Executive-Peer")
    before = remote(control, "05A Executive-Peer")
    steps = json.loads(json.dumps(before["sequences"]))
    steps[0]["steps"][0]["variants"][0]["body"] = "<div>Hi there</div>"
    control.edit(remote_id, sequences=steps, daily_limit=50, cc_list=["copy@example.com"])

    code, facts = run("campaign_plan", str(EXAMPLE))
    one = facts["campaigns"][0]
    assert (code, one["action"], one["must_be_paused"]) == (3, "update", False)
    assert {"path": "caps.daily", "before": 50, "after": 20, "line": 16} in one["changes"]
    assert one["kept"] == [{"path": "cc", "value": ["copy@example.com"]}]

    code, facts = run("campaign_apply", str(EXAMPLE), "--commit", "--as", member("operator").email)
    assert (code, facts["read_back"]) == (0, "equal")
    after = remote(control, "05A Executive-Peer")
    assert (after["sequences"], after["daily_limit"]) == (before["sequences"], 20)
    assert (after["cc_list"], after["status"]) == (["copy@example.com"], 2)


def test_a_campaign_that_sends_is_refused_or_paused_first_by_choice(
    control: SandboxControl, workspace: Workspace, member: MemberOf, tmp_path: Path
) -> None:
    campaign = synced_campaign(workspace, "02 Welcome")
    path = file_of(tmp_path, f"campaigns:\n  - name: {campaign.name}\n    caps: {{daily: 7}}\n")
    assert run("campaign_plan", path)[1]["campaigns"][0]["must_be_paused"] is True

    code, facts = run("campaign_apply", path, "--commit", "--as", member("operator").email)
    assert (code, facts["campaigns"][0]["applied"]) == (1, False)
    assert "--pause" in facts["campaigns"][0]["error"]
    assert (remote(control, campaign.name)["status"], remote(control, campaign.name)["daily_limit"]) == (1, 5)

    code, facts = run("campaign_apply", path, "--commit", "--pause", "--as", member("operator").email)
    assert (code, facts["campaigns"][0]["read_back"]) == (0, "equal")
    assert (remote(control, campaign.name)["status"], remote(control, campaign.name)["daily_limit"]) == (2, 7)
    assert StatusRequest.objects.get(campaign=campaign).state == "confirmed"
    assert not Approval.objects.filter(campaign=campaign, state=ApprovalState.APPROVED).exists()


def test_what_is_pulled_from_each_campaign_of_the_demo_changes_nothing(
    control: SandboxControl, workspace: Workspace, tmp_path: Path
) -> None:
    for one in control.state()["campaigns"]:
        out = io.StringIO()
        call_command("campaign_pull", one["id"], stdout=out)
        code, facts = run("campaign_plan", file_of(tmp_path, out.getvalue()))
        assert (code, facts["campaigns"][0]["changes"], facts["campaigns"][0]["kept"]) == (0, [], []), one["name"]


def test_a_pull_that_fails_is_an_object_too(control: SandboxControl, workspace: Workspace) -> None:
    control.edit(control.id_of("05B Partnerships"), name="05A Executive-Peer")
    assert run("campaign_pull", "Nobody") == (
        1,
        {"error": {"code": "blueprint", "message": "Instantly has no campaign called 'Nobody'."}},
    )
    code, facts = run("campaign_pull", "05A Executive-Peer")
    assert (code, facts["error"]["code"]) == (1, "blueprint")
    assert "Several campaigns are called 05A Executive-Peer" in facts["error"]["message"]
