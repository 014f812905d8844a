"""Where the people of a move are now: a campaign or a list. Who of them may leave it, and who left it.

A move is an import whose people come from a campaign or a list: Instantly takes each of them out of one and into the
other in one step, so that nobody is in two campaigns or in none in between.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.workspaces.connected import client_for
from leads.lists.mirror import mirror_listed, mirror_people
from leads.mirror import mirror_addresses, mirror_campaign_leads, mirror_is_fresh
from leads.models import Import, Lead, LeadList, LeadStatus, ListedLead, Reason
from leads.queries import Collision, among

_CONTACTS_PER_READ = 100
_NEVER = {LeadStatus.BOUNCED: Reason.BOUNCED, LeadStatus.UNSUBSCRIBED: Reason.UNSUBSCRIBED}


@dataclass(frozen=True)
class Source:
    """Where people are moved from: exactly one of the two. Shapes: takes_replied - also those who replied there."""

    campaign: Campaign | None = None
    lead_list: LeadList | None = None
    takes_replied: bool = False

    @property
    def place(self) -> Campaign | LeadList | None:
        """The campaign or the list."""
        return self.campaign or self.lead_list

    @property
    def name(self) -> str:
        """The name of the campaign or the list."""
        return str(self.place or "")


@dataclass(frozen=True)
class AtSource:
    """One person where they are now."""

    remote_id: str
    status: int | None
    replies: int = 0


def at_source(imported: Import, emails: Collection[str]) -> dict[str, AtSource]:
    """Those of the addresses that are where they are moved from, as last read."""
    if imported.source_campaign_id is not None:
        leads = Lead.objects.filter(
            campaign_id=imported.source_campaign_id, email__in=among(emails), vanished_at__isnull=True
        ).order_by()
        return {
            email: AtSource(remote_id, status, replies)
            for email, remote_id, status, replies in leads.values_list("email", "remote_id", "status", "replies")
        }
    listed = ListedLead.objects.filter(
        lead_list_id=imported.source_list_id, email__in=among(emails), vanished_at__isnull=True
    ).order_by("pk")
    return {
        email: AtSource(remote_id, status)
        for email, remote_id, status in listed.values_list("email", "remote_id", "status")
    }


def why_stay(imported: Import, emails: Collection[str]) -> dict[str, Collision]:
    """Who of the addresses is not moved because of what happened where they are; empty for an import from a file."""
    if not imported.is_move:
        return {}
    there = at_source(imported, emails)
    found = {email: _why_stay(imported, there.get(email)) for email in emails}
    return {email: why for email, why in found.items() if why is not None}


def _why_stay(imported: Import, person: AtSource | None) -> Collision | None:
    place = imported.source_name[:300]
    if person is None:
        return Collision(Reason.LEFT_SOURCE, place)
    if person.status in _NEVER:
        return Collision(_NEVER[LeadStatus(person.status)], place)
    if person.replies and not imported.takes_replied:
        return Collision(Reason.REPLIED, place)
    return None


def refresh_source(imported: Import) -> None:
    """Read who is where people are moved from, unless that was read a moment ago.

    Raises: ClientError - they could not all be read.
    """
    if imported.source_campaign is not None and not mirror_is_fresh(imported.source_campaign):
        mirror_campaign_leads(imported.source_campaign)
    if imported.source_list is not None:
        mirror_people(imported.source_list)


def refresh_at_source(imported: Import, emails: Collection[str]) -> None:
    """Read where exactly these people are, just before they are moved.

    Raises: ClientError - they could not all be read.
    """
    if imported.source_campaign is not None:
        mirror_addresses(imported.source_campaign, emails)
    if imported.source_list is not None:
        mirror_listed(imported.source_list, emails)


def note_left(imported: Import, emails: Collection[str]) -> None:
    """Record that people were read as no longer where they were."""
    now = timezone.now()
    if imported.source_campaign_id is not None:
        leads = Lead.objects.filter(campaign_id=imported.source_campaign_id, email__in=among(emails))
        leads.filter(vanished_at__isnull=True).update(vanished_at=now)
    if imported.source_list_id is not None:
        listed = ListedLead.objects.filter(lead_list_id=imported.source_list_id, email__in=among(emails))
        listed.filter(vanished_at__isnull=True).update(vanished_at=now)


def selection_of(
    imported: Import, *, ids: Collection[str] | None = None, contacts: Collection[str] | None = None
) -> LeadSelection:
    """People where they are moved from, by their ids or their addresses."""
    return LeadSelection(
        campaign_remote_id=imported.source_campaign.remote_id if imported.source_campaign else None,
        list_remote_id=imported.source_list.remote_id if imported.source_list else None,
        ids=None if ids is None else sorted(ids),
        contacts=None if contacts is None else sorted(contacts),
    )


def still_at_source(imported: Import, emails: Collection[str]) -> Mapping[str, str]:
    """Ask Instantly which of the addresses are still where they are moved from: address -> id.

    Raises: ClientError - they could not all be read.
    """
    wanted, found = sorted(emails), dict[str, str]()
    leads = client_for(imported.workspace).leads
    for place in range(0, len(wanted), _CONTACTS_PER_READ):
        part = wanted[place : place + _CONTACTS_PER_READ]
        read, problem = collected(leads.select(selection_of(imported, contacts=part)))
        if problem is not None:
            raise problem
        found |= {lead.email.lower(): lead.remote_id for lead in read if lead.email}
    return found
