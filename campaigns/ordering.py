"""The columns by which lists of campaigns can be sorted, and the counts of their status filters."""

from django.db.models import Case, Count, F, FloatField, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Lower

from campaigns.models import Approval, Campaign, DailyStat
from campaigns.queries import HIDDEN, STATUS_FILTERS, last_day
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


def status_counts(found: QuerySet[Campaign]) -> dict[str, int]:
    """How many of these campaigns each status filter leaves, in one query."""
    counts = {
        name: Count("pk", filter=condition if condition is HIDDEN else condition & ~HIDDEN)
        for name, (_, condition) in STATUS_FILTERS.items()
    }
    return {name: int(number) for name, number in found.order_by().aggregate(**counts).items()}
