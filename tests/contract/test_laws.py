"""The owner's twelve laws, each failing when the behaviour that keeps it is taken away."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import AuthError, EdgeBlockedError, NotFoundError, ValidationError
from iexdg.clients.http.transport import BROWSER_USER_AGENT
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.audit_logs import AuditActivity
from iexdg.clients.instantly.body import cta_link, to_div_html
from iexdg.clients.instantly.campaigns import CampaignStatus, campaign_status_label
from iexdg.clients.instantly.keyfile import read_key_file
from iexdg.clients.instantly.timezones import VENDOR_ZONES, to_vendor_zone
from tests.contract.conftest import BASE_URL, SANDBOX_KEY, Recorder, WorldTime, campaign_body, people


def use_python_user_agent(request: httpx.Request) -> None:
    request.headers["user-agent"] = "python-httpx/0.28.1"


def one_step(body: str) -> dict[str, Any]:
    step = {"type": "email", "delay": 2, "variants": [{"subject": "Hello", "body": body}]}
    return campaign_body(sequences=[{"steps": [step]}])


def scheduled_in(zone: str) -> dict[str, Any]:
    body = campaign_body()
    body["campaign_schedule"]["schedules"][0]["timezone"] = zone
    return body


def completed_campaign(client: InstantlyClient) -> str:
    return next(client.campaigns.list(status=CampaignStatus.COMPLETED)).remote_id


def test_law_01_a_browser_user_agent_on_every_call(client: InstantlyClient, wire: Recorder, campaign_id: str) -> None:
    client.leads.add(campaign_id, people(1))
    list(client.campaigns.list())
    client.campaigns.pause(campaign_id)
    client.verification.create("fast.jane@example.com")
    client.workspace.plan_details()
    assert len(wire.requests) >= 6
    assert {request.headers["user-agent"] for request in wire.requests} == {BROWSER_USER_AGENT}
    assert BROWSER_USER_AGENT.startswith("Mozilla/5.0 ")


def test_law_01_a_1010_is_its_own_error_and_never_an_empty_result(client: InstantlyClient, wire: Recorder) -> None:
    wire.change = use_python_user_agent
    with pytest.raises(EdgeBlockedError, match="1010"):
        list(client.campaigns.list())
    with pytest.raises(EdgeBlockedError, match="1010"):
        client.campaigns.analytics(of_every_campaign=True)


def test_law_02_comment_lines_of_a_key_file_are_skipped(tmp_path: Path, wire: Recorder) -> None:
    path = tmp_path / "key.txt"
    path.write_text(f"#the-key-of-the-demo\n\n{SANDBOX_KEY}\n")
    with connect(BASE_URL, read_key_file(path), http_transport=wire) as client:
        assert client.workspace.current().remote_id
    first_raw_line = path.read_text().splitlines()[0]
    with (
        connect(BASE_URL, first_raw_line, http_transport=wire) as client,
        pytest.raises(AuthError, match="Invalid authorization header"),
    ):
        client.workspace.current()


def test_law_03_eastern_time_is_detroit_and_new_york_is_refused(client: InstantlyClient) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        client.campaigns.create(scheduled_in("America/New_York"))
    zone = to_vendor_zone("America/New_York").zone
    assert zone == "America/Detroit"
    made = client.campaigns.create(scheduled_in(zone))
    assert client.campaigns.get(made.remote_id).windows[0].timezone == "America/Detroit"


def test_law_03_every_zone_of_our_list_is_accepted(client: InstantlyClient, campaign_id: str) -> None:
    for zone in VENDOR_ZONES:
        client.campaigns.patch(campaign_id, {"campaign_schedule": scheduled_in(zone)["campaign_schedule"]})
    assert client.campaigns.get(campaign_id).windows[0].timezone == VENDOR_ZONES[-1]


def test_law_04_a_body_is_div_lines_without_newlines_and_reads_back_as_sent(client: InstantlyClient) -> None:
    html = to_div_html("Hi {{firstName}},\n\nOne question about {{companyName}}.\nBest")
    assert html == (
        "<div>Hi {{firstName}},</div><div><br></div><div>One question about {{companyName}}.</div><div>Best</div>"
    )
    made = client.campaigns.create(one_step(html))
    assert client.campaigns.get(made.remote_id).steps[0].variants[0].body == html


def test_law_05_a_call_to_action_is_a_phrase_in_an_anchor_with_the_full_stop_outside(client: InstantlyClient) -> None:
    html = to_div_html("When it suits you, [pick a time](https://example.com/clarity).")
    assert html == '<div>When it suits you, <a href="https://example.com/clarity">pick a time</a>.</div>'
    with pytest.raises(ValueError, match="after the link"):
        cta_link("https://example.com/clarity.", "pick a time")
    made = client.campaigns.create(one_step(html))
    assert client.campaigns.get(made.remote_id).steps[0].variants[0].body == html


@pytest.mark.parametrize("action", ["activate", "pause"])
def test_law_06_activate_and_pause_send_an_empty_object(
    client: InstantlyClient, wire: Recorder, campaign_id: str, action: str
) -> None:
    client.leads.add(campaign_id, people(1))
    getattr(client.campaigns, action)(campaign_id)
    assert wire.requests[-1].content == b"{}"
    assert wire.requests[-1].headers["content-type"] == "application/json"
    assert client.campaigns.get(campaign_id).status == {"activate": 1, "pause": 2}[action]


def test_law_06_the_vendor_refuses_json_without_a_body(wire: Recorder, campaign_id: str) -> None:
    headers = {
        "User-Agent": BROWSER_USER_AGENT,
        "Authorization": f"Bearer {SANDBOX_KEY}",
        "Content-Type": "application/json",
    }
    with httpx.Client(base_url=BASE_URL, transport=wire, headers=headers) as http:
        answer = http.post(f"/api/v2/campaigns/{campaign_id}/activate")
    assert (answer.status_code, answer.json()["code"]) == (400, "FST_ERR_CTP_EMPTY_JSON_BODY")


def test_law_07_loading_can_activate_a_campaign_and_only_reading_it_shows_that(client: InstantlyClient) -> None:
    def entries(activity: AuditActivity) -> int:
        found = client.audit_logs.list(activity_type=activity)
        return sum(entry.campaign_remote_id == campaign_id for entry in found)

    campaign_id = completed_campaign(client)
    launches, additions = entries(AuditActivity.CAMPAIGN_LAUNCH), entries(AuditActivity.LEAD_ADDED)
    accounting = client.leads.add(campaign_id, people(1, "flip"))
    assert accounting.leads_uploaded == 1
    assert "campaign_status" not in accounting.raw
    assert client.campaigns.get(campaign_id).status == CampaignStatus.ACTIVE
    # No launch is logged: that is how a flip differs from a launch by a person.
    assert entries(AuditActivity.CAMPAIGN_LAUNCH) == launches
    assert entries(AuditActivity.LEAD_ADDED) == additions + 1


def test_law_07_a_paused_read_back_ends_the_flip(client: InstantlyClient) -> None:
    campaign_id = completed_campaign(client)
    client.leads.add(campaign_id, people(1, "flip"))
    client.campaigns.pause(campaign_id)
    assert client.campaigns.get(campaign_id).status == CampaignStatus.PAUSED


def test_law_08_a_lead_is_deleted_with_neither_body_nor_content_type(
    client: InstantlyClient, wire: Recorder, campaign_id: str
) -> None:
    (created,) = client.leads.add(campaign_id, people(1)).created_leads
    assert created.id
    client.leads.delete(created.id)
    request = wire.requests[-1]
    assert request.method == "DELETE"
    assert request.content == b""
    assert "content-type" not in request.headers
    with pytest.raises(NotFoundError):
        client.leads.get(created.id)


def test_law_08_the_vendor_refuses_a_delete_with_a_body(client: InstantlyClient, campaign_id: str) -> None:
    (created,) = client.leads.add(campaign_id, people(1)).created_leads
    with pytest.raises(ValidationError, match="body must be null"):
        client.transport.request("DELETE", f"leads/{created.id}", body={})


def test_law_09_leads_are_listed_by_post_a_hundred_at_a_time(
    client: InstantlyClient, wire: Recorder, world_time: WorldTime, campaign_id: str
) -> None:
    client.leads.add(campaign_id, people(250))
    world_time.sleep(60)
    found = [lead.email for lead in client.leads.list(campaign_id)]
    assert sorted(str(email) for email in found) == sorted(person["email"] for person in people(250))
    assert wire.calls()[-4:].count("POST /api/v2/leads/list") >= 3
    before = len(wire.requests)
    with pytest.raises(ValueError, match="between 1 and 100"):
        client.leads.list(campaign_id, limit=200)
    assert len(wire.requests) == before
    with pytest.raises(ValidationError, match="limit must be <= 100"):
        client.transport.request("POST", "leads/list", body={"campaign": campaign_id, "limit": 200})


def test_law_09_listing_one_campaign_never_returns_the_leads_of_another(
    client: InstantlyClient, world_time: WorldTime, campaign_id: str
) -> None:
    client.leads.add(campaign_id, people(3))
    world_time.sleep(60)
    assert {lead.campaign_remote_id for lead in client.leads.list(campaign_id)} == {campaign_id}


def test_law_10_the_lead_count_comes_from_analytics_while_the_list_still_lags(
    client: InstantlyClient, campaign_id: str
) -> None:
    client.leads.add(campaign_id, people(7))
    assert list(client.leads.list(campaign_id)) == []
    assert client.campaigns.leads_count(campaign_id) == 7


@pytest.mark.parametrize("options", [{"analytics_empty_until_sent": True}])
def test_law_10_an_empty_analytics_answer_means_unknown_and_not_zero(client: InstantlyClient, campaign_id: str) -> None:
    client.leads.add(campaign_id, people(7))
    assert client.campaigns.analytics([campaign_id]) == []
    assert client.campaigns.leads_count(campaign_id) is None


def test_law_11_a_verification_is_polled_until_it_leaves_pending_and_paid_once(
    client: InstantlyClient, wire: Recorder, world_time: WorldTime
) -> None:
    before = client.workspace.plan_details().available_credits
    first = client.verification.create("jane.doe@example.com")
    assert (first.status, first.catch_all) == ("pending", "pending")
    settled = client.verification.settle("jane.doe@example.com", clock=world_time.clock, sleep=world_time.sleep)
    assert (settled.status, settled.catch_all) == ("verified", False)
    polls = [call for call in wire.calls() if call.startswith("GET /api/v2/email-verification/")]
    assert len(polls) >= 1
    after = client.workspace.plan_details().available_credits
    assert before is not None
    assert after == before - Decimal("0.25")


@pytest.mark.parametrize("address", ["stuck.jane@example.com"])
def test_law_11_what_stays_pending_is_given_up_as_pending(
    client: InstantlyClient, world_time: WorldTime, address: str
) -> None:
    started = world_time.now
    settled = client.verification.settle(address, give_up_after_s=30, clock=world_time.clock, sleep=world_time.sleep)
    assert settled.is_pending is True
    assert world_time.now - started <= 30


def test_law_12_paused_is_2_and_active_is_1(client: InstantlyClient, campaign_id: str) -> None:
    client.leads.add(campaign_id, people(1))
    assert client.campaigns.get(campaign_id).status == CampaignStatus.DRAFT == 0
    client.campaigns.activate(campaign_id)
    assert client.campaigns.get(campaign_id).status == CampaignStatus.ACTIVE == 1
    client.campaigns.pause(campaign_id)
    assert client.campaigns.get(campaign_id).status == CampaignStatus.PAUSED == 2


def test_law_12_a_status_nobody_knows_is_kept_and_shown(client: InstantlyClient, wire: Recorder) -> None:
    known = next(client.campaigns.list())
    inner = wire.inner

    class NewStatus(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            answer.read()
            return httpx.Response(200, json={**answer.json(), "status": 42, "a_new_field": "kept"})

    wire.inner = NewStatus()
    campaign = client.campaigns.get(known.remote_id)
    assert campaign.status == 42
    assert campaign_status_label(campaign.status) == "Unknown status 42"
    assert campaign.raw["a_new_field"] == "kept"
