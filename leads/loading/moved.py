"""Batches of a move: the call that moves their people, its background job, and the read that shows who arrived.

Instantly's move is safe to send again: it names people by the campaign or list that they are in, and whoever has left
it is no longer among them.
"""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly.background_jobs import BackgroundJob
from iexdg.clients.instantly.lead_selection import MoveOptions
from iexdg.workspaces.connected import client_for
from leads.blocklist.mirror import blocked_among
from leads.events import log
from leads.loading.batches import count_loaded, mark_loaded, return_rows
from leads.models import Batch, BatchState, Import, Reason, Row, RowState
from leads.queries import Collision
from leads.sources import at_source, note_left, refresh_at_source, still_at_source, why_stay
from leads.states import move_batch, move_rows

# Source: instantly-facts.md §2.6: the job of a move, as the sources name it.
_KIND = "move-leads"
_JOB_EVERY = timedelta(seconds=2)


def people_to_move(batch: Batch) -> list[str]:
    """Instantly's ids of the people of a planned batch who may still be moved; the others are not, with the reason.

    Read just before: who unsubscribed, bounced, replied, was blocked or left meanwhile stays where they are.
    Raises: ClientError - where they are could not be read; nothing was changed.
    """
    imported = batch.imported
    rows = list(Row.objects.filter(batch=batch, state=RowState.LOADING).order_by("id"))
    emails = {row.email for row in rows}
    refresh_at_source(imported, emails)
    stays = why_stay(imported, emails)
    for email, value in blocked_among(imported.workspace_id, emails).items():
        stays[email] = Collision(Reason.IN_BLOCKLIST, f"blocked by {value}")
    with transaction.atomic():
        for row in rows:
            if row.email in stays:
                why = stays[row.email]
                facts = {"reason": why.reason, "reason_detail": why.detail[:300]}
                this = Row.objects.filter(pk=row.pk)
                move_rows(this, to=RowState.LOAD_FAILED, expected=RowState.LOADING, **facts)
        kept = emails - stays.keys()
        if stays and kept:
            Batch.objects.filter(pk=batch.pk).update(size=len(kept))
            batch.size = len(kept)
        elif stays:
            words = "Nobody of it can be moved any more."
            move_batch(batch, to=BatchState.REFUSED, expected=BatchState.PLANNED, error=words)
    if stays:
        log(imported, f"Batch {batch.number}: {len(stays):,} left where they are", "warn")
    return [person.remote_id for person in at_source(imported, kept).values()] if kept else []


def options_of(imported: Import) -> MoveOptions:
    """How the people of a move are moved."""
    # Who is in another campaign was found by the check; Instantly might take the source itself for one.
    return MoveOptions(skips_duplicates=True, skips_if_in_campaign=imported.source_list_id is not None)


def record_job(batch: Batch, job: BackgroundJob) -> None:
    """Instantly accepted the move: its rows are unknown until the job has ended and they are read."""
    now = timezone.now()
    facts = {"job": job.remote_id[:64], "answered_at": now, "next_read_at": now}
    with transaction.atomic():
        if move_batch(batch, to=BatchState.SENT, expected=BatchState.SENDING, **facts):
            move_rows(Row.objects.filter(batch=batch), to=RowState.UNKNOWN, expected=RowState.LOADING)


def job_has_ended(batch: Batch) -> bool:
    """Whether Instantly's job of a batch has ended, by a read of it; one whose answer was lost is searched for.

    Raises: ClientError - it could not be read.
    """
    if batch.job_ended_at is not None:
        return True
    jobs = client_for(batch.imported.workspace).background_jobs
    if batch.job:
        try:
            has_ended = jobs.get(batch.job).has_ended
        except NotFoundError:
            # It is no longer listed: reading the people decides.
            has_ended = True
    else:
        running = jobs.list(kind=_KIND, entity_remote_id=batch.imported.to_remote_id)
        has_ended = all(job.has_ended for job in running)
    now = timezone.now()
    if has_ended:
        Batch.objects.filter(pk=batch.pk).update(job_ended_at=now)
        batch.job_ended_at = now
    else:
        Batch.objects.filter(pk=batch.pk).update(next_read_at=now + _JOB_EVERY)
    return has_ended


def record_arrived(batch: Batch, rows: list[Row], there: dict[str, str]) -> tuple[list[Row], dict[str, str]]:
    """Record who is in the target and no longer at the source; returns the others, and who is still at the source.

    Shapes: there - address -> id in the target.
    Raises: ClientError - the source could not be read; nothing was changed.
    """
    imported = batch.imported
    left = dict(still_at_source(imported, [row.email for row in rows])) if rows else {}
    arrived = [row for row in rows if row.email in there and row.email not in left]
    for row in arrived:
        row.remote_id = there[row.email]
    with transaction.atomic():
        mark_loaded(imported, arrived)
        count_loaded(batch, len(arrived))
        note_left(imported, [row.email for row in arrived])
    return [row for row in rows if row not in arrived], left


def close_move(batch: Batch, rest: list[Row], there: dict[str, str], left: dict[str, str]) -> int:
    """Record what became of those who did not arrive; returns how many are nowhere.

    Whoever is still at the source stays there; if the answer was lost they are moved by another batch.
    """
    doubled, others = _divided(rest, among=left.keys() & there.keys())
    waiting, lost = _divided(others, among=left.keys())
    if not batch.job and waiting and len(waiting) == Row.objects.filter(batch=batch).count():
        return_rows(batch, error=batch.error or "It never arrived.")
        return 0
    with transaction.atomic():
        if batch.job:
            _not_moved(waiting, Reason.NOT_MOVED, "")
        else:
            move_rows(_these(waiting), to=RowState.VERIFIED, expected=RowState.UNKNOWN, batch=None)
        _not_moved(doubled, Reason.DUPLICATE_AT_INSTANTLY, f"in {batch.imported.into} as well"[:300])
        _not_moved(lost, Reason.NOT_ACCOUNTED, "")
        loaded = Row.objects.filter(batch=batch, state=RowState.LOADED).count()
        facts = {"total_sent": batch.size, "moved": loaded, "left_where_they_are": batch.size - loaded - len(lost)}
        read = (BatchState.SENT, BatchState.UNKNOWN)
        ended = {"reads": batch.reads, "adds_up": not lost, "accounting": facts}
        move_batch(batch, to=BatchState.RECONCILED, expected=read, **ended)
    return len(lost)


def _divided(rows: list[Row], *, among: Collection[str]) -> tuple[list[Row], list[Row]]:
    """The rows whose address is among these, and the others."""
    return [row for row in rows if row.email in among], [row for row in rows if row.email not in among]


def _these(rows: list[Row]) -> QuerySet[Row]:
    return Row.objects.filter(pk__in=[row.pk for row in rows])


def _not_moved(rows: list[Row], reason: str, detail: str) -> None:
    move_rows(_these(rows), to=RowState.LOAD_FAILED, expected=RowState.UNKNOWN, reason=reason, reason_detail=detail)
