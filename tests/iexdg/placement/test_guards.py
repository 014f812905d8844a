"""What keeps a placement test from sending: pauses that always get through, and no guess which test it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from iexdg.placement.models import PlacementTest
from iexdg.placement.verbs import pause_test, resume_test, start_test
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.iexdg.placement.conftest import BOX, NEW
from tests.iexdg.placement.test_carry_out import starts
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]


@pytest.fixture
def paused(sent_test: PlacementTest, member: Team, settle: Settle) -> PlacementTest:
    settle(pause_test(sent_test, by=member()))
    sent_test.refresh_from_db()
    return sent_test


def test_a_viewer_and_observe_mode_resume_nothing(paused: PlacementTest, member: Team) -> None:
    with pytest.raises(NotAllowedError):
        resume_test(paused, by=member("viewer"))
    Workspace.objects.update(mode=Mode.OBSERVE)
    paused.workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        resume_test(paused, by=member())
    assert ObjectChange.objects.filter(verb="resume").count() == 0


def test_a_pause_ends_an_open_resume(paused: PlacementTest, member: Team, settle: Settle) -> None:
    resume = resume_test(paused, by=member())
    pause = pause_test(paused, by=member("viewer"))
    assert (settle(resume).state, settle(pause).state) == ("refused", "confirmed")


def test_a_pause_is_sent_in_observe_mode_and_however_late(
    sent_test: PlacementTest, member: Team, settle: Settle
) -> None:
    change = pause_test(sent_test, by=member("viewer"))
    ObjectChange.objects.filter(pk=change.pk).update(asked_at=timezone.now() - timedelta(minutes=20))
    Workspace.objects.update(mode=Mode.OBSERVE)
    assert settle(change).state == "confirmed"
    sent_test.refresh_from_db()
    assert sent_test.status == 2


def test_where_two_tests_could_be_the_lost_one_neither_is_taken(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = start_test(office, NEW, by=member())
    control.faults(
        {"match": {"method": "POST", "path": "/inbox-placement-tests"}, "do": "status", "value": 500, "times": 1}
    )
    settle(change)
    fields = {"name": "Ours", "type": 1, "sending_method": 1, "email_subject": "S", "email_body": "B", "emails": [BOX]}
    for _ in range(2):
        client_for(office).placement.create(fields)
    assert (settle(change).state, change.remote_id) == ("unknown", "")
    assert starts(control) == 3
