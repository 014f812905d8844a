"""Mirrors Instantly's campaigns. What could not be read is marked as unknown since when, never as 0."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.errors import UnknownCampaignError
from campaigns.mirror.analytics import sync_analytics
from campaigns.mirror.subsequences import mirror_subsequences
from campaigns.models import Campaign, ReadingWhy, StatusReading
from campaigns.models.campaign import SENDING
from campaigns.queries import campaign_named
from campaigns.sending.lifecycle import apply_reading, live_approval_of, store_reading
from iexdg.clients.http.errors import ClientError, NotFoundError, UnexpectedAnswerError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly import campaigns as remote
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.model import mapping
from iexdg.mailboxes.sync import sync_mailboxes, sync_sent_today
from iexdg.states import has_come
from iexdg.workspaces.connected import check_identity, client_for
from iexdg.workspaces.errors import WorkspaceChangedError
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.plan import store_plan

# A sync that has not ended after this long has crashed; the task's own limit is shorter.
LEASE = timedelta(minutes=5)
_TIMEOUT_S = 60.0
_POLL_EVERY_S = 0.5
_FLAGS = (
    "stop_on_reply",
    "stop_on_auto_reply",
    "stop_for_company",
    "open_tracking",
    "link_tracking",
    "text_only",
    "first_email_text_only",
    "insert_unsubscribe_header",
    "allow_risky_contacts",
    "disable_bounce_protect",
    "prioritize_new_leads",
    "match_lead_esp",
    "is_evergreen",
    "email_gap",
    "random_wait_max",
    "email_tag_list",
    "cc_list",
    "bcc_list",
    "limit_emails_per_company_override",
    "auto_variant_select",
    "provider_routing_rules",
)


@dataclass
class SyncResult:
    """What one sync did. `ran` is False where another process was already syncing."""

    ran: bool = True
    campaigns: int = 0
    vanished: int = 0
    mailboxes: int | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The first failure, and how many more there were: they usually have one cause."""
        if not self.errors:
            return ""
        more = len(self.errors) - 1
        return f"{self.errors[0]} ({more} more reads failed.)" if more else self.errors[0]

    @property
    def is_ok(self) -> bool:
        """Whether everything was read."""
        return self.ran and not self.errors


def sync_workspace(workspace: Workspace) -> SyncResult:
    """Mirror a workspace: campaigns, analytics, mailboxes, credits. Each part fails independently.

    Two at once are safe: a lease lets one run, the other returns with ran=False.
    Where the connection now belongs to another workspace, the row is disconnected and nothing else is read.
    """
    if not _take_lease(workspace):
        return SyncResult(ran=False)
    result = SyncResult()
    try:
        try:
            _attempt(result, "workspace", lambda: check_identity(workspace))
        except WorkspaceChangedError as error:
            result.errors.append(f"workspace: {error}")
            return result
        _attempt(result, "campaigns", lambda: _sync_campaigns(workspace, result))
        _attempt(result, "mailboxes", lambda: _sync_mailboxes(workspace, result))
        _attempt(result, "credits", lambda: store_plan(workspace, client_for(workspace)))
        mirrored = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
        result.errors += sync_analytics(workspace, list(mirrored))
    except BaseException:
        # Whatever ended it, not everything was read.
        result.errors.append("workspace: the sync ended before everything was read")
        raise
    finally:
        _release_lease(workspace, result)
    return result


def sync_campaign(campaign: Campaign) -> SyncResult:
    """Mirror one campaign and its analytics."""
    result = SyncResult(campaigns=1)
    _attempt(result, "campaign", lambda: _sync_one(campaign))
    campaign.refresh_from_db()
    if campaign.vanished_at is None:
        # A go-live names the subsequences of the campaign: without them nothing can be decided.
        _attempt(result, "campaign", lambda: _sync_subsequences(campaign))
        result.errors += sync_analytics(campaign.workspace, [campaign])
    return result


def _sync_subsequences(campaign: Campaign) -> None:
    mirror_subsequences(campaign.workspace, campaign=campaign)


def sync_when_free(workspace: Workspace) -> SyncResult:
    """Sync, after any running sync has ended: what is read here is current."""
    deadline = time.monotonic() + _TIMEOUT_S
    while True:
        result = sync_workspace(workspace)
        if result.ran or time.monotonic() > deadline:
            return result
        time.sleep(_POLL_EVERY_S)


