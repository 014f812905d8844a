"""Reads the known figures of campaigns, and stores them as samples for windows and dry runs."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Max, OuterRef, QuerySet, Subquery

from campaigns.copy.body import read_body
from campaigns.copy.links import is_web_address
from campaigns.copy.sequence import read_sequence
from campaigns.guardrails.rules import COUNTED, STOPPED, Counts, Facts
from campaigns.models import (
    Campaign,
    DailyStat,
    GuardrailKind,
    GuardrailLook,
    GuardrailSample,
    GuardrailTrip,
    StatusReading,
    TripState,
)
from campaigns.models.campaign import SENDING
from campaigns.sending.windows import days_inside_utc_day
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender
from iexdg.states import has_come
from iexdg.workspaces.models import Workspace

# A recent burst must not be hidden by a long good history, so the last days are judged as well as the whole window.
RECENT = timedelta(days=7)
# Stored for "would have paused 3 times last month", and a little longer.
HISTORY = timedelta(days=60)
_SAMPLE_EVERY = timedelta(hours=1)
_SAMPLE_IDLE_EVERY = timedelta(hours=24)
# Where two checks are further apart than this, the watch was interrupted.
_GAP = timedelta(minutes=5)
# How many bodies and schedules a process remembers the answer for; some kilobytes each.
_REMEMBERED = 1024
_SETTLES_AFTER = timedelta(minutes=10)
# A change of one of these is stored at once; one more e-mail sent is not.
_SIGNIFICANT = ("status", "bounced", "unsubscribed", "senders_lost", "lowest_score", "has_tracked_link", "daily_limit")


class _Day(NamedTuple):
    """A day that Instantly has counted."""

    date: date
    sent: int


@dataclass(frozen=True)
class Measured:
    """One campaign now: its sample, and where its windows start, per kind."""

    campaign: Campaign
    sample: GuardrailSample
    was_sending: bool
    unwatched: bool
    rearmed: dict[str, tuple[datetime, Counts]] = field(default_factory=dict)
    recent: GuardrailSample | None = None

    def facts(self, kind: GuardrailKind) -> Facts:
        """The facts that a guardrail of this kind is checked against."""
        return self._facts_since(*self.rearmed[kind]) if kind in self.rearmed else self._facts_from_start

    @cached_property
    def _facts_from_start(self) -> Facts:
        """The facts of every kind that was never re-armed; they are the same."""
        return self._facts_since(None, Counts(0, 0, 0, 0, 0))

    def _facts_since(self, at: datetime | None, baseline: Counts) -> Facts:
        now = counts_of(self.sample)
        windows: tuple[Counts, ...] = (now.since(baseline),)
        # What was re-armed within the last days has no window before that.
        if self.recent is not None and (at is None or self.recent.at >= at):
            windows += (now.since(counts_of(self.recent)),)
        return facts_of(self.sample, windows, was_sending=self.was_sending, unwatched=self.unwatched)


def facts_of(
    sample: GuardrailSample, windows: tuple[Counts, ...], *, was_sending: bool, unwatched: bool = False
) -> Facts:
    """Convert a sample to the facts that rules read."""
    return Facts(
        windows=windows,
        status=sample.status,
        was_sending=was_sending,
        sent_today=sample.sent_today,
        daily_limit=sample.daily_limit,
        cap_days=sample.cap_days,
        senders_lost=sample.senders_lost,
        lowest_score=sample.lowest_score,
        credits=sample.credits,
        sync_age_min=sample.sync_age_min,
        unwatched=unwatched,
        has_tracked_link=sample.has_tracked_link,
    )


def counts_of(sample: GuardrailSample) -> Counts:
    """The counters of a sample."""
    return Counts(*(getattr(sample, name) for name in COUNTED))


def measure(workspace: Workspace, campaigns: Sequence[Campaign], now: datetime) -> list[Measured]:
    """Return what is known of some campaigns, in a fixed number of queries. No call to Instantly."""
    ids = [campaign.pk for campaign in campaigns]
    boxes = {box.email: box for box in Mailbox.objects.filter(workspace=workspace)}
    days = DailyStat.objects.filter(campaign__in=ids, date__gte=(now - timedelta(days=2)).date()).order_by("date")
    newest = {pk: _Day(day, sent) for pk, day, sent in days.values_list("campaign_id", "date", "sent")}
    rearmed = _rearmed(ids)
    recent = _recent(ids, now)
    seen_sending = _seen_sending([campaign.pk for campaign in campaigns if campaign.remote_status in STOPPED])
    watching_since = _watching_since(workspace, now)
    measured = []
    for campaign in campaigns:
        sample = _sample(campaign, boxes, newest.get(campaign.pk), workspace, now)
        last_armed = rearmed[campaign.pk].get(GuardrailKind.STATUS_CODE)
        last_sending = seen_sending.get(campaign.pk)
        was = last_sending is not None and (last_armed is None or last_sending > last_armed[0])
        unwatched = now - watching_since < _SETTLES_AFTER
        measured.append(Measured(campaign, sample, was, unwatched, rearmed[campaign.pk], recent.get(campaign.pk)))
    return measured


def store_samples(measured: Sequence[Measured], tripped: Collection[int] = ()) -> int:
    """Store samples: at once on a significant change, else hourly (daily where it is not sending). Returns how many.

    Shapes: tripped - campaigns (our ids) whose sample broke a limit: a dry run must find what really paused.
    """
    ids = [one.campaign.pk for one in measured]
    last = _one_each(ids, GuardrailSample.objects.filter(campaign=OuterRef("pk")).order_by("-at"))
    fresh = [
        one.sample
        for one in measured
        if one.campaign.pk in tripped or _is_significant(one.sample, last.get(one.campaign.pk))
    ]
    GuardrailSample.objects.bulk_create(fresh)
    if fresh:
        GuardrailSample.objects.filter(campaign__in=ids, at__lt=fresh[0].at - HISTORY).delete()
    return len(fresh)


def record_watch(workspace: Workspace, now: datetime) -> None:
    """Record that the guardrails were checked; a long gap restarts the watch."""
    watch, is_new = GuardrailLook.objects.get_or_create(workspace=workspace, defaults={"since": now, "at": now})
    if not is_new:
        since = now if abs(now - watch.at) > _GAP else min(watch.since, now)
        checked = has_come("at", now, longest=timedelta(0))
        GuardrailLook.objects.filter(checked, pk=watch.pk).update(since=since, at=now)


def baseline_of(campaign: Campaign) -> dict[str, int | None]:
    """The counters at which a re-armed window starts."""
    return {name: getattr(campaign, name) for name in COUNTED}


# -- one sample ----------------------------------------------------------------------------------


def _sample(
    campaign: Campaign, boxes: dict[str, Mailbox], day: _Day | None, workspace: Workspace, now: datetime
) -> GuardrailSample:
    sample = GuardrailSample(campaign=campaign, at=now, daily_limit=campaign.daily_limit)
    # A failed read is unknown, however good the last figures are.
    if campaign.status_unknown_since is None and campaign.unknown_since is None:
        sample.status = campaign.remote_status
    if campaign.analytics_read_at is not None and campaign.analytics_unknown_since is None:
        _count(sample, campaign, day, campaign.analytics_read_at.date())
    sample.senders_lost, sample.lowest_score = _senders(campaign, boxes)
    if workspace.credits_left is not None and not workspace.credits_error:
        sample.credits = float(workspace.credits_left)
    sample.sync_age_min = _sync_age_min(campaign, now)
    sample.has_tracked_link = campaign.flags.get("link_tracking") is True and _has_link(campaign)
    return sample


def _count(sample: GuardrailSample, campaign: Campaign, day: _Day | None, today: date) -> None:
    """Copy the counters and what was sent today. Shapes: day - the newest that Instantly has counted."""
    for name in COUNTED:
        setattr(sample, name, getattr(campaign, name))
    # Instantly lists no day on which nothing was sent.
    sample.sent_today = day.sent if day is not None and day.date >= today else 0
    sample.cap_days = _cap_days(json.dumps(campaign.schedule), max(day.date, today) if day else today)


@lru_cache(maxsize=_REMEMBERED)
def _cap_days(schedule: str, day: date) -> int:
    return days_inside_utc_day(json.loads(schedule), day)


def _sync_age_min(campaign: Campaign, now: datetime) -> float | None:
    """Minutes since the last sync. The minute watch refreshes the mirror without the figures: the older one counts."""
    if campaign.synced_at is None:
        return None
    oldest = min(campaign.synced_at, campaign.analytics_read_at or campaign.synced_at)
    return max((now - oldest).total_seconds() / 60, 0.0)


def _senders(campaign: Campaign, boxes: dict[str, Mailbox]) -> tuple[int | None, float | None]:
    if not boxes or not campaign.senders:
        return None, None
    addresses = [str(email).strip().lower() for email in campaign.senders]
    found = [Sender(email, boxes.get(email)) for email in addresses]
    scores = [sender.score for sender in found if sender.score is not None]
    return sum(1 for sender in found if sender.tone == "bad"), min(scores, default=None)


def _has_link(campaign: Campaign) -> bool:
    # A link that is never sent cannot be clicked.
    return any(_links_to_web(variant.body) for variant in read_sequence(campaign.sequences).live_variants)


@lru_cache(maxsize=_REMEMBERED)
def _links_to_web(text: str) -> bool:
    """Whether a body has a link that can be tracked; remembered, since the same are asked about every minute."""
    links = {segment.href for line in read_body(text).lines for segment in line.segments if segment.href}
    return any(is_web_address(href) and not href.startswith("mailto:") for href in links)


def _is_significant(sample: GuardrailSample, last: GuardrailSample | None) -> bool:
    is_idle = sample.status is not None and sample.status not in SENDING
    if last is None or sample.at - last.at >= (_SAMPLE_IDLE_EVERY if is_idle else _SAMPLE_EVERY):
        return True
    return any(getattr(sample, name) != getattr(last, name) for name in _SIGNIFICANT)


# -- reads -----------------------------------------------------------------------------------------


def _rearmed(ids: Sequence[int]) -> dict[int, dict[str, tuple[datetime, Counts]]]:
    """The last re-arming of each kind of each campaign, with the counters it had then."""
    found: dict[int, dict[str, tuple[datetime, Counts]]] = defaultdict(dict)
    trips = GuardrailTrip.objects.filter(campaign__in=ids, state=TripState.ACKNOWLEDGED).order_by("closed_at")
    for trip in trips:
        if trip.closed_at is not None:
            counted = Counts(*(trip.baseline.get(name) for name in COUNTED))
            found[trip.campaign_id][trip.kind] = (trip.closed_at, counted)
    return found


def _recent(ids: Sequence[int], now: datetime) -> dict[int, GuardrailSample]:
    """Each campaign's first sample of the last days that has figures."""
    known = GuardrailSample.objects.filter(campaign=OuterRef("pk"), at__gte=now - RECENT, sent__isnull=False)
    return _one_each(ids, known.order_by("at"))


def _one_each(ids: Sequence[int], ordered: QuerySet[GuardrailSample]) -> dict[int, GuardrailSample]:
    """The first of an ordered set for each campaign; the index answers it without reading the whole history."""
    wanted = Campaign.objects.filter(pk__in=ids).annotate(sample=Subquery(ordered.values("pk")[:1]))
    found = GuardrailSample.objects.filter(pk__in=list(wanted.values_list("sample", flat=True)))
    return {sample.campaign_id: sample for sample in found}


def _seen_sending(ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these was last read as sending; called only for the few that Instantly has stopped."""
    readings = StatusReading.objects.filter(campaign__in=ids, status__in=SENDING).order_by()
    return dict(readings.values_list("campaign").annotate(last=Max("at")))


def _watching_since(workspace: Workspace, now: datetime) -> datetime:
    watch = GuardrailLook.objects.filter(workspace=workspace).first()
    if watch is None or now - watch.at > _GAP:
        return now
    return watch.since
