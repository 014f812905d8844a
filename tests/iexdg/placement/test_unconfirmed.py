"""A pause of a placement test that Instantly does not confirm has an incident, which closes itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.watch.waiting import UNCONFIRMED_AFTER
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.placement.models import PlacementStatus, PlacementTest
from iexdg.placement.tasks import report_unconfirmed_pauses
from iexdg.placement.verbs import pause_test, resume_test
from iexdg.team.models import Member
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]
KIND = "placement_pause_unconfirmed"
WORDS = "Pausing the placement test Sent is not confirmed: last read as Active"


def waiting(workspace: Workspace) -> list[tuple[str, str]]:
    """What is open after the task has run twice."""
    report_unconfirmed_pauses(workspace.pk)
    report_unconfirmed_pauses(workspace.pk)
    return list(Incident.objects.filter(state__in=UNRESOLVED).values_list("kind", "summary"))


def set_change(change: ObjectChange, **facts: Any) -> None:
    ObjectChange.objects.filter(pk=change.pk).update(**facts)


def test_a_pause_that_cannot_be_read_back_opens_one_and_its_confirmation_closes_it(
    office: Workspace, member: Team, settle: Settle, sent_test: PlacementTest, control: SandboxControl
) -> None:
    read = {"method": "GET", "path": f"/inbox-placement-tests/{sent_test.remote_id}"}
    change = pause_test(sent_test, by=member("viewer"))
    control.faults({"match": read, "do": "status", "value": 500, "times": 40})
    settle(change)
    assert change.state == "unknown"
    # It was only just requested.
    assert waiting(office) == []
    set_change(change, asked_at=timezone.now() - UNCONFIRMED_AFTER)
    assert waiting(office) == [(KIND, WORDS)]
    incident = Incident.objects.get(kind=KIND)
    assert incident.details == {"change": change.pk, "attempts": 1}
    assert incident.url == f"/w/{office.slug}/placement-tests/{sent_test.pk}/"
    assert incident.closes_itself

    # The sweep reads it back until Instantly can be read again.
    assert "confirmed" in (settle(change).state for _ in range(20))
    assert waiting(office) == []
    assert Incident.objects.get(kind=KIND).state == "resolved"


def test_a_pause_that_was_given_up_keeps_it_until_the_test_does_not_send(
    office: Workspace, member: Team, sent_test: PlacementTest
) -> None:
    now, change = timezone.now(), pause_test(sent_test, by=member("viewer"))
    row = PlacementTest.objects.filter(pk=sent_test.pk)
    set_change(change, state="refused", closed_at=now, error="It was not confirmed in 15 minutes.")
    assert waiting(office) == [(KIND, WORDS)]
    assert "no longer retried" in Incident.objects.get(kind=KIND).detail
    row.update(status=PlacementStatus.PAUSED)
    assert waiting(office) == []
    row.update(unknown_since=now)
    assert [kind for kind, _ in waiting(office)] == [KIND]
    # A test that is over stays over, also while it cannot be read.
    row.update(status=PlacementStatus.COMPLETED)
    assert waiting(office) == []


def test_a_newer_request_replaces_it_and_what_is_gone_cannot_send(
    office: Workspace, member: Team, sent_test: PlacementTest
) -> None:
    change, row = pause_test(sent_test, by=member("viewer")), PlacementTest.objects.filter(pk=sent_test.pk)
    set_change(change, state="refused", closed_at=timezone.now())
    assert [kind for kind, _ in waiting(office)] == [KIND]
    row.update(status=PlacementStatus.PAUSED, unknown_since=timezone.now())
    sent_test.refresh_from_db()
    resumed = resume_test(sent_test, by=member())
    assert waiting(office) == []
    ObjectChange.objects.filter(pk=resumed.pk).delete()
    assert [kind for kind, _ in waiting(office)] == [KIND]
    row.update(vanished_at=timezone.now())
    assert waiting(office) == []


def test_a_confirmed_pause_has_none(office: Workspace, member: Team, settle: Settle, sent_test: PlacementTest) -> None:
    change = settle(pause_test(sent_test, by=member("viewer")))
    set_change(change, asked_at=timezone.now() - timedelta(hours=1))
    assert (change.state, waiting(office)) == ("confirmed", [])
