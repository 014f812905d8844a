"""Parts of a comparison that are kept until the inbox or the leads change."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Campaign
from iexdg.analytics.kept import KeptParts
from iexdg.inbox.models import InboxReading, Kind, Message, Thread
from iexdg.inbox.person_page import erase
from iexdg.workspaces.models import Workspace
from leads.models import KeptResult, Lead
from tests.campaigns.factories import campaign as make_campaign

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    return make_campaign(workspace, "05A")


def reply(campaign: Campaign, lead: str) -> None:
    thread = Thread.objects.create(
        workspace=campaign.workspace, remote_id=lead, campaign=campaign, lead=lead, received_at=AT
    )
    Message.objects.create(thread=thread, remote_id="r", kind=Kind.RECEIVED, at=AT, read_at=AT, is_automatic=False)


def read_inbox(workspace: Workspace, at: datetime = AT) -> None:
    InboxReading.objects.update_or_create(workspace=workspace, defaults={"changed_at": at})


def hours(campaign: Campaign) -> dict[tuple[int, int], int]:
    return KeptParts(campaign.workspace, [campaign.pk]).replies_by_hour(None, UTC)


def unplaced(campaign: Campaign) -> int:
    return KeptParts(campaign.workspace, [campaign.pk]).repliers().unplaced


def test_replies_are_counted_again_once_the_inbox_has_changed(one: Campaign) -> None:
    reply(one, "a@example.com")
    read_inbox(one.workspace)
    assert (hours(one), unplaced(one)) == ({(2, 14): 1}, 1)

    reply(one, "b@example.com")
    assert (hours(one), unplaced(one)) == ({(2, 14): 1}, 1)

    read_inbox(one.workspace, AT + timedelta(seconds=1))
    assert (hours(one), unplaced(one)) == ({(2, 14): 2}, 2)


def test_nothing_is_kept_of_an_inbox_that_was_never_read(one: Campaign) -> None:
    reply(one, "a@example.com")
    assert hours(one) == {(2, 14): 1}
    reply(one, "b@example.com")
    assert (hours(one), unplaced(one)) == ({(2, 14): 2}, 2)
    assert not KeptResult.objects.exists()


def test_what_was_kept_of_other_campaigns_is_not_shown(one: Campaign, workspace: Workspace) -> None:
    reply(one, "a@example.com")
    read_inbox(workspace)
    assert hours(one) == {(2, 14): 1}
    assert hours(make_campaign(workspace, "05B")) == {}
    assert hours(one) == {(2, 14): 1}


def test_the_replies_of_a_person_who_is_erased_are_counted_no_more(one: Campaign, workspace: Workspace) -> None:
    reply(one, "a@example.com")
    read_inbox(workspace)
    assert unplaced(one) == 1
    erase(workspace, "a@example.com")
    assert (hours(one), unplaced(one)) == ({}, 0)


def test_who_is_lost_is_counted_again_once_a_lead_has_changed(one: Campaign) -> None:
    kept = KeptResult.objects.filter(what="lost by file")
    assert KeptParts(one.workspace, [one.pk]).import_counts() == []
    first = kept.get().key
    assert KeptParts(one.workspace, [one.pk]).import_counts() == []
    assert kept.get().key == first
    Lead.objects.create(
        workspace=one.workspace, campaign=one, remote_id="l", email="a@example.com", status=-1, synced_at=AT
    )
    KeptParts(one.workspace, [one.pk]).import_counts()
    assert kept.get().key != first
