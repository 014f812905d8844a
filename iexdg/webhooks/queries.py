"""Reads of deliveries. Every function is a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from iexdg.webhooks.models import Delivery, DeliveryState, EventKind
from iexdg.workspaces.models import Workspace

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DeliveryFilters:
    """Which deliveries a list shows, as read from its address; "" matches all."""

    state: str = ""
    kind: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "DeliveryFilters":
        """Read filters from an address; what makes no sense is ignored."""
        state, kind = query.get("state", ""), query.get("event", "")
        return cls(state=state if state in DeliveryState.values else "", kind=kind if kind in EventKind.values else "")

    def named(self) -> dict[str, object]:
        """The filters by name in the address."""
        return {"state": self.state, "event": self.kind}


@dataclass(frozen=True)
class Lately:
    """The deliveries of the last day: how many, how many in each state, how many came again, and the newest."""

    total: int
    waiting: int
    failed: int
    duplicates: int
    newest_at: datetime | None


def deliveries_of(workspace: Workspace, filters: DeliveryFilters) -> QuerySet[Delivery]:
    """The deliveries of a workspace that match, the newest first."""
    found = Delivery.objects.filter(workspace=workspace)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    return found.order_by("-id")


def lately(workspace: Workspace) -> Lately:
    """Count the deliveries of the last day, and find the newest of all; two queries."""
    since = timezone.now() - _DAY
    day = Delivery.objects.filter(workspace=workspace, received_at__gte=since)
    counted = day.order_by().aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state=DeliveryState.STORED)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        duplicates=Count("pk", filter=Q(duplicates__gt=0)),
    )
    newest = Delivery.objects.filter(workspace=workspace).order_by("-id").values_list("received_at", flat=True).first()
    return Lately(**counted, newest_at=newest)
