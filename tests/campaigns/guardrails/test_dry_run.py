"""What a guardrail would have done, replayed from stored samples."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.guardrails.dry_run import LOOK_BACK, samples_since, would_have_tripped
from campaigns.guardrails.rules import SPECS
from campaigns.models import GuardrailKind, GuardrailMode, GuardrailSample
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BOUNCE = SPECS[GuardrailKind.HARD_BOUNCE].default
SENDER = SPECS[GuardrailKind.SENDER].default


def samples_from(*facts: dict[str, Any]) -> list[GuardrailSample]:
    """One sample an hour of a campaign that sends."""
    return [GuardrailSample(at=START + timedelta(hours=hour), status=1, **one) for hour, one in enumerate(facts)]


def bounces(*pairs: tuple[int, int]) -> list[GuardrailSample]:
    return samples_from(*({"sent": sent, "bounced": bounced} for sent, bounced in pairs))


def test_each_trip_counts_from_the_one_before() -> None:
    samples = bounces((10, 0), (30, 2), (40, 2), (60, 4), (80, 4), (100, 8))
    assert [at.hour for at in would_have_tripped(BOUNCE, samples)] == [10, 12, 14]


def test_a_condition_that_persists_is_one_trip() -> None:
    samples = samples_from(*({"senders_lost": lost, "lowest_score": 95.0} for lost in (0, 1, 1, 1, 0, 1)))
    assert [at.hour for at in would_have_tripped(SENDER, samples)] == [10, 14]


def test_a_guardrail_that_is_off_is_replayed_as_if_it_were_on() -> None:
    samples = bounces((10, 0), (30, 5))
    assert len(would_have_tripped(replace(BOUNCE, mode=GuardrailMode.OFF), samples)) == 1


def test_a_looser_limit_would_have_paused_less_often() -> None:
    samples = bounces((10, 0), (60, 2), (110, 5))
    assert len(would_have_tripped(BOUNCE, samples)) == 2
    assert would_have_tripped(replace(BOUNCE, limit=20), samples) == []


def test_unknown_samples_are_ignored() -> None:
    samples = samples_from({"sent": 10, "bounced": 0}, {}, {"sent": None, "bounced": 50}, {"sent": 11, "bounced": 0})
    assert would_have_tripped(BOUNCE, samples) == []


@given(steps=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=30), limit=st.integers(1, 50))
def test_no_history_trips_more_often_than_it_has_enough_bounces(steps: list[tuple[int, int]], limit: int) -> None:
    sent = bounced = 0
    pairs = []
    for more_sent, more_bounced in steps:
        sent, bounced = sent + more_sent, bounced + more_bounced
        pairs.append((sent, bounced))
    trips = would_have_tripped(replace(BOUNCE, limit=limit), bounces(*pairs))
    assert len(trips) <= bounced // 2
    assert len(trips) <= sent // 20
    assert trips == sorted(set(trips))


@pytest.mark.django_db
def test_only_the_last_month_is_read(workspace: Workspace) -> None:
    one, now = campaign(workspace), START
    for days in (31, 29, 1):
        GuardrailSample.objects.create(campaign=one, at=now - timedelta(days=days), status=1)
    assert len(samples_since([one.pk], now - LOOK_BACK)[one.pk]) == 2


@pytest.mark.django_db
def test_a_campaign_that_did_not_send_has_no_samples(workspace: Workspace) -> None:
    one = campaign(workspace)
    GuardrailSample.objects.create(campaign=one, at=START, status=2)
    assert samples_since([one.pk], START - LOOK_BACK) == {one.pk: []}
