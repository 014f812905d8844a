"""Reads the figures of ranges that someone looks at, and writes them; the pages read the rows.

A page only says which ranges it shows (`want`). A worker reads them within Instantly's budget, in the bulk lane, and
again while they are looked at. Two workers that read the same range write the same row; a claim lets one of them do it.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.analytics.days import Days
from iexdg.analytics.models import RangeReading
from iexdg.clients.http.errors import ClientError, PartlyUnreadError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.analytics import CampaignAnalytics, StepAnalytics
from iexdg.states import has_come
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

# A range that ends today changes all day; one that has ended changes by what is counted late.
LIVE_FOR = timedelta(minutes=5)
OVER_FOR = timedelta(hours=12)
# What nobody has looked at for this long is not read again, and deleted in the end.
LOOKED_AT_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(days=30)
MOST_PER_RUN = 60
_THREADS = 8
_CLAIM = timedelta(minutes=2)
_AGAIN_AFTER_ERROR = timedelta(minutes=1)
_TOUCH_EVERY = timedelta(minutes=1)
# What a column of 16 digits, two of them after the point, can hold.
_MOST_VALUE = Decimal(10) ** 14
# The longest that `try_at` is ever ahead.
_FURTHEST = OVER_FOR


@dataclass(frozen=True)
class _Answer:
    """What Instantly answered for one range; None where it did not."""

    totals: CampaignAnalytics | None
    steps: list[StepAnalytics] | None
    error: str


def want(workspace: Workspace, campaigns: Collection[int], ranges: Collection[Days]) -> bool:
    """Record that someone looks at these ranges; returns whether one of them is due. At most three queries."""
    now = timezone.now()
    wanted = Q(pk__in=[])
    for days in ranges:
        wanted |= Q(first=days.first, last=days.last)
    rows = RangeReading.objects.filter(wanted, workspace=workspace, campaign__in=campaigns)
    known = {(row.campaign_id, row.first, row.last): row for row in rows.defer("steps")}
    missing = [
        RangeReading(workspace=workspace, campaign_id=pk, first=days.first, last=days.last, wanted_at=now, try_at=now)
        for pk in campaigns
        for days in ranges
        if (pk, days.first, days.last) not in known
    ]
    RangeReading.objects.bulk_create(missing, ignore_conflicts=True)
    if any(abs(now - row.wanted_at) > _TOUCH_EVERY for row in known.values()):
        rows.update(wanted_at=now)
    return bool(missing) or any(row.try_at <= now for row in known.values())


def due_readings(workspace: Workspace, now: datetime) -> QuerySet[RangeReading]:
    """The ranges to be read now: looked at lately, and not read since they may have changed."""
    looked_at = Q(wanted_at__gt=now - LOOKED_AT_FOR)
    return RangeReading.objects.filter(
        looked_at,
        has_come("try_at", now, longest=_FURTHEST),
        workspace=workspace,
        campaign__vanished_at__isnull=True,
    ).order_by(F("read_at").asc(nulls_first=True), "pk")


def read_wanted(workspace: Workspace) -> int:
    """Read what is due, at most a portion; returns how many ranges were read."""
    now = timezone.now()
    RangeReading.objects.filter(workspace=workspace, wanted_at__lt=now - KEPT_FOR).delete()
    claimed = [
        row for row in due_readings(workspace, now).select_related("campaign")[:MOST_PER_RUN] if _claim(row, now)
    ]
    if not claimed:
        return 0
    client = client_for(workspace)
    with ThreadPoolExecutor(_THREADS) as pool:
        answers = list(pool.map(lambda row: _read(client, row.campaign.remote_id, Days(row.first, row.last)), claimed))
    for row, answer in zip(claimed, answers, strict=True):
        _store(row, answer, now)
    return sum(answer.totals is not None for answer in answers)


def _claim(row: RangeReading, now: datetime) -> bool:
    untouched = RangeReading.objects.filter(pk=row.pk, try_at=row.try_at)
    return bool(untouched.update(try_at=now + _CLAIM))


def _read(client: InstantlyClient, remote_id: str, days: Days) -> _Answer:
    # Source: docs/api/instantly-facts.md §2.1, dates are midnights in UTC (read 2026-11-28): the range ends with that
    # after its last day. Assumed: an e-mail of exactly that instant may be in two ranges.
    end = days.last + timedelta(days=1)
    try:
        totals = client.campaigns.overview(remote_id, start=days.first, end=end)
    except ClientError as error:
        return _Answer(None, None, str(error))
    try:
        return _Answer(totals, client.campaigns.steps(remote_id, start=days.first, end=end), "")
    except PartlyUnreadError as error:
        # A step that is missing here would look like one that was not sent.
        return _Answer(totals, None, str(error))
    except ClientError as error:
        return _Answer(totals, None, str(error))


def _store(row: RangeReading, answer: _Answer, read_at: datetime) -> None:
    this = RangeReading.objects.filter(pk=row.pk)
    if answer.totals is None:
        # What was read before stays, with its older time.
        this.update(
            try_at=read_at + _AGAIN_AFTER_ERROR,
            unknown_since=Coalesce("unknown_since", Value(read_at)),
            error=answer.error[:300],
        )
        return
    of, fresh_for = answer.totals, _fresh_for(row, read_at)
    this.update(
        sent=of.sent_count,
        contacted=of.contacted_count,
        opened=of.unique_open_count,
        replied=of.unique_reply_count,
        replied_automatic=of.unique_auto_reply_count,
        interested=of.interested_count,
        bounced=of.bounced_count,
        clicked=of.unique_click_count,
        unsubscribed=of.unsubscribed_count,
        opportunities=of.opportunity_count,
        opportunity_value=_storable(of.opportunity_value),
        steps=None if answer.steps is None else [_step(step) for step in answer.steps],
        read_at=read_at,
        try_at=read_at + (_AGAIN_AFTER_ERROR if answer.error else fresh_for),
        unknown_since=None,
        error=answer.error[:300],
    )


def _fresh_for(row: RangeReading, now: datetime) -> timedelta:
    """A range changes by itself until a day after its end."""
    is_live = row.last >= now.astimezone(UTC).date() - timedelta(days=1)
    return LIVE_FOR if is_live else OVER_FOR


def _storable(value: Decimal | None) -> Decimal | None:
    return value if value is not None and abs(value) < _MOST_VALUE else None


def _step(step: StepAnalytics) -> dict[str, Any]:
    return {
        "step": step.step,
        "variant": step.variant,
        "sent": step.sent,
        "opened": step.unique_opened,
        "replied": step.unique_replies,
        "automatic": step.unique_auto_replies,
        "clicked": step.unique_clicks,
    }


def campaigns_that_sent(workspace: Workspace, days: Days) -> Sequence[int]:
    """The campaigns that sent something on these days, as the mirror of their days has it."""
    found = Campaign.objects.filter(
        workspace=workspace, daily_stats__date__range=(days.first, days.last), daily_stats__sent__gt=0
    )
    return list(found.order_by("pk").values_list("pk", flat=True).distinct())
