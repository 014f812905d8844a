"""The only writer of rehearsals:

    -> asked
    asked -> running | failed
    running -> done | failed

A process that plays one holds a lease and renews it; one whose lease has lapsed has failed, and can be asked for again.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

REHEARSALS = StateTable(
    "Rehearsal",
    starts=(RehearsalState.ASKED,),
    moves={
        RehearsalState.ASKED: (RehearsalState.RUNNING, RehearsalState.FAILED),
        RehearsalState.RUNNING: (RehearsalState.DONE, RehearsalState.FAILED),
    },
)
# Longer than anything between two renewals takes: reading a large file, starting the sandbox, playing a fortnight.
LEASE = timedelta(minutes=5)
# One that no worker took by then is not waited for any more.
_WAITS_AT_MOST = timedelta(minutes=30)
_KEPT_PER_CAMPAIGN = 10
_ENDED = "The process that played it ended before it was done. Rehearse it again."
_NOT_TAKEN = "No worker took it within 30 minutes. Run `manage.py doctor`, then rehearse it again."


def ask(
    campaign: Campaign,
    *,
    by: Member,
    leads_source: str = "",
    file_path: str = "",
    pairs: list[str] | None = None,
    starts_on: date | None = None,
) -> Rehearsal:
    """Record that a campaign is to be rehearsed as it was last read.

    Raises: RehearsalError - one is running; nothing was recorded.
    """
    row = Rehearsal(
        workspace=campaign.workspace, campaign=campaign, name=campaign.name[:300], by=by,
        leads_source=leads_source[:255], file_path=file_path, pairs=pairs or [], starts_on=starts_on,
    )  # fmt: skip
    return _record(row, via=None)


def begin(
    workspace: Workspace,
    campaign: Campaign | None,
    name: str,
    *,
    source: str,
    leads_source: str,
    starts_on: date | None,
    via: str | None = None,
) -> Rehearsal:
    """Record a rehearsal that this process plays. Raises: as `ask`."""
    row = Rehearsal(
        workspace=workspace, campaign=campaign, name=name[:300], source=source[:255],
        leads_source=leads_source[:255], starts_on=starts_on,
    )  # fmt: skip
    return claim(_record(row, via=via).pk) or row


def _record(row: Rehearsal, *, via: str | None) -> Rehearsal:
    fail_lapsed(row.workspace)
    row.asked_at = row.changed_at = timezone.now()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            of_campaign = row.campaign_id is not None
            record(
                "campaign:rehearsal:asked",
                f"Rehearsal of {row.name} requested",
                subject=f"campaign:{row.campaign_id}" if of_campaign else f"rehearsal:{row.workspace_id}:{row.pk}",
                by=row.by,
                via=via,
                campaign_ref=row.campaign_id,
            )
    except IntegrityError:
        raise RehearsalError(f"A rehearsal of {row.name} is running already. Wait for its end.") from None
    return row


def claim(pk: int) -> Rehearsal | None:
    """Take one that was asked for; None where another process has it, or it is over."""
    now = timezone.now()
    this = Rehearsal.objects.filter(pk=pk)
    moved = REHEARSALS.move(
        this, to=RehearsalState.RUNNING, expected=RehearsalState.ASKED, started_at=now, changed_at=now,
        lease_until=now + LEASE,
    )  # fmt: skip
    return this.select_related("workspace", "campaign__workspace").get() if moved else None


def renew(rehearsal: Rehearsal, day: date, emails: int) -> bool:
    """Keep the lease and say how far it is; False where it was taken for failed meanwhile."""
    now = timezone.now()
    this = Rehearsal.objects.filter(pk=rehearsal.pk, state=RehearsalState.RUNNING)
    return bool(this.update(lease_until=now + LEASE, changed_at=now, day_reached=day, emails_so_far=emails))


def finish(rehearsal: Rehearsal, *, result: dict[str, Any], samples: list[dict[str, Any]], fingerprint: str) -> bool:
    """Keep the result; False where it was taken for failed meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        moved = REHEARSALS.move(
            Rehearsal.objects.filter(pk=rehearsal.pk), to=RehearsalState.DONE, expected=RehearsalState.RUNNING,
            result=result, samples=samples, fingerprint=fingerprint, finished_at=now, changed_at=now,
            lease_until=None,
        )  # fmt: skip
        _forget_oldest(rehearsal)
    _forget_file(rehearsal)
    return bool(moved)


def fail(rehearsal: Rehearsal, error: str) -> None:
    """Record why it could not be played."""
    _fail(Rehearsal.objects.filter(pk=rehearsal.pk), error)
    _forget_file(rehearsal)


def fail_lapsed(workspace: Workspace) -> int:
    """Take those for failed whose process ended, and those that no worker took; returns how many."""
    now = timezone.now()
    lapsed = Rehearsal.objects.filter(
        has_come("lease_until", now, longest=LEASE), workspace=workspace, state=RehearsalState.RUNNING
    )
    left = [(one, _ENDED) for one in lapsed] + [(one, _NOT_TAKEN) for one in _never_taken(workspace, now)]
    for one, sentence in left:
        fail(one, sentence)
    return len(left)


def to_start(workspace: Workspace) -> QuerySet[Rehearsal]:
    """Those that no worker has taken yet, the oldest first."""
    return Rehearsal.objects.filter(workspace=workspace, state=RehearsalState.ASKED).order_by("pk")


def _never_taken(workspace: Workspace, now: datetime) -> QuerySet[Rehearsal]:
    return to_start(workspace).filter(asked_at__lt=now - _WAITS_AT_MOST)


def _fail(these: QuerySet[Rehearsal], error: str) -> int:
    now = timezone.now()
    return REHEARSALS.move(
        these, to=RehearsalState.FAILED, expected=(RehearsalState.ASKED, RehearsalState.RUNNING), error=error[:500],
        finished_at=now, changed_at=now, lease_until=None,
    )  # fmt: skip


def _forget_file(rehearsal: Rehearsal) -> None:
    """Delete the people's file: what was counted from it is kept, and nobody's address."""
    if rehearsal.file_path:
        (Path(settings.MEDIA_ROOT) / rehearsal.file_path).unlink(missing_ok=True)
        Rehearsal.objects.filter(pk=rehearsal.pk).update(file_path="")


def _forget_oldest(rehearsal: Rehearsal) -> None:
    of_it = Rehearsal.objects.filter(workspace=rehearsal.workspace_id, name=rehearsal.name)
    if rehearsal.campaign_id is not None:
        of_it = Rehearsal.objects.filter(campaign=rehearsal.campaign_id)
    done = of_it.exclude(state__in=(RehearsalState.ASKED, RehearsalState.RUNNING)).order_by("-pk")
    old = list(done.values_list("pk", flat=True)[_KEPT_PER_CAMPAIGN:])
    Rehearsal.objects.filter(pk__in=old).delete()
