"""The columns by which lists of campaigns can be sorted, and the counts of their status filters."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower

from campaigns.models import Approval, Campaign, CampaignStatus, DailyStat
from campaigns.models.campaign import HIDEABLE, SENDING
from campaigns.queries import STOPPED, UNKNOWN, last_day
from iexdg.ui.sorting import SortColumn, Sorting

# Below this many a rate is not shown, so it does not order the list either (pages/figures.py).
_FLOOR = 50


def _rate(part: str, whole: str) -> Case:
    return Case(
        When(**{f"{whole}__gte": _FLOOR}, then=Cast(F(part), FloatField()) / F(whole)),
        default=Value(None),
        output_field=FloatField(),
    )


_NEWEST_APPROVAL = Approval.objects.filter(campaign=OuterRef("pk")).order_by("-id").values("requested_at")[:1]
COLUMNS = {
    "name": SortColumn(Lower("name")),
    "status": SortColumn("remote_status"),
    "approval": SortColumn(Subquery(_NEWEST_APPROVAL), falls_first=True),
    "leads": SortColumn("leads_count", falls_first=True),
    "today": SortColumn("sent_today", falls_first=True),
    "sent": SortColumn("sent", falls_first=True),
    "contacted": SortColumn("contacted", falls_first=True),
    "open": SortColumn(_rate("opened", "contacted"), falls_first=True),
    "reply": SortColumn(_rate("replied", "contacted"), falls_first=True),
    "interested": SortColumn(_rate("interested", "contacted"), falls_first=True),
    "click": SortColumn(_rate("clicked", "contacted"), falls_first=True),
    "unsubscribed": SortColumn(_rate("unsubscribed", "contacted"), falls_first=True),
    "opportunities": SortColumn("opportunities", falls_first=True),
    "bounce": SortColumn(_rate("bounced", "sent"), falls_first=True),
    "read": SortColumn("synced_at", falls_first=True),
}


def in_order(found: QuerySet[Campaign], sorting: Sorting) -> QuerySet[Campaign]:
    """Sort campaigns; those that vanished are always last."""
    if sorting.name == "today":
        days = DailyStat.objects.filter(campaign__in=found.order_by()).aggregate(newest=Max("date"))
        today = last_day([days["newest"]] if days["newest"] else [])
        sent = DailyStat.objects.filter(campaign=OuterRef("pk"), date=today).values("sent")[:1]
        known = Coalesce(Subquery(sent), Value(0), output_field=IntegerField())
        has_figures = When(analytics_read_at__isnull=False, analytics_unknown_since__isnull=True, then=known)
        found = found.annotate(sent_today=Case(has_figures, default=Value(None), output_field=IntegerField()))
    return found.order_by(F("vanished_at").asc(nulls_first=True), *sorting.order("name", "pk"))


class _Group(NamedTuple):
    """Campaigns that every status filter keeps or leaves out together."""

    status: int | None
    is_archived: bool
    is_vanished: bool
    is_unknown: bool

    @property
    def is_hidden(self) -> bool:
        return self.is_archived and self.status in HIDEABLE


# STATUS_FILTERS for a group: a count with a condition for each filter takes four times as long to put into words.
_IN_GROUP: dict[str, Callable[[_Group], bool]] = {
    "sending": lambda one: one.status in SENDING,
    "paused": lambda one: one.status == CampaignStatus.PAUSED,
    "completed": lambda one: one.status == CampaignStatus.COMPLETED,
    "draft": lambda one: one.status == CampaignStatus.DRAFT,
    "stopped": lambda one: one.status in STOPPED,
    "unknown": lambda one: one.is_unknown,
    "vanished": lambda one: one.is_vanished,
}


def status_counts(found: QuerySet[Campaign]) -> dict[str, int]:
    """How many of these campaigns each status filter leaves, in one query."""
    marks = (Q(archived_at__isnull=False), Q(vanished_at__isnull=False), UNKNOWN)
    facts = [ExpressionWrapper(one, BooleanField()) for one in marks]
    rows = found.order_by().values_list("remote_status", *facts).annotate(Count("pk"))
    groups = [(_Group(*row[:4]), int(row[4])) for row in rows]
    counts = {
        name: sum(number for one, number in groups if is_in(one) and not one.is_hidden)
        for name, is_in in _IN_GROUP.items()
    }
    return counts | {"archived": sum(number for one, number in groups if one.is_hidden)}
