"""The kept readings: as true as judging everything anew, whatever changed, and read in a fixed number of queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from campaigns import tasks
from campaigns.guardrails import kept
from campaigns.guardrails.change import RuleChange, change_rule
from campaigns.guardrails.evaluate import evaluate
from campaigns.guardrails.kept import keep, keep_measured, of_all, replay
from campaigns.guardrails.measure import measure
from campaigns.guardrails.rearm import acknowledge
from campaigns.guardrails.rules import State
from campaigns.guardrails.watched import watched
from campaigns.models import (
    Campaign,
    CampaignStatus,
    GuardrailKind,
    GuardrailLook,
    GuardrailReading,
    GuardrailSample,
    GuardrailTrip,
)
from iexdg.team.models import Member
from iexdg.workspaces.changes import current_changes
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db
Members = Callable[..., Member]
BOUNCES = GuardrailKind.HARD_BOUNCE


def paused(workspace: Workspace, name: str, **counted: int) -> Campaign:
    return campaign(workspace, name, remote_id=name, **counted)


def reading(one: Campaign, kind: GuardrailKind = BOUNCES) -> GuardrailReading:
    return GuardrailReading.objects.get(campaign=one, kind=kind)


def test_every_check_keeps_what_every_guardrail_reads(workspace: Workspace) -> None:
    campaign(workspace, "sends", remote_status=CampaignStatus.ACTIVE, sent=300, bounced=2)
    paused(workspace, "rests", sent=200, bounced=19)
    with time_machine.travel(timezone.now(), tick=False):
        evaluate(workspace)
        judged = {
            (one.campaign.pk, judgement.setting.kind.value): (judgement.state.value, judgement.words, judgement.value)
            for one in watched(workspace, timezone.now())
            for judgement in one.judgements
        }
    stored = {(row.campaign_id, row.kind): (row.state, row.words, row.value) for row in GuardrailReading.objects.all()}
    assert len(stored) == 2 * len(GuardrailKind)
    assert stored == judged


def test_the_worst_is_first_and_those_that_stand_still_are_named(workspace: Workspace) -> None:
    for number in range(7):
        paused(workspace, f"Over {number}", sent=200, bounced=10 + number)
    paused(workspace, "Good", sent=200, bounced=1)
    evaluate(workspace)
    found = of_all(workspace)[BOUNCES]
    assert found.worst is not None
    assert (found.worst.campaign.name, found.worst.words) == (
        "Over 6",
        "8.0 %: 16 bounced of 200 sent; it is not sending",
    )
    assert [one.name for one in found.stopped] == ["Over 6", "Over 5", "Over 4", "Over 3", "Over 2"]
    assert (found.stopped_count, found.states) == (7, 2)


def test_a_check_that_finds_nothing_new_writes_nothing(workspace: Workspace) -> None:
    paused(workspace, "05A", sent=200, bounced=2)
    with time_machine.travel(timezone.now(), tick=False):
        evaluate(workspace)
        before = GuardrailLook.objects.get()
        evaluate(workspace)
    assert GuardrailLook.objects.get().changed_at == before.changed_at
    Campaign.objects.update(bounced=3)
    evaluate(workspace)
    assert GuardrailLook.objects.get().changed_at != before.changed_at


def test_a_changed_limit_is_judged_at_once(workspace: Workspace, member: Members) -> None:
    one, other = paused(workspace, "05A", sent=200, bounced=4), paused(workspace, "05B", sent=200, bounced=4)
    evaluate(workspace)
    assert reading(one).state == State.FINE
    change_rule(workspace, BOUNCES, RuleChange(limit=1), by=member("admin"))
    assert (reading(one).is_over, reading(other).is_over) == (True, True)
    change_rule(workspace, BOUNCES, RuleChange(limit=5), by=member("admin"), campaign=other)
    assert (reading(one).is_over, reading(other).is_over) == (True, False)
    change_rule(workspace, BOUNCES, RuleChange(mode="off"), by=member("admin"))
    assert of_all(workspace)[BOUNCES].worst is None


def test_what_was_measured_before_a_limit_changed_is_judged_by_the_new_one(
    workspace: Workspace, member: Members
) -> None:
    """A worker that began its check before the change and writes after it."""
    one = paused(workspace, "05A", sent=200, bounced=4)
    measured = measure(workspace, [one], timezone.now())
    change_rule(workspace, BOUNCES, RuleChange(limit=1), by=member("admin"))
    keep_measured(workspace, measured)
    assert reading(one).is_over


def test_a_trip_is_named_until_it_is_re_armed(workspace: Workspace, member: Members) -> None:
    one = campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=100, bounced=7)
    evaluate(workspace)
    assert [stopped.pk for stopped in of_all(workspace)[BOUNCES].stopped] == [one.pk]
    acknowledge(GuardrailTrip.objects.get(), by=member("approver"), reason="List cleaned")
    found = of_all(workspace)[BOUNCES]
    assert (found.stopped, found.stopped_count) == ((), 0)
    assert reading(one).state == State.BELOW_FLOOR


def test_a_campaign_that_vanished_is_forgotten(workspace: Workspace) -> None:
    one, other = paused(workspace, "05A"), paused(workspace, "05B")
    evaluate(workspace)
    Campaign.objects.filter(pk=one.pk).update(vanished_at=timezone.now())
    evaluate(workspace)
    assert set(GuardrailReading.objects.values_list("campaign", flat=True)) == {other.pk}


def test_checking_one_campaign_leaves_the_others_and_the_time_of_the_check(workspace: Workspace) -> None:
    one, other = paused(workspace, "05A"), paused(workspace, "05B")
    evaluate(workspace)
    checked_at = GuardrailLook.objects.get().kept_at
    Campaign.objects.update(sent=200, bounced=19)
    keep(workspace, [one])
    assert (reading(one).is_over, reading(other).is_over) == (True, False)
    assert GuardrailLook.objects.get().kept_at == checked_at


def test_an_open_page_notices_a_check(workspace: Workspace) -> None:
    one = paused(workspace, "05A")
    before = current_changes()
    evaluate(workspace)
    checked = current_changes()
    assert "guardrails" in checked.since(str(before))
    Campaign.objects.update(sent=200, bounced=19)
    keep(workspace, [one])
    assert current_changes().since(str(checked)) == ("guardrails",)


# -- the last month --------------------------------------------------------------------------------


def month_of(one: Campaign, *bounced: int) -> None:
    """Samples of a campaign that sends, one an hour, 20 e-mails more each."""
    began = timezone.now() - timedelta(days=3)
    for hour, count in enumerate(bounced):
        at = began + timedelta(hours=hour)
        GuardrailSample.objects.create(campaign=one, at=at, status=1, sent=20 * hour, bounced=count)


def test_a_changed_limit_is_counted_over_the_month_at_once(workspace: Workspace, member: Members) -> None:
    one = paused(workspace, "05A")
    month_of(one, 0, 2, 4)
    tasks.watch_guardrails()
    assert of_all(workspace)[BOUNCES].would_have == 2
    change_rule(workspace, BOUNCES, RuleChange(limit=60), by=member("admin"))
    found = of_all(workspace)[BOUNCES]
    assert (found.would_have, found.uncounted) == (0, 0)


def test_a_new_sample_is_counted_and_nothing_else_is_counted_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = paused(workspace, "05A")
    paused(workspace, "05B")
    month_of(one, 0, 2)
    tasks.watch_guardrails()
    assert of_all(workspace)[BOUNCES].would_have == 1
    assert replay(workspace, timezone.now()) == 0
    newer = timezone.now() + timedelta(minutes=1)
    GuardrailSample.objects.create(campaign=one, at=newer, status=1, sent=60, bounced=9)
    assert replay(workspace, newer) == 1
    assert of_all(workspace)[BOUNCES].would_have == 2


def test_only_a_few_are_counted_at_once_and_the_rest_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_REPLAYED_AT_ONCE", 2)
    for number in range(3):
        month_of(paused(workspace, f"{number}"), 0, 2)
    paused(workspace, "idle")
    tasks.watch_guardrails()
    found = of_all(workspace)[BOUNCES]
    assert (found.would_have, found.uncounted) == (2, 1)
    tasks.watch_guardrails()
    assert (of_all(workspace)[BOUNCES].would_have, of_all(workspace)[BOUNCES].uncounted) == (3, 0)


def test_what_was_counted_by_a_limit_that_has_changed_meanwhile_is_not_kept(
    workspace: Workspace, member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = paused(workspace, "05A")
    month_of(one, 0, 2)
    tasks.watch_guardrails()
    GuardrailReading.objects.update(replayed_at=None, would_have=0)
    reads = kept.samples_since

    def changed_meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(kept, "samples_since", reads)
        change_rule(workspace, BOUNCES, RuleChange(limit=60), by=member("admin"))
        return reads(*args)

    monkeypatch.setattr(kept, "samples_since", changed_meanwhile)
    replay(workspace, timezone.now())
    assert of_all(workspace)[BOUNCES].would_have == 0


# -- queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("campaigns", [1, 40])
def test_reading_takes_two_queries_whatever_the_number_of_campaigns(
    workspace: Workspace, django_assert_num_queries: Any, campaigns: int
) -> None:
    for number in range(campaigns):
        paused(workspace, f"{number}", sent=200, bounced=number)
    evaluate(workspace)
    with django_assert_num_queries(2):
        assert of_all(workspace)[BOUNCES].worst is not None
