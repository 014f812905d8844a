"""The only writer of the state of trips: each closes once, by the way that is meant for it."""

from collections.abc import Callable

import pytest

from campaigns.guardrails.rules import SPECS, Judgement, State
from campaigns.guardrails.trips import acknowledge_trip, clear_dry_run, open_trip
from campaigns.models import Campaign, GuardrailKind, GuardrailTrip, TripEffect, TripState
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns import factories

pytestmark = pytest.mark.django_db

RULE = SPECS[GuardrailKind.HARD_BOUNCE].default


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    return factories.campaign(workspace)


def opened(campaign: Campaign, effect: TripEffect) -> GuardrailTrip:
    return open_trip(campaign, Judgement(RULE, State.TRIPPED, "x" * 400, 4.0), effect)


def again(trip: GuardrailTrip) -> GuardrailTrip:
    trip.refresh_from_db()
    return trip


def test_a_trip_opens_with_what_was_read(campaign: Campaign) -> None:
    trip = again(opened(campaign, TripEffect.PAUSED))

    assert (trip.state, trip.effect, trip.reading, trip.words) == (TripState.OPEN, TripEffect.PAUSED, 4.0, "x" * 300)
    assert (trip.kind, trip.limit) == (RULE.kind, RULE.limit)


def test_a_dry_run_clears_once(campaign: Campaign) -> None:
    trip = opened(campaign, TripEffect.DRY_RUN)

    assert clear_dry_run(trip)
    assert not clear_dry_run(trip)

    assert again(trip).state == TripState.CLEARED
    assert trip.closed_at is not None


@pytest.mark.parametrize("effect", [TripEffect.PAUSED, TripEffect.REPORTED])
def test_what_acts_never_clears_by_itself(campaign: Campaign, effect: TripEffect) -> None:
    trip = opened(campaign, TripEffect.DRY_RUN)
    GuardrailTrip.objects.filter(pk=trip.pk).update(effect=effect)

    assert not clear_dry_run(trip)

    assert again(trip).state == TripState.OPEN


def test_a_person_acknowledges_once(campaign: Campaign, member: Callable[..., Member]) -> None:
    trip, by = opened(campaign, TripEffect.PAUSED), member("approver")

    assert acknowledge_trip(trip, by=by, reason="r" * 3000, baseline={"sent": 4})
    assert not acknowledge_trip(trip, by=member("admin"), reason="again", baseline={})

    assert (again(trip).state, trip.acknowledged_by, trip.reason) == (TripState.ACKNOWLEDGED, by, "r" * 2000)
    assert trip.baseline == {"sent": 4}
