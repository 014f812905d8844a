"""The only writer of the state of trips: opened by a judgement, acknowledged by a person, cleared if only a dry run.

    -> open
    open -> acknowledged | cleared

An open trip that is not a dry run keeps its campaign from being activated.
"""

from typing import Any

from django.utils import timezone

from campaigns.guardrails.rules import Judgement
from campaigns.models import Campaign, GuardrailTrip, TripEffect, TripState
from iexdg.states import StateTable
from iexdg.team.models import Member

TRIPS = StateTable(
    "GuardrailTrip",
    starts=(TripState.OPEN,),
    moves={TripState.OPEN: (TripState.ACKNOWLEDGED, TripState.CLEARED)},
)


def open_trip(campaign: Campaign, judgement: Judgement, effect: TripEffect) -> GuardrailTrip:
    """Record that a guardrail was broken.

    Raises: IntegrityError - the campaign has an open trip of this kind.
    """
    return GuardrailTrip.objects.create(
        campaign=campaign,
        kind=judgement.setting.kind,
        effect=effect,
        at=timezone.now(),
        reading=judgement.value,
        limit=judgement.setting.limit,
        words=judgement.words[:300],
    )


def acknowledge_trip(trip: GuardrailTrip, *, by: Member, reason: str, baseline: dict[str, Any]) -> bool:
    """Close a trip by a person, with the counters at which its window restarts. False where it is not open."""
    return bool(
        TRIPS.move(
            GuardrailTrip.objects.filter(pk=trip.pk),
            to=TripState.ACKNOWLEDGED,
            expected=TripState.OPEN,
            acknowledged_by=by,
            closed_at=timezone.now(),
            reason=reason[:2000],
            baseline=baseline,
        )
    )


def clear_dry_run(trip: GuardrailTrip) -> bool:
    """Close the trip of a dry run whose guardrail is met again. False where it is not open, or no longer a dry run."""
    this = GuardrailTrip.objects.filter(pk=trip.pk, effect=TripEffect.DRY_RUN)
    return bool(TRIPS.move(this, to=TripState.CLEARED, expected=TripState.OPEN, closed_at=timezone.now()))
