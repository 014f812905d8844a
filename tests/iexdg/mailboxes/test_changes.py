"""Changing mailboxes: requested, sent once, read back; a lost answer and a dead worker neither lose nor double it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import ChangeState, Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import OrderIntent, claim, order
from iexdg.mailboxes.queries import groups_to_continue
from iexdg.mailboxes.reading import Read
from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.mailboxes.tasks import sweep_changes
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
Settle = Callable[[int], list[MailboxChange]]
Team = Callable[..., Member]
ONE, TWO, BROKEN = "exec@peers.example.com", "team@peers.example.com", "chambers@notes.example.com"


def account(control: SandboxControl, email: str) -> dict[str, object]:
    return next(one for one in control.state()["accounts"] if one["email"] == email)


def age(group: int, seconds: float) -> None:
    """Let a change have been requested and leased so long ago, as if the worker had died since."""
    then = timezone.now() - timedelta(seconds=seconds)
    MailboxChange.objects.filter(group=group).update(asked_at=then)
    MailboxChange.objects.filter(group=group, lease_until__isnull=False).update(lease_until=then)


def test_warm_up_of_many_is_one_call_followed_to_the_end_of_its_job_and_read_back(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [ONE, TWO], Wanted.WARMUP_OFF, by=member())
    changes = settle(ordered.group)
    assert [(one.email, one.state) for one in changes] == [(ONE, "confirmed"), (TWO, "confirmed")]
    assert len(control.log(path="/warmup/disable")) == 1
    assert {one.progress for one in changes} == {100.0}
    assert {one.job for one in changes} != {""}
    assert [account(control, email)["warmup_status"] for email in (ONE, TWO)] == [0, 0]
    assert set(Mailbox.objects.filter(email__in=[ONE, TWO]).values_list("warmup_status", flat=True)) == {0}


def test_a_job_that_still_runs_leaves_the_change_open_and_is_asked_again_later(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iexdg.mailboxes.carry_out._JOB_FOR_S", 0.0)
    ordered = order(office, [ONE], Wanted.WARMUP_OFF, by=member())
    carry_out(ordered.group, sleep=lambda seconds: None)
    change = MailboxChange.objects.get()
    assert (change.state, change.job != "", change.progress) == ("sent", True, 0.0)

    control.advance(30)
    assert [one.state for one in settle(ordered.group)] == ["confirmed"]
    assert len(control.log(path="/warmup/disable")) == 1


def test_a_job_that_fails_is_refused_with_the_reason(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [BROKEN], Wanted.RESUME, by=member())
    (change,) = settle(ordered.group)
    assert (change.state, change.error) == ("refused", "Instantly still reads as: Connection error.")


@pytest.mark.parametrize(
    ("email", "wanted", "status"),
    [(ONE, Wanted.PAUSE, 2), (BROKEN, Wanted.FIX, 1)],
)
def test_pausing_and_marking_as_fixed_are_confirmed_by_the_read_back(
    email: str, wanted: Wanted, status: int, office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    (change,) = settle(order(office, [email], wanted, by=member()).group)
    assert (change.state, account(control, email)["status"]) == ("confirmed", status)
    assert Mailbox.objects.get(email=email).status == status


def test_what_was_paused_is_resumed(office: Workspace, member: Team, settle: Settle, control: SandboxControl) -> None:
    settle(order(office, [ONE], Wanted.PAUSE, by=member()).group)
    (change,) = settle(order(office, [ONE], Wanted.RESUME, by=member()).group)
    assert (change.state, account(control, ONE)["status"]) == ("confirmed", 1)


def test_limits_are_changed_with_the_old_ones_on_record(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [ONE], Wanted.LIMITS, by=member(), values={"daily_limit": 12, "sending_gap": 9})
    (change,) = settle(ordered.group)
    assert (change.state, account(control, ONE)["daily_limit"]) == ("confirmed", 12)
    assert change.before == {"daily_limit": 30, "sending_gap": 10}


def test_a_lost_answer_is_unknown_then_read_and_not_sent_again_where_it_was_carried_out(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/accounts/pause"}, "do": "drop_after_commit", "times": 9})
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    with monkeypatch.context() as patch:
        patch.setattr("iexdg.mailboxes.carry_out.read_back", lambda *_, **__: Read({}, frozenset(), "cannot be read"))
        (change,) = settle(ordered.group)
    assert change.state == "unknown"
    calls = len(control.log(path="/accounts/pause"))

    (change,) = settle(ordered.group)
    assert change.state == "confirmed"
    assert len(control.log(path="/accounts/pause")) == calls


def test_a_worker_that_dies_before_the_call_loses_nothing(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    OrderIntent(claim(ordered.group)).begin()
    # It is still leased by the one that died.
    assert [one.state for one in settle(ordered.group)] == ["sent"]
    assert control.log(path="/accounts/pause") == []
    age(ordered.group, 90)
    assert groups_to_continue(office) == [(ordered.group, "pause")]
    (change,) = settle(ordered.group)
    assert (change.state, len(control.log(path="/accounts/pause"))) == ("confirmed", 1)


def test_a_worker_that_dies_after_the_call_doubles_nothing(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    settle(order(office, [ONE], Wanted.PAUSE, by=member()).group)
    group = MailboxChange.objects.get().group
    # As it was before the read-back.
    MailboxChange.objects.filter(group=group).update(state=ChangeState.SENT, closed_at=None)
    (change,) = settle(group)
    assert (change.state, len(control.log(path="/accounts/pause"))) == ("confirmed", 1)


def test_two_workers_at_once_send_it_once(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    first = claim(ordered.group)
    assert (len(first), claim(ordered.group)) == (1, [])


def test_deleting_is_never_sent_a_second_time(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ordered = order(office, [ONE], Wanted.DELETE, by=member("admin"))
    OrderIntent(claim(ordered.group)).begin()
    age(ordered.group, 90)
    (change,) = settle(ordered.group)
    assert (change.state, change.error) == ("refused", "Instantly still reads as: Connected.")
    assert [one for one in control.log(path="/accounts/") if one["method"] == "DELETE"] == []


def test_deleting_waits_for_a_read_where_the_mailbox_cannot_be_read(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = order(office, [ONE], Wanted.DELETE, by=member("admin"))
    OrderIntent(claim(ordered.group)).begin()
    age(ordered.group, 90)
    monkeypatch.setattr("iexdg.mailboxes.carry_out.read_back", lambda *_, **__: Read({}, frozenset(), "cannot be read"))
    (change,) = settle(ordered.group)
    assert (change.state, change.error) == ("unknown", "cannot be read")
    assert [one for one in control.log(path="/accounts/") if one["method"] == "DELETE"] == []


def test_a_deleted_mailbox_is_confirmed_by_its_absence(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    (change,) = settle(order(office, [ONE], Wanted.DELETE, by=member("admin")).group)
    assert change.state == "confirmed"
    assert Mailbox.objects.get(email=ONE).vanished_at is not None


def test_the_same_request_joins_the_open_one_and_its_opposite_is_refused(office: Workspace, member: Team) -> None:
    first = order(office, [ONE], Wanted.WARMUP_ON, by=member())
    again = order(office, [ONE, TWO], Wanted.WARMUP_ON, by=member())
    assert MailboxChange.objects.filter(email=ONE).count() == 1
    assert {one.email for one in again.changes} == {ONE, TWO}
    opposite = order(office, [ONE], Wanted.WARMUP_OFF, by=member())
    assert opposite.changes == ()
    assert opposite.refusals == (f"{ONE}: a request to enable warm-up is open. Wait until it is confirmed.",)
    assert first.refusals == ()


def test_a_pause_ends_an_open_resume(office: Workspace, member: Team, settle: Settle) -> None:
    resume = order(office, [ONE], Wanted.RESUME, by=member())
    pause = order(office, [ONE], Wanted.PAUSE, by=member("viewer"))
    assert [one.state for one in settle(resume.group)] == ["refused"]
    assert [one.state for one in settle(pause.group)] == ["confirmed"]


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("viewer", Wanted.WARMUP_ON),
        ("viewer", Wanted.RESUME),
        ("operator", Wanted.DELETE),
        ("approver", Wanted.CONNECT),
    ],
)
def test_a_request_needs_the_role_of_what_it_does(office: Workspace, member: Team, role: str, wanted: Wanted) -> None:
    with pytest.raises(NotAllowedError):
        order(office, [ONE], wanted, by=member(role))
    assert MailboxChange.objects.count() == 0


def test_observe_mode_refuses_everything_but_a_pause(office: Workspace, member: Team, settle: Settle) -> None:
    waiting = order(office, [ONE], Wanted.WARMUP_OFF, by=member())
    Workspace.objects.filter(pk=office.pk).update(mode=Mode.OBSERVE)
    office.refresh_from_db()
    with pytest.raises(ObserveModeError):
        order(office, [TWO], Wanted.WARMUP_OFF, by=member())
    assert [one.error for one in settle(waiting.group)] == ["The workspace was put into observe mode."]
    assert [one.state for one in settle(order(office, [ONE], Wanted.PAUSE, by=member("viewer")).group)] == ["confirmed"]


def test_what_was_not_confirmed_in_a_quarter_of_an_hour_is_refused(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/accounts/pause"}, "do": "status", "value": 503, "times": 99})
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    assert [one.state for one in settle(ordered.group)] == ["unknown"]
    age(ordered.group, 1000)
    assert [one.error for one in settle(ordered.group)] == ["It was not confirmed in 15 minutes."]


def test_the_history_of_the_workspace_names_request_and_outcome(
    office: Workspace, member: Team, settle: Settle
) -> None:
    settle(order(office, [ONE, TWO], Wanted.WARMUP_OFF, by=member()).group)
    events = AuditEvent.objects.filter(subject__startswith=f"mailboxes:{office.pk}:").order_by("id")
    assert [(one.action, one.summary) for one in events] == [
        ("mailbox:warmup_off:asked", "Request to disable warm-up, 2 mailboxes"),
        ("mailbox:warmup_off:confirmed", "Confirmed: disable warm-up, 2 mailboxes"),
    ]


def test_the_sweep_finds_what_the_broker_lost(office: Workspace, member: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[int, str]] = []
    monkeypatch.setattr(
        "iexdg.mailboxes.tasks.enqueue", lambda task, *ids, queue="bulk": started.append((ids[0], queue))
    )
    pause = order(office, [ONE], Wanted.PAUSE, by=member())
    warm = order(office, [TWO], Wanted.WARMUP_ON, by=member())
    sweep_changes(office.pk)
    assert started == []
    age(pause.group, 10)
    age(warm.group, 10)
    sweep_changes(office.pk)
    assert started == [(pause.group, "safety"), (warm.group, "bulk")]


def test_more_than_a_hundred_are_sent_in_portions(
    workspace: Workspace,
    control: SandboxControl,
    member: Team,
    sandbox_clock: SandboxClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync_mailboxes(workspace)
    monkeypatch.setattr("iexdg.mailboxes.carry_out._MOST_AT_ONCE", 4)
    emails = list(Mailbox.objects.order_by("email").values_list("email", flat=True))
    ordered = order(workspace, emails, Wanted.WARMUP_OFF, by=member())
    carry_out(ordered.group, sleep=sandbox_clock.advance)
    assert len(control.log(path="/warmup/disable")) == 2
    assert set(MailboxChange.objects.values_list("state", flat=True)) == {"confirmed"}
