"""People are moved into a lead list: the gate of an import, no status to watch, no one lost and no one doubled."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import Campaign, StatusReading
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.changing.ask import delete_list
from leads.errors import CampaignRefusedError, ImportStateError, MoveError, PeopleChangeError
from leads.importing.stage import check_import
from leads.imports import verbs
from leads.imports.counts import counts_of
from leads.imports.moving import people_of_campaign, people_of_list, prepare_move, prepare_moves
from leads.lists.mirror import mirror_people, store_list
from leads.mirror import mirror_campaign_leads
from leads.models import Batch, Import, ImportState, Lead, LeadList, LeadStatus, ListedLead, LoadPolicy, Row
from leads.selection import LeadFilters
from tests.leads.imports.test_moving import _short, five, run, sandbox_options, source, target
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
__all__ = ["_short", "five", "sandbox_options", "source", "target"]
Prepare = Callable[..., Import]


@pytest.fixture
def autumn(control: SandboxControl, workspace: Workspace) -> LeadList:
    return store_list(workspace, client_for(workspace).lead_lists.create("Autumn fair"))


@pytest.fixture
def spring(control: SandboxControl, workspace: Workspace) -> LeadList:
    return store_list(workspace, client_for(workspace).lead_lists.create("Spring fair"))


def checked(imported: Import) -> Import:
    check_import(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.error) == (ImportState.MAPPED, "")
    return imported


@pytest.fixture
def prepared(five: list[str], source: Campaign, autumn: LeadList, member: Callable[..., Member]) -> Import:
    people = people_of_campaign(source, LeadFilters(words="mover"))
    return checked(prepare_move(people, into=autumn, by=member("operator")))


def in_list(lead_list: LeadList) -> list[str]:
    """The addresses that Instantly has in a list, each as often as it is there."""
    ListedLead.objects.filter(lead_list=lead_list).delete()
    mirror_people(lead_list)
    return sorted(ListedLead.objects.filter(lead_list=lead_list).values_list("email", flat=True))


def test_people_leave_their_campaign_and_are_in_the_list_with_receipts(
    prepared: Import, five: list[str], autumn: LeadList, source: Campaign, control: SandboxControl,
    member: Callable[..., Member], sandbox_clock: Any,
) -> None:  # fmt: skip
    imported = run(prepared, member("operator"), sandbox_clock)

    counts = counts_of(imported)
    assert (imported.state, counts.loaded, counts.reconciled, counts.adds_up) == ("done", 5, True, True)
    listed = dict(ListedLead.objects.filter(lead_list=autumn).values_list("email", "remote_id"))
    rows = Row.objects.filter(imported=imported, state="loaded", receipt__verdict="verified")
    assert listed == dict(rows.values_list("email", "remote_id"))
    assert in_list(autumn) == five
    assert not set(five) & set(control.leads_in(source.remote_id))
    assert not Lead.objects.filter(campaign=source, email__in=five, vanished_at__isnull=True).exists()
    # No one writes to a list, so no campaign's status was read for it, and the plan needs no room.
    assert not StatusReading.objects.filter(why__in=["tripwire", "settle"]).exists()
    assert [item["path"] for item in control.log() if item["path"].endswith("/leads/move")] == [
        "/api/v2/leads/move"
    ] * 3


@pytest.mark.parametrize("action", ["drop_before", "drop_after_commit"])
def test_a_lost_answer_loses_no_one_and_doubles_no_one(
    action: str, prepared: Import, five: list[str], autumn: LeadList, source: Campaign, control: SandboxControl,
    member: Callable[..., Member], sandbox_clock: Any,
) -> None:  # fmt: skip
    control.faults({"match": {"method": "POST", "path": "/leads/move"}, "do": action, "times": 1})

    imported = run(prepared, member("operator"), sandbox_clock)

    assert (counts_of(imported).loaded, counts_of(imported).reconciled) == (5, True)
    assert in_list(autumn) == five
    assert not set(five) & set(control.leads_in(source.remote_id))


def test_who_bounced_is_in_the_list_already_or_in_another_campaign_stays(
    five: list[str], source: Campaign, target: Campaign, autumn: LeadList, member: Callable[..., Member],
    sandbox_clock: Any,
) -> None:  # fmt: skip
    leads = client_for(source.workspace).leads
    leads.add_to_list(autumn.remote_id, [{"email": five[0]}])
    leads.add(target.remote_id, [{"email": five[1]}])
    sandbox_clock.advance(60)
    mirror_campaign_leads(target)
    Lead.objects.filter(campaign=source, email=five[2]).update(status=LeadStatus.BOUNCED)

    people = people_of_campaign(source, LeadFilters(words="mover"))
    imported = checked(prepare_move(people, into=autumn, by=member("operator")))

    reasons = dict(Row.objects.filter(imported=imported).values_list("email", "reason"))
    assert [reasons[email] for email in five] == ["in_list", "in_other_campaign", "bounced", "", ""]


def test_people_of_one_list_move_into_another(
    autumn: LeadList, spring: LeadList, control: SandboxControl, member: Callable[..., Member], sandbox_clock: Any
) -> None:
    guests = [f"guest{n}@fair.example.com" for n in range(3)]
    client_for(autumn.workspace).leads.add_to_list(autumn.remote_id, [{"email": email} for email in guests])
    sandbox_clock.advance(60)
    mirror_people(autumn)
    imported = checked(prepare_move(people_of_list(autumn), into=spring, by=member("operator")))

    imported = run(imported, member("operator"), sandbox_clock)

    assert (imported.state, counts_of(imported).loaded) == ("done", 3)
    assert (in_list(autumn), in_list(spring)) == ([], guests)


def test_nobody_is_moved_into_the_list_they_are_in_a_gone_one_or_another_workspaces(
    five: list[str], source: Campaign, autumn: LeadList, spring: LeadList, member: Callable[..., Member]
) -> None:
    by, now = member("admin"), timezone.now()
    ListedLead.objects.create(
        workspace=autumn.workspace, lead_list=autumn, remote_id="g", email="g@fair.example.com", synced_at=now
    )
    with pytest.raises(MoveError, match="They are in Autumn fair already"):
        prepare_move(people_of_list(autumn), into=autumn, by=by)
    with pytest.raises(MoveError, match="outside of this list"):
        prepare_moves([people_of_list(autumn)], into=autumn, by=by)
    elsewhere = LeadList.objects.create(workspace=other_workspace(), remote_id="e", name="Elsewhere", synced_at=now)
    with pytest.raises(MoveError, match="same workspace"):
        prepare_move(people_of_list(autumn), into=elsewhere, by=by)
    LeadList.objects.filter(pk=spring.pk).update(vanished_at=now)
    spring.refresh_from_db()
    with pytest.raises(CampaignRefusedError, match="no longer has the list Spring fair"):
        prepare_move(people_of_list(autumn), into=spring, by=by)
    with pytest.raises(NotAllowedError):
        prepare_move(people_of_campaign(source, LeadFilters(words="mover")), into=autumn, by=member("viewer"))
    assert not Import.objects.exists()


def test_the_table_takes_no_move_into_the_same_list_and_no_hold_for_a_list(
    prepared: Import, autumn: LeadList, member: Callable[..., Member]
) -> None:
    with pytest.raises(IntegrityError, match="import_moves_to_another_list"), transaction.atomic():
        Import.objects.update(source_campaign=None, source_list=autumn)
    with pytest.raises(IntegrityError, match="import_into_list_is_loaded_at_once"), transaction.atomic():
        Import.objects.update(policy=LoadPolicy.HOLD)
    with pytest.raises(ImportStateError, match="A list sends nothing"):
        verbs.start(prepared, by=member("operator"), hold=True)
    assert not Batch.objects.exists()


def test_a_list_into_which_people_are_moved_is_not_deleted(
    prepared: Import, autumn: LeadList, member: Callable[..., Member]
) -> None:
    verbs.start(prepared, by=member("operator"))
    with pytest.raises(PeopleChangeError, match="People are being put into this list"):
        delete_list(autumn, by=member("operator"))
