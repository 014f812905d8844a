"""The people who replied, by what became of it: in the CRM, or kept from it.

Kept from it is who replied before an automation was active for the campaign, and whom a filter or a person leaves out.
All counts are of the conversations that the inbox counts, in its campaigns: so they add up to what is mirrored.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign
from iexdg.crm.actions import CONTACT
from iexdg.crm.models import WAS_THERE, Automation, EntryState, LedgerEntry, Trigger, UnmatchedState
from iexdg.inbox.models import Thread
from iexdg.inbox.reconcile import declare_before_active, declare_in_crm, declare_left_out
from iexdg.workspaces.models import Workspace

# Since when an automation takes replies, and of which interests only; none: of all.
_Taking = tuple[datetime, tuple[int, ...]]


@declare_in_crm
def people_in_crm(workspace: Workspace) -> Mapping[int, int] | None:
    """Count the people of each campaign whose reply reached a contact; None while no automation was ever active.

    What was assigned to another campaign counts where Instantly counts it: in the campaign of the conversation.
    """
    if not Automation.objects.filter(workspace=workspace, active_since__isnull=False).exists():
        return None
    return dict(_by_campaign(_replied(workspace).filter(_is_in_crm(workspace), campaign__isnull=False)))


@declare_before_active
def people_before_active(workspace: Workspace) -> Mapping[int, int]:
    """Count the people of each campaign whose replies all came before an automation was active for it.

    Who is in the CRM all the same is not counted. For a campaign that no automation takes it is everyone.
    """
    counted: dict[int, int] = {}
    by_since: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for takers, campaigns in _by_takers(workspace).items():
        by_since[min((since for since, _ in takers), default=None)] += campaigns
    for since, campaigns in by_since.items():
        counted |= dict(_people(workspace, campaigns, since))
    return counted


@declare_left_out
def people_left_out(workspace: Workspace) -> Mapping[int, int]:
    """Count the people of each campaign who replied since, and whom a filter or a person leaves out now.

    They have no interest that an automation takes, were set aside, or their contact was left out of the ledger. Who is
    in the CRM all the same is not counted. Their replies are taken once they have such an interest.
    """
    counted: dict[int, int] = {}
    for takers, campaigns in _by_takers(workspace).items():
        if takers:
            counted |= dict(_people_left_out(workspace, campaigns, takers))
    return counted


def _by_takers(workspace: Workspace) -> Mapping[tuple[_Taking, ...], list[int]]:
    """The campaigns by what takes a reply to them; () for nothing."""
    active = [
        one
        for one in Automation.objects.filter(
            workspace=workspace, trigger=Trigger.REPLIED, active_since__isnull=False, deleted_at=None
        )
        if any(action["kind"] == CONTACT for action in one.actions)
    ]
    found: defaultdict[tuple[_Taking, ...], list[int]] = defaultdict(list)
    for pk in Campaign.objects.filter(workspace=workspace).order_by("pk").values_list("pk", flat=True):
        takes = (one for one in active if pk in (one.filter.get("campaigns") or [pk]))
        takers = {(one.active_since, tuple(one.filter.get("labels") or ())) for one in takes if one.active_since}
        found[tuple(sorted(takers))].append(pk)
    return found


def _people(workspace: Workspace, campaigns: list[int], since: datetime | None) -> QuerySet[Thread, tuple[int, int]]:
    replied = _replied(workspace).filter(campaign__in=campaigns)
    if since is not None:
        later = _same(workspace).filter(received_at__gte=since)
        replied = replied.filter(~Exists(later), received_at__lt=since)
    return _by_campaign(replied.filter(~_is_in_crm(workspace)))


def _people_left_out(
    workspace: Workspace, campaigns: list[int], takers: tuple[_Taking, ...]
) -> QuerySet[Thread, tuple[int, int]]:
    first = min(since for since, _ in takers)
    taken = Q()
    for since, labels in takers:
        taken |= Q(received_at__gte=since, interest__in=labels) if labels else Q(received_at__gte=since)
    replied = _replied(workspace).filter(~_is_in_crm(workspace), campaign__in=campaigns, received_at__gte=first)
    coming = _same(workspace).filter(taken).exclude(unmatched__state=UnmatchedState.SET_ASIDE).exclude(_was_left_out())
    return _by_campaign(replied.filter(~Exists(coming)))


def _was_left_out() -> Q:
    """Whether a person left the contact of a conversation out, and no other one of it is to come."""
    contacts = LedgerEntry.objects.filter(thread=OuterRef("pk"), kind=CONTACT)
    skipped = contacts.filter(state=EntryState.SKIPPED).exclude(error=WAS_THERE)
    return Q(Exists(skipped)) & ~Q(Exists(contacts.exclude(state=EntryState.SKIPPED)))


def _replied(workspace: Workspace) -> QuerySet[Thread]:
    return Thread.objects.filter(workspace=workspace, received_at__isnull=False, is_automatic=False)


def _same(workspace: Workspace) -> QuerySet[Thread]:
    """The conversations with the same person about the same campaign."""
    return _replied(workspace).filter(campaign=OuterRef("campaign"), lead=OuterRef("lead"))


def _is_in_crm(workspace: Workspace) -> Exists:
    """Whether a reply of this person about this campaign reached a contact; one without an address is nobody's."""
    return Exists(
        LedgerEntry.objects.filter(
            workspace=workspace,
            kind=CONTACT,
            state=EntryState.DONE,
            lead__gt="",
            request__fields__has_key="email",
            thread__workspace=workspace,
            thread__campaign=OuterRef("campaign"),
            thread__lead=OuterRef("lead"),
            thread__is_automatic=False,
        )
    )


def _by_campaign(people: QuerySet[Thread]) -> QuerySet[Thread, tuple[int, int]]:
    counted = people.order_by().values("campaign").annotate(people=Count("lead", distinct=True))
    return counted.values_list("campaign", "people")
