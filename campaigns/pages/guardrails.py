"""Guardrails as their pages show them: the limit, why it exists, the current reading, and what it would have done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.forms import GuardrailForm
from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.kept import LATE, MOST_NAMED, OfAll, of_all
from campaigns.guardrails.rules import SPECS, Judgement, Setting, State, limit_words
from campaigns.guardrails.store import Layer, Rules, rules_of
from campaigns.guardrails.watched import watched
from campaigns.models import (
    Campaign,
    GuardrailKind,
    GuardrailLook,
    GuardrailMode,
    GuardrailReading,
    GuardrailSample,
    GuardrailTrip,
    TripEffect,
    TripState,
)
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

# A campaign that is not sending gets one sample a day.
_SAMPLED_DAILY = timedelta(days=1)
TONES = {State.FINE: "ok", State.TRIPPED: "bad", State.UNKNOWN: "warn"}
# Shown where the limit is broken by a campaign that is not sending.
OVER = "over the limit, stopped"
STOPPED_STATE = "stopped"
_MODE_TONES = {GuardrailMode.ACTIVE: "ok", GuardrailMode.DRY_RUN: "busy", GuardrailMode.OFF: "idle"}


@dataclass(frozen=True)
class Month:
    """The last 30 days: how often it would have paused, and whether anything was sending.

    `uncounted`: campaigns that the number does not cover yet, right after a change of the limit.
    """

    would_have: int = 0
    has_history: bool = False
    uncounted: int = 0


@dataclass(frozen=True)
class Line:
    """One guardrail. `campaign` is the one whose reading is shown, where a line covers several.

    `is_of_workspace`: the reading is the same for every campaign, so none is named.
    `stopped` are the campaigns that stand still because of it, the worst first.
    """

    kind: GuardrailKind
    why: str
    setting: Setting
    limit: str
    mode_tone: str
    is_own: bool
    state: str
    tone: str
    words: str
    campaign: Campaign | None
    month: Month
    trip: GuardrailTrip | None
    form: GuardrailForm
    stopped: tuple[Campaign, ...] = ()
    more_stopped: int = 0
    is_of_workspace: bool = False


@dataclass(frozen=True)
class GuardrailsPage:
    """All guardrails of a workspace or of one campaign. `history_since`: where less than the 30 days is stored.

    `checked_at`: when the readings were taken, None where they were taken for this page. `is_late`: too long ago, or
    never, so nothing is shown as fine.
    """

    lines: tuple[Line, ...]
    trips: tuple[GuardrailTrip, ...]
    history: tuple[GuardrailTrip, ...]
    may_change: bool
    may_rearm: bool
    as_of: datetime | None
    unknown_since: datetime | None
    history_since: datetime | None
    checked_at: datetime | None = None
    is_late: bool = False


def defaults_page(
    workspace: Workspace, *, member: Member, now: datetime, refused: GuardrailForm | None = None
) -> GuardrailsPage:
    """The limits for every campaign without its own; readings are the worst of all campaigns, also of stopped ones.

    Read from what the last check has kept: a fixed number of queries and rows.
    """
    rules, kept = rules_of(workspace), of_all(workspace)
    checked_at = GuardrailLook.objects.filter(workspace=workspace).values_list("kept_at", flat=True).first()
    is_late = checked_at is None or abs(now - checked_at) > LATE
    trips = _open_trips([one.worst for one in kept.values() if one.worst is not None])
    lines = [
        _worst_line(setting, rules.defaults, kept[setting.kind], trips, refused, is_late=is_late)
        for setting in rules.of_workspace()
    ]
    page = _page(
        lines,
        GuardrailTrip.objects.filter(campaign__workspace=workspace),
        member=member,
        as_of=workspace.synced_at,
        unknown_since=workspace.unknown_since,
        history_since=_history_since([one.sampled_since for one in kept.values()], now),
    )
    return replace(page, checked_at=checked_at, is_late=is_late)


def campaign_page(
    campaign: Campaign, *, member: Member, now: datetime, refused: GuardrailForm | None = None
) -> GuardrailsPage:
    """The limits and readings of one campaign."""
    rules = rules_of(campaign.workspace)
    one = watched(campaign.workspace, now, [campaign], rules=rules)[0]
    samples = samples_since([campaign.pk], now - LOOK_BACK)[campaign.pk]
    own = rules.overrides.get(campaign.pk, {})
    lines = [
        _line(
            judgement.setting,
            own,
            (None, judgement),
            _month(judgement.setting, samples),
            one.trips.get(judgement.setting.kind),
            refused,
        )
        for judgement in one.judgements
    ]
    trips = GuardrailTrip.objects.filter(campaign=campaign)
    unknown_since = campaign.unknown_since or campaign.analytics_unknown_since
    return _page(
        lines,
        trips,
        member=member,
        as_of=campaign.analytics_read_at,
        unknown_since=unknown_since,
        history_since=_history_since([samples[0].at if samples else None], now),
    )


def panel_lines(campaign: Campaign, now: datetime) -> list[Line]:
    """The lines alone, without the history that only the page shows."""
    rules: Rules = rules_of(campaign.workspace)
    one = watched(campaign.workspace, now, [campaign], rules=rules)[0]
    own = rules.overrides.get(campaign.pk, {})
    return [
        _line(judgement.setting, own, (None, judgement), Month(), one.trips.get(judgement.setting.kind), None)
        for judgement in one.judgements
    ]


def _worst_line(
    setting: Setting,
    layer: Layer,
    of_all: OfAll,
    trips: dict[tuple[int, str], GuardrailTrip],
    refused: GuardrailForm | None,
    *,
    is_late: bool,
) -> Line:
    """The line of a guardrail for all campaigns: the worst reading, and the names of those that are stopped."""
    month = Month(of_all.would_have, of_all.sampled_since is not None, of_all.uncounted)
    worst = of_all.worst
    if setting.mode == GuardrailMode.OFF or worst is None:
        words = "switched off" if setting.mode == GuardrailMode.OFF else "no campaign was checked yet"
        return _line(setting, layer, (None, Judgement(setting, State.IDLE, words)), month, None, refused)
    is_shared = _is_of_workspace(setting.kind, worst, of_all.states)
    named = None if is_shared else worst.campaign
    judgement = Judgement(setting, State(worst.state), worst.words, worst.value, worst.is_over)
    line = _line(setting, layer, (named, judgement), month, trips.get((worst.campaign_id, worst.kind)), refused)
    if worst.is_stopped and not worst.is_over:
        # Instantly has stopped it, or its trip is not acknowledged yet: neither is fine.
        line = replace(line, state=STOPPED_STATE, tone="bad")
    elif is_late and line.tone == "ok":
        line = replace(line, state=State.UNKNOWN.value, tone="warn", words=f"{line.words}, when it was last checked")
    more = max(of_all.stopped_count - MOST_NAMED, 0)
    return replace(line, stopped=of_all.stopped, more_stopped=more, is_of_workspace=is_shared)


def _is_of_workspace(kind: GuardrailKind, worst: GuardrailReading, states: int) -> bool:
    """Whether the reading is the workspace's: its credits, and the last sync while no campaign alone is old."""
    is_synced_alike = worst.state == State.FINE or states == 1
    return kind == GuardrailKind.CREDITS or (kind == GuardrailKind.STALE_SYNC and is_synced_alike)


