"""Leaves rows out before anything is paid: flagged ones by a person's choice, and people whom another line marks."""

from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from leads.errors import ImportStateError
from leads.events import log
from leads.importing.flags import FLAGS, code_of
from leads.models import Import, ImportState, Reason, Row, RowState
from leads.models.row import MARKED
from leads.states import move_rows


def leave_out_flagged(imported: Import, codes: Collection[str], *, by: Member, via: str | None = None) -> int:
    """Skip the new rows that have one of these flags; returns how many.

    Raises: NotAllowedError, ImportStateError (no such flag; not checked yet, or started). Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    chosen = [code for code in FLAGS if code in codes]
    if not chosen:
        raise ImportStateError("Choose at least one kind of row to leave out.")
    labels = ", ".join(FLAGS[code].label for code in chosen)
    with transaction.atomic():
        _require_checked(imported)
        rows = _with_flags(Row.objects.filter(imported=imported), chosen)
        detail = f"left out by {by.name}: {labels}"[:300]
        count = move_rows(rows, to=RowState.SKIPPED, expected=RowState.NEW, reason=Reason.FLAGGED, reason_detail=detail)
        _recount(imported)
        _record(imported, "left_out", f"{by.name} left out {plural(count, 'line')}: {labels}", by=by, via=via)
    return count


def put_back(imported: Import, *, by: Member, via: str | None = None) -> int:
    """Take in again all rows that a person left out for their flags; returns how many.

    Raises: NotAllowedError, ImportStateError (not checked yet, or started). Nothing was changed then.
    """
    require(by, Action.IMPORT, imported.workspace)
    with transaction.atomic():
        _require_checked(imported)
        rows = Row.objects.filter(imported=imported, reason=Reason.FLAGGED)
        count = move_rows(rows, to=RowState.NEW, expected=RowState.SKIPPED, reason="", reason_detail="")
        _recount(imported)
        _record(imported, "put_back", f"{by.name} put back {plural(count, 'line')}", by=by, via=via)
    return count


def leave_out_marked_elsewhere(imported: Import) -> None:
    """Skip new rows whose address another line of the file calls unsubscribed, bounced or not to be mailed."""
    moved = 0
    for reason in sorted(MARKED):
        marked = Row.objects.filter(imported=imported, state=RowState.SKIPPED, reason=reason).order_by()
        if not marked.exists():
            continue
        same = Row.objects.filter(imported=imported, email__in=marked.values("email"))
        detail = "another line of the file says so"
        moved += move_rows(same, to=RowState.SKIPPED, expected=RowState.NEW, reason=reason, reason_detail=detail)
    if moved:
        _recount(imported)


def _require_checked(imported: Import) -> None:
    """Lock the import, so that it cannot be started or checked again meanwhile."""
    locked = Import.objects.select_for_update().filter(pk=imported.pk, state=ImportState.MAPPED, started_at=None)
    if not locked.exists():
        raise ImportStateError("Rows can be left out only after the check and before the start.")


def _with_flags(rows: QuerySet[Row], codes: Collection[str]) -> QuerySet[Row]:
    """The rows that have one of the flags; the column is JSON, and not every database looks into it."""
    wanted = Q()
    for code in codes:
        wanted |= Q(flags_text__contains=f'"{code}"') | Q(flags_text__contains=f'"{code}:')
    return rows.exclude(flags=[]).annotate(flags_text=Cast("flags", TextField())).filter(wanted)


def _recount(imported: Import) -> None:
    """Count the flags of the new rows again."""
    counted: Counter[str] = Counter()
    rows = Row.objects.filter(imported=imported, state=RowState.NEW).exclude(flags=[]).order_by()
    for flags, number in rows.values_list("flags").annotate(number=Count("pk")).iterator(chunk_size=2000):
        for flag in flags:
            counted[code_of(flag)] += number
    Import.objects.filter(pk=imported.pk).update(flags=counted)
    imported.flags = dict(counted)


def _record(imported: Import, verb: str, words: str, *, by: Member, via: str | None) -> None:
    log(imported, words)
    record(
        f"import:rows:{verb}", f"{words} of {imported.file_name}", subject=f"import:{imported.pk}",
        campaign_ref=imported.campaign_id, by=by, via=via,
    )  # fmt: skip
