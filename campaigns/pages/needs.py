"""What needs a person now: the incidents that are not resolved, and what other apps hold for a campaign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from campaigns.models import Campaign
from iexdg.incidents.models import Incident
from iexdg.incidents.queries import open_incidents
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Need:
    """One item that needs attention."""

    tone: str
    title: str
    detail: str
    since: datetime | None
    url: str
    link: str
    incident_pk: int | None = None


# What an app above this one knows of a campaign, at a fixed number of queries.
NeedSource = Callable[[Campaign, Member], list[Need]]
_sources: list[NeedSource] = []


def add_needs_of_campaign(source: NeedSource) -> NeedSource:
    """Show what this source finds on the page of every campaign; used as a decorator in `campaign_page` modules."""
    _sources.append(source)
    return source


def needs_of(workspace: Workspace, *, member: Member) -> tuple[Need, ...]:
    """Everything that needs attention, oldest first: the incidents that are not resolved, and nothing else."""
    return tuple(_need(incident, member) for incident in open_incidents(workspace))


def most_urgent(needs: Sequence[Need], most: int) -> tuple[Need, ...]:
    """At most so many of them, in the order given; those left out are no more urgent, and not older at that."""
    by_urgency = sorted(range(len(needs)), key=lambda place: needs[place].tone != "bad")
    return tuple(needs[place] for place in sorted(by_urgency[:most]))


def needs_of_campaign(campaign: Campaign, *, member: Member) -> tuple[Need, ...]:
    """What needs a person about one campaign, the most urgent first, then the oldest."""
    incidents = open_incidents(campaign.workspace).filter(campaign_ref=campaign.pk)
    found = [_need(incident, member) for incident in incidents]
    found += [need for source in _sources for need in source(campaign, member)]
    # The order is stable: within a tone the oldest stays in front.
    return tuple(sorted(found, key=lambda need: need.tone != "bad"))


def _need(incident: Incident, member: Member) -> Need:
    detail = f"Assigned to {incident.owner.name}. {incident.detail}" if incident.owner else incident.detail
    if incident.details.get("requester") == member.pk:
        detail = f"{detail} You requested it, so someone else has to approve it."
    link = incident.declared.next_step.link if incident.url else ""
    return Need(
        tone=incident.declared.tone,
        title=incident.summary,
        detail=detail,
        since=incident.opened_at,
        url=incident.url if link else reverse("incidents:detail", args=[incident.pk]),
        link=link or "Review incident",
        incident_pk=None if incident.closes_itself else incident.pk,
    )
