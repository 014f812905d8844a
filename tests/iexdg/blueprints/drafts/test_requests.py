"""Applying a draft: only what was confirmed, once, read back, and never a campaign that sends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.blueprints.drafts.comparing import TAKEN, compare_draft, request_plan, why_not_applied
from iexdg.blueprints.drafts.requests import (
    LEASE,
    carry_out,
    close_abandoned,
    order_apply,
    order_rename,
    requests_to_continue,
)
from iexdg.blueprints.drafts.sources import content_at_instantly, copy_of, draft_to_edit, drafts_of_file
from iexdg.blueprints.drafts.verbs import create_draft, save
from iexdg.blueprints.errors import DraftRefusedError, InvalidBlueprintError
from iexdg.blueprints.models import ApplyRequest, ApplyState, CampaignWrite, Draft
from iexdg.blueprints.tasks import sweep_campaign_writes
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval
from tests.iexdg.blueprints.drafts.conftest import CONTENT
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Team = Callable[..., Member]
CREATE = {"method": "POST", "path": "/campaigns"}


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iexdg.blueprints.settling.READ_BACK_WAITS_S", (0.0, 0.0))


def applied(draft: Draft, by: Member, *, pauses: bool = False) -> ApplyRequest:
    compare_draft(draft)
    draft.refresh_from_db()
    request = order_apply(draft, pauses_live=pauses, by=by)
    carry_out(request.pk)
    request.refresh_from_db()
    draft.refresh_from_db()
    return request


def writes_of(control: SandboxControl) -> list[tuple[str, str]]:
    """The writes that reached the sandbox, without those that verify or read."""
    return [(one["method"], one["path"]) for one in control.log() if one["method"] in {"POST", "PATCH", "DELETE"}]


def test_a_new_campaign_is_created_once_and_belongs_to_its_draft(
    draft: Draft, member: Team, control: SandboxControl
) -> None:
    request = applied(draft, member("operator"))
    assert (request.state, request.error, request.campaign) == ("applied", "", draft.campaign)
    assert draft.campaign is not None
    assert draft.campaign.remote_status == CampaignStatus.DRAFT
    carry_out(request.pk)
    assert sum(path.endswith("/campaigns") for _, path in writes_of(control)) == 1
    assert not any("activate" in path for _, path in writes_of(control))
    assert why_not_applied(draft) == "Nothing is to be done: Instantly has it as it is written."


def test_a_campaign_is_not_renamed_to_the_name_of_another(
    draft: Draft, member: Team, control: SandboxControl, workspace: Workspace
) -> None:
    applied(draft, member("operator"))
    assert draft.campaign is not None
    other = next(one for one in control.state()["campaigns"] if one["name"] != draft.campaign.name)
    request = order_rename(draft.campaign, other["name"], pauses_live=False, by=member("operator"))
    carry_out(request.pk)
    request.refresh_from_db()
    assert request.state == ApplyState.REFUSED
    assert "Another campaign at Instantly is called" in request.error
    assert sum(one["name"] == other["name"] for one in control.state()["campaigns"]) == 1


def test_only_the_plan_of_the_draft_as_it_is_can_be_applied(draft: Draft, member: Team) -> None:
    by = member("operator")
    with pytest.raises(DraftRefusedError, match="Press Plan"):
        order_apply(draft, pauses_live=False, by=by)
    compare_draft(draft)
    draft.refresh_from_db()
    save(draft, CONTENT | {"name": "11 Founders"}, revision=1, by=by)
    with pytest.raises(DraftRefusedError, match="changed since it was planned"):
        order_apply(draft, pauses_live=False, by=by)
    request_plan(draft, by=by)
    draft.refresh_from_db()
    with pytest.raises(DraftRefusedError, match="being compared"):
        order_apply(draft, pauses_live=False, by=by)
    assert not ApplyRequest.objects.exists()


def test_a_new_draft_never_overwrites_a_campaign_of_its_name(
    campaign: Campaign, workspace: Workspace, member: Team, control: SandboxControl
) -> None:
    made = create_draft(workspace, CONTENT | {"name": campaign.name}, by=member("operator"), what="x")
    compare_draft(made)
    made.refresh_from_db()
    assert made.plan is not None
    assert made.plan["blockers"][0] == TAKEN
    with pytest.raises(DraftRefusedError, match="must not overwrite"):
        order_apply(made, pauses_live=False, by=member("operator"))


def test_a_blocker_of_the_review_keeps_it_from_being_applied(draft: Draft, member: Team) -> None:
    step = {"subject": "A", "body": "See https://example.com/x."}
    save(draft, CONTENT | {"steps": [step]}, revision=1, by=member("operator"))
    compare_draft(draft)
    draft.refresh_from_db()
    with pytest.raises(DraftRefusedError, match="bare address"):
        order_apply(draft, pauses_live=False, by=member("operator"))


def test_what_changed_at_instantly_since_it_was_planned_is_not_overwritten(
    campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    by = member("operator")
    draft = draft_to_edit(campaign, by=by)
    save(draft, draft.content | {"caps": {"daily": 7}}, revision=1, by=by)
    compare_draft(draft)
    draft.refresh_from_db()
    request = order_apply(draft, pauses_live=False, by=by)
    control.edit(campaign.remote_id, daily_limit=9)
    carry_out(request.pk)
    request.refresh_from_db()
    assert (request.state, "Something was changed at Instantly" in request.error) == ("refused", True)
    assert not CampaignWrite.objects.exists()


def test_drift_is_planned_and_repaired(campaign: Campaign, member: Team, control: SandboxControl) -> None:
    draft = draft_to_edit(campaign, by=member("operator"))
    compare_draft(draft)
    draft.refresh_from_db()
    assert draft.plan is not None
    assert (draft.plan["action"], draft.plan["changes"]) == ("nothing", [])
    control.edit(campaign.remote_id, daily_limit=500)
    request = applied(draft, member("operator"))
    assert request.state == "applied"
    assert [one["path"] for one in request.result["changes"]] == ["caps.daily"]
    campaign.refresh_from_db()
    assert (campaign.daily_limit, campaign.remote_status) == (draft.content["caps"]["daily"], CampaignStatus.PAUSED)


def live(campaign: Campaign, control: SandboxControl, member: Team) -> Approval:
    control.set_status(campaign.remote_id, 1)
    parts = parts_of(campaign)
    return approval(
        campaign,
        by=member("approver"),
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
        decided_by=member("admin"),
        fingerprint_parts=parts,
        fingerprint=fingerprint(parts),
    )


def test_a_live_campaign_is_refused_or_paused_first_and_never_sends_again_by_itself(
    campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    by = member("operator")
    draft = draft_to_edit(campaign, by=by)
    save(draft, draft.content | {"caps": {"daily": 7}}, revision=1, by=by)
    live(campaign, control, member)
    refused = applied(draft, by)
    assert (refused.state, "Pause it first" in refused.error) == ("refused", True)
    assert not CampaignWrite.objects.exists()
    request = applied(draft, by, pauses=True)
    campaign.refresh_from_db()
    assert (request.state, campaign.remote_status, campaign.daily_limit) == ("applied", CampaignStatus.PAUSED, 7)
    assert not Approval.objects.filter(campaign=campaign, state=ApprovalState.APPROVED).exists()


def test_a_creation_whose_answer_is_lost_is_found_and_never_repeated(
    draft: Draft, member: Team, control: SandboxControl
) -> None:
    compare_draft(draft)
    control.faults({"match": CREATE, "do": "drop_after_commit", "times": 1})
    request = applied(draft, member("operator"))
    assert (request.state, draft.campaign is not None) == ("applied", True)
    assert [one["name"] for one in control.state()["campaigns"]].count("10 Founders") == 1


def test_a_worker_that_died_leaves_a_request_that_is_closed_by_reading(
    draft: Draft, member: Team, workspace: Workspace, control: SandboxControl
) -> None:
    request = applied(draft, member("operator"))
    gone = timezone.now() - LEASE - timedelta(seconds=1)
    ApplyRequest.objects.update(state=ApplyState.APPLYING, closed_at=None, lease_until=gone, campaign=None)
    Draft.objects.update(campaign=None)
    before = writes_of(control)
    assert close_abandoned(workspace) == 1
    request.refresh_from_db()
    draft.refresh_from_db()
    assert (request.state, draft.campaign is not None) == ("refused", True)
    assert "was read back" in request.error
    assert writes_of(control) == before


def test_a_request_of_a_worker_that_lives_is_left_alone(draft: Draft, member: Team, workspace: Workspace) -> None:
    applied(draft, member("operator"))
    ApplyRequest.objects.update(state=ApplyState.APPLYING, closed_at=None, lease_until=timezone.now() + LEASE)
    assert close_abandoned(workspace) == 0
    assert ApplyRequest.objects.get().state == "applying"


def test_what_no_worker_took_is_started_by_the_sweep_and_given_up_after_a_while(
    draft: Draft, member: Team, workspace: Workspace, control: SandboxControl
) -> None:
    compare_draft(draft)
    draft.refresh_from_db()
    request = order_apply(draft, pauses_live=False, by=member("operator"))
    assert list(requests_to_continue(workspace)) == []
    ApplyRequest.objects.update(asked_at=timezone.now() - timedelta(seconds=10))
    assert [one.pk for one in requests_to_continue(workspace)] == [request.pk]
    sweep_campaign_writes(workspace.pk)
    ApplyRequest.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    carry_out(request.pk)
    request.refresh_from_db()
    assert (request.state, "No worker took it" in request.error) == ("refused", True)
    assert writes_of(control) == []


def test_one_request_of_a_draft_is_open(draft: Draft, member: Team) -> None:
    compare_draft(draft)
    draft.refresh_from_db()
    order_apply(draft, pauses_live=False, by=member("operator"))
    with pytest.raises(DraftRefusedError, match="applied already"):
        order_apply(draft, pauses_live=False, by=member("admin"))


def test_a_campaign_is_renamed_and_read_back(campaign: Campaign, member: Team, control: SandboxControl) -> None:
    request = order_rename(campaign, "05A Renamed", pauses_live=False, by=member("operator"))
    carry_out(request.pk)
    request.refresh_from_db()
    campaign.refresh_from_db()
    assert (request.state, campaign.name) == ("applied", "05A Renamed")
    assert [path for method, path in writes_of(control) if method == "PATCH"] == [
        f"/api/v2/campaigns/{campaign.remote_id}"
    ]


@pytest.mark.parametrize("order", ["apply", "rename"])
def test_nobody_else_applies_and_nothing_is_applied_in_observe_mode(
    order: str, draft: Draft, campaign: Campaign, member: Team, workspace: Workspace
) -> None:
    def run(by: Member) -> Any:
        if order == "apply":
            return order_apply(draft, pauses_live=False, by=by)
        return order_rename(campaign, "X", pauses_live=False, by=by)

    compare_draft(draft)
    draft.refresh_from_db()
    with pytest.raises(NotAllowedError):
        run(member("viewer"))
    Workspace.objects.filter(pk=workspace.pk).update(mode=Mode.OBSERVE)
    draft.workspace.refresh_from_db()
    campaign.workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        run(member("operator"))
    assert not ApplyRequest.objects.exists()


def test_a_failed_comparison_keeps_the_plan_before_and_says_why(draft: Draft, control: SandboxControl) -> None:
    compare_draft(draft)
    draft.refresh_from_db()
    before = draft.planned_at
    control.faults({"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 500, "times": 20})
    assert compare_draft(draft) is False
    draft.refresh_from_db()
    assert (draft.planned_at, draft.plan_error != "", draft.plan is not None) == (before, True, True)


def test_a_copy_has_everything_but_the_people_and_another_name(campaign: Campaign, member: Team) -> None:
    made = copy_of(campaign, by=member("operator"))
    original = content_at_instantly(campaign)
    assert made.name == f"{campaign.name} (copy)"
    assert made.content == original | {"name": made.name}
    assert made.campaign is None


def test_every_campaign_of_a_file_becomes_a_draft_and_a_mistake_makes_none(
    campaign: Campaign, workspace: Workspace, member: Team
) -> None:
    text = f"defaults:\n  caps: {{daily: 5}}\ncampaigns:\n  - name: New\n  - name: Old\n    id: {campaign.remote_id}\n"
    made = drafts_of_file(workspace, text, "two.yaml", by=member("operator"))
    assert [(one.name, one.content["caps"], one.campaign) for one in made] == [
        ("New", {"daily": 5}, None),
        ("Old", {"daily": 5}, campaign),
    ]
    again = drafts_of_file(workspace, text.replace("5", "6", 1), "two.yaml", by=member("operator"))
    assert (again[1].pk, again[1].content["caps"], again[1].shown_version) == (made[1].pk, {"daily": 6}, 2)
    count = Draft.objects.count()
    with pytest.raises(InvalidBlueprintError):
        drafts_of_file(workspace, f"{text}    stepz: []\n", "two.yaml", by=member("operator"))
    with pytest.raises(DraftRefusedError, match="no campaign here has"):
        drafts_of_file(workspace, text.replace(campaign.remote_id, "0" * 36), "two.yaml", by=member("operator"))
    assert Draft.objects.count() == count
