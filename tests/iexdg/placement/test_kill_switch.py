"""The kill switch reaches placement tests: none is started or resumed, and every one that can send is paused."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from campaigns.watch.stopping import continue_stopping, stop_all
from iexdg.placement.models import PlacementStatus, PlacementTest
from iexdg.placement.tasks import watch_tests
from iexdg.placement.verbs import pause_test, placement_tests_that_can_send, resume_test, start_test
from iexdg.team.models import Member
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspace_objects.sending import open_pauses
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import KillSwitchError
from iexdg.workspaces.killswitch import turn_on
from iexdg.workspaces.models import Workspace
from tests.iexdg.placement.conftest import NEW
from tests.iexdg.placement.test_carry_out import starts
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]
Web = Callable[..., Client]


def page_of(office: Workspace, web: Web) -> str:
    return web("viewer").get(f"/w/{office.slug}/stop/").content.decode()


def test_the_kill_switch_refuses_to_start_and_to_resume(
    office: Workspace, member: Team, settle: Settle, sent_test: PlacementTest
) -> None:
    settle(pause_test(sent_test, by=member()))
    sent_test.refresh_from_db()
    turn_on(office, by=member(), reason="drill")
    changes = ObjectChange.objects.count()
    for ask in (lambda: start_test(office, NEW, by=member()), lambda: resume_test(sent_test, by=member())):
        with pytest.raises(KillSwitchError):
            ask()
    assert ObjectChange.objects.count() == changes


def test_a_request_from_before_the_kill_switch_is_not_sent(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = start_test(office, NEW, by=member())
    turn_on(office, by=member(), reason="drill")
    assert (settle(change).state, starts(control)) == ("refused", 0)


def test_the_kill_switch_pauses_what_is_active(
    office: Workspace, member: Team, settle: Settle, sent_test: PlacementTest
) -> None:
    stop_all(office, by=member("viewer"), reason="drill")
    names = [settle(change).name for change in open_pauses(office).filter(kind="placement")]
    sent_test.refresh_from_db()
    assert "Sent" in names
    assert sent_test.status == 2
    assert PlacementTest.objects.filter(workspace=office, status=1, vanished_at__isnull=True).count() == 0
    office.refresh_from_db()
    continue_stopping(office)
    assert not open_pauses(office).filter(kind="placement").exists()


def stopped_by_command(by: Member) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("pause", "--all", "--reason", "drill", "--as", by.email, "--json", stdout=out)
    except CommandError as failure:
        return failure.returncode, json.loads(out.getvalue())["placement_tests_unconfirmed"]
    return 0, json.loads(out.getvalue())["placement_tests_unconfirmed"]


def test_the_command_that_stops_everything_pauses_them_itself(
    office: Workspace, member: Team, sent_test: PlacementTest
) -> None:
    assert stopped_by_command(member("viewer")) == (0, [])
    assert client_for(office).placement.get(sent_test.remote_id).status == PlacementStatus.PAUSED


def test_the_command_says_which_are_not_confirmed(
    office: Workspace, member: Team, sent_test: PlacementTest, control: SandboxControl
) -> None:
    read = {"path": f"/inbox-placement-tests/{sent_test.remote_id}"}
    control.faults({"match": read, "do": "status", "value": 500, "times": 100})
    assert stopped_by_command(member("viewer")) == (1, ["Sent"])


def test_the_stop_page_names_what_it_would_pause_and_then_its_progress(
    office: Workspace, member: Team, settle: Settle, sent_test: PlacementTest, web: Web
) -> None:
    assert "the placement test <b>Sent</b>" in page_of(office, web)
    web("viewer").post(f"/w/{office.slug}/stop/", {"word": "STOP", "reason": "drill"})
    assert "Sent (placement test)" in page_of(office, web)
    for change in open_pauses(office):
        settle(change)
    page = page_of(office, web)
    assert f'/placement-tests/{sent_test.pk}/">Sent (placement test)</a>' in page


@pytest.mark.parametrize(
    ("status", "is_unread", "is_resuming", "can_send"),
    [
        (1, False, False, True),
        (2, False, False, False),
        (3, False, False, False),
        (None, False, False, True),
        (9, False, False, True),
        (2, True, False, True),
        (3, True, False, False),
        (2, False, True, True),
    ],
)
def test_what_is_not_known_to_be_still_can_send(
    office: Workspace,
    member: Team,
    sent_test: PlacementTest,
    status: int | None,
    is_unread: bool,
    is_resuming: bool,
    can_send: bool,
) -> None:
    this = PlacementTest.objects.filter(pk=sent_test.pk)
    this.update(status=2)
    sent_test.refresh_from_db()
    if is_resuming:
        resume_test(sent_test, by=member())
    this.update(status=status, unknown_since=timezone.now() if is_unread else None)
    assert placement_tests_that_can_send(office).filter(pk=sent_test.pk).exists() == can_send


def test_the_watch_requests_those_pauses(office: Workspace, member: Team, sent_test: PlacementTest) -> None:
    turn_on(office, by=member(), reason="drill")
    watch_tests(office.pk)
    assert ObjectChange.objects.filter(verb="pause", remote_id=sent_test.remote_id, by=None).exists()
