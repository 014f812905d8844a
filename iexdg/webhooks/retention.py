"""How long deliveries are kept: they are about people, and what they hinted at was read long ago."""

from datetime import timedelta

from django.utils import timezone

from iexdg.webhooks.models import Delivery
from iexdg.workspaces.models import Workspace

KEPT_FOR = timedelta(days=30)
_AT_ONCE = 1000


def purge(workspace: Workspace) -> int:
    """Delete deliveries that are older, up to a thousand at once, whatever became of them; returns how many."""
    old = Delivery.objects.filter(workspace=workspace, received_at__lt=timezone.now() - KEPT_FOR)
    pks = list(old.order_by("received_at").values_list("pk", flat=True)[:_AT_ONCE])
    if pks:
        Delivery.objects.filter(pk__in=pks).delete()
    return len(pks)


def forget(workspace: Workspace, email: str) -> int:
    """Delete the deliveries that name a person; returns how many."""
    named = Delivery.objects.filter(workspace=workspace, lead=email.strip().lower())
    number = named.count()
    named.delete()
    return number
