"""The numbers of an import are counted from its rows, and they add up."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.imports.counts import counts_of
from leads.models import Batch, BatchState, Import, ImportState, Receipt, Row, RowState, Verdict
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(campaign: Campaign) -> Import:
    return checked_import(campaign, people(10))


def put(imported: Import, places: list[int], state: RowState, reason: str = "") -> None:
    """Put some rows into a state, with the receipt that the database requires."""
    receipt = baker.make(Receipt, workspace=imported.workspace, email=f"{state}{reason}", asked_at=timezone.now())
    rows = list(Row.objects.filter(imported=imported).order_by("line").values_list("pk", flat=True))
    Row.objects.filter(pk__in=[rows[place] for place in places]).update(state=state, reason=reason, receipt=receipt)


def test_every_row_is_counted_exactly_once(imported: Import) -> None:
    put(imported, [0], RowState.SKIPPED, "no_email")
    put(imported, [1], RowState.REJECTED, "invalid")
    put(imported, [2], RowState.REJECTED, "catch_all")
    put(imported, [3, 4], RowState.LOADED)
    put(imported, [5], RowState.UNKNOWN)
    put(imported, [6], RowState.LOAD_FAILED, "in_blocklist")
    put(imported, [7], RowState.VERIFIED)
    put(imported, [8], RowState.VERIFYING)
    counts = counts_of(imported)
    assert counts.adds_up
    assert (counts.rows, counts.ok, counts.skipped) == (10, 9, {"no_email": 1})
    assert (counts.rejected, counts.load_failed) == ({"invalid": 1, "catch_all": 1}, {"in_blocklist": 1})
    assert (counts.loaded, counts.unknown, counts.ready, counts.verified) == (2, 1, 1, 5)
    assert counts.open == {"new": 1, "verifying": 1, "verified": 1}
    assert counts.answered == 7
    assert not counts.reconciled


def test_the_json_has_exactly_the_agreed_keys(imported: Import) -> None:
    assert list(counts_of(imported).as_json()) == [
        "import_id", "state", "encoding", "delimiter", "sheet", "header_line", "mapped_by", "asks",
        "flags", "remarks", "left_out",
        "rows", "ok", "skipped", "verified", "rejected", "loaded",
        "unknown", "load_failed", "open", "credits_needed", "credits_used", "flips", "reconciled",
    ]  # fmt: skip


def test_the_price_counts_only_addresses_without_a_fresh_or_open_receipt(
    imported: Import, workspace: Workspace, settings: object
) -> None:
    now = timezone.now()
    old = now - timedelta(days=31)
    made = {"workspace": workspace, "asked_at": now}
    baker.make(Receipt, email=people(1)[0], verdict=Verdict.INVALID, answered_at=now, **made)
    baker.make(Receipt, email=people(2)[1], verdict=Verdict.ASKED, **made)
    baker.make(
        Receipt, email=people(3)[2], verdict=Verdict.VERIFIED, answered_at=old, workspace=workspace, asked_at=old
    )
    baker.make(Receipt, email=people(4)[3], verdict=Verdict.PENDING, answered_at=now, **made)
    assert counts_of(imported).credits_needed == Decimal("2.00")


def test_the_price_stays_the_same_while_it_is_being_paid(imported: Import, workspace: Workspace) -> None:
    before = counts_of(imported).credits_needed
    for email in people(4):
        baker.make(
            Receipt, workspace=workspace, email=email, asked_at=timezone.now(), paid_by=imported, credits_used="0.25"
        )
    put(imported, [0, 1, 2, 3], RowState.VERIFYING)
    after = counts_of(imported)
    assert (before, after.credits_needed, after.credits_used) == (Decimal("2.50"), Decimal("2.50"), Decimal("1.00"))


@pytest.mark.parametrize(
    ("state", "adds_up", "reconciled"),
    [
        (BatchState.PLANNED, None, True),
        (BatchState.SENDING, None, False),
        (BatchState.SENT, None, False),
        (BatchState.UNKNOWN, None, False),
        (BatchState.REFUSED, None, True),
        (BatchState.RECONCILED, True, True),
        (BatchState.RECONCILED, False, False),
    ],
)
def test_it_is_reconciled_once_every_batch_is_accounted_for(
    imported: Import, state: BatchState, adds_up: bool | None, reconciled: bool
) -> None:
    baker.make(Batch, imported=imported, number=1, state=state, adds_up=adds_up, size=1, planned_at=timezone.now())
    assert counts_of(imported).reconciled is reconciled


def test_counting_takes_a_constant_number_of_queries_and_reads_no_row(
    campaign: Campaign, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for size in (1, 300):
        imported = checked_import(campaign, people(size, prefix=f"x{size}."))
        assert counts_of(imported).to_ask == size
        with django_assert_max_num_queries(7) as captured:
            assert counts_of(imported).rows == size
        assert not [query for query in captured.captured_queries if '"leads_row"' in query["sql"]]
        assert not [query for query in captured.captured_queries if '"leads_receipt"' in query["sql"]]


def test_the_price_is_counted_again_once_a_receipt_or_a_row_changes(imported: Import, workspace: Workspace) -> None:
    assert counts_of(imported).to_ask == 10
    now = timezone.now()
    baker.make(Receipt, workspace=workspace, email=people(1)[0], verdict=Verdict.INVALID, asked_at=now, answered_at=now)
    assert counts_of(imported).to_ask == 9
    put(imported, [1, 2], RowState.SKIPPED, "in_campaign")
    assert counts_of(imported).to_ask == 7
    with time_machine.travel(now + timedelta(days=30, seconds=1), tick=False):
        assert counts_of(imported).to_ask == 8


def test_while_it_is_verified_the_price_is_at_most_its_ceiling(imported: Import) -> None:
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFYING, credit_ceiling="1.25")
    imported.refresh_from_db()
    assert counts_of(imported).credits_needed == Decimal("1.25")
