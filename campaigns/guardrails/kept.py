"""What every guardrail of every campaign read when it was last checked. The only writer of GuardrailReading.

Kept so that a page about all campaigns reads a few rows, however many campaigns there are.

Written after every check, after a change of a limit and after a re-arming, by the limits and the trips of that moment:
whoever writes holds the lock of the workspace's row while it reads them, so no verdict by an old limit comes last.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.measure import Measured, measure
from campaigns.guardrails.rules import LOW_IS_BAD, STOPPED, Judgement, State
from campaigns.guardrails.store import rules_of
from campaigns.guardrails.watched import Watched, current, judged
from campaigns.models import (
    Campaign,
    GuardrailKind,
    GuardrailLook,
    GuardrailReading,
    GuardrailSample,
    TripEffect,
)
from campaigns.models.campaign import SENDING
from iexdg.workspaces.models import Workspace

# Checked every minute; a check that is older than this is shown as missed.
LATE = timedelta(minutes=5)
MOST_NAMED = 5
# Replaying a month of one campaign that sends takes some 70 ms.
_REPLAYED_AT_ONCE = 20
# Ranks: the worst first; from _SILENT on a row is no reading.
_OVER, _UNKNOWN_WHILE_SENDING, _SILENT = 0, 1, 9
_RANKS = {State.FINE: 2, State.BELOW_FLOOR: 3, State.UNKNOWN: 4, State.OFF: _SILENT}
_APPLIES_NOT = 5
_JUDGED = ("state", "words", "value", "is_over", "is_stopped", "rank", "place")
_REPLAYED = ("would_have", "sampled_since", "replayed_at")


@dataclass(frozen=True)
class OfAll:
    """What all campaigns read for one kind. `stopped`: the first of those that stand still because of it, worst first.

    `states`: how many different ones there are. `sampled_since`: the first sample of the replayed month.
    `uncounted`: campaigns whose month was not replayed by the present limit yet.
    """

    worst: GuardrailReading | None = None
    stopped: tuple[Campaign, ...] = ()
    stopped_count: int = 0
    states: int = 0
    would_have: int = 0
    sampled_since: datetime | None = None
    uncounted: int = 0


# -- writing ---------------------------------------------------------------------------------------


def keep(
    workspace: Workspace, campaigns: Sequence[Campaign], *, forget_replays: Collection[GuardrailKind] = ()
) -> None:
    """Measure and judge some campaigns again, and keep the result.

    Shapes: forget_replays - kinds whose limit was changed, so that their last month is counted again.
    """
    keep_measured(workspace, measure(workspace, current(workspace, campaigns), timezone.now()))
    GuardrailReading.objects.filter(workspace=workspace, kind__in=forget_replays).update(replayed_at=None)


def keep_measured(workspace: Workspace, measured: Sequence[Measured], *, checked_at: datetime | None = None) -> None:
    """Judge what was measured by the limits and trips of now, and write what differs; a fixed number of queries.

    Shapes: checked_at - set where it is every campaign of the workspace, with the time of the check.
    """
    ids = [one.campaign.pk for one in measured]
    with transaction.atomic():
        _lock(workspace)
        stored = GuardrailReading.objects.filter(campaign__in=ids).values_list("campaign_id", "kind", *_JUDGED)
        before = {(pk, kind): found for pk, kind, *found in stored}
        rows = [row for one in judged(measured, rules_of(workspace)) for row in _rows_of(workspace, one)]
        differ = [
            row for row in rows if before.get((row.campaign_id, row.kind)) != [getattr(row, name) for name in _JUDGED]
        ]
        GuardrailReading.objects.bulk_create(
            differ, update_conflicts=True, unique_fields=["campaign", "kind"], update_fields=_JUDGED
        )
        look = GuardrailLook.objects.filter(workspace=workspace)
        if differ:
            look.update(changed_at=timezone.now())
        if checked_at is not None:
            GuardrailReading.objects.filter(workspace=workspace).exclude(campaign__in=ids).delete()
            look.update(kept_at=checked_at)


def replay(workspace: Workspace, now: datetime) -> int:
    """Count what the workspace's limits would have done last month to campaigns with new samples; returns how many.

    At most a few at once, the longest uncounted first; those that were not sending have nothing to count.
    """
    newest = GuardrailSample.objects.filter(campaign=OuterRef("campaign")).order_by("-at").values("at")[:1]
    mine = GuardrailReading.objects.filter(workspace=workspace)
    due = mine.annotate(newest=Subquery(newest)).filter(Q(replayed_at__isnull=True) | Q(newest__gt=F("replayed_at")))
    oldest_first = due.order_by(F("replayed_at").asc(nulls_first=True), "pk")
    rows = dict(oldest_first.values_list("pk", "campaign"))
    waiting = list(dict.fromkeys(rows.values()))
    if not waiting:
        return 0
    recent = GuardrailSample.objects.filter(campaign__in=waiting, at__gte=now - LOOK_BACK, status__in=SENDING)
    was_sending = set(recent.order_by().values_list("campaign", flat=True).distinct())
    idle = [pk for pk in waiting if pk not in was_sending]
    with transaction.atomic():
        _lock(workspace)
        mine.filter(campaign__in=idle).update(would_have=0, sampled_since=None, replayed_at=now)
    some = [pk for pk in waiting if pk in was_sending][:_REPLAYED_AT_ONCE]
    _replay(workspace, mine.filter(pk__in=[pk for pk, campaign in rows.items() if campaign in some]), now)
    return len(idle) + len(some)


def _replay(workspace: Workspace, due: QuerySet[GuardrailReading], now: datetime) -> None:
    limits = rules_of(workspace).of_workspace()
    rows = list(due)
    samples = samples_since({row.campaign_id for row in rows}, now - LOOK_BACK)
    by_kind = {limit.kind.value: limit for limit in limits}
    for row in rows:
        found = samples[row.campaign_id]
        row.would_have = len(would_have_tripped(by_kind[row.kind], found))
        row.sampled_since = found[0].at if found else None
        row.replayed_at = now
    with transaction.atomic():
        _lock(workspace)
        # What was counted by a limit that has just changed is counted again.
        if rules_of(workspace).of_workspace() == limits:
            GuardrailReading.objects.bulk_update(rows, _REPLAYED)


def _lock(workspace: Workspace) -> None:
    # Without a row nothing was checked yet, so there is no one to wait for.
    GuardrailLook.objects.select_for_update().filter(workspace=workspace).first()


def _rows_of(workspace: Workspace, one: Watched) -> list[GuardrailReading]:
    return [_row(workspace, one, judgement) for judgement in one.judgements]


def _row(workspace: Workspace, one: Watched, judgement: Judgement) -> GuardrailReading:
    kind, is_stopped = judgement.setting.kind, _is_stopped(one, judgement)
    value = judgement.value or 0.0
    return GuardrailReading(
        workspace=workspace,
        campaign=one.campaign,
        kind=kind.value,
        state=judgement.state.value,
        words=judgement.words[:300],
        value=judgement.value,
        is_over=judgement.is_over,
        is_stopped=is_stopped,
        rank=_rank(one.campaign, judgement, is_stopped=is_stopped),
        place=value if kind in LOW_IS_BAD else -value,
    )


def _is_stopped(one: Watched, judgement: Judgement) -> bool:
    """Whether the campaign stands still because of it: tripped, over the limit, or stopped by Instantly."""
    if judgement.state == State.OFF:
        return False
    kind, trip = judgement.setting.kind, one.trips.get(judgement.setting.kind)
    is_blocked = trip is not None and trip.effect != TripEffect.DRY_RUN
    by_instantly = kind == GuardrailKind.STATUS_CODE and one.campaign.remote_status in STOPPED
    return is_blocked or by_instantly or (judgement.is_over and not one.campaign.is_sending)


def _rank(campaign: Campaign, judgement: Judgement, *, is_stopped: bool) -> int:
    """Over the limit, whatever it is doing now; then unknown while it sends; then by the state."""
    if judgement.is_over or is_stopped:
        return _OVER
    if judgement.state == State.UNKNOWN and campaign.is_sending:
        return _UNKNOWN_WHILE_SENDING
    return _RANKS.get(judgement.state, _APPLIES_NOT)


# -- reading ---------------------------------------------------------------------------------------


def of_all(workspace: Workspace) -> dict[str, OfAll]:
    """What all campaigns of a workspace read, by kind; two queries."""
    first: dict[str, list[GuardrailReading]] = {kind.value: [] for kind in GuardrailKind}
    for reading in _first_of_each_kind(workspace):
        first[reading.kind].append(reading)
    counted = {row["kind"]: row for row in _counts(workspace)}
    return {kind: _of_all(first[kind], counted.get(kind)) for kind in first}


def _of_all(first: Sequence[GuardrailReading], counted: dict[str, Any] | None) -> OfAll:
    if counted is None:
        return OfAll()
    stopped = [reading.campaign for reading in first if reading.is_stopped][:MOST_NAMED]
    return OfAll(
        first[0] if first else None,
        tuple(stopped),
        counted["stopped_count"],
        counted["states"],
        counted["would_have_all"],
        counted["first_sample"],
        counted["uncounted"],
    )


def _first_of_each_kind(workspace: Workspace) -> QuerySet[GuardrailReading]:
    wanted = Q()
    for kind in GuardrailKind:
        ordered = GuardrailReading.objects.filter(workspace=workspace, kind=kind.value, rank__lt=_SILENT)
        worst = ordered.order_by("rank", "place", "campaign_id").values("pk")
        wanted |= Q(pk__in=worst[:1]) | Q(pk__in=worst.filter(is_stopped=True)[:MOST_NAMED])
    found = GuardrailReading.objects.filter(wanted).select_related("campaign").order_by("rank", "place", "campaign_id")
    return found.only(*_JUDGED, "kind", "campaign__name")


def _counts(workspace: Workspace) -> list[dict[str, Any]]:
    is_reading = Q(rank__lt=_SILENT)
    of_kind = GuardrailReading.objects.filter(workspace=workspace).order_by().values("kind")
    counted = of_kind.annotate(
        stopped_count=Count("pk", filter=Q(is_stopped=True)),
        states=Count("state", distinct=True, filter=is_reading),
        would_have_all=Sum("would_have"),
        first_sample=Min("sampled_since"),
        uncounted=Count("pk", filter=Q(replayed_at__isnull=True)),
    )
    return [dict(row) for row in counted]
