"""Mirrors a campaign's leads, so that no one is loaded twice and the leads list can be shown."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.http.errors import NotFoundError, PartlyUnreadError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.leads import Lead as RemoteLead
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.companies import company_domain_of
from leads.lead_events import mirrored, never_older, record_changes
from leads.models import Lead
from leads.models.lead import NO_TIME

FRESH_FOR = timedelta(minutes=5)
_CHUNK = 500
_CONTACTS_PER_READ = 100
_THREADS = 8
# New leads can be missing from the list for some seconds (Law 10), so a lead seen within this time has not vanished.
# Source: instantly-facts.md §6.7 (read 2026-11-22).
_LIST_LAG = timedelta(seconds=30)
_COPIED = [
    "remote_id", "first_name", "last_name", "company_name", "job_title", "company_domain", "variables", "status",
    "verification_status", "provider_code", "opens", "replies", "clicks", "interest", "interest_changed_at",
    "last_contact_at", "synced_at", "vanished_at",
]  # fmt: skip


def mirror_is_fresh(campaign: Campaign, *, now: datetime | None = None) -> bool:
    """Whether the mirror is recent and as long as the list at Instantly."""
    read_at = campaign.leads_mirrored_at
    if read_at is None or abs((now or timezone.now()) - read_at) > FRESH_FOR:
        return False
    if campaign.leads_count is None or campaign.leads_count_at is None or campaign.leads_count_at <= read_at:
        return True
    return campaign.leads_count == Lead.objects.filter(campaign=campaign, vanished_at__isnull=True).count()


def campaigns_to_mirror(workspace: Workspace) -> list[int]:
    """Ids of a workspace's campaigns whose mirror is out of date, the oldest first."""
    campaigns = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    by_age = campaigns.order_by(F("leads_mirrored_at").asc(nulls_first=True))
    return [campaign.pk for campaign in by_age if not mirror_is_fresh(campaign)]


def _nothing() -> None:
    return None


def mirror_campaign_leads(campaign: Campaign, *, after_page: Callable[[], object] = _nothing) -> int:
    """Read all leads of a campaign and update the mirror; returns how many there are.

    `after_page` is called after each chunk, for a caller that holds a lease.
    Raises: ClientError - the list could not be read completely, or some of its records could not be understood; what
        was read is stored, what was known of the others stays, nothing is marked vanished.
    """
    started = timezone.now()
    seen = 0
    read = _Chunks(client_for(campaign.workspace).leads.list(campaign.remote_id))
    for chunk in read:
        seen += _store(campaign, chunk)
        after_page()
    if read.problem is not None:
        raise read.problem
    with transaction.atomic():
        Lead.objects.filter(campaign=campaign, vanished_at__isnull=True, synced_at__lt=started - _LIST_LAG).update(
            vanished_at=started
        )
        Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=started)
    campaign.leads_mirrored_at = started
    return seen


class _Chunks:
    """Leads in portions; `problem` says after the last one why the list is not complete."""

    def __init__(self, leads: Iterator[RemoteLead]) -> None:
        self._leads = leads
        self.problem: PartlyUnreadError | None = None

    def __iter__(self) -> Iterator[list[RemoteLead]]:
        while self.problem is None:
            chunk, self.problem = collected(islice(self._leads, _CHUNK))
            if not chunk:
                return
            yield chunk


def mirror_addresses(campaign: Campaign, emails: Collection[str]) -> None:
    """Read whether these addresses are still in the campaign; those that are not are marked as vanished.

    Raises: ClientError - they could not all be read; what was read is stored.
    """
    started = timezone.now()
    client, wanted = client_for(campaign.workspace), sorted(emails)
    for place in range(0, len(wanted), _CONTACTS_PER_READ):
        part = wanted[place : place + _CONTACTS_PER_READ]
        found, problem = collected(client.leads.list(campaign.remote_id, contacts=part))
        _store(campaign, found)
        if problem is not None:
            raise problem
        unlisted = Lead.objects.filter(
            campaign=campaign, email__in=part, vanished_at__isnull=True, synced_at__lt=started
        )
        # The list lags (Law 10), so a lead that was seen a moment ago is looked up by its id.
        recent = unlisted.filter(synced_at__gte=started - _LIST_LAG)
        late = _still_there(client, dict(recent.values_list("pk", "remote_id")))
        unlisted.filter(pk__in=late).update(synced_at=timezone.now())
        unlisted.exclude(pk__in=late).update(vanished_at=started)


def _still_there(client: InstantlyClient, remote_ids: dict[int, str]) -> list[int]:
    """The keys of those leads that Instantly still has. The reads run in threads, the limiter paces them."""

    def exists(remote_id: str) -> bool:
        try:
            client.leads.get(remote_id)
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(_THREADS) as pool:
        return [pk for pk, is_there in zip(remote_ids, pool.map(exists, remote_ids.values()), strict=True) if is_there]


def _store(campaign: Campaign, chunk: list[RemoteLead]) -> int:
    now = timezone.now()
    # Instantly can list an address twice in a campaign; one is enough to prevent loading it again.
    rows = {lead.email.lower(): _copy_of(lead, campaign, now) for lead in chunk if lead.email}
    with transaction.atomic():
        before = mirrored(campaign, rows)
        never_older(before, rows)
        Lead.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["campaign", "email"], update_fields=_COPIED
        )
        record_changes(campaign, before, rows)
    return len(rows)


def _copy_of(lead: RemoteLead, campaign: Campaign, now: datetime) -> Lead:
    email = (lead.email or "").lower()
    return Lead(
        workspace_id=campaign.workspace_id,
        campaign=campaign,
        remote_id=lead.remote_id,
        email=email[:320],
        first_name=(lead.first_name or "")[:200],
        last_name=(lead.last_name or "")[:200],
        company_name=(lead.company_name or "")[:300],
        job_title=(lead.job_title or "")[:300],
        company_domain=company_domain_of(email),
        variables=dict(lead.payload),
        status=lead.status,
        verification_status=lead.verification_status,
        provider_code=lead.provider_code,
        opens=lead.open_count or 0,
        replies=lead.reply_count or 0,
        clicks=lead.click_count or 0,
        interest=lead.interest_status,
        interest_changed_at=lead.interest_changed_at or NO_TIME,
        last_contact_at=lead.last_contact_at,
        synced_at=now,
        vanished_at=None,
    )
