"""Exports the receipts of an import: what each address cost and came to, and whether its row was loaded.

The file can be imported again as receipts (leads.importing.receipts), here or in another installation.
"""

from collections.abc import Iterator

from django.db.models import QuerySet

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.ui.spreadsheet import csv_lines
from leads.importing.failed_rows import reason_label
from leads.importing.receipt_lines import NAMES
from leads.models import Import, Receipt, Row, RowState

HEADER = [
    NAMES["email"], NAMES["verdict"], NAMES["catch_all"], NAMES["when"], NAMES["credits"], NAMES["path"],
    "campaign", "loaded", "why_not", NAMES["word"], NAMES["origin"],
]  # fmt: skip


def verified_rows(imported: Import) -> QuerySet[Row]:
    """Rows whose address got an answer, in the order of the file; a person who was erased is not among them."""
    rows = Row.objects.filter(imported=imported, receipt__answered_at__isnull=False).exclude(email="")
    return rows.select_related("receipt__paid_by", "receipt__came_with", "receipt__workspace").order_by("line")


def receipts_csv(imported: Import, *, with_mark: bool = True) -> Iterator[str]:
    """Stream the receipts of an import."""
    return csv_lines(_cells(imported), with_mark=with_mark)


def receipt_lines(imported: Import) -> Iterator[dict[str, object]]:
    """The same lines as objects."""
    cells = _cells(imported)
    header = next(cells)
    return (dict(zip(map(str, header), line, strict=True)) for line in cells)


def record_export(imported: Import, *, by: Member | None, via: str | None = None) -> None:
    """Record in the audit log that the receipts of an import leave the product."""
    record(
        "import:receipts:exported",
        f"Downloaded the receipts of {imported.file_name}",
        subject=f"import:{imported.pk}",
        by=by,
        via=via,
        campaign_ref=imported.campaign_id,
    )


def _cells(imported: Import) -> Iterator[list[object]]:
    yield list(HEADER)
    for row in verified_rows(imported).iterator(chunk_size=2000):
        if row.receipt is not None:
            yield _receipt_cells(imported, row, row.receipt)


def _receipt_cells(imported: Import, row: Row, receipt: Receipt) -> list[object]:
    is_loaded = row.state == RowState.LOADED
    return [
        row.email,
        receipt.verdict,
        receipt.catch_all,
        receipt.answered_at.isoformat() if receipt.answered_at else "",
        receipt.credits_used,
        receipt.path,
        imported.into,
        "yes" if is_loaded else "no",
        "" if is_loaded else reason_label(row),
        receipt.remote_verdict,
        origin_of(receipt),
    ]


def origin_of(receipt: Receipt) -> str:
    """Where an address was first verified, for a file: "demo, import 12 (spring.csv)"."""
    if receipt.came_with is not None:
        return receipt.origin or f"file {receipt.came_with.file_name}"
    payer = receipt.paid_by
    return f"{receipt.workspace.slug}, import {payer.pk} ({payer.file_name})" if payer else receipt.workspace.slug
