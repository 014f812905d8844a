"""Mirrors Instantly's subsequences: the list with its statuses, and what each has sent."""

from collections.abc import Collection
from datetime import datetime

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign, Subsequence
from campaigns.models.campaign import SENDING
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly import subsequences as remote
from iexdg.clients.instantly.answers import collected
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace


def mirror_subsequences(
    workspace: Workspace, *, campaign: Campaign | None = None, lane: Lane = Lane.BULK
) -> list[Subsequence]:
    """Mirror the subsequences of a workspace, or of one campaign; returns those that send.

    What runs when a workspace is listed for the first time was running before us: a person decides about it.
    Raises: ClientError - they could not all be read: what was known stays, marked as unknown.
    """
    now = timezone.now()
    known = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True)
    known = known.filter(campaign=campaign) if campaign else known
    of = campaign.remote_id if campaign else None
    try:
        listed, problem = collected(client_for(workspace).subsequences.list(campaign_remote_id=of, lane=lane))
    except ClientError as error:
        _mark_unread(known, error)
        _note_reading(workspace, now, error, is_whole=campaign is None)
        raise
    with transaction.atomic():
        is_first = _note_reading(workspace, now, problem, is_whole=campaign is None)
        parents = dict(Campaign.objects.filter(workspace=workspace).values_list("remote_id", "pk"))
        for one in listed:
            store(workspace, one, parents.get(one.campaign_remote_id), now, is_first=is_first)
        rest = known.exclude(remote_id__in=[one.remote_id for one in listed])
        if problem is None:
            rest.update(vanished_at=now)
        else:
            _mark_unread(rest, problem)
    if problem is not None:
        raise problem
    there = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True, remote_status__in=SENDING)
    return list((there.filter(campaign=campaign) if campaign else there).select_related("workspace", "campaign"))


def store(
    workspace: Workspace, one: remote.Subsequence, campaign_pk: int | None, now: datetime, *, is_first: bool = False
) -> Subsequence:
    """Store one subsequence as it was read."""
    facts = {
        "campaign_id": campaign_pk,
        "campaign_remote_id": one.campaign_remote_id[:64],
        "name": (one.name or "(no name)")[:300],
        "remote_status": one.status,
        "conditions": dict(one.conditions),
        "schedule": dict(one.schedule),
        "steps": [dict(step) for step in one.steps],
        "daily_limit_mode": (one.daily_limit_mode or "")[:16],
        "daily_limit": one.daily_limit,
        "read_at": now,
        "unknown_since": None if one.status is not None else now,
        "error": "",
        "vanished_at": None,
    }
    waits = {"awaits_adoption_since": now} if is_first and one.status in SENDING else {}
    row, _ = Subsequence.objects.update_or_create(
        workspace=workspace, remote_id=one.remote_id, defaults=facts, create_defaults=facts | waits
    )
    if one.status not in SENDING and row.awaits_adoption_since is not None:
        Subsequence.objects.filter(pk=row.pk).update(awaits_adoption_since=None)
    return row


def read_one(workspace: Workspace, remote_id: str, *, lane: Lane = Lane.SAFETY) -> Subsequence:
    """Read one subsequence and store it.

    Raises: ClientError - it could not be read; it is unknown since then.
    """
    now = timezone.now()
    try:
        found = client_for(workspace).subsequences.get(remote_id, lane=lane)
    except ClientError as error:
        _mark_unread(Subsequence.objects.filter(workspace=workspace, remote_id=remote_id), error)
        raise
    parent = Campaign.objects.filter(workspace=workspace, remote_id=found.campaign_remote_id).first()
    return store(workspace, found, parent.pk if parent else None, now)


def read_figures(workspace: Workspace) -> list[str]:
    """Read what each subsequence sent and what came of it; returns one sentence for each that could not be read."""
    there = list(
        Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True, campaign__vanished_at__isnull=True)
    )
    totals, errors = _totals(workspace, {one.campaign_remote_id for one in there})
    client = client_for(workspace)
    for one in there:
        this = Subsequence.objects.filter(pk=one.pk)
        try:
            figures = [
                {
                    "step": row.step,
                    "variant": row.variant,
                    "sent": row.sent_count,
                    "opened": row.unique_opened,
                    "replied": row.unique_replies,
                    "clicked": row.unique_clicks,
                }
                for row in client.subsequences.steps(one.remote_id)
            ]
        except ClientError as error:
            this.update(figures_error=str(error)[:300])
            errors.append(f"subsequence {one.name}: {error}")
            continue
        this.update(step_figures=figures, figures_read_at=timezone.now(), figures_error="")
        if one.remote_id in totals:
            total = totals[one.remote_id]
            this.update(sent=total.sent_count, opened=total.unique_open_count, replied=total.unique_reply_count)
    return errors


def _totals(workspace: Workspace, campaigns: Collection[str]) -> tuple[dict[str, remote.SubsequenceTotals], list[str]]:
    found: dict[str, remote.SubsequenceTotals] = {}
    errors = []
    for campaign_remote_id in sorted(campaigns):
        try:
            rows = client_for(workspace).subsequences.totals(campaign_remote_id)
        except ClientError as error:
            errors.append(f"subsequences: {error}")
            continue
        found |= {row.subsequence_remote_id: row for row in rows}
    return found, errors


def _note_reading(workspace: Workspace, now: datetime, problem: ClientError | None, *, is_whole: bool) -> bool:
    """Store when the whole list was read; True where it was never read before this."""
    if not is_whole:
        read = ListReading.objects.filter(workspace=workspace, kind=ObjectKind.SUBSEQUENCE, read_at__isnull=False)
        return not read.exists()
    row, _ = ListReading.objects.get_or_create(workspace=workspace, kind=ObjectKind.SUBSEQUENCE)
    this = ListReading.objects.filter(pk=row.pk)
    if problem is not None:
        this.update(error=str(problem)[:300], unknown_since=Coalesce("unknown_since", models.Value(now)))
        return False
    this.update(read_at=now, error="", unknown_since=None, changed_at=now)
    return row.read_at is None


def _mark_unread(rows: models.QuerySet[Subsequence], error: ClientError) -> None:
    now = models.Value(timezone.now())
    rows.update(error=str(error)[:300], unknown_since=Coalesce("unknown_since", now))
