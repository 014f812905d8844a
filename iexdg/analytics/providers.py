"""Counts the people of each campaign by the provider that receives their e-mails.

A million leads take seconds to count, so a worker does it, for the campaigns whose leads have changed.
"""

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.analytics.models import ProviderCount
from iexdg.workspaces.models import Workspace
from leads.models import Lead, LeadStatus
from leads.models.count import LeadCount, ReactionCount


def count_providers(workspace: Workspace) -> int:
    """Count again where leads have changed since; returns in how many campaigns. Two at once write the same."""
    now, counted, guessed = timezone.now(), _counted(workspace), _without_provider(workspace)
    changed = {
        pk: changes for pk, changes in _changes(workspace).items() if counted.get(pk) != changes or pk in guessed
    }
    for pk, changes in changed.items():
        rows = Lead.objects.filter(campaign=pk, vanished_at__isnull=True).order_by().values("provider_code")
        counts = rows.annotate(
            people=Count("pk"),
            contacted=Count("pk", filter=Q(last_contact_at__isnull=False)),
            replied=Count("pk", filter=Q(replies__gt=0)),
            bounced=Count("pk", filter=Q(status=LeadStatus.BOUNCED)),
        )
        found = [
            ProviderCount(
                campaign_id=pk,
                provider=row["provider_code"],
                people=row["people"],
                contacted=row["contacted"],
                replied=row["replied"],
                bounced=row["bounced"],
                changes=changes,
                counted_at=now,
            )
            for row in counts
        ]
        with transaction.atomic():
            # The row of the campaign lets one writer at a time replace what the other wrote.
            Campaign.objects.select_for_update().filter(pk=pk).first()
            ProviderCount.objects.filter(campaign=pk).delete()
            ProviderCount.objects.bulk_create(found)
    return len(changed)


def _changes(workspace: Workspace) -> dict[int, int]:
    """By campaign a number that grows with every change of its leads."""
    sums: dict[int, int] = {}
    for model in (LeadCount, ReactionCount):
        of_model = model._default_manager.filter(campaign__workspace=workspace).order_by().values("campaign")
        for row in of_model.annotate(every=Sum("changes")):
            sums[row["campaign"]] = sums.get(row["campaign"], 0) + (row["every"] or 0)
    return sums


def _counted(workspace: Workspace) -> dict[int, int]:
    rows = ProviderCount.objects.filter(campaign__workspace=workspace).order_by()
    return dict(rows.values_list("campaign", "changes").distinct())


def _without_provider(workspace: Workspace) -> set[int]:
    """Campaigns with people whose provider was not known, and whose leads were read since: it may be known now."""
    rows = ProviderCount.objects.filter(campaign__workspace=workspace, provider=None)
    return set(rows.filter(campaign__leads_mirrored_at__gt=F("counted_at")).values_list("campaign", flat=True))
