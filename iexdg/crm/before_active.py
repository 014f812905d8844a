"""The replies that no automation was to take: they came before one was active for their campaign."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from campaigns.models import Campaign
from iexdg.crm.actions import CONTACT
from iexdg.crm.models import Automation, EntryState, LedgerEntry, Trigger
from iexdg.inbox.models import Thread
from iexdg.inbox.reconcile import declare_before_active
from iexdg.workspaces.models import Workspace


@declare_before_active
def people_before_active(workspace: Workspace) -> Mapping[int, int]:
    """Count the people of each campaign whose replies all came before an automation was active for it.

    Who is in the CRM all the same is not counted. For a campaign that no automation takes it is everyone.
    """
    counted: dict[int, int] = {}
    for since, campaigns in _by_activation(workspace).items():
        counted |= dict(_people(workspace, campaigns, since))
    return counted


def _by_activation(workspace: Workspace) -> Mapping[datetime | None, list[int]]:
    """The campaigns by the moment since when a reply to them is taken; None for never."""
    active = [
        one
        for one in Automation.objects.filter(
            workspace=workspace, trigger=Trigger.REPLIED, active_since__isnull=False, deleted_at=None
        )
        if any(action["kind"] == CONTACT for action in one.actions)
    ]
    found: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for pk in Campaign.objects.filter(workspace=workspace).order_by("pk").values_list("pk", flat=True):
        takes = (one for one in active if pk in (one.filter.get("campaigns") or [pk]))
        found[min((one.active_since for one in takes if one.active_since), default=None)].append(pk)
    return found


def _people(workspace: Workspace, campaigns: list[int], since: datetime | None) -> QuerySet[Thread, tuple[int, int]]:
    same = {"workspace": workspace, "campaign": OuterRef("campaign"), "lead": OuterRef("lead")}
    replied = Thread.objects.filter(
        workspace=workspace, campaign__in=campaigns, received_at__isnull=False, is_automatic=False
    )
    if since is not None:
        later = Thread.objects.filter(**same, received_at__gte=since, is_automatic=False)
        replied = replied.filter(~Exists(later), received_at__lt=since)
    saved = LedgerEntry.objects.filter(
        **same,
        kind=CONTACT,
        state=EntryState.DONE,
        thread__campaign=OuterRef("campaign"),
        request__fields__has_key="email",
    )
    counted = replied.filter(~Exists(saved)).order_by().values("campaign").annotate(people=Count("lead", distinct=True))
    return counted.values_list("campaign", "people")
