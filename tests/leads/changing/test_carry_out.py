"""Changes of lists and people: requested, sent once, read back; a lost answer is searched for and not repeated."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from leads.changing.ask import change_variables, create_list, delete_list, remove_people, rename_list, stop_group
from leads.changing.carry_out import carry_out
from leads.errors import PeopleChangeError
from leads.lists.mirror import mirror_lists, mirror_people
from leads.mirror import mirror_campaign_leads
from leads.models import Lead, LeadList, ListedLead, PeopleChange
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(member: Callable[..., Member]) -> Member:
    return member("operator")


@pytest.fixture
def filled(control: SandboxControl, workspace: Workspace) -> LeadList:
    """A list with two people, mirrored."""
    client = client_for(workspace)
    made = client.lead_lists.create("Spring fair")
    client.leads.add_to_list(made.remote_id, [{"email": f"guest{n}@fair.example.com"} for n in range(2)])
    mirror_lists(workspace)
    return LeadList.objects.get(workspace=workspace, name="Spring fair")


@pytest.fixture
def lead(control: SandboxControl, workspace: Workspace) -> Lead:
    campaign: Campaign = synced_campaign(workspace, "05A")
    mirror_campaign_leads(campaign)
    found = Lead.objects.filter(campaign=campaign).first()
    assert found is not None
    return found


def names(workspace: Workspace) -> list[str]:
    return [str(one.name) for one in client_for(workspace).lead_lists.list()]


def outcome(change: PeopleChange) -> str:
    return PeopleChange.objects.get(pk=change.pk).state


def long_ago(change: PeopleChange) -> None:
    PeopleChange.objects.filter(pk=change.pk).update(sent_at=timezone.now() - timedelta(minutes=5))


def test_a_list_is_created_renamed_and_deleted_and_each_is_read_back(
    control: SandboxControl, workspace: Workspace, operator: Member
) -> None:
    created = create_list(workspace, "  Autumn   fair ", by=operator)
    carry_out(workspace)
    lead_list = LeadList.objects.get(workspace=workspace, name="Autumn fair")
    renamed = rename_list(lead_list, "Winter fair", by=operator)
    carry_out(workspace)
    lead_list.refresh_from_db()
    assert (lead_list.name, names(workspace).count("Winter fair")) == ("Winter fair", 1)

    deleted = delete_list(lead_list, by=operator)
    carry_out(workspace)

    assert [outcome(one) for one in (created, renamed, deleted)] == ["confirmed"] * 3
    assert "Winter fair" not in names(workspace)
    assert LeadList.objects.get(pk=lead_list.pk).vanished_at is not None


def test_a_new_list_whose_answer_was_lost_is_found_and_not_made_twice(
    control: SandboxControl, workspace: Workspace, operator: Member
) -> None:
    control.faults({"match": {"method": "POST", "path": "/lead-lists"}, "do": "drop_after_commit", "times": 1})
    change = create_list(workspace, "Autumn fair", by=operator)

    carry_out(workspace)
    assert outcome(change) == "unknown"
    carry_out(workspace)

    assert outcome(change) == "confirmed"
    assert names(workspace).count("Autumn fair") == 1


def test_a_new_list_that_never_arrived_is_refused_and_not_sent_again(
    control: SandboxControl, workspace: Workspace, operator: Member
) -> None:
    change = create_list(workspace, "Autumn fair", by=operator)
    PeopleChange.objects.filter(pk=change.pk).update(state="sent", attempts=1)
    long_ago(change)

    carry_out(workspace)

    assert outcome(change) == "refused"
    assert "Autumn fair" not in names(workspace)


def test_people_are_removed_by_their_ids_and_read_back(
    filled: LeadList, workspace: Workspace, operator: Member, control: SandboxControl
) -> None:
    control.advance(60)
    mirror_people(filled)
    one = ListedLead.objects.filter(lead_list=filled, email="guest0@fair.example.com")
    remove_people(workspace, one, by=operator)

    carry_out(workspace)

    assert list(ListedLead.objects.filter(vanished_at__isnull=True).values_list("email", flat=True)) == [
        "guest1@fair.example.com"
    ]
    left = client_for(workspace).leads.select(LeadSelection(list_remote_id=filled.remote_id))
    assert [lead.email for lead in left] == ["guest1@fair.example.com"]


def test_another_number_of_people_than_was_shown_removes_no_one(
    lead: Lead, workspace: Workspace, operator: Member
) -> None:
    with pytest.raises(PeopleChangeError, match="Look again"):
        remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator, expected=2)

    assert not PeopleChange.objects.exists()


def test_a_stopped_removal_leaves_people_where_they_are(lead: Lead, workspace: Workspace, operator: Member) -> None:
    group, _ = remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)

    assert stop_group(workspace, group, by=operator) == 1
    carry_out(workspace)

    assert client_for(workspace).leads.get(lead.remote_id).remote_id == lead.remote_id


def test_changed_values_are_sent_and_read_back(lead: Lead, workspace: Workspace, operator: Member) -> None:
    change = change_variables(lead, {"first_name": "Robin"}, {}, by=operator)
    with pytest.raises(PeopleChangeError, match="requested a moment ago"):
        change_variables(lead, {"first_name": "Kim"}, {}, by=operator)

    carry_out(workspace)

    assert outcome(change) == "confirmed"
    assert client_for(workspace).leads.get(lead.remote_id).first_name == "Robin"
    assert Lead.objects.get(pk=lead.pk).first_name == "Robin"


def test_what_a_worker_that_stopped_left_is_sent_again_after_a_while(
    lead: Lead, workspace: Workspace, operator: Member
) -> None:
    change = change_variables(lead, {"first_name": "Robin"}, {}, by=operator)
    PeopleChange.objects.filter(pk=change.pk).update(state="sent", attempts=1, sent_at=timezone.now())
    carry_out(workspace)
    assert outcome(change) == "sent"

    long_ago(change)
    carry_out(workspace)

    assert outcome(change) == "confirmed"


def test_a_viewer_and_observe_mode_change_nothing(
    lead: Lead, workspace: Workspace, operator: Member, member: Callable[..., Member]
) -> None:
    with pytest.raises(NotAllowedError):
        create_list(workspace, "Autumn fair", by=member("viewer"))
    Workspace.objects.filter(pk=workspace.pk).update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        remove_people(workspace, Lead.objects.filter(pk=lead.pk), by=operator)

    assert not PeopleChange.objects.exists()
