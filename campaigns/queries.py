"""Reads of campaigns and of the decisions about them. Every function is a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import F, Max, Model, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce, Lag, RowNumber
from django.utils import timezone

from campaigns.errors import UnknownCampaignError
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    DailyStat,
    GuardrailTrip,
    StatusReading,
    StatusRequest,
    TripEffect,
    TripState,
)
from campaigns.models.campaign import COULD_SEND, HIDEABLE, SENDING
from campaigns.models.request import OPEN_REQUEST
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.states import has_come
from iexdg.ui.folding import has_words
from iexdg.workspace_objects.tags import resources_with
from iexdg.workspaces.models import Workspace

STOPPED = frozenset(
    {CampaignStatus.ACCOUNTS_UNHEALTHY, CampaignStatus.BOUNCE_PROTECT, CampaignStatus.ACCOUNT_SUSPENDED}
)
# A request that was just made is already with a worker; the sweep ignores it for this long.
_SWEEP_AFTER = timedelta(seconds=2)
_REQUEST_LEASE = timedelta(seconds=20)
# What was read later than this after "not read since then" was read in a future that the clock was set back from.
_LATEST_UNREAD = timedelta(hours=1)
# No status that Instantly has.
_UNREAD = -32_768


@dataclass(frozen=True)
class DaySum:
    """One day, summed over several campaigns."""

    date: date
    sent: int
    contacted: int
    unique_opened: int
    unique_replies: int


# What a line of another list shows of its campaign; its copy and settings are large.
_OF_LINE = {"id", "workspace", "name", "remote_id", "flags"}
_NOT_OF_LINE = tuple(
    f"campaign__{field.name}" for field in Campaign._meta.concrete_fields if field.name not in _OF_LINE
)
_Row = TypeVar("_Row", bound=Model)

# Archived, and left out of the lists while it cannot send.
HIDDEN = Q(archived_at__isnull=False, remote_status__in=HIDEABLE)
UNKNOWN = Q(remote_status__isnull=True) | Q(status_unknown_since__isnull=False) | Q(unknown_since__isnull=False)
# The filter of the list: name in the URL -> (label, condition).
STATUS_FILTERS: dict[str, tuple[str, Q]] = {
    "sending": ("sending", Q(remote_status__in=SENDING)),
    "paused": ("paused", Q(remote_status=CampaignStatus.PAUSED)),
    "completed": ("completed", Q(remote_status=CampaignStatus.COMPLETED)),
    "draft": ("draft", Q(remote_status=CampaignStatus.DRAFT)),
    "stopped": ("stopped by Instantly", Q(remote_status__in=STOPPED)),
    "unknown": ("unknown", UNKNOWN),
    "vanished": ("vanished", Q(vanished_at__isnull=False)),
    "archived": ("archived", HIDDEN),
}


def campaigns_of(
    workspace: Workspace, *, search: str = "", status: str = "", tag: str = "", with_archived: bool = False
) -> QuerySet[Campaign]:
    """The campaigns of a workspace, vanished ones last; an unknown filter name filters nothing.

    Those that are archived are only there where they are asked for.

    Shapes: tag - Instantly's id of one that they have.
    """
    found = Campaign.objects.filter(workspace=workspace).select_related("workspace")
    for word in search.split():
        found = found.filter(has_words(word, "name") | Q(remote_id=word))
    if tag:
        found = found.filter(remote_id__in=resources_with(workspace, tag, TaggedKind.CAMPAIGN))
    if status in STATUS_FILTERS:
        found = found.filter(STATUS_FILTERS[status][1])
    if status != "archived" and not with_archived:
        found = found.exclude(HIDDEN)
    return found.order_by(F("vanished_at").asc(nulls_first=True), "name", "pk")


def campaigns_tagged(workspace: Workspace, tag: str) -> list[int]:
    """The ids of the campaigns that have a tag, by name; two queries. Shapes: tag - Instantly's id of it."""
    tagged = resources_with(workspace, tag, TaggedKind.CAMPAIGN)
    found = Campaign.objects.filter(workspace=workspace, remote_id__in=tagged).order_by("name", "pk")
    return list(found.values_list("pk", flat=True))


def campaign_named(workspace: Workspace, text: str) -> Campaign:
    """Return the campaign with this name or remote id.

    Raises: UnknownCampaignError - none or several match.
    """
    wanted = text.strip()
    found = Campaign.objects.filter(workspace=workspace).select_related("workspace")
    exact = found.filter(remote_id=wanted).first()
    if exact is not None:
        return exact
    named = list(found.filter(name__iexact=wanted, vanished_at__isnull=True)[:2])
    if len(named) > 1:
        raise UnknownCampaignError(f"Several campaigns are called {wanted}. Use the remote id instead.")
    if not named:
        raise UnknownCampaignError(f"No campaign is called {wanted!r}. Run `manage.py sync`, then check the name.")
    return named[0]


def campaigns_to_watch(workspace: Workspace, unread_since: datetime) -> QuerySet[Campaign]:
    """Everything of a workspace whose status could be "sending" and was not read since then, the longest unread first.

    An unknown code, or a status that was never read, could be anything.
    """
    could_send = Q(remote_status__in=COULD_SEND) | Q(remote_status__isnull=True)
    unknown_code = ~Q(remote_status__in=CampaignStatus.values)
    unread = Q(status_read_at__isnull=True) | has_come("status_read_at", unread_since, longest=_LATEST_UNREAD)
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    watched = there.filter(could_send | unknown_code, unread)
    return watched.select_related("workspace").order_by(F("status_read_at").asc(nulls_first=True))


