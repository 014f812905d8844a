"""Verification by list: paid once, every verdict stored, the temporary list gone; also where answers are lost."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.by_list.run import finish_lists
from leads.errors import ImportStateError
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Import, LeadList, ListVerification, PeopleChange, Receipt, Row
from leads.tasks import change_people
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

ADD = {"method": "POST", "path": "/leads/add"}


@pytest.fixture(autouse=True)
def credits(control: SandboxControl, workspace: Workspace, settings: Any) -> None:
    control.settings(credits=10_000)
    Workspace.objects.filter(pk=workspace.pk).update(credits_left=10_000)
    settings.VERIFY_GIVE_UP_S = 60.0


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def begin(campaign: Campaign, member: Callable[..., Member]) -> Callable[..., Import]:
    """Start an import that verifies in lists and holds what is verified."""

    def started(emails: list[str], **options: Any) -> Import:
        imported = checked_import(campaign, emails)
        verbs.start(imported, by=member("operator"), hold=True, verify_by="list", **options)
        return imported

    return started


def due_again(seconds: int = 0) -> None:
    """Let the time pass until every list is due; with seconds, also for what was sent."""
    ListVerification.objects.update(next_at=timezone.now())
    if seconds:
        ago = timezone.now() - timedelta(seconds=seconds)
        ListVerification.objects.filter(sent_at__isnull=False).update(sent_at=ago)
        PeopleChange.objects.filter(sent_at__isnull=False).update(sent_at=ago)


def finished(control: SandboxControl, imported: Import) -> Import:
    """Process it to the end; the sandbox's clock jumps to where its verdicts are there."""
    for _ in range(40):
        due_again()
        drive.advance(imported.pk, slice_s=1.0)
        imported.refresh_from_db()
        if imported.state != "verifying":
            return imported
        control.advance(15)

    raise AssertionError("it never ended")


def charged(control: SandboxControl) -> Decimal:
    return 10_000 - Decimal(str(control.state()["credits"]))


def lists_at_instantly(workspace: Workspace) -> list[str]:
    return [str(one.name) for one in client_for(workspace).lead_lists.list() if "temporary" in str(one.name)]


def paid_requests(control: SandboxControl) -> int:
    return len([one for one in control.log(path="/leads/add") if one["status"] == 200])


def test_every_verdict_of_a_list_is_stored_and_the_list_is_deleted(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import]
) -> None:
    odd = ["invalid.a@firm.example.com", "catchall.b@firm.example.com", "risky.c@firm.example.com"]
    imported = finished(control, begin([*people(20), *odd]))

    assert counts_of(imported).rejected == {"invalid": 1, "catch_all": 1, "unknown_verdict": 1}
    assert (imported.state, counts_of(imported).ready) == ("verified", 20)
    assert set(Receipt.objects.values_list("path", "by_list__imported")) == {("list", imported.pk)}
    assert Receipt.objects.get(email=odd[2]).remote_verdict == "risky"
    assert counts_of(imported).credits_used == charged(control) == 23
    assert lists_at_instantly(workspace) == []
    assert LeadList.objects.get(name__contains="temporary").vanished_at is not None
    changes = PeopleChange.objects.order_by("pk").values_list("wanted", "state")
    assert list(changes) == [("create_list", "confirmed"), ("delete_list", "confirmed")]
    assert control.log(path="/email-verification") == []


def test_the_price_of_the_chosen_way_is_the_ceiling_and_is_refused_where_it_is_more_than_is_left(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import]
) -> None:
    assert begin(people(8)).credit_ceiling == 8
    Workspace.objects.update(credits_left=7)
    with pytest.raises(ImportStateError, match="costs 8"):
        begin(people(8, prefix="other"))
    assert Import.objects.filter(state="verifying").count() == 1


def test_an_address_that_stays_without_a_verdict_is_not_loaded_and_is_verified_one_by_one_when_a_person_says_so(
    control: SandboxControl, begin: Callable[..., Import], member: Callable[..., Member]
) -> None:
    imported = begin(["stuck.a@firm.example.com", *people(2)])
    for _ in range(8):
        due_again()
        drive.advance(imported.pk, slice_s=0.2)
        control.advance(15)
    # Those that have a verdict wait for no one.
    ListVerification.objects.update(added_at=timezone.now() - timedelta(minutes=30))
    finished(control, imported)
    assert (counts_of(imported).ready, counts_of(imported).rejected) == (2, {"pending": 1})
    assert Receipt.objects.get(verdict="pending").error == "No verdict in time."

    verbs.retry_pending(imported, by=member("operator"))
    imported.refresh_from_db()
    assert imported.verify_by == "address"


@pytest.mark.parametrize("do", ["drop_before", "drop_after_commit"])
def test_a_paid_request_whose_answer_is_lost_is_paid_once(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import], do: str
) -> None:
    imported = begin(people(6))
    control.faults({"match": ADD, "do": do, "times": 1})
    for _ in range(4):
        due_again()
        drive.advance(imported.pk, slice_s=0.2)
    # What did not arrive is not sent again while it may still be in flight.
    assert charged(control) == (0 if do == "drop_before" else 6)
    due_again(seconds=600)

    finished(control, imported)

    assert counts_of(imported).ready == 6
    assert counts_of(imported).credits_used == charged(control) == 6
    assert lists_at_instantly(workspace) == []


