"""Guardrails as their pages show them: the limit, why it exists, the current reading, and what it would have done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.forms import GuardrailForm
from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.evaluate import Watched, watched
from campaigns.guardrails.rules import LOW_IS_BAD, SPECS, STOPPED, Judgement, Setting, State, limit_words
from campaigns.guardrails.store import Layer, Rules, rules_of
from campaigns.models import Campaign, GuardrailKind, GuardrailMode, GuardrailSample, GuardrailTrip, TripEffect
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

# A campaign that is not sending gets one sample a day.
_SAMPLED_DAILY = timedelta(days=1)
TONES = {State.FINE: "ok", State.TRIPPED: "bad", State.UNKNOWN: "warn"}
# Shown where the limit is broken by a campaign that is not sending.
OVER = "over the limit, stopped"
STOPPED_STATE = "stopped"
_MOST_NAMED = 5
_MODE_TONES = {GuardrailMode.ACTIVE: "ok", GuardrailMode.DRY_RUN: "busy", GuardrailMode.OFF: "idle"}


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
    would_have: int
    has_history: bool
    trip: GuardrailTrip | None
    form: GuardrailForm
    stopped: tuple[Campaign, ...] = ()
    more_stopped: int = 0
    is_of_workspace: bool = False


@dataclass(frozen=True)
class _Reading:
    """What one campaign reads for one kind of guardrail."""

    campaign: Campaign
    judgement: Judgement
    trip: GuardrailTrip | None

    @property
    def is_stopped(self) -> bool:
        """Whether the campaign stands still because of it: tripped, over the limit, or stopped by Instantly."""
        kind, status = self.judgement.setting.kind, self.campaign.remote_status
        is_blocked = self.trip is not None and self.trip.effect != TripEffect.DRY_RUN
        by_instantly = kind == GuardrailKind.STATUS_CODE and status in STOPPED
        return is_blocked or by_instantly or (self.judgement.is_over and not self.campaign.is_sending)

    @property
    def order(self) -> tuple[int, float]:
        """The worst first: over the limit, whatever it is doing now; then unknown while it sends; then by the value."""
        state, value = self.judgement.state, self.judgement.value
        is_unknown = state == State.UNKNOWN and self.campaign.is_sending
        ranks = {State.FINE: 2, State.BELOW_FLOOR: 3, State.UNKNOWN: 4}
        rank = 0 if self.judgement.is_over or self.is_stopped else 1 if is_unknown else ranks.get(state, 5)
        if value is None:
            return rank, 0.0
        return rank, value if self.judgement.setting.kind in LOW_IS_BAD else -value


@dataclass(frozen=True)
class GuardrailsPage:
    """All guardrails of a workspace or of one campaign. `history_since`: where less than the 30 days is stored."""

    lines: tuple[Line, ...]
    trips: tuple[GuardrailTrip, ...]
    history: tuple[GuardrailTrip, ...]
    may_change: bool
    may_rearm: bool
    as_of: datetime | None
    unknown_since: datetime | None
    history_since: datetime | None


def defaults_page(
    workspace: Workspace, *, member: Member, now: datetime, refused: GuardrailForm | None = None
) -> GuardrailsPage:
    """The limits for every campaign without its own; readings are the worst of all campaigns, also of stopped ones."""
    rules = rules_of(workspace)
    found = watched(workspace, now, rules=rules)
    samples = samples_since([one.campaign.pk for one in found], now - LOOK_BACK)
    lines = [
        _worst_line(setting, rules.defaults, _readings(found, setting.kind), list(samples.values()), refused)
        for setting in rules.of_workspace()
    ]
    trips = GuardrailTrip.objects.filter(campaign__workspace=workspace)
    return _page(
        lines,
        trips,
        member=member,
        as_of=workspace.synced_at,
        unknown_since=workspace.unknown_since,
        history_since=_history_since(list(samples.values()), now),
    )


def campaign_page(
    campaign: Campaign, *, member: Member, now: datetime, refused: GuardrailForm | None = None
) -> GuardrailsPage:
    """The limits and readings of one campaign."""
    rules = rules_of(campaign.workspace)
    one = watched(campaign.workspace, now, [campaign], rules=rules)[0]
    samples = samples_since([campaign.pk], now - LOOK_BACK)[campaign.pk]
    own = rules.overrides.get(campaign.pk, {})
    lines = [
        _line(judgement.setting, own, (None, judgement), [samples], one.trips.get(judgement.setting.kind), refused)
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
        history_since=_history_since([samples], now),
    )


def panel_lines(campaign: Campaign, now: datetime) -> list[Line]:
    """The lines alone, without the history that only the page shows."""
    rules: Rules = rules_of(campaign.workspace)
    one = watched(campaign.workspace, now, [campaign], rules=rules)[0]
    own = rules.overrides.get(campaign.pk, {})
    return [
        _line(judgement.setting, own, (None, judgement), [], one.trips.get(judgement.setting.kind), None)
        for judgement in one.judgements
    ]


def _worst_line(
    setting: Setting,
    layer: Layer,
    readings: Sequence[_Reading],
    samples: Sequence[Sequence[GuardrailSample]],
    refused: GuardrailForm | None,
) -> Line:
    """The line of a guardrail for all campaigns: the worst reading, and the names of those that are stopped."""
    if setting.mode == GuardrailMode.OFF or not readings:
        words = "switched off" if setting.mode == GuardrailMode.OFF else "no campaign is mirrored yet"
        return _line(setting, layer, (None, Judgement(setting, State.IDLE, words)), samples, None, refused)
    worst = readings[0]
    is_shared = _is_of_workspace(setting.kind, readings)
    named = None if is_shared else worst.campaign
    line = _line(setting, layer, (named, worst.judgement), samples, worst.trip, refused)
    stopped = [one.campaign for one in readings if one.is_stopped]
    if worst.is_stopped and not worst.judgement.is_over:
        # Instantly has stopped it, or its trip is not acknowledged yet: neither is fine.
        line = replace(line, state=STOPPED_STATE, tone="bad")
    more = max(len(stopped) - _MOST_NAMED, 0)
    return replace(line, stopped=tuple(stopped[:_MOST_NAMED]), more_stopped=more, is_of_workspace=is_shared)


def _is_of_workspace(kind: GuardrailKind, readings: Sequence[_Reading]) -> bool:
    """Whether the reading is the workspace's: its credits, and the last sync while no campaign alone is old."""
    states = [one.judgement.state for one in readings]
    is_synced_alike = states[0] == State.FINE or len(set(states)) == 1
    return kind == GuardrailKind.CREDITS or (kind == GuardrailKind.STALE_SYNC and is_synced_alike)


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


def _history_since(samples: Sequence[Sequence[GuardrailSample]], now: datetime) -> datetime | None:
    """The first sample, where it is so recent that "last 30 days" would claim more than was recorded."""
    first = min((one[0].at for one in samples if one), default=None)
    return first if first is not None and first > now - LOOK_BACK + _SAMPLED_DAILY else None


def _line(
    setting: Setting,
    layer: Layer,
    worst: tuple[Campaign | None, Judgement],
    samples: Sequence[Sequence[GuardrailSample]],
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
        would_have=sum(len(would_have_tripped(setting, one)) for one in samples),
        has_history=any(samples),
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


def _readings(found: Sequence[Watched], kind: GuardrailKind) -> list[_Reading]:
    """What every campaign reads, also one that is paused or tripped, the worst first."""
    readings = [
        _Reading(one.campaign, judgement, one.trips.get(kind))
        for one in found
        for judgement in one.judgements
        if judgement.setting.kind == kind and judgement.state != State.OFF
    ]
    return sorted(readings, key=lambda one: one.order)
