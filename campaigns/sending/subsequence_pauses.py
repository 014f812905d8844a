"""Requests to pause subsequences. Stopping needs no permission."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, CampaignStatus, Subsequence
from iexdg.team.models import Member
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import order
from iexdg.workspaces.models import Workspace

_NOT_SENDING = (CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED)


def subsequences_that_can_send(*workspaces: Workspace) -> QuerySet[Subsequence]:
    """Everything in these workspaces that is not known to be not sending, and what is being resumed."""
    may_send = ~Q(remote_status__in=_NOT_SENDING) | Q(remote_status__isnull=True) | Q(unknown_since__isnull=False)
    resuming = ObjectChange.objects.filter(
        workspace=OuterRef("workspace"),
        remote_id=OuterRef("remote_id"),
        kind=ObjectKind.SUBSEQUENCE,
        verb=Verb.RESUME,
        state__in=OPEN_CHANGE,
    )
    there = Subsequence.objects.filter(workspace__in=workspaces, vanished_at__isnull=True)
    return there.filter(may_send | Exists(resuming)).select_related("workspace", "campaign")


def pause_subsequence(
    subsequence: Subsequence, *, by: Member | None, reason: str = "", via: str | None = None
) -> ObjectChange:
    """Record a request to pause a subsequence; an open request to resume it is refused. Also in observe mode.

    Raises: NotAllowedError - nothing was recorded.
    """
    Subsequence.objects.filter(pk=subsequence.pk).update(awaits_adoption_since=None)
    return order(
        subsequence.workspace,
        ObjectKind.SUBSEQUENCE,
        Verb.PAUSE,
        by=by,
        name=subsequence.name,
        remote_id=subsequence.remote_id,
        reason=reason,
        via=via,
    )


def pause_subsequences_of(
    campaign: Campaign, *, by: Member | None, reason: str, via: str | None = None
) -> list[ObjectChange]:
    """Record a request to pause each subsequence of a campaign that can send."""
    words = f"{campaign.name} is paused" + (f": {reason}" if reason else "")
    there = subsequences_that_can_send(campaign.workspace).filter(campaign=campaign)
    return [pause_subsequence(one, by=by, reason=words, via=via) for one in there]
