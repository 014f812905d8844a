"""Finding campaigns by name or remote id, and which readings are changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.errors import UnknownCampaignError
from campaigns.models import StatusReading
from campaigns.queries import campaign_named, campaigns_of, last_day, readings_that_changed
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db


def test_a_campaign_is_found_by_name_or_remote_id(workspace: Workspace) -> None:
    one = campaign(workspace, "05A Executive-Peer", remote_id="abc")
    assert campaign_named(workspace, " 05a executive-peer ") == one
    assert campaign_named(workspace, "abc") == one


def test_an_unknown_name_shows_the_next_step(workspace: Workspace) -> None:
    with pytest.raises(UnknownCampaignError, match=r"No campaign is called '05Z'\. Run `manage.py sync`"):
        campaign_named(workspace, "05Z")


def test_a_name_that_two_carry_is_not_guessed(workspace: Workspace) -> None:
    for remote_id in ("a", "b"):
        campaign(workspace, "Twin", remote_id=remote_id)
    with pytest.raises(UnknownCampaignError, match="Use the remote id instead"):
        campaign_named(workspace, "Twin")
    assert campaign_named(workspace, "b").remote_id == "b"


def test_another_workspace_is_out_of_reach(workspace: Workspace) -> None:
    other = other_workspace("Other")
    campaign(other, "05A")
    with pytest.raises(UnknownCampaignError):
        campaign_named(workspace, "05A")


def test_vanished_campaigns_come_last(workspace: Workspace) -> None:
    campaign(workspace, "A gone", vanished_at=timezone.now())
    campaign(workspace, "B here")
    assert [one.name for one in campaigns_of(workspace)] == ["B here", "A gone"]


def test_the_newest_day_may_be_ahead_of_our_clock() -> None:
    today = timezone.now().date()
    assert last_day([]) == today
    assert last_day([today - timedelta(days=3)]) == today
    assert last_day([date(2099, 1, 1)]) == date(2099, 1, 1)


def test_only_readings_that_differ_are_changes(workspace: Workspace) -> None:
    one = campaign(workspace)
    for status in (2, 2, 1, 1, None, None, 2):
        StatusReading.objects.create(campaign=one, at=timezone.now(), status=status, why="scan")
    assert [reading.status for reading in readings_that_changed(one)] == [2, None, 1, 2]


def test_a_first_reading_that_failed_is_a_change_too(workspace: Workspace) -> None:
    one = campaign(workspace)
    for status in (None, None, 2):
        StatusReading.objects.create(campaign=one, at=timezone.now(), status=status, why="scan")
    assert [reading.status for reading in readings_that_changed(one)] == [2, None]


def test_readings_before_those_looked_at_are_only_compared_with(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    one = campaign(workspace)
    for status in (1, 2, 2, 2):
        StatusReading.objects.create(campaign=one, at=timezone.now(), status=status, why="scan")
    with django_assert_num_queries(1):
        assert [reading.status for reading in readings_that_changed(one, look_back=3)] == [2]
    assert readings_that_changed(one, look_back=2) == []
    assert [reading.status for reading in readings_that_changed(one, most=1)] == [2]