def requests_to_carry_out(workspace: Workspace) -> QuerySet[StatusRequest]:
    """Open pauses and activations of a workspace that no process has leased."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=_REQUEST_LEASE)
    asked = has_come("asked_at", now - _SWEEP_AFTER, longest=_SWEEP_AFTER)
    there = StatusRequest.objects.filter(campaign__workspace=workspace)
    return there.filter(free, asked, state__in=OPEN_REQUEST).order_by("id")


def latest_requests(campaign_ids: Collection[int]) -> dict[int, StatusRequest]:
    """The newest pause or activation of each campaign."""
    newest = StatusRequest.objects.filter(campaign__in=campaign_ids).order_by().values("campaign")
    ids = newest.annotate(newest=Max("id")).values("newest")
    return {row.campaign_id: row for row in StatusRequest.objects.filter(pk__in=ids).select_related("by")}


def latest_approvals(campaign_ids: Collection[int]) -> dict[int, Approval]:
    """The newest go-live request of each campaign, with the people in it."""
    newest = Approval.objects.filter(campaign__in=campaign_ids).order_by().values("campaign")
    ids = newest.annotate(newest=Max("id")).values("newest")
    found = Approval.objects.filter(pk__in=ids).select_related("requested_by", "decided_by")
    return {row.campaign_id: row for row in found}


def newest_and_alone(campaign: Campaign) -> tuple[Approval | None, tuple[Approval, ...]]:
    """The newest go-live request, and those that someone approved alone, the newest first; in one query."""
    requests = Approval.objects.filter(campaign=campaign)
    is_newest = Q(pk=requests.order_by("-pk").values("pk")[:1])
    wanted = requests.filter(is_newest | (Q(decided_by__isnull=False) & ~Q(break_glass_reason="")))
    found = list(wanted.select_related("requested_by", "decided_by").order_by("-pk"))
    alone = tuple(one for one in found if one.decided_by_id is not None and one.break_glass_reason)
    return (found[0] if found else None), alone


def open_approvals(workspace: Workspace) -> QuerySet[Approval]:
    """Go-live requests that wait for a decision, oldest first."""
    waiting = Approval.objects.filter(campaign__workspace=workspace, state=ApprovalState.REQUESTED)
    return waiting.select_related("campaign", "requested_by").order_by("requested_at")


def blocking_trips(campaign: Campaign) -> QuerySet[GuardrailTrip]:
    """Guardrails that tripped and are not re-armed; a dry run blocks nothing."""
    return GuardrailTrip.objects.filter(campaign=campaign, state=TripState.OPEN).exclude(effect=TripEffect.DRY_RUN)


def days_of_workspace(workspace: Workspace, since: date) -> list[DaySum]:
    """All campaigns' days summed up, oldest first."""
    sums = (
        DailyStat.objects.filter(campaign__workspace=workspace, date__gte=since)
        .order_by("date")
        .values("date")
        .annotate(
            sum_sent=Sum("sent"),
            sum_contacted=Sum("contacted"),
            sum_opened=Sum("unique_opened"),
            sum_replies=Sum("unique_replies"),
        )
    )
    return [
        DaySum(row["date"], row["sum_sent"], row["sum_contacted"], row["sum_opened"], row["sum_replies"])
        for row in sums
    ]


def days_of_campaigns(campaign_ids: Collection[int], since: date) -> dict[int, list[DailyStat]]:
    """Each campaign's days, oldest first."""
    grouped: dict[int, list[DailyStat]] = {pk: [] for pk in campaign_ids}
    for day in DailyStat.objects.filter(campaign__in=campaign_ids, date__gte=since).order_by("date"):
        grouped[day.campaign_id].append(day)
    return grouped


def sent_per_day(campaign_ids: Collection[int], since: date) -> dict[int, dict[date, int]]:
    """E-mails sent by each campaign on each day; plain numbers, since a table needs about a thousand of them."""
    grouped: dict[int, dict[date, int]] = {pk: {} for pk in campaign_ids}
    days = DailyStat.objects.filter(campaign__in=campaign_ids, date__gte=since).order_by()
    for pk, day, sent in days.values_list("campaign_id", "date", "sent"):
        grouped[pk][day] = sent
    return grouped


def last_day(days: Iterable[date]) -> date:
    """The newest day: today in UTC, or later where Instantly's clock is ahead of ours.

    Instantly dates the figures, so its newest day ends a period, not our clock.
    """
    return max([timezone.now().date(), *days])


def readings_that_changed(campaign: Campaign, *, most: int = 20, look_back: int = 1000) -> list[StatusReading]:
    """Readings that differ from the one before them, newest first; the very first one counts as a change."""
    newest = StatusReading.objects.filter(campaign=campaign).order_by("-id").values("pk")
    # The last of these is only what the one after it is compared with.
    looked_at = StatusReading.objects.filter(pk__in=newest[: look_back + 1])
    # A status that could not be read is compared too; only the very first reading has none before it.
    code = Coalesce("status", Value(_UNREAD))
    compared = looked_at.annotate(
        code=code, before=Window(Lag("code"), order_by="pk"), place=Window(RowNumber(), order_by="-pk")
    )
    differs = Q(before__isnull=True) | ~Q(before=F("code"))
    return list(compared.filter(differs, place__lte=look_back).order_by("-pk")[:most])


def with_campaign_line(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Rows with their campaign, of which only what a line of a list shows is read: name, Instantly's id, flags."""
    return rows.select_related("campaign").defer(*_NOT_OF_LINE)
