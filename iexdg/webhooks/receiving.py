"""Stores a delivery as it came, before anything is done about it. The same content again only counts."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from iexdg.webhooks.events import event_of, fingerprint_of
from iexdg.webhooks.models import Delivery
from iexdg.workspaces.models import Workspace

# A task is started at once; where the broker lost it, the sweep starts another after this.
ROUTE_WITHIN = timedelta(seconds=10)


def store(workspace: Workspace, payload: dict[str, Any]) -> Delivery | None:
    """Store a payload; None where the same content is there already, which is counted. Two statements at most."""
    now, event = timezone.now(), event_of(payload)
    fingerprint = fingerprint_of(payload)
    try:
        with transaction.atomic():
            return Delivery.objects.create(
                workspace=workspace,
                received_at=now,
                changed_at=now,
                event_type=event.name,
                kind=event.kind,
                fingerprint=fingerprint,
                body=payload,
                lead=event.lead,
                due_at=now + ROUTE_WITHIN,
            )
    except IntegrityError:
        _count(workspace, fingerprint, now)
        return None


def _count(workspace: Workspace, fingerprint: str, now: datetime) -> None:
    there = Delivery.objects.filter(workspace=workspace, fingerprint=fingerprint)
    there.update(duplicates=F("duplicates") + 1, again_at=now, changed_at=now)
