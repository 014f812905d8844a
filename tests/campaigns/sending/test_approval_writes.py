"""Each write of an approval: what it stores, what it leaves alone, and the event that it leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.sending import approvals
from campaigns.sending.approvals import ApprovalScope
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns import factories

pytestmark = pytest.mark.django_db

MemberOf = Callable[..., Member]
LOOKED = ApprovalScope({"copy": ["Hi"]}, audience_cap=230)
LONG = "x" * 400
REQUESTED, APPROVED, VOID = ApprovalState.REQUESTED, ApprovalState.APPROVED, ApprovalState.VOID


@pytest.fixture
def asked(one: Campaign, member: MemberOf) -> Approval:
    """A request of the operator."""
    return approvals.request(one, by=member("operator"), scope=LOOKED, life=timedelta(hours=24), note="ready")


@pytest.fixture
def untouched(another: Campaign, member: MemberOf) -> Approval:
    """The request for another campaign, which nobody decides."""
    return approvals.request(another, by=member("operator"), scope=LOOKED, life=timedelta(hours=24))


def again(approval: Approval) -> Approval:
    approval.refresh_from_db()
    return approval


def approve(approval: Approval, member: MemberOf, stage: GoLiveStage = GoLiveStage.LOADING) -> Approval:
    assert approvals.grant(approval, by=member("approver"), stage=stage)
    return again(approval)


def last_event() -> tuple[Any, ...]:
    event = AuditEvent.objects.order_by("-id")[0]
    return event.action, event.summary, event.actor_name, event.via, event.note


# -- asking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "needed"), [({}, 1), ({"approvals_needed": 2}, 2)])
def test_a_request_stores_what_was_asked(one: Campaign, member: MemberOf, options: dict[str, int], needed: int) -> None:
    made = approvals.request(
        one, by=member("operator"), scope=LOOKED, life=timedelta(hours=2), note="ready", via="cli", **options
    )
    stored = again(made)
    assert (stored.campaign, stored.requested_by, stored.note) == (one, member("operator"), "ready")
    assert (stored.approvals_needed, stored.adopted) == (needed, False)
    assert stored.expires_at - stored.requested_at == timedelta(hours=2)
    summary = "Go-live of 05A Executive-Peer requested"
    assert last_event() == ("campaign:approval:requested", summary, "Operator Person", "cli", "ready")
    event = AuditEvent.objects.get()
    assert (event.subject, event.campaign_ref) == (f"approval:{stored.pk}", one.pk)
    assert (event.before, event.after) == ({}, {"audience_cap": 230, "fingerprint": stored.fingerprint[:12]})


def test_without_its_event_nothing_is_asked(one: Campaign, member: MemberOf, monkeypatch: pytest.MonkeyPatch) -> None:
    by = member("operator")
    monkeypatch.setattr(approvals, "record", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        approvals.request(one, by=by, scope=LOOKED, life=timedelta(hours=2))
    assert not Approval.objects.exists()


def test_adopting_needs_one_person_and_no_time(one: Campaign, member: MemberOf) -> None:
    made = approvals.adopt(one, by=member("approver"), scope=LOOKED, note="ours", via="cli")
    assert (made.approvals_needed, made.expires_at) == (1, made.requested_at)
    words = "05A Executive-Peer was adopted: it was sending before we were connected and continues"
    assert last_event() == ("campaign:adoption:adopted", words, "Approver Person", "cli", "ours")


# -- deciding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [GoLiveStage.LOADING, GoLiveStage.ACTIVATING, GoLiveStage.LIVE])
def test_a_grant_stores_who_when_and_with_which_stage(
    asked: Approval, untouched: Approval, member: MemberOf, stage: GoLiveStage
) -> None:
    before = timezone.now()
    assert approvals.grant(asked, by=member("approver"), stage=stage, note="fine", via="cli")
    again(asked)
    assert (asked.state, asked.stage, asked.decided_by) == (APPROVED, stage, member("approver"))
    assert (asked.decision_note, asked.break_glass_reason) == ("fine", "")
    assert asked.decided_at is not None
    assert asked.decided_at >= before
    assert asked.live_at == (asked.decided_at if stage == GoLiveStage.LIVE else None)
    summary = "Go-live of 05A Executive-Peer approved"
    assert last_event() == ("campaign:approval:approved", summary, "Approver Person", "cli", "fine")
    assert again(untouched).state == REQUESTED


def test_a_grant_of_one_alone_stores_why(asked: Approval, member: MemberOf) -> None:
    approvals.grant(asked, by=member("operator"), stage=GoLiveStage.ACTIVATING, break_glass_reason="alone", via="cli")
    assert again(asked).break_glass_reason == "alone"
    summary = "Go-live of 05A Executive-Peer approved by one person alone"
    assert last_event() == ("campaign:approval:break_glass", summary, "Operator Person", "cli", "alone")


def test_a_request_whose_stage_has_moved_is_not_granted(asked: Approval, member: MemberOf) -> None:
    Approval.objects.filter(pk=asked.pk).update(stage=GoLiveStage.FAILED)
    assert not approvals.grant(asked, by=member("approver"), stage=GoLiveStage.LOADING)
    assert again(asked).state == REQUESTED


def test_a_rejection_stores_who_and_why(asked: Approval, untouched: Approval, member: MemberOf) -> None:
    before = timezone.now()
    assert approvals.reject(asked, by=member("approver"), note="not this week", via="cli")
    again(asked)
    assert (asked.state, asked.decided_by, asked.decision_note) == (
        ApprovalState.REJECTED,
        member("approver"),
        "not this week",
    )
    assert asked.decided_at is not None
    assert asked.decided_at >= before
    summary = "Go-live of 05A Executive-Peer rejected"
    assert last_event() == ("campaign:approval:rejected", summary, "Approver Person", "cli", "not this week")
    assert again(untouched).state == REQUESTED
    assert approvals.reject(asked, by=member("approver")) is False


def test_withdrawing_a_request_stores_who(asked: Approval, untouched: Approval, member: MemberOf) -> None:
    assert approvals.withdraw(asked, by=member("operator"), via="cli")
    assert (again(asked).state, asked.void_reason) == (VOID, "withdrawn by Operator Person")
    summary = "Go-live request of 05A Executive-Peer withdrawn"
    assert last_event() == ("campaign:approval:taken_back", summary, "Operator Person", "cli", "")
    assert again(untouched).state == REQUESTED
    assert approvals.withdraw(asked, by=member("operator")) is False


def test_the_longest_name_fits_into_the_reason(asked: Approval) -> None:
    by = asked.requested_by
    by.name = "x" * 120
    by.save()
    approvals.withdraw(asked, by=by)
    assert again(asked).void_reason == f"withdrawn by {by.name}"


@pytest.mark.parametrize("verb", ["grant", "reject", "take_back", "void", "expire"])
def test_without_its_event_nothing_is_decided(
    asked: Approval, member: MemberOf, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    by, writes = member("approver"), AuditEvent.objects.count()
    monkeypatch.setattr(approvals, "record", lambda *args, **options: 1 / 0)
    calls: dict[str, Callable[[], object]] = {
        "grant": lambda: approvals.grant(asked, by=by, stage=GoLiveStage.LOADING),
        "reject": lambda: approvals.reject(asked, by=by),
        "take_back": lambda: approvals.withdraw(asked, by=by),
        "void": lambda: approvals.void(asked, "changed"),
        "expire": lambda: approvals.expire_lapsed_approvals(asked.expires_at),
    }
    with pytest.raises(ZeroDivisionError):
        calls[verb]()
    assert again(asked).state == REQUESTED
    assert AuditEvent.objects.count() == writes


# -- ending ------------------------------------------------------------------------------------------


def test_only_what_was_meant_is_void(asked: Approval, untouched: Approval, member: MemberOf) -> None:
    assert approvals.void(asked, LONG, by=member("viewer"), via="cli")
    assert (again(asked).state, again(untouched).state) == (VOID, REQUESTED)
    event = AuditEvent.objects.order_by("-id")[0]
    assert event.summary == f"Go-live of 05A Executive-Peer is void: {LONG}"[:300]
    assert event.before == {"state": "requested"}
    assert event.after == {"state": "void", "audience_cap": 230, "fingerprint": asked.fingerprint[:12]}


@pytest.mark.parametrize("state", [ApprovalState.REJECTED, ApprovalState.EXPIRED, VOID])
def test_what_has_ended_is_not_ended_again(asked: Approval, state: ApprovalState) -> None:
    Approval.objects.update(state=state)
    assert approvals.void(asked, "changed") is False
    assert (again(asked).state, asked.void_reason) == (state, "")


def test_only_the_live_approval_of_the_campaign_ends_with_a_pause(
    asked: Approval, untouched: Approval, member: MemberOf
) -> None:
    for one in (asked, untouched):
        approve(one, member)
    ended = factories.approval(asked.campaign, by=member("operator"), state=ApprovalState.REJECTED)
    assert approvals.void_live(asked.campaign, "paused", by=member("viewer"), via="cli")
    assert last_event()[2:4] == ("Viewer Person", "cli")
    assert (again(asked).state, again(untouched).state, again(ended).state) == (
        VOID,
        APPROVED,
        ApprovalState.REJECTED,
    )
    assert not approvals.void_live(asked.campaign, "paused")


def test_where_nothing_is_live_one_query_says_so(
    one: Campaign, member: MemberOf, django_assert_num_queries: Any
) -> None:
    factories.approval(one, by=member("operator"), state=ApprovalState.REJECTED)
    with django_assert_num_queries(1):
        assert not approvals.void_live(one, "paused")


def test_only_the_campaign_that_completed_loses_its_approval(
    asked: Approval, untouched: Approval, member: MemberOf
) -> None:
    for one in (asked, untouched):
        approve(one, member, GoLiveStage.LIVE)
    assert approvals.void_completed(asked.campaign, timezone.now())
    assert (again(asked).state, again(untouched).state) == (VOID, APPROVED)


def test_an_approval_that_somebody_ended_meanwhile_does_not_keep_the_next_one_alive(
    asked: Approval, untouched: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that are to end, the first has ended by itself between the look and the write."""
    move = approvals.APPROVALS.move
    ended: list[int] = []

    def late(rows: Any, **options: Any) -> int:
        if not ended:
            ended.append(rows.get().pk)
            Approval.objects.filter(pk=ended[0]).update(state=ApprovalState.EXPIRED)
        return move(rows, **options)

    monkeypatch.setattr(type(approvals.APPROVALS), "move", lambda self, rows, **options: late(rows, **options))
    count = approvals._void(Approval.objects.all(), (REQUESTED, APPROVED), "changed")
    assert count == 1
    states = {again(one).state for one in (asked, untouched)}
    assert states == {ApprovalState.EXPIRED, VOID}
    assert AuditEvent.objects.filter(action="campaign:approval:void").count() == 1


