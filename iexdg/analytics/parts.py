"""Reads of what figures break down into. Every function is a fixed number of queries; nothing is asked of Instantly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from campaigns.models import Campaign
from iexdg.analytics.cohorts import Replier
from iexdg.analytics.days import Days
from iexdg.analytics.models import ProviderCount
from iexdg.inbox.models import Kind, Message, Thread
from iexdg.mailboxes.models import Mailbox, MailboxDay
from iexdg.workspace_objects.interests import Interest
from iexdg.workspaces.models import Workspace
from leads.models import Import, Lead, LeadStatus, Row, RowState
from leads.models.count import LeadCount, RowCount

# Marked by a person, or by Instantly, as a reply worth having.
POSITIVE = (Interest.INTERESTED, Interest.MEETING_BOOKED, Interest.MEETING_COMPLETED, Interest.WON)
MOST_IMPORTS = 25
MOST_MAILBOXES = 100


@dataclass(frozen=True)
class MailboxCount:
    """What one mailbox sent for all campaigns together; Instantly counts a mailbox in no other way."""

    pk: int
    email: str
    sent: int | None
    bounced: int | None


@dataclass(frozen=True)
class MailboxCounts:
    """The mailboxes, and from which day on their days are known. Shapes: more - mailboxes that are not listed."""

    rows: Sequence[MailboxCount]
    known_from: date | None
    read_at: datetime | None
    more: int


@dataclass(frozen=True)
class ProviderSum:
    """People by the provider that receives their e-mails, over several campaigns, since the start."""

    provider: int | None
    people: int
    contacted: int
    replied: int
    bounced: int


@dataclass(frozen=True)
class LoadedRows:
    """The rows that a file loaded. Shapes: changes - grows whenever one of them comes or goes."""

    number: int
    changes: int


@dataclass(frozen=True)
class ImportCount:
    """What became of the people that one file loaded, since then."""

    pk: int
    file_name: str
    campaign: str
    uploaded_at: datetime
    loaded: int
    bounced: int
    unsubscribed: int


def mailbox_counts(workspace: Workspace, campaigns: Sequence[Campaign], days: Days | None) -> MailboxCounts:
    """The mailboxes that these campaigns send from; two queries. A campaign that names no sender leaves all in."""
    senders = {email.lower() for campaign in campaigns for email in campaign.senders}
    there = Mailbox.objects.filter(workspace=workspace)
    if senders and all(campaign.senders for campaign in campaigns):
        there = there.filter(email__in=senders)
    inside = Q(days__day__range=(days.first, days.last)) if days else Q()
    counted = there.annotate(
        all_sent=Sum("days__sent", filter=inside), all_bounced=Sum("days__bounced", filter=inside)
    ).filter(all_sent__gt=0)
    boxes = list(counted.order_by("-all_sent", "email"))
    known = MailboxDay.objects.filter(mailbox__workspace=workspace).aggregate(
        first=Min("day"), read=Max("mailbox__figures_read_at")
    )
    rows = [MailboxCount(box.pk, box.email, box.all_sent, box.all_bounced) for box in boxes[:MOST_MAILBOXES]]
    return MailboxCounts(rows, known["first"], known["read"], max(0, len(boxes) - MOST_MAILBOXES))


def provider_sums(campaigns: Collection[int]) -> tuple[list[ProviderSum], datetime | None]:
    """People by provider and when they were counted; one query."""
    sums: dict[int | None, ProviderSum] = {}
    counted_at: datetime | None = None
    for row in ProviderCount.objects.filter(campaign__in=campaigns):
        other = sums.get(row.provider) or ProviderSum(row.provider, 0, 0, 0, 0)
        sums[row.provider] = ProviderSum(
            row.provider,
            other.people + row.people,
            other.contacted + row.contacted,
            other.replied + row.replied,
            other.bounced + row.bounced,
        )
        counted_at = min(counted_at or row.counted_at, row.counted_at)
    return sorted(sums.values(), key=lambda one: -one.people), counted_at


def replies_by_hour(campaigns: Collection[int], days: Days | None, zone: tzinfo) -> dict[tuple[int, int], int]:
    """Replies of people by weekday (1 is Monday) and hour in a zone, as the inbox mirrored them; one query."""
    found = _human_replies(campaigns, days).annotate(
        weekday=ExtractIsoWeekDay("at", tzinfo=zone), hour=ExtractHour("at", tzinfo=zone)
    )
    counted = found.order_by().values("weekday", "hour").annotate(number=Count("pk"))
    return {(row["weekday"], row["hour"]): row["number"] for row in counted}


def _human_replies(campaigns: Collection[int], days: Days | None) -> QuerySet[Message]:
    found = Message.objects.filter(
        thread__campaign__in=campaigns, kind=Kind.RECEIVED, is_automatic=False, at__isnull=False
    )
    if days is None:
        return found
    begins = datetime.combine(days.first, time.min, tzinfo=UTC)
    return found.filter(at__gte=begins, at__lt=begins + timedelta(days=days.length))


def newest_imports(campaigns: Collection[int]) -> list[Import]:
    """The newest files of these campaigns; one query."""
    return list(Import.objects.filter(campaign__in=campaigns).select_related("campaign").order_by("-pk")[:MOST_IMPORTS])


def loaded_of(imports: Collection[Import]) -> dict[int, LoadedRows]:
    """How many rows each file loaded; one query."""
    counts = RowCount.objects.filter(imported__in=[one.pk for one in imports], state=RowState.LOADED)
    sums = counts.values("imported").annotate(every=Sum("number"), moved=Sum("changes"))
    return {row["imported"]: LoadedRows(row["every"], row["moved"]) for row in sums}


def lead_changes(campaigns: Collection[int]) -> int:
    """Grows with every change of a lead of these campaigns; one query."""
    return LeadCount.objects.filter(campaign__in=campaigns).aggregate(every=Sum("changes"))["every"] or 0


def import_counts(
    imports: Collection[Import], loaded: Mapping[int, LoadedRows], lost: Mapping[tuple[int, int], int]
) -> list[ImportCount]:
    """Files that loaded anyone, with what became of their people; no query. Shapes: lost - `lost_of`."""
    return [
        ImportCount(
            one.pk,
            one.file_name,
            one.into,
            one.uploaded_at,
            loaded[one.pk].number,
            lost.get((one.pk, LeadStatus.BOUNCED), 0),
            lost.get((one.pk, LeadStatus.UNSUBSCRIBED), 0),
        )
        for one in imports
        if one.pk in loaded and loaded[one.pk].number
    ]


def lost_of(campaigns: Collection[int]) -> dict[tuple[int, int], int]:
    """How many leads that bounced or unsubscribed each file had loaded, by file and status; one query.

    It begins with those leads, which are few, and finds their rows by address.
    """
    ended = (LeadStatus.BOUNCED, LeadStatus.UNSUBSCRIBED)
    leads = Lead.objects.filter(campaign__in=campaigns, status__in=ended, vanished_at__isnull=True)
    # A campaign takes an address once, so the first row that was loaded is the one.
    rows = Row.objects.filter(
        imported__campaign=OuterRef("campaign"), email=OuterRef("email"), state=RowState.LOADED
    ).order_by("pk")
    counted = leads.order_by().annotate(file=Subquery(rows.values("imported")[:1])).values("file", "status")
    rows_of = counted.annotate(every=Count("pk"))
    found = ((row["file"], row["status"], row["every"]) for row in rows_of)
    return {(file, status): every for file, status, every in found if file is not None and status is not None}


def repliers_of(campaigns: Collection[int]) -> list[Replier]:
    """Everyone who replied to these campaigns, with when the first e-mail of the conversation left; one query."""
    found = Thread.objects.filter(campaign__in=campaigns, received_at__isnull=False, is_automatic=False).annotate(
        first_at=Min("messages__at", filter=Q(messages__kind=Kind.SENT))
    )
    rows = found.order_by().values_list("campaign", "lead", "first_at", "complete_at", "interest", "received_at")
    return [
        # A conversation that was not read in full may have begun earlier.
        Replier(campaign, lead, first_at if complete_at else None, interest in POSITIVE, replied_at)
        for campaign, lead, first_at, complete_at, interest, replied_at in rows
        if campaign is not None and replied_at is not None
    ]


def week_limit(today: date, weeks: int) -> date:
    """The first day of so many weeks that end with this one."""
    return today - timedelta(days=today.weekday() + 7 * (weeks - 1))
