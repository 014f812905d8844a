"""A file is imported into a lead list: verified, accounted for, and no one twice; no one writes to a list."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import StatusReading
from iexdg.team.audit.models import AuditEvent
from iexdg.team.audit.queries import Filters, Scope, events
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.changing.ask import delete_list
from leads.errors import CampaignRefusedError, ImportStateError, PeopleChangeError
from leads.importing.stage import check_import
from leads.importing.upload import choose_columns, store_upload
from leads.imports import drive
from leads.imports.counts import counts_of
from leads.imports.start_rules import why_not_start
from leads.imports.verbs import start
from leads.lists.mirror import mirror_people, store_list
from leads.loading.canary import CanaryPlan
from leads.models import Batch, Import, Lead, LeadList, ListedLead, ListVerification, LoadPolicy, Receipt, Row, RowState
from tests.leads.factories import people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
ADD = {"method": "POST", "path": "/leads/add"}


@pytest.fixture(autouse=True)
def ready(control: SandboxControl, settings: Any, workspace: Workspace) -> None:
    settings.VERIFY_POLL_S = 0.05
    synced_campaign(workspace, "05A")


@pytest.fixture
def autumn(workspace: Workspace) -> LeadList:
    return store_list(workspace, client_for(workspace).lead_lists.create("Autumn fair"))


Checked = Callable[..., Import]


@pytest.fixture
def into_list(autumn: LeadList, member: Callable[..., Member]) -> Checked:
    """into_list(["ada@example.com"]) is a checked import of these addresses into the list."""

    def check(emails: list[str], **options: Any) -> Import:
        content = "Email,First name\n" + "".join(f"{email},Sam\n" for email in emails)
        imported = store_upload(
            ContentFile(content.encode(), name="fair.csv"), lead_list=autumn, by=member("operator"), **options
        )
        choose_columns(imported, imported.mapping, by=member("operator"), remember=True)
        check_import(imported.pk)
        imported.refresh_from_db()
        assert (imported.state, imported.error) == ("mapped", "")
        return imported

    return check


@pytest.fixture
def run(control: SandboxControl, member: Callable[..., Member]) -> Callable[[Import], Import]:
    """Start an import and see it through; Instantly's lists lag, so its clock runs while we wait."""

    def seen_through(imported: Import, **options: Any) -> Import:
        start(imported, by=member("operator"), **options)
        drive.run_until_settled(imported.pk, sleep=lambda _: control.advance(60))
        drive.advance(imported.pk)
        imported.refresh_from_db()
        control.advance(60)
        return imported

    return seen_through


def there(autumn: LeadList) -> list[str]:
    """The addresses that Instantly has in the list."""
    ListedLead.objects.all().delete()
    mirror_people(autumn)
    return sorted(ListedLead.objects.filter(lead_list=autumn).values_list("email", flat=True))


def test_only_the_valid_ones_go_into_the_list_and_every_line_is_accounted_for(
    control: SandboxControl, autumn: LeadList, into_list: Checked, run: Callable[[Import], Import]
) -> None:
    emails = people(12)
    imported = run(into_list([*emails, "invalid.one@firm.example.com", "catchall.two@firm.example.com", "nobody"]))
    counts = counts_of(imported)
    assert (imported.state, counts.loaded, counts.reconciled, counts.adds_up) == ("done", 12, True, True)
    assert counts.rejected == {"invalid": 1, "catch_all": 1}
    assert counts.skipped == {"bad_email": 1}
    assert [(one.size, one.is_canary, one.state, one.adds_up) for one in imported.batches.all()] == [
        (1, True, "reconciled", True), (11, False, "reconciled", True)
    ]  # fmt: skip
    # Known here at once, with Instantly's ids, and in no campaign.
    listed = dict(ListedLead.objects.filter(lead_list=autumn).values_list("email", "remote_id"))
    rows = Row.objects.filter(imported=imported, state=RowState.LOADED)
    assert listed == dict(rows.values_list("email", "remote_id"))
    assert not Lead.objects.filter(email__in=emails).exists()
    assert there(autumn) == sorted(emails)
    # No one writes to a list, so no campaign's status was read for it.
    assert not StatusReading.objects.filter(why__in=["tripwire", "settle"]).exists()
    assert (str(imported.into), imported.as_subject.ref, imported.as_subject.page) == ("Autumn fair", None, "import")


def test_no_one_is_put_into_a_list_twice_and_nothing_is_paid_twice(
    control: SandboxControl, autumn: LeadList, into_list: Checked, run: Callable[[Import], Import]
) -> None:
    run(into_list(people(3)))
    charged = control.charged()
    second = into_list(people(4))
    assert counts_of(second).skipped == {"in_list": 3}
    assert Row.objects.filter(imported=second, reason="in_list").first().reason_detail == "Autumn fair"
    run(second)
    assert there(autumn) == sorted(people(4))
    assert set(control.charged()) - set(charged) == {people(4)[3]}


def test_someone_in_a_campaign_is_not_put_into_a_list(
    control: SandboxControl, workspace: Workspace, into_list: Checked
) -> None:
    campaign = synced_campaign(workspace, "05A")
    client_for(workspace).leads.add(campaign.remote_id, [{"email": "ada@firm.example.com"}])
    control.advance(60)
    imported = into_list(["ada@firm.example.com", "ben@firm.example.com"])
    assert counts_of(imported).skipped == {"in_other_campaign": 1}


