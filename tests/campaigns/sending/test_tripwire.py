"""The status check around a load: what it calls a flip, what it pauses, and what it leaves to others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.incident_kinds import FLIP, GUARDRAIL, UNAPPROVED_ACTIVE
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    ReadingWhy,
    RequestState,
    StatusReading,
    StatusRequest,
)
from campaigns.sending.lifecycle import request_pause
from campaigns.sending.tripwire import StatusCheck, check_status, is_sending_unapproved
from campaigns.sending.unapproved import REASON
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from tests.campaigns.factories import approval
from tests.campaigns.vendor import Vendor

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
QUIET = [status for status in CampaignStatus if status not in {1, 4}]


def look(campaign: Campaign, **options: Any) -> StatusCheck:
    options = {"why": ReadingWhy.TRIPWIRE, "since": None, "cause": "It happened in a test.", **options}
    return check_status(campaign, sleep=lambda seconds: None, **options)


def approve(campaign: Campaign, member: MemberOf) -> Approval:
    by = {"by": member("operator"), "decided_by": member("approver")}
    return approval(campaign, state=ApprovalState.APPROVED, **by)


def caught(campaign: Campaign, kind: str, *, ago: int) -> Incident:
    opened_at = timezone.now() - timedelta(seconds=ago)
    return Incident.objects.create(
        workspace=campaign.workspace,
        kind=kind,
        dedupe_key=f"{kind}:{campaign.pk}:{ago}",
        summary="caught",
        campaign_ref=campaign.pk,
        opened_at=opened_at,
    )


@pytest.mark.parametrize(
    ("found", "clear"),
    [
        (StatusCheck(CampaignStatus.PAUSED), True),
        (StatusCheck(CampaignStatus.DRAFT), True),
        (StatusCheck(None), False),
        (StatusCheck(CampaignStatus.PAUSED, flipped=True), False),
        (StatusCheck(CampaignStatus.ACTIVE, is_pausing=True), False),
        (StatusCheck(None, flipped=True, is_pausing=True), False),
    ],
)
def test_only_a_status_that_was_read_and_means_no_harm_is_clear(found: StatusCheck, clear: bool) -> None:
    assert found.is_clear == clear


def test_a_check_finds_nothing_unless_it_says_so() -> None:
    found = StatusCheck(CampaignStatus.PAUSED)
    assert (found.flipped, found.is_pausing, found.is_new, found.incident) == (False, False, False, None)


@pytest.mark.parametrize("status", [*CampaignStatus, None, 42])
def test_what_sends_without_an_approval_sends_unapproved(one: Campaign, member: MemberOf, status: int | None) -> None:
    assert is_sending_unapproved(one, status) == (status in {1, 4})
    approve(one, member)
    assert not is_sending_unapproved(one, status)


@pytest.mark.parametrize("status", QUIET)
def test_a_quiet_campaign_is_clear(one: Campaign, vendor: Vendor, status: int) -> None:
    vendor.status = status
    assert look(one, since=timezone.now()) == StatusCheck(status)
    assert vendor.count("pause") == 0
    assert vendor.lanes == [Lane.SAFETY]
    assert StatusReading.objects.get().why == ReadingWhy.TRIPWIRE


def test_a_campaign_with_a_live_approval_may_send(one: Campaign, vendor: Vendor, member: MemberOf) -> None:
    approve(one, member)
    vendor.status = CampaignStatus.ACTIVE
    assert look(one) == StatusCheck(CampaignStatus.ACTIVE)
    assert vendor.count("pause") == 0


def test_a_status_that_cannot_be_read_is_not_clear_and_no_flip(one: Campaign, vendor: Vendor) -> None:
    caught(one, FLIP.code, ago=1)
    vendor.fails = {"get": 1}
    assert look(one, since=timezone.now() - timedelta(minutes=1)) == StatusCheck(None)
    assert vendor.count("get") == 1


@pytest.mark.parametrize("status", [CampaignStatus.ACTIVE, CampaignStatus.RUNNING_SUBSEQUENCES])
def test_a_flip_is_paused_at_once_with_an_incident(one: Campaign, vendor: Vendor, status: int) -> None:
    vendor.status = status
    found = look(one, since=timezone.now() - timedelta(seconds=5))
    incident = Incident.objects.get()
    assert found == StatusCheck(status, flipped=True, is_new=True, incident=incident)
    assert (incident.kind, incident.campaign_ref) == (FLIP.code, one.pk)
    assert incident.detail.startswith("It happened in a test. No further batch was sent.")
    assert vendor.status == CampaignStatus.PAUSED
    assert StatusRequest.objects.get().state == RequestState.CONFIRMED


def test_the_incident_knows_since_when_it_may_have_sent(one: Campaign, vendor: Vendor) -> None:
    vendor.status = CampaignStatus.ACTIVE
    since = timezone.now() - timedelta(seconds=7)
    look(one, since=since)
    assert Incident.objects.get().details["began"] == since.isoformat()


def test_a_flip_that_another_check_has_caught_is_joined(one: Campaign, vendor: Vendor) -> None:
    vendor.status, vendor.deaf = CampaignStatus.ACTIVE, {"pause"}
    first, second = look(one), look(one)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.flipped
    assert first.incident == second.incident
    assert Incident.objects.count() == 1


def test_a_campaign_that_waits_for_adoption_is_left_to_a_person(one: Campaign, vendor: Vendor) -> None:
    Campaign.objects.filter(pk=one.pk).update(awaits_adoption_since=timezone.now())
    one.refresh_from_db()
    vendor.status = CampaignStatus.ACTIVE
    assert look(one) == StatusCheck(CampaignStatus.ACTIVE, flipped=True)
    assert vendor.count("pause") == 0
    assert not Incident.objects.exists()


def test_a_campaign_that_somebody_is_pausing_is_no_flip(one: Campaign, vendor: Vendor, member: MemberOf) -> None:
    request_pause(one, by=member("viewer"), reason="typo")
    vendor.status = CampaignStatus.ACTIVE
    assert look(one) == StatusCheck(CampaignStatus.ACTIVE, is_pausing=True)
    assert vendor.count("pause") == 0
    assert not Incident.objects.exists()


def test_our_own_pause_of_a_flip_is_still_that_flip(one: Campaign, vendor: Vendor) -> None:
    request_pause(one, by=None, reason=REASON)
    vendor.status = CampaignStatus.ACTIVE
    assert look(one).flipped


@pytest.mark.parametrize(
    ("kind", "ago", "since_ago", "flipped"),
    [
        (FLIP.code, 30, 60, True),
        (UNAPPROVED_ACTIVE.code, 30, 60, True),
        (GUARDRAIL.code, 30, 60, False),
        (FLIP.code, 90, 60, False),
        (FLIP.code, 30, None, False),
    ],
)
def test_a_flip_that_somebody_else_has_paused_meanwhile_is_a_flip_for_this_load_too(
    one: Campaign, vendor: Vendor, kind: str, ago: int, since_ago: int | None, flipped: bool
) -> None:
    incident = caught(one, kind, ago=ago)
    since = None if since_ago is None else timezone.now() - timedelta(seconds=since_ago)
    found = look(one, since=since)
    assert found == StatusCheck(CampaignStatus.PAUSED, flipped=flipped, incident=incident if flipped else None)


def test_the_flip_of_another_campaign_is_none_of_this_load(one: Campaign, another: Campaign, vendor: Vendor) -> None:
    caught(another, FLIP.code, ago=30)
    assert not look(one, since=timezone.now() - timedelta(minutes=1)).flipped


def test_the_latest_flip_is_the_one_that_is_named(one: Campaign, vendor: Vendor) -> None:
    newest = caught(one, FLIP.code, ago=10)
    caught(one, FLIP.code, ago=30)
    assert look(one, since=timezone.now() - timedelta(minutes=1)).incident == newest


def test_a_flip_at_the_very_moment_of_the_answer_counts(one: Campaign, vendor: Vendor) -> None:
    incident = caught(one, FLIP.code, ago=30)
    assert look(one, since=incident.opened_at).incident == incident
