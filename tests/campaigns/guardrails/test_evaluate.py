"""A trip: one row, one pause, one incident; none on unknown figures; re-armed only by a person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from campaigns import tasks
from campaigns.errors import ActivationRefusedError, ApprovalError, GuardrailError
from campaigns.guardrails import evaluate as module
from campaigns.guardrails.change import RuleChange, change_rule
from campaigns.guardrails.evaluate import evaluate
from campaigns.guardrails.rearm import acknowledge
from campaigns.guardrails.rules import State
from campaigns.guardrails.watched import watched
from campaigns.incident_kinds import GUARDRAIL
from campaigns.models import (
    ApprovalState,
    Campaign,
    CampaignStatus,
    GuardrailKind,
    GuardrailSample,
    GuardrailTrip,
    RequestState,
    StatusRequest,
    TripEffect,
    TripState,
)
from campaigns.sending.lifecycle import carry_out, request_activation
from campaigns.watch.adoption import adopt
from iexdg.celery import app
from iexdg.golive.findings.campaign import campaign_findings
from iexdg.golive.verbs import request_go_live
from iexdg.incidents.models import Incident, IncidentState
from iexdg.mailboxes.models import Mailbox
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import synced_campaign

pytestmark = pytest.mark.django_db
Members = Callable[..., Member]
BOUNCES = GuardrailKind.HARD_BOUNCE


def sending(workspace: Workspace, name: str = "05A", **fields: Any) -> Campaign:
    """A campaign that sends; no guardrail trips by default."""
    counted = {"sent": 100, "contacted": 60, "bounced": 0, "clicked": 3, "unsubscribed": 0}
    return campaign(workspace, name, remote_status=CampaignStatus.ACTIVE, **(counted | fields))


def kinds(trips: list[GuardrailTrip]) -> list[str]:
    return [trip.kind for trip in trips]


def test_nothing_wrong_trips_nothing_and_leaves_one_sample(workspace: Workspace) -> None:
    sending(workspace)
    assert evaluate(workspace) == []
    assert evaluate(workspace) == []
    assert GuardrailSample.objects.count() == 1


def test_bounces_pause_open_one_incident_and_end_the_approval(workspace: Workspace, member: Members) -> None:
    one = sending(workspace, bounced=4)
    live = approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))

    (trip,) = evaluate(workspace)

    assert (trip.kind, trip.effect, trip.words) == (BOUNCES, TripEffect.PAUSED, "4.0 %: 4 bounced of 100 sent")
    request = StatusRequest.objects.get()
    assert (trip.request, request.wanted, request.by, request.state) == (request, "pause", None, RequestState.ASKED)
    assert request.reason == "guardrail hard bounces: 4.0 %: 4 bounced of 100 sent"
    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    incident = Incident.objects.get()
    assert (incident.kind, incident.campaign_ref) == (GUARDRAIL.code, one.pk)
    assert incident.details["guardrail"] == "hard_bounce"
    assert AuditEvent.objects.filter(action="campaign:guardrail:tripped", campaign_ref=one.pk).count() == 1


def test_a_second_check_does_nothing_again(workspace: Workspace) -> None:
    sending(workspace, bounced=4)
    assert len(evaluate(workspace)) == 1
    assert evaluate(workspace) == []
    assert (GuardrailTrip.objects.count(), Incident.objects.count(), StatusRequest.objects.count()) == (1, 1, 1)


def test_two_processes_that_see_the_same_bounces_open_one_trip(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one has read the rows before the first one wrote: the database refuses its trip."""
    one = sending(workspace, bounced=4)
    before = watched(workspace, timezone.now())
    assert before[0].trips == {}
    evaluate(workspace)
    monkeypatch.setattr(module, "judged", lambda measured, rules: before)
    assert evaluate(workspace) == []
    assert (GuardrailTrip.objects.count(), Incident.objects.count(), StatusRequest.objects.count()) == (1, 1, 1)
    with pytest.raises(IntegrityError):
        GuardrailTrip.objects.create(campaign=one, kind=BOUNCES, effect="paused", at=timezone.now(), words="x")


@pytest.mark.parametrize("field", ["analytics_unknown_since", "unknown_since", "status_unknown_since"])
def test_a_failed_read_is_unknown_and_pauses_nothing(workspace: Workspace, field: str) -> None:
    one = sending(workspace, bounced=50, **{field: timezone.now()})
    assert evaluate(workspace) == []
    judgements = watched(workspace, timezone.now(), [one])[0].judgements
    assert not any(judgement.is_tripped for judgement in judgements)


