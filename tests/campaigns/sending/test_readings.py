"""Reading a status: what is stored, what a failed reading leaves alone, and what follows from a quiet one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    ReadingWhy,
    RequestState,
    StatusReading,
)
from campaigns.sending import lifecycle
from campaigns.sending.lifecycle import (
    apply_reading,
    read_status,
)
from iexdg.clients.http.limiter import Lane
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval as make_approval
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.vendor import Vendor

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
ASKED, SENT, CONFIRMED, REFUSED, UNKNOWN = (
    RequestState.ASKED,
    RequestState.SENT,
    RequestState.CONFIRMED,
    RequestState.REFUSED,
    RequestState.UNKNOWN,
)
OPEN = [ASKED, SENT, UNKNOWN]
ACTIVE, PAUSED = CampaignStatus.ACTIVE, CampaignStatus.PAUSED


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    vendor = Vendor()
    monkeypatch.setattr(lifecycle, "client_for", lambda workspace: vendor)
    return vendor


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    return make_campaign(workspace)


@pytest.fixture
def other(workspace: Workspace) -> Campaign:
    """Another campaign, which nobody touches."""
    return make_campaign(workspace, "05B")


def approved(campaign: Campaign, member: MemberOf, **fields: Any) -> Approval:
    now = timezone.now()
    by = {"by": member("operator"), "decided_by": member("approver"), "decided_at": now}
    return make_approval(campaign, state=ApprovalState.APPROVED, **{**by, **fields})


def stored(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


@pytest.mark.parametrize(("status", "words"), [(PAUSED, "Campaign is paused"), (ACTIVE, "")])
def test_words_about_another_status_are_dropped_with_it(
    campaign: Campaign, vendor: Vendor, status: CampaignStatus, words: str
) -> None:
    Campaign.objects.update(remote_status=PAUSED, status_message="Campaign is paused")
    vendor.status = status
    read_status(campaign, why=ReadingWhy.SCAN)
    assert stored(campaign).status_message == words


@pytest.mark.parametrize("lane", [Lane.SAFETY, Lane.BULK])
def test_a_reading_is_kept_and_becomes_the_status(
    campaign: Campaign, other: Campaign, vendor: Vendor, lane: Lane
) -> None:
    earlier = timezone.now() - timedelta(hours=1)
    Campaign.objects.update(remote_status=2, status_read_at=earlier, status_unknown_since=earlier)
    campaign.refresh_from_db()
    vendor.status, vendor.not_sending = ACTIVE, 3

    assert read_status(campaign, why=ReadingWhy.SCAN, lane=lane) == ACTIVE

    reading = StatusReading.objects.get()
    assert (reading.campaign, reading.status, reading.why, reading.error) == (campaign, ACTIVE, ReadingWhy.SCAN, "")
    row = stored(campaign)
    assert (row.remote_status, row.not_sending_status, row.status_unknown_since) == (ACTIVE, 3, None)
    assert row.status_read_at == reading.at
    assert (campaign.remote_status, campaign.status_read_at, campaign.status_unknown_since) == (
        ACTIVE,
        reading.at,
        None,
    )
    assert stored(other).status_read_at == earlier
    assert vendor.lanes == [lane]


def test_a_status_is_read_in_the_safety_lane_unless_said_otherwise(campaign: Campaign, vendor: Vendor) -> None:
    read_status(campaign, why=ReadingWhy.SCAN)
    assert vendor.lanes == [Lane.SAFETY]


def test_the_first_reading_of_all_becomes_the_status(campaign: Campaign, vendor: Vendor) -> None:
    Campaign.objects.update(status_read_at=None, remote_status=None)
    assert read_status(campaign, why=ReadingWhy.SCAN) == PAUSED
    assert stored(campaign).remote_status == PAUSED


def test_two_readings_of_the_same_moment_leave_the_later_one(
    campaign: Campaign, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    Campaign.objects.update(status_read_at=now, remote_status=PAUSED)
    monkeypatch.setattr("campaigns.sending.lifecycle.timezone.now", lambda: now)
    vendor.status = ACTIVE
    read_status(campaign, why=ReadingWhy.SCAN)
    assert stored(campaign).remote_status == ACTIVE


@pytest.mark.parametrize("what", ["the call fails", "there is no status in the answer"])
def test_a_reading_that_failed_is_unknown_since_the_first_time(
    campaign: Campaign, other: Campaign, vendor: Vendor, what: str
) -> None:
    if what == "the call fails":
        vendor.fails = {"get": 9}
    else:
        vendor.status = None
    before = stored(campaign)

    assert read_status(campaign, why=ReadingWhy.SCAN) is None

    first = stored(campaign).status_unknown_since
    assert first is not None
    assert campaign.status_unknown_since == first
    row = stored(campaign)
    assert (row.remote_status, row.status_read_at) == (before.remote_status, before.status_read_at)
    reading = StatusReading.objects.get()
    assert (reading.status, reading.why) == (None, ReadingWhy.SCAN)
    assert reading.error != ""
    assert stored(other).status_unknown_since is None

    assert read_status(campaign, why=ReadingWhy.SCAN) is None
    assert stored(campaign).status_unknown_since == first == campaign.status_unknown_since


@pytest.mark.parametrize("status", list(CampaignStatus))
def test_a_quiet_reading_is_remembered_and_ends_the_wait_for_adoption(
    campaign: Campaign, other: Campaign, vendor: Vendor, status: int
) -> None:
    since, now = timezone.now() - timedelta(days=1), timezone.now()
    Campaign.objects.update(awaits_adoption_since=since, quiet_read_at=None)
    campaign.refresh_from_db()

    apply_reading(campaign, status, now)

    is_quiet = status not in {1, 4}
    row = stored(campaign)
    expected = (now, None) if is_quiet else (None, since)
    assert (row.quiet_read_at, row.awaits_adoption_since) == expected
    assert (campaign.quiet_read_at, campaign.awaits_adoption_since) == expected
    assert (stored(other).quiet_read_at, stored(other).awaits_adoption_since) == (None, since)


@pytest.mark.parametrize(
    ("status", "stage", "live_for", "state"),
    [
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, 60, ApprovalState.VOID),
        # The reading was asked for before the activation: it says nothing against it.
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, -60, ApprovalState.APPROVED),
        (CampaignStatus.COMPLETED, GoLiveStage.LIVE, 0, ApprovalState.APPROVED),
        # Leads are loaded into a completed campaign before it goes live again.
        (CampaignStatus.COMPLETED, GoLiveStage.LOADING, 60, ApprovalState.APPROVED),
        (CampaignStatus.PAUSED, GoLiveStage.LIVE, 60, ApprovalState.APPROVED),
        (CampaignStatus.ACTIVE, GoLiveStage.LIVE, 60, ApprovalState.APPROVED),
    ],
)
def test_only_a_campaign_that_completed_after_it_went_live_loses_its_approval(
    campaign: Campaign,
    other: Campaign,
    member: MemberOf,
    status: int,
    stage: GoLiveStage,
    live_for: int,
    state: ApprovalState,
) -> None:
    now = timezone.now()
    one = approved(campaign, member, stage=stage, live_at=now - timedelta(seconds=live_for))
    another = approved(other, member, stage=GoLiveStage.LIVE, live_at=now - timedelta(seconds=60))
    apply_reading(campaign, status, now)
    one.refresh_from_db()
    another.refresh_from_db()
    assert (one.state, another.state) == (state, ApprovalState.APPROVED)
    assert (one.void_reason == "the campaign completed") == (state == ApprovalState.VOID)


def test_a_request_that_waits_is_not_voided_when_the_campaign_completes(campaign: Campaign, member: MemberOf) -> None:
    waiting = make_approval(campaign, by=member("operator"), stage=GoLiveStage.LIVE)
    apply_reading(campaign, CampaignStatus.COMPLETED, timezone.now())
    waiting.refresh_from_db()
    assert waiting.state == ApprovalState.REQUESTED
