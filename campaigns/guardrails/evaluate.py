"""Checks every guardrail against the known figures, and pauses where one is broken.

In write mode a trip pauses, in observe mode it reports, in a dry run it only records. One trip, one incident: the
database lets one process open it, and everything a trip does is written in that one transaction.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.guardrails.kept import keep_measured
from campaigns.guardrails.measure import measure, record_watch, store_samples
from campaigns.guardrails.rules import Judgement, limit_words
from campaigns.guardrails.store import rules_of
from campaigns.guardrails.trips import clear_dry_run, open_trip
from campaigns.guardrails.watched import current, judged
from campaigns.incident_kinds import GUARDRAIL
from campaigns.models import (
    Campaign,
    GuardrailKind,
    GuardrailMode,
    GuardrailTrip,
    TripEffect,
    TripState,
)
from campaigns.sending.lifecycle import request_pause
from campaigns.watch.outcome import PAUSING, pause_details
from iexdg.incidents.record import open_incident
from iexdg.team.audit.record import record
from iexdg.workspaces.models import Workspace

# Observed campaigns continue to send, so an acknowledged report is not repeated at every check.
_QUIET_IN_OBSERVE_MODE = timedelta(hours=24)


def evaluate(workspace: Workspace, campaigns: Sequence[Campaign] | None = None) -> list[GuardrailTrip]:
    """Check a workspace (or some of its campaigns), act where a guardrail is broken, store samples, keep readings.

    Returns the trips that are new or were escalated; the pauses that they requested are still to be carried out.
    May run twice and at the same time.
    """
    now = timezone.now()
    if campaigns is None:
        record_watch(workspace, now)
    # The caller's objects may be older than the rows that its sync has just written.
    measured = measure(workspace, current(workspace, campaigns), now)
    acted: list[GuardrailTrip] = []
    for one in judged(measured, rules_of(workspace)):
        for judgement in one.judgements:
            trip = one.trips.get(judgement.setting.kind)
            if judgement.is_tripped:
                acted += _act(one.campaign, judgement, trip)
            elif trip is not None and trip.effect == TripEffect.DRY_RUN:
                clear_dry_run(trip)
    store_samples(measured, tripped={trip.campaign_id for trip in acted})
    keep_measured(workspace, measured, checked_at=now if campaigns is None else None)
    return acted


# -- acting ----------------------------------------------------------------------------------------


def _effect(campaign: Campaign, judgement: Judgement) -> TripEffect:
    if judgement.setting.mode == GuardrailMode.DRY_RUN:
        return TripEffect.DRY_RUN
    return TripEffect.PAUSED if campaign.workspace.may_write else TripEffect.REPORTED


_SEVERITY = {TripEffect.DRY_RUN: 0, TripEffect.REPORTED: 1, TripEffect.PAUSED: 2}


def _act(campaign: Campaign, judgement: Judgement, trip: GuardrailTrip | None) -> list[GuardrailTrip]:
    effect = _effect(campaign, judgement)
    if trip is not None:
        return _escalate(trip, effect, judgement)
    if effect == TripEffect.REPORTED and _was_just_acknowledged(campaign, judgement.setting.kind):
        return []
    try:
        with transaction.atomic():
            trip = open_trip(campaign, judgement, effect)
            _record_effects(trip, judgement)
    except IntegrityError:
        # Another process has opened this trip, with its pause and its incident.
        return []
    return [trip]


def _escalate(trip: GuardrailTrip, effect: TripEffect, judgement: Judgement) -> list[GuardrailTrip]:
    """A dry run that became active, or a report after writing was turned on, acts now."""
    if _SEVERITY[effect] <= _SEVERITY[TripEffect(trip.effect)]:
        return []
    with transaction.atomic():
        this = GuardrailTrip.objects.filter(pk=trip.pk, state=TripState.OPEN, effect=trip.effect)
        if not this.update(effect=effect, at=timezone.now(), reading=judgement.value, words=judgement.words[:300]):
            return []
        trip.refresh_from_db()
        _record_effects(trip, judgement)
    return [trip]


def _record_effects(trip: GuardrailTrip, judgement: Judgement) -> None:
    """Record what a trip does: the request to pause, the incident, the event."""
    campaign, kind = trip.campaign, GuardrailKind(trip.kind)
    record(
        f"campaign:guardrail:{'would_trip' if trip.effect == TripEffect.DRY_RUN else 'tripped'}",
        f"Guardrail “{kind.label}” of {campaign.name}: {trip.words}",
        subject=f"campaign:{campaign.pk}",
        campaign_ref=campaign.pk,
        after={"kind": kind.value, "reading": trip.reading, "limit": trip.limit, "effect": trip.effect},
    )
    if trip.effect == TripEffect.DRY_RUN:
        return
    if trip.effect == TripEffect.PAUSED:
        trip.request = request_pause(campaign, by=None, reason=f"guardrail {kind.label.lower()}: {trip.words}")
    trip.incident_ref = _open_incident(trip, judgement)
    trip.save(update_fields=["request", "incident_ref"])


def _open_incident(trip: GuardrailTrip, judgement: Judgement) -> int:
    campaign, kind = trip.campaign, GuardrailKind(trip.kind)
    paused = trip.effect == TripEffect.PAUSED
    did = PAUSING if paused else "It was not paused: the workspace is in observe mode."
    incident, _ = open_incident(
        campaign.workspace,
        GUARDRAIL,
        dedupe_key=f"guardrail:{trip.pk}",
        summary=f"{campaign.name}: guardrail “{kind.label}” tripped: {trip.words}",
        detail=f"{did} An approver acknowledges it with a reason before the campaign may be activated again.",
        details={
            "guardrail": kind.value,
            "reading": trip.reading,
            "limit": trip.limit,
            "floor": judgement.setting.floor,
            "words": trip.words,
            "rule": limit_words(judgement.setting),
            "effect": trip.effect,
            "trip": trip.pk,
            **pause_details(trip.request),
        },
        about=campaign.as_subject,
    )
    return int(incident.pk)


def _was_just_acknowledged(campaign: Campaign, kind: str) -> bool:
    lately = Q(closed_at__gte=timezone.now() - _QUIET_IN_OBSERVE_MODE)
    return GuardrailTrip.objects.filter(lately, campaign=campaign, kind=kind, state=TripState.ACKNOWLEDGED).exists()
