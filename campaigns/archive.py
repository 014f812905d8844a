"""Hides a campaign from the lists here, and brings it back. Instantly has no archive: nothing is changed there."""

from django.db import transaction
from django.utils import timezone

from campaigns.errors import ArchiveError
from campaigns.models import Campaign
from campaigns.models.campaign import HIDEABLE
from campaigns.sending.lifecycle import live_approval_of
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action


def archive(campaign: Campaign, *, by: Member) -> None:
    """Hide a campaign from the lists. It is watched as before, and shown again as soon as it may send.

    Raises: NotAllowedError; ArchiveError - it may send, or has a live approval. Nothing was changed.
    """
    require(by, Action.DELETE_CAMPAIGNS, campaign.workspace)
    if campaign.remote_status not in HIDEABLE or campaign.status_unknown_since is not None:
        raise ArchiveError(f"{campaign.name} may send ({campaign.status_label}), so it is not hidden. Pause it first.")
    if live_approval_of(campaign) is not None:
        raise ArchiveError(f"{campaign.name} has a live approval, so it is not hidden. Pause it first.")
    _set(campaign, by, is_archived=True)


def unarchive(campaign: Campaign, *, by: Member) -> None:
    """Show a campaign in the lists again. Raises: NotAllowedError."""
    require(by, Action.DELETE_CAMPAIGNS, campaign.workspace)
    _set(campaign, by, is_archived=False)


def _set(campaign: Campaign, by: Member, *, is_archived: bool) -> None:
    there = Campaign.objects.filter(pk=campaign.pk, archived_at__isnull=is_archived)
    with transaction.atomic():
        if not there.update(archived_at=timezone.now() if is_archived else None):
            return
        verb = "archived" if is_archived else "unarchived"
        record(
            f"campaign:{verb}",
            f"{'Archived' if is_archived else 'Took out of the archive'}: {campaign.name}",
            subject=f"campaign:{campaign.pk}",
            campaign_ref=campaign.pk,
            by=by,
        )