def test_two_imports_at_once_do_not_take_the_same_person(
    into_list: Checked, member: Callable[..., Member], control: SandboxControl
) -> None:
    first = into_list(people(2))
    start(first, by=member("operator"))
    Row.objects.filter(imported=first).update(state=RowState.VERIFIED, receipt=_receipt(first))
    second = into_list(people(3))
    assert counts_of(second).skipped == {"in_other_import": 2}
    assert Row.objects.filter(imported=second, state="skipped").first().reason_detail == (
        f"import {first.pk} into Autumn fair"
    )


def _receipt(imported: Import) -> Receipt:
    now = timezone.now()
    return Receipt.objects.create(
        workspace_id=imported.workspace_id, email="x@example.com", verdict="verified", asked_at=now, answered_at=now
    )


@pytest.mark.parametrize("do", ["drop_before", "drop_after_commit"])
def test_a_lost_answer_is_read_back_and_no_one_is_there_twice(
    do: str, control: SandboxControl, autumn: LeadList, into_list: Checked, member: Callable[..., Member],
    run: Callable[[Import], Import], settings: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("leads.loading.batches.RECONCILE_AFTER", timedelta(0))
    monkeypatch.setattr("leads.loading.reconcile.RECONCILE_AFTER", timedelta(0))
    control.faults({"match": ADD, "do": do, "times": 1})
    imported = run(into_list(people(4)))
    counts = counts_of(imported)
    assert (imported.state, counts.loaded, counts.unknown, counts.reconciled) == ("done", 4, 0, True)
    assert there(autumn) == sorted(people(4))


def test_a_list_has_nothing_to_hold_for(into_list: Checked, member: Callable[..., Member]) -> None:
    imported = into_list(people(2))
    for choice in ({"hold": True}, {"canary": CanaryPlan(1, 0, 1, False)}):
        with pytest.raises(ImportStateError, match="A list sends nothing, so there is nothing to hold for"):
            start(imported, by=member("operator"), **choice)
    assert not Receipt.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.update(policy=LoadPolicy.HOLD)


def test_a_list_needs_no_room_in_the_plan(
    workspace: Workspace, into_list: Checked, run: Callable[[Import], Import]
) -> None:
    Workspace.objects.update(plan_room=1)
    assert counts_of(run(into_list(people(3)))).loaded == 3


def test_an_import_goes_to_one_place(into_list: Checked, workspace: Workspace) -> None:
    imported = into_list(people(1))
    with pytest.raises(ValueError, match="goes into a list, which has no campaign"):
        imported.to_campaign  # noqa: B018
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.update(campaign=synced_campaign(workspace, "05A"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.update(lead_list=None)
    with pytest.raises(ValueError, match="a file goes into a campaign or into a list"):
        store_upload(ContentFile(b"email\nada@example.com\n", name="x.csv"), by=None)


def test_nothing_goes_into_a_list_that_is_gone_or_temporary(
    autumn: LeadList, into_list: Checked, member: Callable[..., Member]
) -> None:
    imported = into_list(people(1))
    LeadList.objects.filter(pk=autumn.pk).update(vanished_at=timezone.now())
    imported = Import.objects.get(pk=imported.pk)
    words = "Instantly no longer has the list Autumn fair, so nobody can be put into it. Choose another list."
    assert why_not_start(imported, counts_of(imported)) == words
    autumn.refresh_from_db()
    with pytest.raises(CampaignRefusedError, match="no longer has the list"):
        into_list(people(1))
    LeadList.objects.filter(pk=autumn.pk).update(vanished_at=None)
    autumn.refresh_from_db()
    ListVerification.objects.create(
        workspace=autumn.workspace, imported=imported, name="t", lead_list=autumn, planned_at=timezone.now(),
        next_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(CampaignRefusedError, match="temporary list of a verification"):
        into_list(people(1))


def test_a_list_that_goes_while_it_is_loaded_stops_the_import(
    autumn: LeadList, into_list: Checked, member: Callable[..., Member]
) -> None:
    imported = into_list(people(3))
    start(imported, by=member("operator"))
    LeadList.objects.filter(pk=autumn.pk).update(vanished_at=timezone.now())
    drive.run_until_settled(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.stop_reason[:35]) == ("stopped", "Instantly no longer has the list Au")
    assert not Batch.objects.exists()


def test_a_list_into_which_a_file_is_imported_is_not_deleted(
    autumn: LeadList, into_list: Checked, member: Callable[..., Member]
) -> None:
    imported = into_list(people(1))
    start(imported, by=member("operator"))
    with pytest.raises(PeopleChangeError, match="People are being put into this list"):
        delete_list(autumn, by=member("operator"))


def test_the_history_of_the_workspace_has_what_was_imported_into_a_list(
    into_list: Checked, workspace: Workspace, member: Callable[..., Member]
) -> None:
    imported = into_list(people(2))
    start(imported, by=member("operator"))

    def found(pk: int) -> list[str]:
        return [event.subject for event in events(Filters(), Scope(pk, sees_team=False))]

    subject = f"import:{imported.pk}"
    assert found(workspace.pk).count(subject) == AuditEvent.objects.filter(subject=subject).count() > 0
    assert subject not in found(workspace.pk + 1)