def test_two_that_end_are_two(asked: Approval, untouched: Approval) -> None:
    assert approvals._void(Approval.objects.all(), (REQUESTED,), "changed") == 2


# -- stages ------------------------------------------------------------------------------------------


def test_a_stage_moves_for_one_approval_only(asked: Approval, untouched: Approval, member: MemberOf) -> None:
    for one in (asked, untouched):
        approve(one, member)
    assert approvals.begin_activating(asked)
    assert (again(asked).stage, again(untouched).stage) == (GoLiveStage.ACTIVATING, GoLiveStage.LOADING)
    assert approvals.begin_activating(untouched)
    assert approvals.mark_live(asked, at=timezone.now())
    assert (again(asked).stage, again(untouched).stage) == (GoLiveStage.LIVE, GoLiveStage.ACTIVATING)


def test_a_failure_is_that_of_one_approval(asked: Approval, untouched: Approval, member: MemberOf) -> None:
    for one in (asked, untouched):
        approve(one, member)
    assert approvals.fail(asked, LONG)
    assert (again(asked).stage, asked.state, asked.stage_error) == (GoLiveStage.FAILED, VOID, "x" * 300)
    assert (again(untouched).stage, untouched.state) == (GoLiveStage.LOADING, APPROVED)


def test_a_failure_without_its_event_is_none(
    asked: Approval, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(asked, member)
    monkeypatch.setattr(approvals, "record", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        approvals.fail(asked, "a sender is gone")
    assert (again(asked).stage, asked.state) == (GoLiveStage.LOADING, APPROVED)


# -- expiring ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "stage", "live", "lapses"),
    [
        (REQUESTED, GoLiveStage.WAITING, False, True),
        (APPROVED, GoLiveStage.WAITING, False, True),
        (APPROVED, GoLiveStage.FAILED, False, True),
        (APPROVED, GoLiveStage.LOADING, False, False),
        (APPROVED, GoLiveStage.ACTIVATING, False, False),
        (APPROVED, GoLiveStage.LIVE, True, False),
        (APPROVED, GoLiveStage.FAILED, True, False),
        (VOID, GoLiveStage.FAILED, False, False),
        (ApprovalState.REJECTED, GoLiveStage.WAITING, False, False),
    ],
)
def test_what_lapses_is_what_nobody_decided_or_used(
    one: Campaign, member: MemberOf, state: str, stage: str, live: bool, lapses: bool
) -> None:
    by = {"by": member("operator"), "decided_by": member("approver")}
    made = factories.approval(one, state=state, stage=stage, live_at=timezone.now() if live else None, **by)
    assert list(approvals.lapsed_approvals(made.expires_at)) == ([made] if lapses else [])
    assert list(approvals.lapsed_approvals(made.expires_at - timedelta(seconds=1))) == []


def test_nothing_lapses_in_a_workspace_that_is_not_connected(one: Campaign, member: MemberOf) -> None:
    made = factories.approval(one, by=member("operator"))
    Workspace.objects.filter(pk=one.workspace_id).update(connected_as="")
    assert approvals.expire_lapsed_approvals(made.expires_at) == 0
    assert again(made).state == ApprovalState.REQUESTED


@pytest.mark.parametrize(
    ("state", "words", "note"),
    [
        (REQUESTED, "Go-live request of 05A Executive-Peer expired", "It was not decided in time."),
        (APPROVED, "Go-live approval of 05A Executive-Peer expired", "It was not used in time."),
    ],
)
def test_what_expired_says_what_it_was(one: Campaign, member: MemberOf, state: str, words: str, note: str) -> None:
    by = {"by": member("operator"), "decided_by": member("approver")}
    made = factories.approval(one, state=state, **by)
    assert approvals.expire_lapsed_approvals(made.expires_at) == 1
    assert last_event() == ("campaign:approval:expired", words, "IEXDG Outreach", "system", note)
    event = AuditEvent.objects.get()
    assert (event.before, event.after["state"]) == ({"state": state}, "expired")


def test_what_was_decided_between_the_look_and_the_write_does_not_expire(
    asked: Approval, untouched: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = max(asked.expires_at, untouched.expires_at)
    stale = list(approvals.lapsed_approvals(expires_at))
    Approval.objects.filter(pk=asked.pk).update(state=ApprovalState.REJECTED)
    assert [approvals._expire(one, expires_at) for one in sorted(stale, key=lambda one: one.pk)] == [False, True]
    assert (again(asked).state, again(untouched).state) == (ApprovalState.REJECTED, ApprovalState.EXPIRED)
    assert AuditEvent.objects.filter(action="campaign:approval:expired").count() == 1


def test_each_that_lapsed_is_closed_by_itself(
    asked: Approval, untouched: Approval, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = max(asked.expires_at, untouched.expires_at)
    assert approvals._expire(asked, expires_at)
    assert (again(asked).state, again(untouched).state) == (ApprovalState.EXPIRED, REQUESTED)
