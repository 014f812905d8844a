"""Mirrors what Instantly has counted: totals, days, steps, and why a campaign is not sending."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign, DailyStat, StepStat
from campaigns.models.campaign import SENDING
from campaigns.models.stats import DAY_FIELDS
from iexdg.clients.http.errors import ClientError, PartlyUnreadError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.analytics import CampaignAnalytics, DailyAnalytics, StepAnalytics
from iexdg.clients.instantly.campaigns import SendingStatus
from iexdg.clients.instantly.model import Raw, integer
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

Rows = TypeVar("Rows", DailyAnalytics, StepAnalytics)

HISTORY = timedelta(days=90)
# Enough to hide the network's latency; the limiter, not this number, protects Instantly's budget.
_THREADS = 8
# What a column of 16 digits, two of them after the point, can hold.
_MOST_VALUE = Decimal(10) ** 14
_STEP_FIELDS = (
    "sent",
    "opened",
    "unique_opened",
    "replies",
    "unique_replies",
    "unique_replies_automatic",
    "clicks",
    "unique_clicks",
)


@dataclass
class _Answer:
    """What the calls for one campaign returned; None where a call failed."""

    overview: CampaignAnalytics | None = None
    days: list[DailyAnalytics] | None = None
    steps: list[StepAnalytics] | None = None
    sending: SendingStatus | None = None
    errors: list[str] = field(default_factory=list)


def sync_analytics(workspace: Workspace, campaigns: Sequence[Campaign]) -> list[str]:
    """Read the figures of some campaigns and store them; returns what could not be read, as messages.

    The calls run in threads; only the caller's thread writes to the database.
    """
    if not campaigns:
        return []
    client, read_at = client_for(workspace), timezone.now()
    first_day = read_at.date() - HISTORY
    with ThreadPoolExecutor(_THREADS) as pool:
        totals = pool.submit(_totals, client, [campaign.remote_id for campaign in campaigns])
        answers = list(pool.map(lambda campaign: _read(client, campaign.remote_id, first_day), campaigns))
    rows, error = totals.result()
    errors = [error] if error else []
    for campaign, answer in zip(campaigns, answers, strict=True):
        with transaction.atomic():
            row = rows.get(campaign.remote_id)
            _store(campaign, row, answer, read_at, is_read=row is not None or error is None)
        errors += [f"{campaign.name}: {problem}" for problem in answer.errors]
    return errors


def _totals(client: InstantlyClient, ids: Sequence[str]) -> tuple[dict[str, CampaignAnalytics], str | None]:
    try:
        rows = client.campaigns.analytics(ids)
    except PartlyUnreadError as error:
        return {row.remote_id: row for row in error.understood if row.remote_id}, f"analytics: {error}"
    except ClientError as error:
        return {}, f"analytics: {error}"
    return {row.remote_id: row for row in rows if row.remote_id}, None


def _read(client: InstantlyClient, remote_id: str, first_day: date) -> _Answer:
    answer = _Answer()
    try:
        answer.overview = client.campaigns.overview(remote_id)
        answer.days = _understood(answer, lambda: client.campaigns.daily(remote_id, start=first_day))
        answer.steps = _understood(answer, lambda: client.campaigns.steps(remote_id))
        answer.sending = client.campaigns.sending_status(remote_id)
    except ClientError as error:
        # The calls after it would fail for the same reason; what was read before is stored.
        answer.errors.append(str(error))
    return answer


def _understood(answer: _Answer, read: Callable[[], list[Rows]]) -> list[Rows]:
    """The records that could be understood; what was wrong with the others is one of the errors."""
    try:
        return read()
    except PartlyUnreadError as error:
        answer.errors.append(str(error))
        return list(error.understood)


def _store(
    campaign: Campaign,
    totals: CampaignAnalytics | None,
    answer: _Answer,
    read_at: datetime,
    *,
    is_read: bool,
) -> None:
    this = Campaign.objects.filter(pk=campaign.pk)
    if totals is not None:
        this.update(**_counters(totals))
        # What was sent before a flip is what was counted before it, not what the next sync finds.
        this.exclude(remote_status__in=SENDING).filter(status_unknown_since__isnull=True).update(
            quiet_sent=totals.sent_count, quiet_sent_at=read_at
        )
        if totals.leads_count is not None:
            this.update(leads_count=totals.leads_count, leads_count_at=read_at)
    # No row is "unknown" (Law 10): the previous figures stay, with their older "as of".
    if answer.overview is not None and answer.overview.interested_count is not None:
        this.update(interested=answer.overview.interested_count)
    if answer.sending is not None:
        this.update(status_message=(answer.sending.message or "")[:300])
    if answer.days is not None:
        _store_days(campaign, answer.days)
    if answer.steps is not None:
        _store_steps(campaign, answer.steps)
    if not is_read or answer.errors:
        this.update(analytics_unknown_since=Coalesce("analytics_unknown_since", models.Value(read_at)))
    elif totals is not None:
        this.update(analytics_read_at=read_at, analytics_unknown_since=None)


def add_loaded(campaign_pk: int, number: int, *, sent_at: datetime, loaded_at: datetime) -> None:
    """Add the leads that Instantly confirmed to have taken to its count, until the count is read again.

    A count that was read after the batch was sent may include them already, and stays as it is.
    """
    older = Campaign.objects.filter(pk=campaign_pk, leads_count__isnull=False, leads_count_at__lte=sent_at)
    older.update(leads_count=models.F("leads_count") + number, leads_count_at=loaded_at)


def _counters(totals: CampaignAnalytics) -> dict[str, int | Decimal | None]:
    return {
        "sent": totals.sent_count,
        "contacted": totals.contacted_count,
        "opened": totals.unique_open_count,
        "replied": totals.unique_reply_count,
        "replied_automatic": totals.unique_auto_reply_count,
        "clicked": totals.unique_click_count,
        "bounced": totals.bounced_count,
        "unsubscribed": totals.unsubscribed_count,
        "completed": totals.completed_count,
        "opportunities": totals.opportunity_count,
        "opportunity_value": _storable(totals.opportunity_value),
    }


def _storable(value: Decimal | None) -> Decimal | None:
    """A value that the column can hold; anything else cannot be an amount of money."""
    return value if value is not None and abs(value) < _MOST_VALUE else None


def _store_days(campaign: Campaign, days: Iterable[DailyAnalytics]) -> None:
    rows = {
        day.day: DailyStat(campaign=campaign, date=day.day, **{name: _count(day.raw, name) for name in DAY_FIELDS})
        for day in days
        if day.day is not None
    }
    DailyStat.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["campaign", "date"], update_fields=DAY_FIELDS
    )


def _store_steps(campaign: Campaign, steps: Iterable[StepAnalytics]) -> None:
    rows = {
        (step.step, step.variant): StepStat(
            campaign=campaign,
            step=str(step.step),
            variant=str(step.variant),
            **{name: _count(step.raw, name) for name in _STEP_FIELDS},
        )
        for step in steps
        if step.step is not None and step.variant is not None
    }
    StepStat.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["campaign", "step", "variant"], update_fields=_STEP_FIELDS
    )


def _count(raw: Raw, name: str) -> int:
    """A counter that is missing from a listed day or step is 0."""
    return integer(raw.get(name)) or 0
