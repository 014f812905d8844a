"""Each finding: what passes, what warns, what blocks, and that every blocker says what to do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import ApprovalState, Campaign
from iexdg.golive.findings.campaign import Finding, Level, campaign_findings
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender, senders
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import approval, campaign

pytestmark = pytest.mark.django_db


def mailbox(workspace: Workspace, email: str = "exec@peers.example.com", **fields: Any) -> Mailbox:
    defaults = {"status": 1, "warmup_status": 1, "warmup_score": 96.0, "daily_limit": 30}
    return Mailbox.objects.create(workspace=workspace, email=email, **(defaults | fields))


def senders_of(one: Campaign) -> list[Sender]:
    return senders(one.workspace, one.senders)


def found(one: Campaign, code: str, *, at: datetime | None = None, **more: Any) -> Finding:
    (finding,) = [
        item for item in campaign_findings(one, senders_of(one), at or timezone.now(), **more) if item.code == code
    ]
    return finding


@pytest.fixture
def ready(workspace: Workspace) -> Campaign:
    mailbox(workspace)
    return campaign(workspace)


def test_a_campaign_as_it_should_be_has_only_fine_findings(ready: Campaign) -> None:
    findings = campaign_findings(ready, senders_of(ready), timezone.now())
    assert {finding.level for finding in findings} == {Level.FINE}
    assert len(findings) == 10


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"synced_at": None}, "stale"),
        ({"synced_at": datetime(2026, 1, 1, tzinfo=UTC)}, "stale"),
        ({"unknown_since": datetime(2026, 1, 1, tzinfo=UTC)}, "stale"),
        ({"status_unknown_since": datetime(2026, 1, 1, tzinfo=UTC)}, "stale"),
        ({"vanished_at": datetime(2026, 1, 1, tzinfo=UTC)}, "vanished"),
        ({"remote_status": -1}, "status"),
        ({"remote_status": -2}, "status"),
        ({"remote_status": -99}, "status"),
        ({"remote_status": 42}, "status"),
        ({"remote_status": None}, "status"),
        ({"senders": []}, "no_senders"),
        ({"senders": ["nobody@peers.example.com"]}, "senders_not_ready"),
        ({"schedule": {}}, "schedule"),
        ({"sequences": []}, "copy_no_steps"),
        ({"flags": {}}, "stop_on_reply"),
        ({"flags": {"stop_on_reply": False}}, "stop_on_reply"),
        ({"daily_limit": None}, "no_cap"),
        ({"daily_limit": 0}, "no_cap"),
    ],
)
def test_what_blocks_says_what_to_do(workspace: Workspace, changes: dict[str, Any], code: str) -> None:
    mailbox(workspace)
    finding = found(campaign(workspace, **changes), code)
    assert finding.level == Level.BLOCKER
    assert finding.title
    assert finding.next_step


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"remote_status": 1}, "status"),
        ({"daily_limit": 31}, "cap"),
        ({"flags": {"stop_on_reply": True}}, "unsubscribe"),
    ],
)
def test_what_warns_does_not_block(workspace: Workspace, changes: dict[str, Any], code: str) -> None:
    mailbox(workspace)
    assert found(campaign(workspace, **changes), code).level == Level.WARNING


def test_sending_with_a_live_approval_is_fine(workspace: Workspace, member: Callable[..., Member]) -> None:
    mailbox(workspace)
    one = campaign(workspace, remote_status=1)
    decided = {"decided_by": member("approver"), "decided_at": timezone.now()}
    approval(one, by=member("operator"), state=ApprovalState.APPROVED, **decided)
    assert (found(one, "status").level, found(one, "status").title) == (
        Level.FINE,
        "It sends with a live approval: Sending",
    )


@pytest.mark.parametrize(
    "trouble", [{"status": -1}, {"status": None}, {"setup_pending": True}, {"vanished_at": timezone.now()}]
)
def test_a_sender_that_cannot_send_blocks(workspace: Workspace, trouble: dict[str, Any]) -> None:
    mailbox(workspace)
    mailbox(workspace, "peer@peers.example.com", **trouble)
    both = campaign(workspace, senders=["exec@peers.example.com", "peer@peers.example.com"])
    finding = found(both, "senders_not_ready")
    assert finding.title == "1 of 2 senders cannot send"
    assert finding.detail.startswith("State: peer@peers.example.com ")


@pytest.mark.parametrize("cold", [{"warmup_score": 79.9}, {"warmup_score": None}, {"warmup_status": 0}])
def test_a_sender_that_is_not_warm_is_a_warning(workspace: Workspace, cold: dict[str, Any]) -> None:
    mailbox(workspace, **cold)
    assert found(campaign(workspace), "cold_senders").level == Level.WARNING


def test_a_zone_instantly_refuses_blocks(ready: Campaign) -> None:
    ready.schedule["schedules"][0]["timezone"] = "America/New_York"
    finding = found(ready, "schedule")
    assert (finding.level, finding.detail) == (
        Level.BLOCKER,
        "Instantly does not accept the time zone America/New_York.",
    )
    assert finding.next_step == (
        "Fix it in a draft of the campaign, or in Instantly. Use America/Detroit instead. "
        "America/Detroit keeps the same time as America/New_York for the next 12 months."
    )

    ready.schedule["schedules"][0]["timezone"] = "America/Los_Angeles"
    assert found(ready, "schedule").next_step.endswith("Write the hours 60 minutes earlier.")
    ready.schedule["schedules"][0]["timezone"] = "Asia/Nowhere"
    assert found(ready, "schedule").level == Level.BLOCKER


def test_a_schedule_that_is_over_blocks(ready: Campaign) -> None:
    ready.schedule["end_date"] = "2026-01-31"
    found_at = datetime(2026, 11, 27, tzinfo=UTC)
    over = found(ready, "schedule_over", at=found_at)
    assert (over.detail, over.next_step) == (
        "Its last day was Sat 31 Jan.",
        "Move the end date in a draft of the campaign, then apply it.",
    )


def test_the_last_day_is_over_when_it_is_over_in_the_zone_of_the_campaign(ready: Campaign) -> None:
    ready.schedule["end_date"] = "2026-11-25"
    # Half past eight on that evening in Detroit, and the next day in UTC.
    evening = found(ready, "schedule_over", at=datetime(2026, 11, 26, 1, 30, tzinfo=UTC))
    assert "change the sending hours" in evening.next_step
    over = found(ready, "schedule_over", at=datetime(2026, 11, 26, 5, 30, tzinfo=UTC))
    assert "change the sending hours" not in over.next_step


def test_hours_that_a_clock_change_skips_are_the_reason_why_nothing_is_sent(ready: Campaign) -> None:
    entry = {"timing": {"from": "02:10", "to": "02:50"}, "days": {"0": True}, "timezone": "America/Detroit"}
    ready.schedule = {"schedules": [entry], "start_date": "2027-03-14", "end_date": "2027-03-14"}
    skipped = found(ready, "schedule_over", at=datetime(2026, 11, 27, tzinfo=UTC))
    assert skipped.detail == (
        "Its hours 02:10–02:50 do not exist on Sun 14 Mar 2027: the clocks in Detroit go forward to 03:00."
    )
    assert skipped.next_step == (
        "Move the end date or change the sending hours in a draft of the campaign, then apply it."
    )


def test_the_next_window_is_named(ready: Campaign) -> None:
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    detail = found(ready, "schedule", at=saturday).detail
    assert detail == "Mon–Fri 09:00–17:00 America/Detroit · next window Mon 23 Nov, 09:00 · no end date"
    ready.schedule = ready.schedule | {"end_date": "2026-12-06"}
    assert found(ready, "schedule", at=saturday).detail.endswith(" · last window Fri 4 Dec, 09:00")


def with_body(one: Campaign, body: str) -> Campaign:
    one.sequences[0]["steps"][0]["variants"][0]["body"] = body
    return one


def test_copy_that_breaks_a_law_blocks_and_says_where(ready: Campaign) -> None:
    finding = found(with_body(ready, "<div>Hi</div><div>go to example.com.</div>"), "copy_bare_link")
    assert (finding.level, finding.detail) == (Level.BLOCKER, "Step 1, line 2: “example.com.”")


def test_an_unknown_variable_blocks_when_it_is_certain_that_no_lead_has_it(ready: Campaign) -> None:
    with_body(ready, "<div>{{icebreaker}}</div>")
    assert found(ready, "copy_variable").level == Level.WARNING
    assert found(ready, "copy_variable", known_variables=["other"]).level == Level.BLOCKER
    ready.custom_variables = ["other"]
    assert found(ready, "copy_variable").level == Level.BLOCKER
    assert found(ready, "copy", known_variables=["icebreaker"]).level == Level.FINE


def test_a_sender_that_needs_to_send_more_than_it_may_for_all_campaigns_is_a_warning(ready: Campaign) -> None:
    other = campaign(ready.workspace, "05B Partnerships", remote_status=1, daily_limit=15)
    assert found(ready, "sender_load").level == Level.WARNING
    assert found(ready, "sender_load").detail == (
        "Each day, all campaigns: exec@peers.example.com: 35 of 30, sent today unknown"
    )
    other.remote_status = 2
    other.save()
    finding = found(ready, "sender_load")
    assert finding.level == Level.FINE
    assert finding.detail == ("Each day, no other campaign sends: exec@peers.example.com: 20 of 30, sent today unknown")


def test_a_sender_that_has_sent_what_it_may_today_is_a_warning(ready: Campaign) -> None:
    at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    box = Mailbox.objects.filter(email__in=ready.senders)
    box.update(sent_today=12, sent_read_at=at)
    assert found(ready, "sender_load", at=at).detail.endswith("exec@peers.example.com: 20 of 30, 12 sent today")
    box.update(sent_today=30)
    finding = found(ready, "sender_load", at=at)
    assert (finding.level, finding.title) == (Level.WARNING, "1 of 1 sender can send no more today")
    # The next day in UTC it may send again.
    assert found(ready, "sender_load", at=at + timedelta(days=1)).level == Level.FINE


def test_tracking_and_wording_are_advice_and_the_copy_still_passes(ready: Campaign) -> None:
    with_body(ready, "<div>Act now, {{firstName}}</div>")
    ready.flags |= {"open_tracking": True, "link_tracking": True}
    levels = {code: found(ready, code).level for code in ("open_tracking", "link_tracking", "copy_spam_words", "copy")}
    assert levels == {
        "open_tracking": Level.ADVICE,
        "link_tracking": Level.ADVICE,
        "copy_spam_words": Level.ADVICE,
        "copy": Level.FINE,
    }


def test_what_can_be_changed_here_says_where_and_leads_there(ready: Campaign) -> None:
    ready.flags |= {"stop_on_reply": False, "insert_unsubscribe_header": False, "open_tracking": True}
    ready.daily_limit = None
    ready.flags["cc_list"] = ["copy@example.com"]
    manage = reverse("campaigns:settings", args=[ready.pk], fragment="manage")
    for code in ("stop_on_reply", "no_cap", "unsubscribe", "open_tracking"):
        one = found(ready, code)
        assert ("in a draft of the campaign" in one.next_step, one.url) == (True, manage), code
    copies = found(ready, "copies")
    assert (copies.detail, copies.url) == ("Copies go to copy@example.com.", manage)
    ready.senders = []
    assert found(ready, "no_senders").next_step == "Choose mailboxes in a draft of the campaign, then apply it."
