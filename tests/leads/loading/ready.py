"""Creates imports in the middle of a load, without a sandbox."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from leads.models import Batch, BatchState, CatchAll, Import, ImportState, Receipt, Row, RowState, Verdict
from tests.leads.factories import checked_import, people


def verified(campaign: Campaign, count: int, *, answered_at: datetime | None = None, **fields: Any) -> Import:
    """An import in state loading with `count` verified rows, each with a receipt."""
    imported = checked_import(campaign, people(count))
    Import.objects.filter(pk=imported.pk).update(**{"state": ImportState.LOADING, **fields})
    imported.refresh_from_db()
    for row in Row.objects.filter(imported=imported):
        add_receipt(row, answered_at or timezone.now())
    return imported


def add_receipt(row: Row, answered_at: datetime) -> None:
    """Add a receipt with which the row can be loaded."""
    receipt = Receipt.objects.create(
        workspace_id=row.imported.workspace_id,
        email=row.email,
        verdict=Verdict.VERIFIED,
        catch_all=CatchAll.NO,
        asked_at=answered_at,
        answered_at=answered_at,
    )
    Row.objects.filter(pk=row.pk).update(state=RowState.VERIFIED, receipt=receipt)


def batch_of(imported: Import, count: int, state: BatchState, *, rows: RowState, **fields: Any) -> Batch:
    """A batch of the first `count` verified rows, with the batch and its rows in the given states."""
    number = Batch.objects.filter(imported=imported).count() + 1
    sent_at = timezone.now() - timedelta(minutes=1)
    made = {"number": number, "size": count, "planned_at": sent_at, "sent_at": sent_at, "state": state, **fields}
    batch = Batch.objects.create(imported=imported, **made)
    pks = list(Row.objects.filter(imported=imported, state=RowState.VERIFIED).values_list("pk", flat=True)[:count])
    Row.objects.filter(pk__in=pks).update(state=rows, batch=batch)
    return batch


def states(imported: Import) -> list[str]:
    """The state of every row, in the order of the file."""
    return list(Row.objects.filter(imported=imported).order_by("line").values_list("state", flat=True))
