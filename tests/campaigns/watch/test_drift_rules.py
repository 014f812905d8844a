"""Every branch of the watch over what was signed off: what counts as changed, and what follows from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.incident_kinds import AUDIENCE_GROWTH, DRIFT
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    GoLiveStage,
    RequestState,
    StatusRequest,
    Wanted,
)
from campaigns.models.campaign import OnDrift
from campaigns.sending.fingerprint import fingerprint, parts_of
from campaigns.watch import drift
from campaigns.watch.drift import check, copy_lines, watch_drift, week
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import approval
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.vendor import Vendor
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


def no_sleep(seconds: float) -> None:
    del seconds


@pytest.fixture(autouse=True)
def asked_who(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Instantly's audit log names somebody; since when it was asked."""
    asked: list[datetime] = []

    def who_changed(campaign: Campaign, *, after: datetime) -> str:
        asked.append(after)
        return "in Instantly, by Robin"

    monkeypatch.setattr(drift, "who_changed", who_changed)
    return asked


@pytest.fixture
def live(one: Campaign, vendor: Vendor, member: MemberOf) -> Approval:
    """A campaign that sends by an approval of exactly what is there, for 230 people."""
    vendor.status = CampaignStatus.ACTIVE
    Campaign.objects.filter(pk=one.pk).update(remote_status=CampaignStatus.ACTIVE)
    one.refresh_from_db()
    return signed_off(one, member)


def signed_off(campaign: Campaign, member: MemberOf, **fields: Any) -> Approval:
    parts, now = parts_of(campaign), timezone.now()
    made: dict[str, Any] = {
        "state": ApprovalState.APPROVED,
        "stage": GoLiveStage.LIVE,
        "decided_by": member("approver"),
        "decided_at": now,
        "live_at": now - timedelta(hours=1),
        "requested_at": now - timedelta(hours=2),
        "fingerprint": fingerprint(parts),
        "fingerprint_parts": parts,
        "audience_cap": 230,
    }
    return approval(campaign, by=member("operator"), **{**made, **fields})


def change(live: Approval, **fields: Any) -> None:
    """Somebody changed the campaign in Instantly, and the mirror shows it."""
    Campaign.objects.filter(pk=live.campaign_id).update(**{"daily_limit": 90, **fields})


def watch(workspace: Workspace) -> int:
    return watch_drift(workspace, sleep=no_sleep)


# -- which approvals are looked at -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "looked_at"),
    [
        ({}, True),
        ({"stage": GoLiveStage.LOADING}, False),
        ({"stage": GoLiveStage.ACTIVATING}, False),
        ({"state": ApprovalState.EXPIRED}, False),
        ({"state": ApprovalState.REQUESTED}, False),
    ],
)
def test_only_what_is_live_can_drift(live: Approval, vendor: Vendor, fields: dict[str, Any], looked_at: bool) -> None:
    change(live)
    Approval.objects.update(**fields)
    assert watch(live.campaign.workspace) == int(looked_at)
    assert Incident.objects.exists() == looked_at


def test_a_campaign_that_has_vanished_and_one_of_another_workspace_are_not_looked_at(live: Approval) -> None:
    change(live)
    assert watch(other_workspace()) == 0
    Campaign.objects.update(vanished_at=timezone.now())
    assert watch(live.campaign.workspace) == 0
    assert not Incident.objects.exists()


def test_every_campaign_that_drifted_is_counted(live: Approval, another: Campaign, member: MemberOf) -> None:
    signed_off(another, member)
    signed_off(make_campaign(another.workspace, "05C"), member)
    Campaign.objects.filter(pk__in=[live.campaign_id, another.pk]).update(daily_limit=90)
    assert watch(another.workspace) == 2


# -- what counts as changed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cap", "count", "grown"),
    [(230, 230, False), (230, 231, True), (230, 229, False), (230, None, False), (0, 500, False), (1, 2, True)],
)
def test_an_audience_has_grown_when_more_are_there_than_were_approved(
    live: Approval, vendor: Vendor, cap: int, count: int | None, grown: bool
) -> None:
    Approval.objects.update(audience_cap=cap)
    Campaign.objects.update(leads_count=count)
    assert watch(live.campaign.workspace) == int(grown)
    live.refresh_from_db()
    assert (live.state == ApprovalState.VOID) == grown
    if not grown:
        assert not Incident.objects.exists()
        return
    incident = Incident.objects.get()
    assert (incident.kind, incident.dedupe_key) == (AUDIENCE_GROWTH.code, f"audience:{live.pk}:{count}")
    assert incident.summary == f"{live.campaign.name} has {count} leads, {cap} {'was' if cap == 1 else 'were'} approved"
    assert (incident.details["approved"], incident.details["now"]) == (cap, count)
    assert incident.detail == "Leads were added after the approval. Its approval is void. It was paused, read back."
    assert vendor.status == CampaignStatus.PAUSED


