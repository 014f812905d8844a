"""How fast verification credits are used: readings of what is left, and the rate between them.

The sync records one reading each time. One that lies between two others of the same hour and on their way, down or up,
is removed: what was used between the two stays the same without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import transaction

from iexdg.workspaces.models import CreditReading, Workspace

_DAY = timedelta(days=1)
# The rate is that of the last week, and unknown before a whole day was read.
WINDOW, _LEAST = timedelta(days=7), _DAY
_KEPT_FOR = timedelta(days=35)
_THINNED_TO = timedelta(hours=1)


@dataclass(frozen=True)
class Burn:
    """What was used between the first and the last reading of a week.

    Units: used in credits; days of 24 h. Shapes: per_day - None where less than a day was read; days_left - None is
        unknown, and also where nothing is used.
    """

    used: Decimal
    days: float
    per_day: Decimal | None
    days_left: float | None
    read_at: datetime | None

    @property
    def whole_days_left(self) -> int | None:
        """How many whole days the credits last."""
        return None if self.days_left is None else int(self.days_left)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was used, so that what is left lasts."""
        return self.per_day is not None and self.per_day == 0


def record_credits(workspace: Workspace, credits_left: Decimal, now: datetime) -> None:
    """Store a reading, and remove what it makes superfluous."""
    mine = CreditReading.objects.filter(workspace=workspace)
    with transaction.atomic():
        before = list(mine.filter(at__lte=now).order_by("-at", "-pk")[:2])
        CreditReading.objects.create(workspace=workspace, at=now, credits=credits_left)
        if len(before) > 1 and _is_on_the_way(before[1], before[0], credits_left, now):
            before[0].delete()
        mine.filter(at__lt=now - _KEPT_FOR).delete()


def _is_on_the_way(first: CreditReading, middle: CreditReading, last: Decimal, now: datetime) -> bool:
    falls = first.credits >= middle.credits >= last
    rises = first.credits <= middle.credits <= last
    return now - first.at <= _THINNED_TO and (falls or rises)


def burn_of(workspace: Workspace, now: datetime) -> Burn:
    """Return how fast the credits of a workspace are used and how long they last; one query."""
    found = CreditReading.objects.filter(workspace=workspace, at__gte=now - WINDOW, at__lte=now)
    left = None if workspace.credits_error else workspace.credits_left
    return burn(list(found.order_by("at", "pk").values_list("at", "credits")), left)


def burn(readings: Sequence[tuple[datetime, Decimal]], left: Decimal | None) -> Burn:
    """Sum what was used from reading to reading; what was bought in between is left out.

    Shapes: readings - (when, credits), oldest first; left - None is unknown.
    """
    used = sum((max(Decimal(0), one - other) for (_, one), (_, other) in pairwise(readings)), Decimal(0))
    span = readings[-1][0] - readings[0][0] if readings else timedelta()
    days, read_at = span / _DAY, readings[-1][0] if readings else None
    if span < _LEAST:
        return Burn(used, days, None, None, read_at)
    per_day = used / Decimal(days)
    days_left = float(left / per_day) if left is not None and per_day > 0 else None
    return Burn(used, days, per_day, days_left, read_at)
