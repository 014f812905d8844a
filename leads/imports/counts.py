"""Counts the rows of an import; every number shown for an import comes from here."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum

from leads.models import Batch, BatchState, Import, Reason, Receipt, Row, RowState
from leads.models.row import LEFT_OUT, OPEN_ROW
from leads.queries import rows_to_pay

_EVER_VERIFIED = (RowState.VERIFIED, RowState.LOADING, RowState.LOADED, RowState.UNKNOWN, RowState.LOAD_FAILED)
# A batch in one of these states has not been accounted for yet.
_UNSETTLED = (BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN)


@dataclass(frozen=True)
class ImportCounts:
    """All numbers of one import at one moment. rows = skipped + rejected + loaded + unknown + failed + open."""

    import_id: int
    state: str
    encoding: str
    delimiter: str
    sheet: str
    header_line: int
    mapped_by: str
    asks: list[dict[str, Any]]
    flags: dict[str, int]
    remarks: list[str]
    rows: int
    skipped: dict[str, int]
    rejected: dict[str, int]
    load_failed: dict[str, int]
    verified: int
    ready: int
    no_room: int
    loaded: int
    unknown: int
    open: dict[str, int]
    credits_needed: Decimal
    credits_used: Decimal
    flips: int
    reconciled: bool

    @property
    def ok(self) -> int:
        """Rows that passed the check."""
        return self.rows - self.skipped_total

    @property
    def left_out(self) -> dict[str, int]:
        """Part of skipped: readable rows that the file itself says not to write to, by reason."""
        return {reason: number for reason, number in self.skipped.items() if reason in LEFT_OUT}

    @property
    def skipped_total(self) -> int:
        """Rows that the check excluded from verification."""
        return sum(self.skipped.values())

    @property
    def rejected_total(self) -> int:
        """Rows whose address was rejected by verification."""
        return sum(self.rejected.values())

    @property
    def failed_total(self) -> int:
        """Rows that were verified but could not be loaded."""
        return sum(self.load_failed.values())

    @property
    def open_total(self) -> int:
        """Rows that are still in progress."""
        return sum(self.open.values())

    @property
    def answered(self) -> int:
        """Rows for which verification has a final result."""
        return self.verified + self.rejected_total

    @property
    def adds_up(self) -> bool:
        """Whether every row is counted exactly once."""
        settled = self.skipped_total + self.rejected_total + self.loaded + self.unknown + self.failed_total
        return self.rows == settled + self.open_total

    def as_json(self) -> dict[str, Any]:
        """The object that `import_leads --json` prints."""
        return {
            "import_id": self.import_id,
            "state": self.state,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "header_line": self.header_line,
            "mapped_by": self.mapped_by,
            "asks": [{"what": ask["what"], "choices": ask["choices"]} for ask in self.asks],
            "flags": self.flags,
            "remarks": self.remarks,
            "left_out": self.left_out,
            "rows": self.rows,
            "ok": self.ok,
            "skipped": self.skipped,
            "verified": self.verified,
            "rejected": self.rejected,
            "loaded": self.loaded,
            "unknown": self.unknown,
            "load_failed": {**self.load_failed, **({"no_room": self.no_room} if self.no_room else {})},
            "credits_needed": float(self.credits_needed),
            "credits_used": float(self.credits_used),
            "flips": self.flips,
            "reconciled": self.reconciled,
        }


def counts_of(imported: Import) -> ImportCounts:
    """Count the rows of an import by state and reason, and its credits.

    Units: credits. `credits_needed` is the total cost: addresses paid for and addresses still to be verified.
    """
    grouped = Row.objects.filter(imported=imported).order_by().values_list("state", "reason")
    states: Counter[str] = Counter()
    reasons: dict[str, dict[str, int]] = {}
    for state, reason, number in grouped.annotate(number=Count("pk")):
        states[state] += number
        reasons.setdefault(state, {})[reason or "unknown"] = number
    paid = Receipt.objects.filter(paid_by=imported).aggregate(number=Count("pk"), used=Sum("credits_used"))
    # Without new rows nothing is left to verify, and the query would scan them all.
    to_ask = rows_to_pay(imported).count() if states[RowState.NEW] else 0
    return ImportCounts(
        import_id=imported.pk,
        state=imported.state,
        encoding=imported.encoding,
        delimiter=imported.delimiter,
        sheet=imported.sheet,
        header_line=imported.header_line,
        mapped_by=imported.mapped_by,
        asks=imported.asks,
        flags=imported.flags,
        remarks=imported.column_remarks,
        rows=sum(states.values()),
        skipped=reasons.get(RowState.SKIPPED, {}),
        rejected=reasons.get(RowState.REJECTED, {}),
        load_failed=reasons.get(RowState.LOAD_FAILED, {}),
        verified=sum(states[state] for state in _EVER_VERIFIED),
        ready=states[RowState.VERIFIED],
        no_room=reasons.get(RowState.VERIFIED, {}).get(Reason.NO_ROOM, 0),
        loaded=states[RowState.LOADED],
        unknown=states[RowState.UNKNOWN],
        open={str(state): states[state] for state in OPEN_ROW if states[state]},
        credits_needed=(to_ask + paid["number"]) * Decimal(settings.CREDIT_PRICE),
        credits_used=paid["used"] or Decimal(0),
        flips=imported.flips,
        reconciled=not states[RowState.UNKNOWN] and not _unsettled_batches(imported),
    )


def _unsettled_batches(imported: Import) -> bool:
    batches = Batch.objects.filter(imported=imported)
    return batches.filter(state__in=_UNSETTLED).exists() or batches.filter(adds_up=False).exists()