def test_a_change_and_a_larger_audience_are_one_incident_about_the_change(live: Approval) -> None:
    change(live, leads_count=999)
    assert check(Approval.objects.select_related("campaign__workspace").get(), sleep=no_sleep)
    assert Incident.objects.get().kind == DRIFT.code


# -- what follows ------------------------------------------------------------------------------------


def test_what_was_changed_loses_its_approval_and_is_paused(
    live: Approval, vendor: Vendor, asked_who: list[datetime]
) -> None:
    change(live, daily_max_leads=5)

    assert watch(live.campaign.workspace) == 1

    live.refresh_from_db()
    words = "daily cap; new leads a day"
    title = f"{live.campaign.name} was changed after its approval: {words}"
    assert (live.state, live.void_reason) == (ApprovalState.VOID, title)
    assert vendor.status == CampaignStatus.PAUSED
    request = StatusRequest.objects.get()
    assert (request.wanted, request.state, request.by) == (Wanted.PAUSE, RequestState.CONFIRMED, None)
    assert request.reason == "changed after its approval"
    incident = Incident.objects.get()
    now = Campaign.objects.get(pk=live.campaign_id)
    assert incident.dedupe_key == f"drift:{live.pk}:{fingerprint(parts_of(now))[:16]}"
    assert (incident.summary, incident.campaign_ref) == (title, now.pk)
    assert incident.detail == (
        "daily cap: 20 → 90; new leads a day: not set → 5. Its approval is void. It was paused, read back. "
        "Who changed it: in Instantly, by Robin."
    )
    assert incident.details == {
        "differences": [
            {"what": "daily cap", "before": "20", "after": "90"},
            {"what": "new leads a day", "before": "not set", "after": "5"},
        ],
        "paused": True,
        "request": request.pk,
        "finished": True,
        "confirmed": True,
        "who_words": "in Instantly, by Robin",
    }
    assert asked_who == [live.live_at]


def test_copy_and_hours_that_changed_are_shown(live: Approval) -> None:
    steps = [{"steps": [{"type": "email", "delay": 1, "variants": [{"subject": "Hi", "body": "<div>Ho</div>"}]}]}]
    schedule = live.campaign.schedule
    schedule["schedules"][0]["days"] = {"1": True}
    change(live, daily_limit=20, sequences=steps, schedule=schedule)
    watch(live.campaign.workspace)
    details = Incident.objects.get().details
    assert details["copy_lines"] == ["- Step 1: Hi {{firstName}},", "+ Step 1: Ho"]
    assert details["week"]["Mon"] == "09:00–17:00 Detroit"
    assert details["week"]["Tue"] == "09:00–17:00 Detroit → closed"


def test_nobody_is_asked_who_added_leads(live: Approval, asked_who: list[datetime]) -> None:
    Campaign.objects.update(leads_count=999)
    watch(live.campaign.workspace)
    assert asked_who == []
    assert "who_words" not in Incident.objects.get().details


def test_who_changed_it_is_asked_since_the_request_where_no_activation_is_known(
    live: Approval, asked_who: list[datetime]
) -> None:
    Approval.objects.update(live_at=None)
    change(live)
    watch(live.campaign.workspace)
    assert asked_who == [live.requested_at]


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED])
def test_what_rests_has_not_to_be_paused(live: Approval, vendor: Vendor, status: int) -> None:
    change(live, remote_status=status)
    watch(live.campaign.workspace)
    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    incident = Incident.objects.get()
    assert "Its approval is void. Nothing had to be paused." in incident.detail
    assert incident.details["paused"] is False
    assert "request" not in incident.details
    assert vendor.calls == []


