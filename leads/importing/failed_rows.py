"""Exports the lines that were not loaded: the original columns, then the reason. Ready to upload again."""

from collections.abc import Iterator

from django.db.models import QuerySet

from iexdg.ui.spreadsheet import csv_lines
from leads.importing.mapping import IGNORE
from leads.models import Import, Reason, Row
from leads.models.row import FAILED_ROW

REASON = "reason"
DETAIL = "reason_detail"


def failed_rows(imported: Import) -> QuerySet[Row]:
    """Rows that were not loaded and will not be without an action, in the order of the file."""
    return Row.objects.filter(imported=imported, state__in=FAILED_ROW).order_by("line")


def failed_rows_csv(imported: Import) -> Iterator[str]:
    """Stream the failed rows in the delimiter of the file they came from."""
    return csv_lines(_failed_cells(imported), imported.delimiter)


def _failed_cells(imported: Import) -> Iterator[list[str]]:
    kept = _kept_columns(imported)
    names = [imported.header[place] for place in kept]
    yield [*names, *_own_names(names)]
    for row in failed_rows(imported).iterator(chunk_size=2000):
        cells = [row.raw[place] if place < len(row.raw) else "" for place in kept]
        # Cells beyond the header follow the reason, so that they shift no column and are not lost.
        beyond = row.raw[len(imported.header) :]
        yield [*cells, reason_label(row), row.reason_detail, *beyond]


def reason_label(row: Row) -> str:
    """Why a row was not loaded; for an unknown outcome, which has no reason, the label of its state."""
    return str(Reason(row.reason).label) if row.reason in Reason.values else str(row.get_state_display())


def _kept_columns(imported: Import) -> list[int]:
    """The columns to export; a failed-rows file that was uploaded again does not repeat its old reasons."""
    old = {REASON, DETAIL}
    return [
        place
        for place, name in enumerate(imported.header)
        if not (name in old and imported.mapping.get(name, IGNORE) == IGNORE)
    ]


def _own_names(names: list[str]) -> list[str]:
    return [name if name not in names else f"import_{name}" for name in (REASON, DETAIL)]