def find_campaign(workspace: Workspace, text: str) -> Campaign:
    """Return the campaign with this name or remote id; one that is not mirrored yet is looked up at Instantly once.

    Raises: UnknownCampaignError - none or several match.
    """
    try:
        return campaign_named(workspace, text)
    except UnknownCampaignError:
        sync_when_free(workspace)
        return campaign_named(workspace, text)


def _attempt(result: SyncResult, what: str, read: Callable[[], None]) -> None:
    try:
        read()
    except ClientError as error:
        result.errors.append(f"{what}: {error}")


# -- campaigns ---------------------------------------------------------------------------------


def _sync_campaigns(workspace: Workspace, result: SyncResult) -> None:
    read_at = timezone.now()
    known = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    try:
        listed, problem = collected(client_for(workspace).campaigns.list())
    except ClientError as error:
        _mark_unread(known, error)
        raise
    with transaction.atomic():
        is_first = _is_first_listing(workspace, read_at)
        misread = [item.name for item in listed if not _store(workspace, item, read_at, is_first=is_first)]
        rest = known.exclude(remote_id__in=[item.remote_id for item in listed])
        if problem is None:
            result.vanished = rest.update(vanished_at=read_at)
        else:
            # A record that could not be understood may be any of these: none of them is gone for certain.
            _mark_unread(rest, problem)
    result.campaigns = len(listed)
    result.errors += [f"{name or 'a campaign'}: its settings could not be understood" for name in misread]
    if problem is not None:
        raise problem


def _is_first_listing(workspace: Workspace, read_at: datetime) -> bool:
    """Whether this workspace was never listed before: what sends now was sending before we were connected."""
    never = Workspace.objects.filter(pk=workspace.pk, first_look_at__isnull=True)
    return bool(never.update(first_look_at=read_at))


def discover(workspace: Workspace) -> list[Campaign]:
    """List the campaigns in the safety lane; store and return those that send and are not mirrored as sending.

    Raises: ClientError - the list could not be read; nothing was changed.
    """
    if workspace.first_look_at is None:
        return []
    read_at = timezone.now()
    # A record that could not be understood hides none of the others; the sync reports it.
    listed, _ = collected(client_for(workspace).campaigns.list(lane=Lane.SAFETY))
    sending = [one for one in listed if one.status in SENDING]
    known = Campaign.objects.filter(workspace=workspace, remote_status__in=SENDING, vanished_at__isnull=True)
    quiet = {one.remote_id for one in sending} - set(known.values_list("remote_id", flat=True))
    with transaction.atomic():
        for item in sending:
            if item.remote_id in quiet:
                _store(workspace, item, read_at)
    return list(Campaign.objects.filter(workspace=workspace, remote_id__in=quiet).select_related("workspace"))


def mirror_campaign(campaign: Campaign) -> None:
    """Mirror one campaign without its figures, in the safety lane.

    Raises: ClientError - it could not be read, and is marked so.
    """
    _sync_one(campaign, lane=Lane.SAFETY)
    campaign.refresh_from_db()


def _sync_one(campaign: Campaign, *, lane: Lane = Lane.BULK) -> None:
    read_at = timezone.now()
    this = Campaign.objects.filter(pk=campaign.pk)
    campaigns = client_for(campaign.workspace).campaigns
    try:
        item = campaigns.get(campaign.remote_id, lane=lane)
    except NotFoundError as error:
        # One 404 may be temporary, and a vanished campaign is not watched: only the whole list proves that it is gone.
        listed, problem = collected(campaigns.list(lane=lane))
        if problem is not None or campaign.remote_id in {one.remote_id for one in listed}:
            _mark_unread(this, problem or error)
            raise
        this.filter(vanished_at__isnull=True).update(vanished_at=read_at)
        return
    except ClientError as error:
        _mark_unread(this, error)
        raise
    with transaction.atomic():
        understood = _store(campaign.workspace, item, read_at)
    if not understood:
        raise UnexpectedAnswerError(_not_understood(item), request_arrived=True)