@pytest.mark.parametrize("do", ["drop_before", "drop_after_commit"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_list_whose_creation_or_deletion_was_lost_is_there_once_and_gone_in_the_end(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import], do: str, method: str
) -> None:
    imported = begin(people(3))
    control.faults({"match": {"method": method, "path": "/lead-lists"}, "do": do, "times": 1})
    for _ in range(3):
        due_again()
        drive.advance(imported.pk, slice_s=0.2)
        due_again(seconds=600)

    finished(control, imported)
    due_again(seconds=600)
    change_people(workspace.pk)
    change_people(workspace.pk)

    assert (counts_of(imported).ready, charged(control)) == (3, 3)
    assert lists_at_instantly(workspace) == []


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("killed_in", ["_note_added", "request_deletion", "carry_out_one", "record_list_verdict"])
def test_a_worker_that_is_killed_neither_pays_twice_nor_loses_a_verdict(
    control: SandboxControl,
    workspace: Workspace,
    begin: Callable[..., Import],
    monkeypatch: pytest.MonkeyPatch,
    killed_in: str,
) -> None:
    imported = begin([*people(5), "invalid.x@firm.example.com"])
    places = {"request_deletion": "plan.request_deletion", "record_list_verdict": "run.store.record_list_verdict"}
    where = f"leads.by_list.{places.get(killed_in, f'run.{killed_in}')}"

    def end(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, end)
        with pytest.raises(Killed):
            finished(control, imported)
    due_again(seconds=600)

    finished(control, imported)

    assert (counts_of(imported).ready, counts_of(imported).rejected) == (5, {"invalid": 1})
    assert (charged(control), paid_requests(control)) == (6, 1)
    change_people(workspace.pk)
    assert lists_at_instantly(workspace) == []


def test_a_step_that_runs_twice_at_once_is_taken_by_one_worker(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import]
) -> None:
    imported = begin(people(4))
    finished(control, imported)
    finish_lists(workspace)
    finish_lists(workspace)
    assert (charged(control), paid_requests(control)) == (4, 1)


def test_an_import_that_was_stopped_pays_nothing_more_and_what_was_paid_for_is_read_by_the_sweep(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import], member: Callable[..., Member]
) -> None:
    imported = begin(people(4))
    drive.advance(imported.pk, slice_s=0.5)
    assert charged(control) == 4
    verbs.stop(imported, by=member("operator"))
    control.advance(30)
    due_again()

    change_people(workspace.pk)

    assert set(Receipt.objects.values_list("verdict", flat=True)) == {"verified"}
    assert set(Row.objects.values_list("state", flat=True)) == {"verified"}
    assert lists_at_instantly(workspace) == []


def test_an_empty_list_of_a_stopped_import_is_given_back_and_resuming_makes_another_one(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import], member: Callable[..., Member]
) -> None:
    imported = begin(people(4))
    control.faults({"match": ADD, "do": "status", "value": 429, "times": 50})
    drive.advance(imported.pk, slice_s=0.3)
    verbs.stop(imported, by=member("operator"))
    due_again()
    change_people(workspace.pk)
    assert lists_at_instantly(workspace) == []
    assert ListVerification.objects.get().state == "planned"

    control.faults()
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"), accepted="")
    finished(control, imported)
    assert (counts_of(imported).ready, charged(control)) == (4, 4)


def test_too_few_credits_stop_the_import_and_nothing_is_paid(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import]
) -> None:
    control.settings(credits=2)
    imported = begin(people(4))
    drive.advance(imported.pk, slice_s=0.5)
    imported.refresh_from_db()
    assert (imported.state, "credits" in imported.stop_reason.lower()) == ("stopped", True)
    assert control.state()["credits"] == 2
    assert Receipt.objects.filter(sent_at__isnull=False).count() == 0


def test_a_list_that_someone_deletes_leaves_no_verdict_and_no_row_waiting(
    control: SandboxControl, workspace: Workspace, begin: Callable[..., Import]
) -> None:
    imported = begin(people(3))
    drive.advance(imported.pk, slice_s=0.5)
    client_for(workspace).lead_lists.delete(LeadList.objects.get().remote_id)
    finished(control, imported)
    assert counts_of(imported).rejected == {"pending": 3}


def test_addresses_that_another_import_planned_and_never_paid_for_are_verified_one_by_one(
    control: SandboxControl,
    workspace: Workspace,
    begin: Callable[..., Import],
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = begin(people(3))
    with monkeypatch.context() as patched:
        patched.setattr("leads.by_list.run._claimed", lambda _: None)
        drive.advance(first.pk, slice_s=0.2)
    verbs.stop(first, by=member("operator"))
    second = checked_import(synced_campaign(workspace, "05B"), people(3))
    verbs.start(second, by=member("operator"), hold=True)

    finished(control, second)

    assert counts_of(second).ready == 3
    assert paid_requests(control) == 0
