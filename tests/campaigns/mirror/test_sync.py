"""Mirroring a workspace: what is read, what could not be read, what vanished."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from campaigns.errors import UnknownCampaignError
from campaigns.mirror.sync import LEASE, discover, find_campaign, sync_campaign, sync_when_free, sync_workspace
from campaigns.models import Campaign, CampaignStatus, DailyStat, StatusReading, StepStat
from iexdg.mailboxes.models import Mailbox
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

GONE = "01990000-ffff-7a7e-b299-00e8693f6e88"


def refuse(control: SandboxControl, path: str, *, method: str = "GET", status: int = 404) -> None:
    control.faults({"match": {"method": method, "path": path}, "do": "status", "value": status, "times": 100})


def named(name: str) -> Campaign:
    return Campaign.objects.get(name__startswith=name)


def test_a_first_sync_mirrors_everything(control: SandboxControl, workspace: Workspace) -> None:
    result = sync_workspace(workspace)
    assert (result.is_ok, result.errors) == (True, [])
    assert result.campaigns == Campaign.objects.count() == len(control.state()["campaigns"])
    assert result.mailboxes == Mailbox.objects.count()
    campaign = named("05A")
    assert campaign.remote_status == CampaignStatus.PAUSED
    assert campaign.schedule["schedules"][0]["timezone"] == "America/Detroit"
    assert len(campaign.senders) == 3
    assert (campaign.daily_limit, campaign.flags["stop_on_reply"]) == (20, True)
    assert campaign.leads_count == len(control.leads_in(campaign.remote_id))
    assert campaign.sent == sum(DailyStat.objects.filter(campaign=campaign).values_list("sent", flat=True))
    assert StepStat.objects.filter(campaign=campaign).count() == 3
    assert campaign.synced_at is not None
    assert campaign.analytics_read_at is not None
    workspace.refresh_from_db()
    assert workspace.credits_left == Decimal(949)
    assert workspace.synced_at is not None
    assert workspace.name == "IEXDG Demo"


def test_a_second_sync_changes_nothing_and_duplicates_nothing(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    before = [Model.objects.count() for Model in (Campaign, DailyStat, StepStat, Mailbox, StatusReading)]
    assert sync_workspace(workspace).is_ok
    assert [Model.objects.count() for Model in (Campaign, DailyStat, StepStat, Mailbox, StatusReading)] == before


def test_a_changed_status_leaves_a_reading(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    control.set_status(campaign.remote_id, 1)
    sync_workspace(workspace)
    campaign.refresh_from_db()
    assert campaign.remote_status == CampaignStatus.ACTIVE
    assert list(campaign.readings.values_list("status", "why")) == [(1, "sync"), (2, "sync")]


def test_an_unknown_status_code_is_kept(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    Campaign.objects.filter(pk=named("05A").pk).update(remote_status=42)
    assert named("05A").status_label == "Unknown status 42"


def test_a_status_read_meanwhile_is_not_overwritten(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    later = timezone.now() + timedelta(seconds=5)
    Campaign.objects.filter(pk=named("05A").pk).update(remote_status=1, status_read_at=later)
    sync_workspace(workspace)
    assert (named("05A").remote_status, named("05A").status_read_at) == (1, later)


def test_a_failed_list_is_unknown_since_the_first_failure(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    good = named("05A")
    refuse(control, "/campaigns", status=401)
    first = sync_workspace(workspace)
    assert not first.is_ok
    assert first.errors[0].startswith("campaigns: GET /api/v2/campaigns was refused: the key is not accepted")
    failed_at = named("05A").unknown_since
    assert failed_at is not None
    sync_workspace(workspace)
    bad = named("05A")
    assert bad.unknown_since == failed_at
    assert "key is not accepted" in bad.sync_error
    assert (bad.synced_at, bad.remote_status, bad.leads_count) == (good.synced_at, good.remote_status, good.leads_count)
    workspace.refresh_from_db()
    assert workspace.unknown_since is not None
    assert workspace.sync_error.startswith("campaigns:")


def test_success_clears_the_unknown(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    control.faults({"match": {"path": "/campaigns"}, "do": "status", "value": 401, "times": 1})
    sync_workspace(workspace)
    assert sync_workspace(workspace).is_ok
    assert (named("05A").unknown_since, named("05A").sync_error) == (None, "")
    assert (workspace.unknown_since, workspace.sync_error) == (None, "")


def test_each_part_fails_independently(control: SandboxControl, workspace: Workspace) -> None:
    refuse(control, "/accounts", status=403)
    refuse(control, "/workspace-billing/plan-details", status=402)
    result = sync_workspace(workspace)
    assert [error.partition(":")[0] for error in result.errors] == ["mailboxes", "credits"]
    assert Campaign.objects.count() == result.campaigns > 0
    workspace.refresh_from_db()
    assert workspace.credits_left is None
    assert "plan or the credits" in workspace.credits_error


def test_analytics_that_fail_keep_their_older_figures(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    sent = named("05A").sent
    refuse(control, "/campaigns/analytics/daily", status=401)
    result = sync_workspace(workspace)
    assert any(error.startswith("05A") for error in result.errors)
    assert named("05A").sent == sent
    assert named("05A").analytics_unknown_since is not None
    assert named("05A").unknown_since is None


def test_no_row_of_analytics_is_unknown_and_never_zero(
    control: SandboxControl, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iexdg.clients.instantly.campaigns.Campaigns.analytics", lambda *_, **__: [])
    assert sync_workspace(workspace).is_ok
    campaign = named("05A")
    assert (campaign.leads_count, campaign.sent, campaign.replied) == (None, None, None)
    assert (campaign.leads_count_at, campaign.analytics_read_at) == (None, None)


def test_no_row_of_analytics_later_keeps_what_was_known(
    control: SandboxControl, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_workspace(workspace)
    known = named("05A")
    monkeypatch.setattr("iexdg.clients.instantly.campaigns.Campaigns.analytics", lambda *_, **__: [])
    sync_workspace(workspace)
    assert (named("05A").leads_count, named("05A").leads_count_at) == (known.leads_count, known.leads_count_at)


def test_a_vanished_campaign_is_marked_and_comes_back(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    Campaign.objects.filter(pk=campaign.pk).update(remote_id="gone-for-now")
    result = sync_workspace(workspace)
    gone = Campaign.objects.get(pk=campaign.pk)
    assert result.vanished == 1
    assert gone.vanished_at is not None
    twin = Campaign.objects.exclude(pk=campaign.pk).get(remote_id=campaign.remote_id)
    twin.delete()
    Campaign.objects.filter(pk=campaign.pk).update(remote_id=campaign.remote_id)
    sync_workspace(workspace)
    assert Campaign.objects.get(pk=campaign.pk).vanished_at is None


def test_a_failed_list_marks_nothing_as_vanished(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    refuse(control, "/campaigns", status=401)
    sync_workspace(workspace)
    assert not Campaign.objects.filter(vanished_at__isnull=False).exists()


def test_a_second_sync_at_the_same_time_returns_at_once(control: SandboxControl, workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(sync_started_at=timezone.now())
    calls = len(control.log())
    assert sync_workspace(workspace).ran is False
    assert len(control.log()) == calls


def test_a_sync_that_crashed_does_not_block_the_next_one(control: SandboxControl, workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(sync_started_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert sync_workspace(workspace).is_ok
    workspace.refresh_from_db()
    assert workspace.sync_started_at is None


def test_one_campaign_can_be_synced_alone(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    control.edit(campaign.remote_id, daily_limit=15)
    assert sync_campaign(campaign).errors == []
    assert named("05A").daily_limit == 15


def test_one_campaign_that_is_gone_is_marked(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    Campaign.objects.filter(pk=campaign.pk).update(remote_id=GONE)
    campaign.refresh_from_db()
    assert sync_campaign(campaign).errors == []
    assert named("05A").vanished_at is not None


def test_a_404_of_a_campaign_that_is_still_listed_is_unknown_and_still_watched(
    control: SandboxControl, workspace: Workspace
) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    refuse(control, f"/campaigns/{campaign.remote_id}", status=404)

    assert sync_campaign(campaign).errors[0].startswith("campaign: ")

    assert (named("05A").vanished_at, named("05A").unknown_since is not None) == (None, True)


def test_what_was_taken_for_gone_and_sends_is_discovered(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("02")
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=timezone.now())

    assert [one.name for one in discover(workspace)] == ["02 Welcome notes"]

    assert named("02").vanished_at is None


def test_one_campaign_that_cannot_be_read_is_unknown(control: SandboxControl, workspace: Workspace) -> None:
    sync_workspace(workspace)
    campaign = named("05A")
    refuse(control, f"/campaigns/{campaign.remote_id}", status=401)
    result = sync_campaign(campaign)
    assert result.errors[0].startswith("campaign: ")
    assert named("05A").unknown_since is not None
    assert named("05B").unknown_since is None


def test_the_credits_that_are_left_have_a_time(control: SandboxControl, workspace: Workspace) -> None:
    control.settings(credits=12.5)
    sync_workspace(workspace)
    workspace.refresh_from_db()
    assert workspace.credits_left == Decimal("12.50")
    assert workspace.credits_read_at is not None


def test_a_campaign_that_is_not_mirrored_yet_is_looked_up_at_instantly(
    control: SandboxControl, workspace: Workspace
) -> None:
    assert not Campaign.objects.exists()

    assert find_campaign(workspace, "05A Executive-Peer").name == "05A Executive-Peer"


def test_a_campaign_that_instantly_does_not_have_either_is_unknown(
    control: SandboxControl, workspace: Workspace
) -> None:
    with pytest.raises(UnknownCampaignError):
        find_campaign(workspace, "99 Nowhere")


def test_a_second_sync_waits_for_the_first_only_so_long(
    control: SandboxControl, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.mirror.sync._TIMEOUT_S", 0.0)
    monkeypatch.setattr("campaigns.mirror.sync._POLL_EVERY_S", 0.0)
    Workspace.objects.update(sync_started_at=timezone.now())

    assert not sync_when_free(workspace).ran


def test_a_sync_that_ends_with_an_error_of_ours_is_no_sync(
    control: SandboxControl, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("campaigns.mirror.sync.sync_analytics", fails)
    with pytest.raises(ZeroDivisionError):
        sync_workspace(workspace)
    workspace.refresh_from_db()
    assert (workspace.synced_at, workspace.sync_started_at) == (None, None)
    assert workspace.sync_error == "workspace: the sync ended before everything was read"
    assert workspace.unknown_since is not None
