"""Keeps a result until something that it depends on changes.

The key is read before the result is computed. Whatever changes meanwhile makes the key of the next reader differ, so a
result can be too new for its key and never too old.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from leads.models import KeptResult, LeadCount, ReceiptCount, RowCount

# What was computed: the result, as JSON has it, and the moment from which time alone makes it wrong.
Computed = tuple[Any, datetime | None]


def kept(what: str, subject: int, depends_on: object, compute: Callable[[], Computed]) -> Any:
    """Return the kept result if nothing in `depends_on` changed; otherwise compute it and keep it.

    Shapes: depends_on - anything of which equal values have equal `repr`.
    """
    key = hashlib.sha256(repr(depends_on).encode()).hexdigest()
    known = KeptResult.objects.filter(what=what, subject=subject, key=key).first()
    if known is not None and (known.valid_until is None or timezone.now() < known.valid_until):
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


def lead_changes(workspace_pk: int) -> int:
    """Grows with every change of a lead of the workspace that a finding or a filter could show."""
    counts = LeadCount.objects.filter(campaign__workspace_id=workspace_pk)
    return counts.aggregate(changes=Sum("changes"))["changes"] or 0


def row_changes(import_pk: int) -> int:
    """Grows with every change of a row of the import."""
    return RowCount.objects.filter(imported_id=import_pk).aggregate(changes=Sum("changes"))["changes"] or 0


def receipt_changes(workspace_pk: int) -> int:
    """Grows with every receipt that is added or answered."""
    counts = ReceiptCount.objects.filter(workspace_id=workspace_pk)
    return counts.aggregate(changes=Sum("changes"))["changes"] or 0


def rewritten_answers(workspace_pk: int) -> int:
    """Grows when an answered receipt is changed or deleted; not when one is answered.

    An answer counts one in `number` and one in `changes`; a rewritten one is taken off and added again.
    """
    answered = ReceiptCount.objects.filter(workspace_id=workspace_pk, answered=True)
    return answered.aggregate(changes=Sum(F("changes") - F("number")))["changes"] or 0