def test_figures_never_read_are_unknown(workspace: Workspace) -> None:
    sending(workspace, bounced=50, analytics_read_at=None)
    assert evaluate(workspace) == []


def test_several_guardrails_at_once_share_one_pause(workspace: Workspace) -> None:
    Mailbox.objects.create(workspace=workspace, email="exec@peers.example.com", status=-1, warmup_score=95)
    sending(workspace, bounced=10, unsubscribed=9)
    trips = evaluate(workspace)
    assert kinds(trips) == ["hard_bounce", "unsubscribe", "sender"]
    assert StatusRequest.objects.count() == 1
    assert Incident.objects.count() == 3


def test_a_sender_that_is_not_in_the_workspace_any_more_is_lost(workspace: Workspace) -> None:
    Mailbox.objects.create(workspace=workspace, email="other@peers.example.com", status=1, warmup_score=95)
    sending(workspace)
    assert kinds(evaluate(workspace)) == ["sender"]


def test_observe_mode_reports_and_pauses_nothing(workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    sending(workspace, bounced=4)
    (trip,) = evaluate(workspace)
    assert (trip.effect, trip.request) == (TripEffect.REPORTED, None)
    assert StatusRequest.objects.count() == 0
    assert "observe mode" in Incident.objects.get().detail


def test_turning_writing_on_pauses_what_was_only_reported(workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    sending(workspace, bounced=4)
    evaluate(workspace)
    Workspace.objects.update(mode=Mode.WRITE)
    workspace.refresh_from_db()
    (trip,) = evaluate(workspace)
    assert trip.effect == TripEffect.PAUSED
    assert StatusRequest.objects.get().wanted == "pause"
    # It is the same trip, so no one is notified twice.
    assert (GuardrailTrip.objects.count(), Incident.objects.count()) == (1, 1)


def test_an_acknowledged_report_is_not_repeated_at_every_check(workspace: Workspace, member: Members) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    Mailbox.objects.create(workspace=workspace, email="exec@peers.example.com", status=-1, warmup_score=95)
    sending(workspace)
    (trip,) = evaluate(workspace)
    acknowledge(trip, by=member("approver"), reason="The sender is being repaired")
    assert evaluate(workspace) == []


def test_a_dry_run_leaves_a_row_that_clears_itself(workspace: Workspace, member: Members) -> None:
    change_rule(workspace, BOUNCES, RuleChange(mode="dry_run"), by=member("admin"))
    one = sending(workspace, bounced=4)
    (trip,) = evaluate(workspace)
    assert trip.effect == TripEffect.DRY_RUN
    assert (StatusRequest.objects.count(), Incident.objects.count()) == (0, 0)
    assert not [finding for finding in campaign_findings(one, [], timezone.now()) if "guardrail" in finding.code]
    Campaign.objects.update(sent=1000)
    assert evaluate(workspace) == []
    trip.refresh_from_db()
    assert trip.state == TripState.CLEARED


def test_a_dry_run_that_is_made_active_acts(workspace: Workspace, member: Members) -> None:
    change_rule(workspace, BOUNCES, RuleChange(mode="dry_run"), by=member("admin"))
    sending(workspace, bounced=4)
    evaluate(workspace)
    change_rule(workspace, BOUNCES, RuleChange(mode="active"), by=member("admin"))
    (trip,) = evaluate(workspace)
    assert (trip.effect, Incident.objects.count(), StatusRequest.objects.count()) == (TripEffect.PAUSED, 1, 1)


def test_a_campaign_s_own_limit_comes_before_the_workspace_s(workspace: Workspace, member: Members) -> None:
    loose, strict = sending(workspace, "loose", bounced=4), sending(workspace, "strict", bounced=4)
    change_rule(workspace, BOUNCES, RuleChange(limit=50), by=member("admin"))
    change_rule(workspace, BOUNCES, RuleChange(limit=1), by=member("admin"), campaign=strict)
    assert [trip.campaign for trip in evaluate(workspace)] == [strict]
    change_rule(workspace, BOUNCES, RuleChange(mode="off"), by=member("admin"), campaign=loose)
    states = {one.campaign.name: one.judgements[0].state for one in watched(workspace, timezone.now())}
    assert states == {"loose": State.OFF, "strict": State.TRIPPED}


def test_only_admins_set_limits(workspace: Workspace, member: Members) -> None:
    with pytest.raises(NotAllowedError):
        change_rule(workspace, BOUNCES, RuleChange(limit=50), by=member("approver"))


# -- re-arming -------------------------------------------------------------------------------------


def test_until_it_is_acknowledged_nothing_starts_the_campaign(workspace: Workspace, member: Members) -> None:
    one = sending(workspace, bounced=4)
    (trip,) = evaluate(workspace)
    StatusRequest.objects.update(state=RequestState.CONFIRMED)
    Campaign.objects.update(remote_status=CampaignStatus.PAUSED)
    approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))
    with pytest.raises(ActivationRefusedError, match="Hard bounces"):
        request_activation(one, by=member("approver"))
    blockers = [
        finding for finding in campaign_findings(one, [], timezone.now()) if finding.code == "guardrail_hard_bounce"
    ]
    assert [(one.level, one.url) for one in blockers] == [("blocker", f"/campaigns/{one.pk}/guardrails/")]

    acknowledge(trip, by=member("approver"), reason="Those addresses are out of the list")

    assert not [finding for finding in campaign_findings(one, [], timezone.now()) if "guardrail" in finding.code]
    assert request_activation(one, by=member("approver")).wanted == "activate"


