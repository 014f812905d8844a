"""Applying sends once, reads back, leaves no campaign that sends, and repeats no creation whose answer was lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage, Subsequence
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.blueprints.applying import Application, apply
from iexdg.blueprints.errors import ApplyRefusedError
from iexdg.blueprints.models import CampaignWrite, WriteState
from iexdg.blueprints.orders import LEASE
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.settling import GIVE_UP_AFTER, settle_writes
from iexdg.sandbox.resources.campaigns import campaign as campaign_resource
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
NEW = """campaigns:
  - name: 10 Founders
    schedule: {zone: America/New_York, hours: 09:00-17:00, days: weekdays}
    senders: [exec@peers.example.com]
    steps:
      - subject: A question
        body: Hi {{firstName}},
"""
CREATE = {"method": "POST", "path": "/campaigns"}


@pytest.fixture
def run(workspace: Workspace, control: SandboxControl, member: MemberOf) -> Callable[..., Application]:
    def applied(text: str, **options: Any) -> Application:
        by = options.pop("by", None) or member("operator")
        return apply(workspace, parse(text), by=by, sleep=lambda seconds: None, **options)

    return applied


def creations(control: SandboxControl) -> int:
    return sum(call["method"] == "POST" and call["path"].endswith("/campaigns") for call in control.log())


def named(control: SandboxControl, name: str = "10 Founders") -> list[dict[str, Any]]:
    return [one for one in control.state()["campaigns"] if one["name"] == name]


def without_lease() -> None:
    CampaignWrite.objects.update(lease_until=timezone.now() - LEASE)


def test_a_creation_whose_answer_is_lost_is_found_and_never_repeated(
    run: Callable[..., Application], control: SandboxControl
) -> None:
    control.faults({"match": CREATE, "do": "drop_after_commit", "times": 1})
    made = run(NEW)
    assert [(one.is_applied, one.read_back, one.error) for one in made.campaigns] == [(True, "equal", "")]
    assert (creations(control), len(named(control))) == (1, 1)
    assert CampaignWrite.objects.get().state == WriteState.CONFIRMED


def test_a_creation_that_may_never_have_arrived_stays_unknown_and_is_given_up_by_reading(
    run: Callable[..., Application], control: SandboxControl, workspace: Workspace
) -> None:
    control.faults({"match": CREATE, "do": "drop_before", "times": 1})
    made = run(NEW)
    write = CampaignWrite.objects.get()
    assert (made.campaigns[0].is_applied, made.campaigns[0].read_back) == (False, "different")
    assert write.state == WriteState.UNKNOWN

    again = run(NEW)
    assert "not confirmed yet" in again.campaigns[0].error
    without_lease()
    CampaignWrite.objects.update(asked_at=timezone.now() - GIVE_UP_AFTER - timedelta(seconds=1))
    assert settle_writes(workspace) == 0
    assert CampaignWrite.objects.get().state == WriteState.REFUSED
    assert named(control) == []
    assert run(NEW).campaigns[0].read_back == "equal"
    assert len(named(control)) == 1


def test_what_cannot_be_read_stays_unknown_however_long_it_lasts(
    run: Callable[..., Application], control: SandboxControl, workspace: Workspace
) -> None:
    control.faults(
        {"match": CREATE, "do": "drop_before", "times": 1},
        {"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 500, "skip": 1, "times": 100},
    )
    run(NEW)
    without_lease()
    CampaignWrite.objects.update(asked_at=timezone.now() - GIVE_UP_AFTER - timedelta(seconds=1))
    assert settle_writes(workspace) == 1
    assert CampaignWrite.objects.get().state == WriteState.UNKNOWN


@pytest.mark.parametrize("state", [WriteState.ASKED, WriteState.SENT])
def test_a_process_that_died_leaves_a_write_that_reading_settles(
    state: WriteState, run: Callable[..., Application], control: SandboxControl, workspace: Workspace
) -> None:
    run(NEW)
    expected = WriteState.REFUSED if state == WriteState.ASKED else WriteState.CONFIRMED
    CampaignWrite.objects.update(state=state, closed_at=None, remote_id="", campaign=None)
    sent_before = creations(control)
    assert settle_writes(workspace) == 0
    assert CampaignWrite.objects.get().state == expected
    assert creations(control) == sent_before


def test_what_instantly_stores_otherwise_is_an_error_that_names_the_line(
    run: Callable[..., Application], control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "iexdg.sandbox.resources.campaigns.sanitizer.sanitized_body", lambda body: body.replace("firstName", "x")
    )
    made = run(NEW)
    (one,) = made.campaigns
    assert (one.read_back, one.status) == ("different", 0)
    assert "line 7: steps[1].variants[A].body[1] was stored otherwise" in one.error
    assert one.facts["differences"] == [
        {"path": "steps[1].variants[A].body[1]", "sent": "Hi {{firstName}},", "stored": "Hi {{x}},", "line": 7}
    ]
    assert CampaignWrite.objects.get().state == WriteState.DIFFERENT
    assert (made.facts["applied"], made.facts["read_back"]) == (True, "different")


def test_what_is_off_or_none_is_sent_with_a_creation_and_reads_back(
    run: Callable[..., Application], control: SandboxControl
) -> None:
    text = NEW + (
        "    flags: {stop_on_reply: false, open_tracking: false}\n    caps: {gap_minutes: null, daily: 0}\n    cc: []\n"
    )
    made = run(text)
    assert [(one.error, one.read_back) for one in made.campaigns] == [("", "equal")]
    (stored,) = named(control)
    assert [stored[name] for name in ("stop_on_reply", "open_tracking", "email_gap", "daily_limit")] == [
        False, False, None, 0,
    ]  # fmt: skip
    shown = {one.path: (one.before, one.after) for one in made.campaigns[0].plan.changes}
    assert (shown["flags.stop_on_reply"], shown["caps.gap_minutes"], shown["cc"]) == (
        (None, False),
        (None, None),
        (None, []),
    )
    assert run(text).plan.would_change is False


def test_what_was_created_under_a_name_that_is_stored_otherwise_is_not_created_again(
    run: Callable[..., Application], control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = campaign_resource.normal_fields
    other = {"name": "10 Renamed"}
    with monkeypatch.context() as patched:
        patched.setattr(
            campaign_resource, "normal_fields", lambda fields: stored(fields | (other if "name" in fields else {}))
        )
        assert run(NEW).campaigns[0].read_back == "different"
        again = run(NEW)
    assert [one.plan.action for one in again.campaigns] == ["update"]
    assert (creations(control), len(named(control, "10 Renamed")), len(named(control))) == (1, 1, 0)
    # Somebody gave it another name: the blueprint means a new campaign then.
    control.edit(named(control, "10 Renamed")[0]["id"], name="Ours")
    assert run(NEW).campaigns[0].plan.action == "create"


def test_a_blocker_sends_nothing(run: Callable[..., Application], control: SandboxControl) -> None:
    with pytest.raises(ApplyRefusedError, match="line 7: 10 Founders: There is a bare address"):
        run(NEW.replace("Hi {{firstName}},", "See www.example.com"))
    assert (creations(control), CampaignWrite.objects.count()) == (0, 0)


def test_who_may_not_and_observe_mode_send_nothing(
    run: Callable[..., Application], control: SandboxControl, workspace: Workspace, member: MemberOf
) -> None:
    with pytest.raises(NotAllowedError):
        run(NEW, by=member("viewer"))
    workspace.mode = Mode.OBSERVE
    workspace.save()
    with pytest.raises(ObserveModeError):
        run(NEW)
    assert (creations(control), CampaignWrite.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", [3, -1, -2, 4, -99])
def test_whatever_may_send_by_itself_is_refused(
    status: int, run: Callable[..., Application], control: SandboxControl, workspace: Workspace
) -> None:
    campaign = synced_campaign(workspace, "05A")
    control.set_status(campaign.remote_id, status)
    made = run(f"campaigns:\n  - name: {campaign.name}\n    caps: {{daily: 3}}\n")
    assert "so it was not changed" in made.campaigns[0].error
    assert named(control, campaign.name)[0]["daily_limit"] == 20


def test_a_live_approval_is_refused_and_void_once_the_campaign_is_paused_for_the_change(
    run: Callable[..., Application], control: SandboxControl, workspace: Workspace, member: MemberOf
) -> None:
    campaign = synced_campaign(workspace, "05A")
    parts = parts_of(campaign)
    live = approval(
        campaign,
        by=member("approver"),
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
        decided_by=member("admin"),
        fingerprint=fingerprint(parts),
        fingerprint_parts=parts,
    )
    text = f"campaigns:\n  - name: {campaign.name}\n    caps: {{daily: 3}}\n"
    assert "has a live approval" in run(text).campaigns[0].error

    made = run(text, pauses_live=True)

    assert (made.campaigns[0].error, made.campaigns[0].read_back) == ("", "equal")
    assert Approval.objects.get(pk=live.pk).state == ApprovalState.VOID
    assert (named(control, campaign.name)[0]["status"], named(control, campaign.name)[0]["daily_limit"]) == (2, 3)


def test_a_campaign_that_reads_as_sending_after_the_write_is_paused_at_once(
    run: Callable[..., Application], control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iexdg.sandbox.resources.campaigns.campaign.DRAFT", 1)
    run(NEW)
    assert named(control)[0]["status"] == 2
    assert Campaign.objects.get(name="10 Founders").remote_status == 2


def test_what_is_changed_at_instantly_meanwhile_is_not_overwritten(
    run: Callable[..., Application], control: SandboxControl, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = synced_campaign(workspace, "05A")

    def meanwhile(*args: Any, **options: Any) -> None:
        control.edit(campaign.remote_id, daily_limit=99)

    monkeypatch.setattr("iexdg.blueprints.applying._require_quiet", meanwhile)
    made = run(f"campaigns:\n  - name: {campaign.name}\n    caps: {{daily: 3}}\n")
    assert "Plan again" in made.campaigns[0].error
    assert named(control, campaign.name)[0]["daily_limit"] == 99


def test_a_subsequence_is_created_paused_changed_and_read_back(
    run: Callable[..., Application], control: SandboxControl
) -> None:
    text = NEW + (
        "    subsequences:\n"
        "      - name: A month later\n"
        "        when: {interest: [Interested], reply_contains: next month}\n"
        "        steps:\n"
        "          - subject: Again\n"
        "            wait_before: 30 days\n"
        "            body: Shall we look at it again?\n"
    )
    made = run(text)
    assert [(one.error, one.read_back) for one in made.campaigns] == [("", "equal")]
    sub = Subsequence.objects.get(name="A month later")
    assert (sub.remote_status, sub.conditions["crm_status"], sub.steps[0]["pre_delay"]) == (2, [1], 30)
    assert run(text).plan.would_change is False

    made = run(text.replace("Shall we look", "Should we look"))
    assert [(one.error, one.read_back) for one in made.campaigns] == [("", "equal")]
    (change,) = made.campaigns[0].plan.subsequences[0].changes
    assert (change.path, change.line) == ("subsequences[1].steps[1].variants[A].body[1]", 14)
    assert (
        Subsequence.objects.get(pk=sub.pk).steps[0]["variants"][0]["body"] == "<div>Should we look at it again?</div>"
    )


def test_the_history_says_who_applied_what_and_holds_no_address(
    run: Callable[..., Application], member: MemberOf
) -> None:
    run(NEW)
    events = AuditEvent.objects.filter(action__startswith="blueprint:create").order_by("pk")
    assert [(one.action, one.actor) for one in events] == [
        ("blueprint:create:asked", member("operator")),
        ("blueprint:create:confirmed", None),
    ]
    assert events[0].after == {"fields": ["campaign_schedule", "email_list", "name", "sequences"]}
