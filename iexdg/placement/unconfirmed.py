"""Keeps an incident open for every pause of a placement test that Instantly does not confirm."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from campaigns.watch.waiting import UNCONFIRMED_AFTER
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.placement.incident_kinds import PLACEMENT_PAUSE_UNCONFIRMED
from iexdg.placement.models import PlacementStatus, PlacementTest
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspaces.models import Workspace

_RETRIED = "The pause is retried. Pause it in Instantly's own app if this lasts."
_GIVEN_UP = "The pause is no longer retried. Pause it in Instantly's own app, or press Pause on its page."


def sync_unconfirmed_pauses(workspace: Workspace) -> None:
    """Open an incident for each test whose newest request is a pause that is not confirmed, and close the others."""
    sync_standing_incidents(workspace, (PLACEMENT_PAUSE_UNCONFIRMED,), _unconfirmed(workspace, timezone.now()))


def _unconfirmed(workspace: Workspace, now: datetime) -> Iterator[StandingIncident]:
    """Pauses that are not read back, and those that were given up while the test may still send."""
    changes = ObjectChange.objects.filter(
        workspace=OuterRef("workspace"), kind=ObjectKind.PLACEMENT, remote_id=OuterRef("remote_id")
    )
    newest = Subquery(changes.order_by("-id").values("pk")[:1])
    there = PlacementTest.objects.filter(workspace=workspace, vanished_at__isnull=True).annotate(newest=newest)
    rows = {row.newest: row for row in there.filter(newest__isnull=False)}
    is_open = Q(state__in=OPEN_CHANGE, asked_at__lte=now - UNCONFIRMED_AFTER)
    pauses = ObjectChange.objects.filter(is_open | Q(state=ObjectState.REFUSED), verb=Verb.PAUSE, pk__in=rows)
    for change in pauses:
        row = rows[change.pk]
        if change.state == ObjectState.REFUSED and _is_not_sending(row):
            continue
        yield StandingIncident(
            PLACEMENT_PAUSE_UNCONFIRMED,
            f"placement_pause_unconfirmed:{row.pk}",
            f"Pausing the placement test {row.name} is not confirmed: last read as {row.status_label}",
            f"{_GIVEN_UP if change.state == ObjectState.REFUSED else _RETRIED} {change.error}".strip(),
            row.as_subject,
            {"change": change.pk, "attempts": change.attempts},
        )


def _is_not_sending(row: PlacementTest) -> bool:
    """Whether it was read as not sending; one that is over stays over, also while it cannot be read."""
    is_paused = row.status == PlacementStatus.PAUSED and row.unknown_since is None
    return is_paused or row.status == PlacementStatus.COMPLETED
