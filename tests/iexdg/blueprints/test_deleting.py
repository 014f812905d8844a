"""A campaign is deleted only while it cannot send and nobody approved it, once, and only two reads make it gone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import ApprovalState, Campaign, CampaignStatus
from iexdg.blueprints.deleting import HOW, order_delete, what_is_lost, why_not_deleted
from iexdg.blueprints.errors import ApplyRefusedError
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from leads.models import Import, ImportState
from tests.campaigns.factories import approval
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Team = Callable[..., Member]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def deletions(control: SandboxControl) -> int:
    return sum(one["method"] == "DELETE" for one in control.log())


def there(control: SandboxControl, campaign: Campaign) -> bool:
    return any(one["id"] == campaign.remote_id for one in control.state()["campaigns"])


def run(change: ObjectChange) -> ObjectChange:
    carry_out(change.pk, sleep=lambda seconds: None)
    change.refresh_from_db()
    return change


def test_it_is_deleted_read_back_and_its_row_stays(campaign: Campaign, member: Team, control: SandboxControl) -> None:
    change = run(order_delete(campaign, by=member("operator")))
    campaign.refresh_from_db()
    assert (change.state, there(control, campaign), campaign.vanished_at is not None) == ("confirmed", False, True)
    run(change)
    assert deletions(control) == 1
    assert why_not_deleted(campaign) == "Instantly no longer lists it: there is nothing to delete."


def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_again(
    campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "DELETE"}, "do": "drop_after_commit", "times": 1})
    change = run(order_delete(campaign, by=member("operator")))
    assert (change.state, deletions(control)) == ("confirmed", 1)


def test_what_may_never_have_arrived_is_unknown_and_not_sent_again(
    campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "DELETE"}, "do": "drop_before", "times": 1})
    change = run(order_delete(campaign, by=member("operator")))
    assert (change.state, there(control, campaign)) == ("unknown", True)
    run(change)
    campaign.refresh_from_db()
    assert (there(control, campaign), campaign.vanished_at) == (True, None)


def test_a_404_alone_makes_no_campaign_vanish(campaign: Campaign, member: Team, control: SandboxControl) -> None:
    control.faults(
        {"match": {"method": "DELETE"}, "do": "drop_before", "times": 1},
        {
            "match": {"method": "GET", "path": f"/campaigns/{campaign.remote_id}"},
            "do": "status", "value": 404, "times": 50, "skip": 1,
        },
    )  # fmt: skip
    change = run(order_delete(campaign, by=member("operator")))
    campaign.refresh_from_db()
    assert (change.state, campaign.vanished_at) == ("unknown", None)


@pytest.mark.parametrize(
    "status",
    [CampaignStatus.ACTIVE, CampaignStatus.RUNNING_SUBSEQUENCES, CampaignStatus.BOUNCE_PROTECT, None, 42],
)
def test_whatever_may_send_is_not_deleted(
    status: int | None, campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=status)
    campaign.refresh_from_db()
    with pytest.raises(ApplyRefusedError, match="Pause it first"):
        order_delete(campaign, by=member("operator"))
    assert (ObjectChange.objects.count(), deletions(control)) == (0, 0)


def test_a_live_or_requested_approval_and_a_running_import_keep_it(campaign: Campaign, member: Team) -> None:
    by = member("operator")
    made = approval(campaign, by=by)
    assert "Take the request back first" in why_not_deleted(campaign)
    made.delete()
    approval(campaign, by=by, state=ApprovalState.APPROVED, decided_by=member("admin"))
    assert "live approval" in why_not_deleted(campaign)
    campaign.approvals.all().delete()
    imported = checked_import(campaign, people(1), by=by)
    assert why_not_deleted(campaign) == ""
    Import.objects.filter(pk=imported.pk).update(state=ImportState.LOADING)
    assert "Stop it first" in why_not_deleted(campaign)


def test_one_that_began_to_send_after_it_was_requested_is_not_deleted(
    campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    change = order_delete(campaign, by=member("operator"))
    control.set_status(campaign.remote_id, 1)
    run(change)
    assert (change.state, deletions(control)) == ("refused", 0)
    assert "Pause it first" in change.error


def test_nobody_else_deletes_and_nothing_is_deleted_in_observe_mode(
    campaign: Campaign, member: Team, workspace: Workspace
) -> None:
    with pytest.raises(NotAllowedError):
        order_delete(campaign, by=member("viewer"))
    Workspace.objects.filter(pk=workspace.pk).update(mode=Mode.OBSERVE)
    campaign.workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        order_delete(campaign, by=member("operator"))
    assert not ObjectChange.objects.exists()


def test_the_page_names_what_is_lost_and_needs_the_name(campaign: Campaign, member: Team, web: Any) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(leads_count=7, sent=12, leads_count_at=timezone.now())
    campaign.refresh_from_db()
    assert (what_is_lost(campaign).people, what_is_lost(campaign).sent) == (7, 12)
    client, address = web("operator"), f"/w/demo/campaigns/{campaign.pk}/delete/"
    assert "What is lost at Instantly" in client.get(address).content.decode()
    for typed in ("", "05a executive-peer", "05A"):
        assert client.post(address, {"name": typed}).status_code == 422
    assert not ObjectChange.objects.exists()
    answer = client.post(address, {"name": campaign.name})
    change = ObjectChange.objects.get()
    assert answer["Location"] == f"/w/demo/requests/{change.pk}/" or str(change.pk) in answer["Location"]
    assert "Delete campaign" in client.get(answer["Location"]).content.decode()


def test_the_page_the_list_and_the_history_say_who_deleted_it_and_when(
    campaign: Campaign, member: Team, web: Callable[..., Client]
) -> None:
    run(order_delete(campaign, by=member("operator")))
    client = web("viewer")
    page = client.get(f"/w/demo/campaigns/{campaign.pk}/").content.decode()
    assert "it was deleted at Instantly by Operator Person." in page
    listed = client.get("/w/demo/campaigns/?status=vanished").content.decode()
    assert "at Instantly by Operator Person" in listed
    history = client.get(f"/w/demo/campaigns/{campaign.pk}/activity/").content.decode()
    assert "Deleted 05A Executive-Peer at Instantly" in history


def test_one_that_went_away_at_instantly_names_nobody(campaign: Campaign, web: Callable[..., Client]) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=timezone.now())
    page = web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/").content.decode()
    assert "Instantly no longer lists this campaign." in page
    assert "Deleted" not in page


def test_a_read_back_that_comes_twice_leaves_one_event(campaign: Campaign, member: Team) -> None:
    change = run(order_delete(campaign, by=member("operator")))
    gone = AuditEvent.objects.filter(action="campaign:deleted", campaign_ref=campaign.pk)
    assert [one.actor_name for one in gone] == ["Operator Person"]
    HOW.read_back(change, client_for(change.workspace))
    assert gone.count() == 1
