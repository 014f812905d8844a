"""Every branch of reading, pausing and activating, against a vendor made of one status."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.errors import ActivationRefusedError
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    ReadingWhy,
    RequestState,
    StatusReading,
    StatusRequest,
    Wanted,
)
from campaigns.models.guardrail import GuardrailKind, GuardrailTrip, TripEffect
from campaigns.sending import lifecycle
from campaigns.sending.approvals import void_live
from campaigns.sending.lifecycle import (
    carry_out,
    live_approval_of,
    open_request_of,
    request_activation,
    request_pause,
    send_open_pauses,
)
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval as make_approval
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.factories import request_row
from tests.campaigns.vendor import Vendor
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
ASKED, SENT, CONFIRMED, REFUSED, UNKNOWN = (
    RequestState.ASKED,
    RequestState.SENT,
    RequestState.CONFIRMED,
    RequestState.REFUSED,
    RequestState.UNKNOWN,
)
OPEN = [ASKED, SENT, UNKNOWN]
ACTIVE, PAUSED = CampaignStatus.ACTIVE, CampaignStatus.PAUSED


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    vendor = Vendor()
    monkeypatch.setattr(lifecycle, "client_for", lambda workspace: vendor)
    return vendor


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    return make_campaign(workspace)


@pytest.fixture
def other(workspace: Workspace) -> Campaign:
    """Another campaign, which nobody touches."""
    return make_campaign(workspace, "05B")


@pytest.fixture
def waits() -> list[float]:
    return []


def approved(campaign: Campaign, member: MemberOf, **fields: Any) -> Approval:
    now = timezone.now()
    by = {"by": member("operator"), "decided_by": member("approver"), "decided_at": now}
    return make_approval(campaign, state=ApprovalState.APPROVED, **{**by, **fields})


def stored(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def events(campaign: Campaign) -> list[tuple[Any, ...]]:
    kept = AuditEvent.objects.filter(campaign_ref=campaign.pk).order_by("id")
    return list(kept.values_list("action", "summary", "actor_name", "note"))


# -- what allows it ----------------------------------------------------------------------------------


def test_only_an_approved_approval_of_this_campaign_lets_it_send(
    campaign: Campaign, other: Campaign, member: MemberOf
) -> None:
    approved(other, member)
    for state in (ApprovalState.REJECTED, ApprovalState.EXPIRED, ApprovalState.VOID, ApprovalState.REQUESTED):
        make_approval(campaign, by=member("operator"), state=state)
    assert live_approval_of(campaign) is None
    Approval.objects.filter(campaign=campaign).delete()
    one = approved(campaign, member)
    assert live_approval_of(campaign) == one


@pytest.mark.parametrize("state", list(RequestState))
def test_the_open_request_is_the_latest_whose_outcome_is_not_known(
    campaign: Campaign, other: Campaign, state: RequestState
) -> None:
    request_row(other, Wanted.PAUSE)
    one = request_row(campaign, Wanted.ACTIVATE, state)
    assert open_request_of(campaign) == (one if state in OPEN else None)
    later = request_row(campaign, Wanted.PAUSE)
    assert open_request_of(campaign) == later


def test_an_activation_is_asked_for_in_write_mode_with_an_approval_and_nothing_in_the_way(
    campaign: Campaign, other: Campaign, member: MemberOf
) -> None:
    request_row(other, Wanted.PAUSE)
    request_row(campaign, Wanted.PAUSE, CONFIRMED)
    approved(campaign, member)
    request = request_activation(campaign, by=member("approver"), reason="r" * 400, via="cli")
    assert (request.wanted, request.state, request.by) == (Wanted.ACTIVATE, ASKED, member("approver"))
    assert request.reason == "r" * 300
    event = AuditEvent.objects.get(action="campaign:activate:asked")
    assert (event.subject, event.via, event.before) == (f"campaign:{campaign.pk}", "cli", {"status": "Paused"})
    assert event.note == "r" * 400


def test_a_second_activation_joins_the_one_that_is_open(campaign: Campaign, member: MemberOf) -> None:
    approved(campaign, member)
    first = request_activation(campaign, by=member("approver"))
    assert request_activation(campaign, by=member("admin")) == first


@pytest.mark.parametrize("state", OPEN)
def test_an_activation_is_refused_while_a_pause_is_on_its_way(
    campaign: Campaign, member: MemberOf, state: RequestState
) -> None:
    approved(campaign, member)
    request_row(campaign, Wanted.PAUSE, state)
    with pytest.raises(ActivationRefusedError, match="A pause of"):
        request_activation(campaign, by=member("approver"))
    assert not StatusRequest.objects.filter(wanted=Wanted.ACTIVATE).exists()


def test_an_activation_is_refused_while_the_kill_switch_is_on(campaign: Campaign, member: MemberOf) -> None:
    approved(campaign, member)
    Workspace.objects.update(kill_switch_at=timezone.now())
    with pytest.raises(ActivationRefusedError, match="cannot be activated"):
        request_activation(campaign, by=member("approver"))
    assert not StatusRequest.objects.exists()


def test_an_activation_is_refused_while_a_guardrail_that_tripped_is_not_acknowledged(
    campaign: Campaign, member: MemberOf
) -> None:
    approved(campaign, member)
    trip = {"kind": GuardrailKind.HARD_BOUNCE, "effect": TripEffect.PAUSED, "words": "9 %"}
    GuardrailTrip.objects.create(campaign=campaign, at=timezone.now(), **trip)
    with pytest.raises(ActivationRefusedError, match=r"tripped \(9 %\)"):
        request_activation(campaign, by=member("approver"))
    assert not StatusRequest.objects.exists()


# -- asking for a pause ------------------------------------------------------------------------------


def test_a_pause_ends_the_approval_the_activation_and_the_wait_for_adoption(
    campaign: Campaign, other: Campaign, member: MemberOf
) -> None:
    ours, theirs = approved(campaign, member), approved(other, member)
    Campaign.objects.update(awaits_adoption_since=timezone.now())
    activation, theirs_too = request_row(campaign, Wanted.ACTIVATE, SENT), request_row(other, Wanted.ACTIVATE)
    done = request_row(campaign, Wanted.ACTIVATE, CONFIRMED)

    pause = request_pause(campaign, by=member("viewer"), reason="typo", via="cli")

    for row in (ours, theirs, activation, theirs_too, done):
        row.refresh_from_db()
    assert (ours.state, ours.void_reason) == (ApprovalState.VOID, "paused: typo")
    assert theirs.state == ApprovalState.APPROVED
    assert (activation.state, activation.error) == (REFUSED, "A pause was requested.")
    assert (theirs_too.state, done.state) == (ASKED, CONFIRMED)
    assert stored(campaign).awaits_adoption_since is None
    assert stored(other).awaits_adoption_since is not None
    assert (pause.wanted, pause.reason, pause.by) == (Wanted.PAUSE, "typo", member("viewer"))
    asked = ("campaign:pause:asked", "Request to pause 05A Executive-Peer", "Viewer Person", "typo")
    assert [event[0] for event in events(campaign)] == ["campaign:approval:void", "campaign:pause:asked"]
    assert events(campaign)[1] == asked
    voided = ("Go-live of 05A Executive-Peer is void: paused: typo", "Viewer Person")
    assert events(campaign)[0][1:3] == voided
    assert set(AuditEvent.objects.values_list("via", flat=True)) == {"cli"}


def test_nothing_is_carried_out_in_a_workspace_that_is_not_connected(vendor: Vendor) -> None:
    campaign = make_campaign(other_workspace())
    request = request_row(campaign, Wanted.PAUSE)
    assert carry_out(request.pk).state == ASKED
    assert send_open_pauses(campaign.workspace) == 0
    assert vendor.calls == []


def test_a_pause_without_a_reason_says_only_that(campaign: Campaign, member: MemberOf) -> None:
    one = approved(campaign, member)
    request_pause(campaign, by=member("viewer"))
    one.refresh_from_db()
    assert one.void_reason == "paused"


def test_an_approval_that_ended_is_not_ended_again(campaign: Campaign, member: MemberOf) -> None:
    one = approved(campaign, member)
    void_live(campaign, "x" * 400)
    void_live(campaign, "later")
    one.refresh_from_db()
    assert one.void_reason == "x" * 300
    rejected = make_approval(campaign, by=member("operator"), state=ApprovalState.REJECTED)
    void_live(campaign, "later")
    rejected.refresh_from_db()
    assert rejected.state == ApprovalState.REJECTED


@pytest.mark.parametrize("state", OPEN)
def test_a_second_pause_joins_the_one_that_is_open(campaign: Campaign, other: Campaign, state: RequestState) -> None:
    request_row(other, Wanted.PAUSE)
    request_row(campaign, Wanted.PAUSE, CONFIRMED)
    first = request_row(campaign, Wanted.PAUSE, state)
    assert request_pause(campaign, by=None) == first
    assert StatusRequest.objects.filter(campaign=campaign).count() == 2
    assert events(campaign) == []


def test_a_pause_is_written_whole_or_not_at_all(
    campaign: Campaign, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = approved(campaign, member)
    monkeypatch.setattr(lifecycle, "record", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        request_pause(campaign, by=member("viewer"))
    one.refresh_from_db()
    assert one.state == ApprovalState.APPROVED
    assert not StatusRequest.objects.exists()


# -- carrying it out ---------------------------------------------------------------------------------


def test_a_pause_leaves_and_is_read_back(campaign: Campaign, vendor: Vendor, waits: list[float]) -> None:
    vendor.status = ACTIVE
    before = timezone.now()
    request = carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert vendor.calls == [f"pause {campaign.remote_id}", f"get {campaign.remote_id}"]
    assert (request.state, request.attempts, request.last_read_status, request.error) == (CONFIRMED, 1, PAUSED, "")
    assert request.lease_until is None
    assert None not in (request.sent_at, request.confirmed_at, request.last_read_at)
    assert request.confirmed_at is not None
    assert request.confirmed_at >= before
    assert waits == []
    assert events(campaign)[-1][:2] == ("campaign:pause:confirmed", "05A Executive-Peer paused, read back")
    assert AuditEvent.objects.order_by("-id")[0].after == {"status": "Paused"}
    assert StatusReading.objects.get().why == ReadingWhy.READ_BACK


def test_an_activation_leaves_and_is_read_back(
    campaign: Campaign, vendor: Vendor, member: MemberOf, waits: list[float]
) -> None:
    approved(campaign, member)
    asked = request_activation(campaign, by=member("approver"), reason="go")
    request = carry_out(asked.pk, sleep=waits.append)
    assert vendor.calls == [f"activate {campaign.remote_id}", f"get {campaign.remote_id}"]
    assert (request.state, vendor.status) == (CONFIRMED, ACTIVE)
    assert events(campaign)[-1] == (
        "campaign:activate:confirmed",
        "05A Executive-Peer activated, read back",
        "IEXDG Outreach",
        "go",
    )


def test_a_status_that_does_not_change_is_read_five_times_and_then_left_to_the_sweep(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    vendor.status, vendor.deaf = ACTIVE, {"pause"}
    request = carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert (request.state, request.last_read_status, request.confirmed_at) == (UNKNOWN, ACTIVE, None)
    assert waits == [0.3, 0.7, 1.5, 3.0]
    assert vendor.count("get") == 5
    assert request.lease_until is None


@pytest.mark.parametrize("status", [status for status in CampaignStatus if status != PAUSED])
def test_only_paused_confirms_a_pause(campaign: Campaign, vendor: Vendor, waits: list[float], status: int) -> None:
    vendor.status, vendor.deaf = status, {"pause"}
    assert carry_out(request_pause(campaign, by=None).pk, sleep=waits.append).state == UNKNOWN


def test_a_reading_that_fails_is_followed_by_the_next_one(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    vendor.status, vendor.fails = ACTIVE, {"get": 2}
    request = carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert (request.state, waits) == (CONFIRMED, [0.3, 0.7])


def test_readings_end_when_their_time_is_up(
    campaign: Campaign, vendor: Vendor, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([100.0, 100.0, 110.0, 110.1])
    monkeypatch.setattr("campaigns.sending.lifecycle.time.monotonic", lambda: next(ticks))
    vendor.status, vendor.deaf = ACTIVE, {"pause"}
    carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert vendor.count("get") == 2


def test_a_pause_that_was_refused_or_lost_is_read_and_keeps_the_error(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    vendor.status, vendor.fails = ACTIVE, {"pause": 1}
    request = carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert request.state == UNKNOWN
    assert "busy" in request.error
    again = carry_out(request.pk, sleep=waits.append)
    assert (again.state, again.attempts, again.error) == (CONFIRMED, 2, "")
    assert again.sent_at == request.sent_at


def test_an_activation_that_reads_as_something_else_is_refused_and_says_what(
    campaign: Campaign, vendor: Vendor, member: MemberOf, waits: list[float]
) -> None:
    approved(campaign, member)
    vendor.deaf = {"activate"}
    request = carry_out(request_activation(campaign, by=member("approver")).pk, sleep=waits.append)
    assert (request.state, request.error) == (REFUSED, "Instantly still reads as: Paused.")
    assert request.confirmed_at is None
    action, summary, _, _ = next(event for event in events(campaign) if event[0].endswith("refused"))
    assert action == "campaign:activate:refused"
    assert summary == "05A Executive-Peer was not activated: Instantly still reads as: Paused."


def test_an_activation_that_cannot_be_read_stays_unknown(
    campaign: Campaign, vendor: Vendor, member: MemberOf, waits: list[float]
) -> None:
    approved(campaign, member)
    vendor.fails = {"get": 99}
    request = carry_out(request_activation(campaign, by=member("approver")).pk, sleep=waits.append)
    assert (request.state, request.last_read_status) == (UNKNOWN, None)


def test_a_refusal_is_kept_and_read(campaign: Campaign, vendor: Vendor, waits: list[float]) -> None:
    vendor.status, vendor.refuses = ACTIVE, {"pause"}
    request = carry_out(request_pause(campaign, by=None).pk, sleep=waits.append)
    assert request.state == UNKNOWN
    assert "busy" in request.error
    # What was requested may be true all the same.
    vendor.status = PAUSED
    assert carry_out(request.pk, sleep=waits.append).state == CONFIRMED


def test_a_reading_that_fails_does_not_forget_the_one_before(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    read_at = timezone.now() - timedelta(minutes=1)
    request = request_row(campaign, Wanted.PAUSE, UNKNOWN, last_read_status=ACTIVE, last_read_at=read_at)
    vendor.fails = {"get": 99}
    again = carry_out(request.pk, sleep=waits.append)
    assert (again.last_read_status, again.last_read_at) == (ACTIVE, read_at)


def test_a_long_error_is_cut_to_what_a_row_can_hold(
    campaign: Campaign, vendor: Vendor, waits: list[float], member: MemberOf
) -> None:
    vendor.fails, vendor.says = {"pause": 1, "activate": 1, "get": 99}, "x" * 400
    asked = request_pause(campaign, by=None)
    assert len(carry_out(asked.pk, sleep=waits.append).error) == 300
    # Given up later, it still holds what Instantly said.
    StatusRequest.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    given_up = carry_out(asked.pk, sleep=waits.append)
    assert (given_up.state, len(given_up.error)) == (REFUSED, 300)
    assert {len(error) for error in StatusReading.objects.values_list("error", flat=True)} == {300}


def test_an_error_of_this_attempt_is_said_when_it_is_given_up(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    vendor.fails, vendor.says = {"pause": 1}, "y" * 400
    vendor.status, vendor.deaf = ACTIVE, {"pause"}
    request = request_row(campaign, Wanted.PAUSE, asked_at=timezone.now() - timedelta(minutes=16))
    given_up = carry_out(request.pk, sleep=waits.append)
    assert given_up.state == REFUSED
    assert given_up.error.endswith("y")
    assert len(given_up.error) == 300


@pytest.mark.parametrize(("minutes", "state"), [(14, UNKNOWN), (16, REFUSED)])
def test_after_a_quarter_of_an_hour_a_pause_is_given_up(
    campaign: Campaign, vendor: Vendor, waits: list[float], minutes: int, state: RequestState
) -> None:
    vendor.fails = {"get": 99}
    asked = request_pause(campaign, by=None)
    StatusRequest.objects.update(asked_at=timezone.now() - timedelta(minutes=minutes))
    request = carry_out(asked.pk, sleep=waits.append)
    assert request.state == state
    assert (request.error == "Instantly still reads as: unreadable.") == (state == REFUSED)


def test_it_is_given_up_at_the_very_minute(
    campaign: Campaign, vendor: Vendor, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.fails = {"get": 99}
    now = timezone.now()
    request = request_row(campaign, Wanted.PAUSE, asked_at=now - timedelta(minutes=15))
    monkeypatch.setattr("campaigns.sending.lifecycle.timezone.now", lambda: now)
    assert carry_out(request.pk, sleep=waits.append).state == REFUSED


def test_what_was_settled_meanwhile_is_not_opened_again(campaign: Campaign, vendor: Vendor, waits: list[float]) -> None:
    vendor.status, vendor.deaf = ACTIVE, {"pause"}
    asked = request_pause(campaign, by=None)
    vendor.during = {"pause": lambda: StatusRequest.objects.filter(pk=asked.pk).update(state=CONFIRMED)}
    # Settled by another process, after this one had noted that its call leaves.
    assert carry_out(asked.pk, sleep=waits.append).state == CONFIRMED
    assert [event[0] for event in events(campaign)] == ["campaign:pause:asked"]


def test_what_another_process_has_confirmed_has_one_event(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    asked = request_pause(campaign, by=None)
    vendor.during = {"get": lambda: StatusRequest.objects.filter(pk=asked.pk).update(state=CONFIRMED)}
    assert carry_out(asked.pk, sleep=waits.append).state == CONFIRMED
    assert [event[0] for event in events(campaign)] == ["campaign:pause:asked"]


def test_whoever_has_no_lease_returns_the_row_as_it_is_now(
    campaign: Campaign, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request_row(campaign, Wanted.PAUSE)

    def taken(request: StatusRequest) -> bool:
        StatusRequest.objects.filter(pk=request.pk).update(state=CONFIRMED)
        return False

    monkeypatch.setattr(lifecycle, "_take_lease", taken)
    assert carry_out(asked.pk).state == CONFIRMED


@pytest.mark.parametrize("state", [CONFIRMED, REFUSED])
def test_what_is_settled_is_not_sent(campaign: Campaign, vendor: Vendor, state: RequestState) -> None:
    done = request_row(campaign, Wanted.PAUSE, state)
    assert carry_out(done.pk).state == state
    assert vendor.calls == []


@pytest.mark.parametrize(("seconds", "leaves"), [(5, False), (-1, True), (None, True)])
def test_a_request_that_another_process_has_is_left_to_it(
    campaign: Campaign, vendor: Vendor, waits: list[float], seconds: int | None, leaves: bool
) -> None:
    until = None if seconds is None else timezone.now() + timedelta(seconds=seconds)
    request = request_row(campaign, Wanted.PAUSE, lease_until=until)
    other = make_campaign(campaign.workspace, "05B")
    theirs = request_row(other, Wanted.PAUSE)
    done = carry_out(request.pk, sleep=waits.append)
    assert (vendor.count("pause") == 1, done.state == CONFIRMED) == (leaves, leaves)
    assert done.lease_until == (None if leaves else until)
    theirs.refresh_from_db()
    assert theirs.lease_until is None


def test_the_lease_is_held_during_the_call_for_twenty_seconds_and_given_back_after_a_crash(
    campaign: Campaign, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def look() -> None:
        seen.append(StatusRequest.objects.get().lease_until)
        raise ZeroDivisionError

    vendor.during = {"pause": look}
    asked, before = request_pause(campaign, by=None), timezone.now()
    monkeypatch.setattr("campaigns.sending.lifecycle.timezone.now", lambda: before)
    with pytest.raises(ZeroDivisionError):
        carry_out(asked.pk)
    assert seen == [before + timedelta(seconds=20)]
    asked.refresh_from_db()
    assert (asked.state, asked.lease_until) == (SENT, None)


@pytest.mark.parametrize(
    ("ended", "error"),
    [
        ("the kill switch", "The kill switch is on."),
        ("observe mode", "The workspace was put into observe mode."),
        ("the approval", "The approval is no longer live."),
    ],
)
def test_an_activation_is_checked_once_more_before_it_leaves(
    campaign: Campaign, vendor: Vendor, member: MemberOf, ended: str, error: str
) -> None:
    one = approved(campaign, member)
    # Another workspace in write mode says nothing about this one.
    Workspace.objects.create(name="Other", base_url="http://o.example.com", key_source="file", mode=Mode.WRITE)
    asked = request_activation(campaign, by=member("approver"))
    if ended == "the kill switch":
        Workspace.objects.filter(pk=campaign.workspace_id).update(kill_switch_at=timezone.now())
    elif ended == "observe mode":
        Workspace.objects.filter(pk=campaign.workspace_id).update(mode=Mode.OBSERVE)
    else:
        Approval.objects.filter(pk=one.pk).update(state=ApprovalState.EXPIRED)
    request = carry_out(asked.pk)
    assert (request.state, request.error) == (REFUSED, error)
    assert vendor.calls == []


def test_a_pause_leaves_in_observe_mode_and_while_the_kill_switch_is_on(
    campaign: Campaign, vendor: Vendor, waits: list[float]
) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE, kill_switch_at=timezone.now())
    assert carry_out(request_pause(campaign, by=None).pk, sleep=waits.append).state == CONFIRMED
