"""Reads of rehearsals."""

from django.db.models import Q, QuerySet

from campaigns.models import Campaign
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.rehearsals.models import OPEN_REHEARSAL, Rehearsal, RehearsalState


def rehearsals_of(campaign: Campaign) -> QuerySet[Rehearsal]:
    """Those of a campaign, the newest first: also of before it was at Instantly, by its name."""
    before = Q(campaign__isnull=True, workspace=campaign.workspace_id, name__iexact=campaign.name)
    return Rehearsal.objects.filter(Q(campaign=campaign) | before).order_by("-pk")


def newest_done(campaign: Campaign) -> Rehearsal | None:
    """The newest one that has a result, without the e-mails of people; one query."""
    return rehearsals_of(campaign).filter(state=RehearsalState.DONE).defer("samples").first()


def open_of(campaign: Campaign) -> Rehearsal | None:
    """The one that waits or is being played."""
    return rehearsals_of(campaign).filter(state__in=OPEN_REHEARSAL).first()


def fits(rehearsal: Rehearsal, campaign: Campaign) -> bool:
    """Whether what was played is what a go-live would approve now."""
    return rehearsal.fingerprint == fingerprint(parts_of(campaign))
