"""Many pauses at once: what left a moment ago is read back and not sent again, and none waits for another."""

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
    RequestState,
    StatusRequest,
    Wanted,
)
from campaigns.sending import lifecycle
from campaigns.sending.lifecycle import (
    carry_out,
    send_open_pauses,
)
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval as make_approval
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.factories import request_row
from tests.campaigns.vendor import Vendor
from tests.workspaces import other_workspace

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


@pytest.fixture
def waits() -> list[float]:
    return []


def approved(campaign: Campaign, member: MemberOf, **fields: Any) -> Approval:
    now = timezone.now()
    by = {"by": member("operator"), "decided_by": member("approver"), "decided_at": now}
    return make_approval(campaign, state=ApprovalState.APPROVED, **{**by, **fields})


@pytest.mark.parametrize(
    ("state", "ago", "calls"),
    [(SENT, 5, 0), (SENT, 15, 1), (ASKED, 5, 1), (UNKNOWN, 5, 1)],
)
def test_a_pause_that_left_a_moment_ago_is_read_back_and_not_sent_again(
    campaign: Campaign, vendor: Vendor, waits: list[float], state: RequestState, ago: int, calls: int
) -> None:
    request = request_row(campaign, Wanted.PAUSE, state, sent_at=timezone.now() - timedelta(seconds=ago))
    vendor.status = PAUSED
    assert carry_out(request.pk, sleep=waits.append).state == CONFIRMED
    assert vendor.count("pause") == calls


@pytest.mark.parametrize(("seconds", "calls"), [(9.9, 0), (10, 1)])
def test_a_pause_that_left_ten_seconds_ago_is_sent_again(
    campaign: Campaign,
    vendor: Vendor,
    waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    calls: int,
) -> None:
    now = timezone.now()
    request = request_row(campaign, Wanted.PAUSE, SENT, sent_at=now - timedelta(seconds=seconds))
    monkeypatch.setattr("campaigns.sending.lifecycle.timezone.now", lambda: now)
    carry_out(request.pk, sleep=waits.append)
    assert vendor.count("pause") == calls


def test_a_pause_of_which_nobody_knows_when_it_left_is_sent(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    request = request_row(campaign, Wanted.PAUSE, SENT)
    carry_out(request.pk, sleep=waits.append)
    assert vendor.count("pause") == 1


def test_an_activation_that_left_a_moment_ago_is_sent_again(
    campaign: Campaign, vendor: Vendor, member: MemberOf, waits: list[float]
) -> None:
    """Only a pause may be in the hands of `send_open_pauses`."""
    approved(campaign, member)
    request = request_row(campaign, Wanted.ACTIVATE, SENT, sent_at=timezone.now())
    carry_out(request.pk, sleep=waits.append)
    assert vendor.count("activate") == 1


def test_every_pause_that_has_not_left_leaves_and_nothing_else(
    campaign: Campaign, vendor: Vendor, member: MemberOf
) -> None:
    others = [make_campaign(campaign.workspace, name) for name in ("a", "b", "c", "d")]
    first = request_row(campaign, Wanted.PAUSE)
    request_row(others[0], Wanted.ACTIVATE)
    request_row(others[1], Wanted.PAUSE, SENT)
    request_row(others[2], Wanted.PAUSE, lease_until=timezone.now() + timedelta(seconds=10))
    last = request_row(others[3], Wanted.PAUSE)

    assert send_open_pauses(campaign.workspace) == 2

    assert vendor.calls == [f"pause {campaign.remote_id}", f"pause {others[3].remote_id}"]
    for request in (first, last):
        request.refresh_from_db()
        assert (request.state, request.attempts, request.lease_until) == (SENT, 1, None)
    assert send_open_pauses(campaign.workspace) == 0


def test_where_no_pause_waits_one_query_says_so(
    campaign: Campaign, vendor: Vendor, django_assert_num_queries: Any
) -> None:
    request_row(campaign, Wanted.PAUSE, SENT)
    request_row(make_campaign(other_workspace()), Wanted.PAUSE)
    with django_assert_num_queries(1):
        assert send_open_pauses(campaign.workspace) == 0


def test_a_pause_that_somebody_else_has_sent_meanwhile_is_not_sent_again(campaign: Campaign, vendor: Vendor) -> None:
    other = make_campaign(campaign.workspace, "05B")
    request_row(campaign, Wanted.PAUSE)
    second = request_row(other, Wanted.PAUSE)
    vendor.during = {"pause": lambda: StatusRequest.objects.filter(pk=second.pk).update(state=SENT)}
    assert send_open_pauses(campaign.workspace) == 1
    assert vendor.count("pause") == 1
    second.refresh_from_db()
    assert second.lease_until is None