def test_the_window_restarts_and_nothing_is_exempt(workspace: Workspace, member: Members) -> None:
    one = sending(workspace, bounced=4)
    (trip,) = evaluate(workspace)
    acknowledge(trip, by=member("approver"), reason="The list was cleaned")
    # The same figures: nothing was sent since, so there is nothing to judge yet.
    assert evaluate(workspace) == []
    assert watched(workspace, timezone.now(), [one])[0].judgements[0].state == State.BELOW_FLOOR
    Campaign.objects.update(sent=119, bounced=8)
    assert evaluate(workspace) == []
    Campaign.objects.update(sent=120, bounced=6)
    (again,) = evaluate(workspace)
    assert (again.pk != trip.pk, again.words) == (True, "10.0 %: 2 bounced of 20 sent")


def test_acknowledging_takes_an_approver_and_a_reason_and_works_once(workspace: Workspace, member: Members) -> None:
    sending(workspace, bounced=4)
    (trip,) = evaluate(workspace)
    with pytest.raises(NotAllowedError):
        acknowledge(trip, by=member("operator"), reason="Continue")
    with pytest.raises(GuardrailError, match="Give a reason"):
        acknowledge(trip, by=member("approver"), reason="  ")
    acknowledge(trip, by=member("approver"), reason="Cleaned")
    with pytest.raises(GuardrailError, match="Already acknowledged by Approver Person, "):
        acknowledge(trip, by=member("admin"), reason="Cleaned too")
    trip.refresh_from_db()
    assert (trip.acknowledged_by, trip.reason) == (member("approver"), "Cleaned")
    assert Incident.objects.get().state == IncidentState.RESOLVED
    assert AuditEvent.objects.get(action="campaign:guardrail:acknowledged").note == "Cleaned"


# -- time ------------------------------------------------------------------------------------------


def test_an_old_sync_trips_only_while_someone_was_watching(workspace: Workspace) -> None:
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        sending(workspace)
        evaluate(workspace)
        # The product was off for two hours: what is old now will be read first.
        clock.shift(timedelta(hours=2))
        assert evaluate(workspace) == []
        for _ in range(3):
            clock.shift(timedelta(minutes=4))
            acted = evaluate(workspace)
        assert kinds(acted) == ["stale_sync"]


def test_samples_are_stored_on_a_significant_change_and_otherwise_every_hour(workspace: Workspace) -> None:
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        sending(workspace)
        evaluate(workspace)
        clock.shift(timedelta(minutes=5))
        Campaign.objects.update(sent=101)
        evaluate(workspace)
        assert GuardrailSample.objects.count() == 1
        Campaign.objects.update(bounced=1)
        evaluate(workspace)
        assert GuardrailSample.objects.count() == 2
        clock.shift(timedelta(minutes=60))
        evaluate(workspace)
        assert GuardrailSample.objects.count() == 3
        clock.shift(timedelta(days=61))
        evaluate(workspace)
        assert GuardrailSample.objects.count() == 1


def test_a_recent_burst_is_seen_in_a_long_history(workspace: Workspace) -> None:
    sending(workspace, sent=10_000, bounced=20)
    assert evaluate(workspace) == []
    Campaign.objects.update(sent=10_050, bounced=25)
    (trip,) = evaluate(workspace)
    assert trip.words == "10.0 %: 5 bounced of 50 sent"