def _open_trips(readings: Sequence[GuardrailReading]) -> dict[tuple[int, str], GuardrailTrip]:
    """The open trips of these campaigns, by campaign (our id) and kind."""
    ids = {reading.campaign_id for reading in readings}
    found = GuardrailTrip.objects.filter(campaign__in=ids, state=TripState.OPEN).order_by()
    return {(trip.campaign_id, trip.kind): trip for trip in found}


def _page(
    lines: Sequence[Line],
    trips: QuerySet[GuardrailTrip],
    *,
    member: Member,
    as_of: datetime | None,
    unknown_since: datetime | None,
    history_since: datetime | None,
) -> GuardrailsPage:
    listed = list(trips.select_related("campaign", "acknowledged_by", "request")[:50])
    blocking = [trip for trip in listed if trip.state == "open" and trip.effect != TripEffect.DRY_RUN]
    return GuardrailsPage(
        lines=tuple(lines),
        trips=tuple(blocking),
        history=tuple(trip for trip in listed if trip not in blocking)[:20],
        may_change=member.may(Action.SETTINGS),
        may_rearm=member.may(Action.REARM),
        as_of=as_of,
        unknown_since=unknown_since,
        history_since=history_since,
    )


def _month(setting: Setting, samples: Sequence[GuardrailSample]) -> Month:
    return Month(len(would_have_tripped(setting, samples)), bool(samples))


def _history_since(firsts: Sequence[datetime | None], now: datetime) -> datetime | None:
    """The first sample, where it is so recent that "last 30 days" would claim more than was recorded."""
    first = min((at for at in firsts if at is not None), default=None)
    return first if first is not None and first > now - LOOK_BACK + _SAMPLED_DAILY else None


def _line(
    setting: Setting,
    layer: Layer,
    worst: tuple[Campaign | None, Judgement],
    month: Month,
    trip: GuardrailTrip | None,
    refused: GuardrailForm | None,
) -> Line:
    campaign, judgement = worst
    rule = layer.get(setting.kind)
    initial = {} if rule is None else {name: getattr(rule, name) for name in ("mode", "limit", "floor", "count")}
    is_refused = refused is not None and refused.data.get("kind") == setting.kind
    state, tone = _state_and_tone(judgement)
    return Line(
        kind=setting.kind,
        why=SPECS[setting.kind].why,
        setting=setting,
        limit=limit_words(setting),
        mode_tone=_MODE_TONES[setting.mode],
        is_own=rule is not None,
        state=state,
        tone=tone,
        words=judgement.words,
        campaign=campaign,
        month=month,
        trip=trip,
        form=refused
        if is_refused and refused is not None
        else GuardrailForm(kind=setting.kind, inherited=setting, initial=initial),
    )


def _state_and_tone(judgement: Judgement) -> tuple[str, str]:
    """The state in words and its colour; a campaign that Instantly has stopped is never shown as if nothing applied."""
    if judgement.setting.kind == GuardrailKind.STATUS_CODE and judgement.state == State.NOT_APPLICABLE:
        return STOPPED_STATE, "bad"
    if judgement.is_over:
        return judgement.state.value if judgement.is_tripped else OVER, "bad"
    return judgement.state.value, TONES.get(judgement.state, "idle")
