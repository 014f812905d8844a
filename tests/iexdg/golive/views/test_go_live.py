"""The go-live page: who sees which button, what it says, and what a press does."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from campaigns.mirror.sync import sync_campaign
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.verbs import approve_go_live, request_go_live
from iexdg.incidents.models import Incident
from iexdg.mailboxes.models import Mailbox
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.models import Lead
from tests.campaigns.factories import approval
from tests.campaigns.factories import campaign as plain_campaign
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import reverse_in_demo

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
MemberOf = Callable[..., Member]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: MemberOf) -> Campaign:
    """05A with three verified and loaded leads."""
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    sync_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


def page_of(client: Client, campaign: Campaign) -> str:
    answer = client.get(reverse_in_demo("golive:go-live", args=[campaign.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, verb: str, campaign: Campaign, note: str = "") -> str:
    """Press a button and read the page that comes back."""
    answer = client.post(reverse_in_demo(f"golive:go-live-{verb}", args=[campaign.pk]), {"note": note}, follow=True)
    return answer.content.decode()


def test_an_operator_requests_with_a_note_and_cannot_decide(campaign: Campaign, web: Web) -> None:
    html = press(web("operator"), "request", campaign, note="Ready for Monday")

    approval = Approval.objects.get(campaign=campaign)
    assert (approval.state, approval.note, approval.requested_by.role) == ("requested", "Ready for Monday", "operator")
    assert "Go-live requested. Someone else has to approve it within 24 hours." in html
    assert "You requested this go-live, so someone else has to approve it." in html
    assert "Approve go-live" not in html


def test_a_viewer_reads_everything_and_has_no_button(campaign: Campaign, web: Web) -> None:
    html = page_of(web("viewer"), campaign)
    assert "Preflight" in html
    assert "An operator requests the go-live." in html
    assert "<button" not in html.partition('id="go-live"')[2]


def test_an_admin_who_requested_it_cannot_approve_it_in_any_way(campaign: Campaign, web: Web, member: MemberOf) -> None:
    request_go_live(campaign, by=member("admin"))
    client = web("admin")

    html = press(client, "approve", campaign)

    assert "You requested this go-live, so someone else has to approve it." in html
    assert Approval.objects.get(campaign=campaign).state == ApprovalState.REQUESTED


def test_an_approver_approves_and_the_page_follows_until_it_reads_back(
    campaign: Campaign, web: Web, member: MemberOf
) -> None:
    request_go_live(campaign, by=member("operator"))
    client = web("approver")
    html = press(client, "approve", campaign, note="Looks right")
    assert "Approved. Activating now" in html
    assert 'hx-trigger="every 1s, page-visible from:body"' in html

    approval = Approval.objects.get(campaign=campaign)
    state = reverse_in_demo("golive:go-live-state", args=[campaign.pk])
    version = f"{approval.pk}.approved.activating"
    assert client.get(state, {"seen": version}, headers={"HX-Request": "true"}).status_code == 204
    assert client.get(state, {"seen": "older"}, headers={"HX-Request": "true"}).status_code == 200

    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LIVE
    end = client.get(state, {"seen": version}, headers={"HX-Request": "true"})
    assert end.status_code == 286
    fragment = end.content.decode()
    assert "Read back as sending" in fragment
    assert "What was approved" in fragment
    assert 'id="go-live-state" hx-swap-oob="true"' in fragment
    assert "every 1s" not in fragment


def test_rejecting_says_who_and_why(campaign: Campaign, web: Web, member: MemberOf) -> None:
    request_go_live(campaign, by=member("operator"))
    html = press(web("approver"), "reject", campaign, note="Wait for legal")
    assert "Rejected. Nothing was started." in html
    assert "“Wait for legal”" in html
    assert Approval.objects.get(campaign=campaign).state == ApprovalState.REJECTED


def test_only_the_requester_withdraws_a_request(campaign: Campaign, web: Web, member: MemberOf) -> None:
    request_go_live(campaign, by=member("operator"))
    assert "Withdraw the request" not in page_of(web("admin"), campaign)
    html = press(web("admin"), "withdraw", campaign)
    assert "Only they can withdraw it." in html
    assert Approval.objects.get().state == ApprovalState.REQUESTED

    assert "Withdraw the request" in page_of(web("operator"), campaign)
    html = press(web("operator"), "withdraw", campaign)
    assert "Withdrawn. Nothing was started" in html
    assert (Approval.objects.get().state, Approval.objects.get().void_reason) == (
        ApprovalState.VOID,
        "withdrawn by Operator Person",
    )
    assert Incident.objects.get(kind="go_live_requested").state == "resolved"
    assert request_go_live(campaign, by=member("operator")).state == ApprovalState.REQUESTED


def test_what_changed_since_the_request_is_shown_and_a_new_request_replaces_it(
    campaign: Campaign, control: SandboxControl, web: Web, member: MemberOf
) -> None:
    first = request_go_live(campaign, by=member("operator"))
    control.edit(campaign.remote_id, daily_limit=35)
    sync_campaign(campaign)

    html = page_of(web("approver"), campaign)
    assert "Changed since the request" in html
    assert "Approve go-live" not in html
    assert "Reject" in html

    press(web("operator"), "request", campaign)
    first.refresh_from_db()
    assert (first.state, first.void_reason) == (ApprovalState.VOID, "daily cap changed; it was requested again")
    second = Approval.objects.get(campaign=campaign, state=ApprovalState.REQUESTED)
    approve_go_live(second, by=member("approver"))


def test_a_blocker_locks_the_button_and_names_what_to_fix(
    control: SandboxControl, workspace: Workspace, web: Web
) -> None:
    html = page_of(web("operator"), synced_campaign(workspace, "05B"))
    assert "1 blocker must be fixed before a request: No verified leads." in html
    assert '<button class="btn primary" disabled>Request go-live</button>' in html


def test_the_plan_says_how_many_when_and_through_whom(campaign: Campaign, web: Web) -> None:
    html = page_of(web("operator"), campaign)
    assert "20 a day" in html
    assert "7 + 7 + 6 per sender" in html
    assert "233 people" in html
    assert 'aria-label="E-mails a day, at most"' in html


def test_no_sender_is_planned_above_its_own_limit(campaign: Campaign, web: Web) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(daily_limit=200)
    for email, limit in zip(campaign.senders, [10, 40, 40], strict=True):
        Mailbox.objects.filter(email=email).update(daily_limit=limit)

    html = page_of(web("viewer"), campaign)

    assert "10 + 40 + 40 per sender" in html


def test_an_open_window_closes_at_the_campaign_s_own_time(campaign: Campaign, web: Web) -> None:
    with time_machine.travel(datetime(2026, 11, 26, 15, tzinfo=UTC), tick=False):
        html = page_of(web("viewer"), campaign)
    assert re.search(r"the window is open until <time[^>]*>[^<]*17:00 EST<", html)


def test_a_campaign_that_vanished_or_never_was_is_not_found(campaign: Campaign, web: Web) -> None:
    assert web("viewer").get(reverse_in_demo("golive:go-live", args=[campaign.pk + 1000])).status_code == 404


def consequences(html: str) -> str:
    """The text of the card, without its markup."""
    card = html.partition('id="consequences-title"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", card).split())


def test_the_audience_of_a_load_is_shown_before_instantly_is_read_again(
    campaign: Campaign, web: Web, member: MemberOf, control: SandboxControl
) -> None:
    before = len(control.leads_in(campaign.remote_id))
    assert campaign.leads_count == before
    imported = checked_import(campaign, people(4, prefix="later"))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert f"Audience {before + 4} people" in consequences(page_of(web("operator"), campaign))

    sync_campaign(campaign)
    assert f"Audience {before + 4} people" in consequences(page_of(web("operator"), campaign))


def test_what_was_approved_has_its_own_time_and_who_is_there_now_has_that_of_the_reading(
    web: Web, workspace: Workspace, member: MemberOf
) -> None:
    read = datetime(2026, 11, 30, 9, 42, tzinfo=UTC)
    one = plain_campaign(workspace, leads_count=191, leads_count_at=read)
    fields = {"decided_by": member("approver"), "decided_at": read.replace(minute=27), "audience_cap": 192}
    asked = approval(one, by=member("operator"), audience_cap=192)
    with time_machine.travel(read, tick=False):
        before = consequences(page_of(web("operator"), one))
        Approval.objects.filter(pk=asked.pk).update(state="approved", stage="live", **fields)
        after = consequences(page_of(web("operator"), one))
    assert "Audience 191 people no more without a new approval · as of 09:42 Last" in before
    assert "Audience 192 people approved 09:27 , no more without a new approval · 191 now, as of 09:42 Last" in after


def test_an_empty_draft_does_not_say_that_everybody_was_written_to(web: Web, workspace: Workspace) -> None:
    empty = plain_campaign(workspace, leads_count=0, remote_status=0)
    text = consequences(page_of(web("operator"), empty))
    assert "Last first e-mail none no one is in it yet" in text
    assert "e-mailed already" not in text


def test_an_unknown_audience_is_not_zero(web: Web, workspace: Workspace) -> None:
    unread = plain_campaign(workspace, leads_count=None)
    text = consequences(page_of(web("operator"), unread))
    assert "Audience unknown" in text
    assert "Last first e-mail unknown" in text


def test_the_plan_says_whom_it_e_mails_and_covers_the_run(web: Web, workspace: Workspace) -> None:
    plain_campaign(workspace, name="Long", leads_count=216, daily_limit=20)
    with time_machine.travel(datetime(2026, 11, 30, 6, tzinfo=UTC), tick=False):
        html = page_of(web("operator"), Campaign.objects.get(name="Long"))
    assert "E-mails 216 new people over 3 weeks" in html
    data = json.loads(re.search(r'<script id="run-chart"[^>]*>(.*?)</script>', html, re.S)[1])  # type: ignore[index]
    assert (data["x"][0], len(data["x"])) == ("30 Nov", 15)
    assert sum(data["series"][0]["data"]) == 216


def test_the_page_needs_nineteen_queries_and_two_more_for_the_votes_and_a_status_that_sends(
    workspace: Workspace, web: Web, member: MemberOf, django_assert_num_queries: Any
) -> None:
    one = plain_campaign(workspace, leads_count=1)
    Lead.objects.create(
        workspace=workspace, campaign=one, remote_id="1", email="ada@firm.example.com", first_name="Ada",
        synced_at=one.synced_at, status=1,
    )  # fmt: skip
    client, address = web("admin"), reverse_in_demo("golive:go-live", args=[one.pk])
    client.get(address)
    with django_assert_num_queries(19):
        client.get(address)

    requested = approval(one, by=member("operator"), state=ApprovalState.APPROVED, decided_by=member("approver"))
    Campaign.objects.filter(pk=one.pk).update(remote_status=1)
    for number in range(3):
        plain_campaign(workspace, f"Other {number}", remote_id=f"other-{number}", remote_status=1)
        checked_import(one, people(2, prefix=f"more{number}"))
    assert requested.state == "approved"
    client.get(address)
    with django_assert_num_queries(21):
        client.get(address)
