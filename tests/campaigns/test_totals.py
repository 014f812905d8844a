"""What all campaigns have achieved, added up by the database."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import CampaignStatus
from campaigns.totals import Share, totals_of
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db
NOT_TRACKED = {"open_tracking": False, "link_tracking": False}


def test_everything_is_summed_in_one_query(workspace: Workspace, django_assert_num_queries: Any) -> None:
    for number in range(12):
        campaign(workspace, f"{number}", remote_id=f"{number}", sent=100, bounced=number, opportunities=1)
    with django_assert_num_queries(1):
        found = totals_of(workspace)
    assert (found.campaigns, found.bounced, found.opportunities) == (12, Share(66, 1200), 12)


def test_a_campaign_of_which_one_side_is_unknown_is_in_neither_sum(workspace: Workspace) -> None:
    for number, (bounced, sent) in enumerate([(10, 100), (None, 900), (5, None)]):
        campaign(workspace, f"{number}", remote_id=f"{number}", bounced=bounced, sent=sent)
    assert totals_of(workspace).bounced == Share(10, 100)


def test_opens_and_clicks_are_of_the_campaigns_that_may_track_them(workspace: Workspace) -> None:
    # Instantly may leave a flag out, or send null: neither is certainly off.
    for number, flags in enumerate([{}, {"open_tracking": None, "link_tracking": True}, NOT_TRACKED]):
        counted = {"contacted": 100, "opened": 10, "clicked": 5}
        campaign(workspace, f"{number}", remote_id=f"{number}", flags=flags, **counted)
    found = totals_of(workspace)
    assert (found.tracking_opens, found.tracking_clicks) == (2, 2)
    assert (found.opened, found.clicked) == (Share(20, 200), Share(10, 200))


def test_a_campaign_that_vanished_is_not_counted_and_an_unread_one_is_unknown(workspace: Workspace) -> None:
    now = timezone.now()
    campaign(workspace, "a", remote_id="a", remote_status=CampaignStatus.ACTIVE, opportunity_value=Decimal("12.50"))
    campaign(workspace, "b", remote_id="b", remote_status=CampaignStatus.ACTIVE, status_unknown_since=now)
    campaign(workspace, "c", remote_id="c", remote_status=CampaignStatus.ACTIVE, vanished_at=now)
    found = totals_of(workspace)
    assert (found.campaigns, found.sending, found.unknown) == (2, 1, 1)
    assert found.opportunity_value == Decimal("12.50")


def test_without_a_campaign_everything_is_unknown(workspace: Workspace) -> None:
    found = totals_of(workspace)
    assert (found.campaigns, found.read_at, found.opportunities) == (0, None, None)
    assert found.bounced == found.opened == Share(None, None)
