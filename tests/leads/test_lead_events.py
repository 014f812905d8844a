"""What happened to a lead is recorded with the writing of the lead, once for each change that the mirror sees."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from campaigns.models import Campaign
from iexdg.clients.instantly.leads import Lead as RemoteLead
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.lead_events import interest_detail, never_older, record_changes, record_loaded
from leads.loading.batches import mark_loaded
from leads.mirror import _store, mirror_addresses, mirror_campaign_leads
from leads.models import Lead, LeadEvent
from leads.models.lead import NO_TIME
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(workspace: Workspace, control: SandboxControl) -> Campaign:
    return synced_campaign(workspace, "05A")


def recorded() -> list[tuple[str, str]]:
    """What happened besides the interests, which the demo has from the beginning."""
    return list(LeadEvent.objects.exclude(kind="interest").values_list("lead__email", "kind"))


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
    before = {first.email: Lead(status=1), second.email: Lead(status=1)}
    record_changes(campaign, before, {first.email: Lead(status=3), second.email: Lead(status=2)})
    assert recorded() == [(first.email, "finished")]


def test_a_lead_that_is_new_in_a_campaign_that_was_read_before_is_recorded(campaign: Campaign) -> None:
    mirror_campaign_leads(campaign)
    email = Lead.objects.order_by("pk")[0].email
    record_changes(campaign, {}, {email: Lead(status=-1), "unknown-code@firm.example.com": Lead(status=99)})
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
    emails = list(Lead.objects.values_list("email", flat=True)[:100])
    for some in (emails[:1], emails):
        with django_assert_num_queries(2):
            record_loaded(campaign, some)


TIME = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def listed(interest: int | None, at: datetime | None, remote_id: str = "lead-1") -> RemoteLead:
    """A lead as Instantly lists it, with an interest since a time."""
    since = at.isoformat() if at else None
    raw = {"id": remote_id, "email": "ada@firm.example.com", "status": 1}
    raw |= {"lt_interest_status": interest, "timestamp_last_interest_change": since}
    return RemoteLead.model_validate(raw)


def interests() -> list[tuple[int | None, datetime | None]]:
    return list(LeadEvent.objects.filter(kind="interest").order_by("pk").values_list("interest", "happened_at"))


def after(minutes: int) -> datetime:
    return TIME + timedelta(minutes=minutes)


def test_each_change_of_an_interest_at_instantly_is_recorded_with_its_time_also_one_back(
    workspace: Workspace, control: SandboxControl, campaign: Campaign
) -> None:
    mirror_campaign_leads(campaign)
    email = Lead.objects.filter(interest=None).order_by("pk")[0].email
    LeadEvent.objects.all().delete()
    for interest in (1, -1, None, 1):
        control.advance(60)
        client_for(workspace).leads.set_interest(email, interest, campaign_remote_id=campaign.remote_id)
        for _ in range(2):
            mirror_addresses(campaign, [email])
        lead = Lead.objects.get(email=email, campaign=campaign)
        assert (lead.interest, lead.interest_changed_at != NO_TIME) == (interest, True)
    times = [at for _, at in interests()]
    assert [interest for interest, _ in interests()] == [1, -1, 1]
    assert sorted(set(times), key=str) == times
    assert LeadEvent.objects.latest("pk").detail == interest_detail(Lead.objects.get(email=email, campaign=campaign))


def test_an_interest_that_is_read_out_of_order_is_neither_an_event_nor_mirrored(campaign: Campaign) -> None:
    for interest, at in [(1, after(1)), (-1, after(2)), (1, after(1)), (1, None), (-1, after(2)), (1, after(3))]:
        _store(campaign, [listed(interest, at)])
    assert interests() == [(1, after(1)), (-1, after(2)), (1, after(3))]
    _store(campaign, [listed(-1, after(2))])
    lead = Lead.objects.get(email="ada@firm.example.com")
    assert (lead.interest, lead.interest_changed_at) == (1, after(3))
    # Another lead in its place at Instantly has an interest of its own.
    _store(campaign, [listed(None, None, "lead-2")])
    lead.refresh_from_db()
    assert (lead.interest, lead.interest_changed_at, len(interests())) == (None, NO_TIME, 3)


def test_an_interest_without_a_time_is_recorded_where_it_is_another_than_before(campaign: Campaign) -> None:
    # Before interests were mirrored, nothing was known of it: what it is then is no change.
    _store(campaign, [listed(2, None)])
    Lead.objects.update(interest=None, interest_changed_at=None)
    for interest in (2, 2, 1, 1, None):
        _store(campaign, [listed(interest, None)])
    assert interests() == [(1, None)]
    assert LeadEvent.objects.get().detail == ":1"


def test_a_status_and_an_interest_that_change_at_once_are_two_events(campaign: Campaign) -> None:
    _store(campaign, [listed(None, None)])
    both = {**listed(1, after(1)).raw, "status": 3}
    _store(campaign, [RemoteLead.model_validate(both)])
    assert (recorded(), interests()) == ([("ada@firm.example.com", "finished")], [(1, after(1))])


def test_a_page_of_leads_is_stored_in_as_many_queries_as_one_lead(
    campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    raw = listed(1, after(1)).raw
    named = [{"id": f"lead-{number}", "email": f"{number}@firm.example.com"} for number in range(100)]
    page = [RemoteLead.model_validate({**raw, **one}) for one in named]
    with django_assert_max_num_queries(8):
        _store(campaign, page)
    assert len(interests()) == 100


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_a_lead_at_once_the_later_change_is_kept(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("workers write at once on Postgres only")
    _store(campaign, [listed(None, after(0))])
    has_read, has_written = threading.Event(), threading.Event()

    def while_another_writes(*args: Any) -> None:
        never_older(*args)
        if not has_read.is_set():
            has_read.set()
            # It waits for the one that has read first, unless nothing makes it wait.
            has_written.wait(1)

    monkeypatch.setattr("leads.mirror.never_older", while_another_writes)

    def write_later_change() -> None:
        has_read.wait(30)
        try:
            _store(campaign, [listed(-1, after(2))])
            has_written.set()
        finally:
            connection.close()

    other = threading.Thread(target=write_later_change)
    other.start()
    _store(campaign, [listed(1, after(1))])
    other.join(30)
    lead = Lead.objects.get(email="ada@firm.example.com")
    assert (lead.interest, lead.interest_changed_at) == (-1, after(2))
    assert interests() == [(1, after(1)), (-1, after(2))]


@pytest.mark.parametrize("name", ["lt_interest_status", "timestamp_last_interest_change"])
def test_a_lead_whose_interest_cannot_be_understood_is_not_taken_for_one_that_has_none(name: str) -> None:
    assert listed(1, TIME).unread == listed(None, None).unread == ()
    assert RemoteLead.model_validate({**listed(1, TIME).raw, name: "soon"}).unread == (name,)
