"""What a guardrail would have done: replays stored samples against its limits. Pure, except for reading the samples."""

from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from campaigns.guardrails.measure import RECENT, counts_of, facts_of
from campaigns.guardrails.rules import Counts, Setting, judge
from campaigns.models import GuardrailMode, GuardrailSample
from campaigns.models.campaign import SENDING
from campaigns.models.guardrail import WINDOWED

LOOK_BACK = timedelta(days=30)


def would_have_tripped(setting: Setting, samples: Sequence[GuardrailSample]) -> list[datetime]:
    """When this setting would have paused a campaign with these samples, oldest first.

    Each trip counts as acknowledged at once, so its window restarts; a condition that persists is one trip.
    """
    tried = Setting(setting.kind, GuardrailMode.ACTIVE, setting.limit, setting.floor, setting.count)
    trips: list[datetime] = []
    baseline, was_sending, is_broken = Counts(0, 0, 0, 0, 0), False, False
    recent: deque[GuardrailSample] = deque()
    for sample in samples:
        was_sending = was_sending or sample.status in SENDING
        while recent and recent[0].at < sample.at - RECENT:
            recent.popleft()
        now = counts_of(sample)
        windows = (now.since(baseline), now.since(counts_of(recent[0]))) if recent else (now.since(baseline),)
        tripped = judge(tried, facts_of(sample, windows, was_sending=was_sending)).is_tripped
        if tripped and not is_broken:
            trips.append(sample.at)
            baseline, recent = now, deque()
        # A window restarts after a trip, so the next breach is a new trip; a state that persists is not.
        is_broken = tripped and setting.kind not in WINDOWED
        if sample.sent is not None:
            recent.append(sample)
    return trips


def samples_since(campaign_ids: Collection[int], since: datetime) -> dict[int, list[GuardrailSample]]:
    """The stored samples of the campaigns that were sending since then, oldest first; [] for the others."""
    grouped: dict[int, list[GuardrailSample]] = {pk: [] for pk in campaign_ids}
    stored = GuardrailSample.objects.filter(campaign__in=campaign_ids, at__gte=since)
    sent = stored.filter(status__in=SENDING).order_by().values("campaign")
    for sample in stored.filter(campaign__in=sent).order_by("at"):
        grouped[sample.campaign_id].append(sample)
    return grouped
