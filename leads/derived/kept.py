"""Keeps a result until something that it depends on changes.

The key is read before the result is computed. Whatever changes meanwhile makes the key of the next reader differ, so a
result can be too new for its key and never too old.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Count, F, Max, OuterRef, Subquery, Sum
from django.utils import timezone

from iexdg.workspaces.models import Workspace
from leads.models import BlockListLook, KeptResult, LeadCount, ReceiptCount, RowCount, Suppression

# What was computed: the result, as JSON has it, and the moment from which time alone makes it wrong.
Computed = tuple[Any, datetime | None]


def kept(
    what: str,
    subject: int,
    depends_on: object,
    compute: Callable[[], Computed],
    stored: Mapping[str, KeptResult] | None = None,
) -> Any:
    """Return the kept result if nothing in `depends_on` changed; otherwise compute it and keep it.

    Shapes: depends_on - anything of which equal values have equal `repr`; stored - `stored_results` of the subject,
        where more than one of them is asked for.
    """
    key = hashlib.sha256(repr(depends_on).encode()).hexdigest()
    found = stored_results(subject, what) if stored is None else stored
    known = found.get(what)
    if known is not None and known.key == key and (known.valid_until is None or timezone.now() < known.valid_until):
        return known.value
    value, valid_until = compute()
    value = json.loads(json.dumps(value))
    facts = {"key": key, "valid_until": valid_until, "value": value}
    try:
        with transaction.atomic():
            KeptResult.objects.update_or_create(what=what, subject=subject, defaults=facts)
    except DatabaseError:
        # A database that is full or read-only: the result is right, it is only computed again next time.
        return value
    return value


def stored_results(subject: int, *what: str) -> dict[str, KeptResult]:
    """What was kept of a subject, whether it is still right or not, in one query."""
    return {row.what: row for row in KeptResult.objects.filter(what__in=what, subject=subject)}


def row_changes(import_pk: int) -> int:
    """Grows with every change of a row of the import."""
    return RowCount.objects.filter(imported_id=import_pk).aggregate(changes=Sum("changes"))["changes"] or 0


def receipt_changes(workspace_pk: int) -> int:
    """Grows with every receipt that is added or answered."""
    counts = ReceiptCount.objects.filter(workspace_id=workspace_pk)
    return counts.aggregate(changes=Sum("changes"))["changes"] or 0


@dataclass(frozen=True)
class PeopleChanges:
    """What tells that findings about the people of a workspace may have changed. Two equal ones: nothing did.

    `lead_changes` grows with every change of a lead that a finding or a filter could show. `rewritten_answers` grows
    when an answered receipt is changed or deleted, not when one is answered: an answer counts one in `number` and one
    in `changes`, a rewritten one is taken off and added again. The block list has how many are on it, the newest of
    them, and how often it was found changed.
    """

    lead_changes: int | None
    rewritten_answers: int | None
    blocked: int | None
    newest_blocked: int | None
    block_list_changes: int | None


def people_changes(workspace_pk: int) -> tuple[PeopleChanges, datetime | None]:
    """Return the changes of a workspace, and when its block list was last read; one query."""
    leads = LeadCount.objects.filter(campaign__workspace=OuterRef("pk")).order_by().values("campaign__workspace")
    answers = ReceiptCount.objects.filter(workspace=OuterRef("pk"), answered=True).order_by().values("workspace")
    blocked = Suppression.objects.filter(workspace=OuterRef("pk")).order_by().values("workspace")
    looks = BlockListLook.objects.filter(workspace=OuterRef("pk"))
    columns = {
        "lead_changes": Subquery(leads.annotate(total=Sum("changes")).values("total")),
        "rewritten_answers": Subquery(answers.annotate(total=Sum(F("changes") - F("number"))).values("total")),
        "blocked": Subquery(blocked.annotate(total=Count("pk")).values("total")),
        "newest_blocked": Subquery(blocked.annotate(newest=Max("pk")).values("newest")),
        "block_list_changes": Subquery(looks.values("changes")[:1]),
        "read_at": Subquery(looks.values("read_at")[:1]),
    }
    row = Workspace.objects.annotate(**columns).values(*columns).get(pk=workspace_pk)
    return PeopleChanges(**{name: row[name] for name in columns if name != "read_at"}), row["read_at"]
