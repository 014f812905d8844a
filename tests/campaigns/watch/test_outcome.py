"""An incident that requested a pause records its outcome in the end, by any process."""

import pytest
from django.utils import timezone

from campaigns.incident_kinds import DRIFT
from campaigns.models import RequestState, StatusRequest
from campaigns.sending.lifecycle import request_pause
from campaigns.watch.outcome import PAUSING, pause_details, record_pause_outcomes
from iexdg.incidents.models import Incident
from iexdg.incidents.record import open_incident
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def pause_request(workspace: Workspace) -> StatusRequest:
    """A pause that was requested by a drift whose process crashed right after."""
    one = campaign(workspace, "05A")
    pause_request = request_pause(one, by=None, reason="changed after its approval")
    open_incident(
        workspace,
        DRIFT,
        dedupe_key="drift:1",
        summary="05A was changed",
        detail=f"daily cap: 20 → 90. {PAUSING}",
        details={"differences": []} | pause_details(pause_request),
    )
    return pause_request


def settle(pause_request: StatusRequest, state: RequestState, error: str = "") -> None:
    confirmed_at = timezone.now() if state == RequestState.CONFIRMED else None
    StatusRequest.objects.filter(pk=pause_request.pk).update(state=state, confirmed_at=confirmed_at, error=error)


def test_a_pause_that_is_still_open_leaves_the_text_unchanged(
    workspace: Workspace, pause_request: StatusRequest
) -> None:
    assert record_pause_outcomes(workspace) == 0
    assert Incident.objects.get().detail == "daily cap: 20 → 90. It is being paused."


def test_a_pause_that_was_read_back_is_recorded_once(workspace: Workspace, pause_request: StatusRequest) -> None:
    settle(pause_request, RequestState.CONFIRMED)

    assert (record_pause_outcomes(workspace), record_pause_outcomes(workspace)) == (1, 0)

    incident = Incident.objects.get()
    assert incident.detail == "daily cap: 20 → 90. It was paused, read back."
    assert incident.details == {
        "differences": [],
        "request": pause_request.pk,
        "finished": True,
        "confirmed": True,
    }
    assert AuditEvent.objects.filter(action="incident:drift:amended").count() == 1


def test_a_pause_that_was_refused_is_never_recorded_as_done(workspace: Workspace, pause_request: StatusRequest) -> None:
    settle(pause_request, RequestState.REFUSED, "Instantly still reads as: Sending.")

    record_pause_outcomes(workspace)

    incident = Incident.objects.get()
    assert incident.detail == ("daily cap: 20 → 90. Its pause was not confirmed. Instantly still reads as: Sending.")
    assert incident.details["confirmed"] is False
