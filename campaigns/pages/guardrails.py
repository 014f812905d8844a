"""Guardrails as their pages show them: the limit, why it exists, the current reading, and what it would have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.forms import GuardrailForm
from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.evaluate import Watched, watched
from campaigns.guardrails.rules import SPECS, Judgement, Setting, State, limit_words
from campaigns.guardrails.store import Layer, Rules, rules_of
from campaigns.models import Campaign, GuardrailKind, GuardrailMode, GuardrailSample, GuardrailTrip, TripEffect
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

# A campaign that is not sending gets one sample a day.
_SAMPLED_DAILY = timedelta(days=1)
TONES = {State.FINE: "ok", State.TRIPPED: "bad", State.UNKNOWN: "warn"}
_MODE_TONES = {GuardrailMode.ACTIVE: "ok", GuardrailMode.DRY_RUN: "busy", GuardrailMode.OFF: "idle"}


@dataclass(frozen=True)
class Line:
    """One guardrail. `campaign` is the one whose reading is shown, where a line covers several."""

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
    """The limits for every campaign without its own; readings are the worst of all campaigns."""
    rules = rules_of(workspace)
    found = watched(workspace, now, rules=rules)
    samples = samples_since([one.campaign.pk for one in found], now - LOOK_BACK)
    lines = [
        _line(setting, rules.defaults, _worst(found, setting.kind), list(samples.values()), None, refused)
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
    return Line(
        kind=setting.kind,
        why=SPECS[setting.kind].why,
        setting=setting,
        limit=limit_words(setting),
        mode_tone=_MODE_TONES[setting.mode],
        is_own=rule is not None,
        state=judgement.state.value,
        tone=TONES.get(judgement.state, "idle"),
        words=judgement.words,
        campaign=campaign,
        would_have=sum(len(would_have_tripped(setting, one)) for one in samples),
        has_history=any(samples),
        trip=trip,
        form=refused
        if is_refused and refused is not None
        else GuardrailForm(kind=setting.kind, inherited=setting, initial=initial),
    )


def _worst(found: Sequence[Watched], kind: GuardrailKind) -> tuple[Campaign | None, Judgement]:
    """The reading that a person should see first: tripped, then fine with the highest value, then unknown."""
    order = {State.TRIPPED: 0, State.UNKNOWN: 1, State.FINE: 2, State.BELOW_FLOOR: 3, State.IDLE: 4}
    candidates = [
        (one.campaign, judgement) for one in found for judgement in one.judgements if judgement.setting.kind == kind
    ]
    sending = [pair for pair in candidates if pair[0].is_sending or pair[1].is_tripped]
    if not sending:
        return None, Judgement(SPECS[kind].default, State.IDLE, "nothing is sending")
    return min(sending, key=lambda pair: (order.get(pair[1].state, 5), -(pair[1].value or 0.0)))
