"""Every request that the client can make is one that the vendor describes, and the sandbox serves just these."""

import json
from datetime import date

import httpx

from iexdg.clients.instantly import InstantlyClient
from iexdg.sandbox.resources.routes import INSTANTLY
from tests.contract import facts
from tests.contract.calls import GROUPS
from tests.contract.conftest import Recorder, WorldTime, campaign_body, people

START, END = date(2026, 11, 1), date(2026, 11, 20)
SENDER = "exec@peers.example.com"
# Served, and without a method of the client: "GET /api/v2/...".
WITHOUT_METHOD = frozenset(
    {
        "POST /api/v2/workspace-members",
        "GET /api/v2/workspace-members/{id}",
        "PATCH /api/v2/workspace-members/{id}",
        "DELETE /api/v2/workspace-members/{id}",
        "POST /api/v2/workspace-group-members",
        "GET /api/v2/workspace-group-members",
        "GET /api/v2/workspace-group-members/admin",
        "GET /api/v2/workspace-group-members/{id}",
        "DELETE /api/v2/workspace-group-members/{id}",
        "POST /api/v2/workspaces/current/schedule-for-removal",
        "DELETE /api/v2/workspaces/current/schedule-for-removal",
        "POST /api/v2/workspaces/current/change-owner",
        "POST /api/v2/workspaces/current/whitelabel-domain",
        "GET /api/v2/workspaces/current/whitelabel-domain",
        "DELETE /api/v2/workspaces/current/whitelabel-domain",
        "POST /api/v2/dfy-email-account-orders",
        "GET /api/v2/dfy-email-account-orders",
        "GET /api/v2/dfy-email-account-orders/accounts",
        "POST /api/v2/dfy-email-account-orders/accounts/cancel",
        "POST /api/v2/dfy-email-account-orders/domains/check",
        "POST /api/v2/dfy-email-account-orders/domains/similar",
        "POST /api/v2/dfy-email-account-orders/domains/pre-warmed-up-list",
        "GET /api/v2/crm-actions/phone-numbers",
        "DELETE /api/v2/crm-actions/phone-numbers/{id}",
    }
)


def call_everything(client: InstantlyClient, world_time: WorldTime) -> None:
    campaign_id = client.campaigns.create(campaign_body()).remote_id
    client.campaigns.patch(campaign_id, {"daily_limit": 10})
    client.leads.add(campaign_id, people(2), skip_if_in_workspace=True)
    lead = client.leads.create(campaign_id, {"email": "one@northwind.example.com", "first_name": "One"})
    world_time.sleep(60)
    list(client.leads.list(campaign_id, search="person", ids=[lead.remote_id], contacts=["one@northwind.example.com"]))
    client.leads.get(lead.remote_id)
    client.leads.delete(lead.remote_id)
    client.campaigns.activate(campaign_id)
    client.campaigns.pause(campaign_id)
    client.campaigns.get(campaign_id)
    client.campaigns.sending_status(campaign_id)
    list(client.campaigns.list(search="Contract", status=2))
    client.campaigns.analytics([campaign_id], start=START, end=END)
    client.campaigns.leads_count(campaign_id)
    for read in (client.campaigns.overview, client.campaigns.daily, client.campaigns.steps):
        read(campaign_id, start=START, end=END)
    client.verification.create("fast.jane@example.com", webhook_url="https://hooks.example.com/done")
    client.verification.check("fast.jane@example.com")
    list(client.emails.of_lead("jane@example.com", campaign_id))
    client.emails.send_test(SENDER, "me@example.com", subject="Hi", html="<div>Hi</div>")
    list(client.audit_logs.list(activity_type=4, search="x", start=START, end=END))
    list(client.block_list.list())
    client.workspace.current()
    client.workspace.plan_details()
    for group in GROUPS:
        group.call_all(client, world_time)


def objections(request: httpx.Request) -> list[str]:
    body = json.loads(request.content) if request.content else None
    return facts.request_problems(request.method, request.url.path, dict(request.url.params), body)


def test_the_client_asks_only_what_the_vendor_describes(
    client: InstantlyClient, wire: Recorder, world_time: WorldTime
) -> None:
    call_everything(client, world_time)
    assert [problem for request in wire.requests for problem in objections(request)] == []
    asked = {facts.find(request.method, request.url.path) for request in wire.requests}
    served = {f"{route.method} {INSTANTLY.prefix}{route.path}" for route in INSTANTLY.routes}
    assert served >= WITHOUT_METHOD
    assert asked == served - WITHOUT_METHOD


def test_a_request_that_the_vendor_would_refuse_is_seen() -> None:
    refused = facts.request_problems
    assert refused("POST", "/api/v2/leads/bulk", {}, {}) == ["POST /api/v2/leads/bulk: no such operation"]
    (unknown,) = refused("GET", "/api/v2/campaigns/analytics/daily", {"id": "x"}, None)
    assert unknown.endswith("no query parameter id")
    assert len(refused("GET", "/api/v2/campaigns", {"limit": "101"}, None)) == 1
    assert len(refused("POST", "/api/v2/leads/list", {}, {"limit": 101})) == 1
    assert len(refused("POST", "/api/v2/leads/add", {}, {"campaign_id": "x", "leads": []})) == 2
    assert len(refused("DELETE", "/api/v2/leads/0199aaaa-0000-7000-8000-000000000000", {}, {})) == 1
