"""Counts the rows of an import; every number shown for an import comes from here."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Min, Q, Sum

from leads.derived.kept import Computed, kept, receipt_changes, row_changes
from leads.models import Batch, BatchState, Import, ImportState, Reason, ReceiptCount, Row, RowCount, RowState
from leads.models.row import EVER_VERIFIED, LEFT_OUT, OPEN_ROW
from leads.queries import fresh_receipts, rows_to_pay
from leads.verification.prices import price_of

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
    to_ask: int
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

    def _open_by_reason(self) -> dict[str, int]:
        """Open rows by state; verified rows for which the plan has no room are counted as "no_room" instead."""
        if not self.no_room:
            return self.open
        others = {state: number for state, number in self.open.items() if state != RowState.VERIFIED}
        waiting = self.open[RowState.VERIFIED] - self.no_room
        return {**others, **({"verified": waiting} if waiting else {}), "no_room": self.no_room}

    def as_json(self) -> dict[str, Any]:
        """The object that `import_leads --json` prints."""
        open_about = {ask["what"] for ask in self.asks}
        return {
            "import_id": self.import_id,
            "state": self.state,
            # What is still asked is not known: a guess would look like a fact.
            "encoding": None if "encoding" in open_about else self.encoding,
            "delimiter": self.delimiter,
            "sheet": None if "sheet" in open_about else self.sheet,
            "header_line": None if open_about & {"sheet", "header_line"} else self.header_line,
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
            "load_failed": self.load_failed,
            "open": self._open_by_reason(),
            "credits_needed": float(self.credits_needed),
            "credits_used": float(self.credits_used),
            "flips": self.flips,
            "reconciled": self.reconciled,
        }


def counts_of(imported: Import) -> ImportCounts:
    """Count the rows of an import by state and reason, and its credits.

    Units: credits. `credits_needed` is the total cost: addresses paid for and addresses still to be verified.
    """
    states: Counter[str] = Counter()
    reasons: dict[str, dict[str, int]] = {}
    counts = RowCount.objects.filter(imported=imported, number__gt=0)
    for state, reason, number in counts.values_list("state", "reason", "number"):
        states[state] += number
        reasons.setdefault(state, {})[reason or "unknown"] = number
    paid = ReceiptCount.objects.filter(payer=imported.pk).aggregate(number=Sum("number"), used=Sum("hundredths"))
    paid_for = paid["number"] or 0
    price = price_of(imported.verify_by)
    to_ask = _addresses_to_ask(imported, states[RowState.NEW])
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
        verified=sum(states[state] for state in EVER_VERIFIED),
        ready=states[RowState.VERIFIED],
        no_room=reasons.get(RowState.VERIFIED, {}).get(Reason.NO_ROOM, 0),
        loaded=states[RowState.LOADED],
        unknown=states[RowState.UNKNOWN],
        open={str(state): states[state] for state in OPEN_ROW if states[state]},
        to_ask=to_ask,
        credits_needed=_bounded(imported, (to_ask + paid_for) * price),
        credits_used=Decimal(paid["used"] or 0) / 100,
        flips=imported.flips,
        reconciled=not states[RowState.UNKNOWN] and not _unsettled_batches(imported),
    )


def _bounded(imported: Import, credits_needed: Decimal) -> Decimal:
    if imported.state != ImportState.VERIFYING or imported.credit_ceiling is None:
        return credits_needed
    return min(credits_needed, imported.credit_ceiling)


def _addresses_to_ask(imported: Import, new: int) -> int:
    """How many of the new rows have to be paid for.

    While it is checked or verified they change with every moment: every new row counts then, as if no address were
    known.
    """
    if not new or imported.state in {ImportState.CHECKING, ImportState.VERIFYING}:
        return new
    workspace_pk = imported.workspace_id
    depends_on = (row_changes(imported.pk), receipt_changes(workspace_pk), settings.RECEIPT_LIFE_DAYS)
    found: int = kept("to_pay", imported.pk, depends_on, lambda: _count_to_ask(imported))
    return found


def _count_to_ask(imported: Import) -> Computed:
    """The number, and when the next receipt that is used again is too old."""
    # By address: SQLite would read all receipts of the workspace by their time to ask the rows about each.
    waiting = Row.objects.filter(imported=imported, state=RowState.NEW).order_by()
    used = fresh_receipts(imported.workspace_id).filter(email__in=waiting.values("email"))
    oldest = used.aggregate(answered_at=Min("answered_at"))["answered_at"]
    life = timedelta(days=settings.RECEIPT_LIFE_DAYS)
    return rows_to_pay(imported).count(), oldest + life if oldest else None


def _unsettled_batches(imported: Import) -> bool:
    return Batch.objects.filter(Q(state__in=_UNSETTLED) | Q(adds_up=False), imported=imported).exists()