def test_the_pause_of_a_trip_is_carried_out_and_read_back(control: Any, workspace: Workspace) -> None:
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, 1)
    Campaign.objects.filter(pk=one.pk).update(remote_status=1, sent=300, bounced=30)
    (trip,) = evaluate(workspace, [Campaign.objects.select_related("workspace").get(pk=one.pk)])
    assert trip.request is not None
    assert Incident.objects.get().detail.startswith("It is being paused. An approver acknowledges it")

    tasks.carry_out_request(trip.request.pk)

    assert control.status_of(one.remote_id) == 2
    updated = Incident.objects.get()
    assert updated.detail.startswith("It was paused, read back. An approver acknowledges it")
    assert (updated.details["confirmed"], updated.details["finished"]) == (True, True)


def test_a_go_live_cannot_be_requested_while_a_trip_is_open(
    control: Any, workspace: Workspace, member: Members
) -> None:
    one = synced_campaign(workspace, "05A")
    GuardrailTrip.objects.create(campaign=one, kind=BOUNCES, effect="paused", at=timezone.now(), words="4 of 100")
    with pytest.raises(ApprovalError, match=r"Guardrail “Hard bounces” tripped\. An approver acknowledges"):
        request_go_live(one, by=member("operator"))


def test_the_demo_trips_nothing(control: Any, workspace: Workspace) -> None:
    synced_campaign(workspace, "05A")
    assert evaluate(workspace) == []


def test_a_sync_that_finds_bounces_hands_the_pause_to_the_safety_queue(
    control: Any, workspace: Workspace, member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = synced_campaign(workspace, "05A")
    queued: list[tuple[str, int, str]] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, pk, queue="bulk": queued.append((task.name, pk, queue)))
    approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))
    control.set_status(one.remote_id, 1)
    tasks.sync_campaign(one.pk)
    assert GuardrailTrip.objects.count() == 0
    for email in control.leads_in(one.remote_id)[:12]:
        control.event("bounce", one.remote_id, email)

    tasks.sync_campaign(one.pk)

    # Instantly's own bounce protection had stopped it meanwhile; both trips are reported, and it is paused once.
    trip, other = GuardrailTrip.objects.order_by("pk")
    assert (trip.kind, other.kind) == (BOUNCES, GuardrailKind.STATUS_CODE)
    assert set(queued) == {("campaigns.tasks.carry_out_request", trip.request_id, "safety")}
    assert other.request_id == trip.request_id
    assert carry_out(trip.request_id or 0, sleep=lambda _: None).state == RequestState.CONFIRMED
    assert control.status_of(one.remote_id) == 2


def test_beat_checks_in_the_watch_queue_every_minute() -> None:
    entry = app.conf.beat_schedule["watch the guardrails"]
    assert entry["task"] in app.tasks
    assert (entry["schedule"], entry["options"]["queue"]) == (60.0, "watch")


def test_the_number_of_queries_does_not_grow_with_the_campaigns(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        sending(workspace, f"campaign {number}")
    with time_machine.travel(timezone.now(), tick=False):
        evaluate(workspace)
        with django_assert_num_queries(21):
            evaluate(workspace)


def test_a_campaign_with_a_trip_cannot_be_adopted(control: Any, workspace: Workspace, member: Members) -> None:
    one = synced_campaign(workspace, "08")
    GuardrailTrip.objects.create(campaign=one, kind=BOUNCES, effect="reported", at=timezone.now(), words="4 of 100")
    with pytest.raises(ApprovalError, match="Hard bounces"):
        adopt(one, by=member("approver"))


@pytest.mark.parametrize(("off", "expected"), [(True, []), (False, [GuardrailKind.NO_CLICKS])])
def test_a_link_only_in_a_switched_off_variant_does_not_arm_no_clicks(
    workspace: Workspace, off: bool, expected: list[str]
) -> None:
    linked = {"subject": "Hi", "body": '<div><a href="https://example.com/x">pick a time</a></div>', "v_disabled": off}
    plain = {"subject": "Hi", "body": "<div>Hi {{firstName}},</div>"}
    one = sending(
        workspace,
        sent=300,
        clicked=0,
        flags={"link_tracking": True},
        sequences=[{"steps": [{"delay": 1, "variants": [plain, linked]}]}],
    )
    assert kinds(evaluate(workspace, [one])) == expected
    assert GuardrailSample.objects.get(campaign=one).has_tracked_link is not off