@pytest.mark.parametrize("status", [1, 4, -1, -2, -99, 42, None])
def test_whatever_could_send_is_paused(live: Approval, vendor: Vendor, status: int | None) -> None:
    change(live, remote_status=status)
    watch(live.campaign.workspace)
    assert vendor.count("pause") == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [(1, "The workspace is in observe mode, so it was not paused."), (2, "Nothing had to be paused.")],
)
def test_in_observe_mode_nothing_is_paused(live: Approval, vendor: Vendor, status: int, words: str) -> None:
    change(live, remote_status=status)
    Workspace.objects.update(mode=Mode.OBSERVE)
    watch(live.campaign.workspace)
    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    incident = Incident.objects.get()
    assert f"Its approval is void. {words}" in incident.detail
    assert incident.details["paused"] is False
    assert vendor.calls == []
    assert not StatusRequest.objects.exists()


def test_a_pause_that_is_not_read_back_is_not_called_done(live: Approval, vendor: Vendor) -> None:
    vendor.deaf = {"pause"}
    change(live)
    watch(live.campaign.workspace)
    incident = Incident.objects.get()
    assert "Its approval is void. It is being paused." in incident.detail
    assert incident.details["finished"] is False


def test_where_another_process_was_first_nothing_is_done_twice(live: Approval, vendor: Vendor) -> None:
    change(live)
    stale = Approval.objects.select_related("campaign__workspace").get()
    Approval.objects.update(state=ApprovalState.VOID)
    assert check(stale, sleep=no_sleep)
    assert not Incident.objects.exists()
    assert vendor.calls == []


# -- only reported -----------------------------------------------------------------------------------


def test_where_it_is_only_reported_it_continues_and_is_reported_once(live: Approval, vendor: Vendor) -> None:
    change(live, on_drift=OnDrift.REPORT)
    assert (watch(live.campaign.workspace), watch(live.campaign.workspace)) == (1, 1)
    live.refresh_from_db()
    assert live.state == ApprovalState.APPROVED
    incident = Incident.objects.get()
    assert incident.detail == (
        "daily cap: 20 → 90. Only reported, as set for this campaign: it continues, and its approval stays valid. "
        "Who changed it: in Instantly, by Robin."
    )
    assert incident.details["paused"] is False
    assert vendor.calls == []
    # Another change is another report.
    change(live, daily_limit=91)
    watch(live.campaign.workspace)
    assert Incident.objects.count() == 2


def test_the_report_of_another_workspace_is_no_report_of_this_one(live: Approval) -> None:
    change(live, on_drift=OnDrift.REPORT)
    watch(live.campaign.workspace)
    Incident.objects.update(workspace=other_workspace())
    watch(live.campaign.workspace)
    assert Incident.objects.count() == 2


# -- how a change is shown ---------------------------------------------------------------------------


def parts(*bodies: str, subject: str = "Hi") -> dict[str, Any]:
    return {"copy": [{"variants": [{"subject": subject, "body": body, "off": False}]} for body in bodies]}


def test_copy_is_shown_as_its_reader_sees_it() -> None:
    old = parts("<p>One</p><p>Two<br/>Three</p>", "<div>Four</div>")
    new = parts("<p>One</p><p>Two<BR>Drei</p>", "<div>Four</div>", "<b>Five</b>")
    assert copy_lines(old, new) == [
        "- Step 1: Three",
        "+ Step 1: Drei",
        "+ Step 3, subject: Hi",
        "+ Step 3: Five",
    ]
    assert copy_lines(parts("a"), parts("a", subject="Ho")) == ["- Step 1, subject: Hi", "+ Step 1, subject: Ho"]
    assert copy_lines(old, old) == copy_lines({}, {}) == copy_lines({"copy": [{}]}, {"copy": None}) == []
    assert copy_lines({}, parts("a")) == ["+ Step 1, subject: Hi", "+ Step 1: a"]


def test_empty_lines_are_no_lines() -> None:
    assert copy_lines(parts(""), parts("<p> </p><p>&nbsp;</p>")) == ["+ Step 1: &nbsp;"]


def test_no_more_than_sixty_lines_are_shown() -> None:
    body = "".join(f"<p>{number}</p>" for number in range(100))
    assert len(copy_lines(parts(""), parts(body))) == 60


def test_a_week_that_is_as_approved_is_not_shown(one: Campaign) -> None:
    now = parts_of(one)
    assert week(now, now) == week({}, {}) == week({"schedule": None}, {"schedule": {}}) == {}
    assert week({}, now)["Mon"] == "closed → 09:00–17:00 Detroit"
    assert week(now, {})["Mon"] == "09:00–17:00 Detroit → closed"
    assert week(now, {})["Sun"] == "closed"
