"""Placement tests are started once, read back, and refused with their reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone

from iexdg.mailboxes.models import Mailbox
from iexdg.placement.errors import PlacementRefusedError
from iexdg.placement.mirror import mirror_tests
from iexdg.placement.models import PlacementTest
from iexdg.placement.verbs import delete_test, pause_test, resume_test, start_test
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.iexdg.placement.conftest import BOX, NEW
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]
WEEKLY = {"days": {"1": True, "2": False}, "timing": {"from": "09:00"}, "timezone": "America/Detroit"}


def starts(control: SandboxControl) -> int:
    return len([one for one in control.log(path="/inbox-placement-tests") if one["method"] == "POST"])


def test_a_test_is_started_read_back_and_listed(office: Workspace, member: Team, settle: Settle) -> None:
    change = settle(start_test(office, NEW, by=member()))
    row = PlacementTest.objects.get(workspace=office, name="Ours")
    assert (change.state, change.remote_id) == ("confirmed", row.remote_id)
    assert (row.status, row.kind, row.senders, row.seeds) == (1, 1, [BOX], 16)


def test_neither_addresses_nor_text_of_a_test_are_in_the_history(
    office: Workspace, member: Team, settle: Settle
) -> None:
    settle(start_test(office, NEW, by=member()))
    stored = str(list(AuditEvent.objects.values_list("summary", "after", "note")))
    assert "placement" in stored
    assert BOX not in stored
    assert "Hello" not in stored


def test_a_schedule_runs_by_its_days_and_can_be_paused_resumed_and_deleted(
    office: Workspace, member: Team, settle: Settle
) -> None:
    by = member()
    settle(start_test(office, replace(NEW, schedule=WEEKLY), by=by))
    row = PlacementTest.objects.get(workspace=office, name="Ours")
    assert (row.kind, row.schedule["timing"], row.next_run_at is not None) == (2, {"from": "09:00"}, True)
    assert settle(pause_test(row, by=member("viewer"))).state == "confirmed"
    row.refresh_from_db()
    assert row.status == 2
    assert settle(resume_test(row, by=by)).state == "confirmed"
    row.refresh_from_db()
    assert row.status == 1
    assert settle(delete_test(row, by=by)).state == "confirmed"
    row.refresh_from_db()
    assert row.vanished_at is not None


def test_a_lost_answer_is_found_by_reading_and_nothing_is_sent_twice(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    match = {"method": "POST", "path": "/inbox-placement-tests"}
    control.faults({"match": match, "do": "drop_after_commit", "times": 1})
    change = settle(start_test(office, NEW, by=member()))
    assert (change.state, change.remote_id != "", starts(control)) == ("confirmed", True, 1)


def test_what_never_arrived_stays_unknown_and_is_not_repeated(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    match = {"method": "POST", "path": "/inbox-placement-tests"}
    control.faults({"match": match, "do": "status", "value": 500, "times": 1})
    change = settle(start_test(office, NEW, by=member()))
    assert change.state == "unknown"
    assert (settle(change).state, starts(control)) == ("unknown", 1)


@pytest.mark.parametrize("also_named", ["exec@peers.example.com, another", "other senders"])
def test_an_older_test_of_the_same_name_is_not_taken_for_what_was_lost(
    also_named: str, office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = start_test(office, NEW, by=member())
    match = {"method": "POST", "path": "/inbox-placement-tests"}
    control.faults({"match": match, "do": "status", "value": 500, "times": 1})
    settle(change)
    fields = {"type": 1, "sending_method": 1, "email_subject": "S", "email_body": "B"}
    others = {"name": "Ours", "emails": ["dir@peers.example.com"]} if also_named == "other senders" else {
        "name": "Ours and more", "emails": [BOX]
    }  # fmt: skip
    client_for(office).placement.create(fields | others)
    assert settle(change).state == "unknown"


def test_who_may_not_and_observe_mode_start_nothing(office: Workspace, member: Team, sent_test: PlacementTest) -> None:
    with pytest.raises(NotAllowedError):
        start_test(office, NEW, by=member("viewer"))
    with pytest.raises(NotAllowedError):
        delete_test(sent_test, by=member("viewer"))
    Workspace.objects.filter(pk=office.pk).update(mode=Mode.OBSERVE)
    with pytest.raises(ObserveModeError):
        start_test(Workspace.objects.get(pk=office.pk), NEW, by=member())
    assert not ObjectChange.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"senders": ["who@elsewhere.example.com"]}, "not a mailbox of this workspace"),
        ({"senders": []}, "between 1 and 200"),
        ({"name": "sent"}, "Choose another name"),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_reason(
    changed: dict[str, object], words: str, office: Workspace, member: Team, sent_test: PlacementTest
) -> None:
    with pytest.raises(PlacementRefusedError, match=words):
        start_test(office, replace(NEW, **changed), by=member())  # type: ignore[arg-type]
    assert not ObjectChange.objects.exists()


def test_nothing_is_started_before_the_list_was_read(workspace: Workspace, member: Team) -> None:
    Mailbox.objects.create(workspace=workspace, email=BOX)
    with pytest.raises(PlacementRefusedError, match="not read yet"):
        start_test(workspace, NEW, by=member())


def test_only_a_paused_test_is_resumed(office: Workspace, member: Team, sent_test: PlacementTest) -> None:
    with pytest.raises(PlacementRefusedError, match="not paused"):
        resume_test(sent_test, by=member())


def test_a_test_that_someone_deletes_in_instantly_vanishes_here(office: Workspace, sent_test: PlacementTest) -> None:
    client_for(office).placement.delete(sent_test.remote_id)
    mirror_tests(office)
    sent_test.refresh_from_db()
    assert sent_test.vanished_at is not None
    assert sent_test.vanished_at <= timezone.now()
