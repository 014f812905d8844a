from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from iexdg.incidents.models import Incident, IncidentState
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.workspaces import other_workspace

Web = Callable[..., Client]


@pytest.fixture
def incident(workspace: Workspace) -> Incident:
    return Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="It flipped", opened_at=timezone.now()
    )


def test_resolving_names_who_did_it_and_leaves_an_event(
    incident: Incident, web: Web, member: Callable[..., Member]
) -> None:
    answer = web("operator").post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "ApprovalScope at it"})
    incident.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/w/demo/")
    assert (incident.state, incident.resolved_by) == (IncidentState.RESOLVED, member("operator"))
    event = AuditEvent.objects.get()
    assert (event.action, event.note) == ("incident:flip:resolved", "ApprovalScope at it")


def test_the_second_one_is_notified_and_changes_nothing(incident: Incident, web: Web) -> None:
    web("operator").post(f"/w/demo/incidents/{incident.pk}/resolve/")
    first = Incident.objects.values().get()
    answer = web("admin").post(f"/w/demo/incidents/{incident.pk}/resolve/", follow=True)
    assert "Already resolved by Operator Person, " in answer.content.decode()
    assert Incident.objects.values().get() == first
    assert AuditEvent.objects.count() == 1


def test_an_incident_of_another_workspace_is_not_found(incident: Incident, web: Web) -> None:
    other = other_workspace("Other")
    Incident.objects.update(workspace=other)
    assert web("admin").post(f"/w/demo/incidents/{incident.pk}/resolve/").status_code == 404
    assert Incident.objects.get().state == IncidentState.OPEN


def test_resolving_can_be_undone_at_once(incident: Incident, web: Web) -> None:
    client = web("operator")
    html = client.post(f"/w/demo/incidents/{incident.pk}/resolve/", follow=True).content.decode()
    undo = f"/w/demo/incidents/{incident.pk}/reopen/"
    assert f'<form method="post" action="{undo}">' in html
    client.post(undo)
    incident.refresh_from_db()
    assert (incident.state, incident.resolved_by) == (IncidentState.OPEN, None)
