"""Reconciling by reading: found rows are loaded; a row counts as missing after three reads, some seconds apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.http.errors import ServerError
from iexdg.golive.audience import people_facts
from iexdg.golive.findings.campaign import Level
from iexdg.golive.findings.loads import accounting_finding
from iexdg.incidents.models import Incident
from leads.incident_kinds import UNRECONCILED
from leads.loading import batches, reconcile
from leads.models import Batch, BatchState, Import, Reason, Row, RowState
from tests.leads.factories import checked_import, people
from tests.leads.loading.ready import add_receipt, batch_of, states, verified

pytestmark = pytest.mark.django_db

V, U, OUT, FAILED = RowState.VERIFIED, RowState.UNKNOWN, RowState.LOADED, RowState.LOAD_FAILED


@dataclass
class Listing:
    """What Instantly lists in a campaign: address (None if it has none) -> id.

    `asked` records (campaign, addresses) of every read.
    """

    there: dict[str | None, str] = field(default_factory=dict)
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    fails: bool = False

    def list(self, campaign: str, *, contacts: Sequence[str]) -> Iterator[Any]:
        self.asked.append((campaign, list(contacts)))
        if self.fails:
            raise ServerError("busy", status=503)
        for email, remote_id in self.there.items():
            yield SimpleNamespace(email=email, remote_id=remote_id)


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> Listing:
    found = Listing()
    monkeypatch.setattr("leads.loading.reconcile.client_for", lambda workspace: SimpleNamespace(leads=found))
    return found


@pytest.fixture
def imported(campaign: Campaign) -> Import:
    """Three verified rows."""
    return verified(campaign, 3)


def lost(imported: Import, count: int = 2, **fields: Any) -> Batch:
    """A batch whose answer was lost."""
    return batch_of(imported, count, BatchState.UNKNOWN, rows=U, **fields)


def read(batch: Batch) -> bool:
    """One read, as soon as it is due."""
    Batch.objects.filter(pk=batch.pk).update(next_read_at=None)
    return reconcile.reconcile(Batch.objects.select_related("imported__campaign").get(pk=batch.pk))


def test_a_row_counts_as_missing_only_after_three_reads(imported: Import, listing: Listing) -> None:
    batch = lost(imported, error="The answer was lost.")

    for reads in (1, 2):
        before = timezone.now()
        assert not read(batch)
        batch.refresh_from_db()
        assert (batch.state, batch.reads) == (BatchState.UNKNOWN, reads)
        assert batch.next_read_at is not None
        assert batch.next_read_at - before >= batches.RECONCILE_AFTER
        assert states(imported) == [U, U, V]

    assert read(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.error) == (BatchState.REFUSED, "The answer was lost.")
    assert states(imported) == [V, V, V]
    assert len(listing.asked) == 3


def test_a_missing_batch_without_an_error_gets_a_default_one(imported: Import, listing: Listing) -> None:
    batch = lost(imported, reads=2)
    assert read(batch)
    batch.refresh_from_db()
    assert batch.error == "It never arrived."


def test_it_is_not_read_before_it_is_due(imported: Import, listing: Listing) -> None:
    batch = lost(imported, next_read_at=timezone.now() + timedelta(seconds=5))
    listing.there = dict.fromkeys(people(2), "id")
    assert not reconcile.reconcile(batch)
    assert listing.asked == []
    Batch.objects.update(next_read_at=timezone.now() - timedelta(seconds=1))
    batch.refresh_from_db()
    assert reconcile.reconcile(batch)


def test_it_is_read_at_its_very_time(imported: Import, listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    batch = lost(imported, next_read_at=now)
    listing.there = dict.fromkeys(people(2), "id")
    monkeypatch.setattr("leads.loading.reconcile.timezone.now", lambda: now)
    assert reconcile.reconcile(batch)


def test_found_rows_are_loaded_at_the_first_read(imported: Import, listing: Listing) -> None:
    batch = lost(imported)
    listing.there = {people(2)[0].upper(): "id-0", people(2)[1]: "id-1", "stranger@example.com": "id-9"}

    assert read(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.reads) == (BatchState.RECONCILED, 1)
    assert states(imported) == [OUT, OUT, V]
    assert [row.remote_id for row in batch.rows.order_by("line")] == ["id-0", "id-1"]
    assert listing.asked == [(imported.campaign.remote_id, people(2))]
    assert imported.events.filter(text="Batch 1 read back: 2 of 2 are there").exists()


@pytest.mark.parametrize("address", [None, ""])
def test_a_lead_without_an_address_is_ignored(imported: Import, listing: Listing, address: str | None) -> None:
    batch = lost(imported)
    listing.there = {address: "id-0"}
    assert not read(batch)
    assert states(imported) == [U, U, V]


def test_found_rows_are_loaded_and_the_missing_ones_load_again_after_three_reads(
    imported: Import, listing: Listing
) -> None:
    batch = lost(imported)
    listing.there = {people(2)[1]: "id-1"}

    assert [read(batch), read(batch)] == [False, False]
    assert states(imported) == [U, OUT, V]
    assert read(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.reads) == (BatchState.RECONCILED, 3)
    assert states(imported) == [V, OUT, V]
    assert [row.email for row in batch.rows.all()] == [people(2)[1]]
    assert not Incident.objects.exists()
    # Only rows that are still missing are read again.
    assert [emails for _, emails in listing.asked] == [people(2), people(2)[:1], people(2)[:1]]


def test_counts_that_do_not_add_up_open_an_incident_and_nothing_is_loaded_again(
    imported: Import, listing: Listing
) -> None:
    batch = batch_of(imported, 2, BatchState.SENT, rows=U, adds_up=False, accounting={"total_sent": 9})
    listing.there = {people(2)[0]: "id-0"}

    assert [read(batch), read(batch)] == [False, False]
    assert not Incident.objects.exists()
    assert read(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.adds_up, batch.reads) == (BatchState.RECONCILED, False, 3)
    assert states(imported) == [OUT, FAILED, V]
    assert batch.rows.get(state=FAILED).reason == Reason.NOT_ACCOUNTED
    incident = Incident.objects.get()
    assert (incident.kind, incident.campaign_ref) == (UNRECONCILED.code, imported.campaign_id)
    assert incident.summary == "Import leads.csv does not add up: 1 of batch 1 have no outcome"
    assert incident.url == f"/w/demo/imports/{imported.pk}/"
    expected = {"import": imported.pk, "batch": 1, "missing": 1, "counts": {"total_sent": 9}}
    assert incident.details == expected


def test_counts_that_do_not_add_up_with_every_row_found_open_no_incident(imported: Import, listing: Listing) -> None:
    batch = batch_of(imported, 2, BatchState.SENT, rows=U, adds_up=False)
    listing.there = {email: f"id-{email}" for email in people(2)}
    assert read(batch)
    assert states(imported) == [OUT, OUT, V]
    assert not Incident.objects.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.adds_up) == (BatchState.RECONCILED, None)
    assert accounting_finding(people_facts(imported.campaign).loads).level == Level.FINE


def test_rows_of_other_batches_are_not_changed(imported: Import, campaign: Campaign, listing: Listing) -> None:
    batch, other = lost(imported, 1, reads=2), lost(imported, 1)
    assert read(batch)
    assert states(imported) == [V, U, V]
    Batch.objects.filter(pk=batch.pk).delete()
    sent = batch_of(imported, 1, BatchState.SENT, rows=U, adds_up=False, reads=2, number=9)
    assert read(sent)
    assert states(imported) == [FAILED, U, V]
    assert other.rows.count() == 1


def test_one_batch_is_read_at_a_time(imported: Import, listing: Listing) -> None:
    first, second = lost(imported, 1), lost(imported, 1)
    listing.there = {email: f"id-{email}" for email in people(2)}
    assert read(first)
    assert states(imported) == [OUT, U, V]
    listing.there = {}
    assert not read(second)
    first.refresh_from_db()
    assert (first.reads, first.next_read_at) == (1, None)


def test_rows_that_another_batch_has_loaded_do_not_settle_this_one(imported: Import, listing: Listing) -> None:
    batch_of(imported, 1, BatchState.RECONCILED, rows=OUT)
    batch = lost(imported, 1, reads=2)
    assert read(batch)
    batch.refresh_from_db()
    assert batch.state == BatchState.REFUSED
    assert states(imported) == [OUT, V, V]


def test_the_missing_rows_of_one_batch_are_not_those_of_another(imported: Import, listing: Listing) -> None:
    batch, _ = lost(imported, 2, reads=2), lost(imported, 1)
    listing.there = {people(1)[0]: "id-0"}
    assert read(batch)
    assert states(imported) == [OUT, V, U]


def loaded_elsewhere(campaign: Campaign, email: str) -> Import:
    """Another import that has loaded this address into the campaign."""
    other = checked_import(campaign, [email])
    add_receipt(Row.objects.get(imported=other), timezone.now())
    Row.objects.filter(imported=other).update(state=OUT, remote_id="theirs")
    return other


def test_people_that_another_import_has_loaded_are_not_loaded_twice(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    other = loaded_elsewhere(campaign, people(2)[0])
    batch = lost(imported)
    listing.there = {people(2)[0]: "theirs", people(2)[1]: "ours"}

    assert read(batch)

    assert states(imported) == [FAILED, OUT, V]
    taken = batch.rows.get(state=FAILED)
    assert (taken.reason, taken.reason_detail) == (Reason.DUPLICATE_AT_INSTANTLY, f"loaded with import {other.pk}")
    assert states(other) == [OUT]


def test_people_that_another_import_has_only_verified_are_loaded_by_this_one(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    other = loaded_elsewhere(campaign, people(2)[0])
    Row.objects.filter(imported=other).update(state=V)
    listing.there = {email: f"id-{email}" for email in people(2)}
    assert read(lost(imported))
    assert states(imported) == [OUT, OUT, V]


def test_people_that_another_import_has_loaded_but_are_not_listed_stay_unknown(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    loaded_elsewhere(campaign, people(2)[0])
    listing.there = {people(2)[1]: "ours"}
    assert not read(lost(imported))
    assert states(imported) == [U, OUT, V]


def test_only_the_row_that_another_import_has_loaded_is_marked_as_a_duplicate(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    loaded_elsewhere(campaign, people(3)[0])
    third = verified(campaign, 1)
    lost(third, 1)
    listing.there = {people(3)[0]: "theirs", people(3)[1]: "ours"}
    assert not read(lost(imported, 3))
    assert states(imported) == [FAILED, OUT, U]
    # The batch of a third import is not read here.
    assert states(third) == [U]


def test_an_import_into_another_campaign_does_not_matter(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    elsewhere = Campaign.objects.create(workspace=campaign.workspace, remote_id="r-05b", name="05B")
    loaded_elsewhere(elsewhere, people(2)[0])
    batch = lost(imported)
    listing.there = {email: f"id-{email}" for email in people(2)}
    assert read(batch)
    assert states(imported) == [OUT, OUT, V]


def test_a_hundred_addresses_are_read_at_a_time(campaign: Campaign, listing: Listing) -> None:
    imported = verified(campaign, 201)
    batch = lost(imported, 201)
    listing.there = {email: f"id-{email}" for email in people(201)}
    assert read(batch)
    assert [len(emails) for _, emails in listing.asked] == [100, 100, 1]
    assert states(imported) == [OUT] * 201


def test_a_read_that_fails_changes_nothing(imported: Import, listing: Listing) -> None:
    batch = lost(imported, reads=2)
    listing.fails = True
    with pytest.raises(ServerError):
        read(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.reads) == (BatchState.UNKNOWN, 2)
    assert states(imported) == [U, U, V]


# -- all open batches of an import -------------------------------------------------------------------


def test_without_open_batches_there_is_no_wait(imported: Import, listing: Listing) -> None:
    batch_of(imported, 1, BatchState.RECONCILED, rows=OUT)
    assert reconcile.settle_open_batches(imported) is None
    assert listing.asked == []


def test_all_open_batches_are_settled_in_one_call(imported: Import, listing: Listing) -> None:
    lost(imported, 1)
    lost(imported, 1)
    listing.there = {email: f"id-{email}" for email in people(2)}
    assert reconcile.settle_open_batches(imported) is None
    assert states(imported) == [OUT, OUT, V]


def test_the_wait_for_a_batch_is_returned(imported: Import, listing: Listing) -> None:
    lost(imported, 1)
    wait = reconcile.settle_open_batches(imported)
    assert wait is not None
    assert timedelta(seconds=5) < wait <= batches.RECONCILE_AFTER
    Batch.objects.update(next_read_at=timezone.now() + timedelta(seconds=0.1))
    assert reconcile.settle_open_batches(imported) == timedelta(seconds=0.5)


def test_a_batch_that_cannot_be_read_is_tried_again_soon(imported: Import, listing: Listing) -> None:
    lost(imported, 1)
    listing.fails = True
    assert reconcile.settle_open_batches(imported) == timedelta(seconds=2)
    assert imported.events.filter(text__startswith="Batch 1 could not be read back", tone="warn").exists()


def test_a_lead_that_was_deleted_and_added_again_is_loaded_by_this_import(
    imported: Import, campaign: Campaign, listing: Listing
) -> None:
    """Its older row has the id of the lead that is gone."""
    batch = lost(imported, 1)
    email = Row.objects.get(batch=batch).email
    Row.objects.filter(imported=loaded_elsewhere(campaign, email)).update(remote_id="old")
    listing.there = {email: "new"}
    assert read(batch)
    assert Row.objects.get(batch=batch).state == OUT
