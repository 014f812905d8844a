"""What waits for a person has one incident for as long as it waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    RequestState,
    StatusRequest,
    Subsequence,
)
from campaigns.sending.lifecycle import request_pause
from campaigns.sending.subsequence_pauses import pause_subsequence
from campaigns.tasks import expire_approvals
from campaigns.watch.waiting import UNCONFIRMED_AFTER, grace, sync_waiting_incidents
from iexdg.incidents.models import UNRESOLVED, Incident, IncidentState
from iexdg.incidents.standing import sync_standing_incidents
from iexdg.team.models import Member
from iexdg.ui.formatting import zoned_words
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval, campaign

pytestmark = pytest.mark.django_db


def waiting() -> list[tuple[str, str]]:
    """(kind, summary) of what is not resolved."""
    return list(Incident.objects.filter(state__in=UNRESOLVED).values_list("kind", "summary"))


def test_a_request_waits_until_someone_decides_and_is_reported_once(
    workspace: Workspace, member: Callable[..., Member]
) -> None:
    asked = approval(campaign(workspace), by=member("operator"))
    sync_waiting_incidents(workspace)
    sync_waiting_incidents(workspace)
    assert waiting() == [
        ("go_live_requested", "Go-live requested for 05A Executive-Peer by Operator Person"),
    ]
    Approval.objects.filter(pk=asked.pk).update(state=ApprovalState.REJECTED)
    sync_waiting_incidents(workspace)
    assert waiting() == []
    assert Incident.objects.get().state == IncidentState.RESOLVED


def test_a_request_that_expires_waits_no_longer(workspace: Workspace, member: Callable[..., Member]) -> None:
    approval(campaign(workspace), by=member("operator"), expires_at=timezone.now() + timedelta(hours=1))
    sync_waiting_incidents(workspace)
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_approvals()
    assert waiting() == []


def test_a_campaign_from_before_waits_for_adoption_until_it_stops_sending(workspace: Workspace) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, awaits_adoption_since=timezone.now())
    sync_waiting_incidents(workspace)
    assert waiting() == [("adoption", "05A Executive-Peer is sending without a live approval")]
    Campaign.objects.filter(pk=one.pk).update(remote_status=CampaignStatus.PAUSED)
    sync_waiting_incidents(workspace)
    assert waiting() == []


def test_a_status_is_called_unreadable_only_after_the_grace(workspace: Workspace) -> None:
    now = timezone.now()
    one = campaign(workspace, status_unknown_since=now)
    sync_waiting_incidents(workspace)
    assert waiting() == []
    since = now - grace()
    Campaign.objects.filter(pk=one.pk).update(status_unknown_since=since)
    sync_waiting_incidents(workspace)
    words = f"The status of 05A Executive-Peer is unknown since {zoned_words(since, now=now)}"
    assert waiting() == [("unreadable", words)]


def test_where_nothing_can_be_read_the_watchers_are_the_one_cause(workspace: Workspace) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    campaign(workspace, status_unknown_since=long_ago)
    Workspace.objects.filter(pk=workspace.pk).update(unknown_since=long_ago)
    sync_waiting_incidents(workspace)
    assert waiting() == []


def test_a_note_does_not_close_what_only_a_decision_ends(
    workspace: Workspace, member: Callable[..., Member], web: Callable[..., Client]
) -> None:
    approval(campaign(workspace), by=member("operator"))
    sync_waiting_incidents(workspace)
    incident = Incident.objects.get()
    client = web("approver")
    assert "closes automatically" in client.get(f"/w/demo/incidents/{incident.pk}/").content.decode()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "seen"})
    incident.refresh_from_db()
    assert (incident.state, incident.resolved_at) == (IncidentState.OPEN, None)


def test_only_what_closes_by_itself_can_be_standing(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="close by themselves"):
        sync_standing_incidents(workspace, [FLIP], [])


def test_a_refused_pause_has_an_incident_until_it_stops_sending_or_someone_adopts_it(
    workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE)
    request = request_pause(one, by=member("viewer"))
    StatusRequest.objects.filter(pk=request.pk).update(state=RequestState.REFUSED, last_read_status=1)

    def kinds() -> list[str]:
        sync_waiting_incidents(workspace)
        return [kind for kind, _ in waiting()]

    assert kinds() == ["pause_unconfirmed"]
    Campaign.objects.update(remote_status=CampaignStatus.PAUSED)
    assert kinds() == []
    Campaign.objects.update(remote_status=CampaignStatus.ACTIVE)
    assert kinds() == ["pause_unconfirmed"]
    approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))
    assert kinds() == []


def test_an_unconfirmed_pause_of_a_subsequence_has_an_incident_of_its_own(
    workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.PAUSED)
    row = Subsequence.objects.create(
        workspace=workspace, campaign=one, remote_id="s-1", name="A week later", remote_status=CampaignStatus.ACTIVE
    )
    change = pause_subsequence(row, by=member("viewer"))

    def incidents() -> list[tuple[str, str]]:
        sync_waiting_incidents(workspace)
        return waiting()

    def close(**facts: Any) -> None:
        ObjectChange.objects.filter(pk=change.pk).update(**facts)

    kind, now = "subsequence_pause_unconfirmed", timezone.now()
    words = "Pausing the subsequence A week later is not confirmed: last read as Sending"
    # It was only just requested.
    assert incidents() == []
    close(asked_at=now - UNCONFIRMED_AFTER)
    assert incidents() == [(kind, words)]
    assert Incident.objects.get(kind=kind).details == {"change": change.pk, "attempts": 0}
    # Given up after 15 minutes: the incident stays until it does not send.
    close(state="refused", closed_at=now, error="It was not confirmed in 15 minutes.")
    assert incidents() == [(kind, words)]
    Subsequence.objects.update(remote_status=CampaignStatus.PAUSED)
    assert incidents() == []
    Subsequence.objects.update(unknown_since=now)
    assert [found for found, _ in incidents()] == [kind]
    # Someone decides that it sends.
    decided = approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))
    Approval.objects.filter(pk=decided.pk).update(decided_at=now - timedelta(seconds=1))
    assert [found for found, _ in incidents()] == [kind]
    Approval.objects.filter(pk=decided.pk).update(decided_at=now + timedelta(seconds=1))
    assert [found for found, _ in incidents() if found == kind] == []
    Approval.objects.filter(pk=decided.pk).delete()
    assert [found for found, _ in incidents()] == [kind]
    # A newer request replaces the old one; and what Instantly no longer lists cannot send.
    newer = pause_subsequence(row, by=member("viewer"))
    assert incidents() == []
    ObjectChange.objects.filter(pk=newer.pk).delete()
    Subsequence.objects.update(vanished_at=now)
    assert incidents() == []


def test_a_confirmed_pause_of_a_subsequence_has_none(workspace: Workspace, member: Callable[..., Member]) -> None:
    row = Subsequence.objects.create(workspace=workspace, remote_id="s-1", name="A week later", remote_status=None)
    change = pause_subsequence(row, by=member("viewer"))
    ObjectChange.objects.filter(pk=change.pk).update(
        state="confirmed", asked_at=timezone.now() - timedelta(hours=1), closed_at=timezone.now()
    )
    sync_waiting_incidents(workspace)
    assert waiting() == []
