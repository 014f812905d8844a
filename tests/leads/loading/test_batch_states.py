"""The outcome of a batch is recorded once: a late answer changes nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from iexdg.workspaces.models import Workspace
from leads.loading import batches
from leads.loading.accounting import Account
from leads.models import Batch, BatchState, Receipt, Row, RowState, Verdict
from tests.campaigns import factories
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db

NOTHING_LOADED = Account(
    total_sent=1, leads_uploaded=0, skipped={"in_blocklist": 1}, created=(), remaining_in_plan=None
)
ANSWERS: dict[str, Callable[[Batch], object]] = {
    "returned": lambda batch: batches.return_rows(batch, error="late"),
    "refused": lambda batch: batches.refuse(batch, error="late"),
    "lost": lambda batch: batches.mark_unknown(batch, error="late"),
    "answered": lambda batch: batches.record_accounting(batch, NOTHING_LOADED),
}


@pytest.fixture
def batch(workspace: Workspace) -> Batch:
    """A batch of one row, in flight."""
    imported = checked_import(factories.campaign(workspace), people(1))
    receipt = Receipt.objects.create(
        workspace=workspace,
        email=people(1)[0],
        verdict=Verdict.VERIFIED,
        asked_at=timezone.now(),
        answered_at=timezone.now(),
    )
    Row.objects.filter(imported=imported).update(state=RowState.VERIFIED, receipt=receipt)
    planned = batches.plan_batch(imported)
    assert planned is not None
    assert batches.start_sending(planned)
    return planned


def states(batch: Batch) -> tuple[str, str]:
    row = Row.objects.get(imported=batch.imported)
    return Batch.objects.get(pk=batch.pk).state, row.state


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("returned", (BatchState.REFUSED, RowState.VERIFIED)),
        ("refused", (BatchState.REFUSED, RowState.LOAD_FAILED)),
        ("lost", (BatchState.UNKNOWN, RowState.UNKNOWN)),
        ("answered", (BatchState.RECONCILED, RowState.LOAD_FAILED)),
    ],
)
def test_the_answer_moves_the_batch_and_its_rows(batch: Batch, answer: str, outcome: tuple[str, str]) -> None:
    ANSWERS[answer](batch)

    assert states(batch) == outcome


@pytest.mark.parametrize("answer", ["refused", "lost", "answered"])
def test_a_batch_that_is_being_read_stays_unknown_after_a_late_answer(batch: Batch, answer: str) -> None:
    batches.mark_unknown(batch, error="The worker stopped while it was being sent.")
    before = Batch.objects.values("error", "next_read_at").get(pk=batch.pk)

    ANSWERS[answer](batch)

    assert states(batch) == (BatchState.UNKNOWN, RowState.UNKNOWN)
    assert Batch.objects.values("error", "next_read_at").get(pk=batch.pk) == before


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("row", [RowState.LOADING, RowState.UNKNOWN])
def test_a_batch_that_is_settled_stays_settled_and_its_rows_stay(batch: Batch, answer: str, row: RowState) -> None:
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.RECONCILED)
    Row.objects.filter(batch=batch).update(state=row)

    ANSWERS[answer](batch)

    assert states(batch) == (BatchState.RECONCILED, row)


def test_a_row_that_was_settled_meanwhile_is_not_changed(batch: Batch) -> None:
    rows = list(Row.objects.filter(batch=batch))
    Row.objects.filter(batch=batch).update(state=RowState.LOAD_FAILED, reason="load_refused")
    rows[0].remote_id = "remote"

    batches.mark_loaded(batch.imported, rows)

    assert states(batch)[1] == RowState.LOAD_FAILED
