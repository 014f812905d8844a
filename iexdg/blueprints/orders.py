"""Requests to create or change a campaign: recorded before the call, closed by a read-back.

Only this module writes these rows:

    -> asked
    asked -> sent | refused
    sent -> confirmed | different | unknown | refused
    unknown -> confirmed | different | unknown | refused

A write is sent once; only what was read confirms it.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.blueprints.errors import ApplyRefusedError
from iexdg.blueprints.models import OPEN_WRITE, CampaignWrite, WriteState, WriteVerb
from iexdg.clients.http.errors import ClientError
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

CAMPAIGN_WRITES = StateTable(
    "CampaignWrite",
    starts=(WriteState.ASKED,),
    moves={
        WriteState.ASKED: (WriteState.SENT, WriteState.REFUSED),
        WriteState.SENT: (WriteState.CONFIRMED, WriteState.DIFFERENT, WriteState.UNKNOWN, WriteState.REFUSED),
        WriteState.UNKNOWN: (WriteState.CONFIRMED, WriteState.DIFFERENT, WriteState.UNKNOWN, WriteState.REFUSED),
    },
)
_LEFT = (WriteState.SENT, WriteState.UNKNOWN)
# Longer than it takes to send what was recorded; what reads a write back meanwhile does no harm.
LEASE = timedelta(seconds=20)


def order_write(
    workspace: Workspace,
    verb: WriteVerb,
    body: Mapping[str, Any],
    *,
    name: str,
    by: Member,
    campaign: Campaign | None = None,
    via: str | None = None,
) -> CampaignWrite:
    """Record what is about to be sent, leased to this process.

    Raises: ApplyRefusedError - another write of the campaign is open; nothing was recorded.
    """
    now = timezone.now()
    key = campaign.remote_id if campaign is not None else f"new:{name.strip().lower()}"[:400]
    try:
        with transaction.atomic():
            write = CampaignWrite.objects.create(
                workspace=workspace,
                campaign=campaign,
                verb=verb,
                remote_id=campaign.remote_id if campaign is not None else "",
                name=name[:300],
                key=key,
                body=dict(body),
                by=by,
                asked_at=now,
                lease_until=now + LEASE,
            )
            _record(write, "asked", f"Request to {write.get_verb_display()} the campaign {name}", by=by, via=via)
            return write
    except IntegrityError:
        raise ApplyRefusedError(
            f"{name}: another change by a blueprint is not confirmed yet. It is read back; then plan again."
        ) from None


class CampaignIntent:
    """A write as the intent that `perform_write` records its result in. Only the read-back shows what is stored."""

    def __init__(self, write: CampaignWrite) -> None:
        self.rows = CampaignWrite.objects.filter(pk=write.pk)

    def begin(self) -> bool:
        """Note that it is sent now; False where it was closed meanwhile. A write is sent once."""
        return bool(
            CAMPAIGN_WRITES.move(self.rows, to=WriteState.SENT, expected=WriteState.ASKED, sent_at=timezone.now())
        )

    def done(self, answer: object) -> None:
        """Note that it was accepted, and the id of what was created."""
        self.rows.update(answered_at=timezone.now())
        remote_id = str(getattr(answer, "remote_id", ""))[:64]
        if remote_id:
            self.rows.filter(remote_id="").update(remote_id=remote_id)

    def refused(self, error: ClientError) -> None:
        """Close it with Instantly's words: it was certainly not carried out."""
        refuse(self.rows, str(error))

    def unknown(self, error: ClientError) -> None:
        """Store the error; the read-back decides."""
        leave_unknown(self.rows, str(error))


def close_as_read(write: CampaignWrite, differences: list[dict[str, Any]]) -> None:
    """Close a write with what was read back: as sent, or different."""
    if differences:
        words = f"Stored otherwise: {', '.join(one['path'] for one in differences)}"
        _close(write, WriteState.DIFFERENT, _LEFT, words, differences=differences)
    else:
        _close(write, WriteState.CONFIRMED, _LEFT, "")


def refuse(rows: QuerySet[CampaignWrite], reason: str) -> None:
    """Close open writes that were not carried out."""
    for write in rows.filter(state__in=OPEN_WRITE):
        _close(write, WriteState.REFUSED, OPEN_WRITE, reason)


def leave_unknown(rows: QuerySet[CampaignWrite], reason: str = "") -> None:
    """Leave writes open whose outcome could not be read."""
    facts = {"error": reason[:300]} if reason else {}
    CAMPAIGN_WRITES.move(rows, to=WriteState.UNKNOWN, expected=_LEFT, read_at=timezone.now(), **facts)


def found_as(write: CampaignWrite, remote_id: str) -> None:
    """Note the id of what was created, where its answer was lost."""
    CampaignWrite.objects.filter(pk=write.pk, remote_id="").update(remote_id=remote_id[:64])
    write.refresh_from_db()


def belongs_to(write: CampaignWrite, campaign: Campaign) -> None:
    """Note the mirror of what was created."""
    CampaignWrite.objects.filter(pk=write.pk, campaign__isnull=True).update(campaign=campaign)
    write.refresh_from_db()


def _close(write: CampaignWrite, state: WriteState, expected: Collection[str], error: str, **facts: Any) -> None:
    now = timezone.now()
    this = CampaignWrite.objects.filter(pk=write.pk)
    with transaction.atomic():
        moved = CAMPAIGN_WRITES.move(
            this, to=state, expected=expected, closed_at=now, lease_until=None, error=error[:300], **facts
        )
        if moved:
            write.refresh_from_db()
            summary = f"{state.label.capitalize()}: {write.get_verb_display()} the campaign {write.name}"
            _record(write, state.value, summary, note=error)


def _record(
    write: CampaignWrite, verb: str, summary: str, *, by: Member | None = None, via: str | None = None, note: str = ""
) -> None:
    record(
        f"blueprint:{write.verb}:{verb}",
        summary,
        subject=f"blueprint:{write.workspace_id}:{write.pk}",
        campaign_ref=write.campaign_id,
        by=by,
        via=via,
        # What is sent holds addresses of senders and the copy: only its parts are named.
        after={"fields": sorted(write.body)} if verb == "asked" else {},
        note=note,
    )


def writes_to_settle(workspace: Workspace) -> QuerySet[CampaignWrite]:
    """Open writes of a workspace that no process has."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    there = CampaignWrite.objects.filter(free, workspace=workspace, state__in=OPEN_WRITE)
    return there.select_related("workspace", "campaign__workspace").order_by("id")
