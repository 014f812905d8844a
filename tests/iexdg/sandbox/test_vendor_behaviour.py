"""The sixteen behaviours of docs/api/instantly-facts.md §6, in its order, each seen from outside."""

from collections.abc import Callable
from typing import Any

import pytest

HOUR, DAY = 3600.0, 86_400.0
UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


def people(count: int, prefix: str = "person") -> list[str]:
    return [f"{prefix}{number}@alder.example.com" for number in range(count)]


def sending_word(vendor: Any, campaign: str) -> str:
    return str(vendor.get(f"/campaigns/{campaign}/sending-status")["summary"]["status"])


def test_item_01_the_edge_comes_before_the_key(vendor: Any) -> None:
    answer = vendor.http.get("/nowhere", headers={"User-Agent": "Python-urllib/3.11", "Authorization": ""})
    assert (answer.status_code, answer.text, answer.headers["server"]) == (403, "error code: 1010", "cloudflare")
    assert answer.headers["content-type"].startswith("text/plain")


def test_item_02_key_scope_and_plan(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(scopes=frozenset({"campaigns:read"}))
    commented = vendor.http.get("/campaigns", headers={"Authorization": "Bearer # my key"})
    assert (commented.status_code, commented.json()["message"]) == (401, "Invalid authorization header")
    assert vendor.http.get("/campaigns", headers={"Authorization": "Bearer other"}).status_code == 401
    assert (vendor.http.get("/campaigns").status_code, vendor.http.get("/accounts").status_code) == (200, 403)
    assert make_vendor(paid_plan=False).http.get("/campaigns").status_code == 402


def test_item_03_the_order_of_refusals(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(scopes=frozenset({"campaigns:all"}))
    no_key = {"Authorization": ""}
    assert vendor.http.post("/nowhere", headers=no_key).status_code == 404
    assert vendor.http.post("/campaigns", headers=no_key | JSON, content=b"{").status_code == 401
    assert vendor.http.post("/leads/list", headers=JSON, content=b"{").status_code == 403
    parsed = vendor.http.post("/campaigns", headers=JSON, content=b"{")
    assert parsed.json()["code"] == "FST_ERR_CTP_INVALID_JSON_BODY"
    assert "code" not in vendor.http.post("/campaigns", json={}).json()
    assert vendor.http.patch(f"/campaigns/{UNKNOWN}", json={"daily_limit": "x"}).status_code == 400
    assert vendor.http.patch(f"/campaigns/{UNKNOWN}", json={"daily_limit": 5}).status_code == 404


def test_item_04_a_page_holds_a_hundred_and_a_full_last_one_has_a_cursor(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0.0)
    assert vendor.http.post("/leads/list", json={"limit": 101}).json()["message"] == "body/limit must be <= 100"
    vendor.add(vendor.campaign(), *people(4))
    page = vendor.post("/leads/list", {"limit": 4})
    assert vendor.post("/leads/list", {"limit": 4, "starting_after": page["next_starting_after"]}) == {"items": []}


@pytest.mark.parametrize(
    ("autoflip", "status", "after"),
    [({3}, 3, 1), ({3}, 2, 2), ({2, 3}, 2, 1), (set(), 3, 3), ({3}, 0, 0)],
)
def test_item_05_leads_activate_what_is_completed(
    make_vendor: Callable[..., Any], autoflip: set[int], status: int, after: int
) -> None:
    vendor = make_vendor(autoflip=frozenset(autoflip))
    campaign = vendor.campaign()
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": status})
    answer = vendor.add(campaign, *people(1))
    assert (answer["leads_uploaded"], "status" in answer, vendor.status(campaign)) == (1, True, after)
    vendor.advance(HOUR)
    assert vendor.app.world.sent[campaign] == (1 if after == 1 else 0)


def test_item_06_what_an_activation_comes_to(vendor: Any) -> None:
    empty, alone, broken = vendor.campaign("A"), vendor.campaign("B", email_list=[]), vendor.campaign("C")
    for campaign in (alone, broken):
        vendor.add(campaign, *people(1))
    assert vendor.post(f"/campaigns/{empty}/activate", {})["status"] == 1
    vendor.post(f"/campaigns/{alone}/activate", {})
    assert sending_word(vendor, alone) == "no_accounts_available"
    vendor.advance(HOUR)
    assert vendor.status(empty) == 3
    vendor.control("POST", "settings", {"accounts": dict.fromkeys(vendor.app.world.accounts, -1)})
    assert vendor.post(f"/campaigns/{broken}/activate", {})["status"] == -1
    assert vendor.post(f"/campaigns/{broken}/pause", {})["status"] == 2


def test_item_07_the_list_lags_and_the_analytics_do_not(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(analytics_empty_until_sent=True)
    campaign = vendor.campaign()
    vendor.add(campaign, *people(3))
    assert vendor.post("/leads/list", {"campaign": campaign}) == {"items": []}
    assert vendor.get("/campaigns/analytics", id=campaign) == []
    vendor.control("POST", "options", {"analytics_empty_until_sent": False})
    assert vendor.totals(campaign)["leads_count"] == 3
    assert "leads_count" not in vendor.totals(campaign, exclude_total_leads_count="true")
    vendor.advance(5)
    assert len(vendor.post("/leads/list", {"campaign": campaign})["items"]) == 3


def test_item_08_a_verification_is_pending_paid_once_and_settled_by_polls_or_time(vendor: Any) -> None:
    def verdict(answer: Any) -> tuple[Any, Any]:
        return answer["verification_status"], answer["catch_all"]

    for prefix, final in (
        ("ana", ("verified", False)),
        ("invalid", ("invalid", False)),
        ("catchall", ("verified", True)),
    ):
        email = f"{prefix}@alder.example.com"
        assert verdict(vendor.post("/email-verification", {"email": email})) == ("pending", "pending")
        assert verdict(vendor.get(f"/email-verification/{email}")) == ("pending", "pending")
        assert verdict(vendor.get(f"/email-verification/{email}")) == final
    assert verdict(vendor.post("/email-verification", {"email": "fast@alder.example.com"})) == ("verified", False)
    vendor.post("/email-verification", {"email": "stuck@alder.example.com"})
    vendor.advance(DAY)
    assert verdict(vendor.get("/email-verification/stuck@alder.example.com")) == ("pending", "pending")
    assert vendor.control("GET", "state")["credits"] == 949 - 5 * 0.25
    vendor.control("POST", "settings", {"credits": 0.2})
    assert vendor.http.post("/email-verification", json={"email": "poor@alder.example.com"}).status_code == 402


def test_item_09_leads_are_verified_while_they_are_imported(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(list_lag_s=0.0)
    campaign = vendor.campaign(allow_risky_contacts=False)
    vendor.add(campaign, "ana@alder.example.com", "catchall@alder.example.com", verify_leads_on_import=True)
    vendor.add(campaign, "unverified@alder.example.com")

    def statuses() -> list[Any]:
        leads = vendor.post("/leads/list", {"campaign": campaign})["items"]
        return [(lead.get("verification_status"), lead["status"]) for lead in leads]

    assert statuses() == [(12, 1), (12, 1), (None, 1)]
    vendor.advance(11)
    assert statuses() == [(1, 1), (-3, 1), (None, 1)]
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(HOUR)
    assert statuses() == [(1, 3), (-3, -3), (None, 3)]


def test_item_10_bounces_stop_a_campaign(make_vendor: Callable[..., Any]) -> None:
    for disabled, status in ((False, -2), (True, 3)):
        vendor = make_vendor(bounce_protect_floor=5, bounce_protect_ratio=0.1)
        campaign = vendor.campaign(disable_bounce_protect=disabled)
        vendor.add(campaign, *people(8), *people(4, "bounce"), *people(8, "late"))
        vendor.post(f"/campaigns/{campaign}/activate", {})
        vendor.advance(DAY)
        assert vendor.status(campaign) == status


@pytest.mark.parametrize(
    ("body", "stored", "clicks"),
    [
        ("<div>a</div><div><br></div><div>b</div>", "<div>a</div><div><br></div><div>b</div>", 0),
        ("bare text<div>kept</div>", "<div>kept</div>", 0),
        ("<div>a<br>\nb</div>\n", "<div>ab</div>", 0),
        ("<div>see example.com.</div>", "<div>see example.com.</div>", 0),
        ("<div>see example.com</div>", "<div>see example.com</div>", 1),
        ('<div><a href="https://example.com">it</a>.</div>', '<div><a href="https://example.com">it</a>.</div>', 1),
    ],
)
def test_item_11_the_sanitizer_and_the_full_stop_of_a_link(vendor: Any, body: str, stored: str, clicks: int) -> None:
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Hi", "body": body}]}
    campaign = vendor.campaign(sequences=[{"steps": [step]}], link_tracking=True)
    assert vendor.get(f"/campaigns/{campaign}")["sequences"][0]["steps"][0]["variants"][0]["body"] == stored
    vendor.add(campaign, "click.ana@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(DAY)
    assert vendor.totals(campaign)["link_click_count"] == clicks


def test_item_12_a_job_is_pending_in_progress_and_done(vendor: Any) -> None:
    vendor.post("/accounts/warmup/disable", {"emails": ["exec@peers.example.com"]})
    (job,) = vendor.get("/background-jobs")["items"]
    seen = []
    for seconds in (0, 2, 3):
        vendor.advance(seconds)
        now = vendor.get(f"/background-jobs/{job['id']}")
        seen.append((now["status"], now["progress"]))
    assert seen == [("pending", 0), ("in-progress", 0), ("success", 100)]


def test_item_13_mails_leave_by_schedule_and_people_react(vendor: Any) -> None:
    campaign = vendor.campaign(steps=2, daily_limit=3, stop_on_reply=True)
    vendor.add(campaign, "reply@alder.example.com", "ooo@alder.example.com", "bounce@alder.example.com")
    vendor.add(campaign, *people(3))
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(6 * HOUR)
    totals = vendor.totals(campaign)
    names = ("emails_sent_count", "reply_count", "reply_count_automatic", "bounced_count")
    assert [totals[name] for name in names] == [3, 1, 1, 1]
    assert sending_word(vendor, campaign) == "daily_limit_met"
    replied = vendor.app.world.leads_with_email("reply@alder.example.com")[0]
    assert vendor.get(f"/leads/{replied['id']}")["status"] == 3
    vendor.advance(14 * DAY)
    assert vendor.status(campaign) == 3


def test_item_14_a_webhook_that_fails_is_repeated_and_disabled_after_ten_until_it_is_resumed(vendor: Any) -> None:
    hook = {"target_hook_url": "https://hooks.example.com/status/500", "event_type": "email_sent"}
    webhook = vendor.post("/webhooks", hook)["id"]
    campaign = vendor.campaign()
    vendor.add(campaign, *people(20))
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(3 * HOUR)
    attempts = vendor.get("/webhook-events", limit=100)["items"]
    assert (len(attempts), {one["status_code"] for one in attempts}) == (10, {500})
    assert sorted({one["retry_count"] for one in attempts}) == [0, 1, 2, 3]
    assert vendor.get(f"/webhooks/{webhook}")["status"] == -1
    assert [entry["webhook_id"] for entry in vendor.get("/audit-logs", activity_type=20)["items"]] == [webhook]
    assert vendor.http.post(f"/webhooks/{webhook}/resume").json()["status"] == 1


def test_item_15_limits_have_no_headers_and_faults_can_be_ordered(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(limits=True)
    answers = [vendor.http.get("/campaigns") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert not [name for name in answers[-1].headers if "limit" in name.lower() or name.lower() == "retry-after"]
    vendor.clock.now += 60
    assert [vendor.http.get("/emails").status_code for _ in range(21)] == [200] * 20 + [429]
    vendor.clock.now += 60
    vendor.control("POST", "faults", {"match": {"path": "/campaigns"}, "do": "status", "value": 502})
    assert [vendor.http.get("/campaigns").status_code for _ in range(2)] == [502, 200]


def test_item_16_every_lead_of_a_payload_is_accounted_for(vendor: Any) -> None:
    vendor.control("POST", "settings", {"blocklist": ["rival.example.com", "no@alder.example.com"]})
    campaign = vendor.campaign()
    vendor.add(campaign, "known@alder.example.com")
    emails = ["known", "new", "NEW", "no"]
    found = vendor.add(campaign, *(f"{name}@alder.example.com" for name in emails), "x@rival.example.com", "broken")
    counts = {name: found[name] for name in found if name.endswith(("count", "leads", "blocklist")) and name[0] != "c"}
    assert counts == {
        "in_blocklist": 2,
        "duplicated_leads": 1,
        "skipped_count": 0,
        "invalid_email_count": 1,
        "incomplete_count": 0,
        "duplicate_email_count": 1,
    }
    assert (found["leads_uploaded"], found["total_sent"]) == (1, 6)
    limit = {"lead_limit": found["remaining_in_plan"] and 2}
    vendor.control("POST", "settings", limit)
    assert (
        vendor.http.post(
            "/leads/add", json={"campaign_id": campaign, "leads": [{"email": "z@z.example.com"}]}
        ).status_code
        == 402
    )
