"""What happened to a lead is recorded with the writing of the lead, once for each change that the mirror sees."""

from typing import Any

import pytest

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.lead_events import record_changes, record_loaded
from leads.loading.batches import mark_loaded
from leads.mirror import mirror_addresses, mirror_campaign_leads
from leads.models import Lead, LeadEvent
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(workspace: Workspace, control: SandboxControl) -> Campaign:
    return synced_campaign(workspace, "05A")


def recorded() -> list[tuple[str, str]]:
    return list(LeadEvent.objects.values_list("lead__email", "kind"))


def test_what_a_campaign_had_at_its_first_reading_is_no_event(control: SandboxControl, campaign: Campaign) -> None:
    control.event("bounce", campaign.remote_id, control.leads_in(campaign.remote_id)[0])
    mirror_campaign_leads(campaign)
    assert Lead.objects.filter(status=-1).exists()
    assert recorded() == []


@pytest.mark.parametrize(("event", "kind"), [("bounce", "bounced"), ("unsubscribe", "unsubscribed")])
def test_a_status_that_has_changed_is_recorded_once_however_often_it_is_read(
    control: SandboxControl, campaign: Campaign, event: str, kind: str
) -> None:
    mirror_campaign_leads(campaign)
    email = Lead.objects.exclude(status__in=[-1, -2]).order_by("pk")[0].email
    control.event(event, campaign.remote_id, email)
    mirror_campaign_leads(campaign)
    mirror_campaign_leads(campaign)
    mirror_addresses(campaign, [email])
    assert recorded() == [(email, kind)]


def test_a_finished_lead_is_recorded_and_a_paused_one_is_not(campaign: Campaign) -> None:
    mirror_campaign_leads(campaign)
    first, second = Lead.objects.order_by("pk")[:2]
    before = {first.email: 1, second.email: 1}
    record_changes(campaign, before, {first.email: 3, second.email: 2})
    assert recorded() == [(first.email, "finished")]


def test_a_lead_that_is_new_in_a_campaign_that_was_read_before_is_recorded(campaign: Campaign) -> None:
    mirror_campaign_leads(campaign)
    email = Lead.objects.order_by("pk")[0].email
    record_changes(campaign, {}, {email: -1, "unknown-code@firm.example.com": 99})
    assert recorded() == [(email, "bounced")]


def test_people_whom_a_batch_loads_are_recorded_as_loaded(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(2))
    rows = list(imported.rows.all())
    for row in rows:
        row.remote_id = f"lead-{row.pk}"
    mark_loaded(imported, rows)
    assert sorted(recorded()) == [(email, "loaded") for email in people(2)]


def test_recording_asks_the_database_the_same_number_of_times_for_one_and_for_many(
    campaign: Campaign, django_assert_num_queries: Any
) -> None:
    mirror_campaign_leads(campaign)
    emails = list(Lead.objects.values_list("email", flat=True)[:200])
    for some in (emails[:1], emails):
        with django_assert_num_queries(2):
            record_loaded(campaign, some)
