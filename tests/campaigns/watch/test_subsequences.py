"""Subsequences send only under an approval that names them; everything that stops campaigns stops them too."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns import tasks
from campaigns.errors import ActivationRefusedError
from campaigns.mirror.subsequences import mirror_subsequences
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage, Subsequence
from campaigns.sending.approvals import COMPLETED_REASON, void
from campaigns.sending.lifecycle import request_pause
from campaigns.sending.subsequence_content import named_in
from campaigns.sending.subsequence_pauses import pause_subsequence
from campaigns.sending.subsequences import NewSubsequence, create_subsequence, resume_subsequence, why_not_running
from campaigns.watch.stopping import continue_stopping, stop_all
from campaigns.watch.subsequences import watch_subsequences
from iexdg.golive.verbs import drift_of
from iexdg.incidents.models import Incident
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval as approval_row
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
Team = Callable[..., Member]
STEPS = [{"type": "email", "delay": 0, "variants": [{"subject": "Again", "body": "<div>Hi {{firstName}}</div>"}]}]
CONDITION = {"lead_activity": [4]}
NEW = NewSubsequence("Clicked", CONDITION, STEPS, {})


@pytest.fixture
def parent(control: SandboxControl, workspace: Workspace) -> Campaign:
    """A campaign, in a workspace whose subsequences were listed before."""
    campaign = synced_campaign(workspace, "05A")
    mirror_subsequences(workspace)
    return campaign


@pytest.fixture
def settle(sandbox_clock: SandboxClock) -> Callable[[ObjectChange], ObjectChange]:
    def run(change: ObjectChange) -> ObjectChange:
        carry_out(change.pk, sleep=sandbox_clock.advance)
        change.refresh_from_db()
        return change

    return run


@pytest.fixture
def running(parent: Campaign) -> Subsequence:
    """One that runs at Instantly, which someone created there."""
    made = client_for(parent.workspace).subsequences.create(
        parent.remote_id, "Made there", CONDITION, {"sequences": [{"steps": STEPS}]}
    )
    mirror_subsequences(parent.workspace)
    return Subsequence.objects.select_related("workspace", "campaign").get(remote_id=made.remote_id)


def approve(campaign: Campaign, member: Team, **fields: Any) -> Approval:
    now, people = timezone.now(), {"by": member("operator"), "decided_by": member("approver")}
    fields = {"stage": GoLiveStage.LIVE, "live_at": now, "subsequences": named_in(campaign), **fields}
    return approval_row(campaign, state=ApprovalState.APPROVED, decided_at=now, **people, **fields)


def status_at_instantly(row: Subsequence) -> int | None:
    return client_for(row.workspace).subsequences.get(row.remote_id).status


def incidents(kind: str = "unapproved_subsequence") -> int:
    return Incident.objects.filter(kind=kind).count()


Settle = Callable[[ObjectChange], ObjectChange]


def test_what_is_created_has_no_steps_until_it_is_paused_and_is_read_back_paused(
    parent: Campaign, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = settle(create_subsequence(parent, NEW, by=member("operator")))
    row = Subsequence.objects.get(remote_id=change.remote_id)
    assert (change.state, row.remote_status, row.steps[0]["variants"][0]["subject"]) == ("confirmed", 2, "Again")
    sent = [(one["method"], one["path"].rpartition("/")[2]) for one in control.log(path="/subsequences")]
    writes = [method if method == "PATCH" else last for method, last in sent if method != "GET"]
    assert writes == ["subsequences", "pause", "PATCH"]


def test_a_worker_that_died_after_creating_leaves_nothing_that_sends(
    parent: Campaign, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = create_subsequence(parent, NEW, by=member("operator"))
    made = client_for(parent.workspace).subsequences.create(parent.remote_id, "Clicked", CONDITION, {"sequences": []})
    ObjectChange.objects.filter(pk=change.pk).update(state="sent", sent_at=timezone.now(), attempts=1)
    # The watch sees it before the sweep does: it is paused, and nobody is alarmed.
    (pause,) = watch_subsequences(parent.workspace)
    assert (pause.remote_id, incidents()) == (made.remote_id, 0)
    for _ in range(3):
        change = settle(change)
    row = Subsequence.objects.get(remote_id=made.remote_id)
    assert (change.state, row.remote_status, len(row.steps)) == ("confirmed", 2, 1)


def test_what_runs_without_an_approval_is_paused_and_an_incident_opens(running: Subsequence, settle: Settle) -> None:
    (pause,) = watch_subsequences(running.workspace)
    assert (settle(pause).state, status_at_instantly(running), incidents()) == ("confirmed", 2, 1)
    assert watch_subsequences(running.workspace) == []


def test_what_an_approval_names_runs(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    assert (watch_subsequences(running.workspace), incidents()) == ([], 0)


@pytest.mark.parametrize("named", [{}, None], ids=["not named", "made before approvals named any"])
def test_an_approval_that_does_not_name_it_lets_nothing_run(
    running: Subsequence, member: Team, named: dict[str, Any] | None
) -> None:
    assert running.campaign is not None
    approve(running.campaign, member, subsequences=named)
    assert len(watch_subsequences(running.workspace)) == 1


def test_a_change_after_the_approval_pauses_it(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    other = [{**STEPS[0], "variants": [{"subject": "Else", "body": "<div>Hi</div>"}]}]
    client_for(running.workspace).subsequences.patch(running.remote_id, {"sequences": [{"steps": other}]})
    assert len(watch_subsequences(running.workspace)) == 1


def test_it_continues_where_the_approval_ended_because_everything_was_sent(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    found = approve(running.campaign, member)
    void(found, COMPLETED_REASON)
    assert why_not_running(running) == ""
    Approval.objects.filter(pk=found.pk).update(void_reason="paused")
    assert "no live approval" in why_not_running(running)


def test_in_observe_mode_it_is_only_reported(running: Subsequence) -> None:
    Workspace.objects.filter(pk=running.workspace_id).update(mode=Mode.OBSERVE)
    assert (watch_subsequences(Workspace.objects.get(pk=running.workspace_id)), incidents()) == ([], 1)
    assert not ObjectChange.objects.exists()


@pytest.mark.parametrize("is_one_read_first", [True, False])
def test_what_ran_before_us_waits_for_a_person(
    control: SandboxControl, workspace: Workspace, is_one_read_first: bool
) -> None:
    campaign = synced_campaign(workspace, "08")
    if is_one_read_first:
        mirror_subsequences(workspace, campaign=campaign)
    assert watch_subsequences(workspace) == []
    waiting = Subsequence.objects.get(awaits_adoption_since__isnull=False)
    assert (waiting.name, incidents("subsequence_adoption")) == ("A month later", 1)
    pause_subsequence(waiting, by=None)
    watch_subsequences(workspace)
    assert not Incident.objects.filter(kind="subsequence_adoption", state="open").exists()


def test_the_kill_switch_pauses_running_subsequences(running: Subsequence, member: Team, settle: Settle) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    stop_all(running.workspace, by=member("viewer"), reason="wrong copy")
    change = ObjectChange.objects.get(remote_id=running.remote_id)
    assert (change.verb, settle(change).state, status_at_instantly(running)) == ("pause", "confirmed", 2)
    # Resumed in Instantly's own app: it is paused again while the switch is on.
    client_for(running.workspace).subsequences.resume(running.remote_id)
    mirror_subsequences(running.workspace)
    running.workspace.refresh_from_db()
    continue_stopping(running.workspace)
    assert ObjectChange.objects.filter(remote_id=running.remote_id, state="asked", verb="pause").exists()


def test_the_command_that_stops_everything_pauses_them_itself_and_says_which_are_left(
    running: Subsequence, member: Team
) -> None:
    out = StringIO()
    call_command("pause", "--all", "--reason", "wrong copy", "--as", member("viewer").email, "--json", stdout=out)
    assert json.loads(out.getvalue())["subsequences_unconfirmed"] == []
    assert status_at_instantly(running) == CampaignStatus.PAUSED


def test_pausing_a_campaign_pauses_its_subsequences(running: Subsequence, member: Team, settle: Settle) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    request_pause(running.campaign, by=member("viewer"))
    change = ObjectChange.objects.get(remote_id=running.remote_id)
    assert (settle(change).state, status_at_instantly(running)) == ("confirmed", 2)
    assert (watch_subsequences(running.workspace), incidents()) == ([], 0)


def test_resuming_needs_an_approval_that_names_it(running: Subsequence, member: Team, settle: Settle) -> None:
    assert running.campaign is not None
    settle(pause_subsequence(running, by=member("viewer")))
    running.refresh_from_db()
    with pytest.raises(ActivationRefusedError, match="no live approval"):
        resume_subsequence(running, by=member("approver"))
    approve(running.campaign, member)
    assert settle(resume_subsequence(running, by=member("approver"))).state == "confirmed"
    assert status_at_instantly(running) == 1


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_who_may_activate_resumes(running: Subsequence, member: Team, role: str) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    with pytest.raises(NotAllowedError):
        resume_subsequence(running, by=member(role))
    assert not ObjectChange.objects.exists()


def test_nothing_is_resumed_in_observe_mode_or_while_all_is_stopped(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    Workspace.objects.filter(pk=running.workspace_id).update(kill_switch_at=timezone.now())
    with pytest.raises(ActivationRefusedError, match="stopped"):
        resume_subsequence(running, by=member("approver"))
    Workspace.objects.filter(pk=running.workspace_id).update(kill_switch_at=None, mode=Mode.OBSERVE)
    running.workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        resume_subsequence(running, by=member("approver"))
    assert not ObjectChange.objects.exists()


def test_an_approval_that_ends_before_sending_refuses_the_resume(
    running: Subsequence, member: Team, settle: Settle
) -> None:
    assert running.campaign is not None
    settle(pause_subsequence(running, by=member("viewer")))
    running.refresh_from_db()
    found = approve(running.campaign, member)
    change = resume_subsequence(running, by=member("approver"))
    void(found, "paused")
    assert (settle(change).state, status_at_instantly(running)) == ("refused", 2)


def test_a_pause_wins_over_an_open_resume(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    resume = resume_subsequence(running, by=member("approver"))
    pause = pause_subsequence(running, by=member("viewer"))
    resume.refresh_from_db()
    assert (resume.state, pause.state) == ("refused", "asked")


def test_an_approval_that_ends_in_flight_pauses_it_again(
    running: Subsequence, member: Team, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert running.campaign is not None
    approve(running.campaign, member)
    change = resume_subsequence(running, by=member("approver"))
    monkeypatch.setattr("campaigns.mirror.subsequence_changes.why_not_running", lambda row: "ended")
    settle(change)
    assert ObjectChange.objects.filter(verb="pause", remote_id=running.remote_id, state="asked").exists()


def test_a_subsequence_that_is_added_after_the_request_is_a_difference(running: Subsequence, member: Team) -> None:
    assert running.campaign is not None
    request = approval_row(running.campaign, by=member("operator"), subsequences={})
    assert "subsequence Made there" in [one.what for one in drift_of(request)]


def test_the_scan_pauses_it(running: Subsequence) -> None:
    tasks.read_statuses(running.workspace_id)
    assert ObjectChange.objects.filter(remote_id=running.remote_id, verb="pause").exists()


def test_a_list_that_cannot_be_read_leaves_them_unknown_and_covered_by_the_kill_switch(
    running: Subsequence, member: Team, control: SandboxControl
) -> None:
    Subsequence.objects.filter(pk=running.pk).update(remote_status=2)
    control.faults({"match": {"method": "GET", "path": "/subsequences"}, "do": "status", "value": 500, "times": 9})
    tasks.read_statuses(running.workspace_id)
    running.refresh_from_db()
    assert running.unknown_since is not None
    stop_all(running.workspace, by=member("viewer"), reason="")
    assert ObjectChange.objects.filter(remote_id=running.remote_id, verb="pause").exists()