def store_campaign(workspace: Workspace, item: remote.Campaign) -> Campaign:
    """Store a campaign that was read just now, also one that is not mirrored yet, and return its mirror."""
    with transaction.atomic():
        _store(workspace, item, timezone.now())
        found = Campaign.objects.filter(workspace=workspace, remote_id=item.remote_id)
        return found.select_related("workspace").get()


def as_mirrored(workspace: Workspace, raw: Mapping[str, Any]) -> Campaign:
    """Return what would be mirrored of a campaign that reads so; it is not stored."""
    return Campaign(workspace=workspace, **_mirror_of(remote.Campaign.model_validate(dict(raw))))


def _store(workspace: Workspace, item: remote.Campaign, read_at: datetime, *, is_first: bool = False) -> bool:
    """Store a campaign; False where settings could not be understood: those known before stay, marked so. Its status
    is stored all the same: what sends is watched.
    """
    facts: dict[str, object] = {"vanished_at": None}
    if not item.misread:
        facts |= _mirror_of(item) | {"synced_at": read_at, "sync_error": "", "unknown_since": None}
    new = {"name": (item.name or "(no name)")[:300]}
    campaign, _ = Campaign.objects.update_or_create(
        workspace=workspace, remote_id=item.remote_id, defaults=facts, create_defaults=new | facts
    )
    if item.misread:
        _mark_unread(Campaign.objects.filter(pk=campaign.pk), ClientError(_not_understood(item)))
    _store_status(campaign, item, read_at)
    if is_first and item.status in SENDING and live_approval_of(campaign) is None:
        Campaign.objects.filter(pk=campaign.pk).update(awaits_adoption_since=read_at)
    return not item.misread


def _not_understood(item: remote.Campaign) -> str:
    return f"Instantly's {', '.join(item.misread)} of this campaign could not be understood"


def _mirror_of(item: remote.Campaign) -> dict[str, object]:
    raw = item.raw
    custom = raw.get("custom_variables")
    sequences = raw.get("sequences")
    return {
        "name": (item.name or "(no name)")[:300],
        "schedule": dict(mapping(raw.get("campaign_schedule"))),
        "sequences": list(sequences) if isinstance(sequences, list) else [],
        "senders": list(item.senders),
        "flags": {name: raw.get(name) for name in _FLAGS},
        "custom_variables": sorted(custom) if isinstance(custom, dict) else None,
        "daily_limit": item.daily_limit,
        "daily_max_leads": item.daily_max_leads,
    }


def _store_status(campaign: Campaign, item: remote.Campaign, read_at: datetime) -> None:
    """Store the status unless a newer one was read while this list was in flight; one that is none is unknown."""
    if item.status is None:
        Campaign.objects.filter(pk=campaign.pk, status_unknown_since__isnull=True).update(status_unknown_since=read_at)
        return
    changed = store_reading(campaign, item.status, item.not_sending_status, read_at)
    if changed:
        apply_reading(campaign, item.status, read_at)
    # The minute watch stores every reading; the sync only adds changes.
    if changed and campaign.remote_status != item.status:
        StatusReading.objects.create(campaign=campaign, at=read_at, status=item.status, why=ReadingWhy.SYNC)


def _mark_unread(campaigns: models.QuerySet[Campaign], error: ClientError) -> None:
    campaigns.update(sync_error=str(error)[:300], unknown_since=Coalesce("unknown_since", models.Value(timezone.now())))


# -- the workspace itself ------------------------------------------------------------------------


def _sync_mailboxes(workspace: Workspace, result: SyncResult) -> None:
    result.mailboxes = sync_mailboxes(workspace)
    sync_sent_today(workspace)


def _take_lease(workspace: Workspace) -> bool:
    now = timezone.now()
    free = Q(sync_started_at__isnull=True) | has_come("sync_started_at", now - LEASE, longest=LEASE)
    return bool(Workspace.objects.filter(free, pk=workspace.pk).update(sync_started_at=now))


def _release_lease(workspace: Workspace, result: SyncResult) -> None:
    now = timezone.now()
    row = Workspace.objects.filter(pk=workspace.pk)
    if result.errors:
        row.update(
            sync_started_at=None,
            sync_error=result.words[:300],
            unknown_since=Coalesce("unknown_since", models.Value(now)),
        )
    else:
        row.update(sync_started_at=None, sync_error="", unknown_since=None, synced_at=now)
    workspace.refresh_from_db()
