"""What keeps a change of lists and people from being requested, sent or repeated where it must not be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Mode, Workspace
from leads.changing.ask import change_variables, create_list, delete_list, remove_people, rename_list, stop_group
from leads.changing.carry_out import MOST_ATTEMPTS, carry_out
from leads.errors import PeopleChangeError
from leads.lists.mirror import mirror_lists
from leads.models import Import, Lead, LeadList, ListedLead, PeopleChange
from tests.campaigns.factories import campaign as plain_campaign
from tests.leads.changing.test_carry_out import filled, lead, long_ago, names, operator, outcome
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
__all__ = ["filled", "lead", "operator"]


def deletions(control: SandboxControl) -> int:
    return len([one for one in control.log(path="/leads/") if one["method"] == "DELETE"])


def test_a_viewer_stops_no_removal(
    lead: Lead, workspace: Workspace, operator: Member, member: Callable[..., Member]
) -> None:
    group, _ = remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)
    with pytest.raises(NotAllowedError):
        stop_group(workspace, group, by=member("viewer"))
    assert PeopleChange.objects.get().state == "asked"


def test_observe_mode_sends_nothing_that_was_requested_before(
    lead: Lead, workspace: Workspace, operator: Member, control: SandboxControl
) -> None:
    remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)
    Workspace.objects.update(mode=Mode.OBSERVE)
    assert carry_out(workspace) is False
    assert (PeopleChange.objects.get().state, deletions(control)) == ("asked", 0)


def test_who_is_being_removed_is_not_removed_again(lead: Lead, workspace: Workspace, operator: Member) -> None:
    remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)
    with pytest.raises(PeopleChangeError, match="being removed already"):
        remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)
    assert PeopleChange.objects.count() == 1


def test_a_name_is_given_to_one_list(filled: LeadList, workspace: Workspace, operator: Member) -> None:
    create_list(workspace, "Autumn fair", by=operator)
    for name, words in (("Autumn  fair", "is being created"), ("Spring fair", "There is a list named")):
        with pytest.raises(PeopleChangeError, match=words):
            create_list(workspace, name, by=operator)
    other = LeadList.objects.create(workspace=workspace, remote_id="other", name="Other", synced_at=filled.synced_at)
    with pytest.raises(PeopleChangeError, match="There is a list named"):
        rename_list(other, "Spring fair", by=operator)
    assert PeopleChange.objects.count() == 1


def test_a_list_whose_people_are_being_moved_is_not_deleted(
    filled: LeadList, workspace: Workspace, operator: Member
) -> None:
    moving = checked_import(synced_campaign(workspace, "05A"), people(1), by=operator, source_list=filled)
    Import.objects.filter(pk=moving.pk).update(state="loading")
    with pytest.raises(PeopleChangeError, match="being moved"):
        delete_list(filled, by=operator)
    assert not PeopleChange.objects.exists()


def test_what_instantly_never_does_is_refused_after_some_attempts(
    lead: Lead, workspace: Workspace, operator: Member, control: SandboxControl
) -> None:
    change = change_variables(lead, {"first_name": "Robin"}, {}, by=operator)
    control.faults({"match": {"method": "PATCH", "path": "/leads/*"}, "do": "drop_before", "times": 99})
    for _ in range(MOST_ATTEMPTS * 3):
        carry_out(workspace)
        long_ago(change)
    assert outcome(change) == "refused"
    assert len([one for one in control.log(path="/leads/") if one["method"] == "PATCH"]) == MOST_ATTEMPTS


def test_a_list_that_was_created_a_moment_ago_is_not_taken_for_gone(
    workspace: Workspace, operator: Member, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 10: what is new can be missing from a list for some seconds."""
    create_list(workspace, "Autumn fair", by=operator)
    carry_out(workspace)
    every: Any = client_for(workspace).lead_lists.list
    shown = [one for one in every() if one.name != "Autumn fair"]
    monkeypatch.setattr("iexdg.clients.instantly.lead_lists.LeadLists.list", lambda *_, **__: iter(shown))
    mirror_lists(workspace)
    assert LeadList.objects.get(workspace=workspace, name="Autumn fair").vanished_at is None
    assert names(workspace).count("Autumn fair") == 0


def test_a_removal_is_recorded_with_where_and_names_no_one(lead: Lead, filled: LeadList, operator: Member) -> None:
    remove_people(lead.workspace, Lead.objects.filter(pk=lead.pk), by=operator)
    ListedLead.objects.bulk_create(
        ListedLead(
            workspace=lead.workspace, lead_list=filled, remote_id=f"g-{n}", email=f"g{n}@fair.example.com",
            synced_at=timezone.now(),
        )
        for n in range(2)
    )  # fmt: skip
    remove_people(lead.workspace, ListedLead.objects.filter(lead_list=filled), by=operator)
    said = AuditEvent.objects.filter(action="people:remove:asked").order_by("pk").values_list("summary", flat=True)
    assert list(said) == [
        f"Request to remove 1 person from {lead.campaign.name}", "Request to remove 2 people from Spring fair"
    ]  # fmt: skip
    assert lead.email not in "".join(said)
    other = Lead.objects.filter(campaign=lead.campaign).exclude(pk=lead.pk)[:1].get()
    campaign = plain_campaign(lead.workspace, "Another")
    moved = Lead.objects.create(
        workspace=lead.workspace, campaign=campaign, remote_id="l-9", email="x@firm.example", synced_at=timezone.now()
    )
    remove_people(lead.workspace, Lead.objects.filter(pk__in=[other.pk, moved.pk]), by=operator)
    assert list(said.all())[-1] == "Request to remove 2 people from 2 campaigns and lists"


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\x07", "\ufeff"])
def test_what_shows_nothing_is_in_no_name_and_no_value(
    unseen: str, filled: LeadList, lead: Lead, workspace: Workspace, operator: Member
) -> None:
    for nothing in (unseen, f" {unseen} {unseen}"):
        with pytest.raises(PeopleChangeError, match="1 to 100 characters"):
            create_list(workspace, nothing, by=operator)
    changes = [
        create_list(workspace, f"Aut{unseen}umn {unseen} fair", by=operator),
        rename_list(filled, f"{unseen}Summer fair", by=operator),
        change_variables(lead, {"first_name": f"Gr{unseen}ace "}, {}, by=operator),
    ]
    assert [one.values for one in changes] == [
        {"name": "Autumn fair"},
        {"name": "Summer fair"},
        {"first_name": "Grace"},
    ]
    carry_out(workspace)
    assert [outcome(one) for one in changes] == ["confirmed"] * 3
    with pytest.raises(PeopleChangeError, match="Nothing differs"):
        change_variables(Lead.objects.get(pk=lead.pk), {"first_name": f"Grace{unseen}"}, {}, by=operator)


def test_what_was_requested_uncleaned_reads_back_as_it_is_shown(
    filled: LeadList, workspace: Workspace, operator: Member
) -> None:
    """Instantly, or the reading of its answers, leaves out what shows nothing."""
    change = rename_list(filled, "Summer", by=operator)
    PeopleChange.objects.filter(pk=change.pk).update(values={"name": "Sum\u202emer"})
    carry_out(workspace)
    assert outcome(change) == "confirmed"
