"""The control plane: state, log, clock, faults, events and changes as a person in the vendor's app."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from iexdg.sandbox.http.faults import ConnectionDropped


def test_only_the_own_machine_may_ask(vendor: Any) -> None:
    away = httpx.Client(transport=httpx.WSGITransport(app=vendor.app, remote_addr="203.0.113.9"))
    with away:
        assert away.get("http://sandbox.example.com/_sandbox/state").status_code == 403


def test_the_control_plane_needs_no_key_no_browser_and_counts_nowhere(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(limits=True)
    with httpx.Client(transport=httpx.WSGITransport(app=vendor.app)) as plain:
        answers = [plain.get("http://sandbox.example.com/_sandbox/state").status_code for _ in range(150)]
    assert set(answers) == {200}
    assert vendor.control("GET", "log") == {"items": []}
    assert vendor.http.get("/campaigns").status_code == 200


def test_state_shows_the_world_in_short(vendor: Any) -> None:
    campaign = vendor.campaign()
    (created,) = vendor.add(campaign, "ana@alder.example.com")["created_leads"]
    state = vendor.control("GET", "state")
    assert (state["now"], state["credits"]) == ("2026-11-23T15:00:00.000Z", 949)
    assert [(item["name"], item["status"], item["leads_count"]) for item in state["campaigns"]] == [("Trial", 0, 1)]
    assert state["leads"] == [
        {"id": created["id"], "email": "ana@alder.example.com", "campaign": campaign, "list": None, "status": 1,
         "step": 0}
    ]  # fmt: skip


def test_the_log_holds_every_request_oldest_first_with_refusals_and_drops(vendor: Any) -> None:
    vendor.http.get("/campaigns?limit=5")
    vendor.http.get("/campaigns", headers={"User-Agent": "curl/8"})
    vendor.control("POST", "faults", [{"match": {"path": "/accounts"}, "do": "drop_before"}])
    with pytest.raises(ConnectionDropped):
        vendor.http.get("/accounts")
    items = vendor.control("GET", "log")["items"]
    assert [(item["method"], item["path"], item["query"], item["status"]) for item in items] == [
        ("GET", "/api/v2/campaigns", "limit=5", 200),
        ("GET", "/api/v2/campaigns", "", 403),
        ("GET", "/api/v2/accounts", "", 0),
    ]
    times = [datetime.fromisoformat(item["at"]) for item in items]
    assert times == sorted(times)
    assert all(item["ms"] >= 0 for item in items)


def test_the_clock_can_be_pushed_and_sped_up(vendor: Any) -> None:
    assert vendor.control("POST", "clock", {"advance_s": 3600})["now"] == "2026-11-23T16:00:00.000Z"
    assert vendor.control("POST", "clock", {"rate": 60})["rate"] == 60
    vendor.clock.now += 60
    assert vendor.control("GET", "state")["now"] == "2026-11-23T17:00:00.000Z"


@pytest.mark.parametrize(
    "body",
    [
        {"advance_s": -1},
        {"advance_s": "1 h"},
        {"advance_s": 1e18},
        {"advance_s": True},
        {"rate": "fast"},
        {"rate": 1e18},
    ],
)
def test_a_clock_that_cannot_be_set_is_a_400(vendor: Any, body: Any) -> None:
    url = "http://sandbox.example.com/_sandbox/clock"
    assert vendor.http.post(url, json=body).status_code == 400
    assert vendor.control("GET", "state")["now"] == "2026-11-23T15:00:00.000Z"


def test_a_status_fault_applies_the_given_number_of_times_after_those_it_lets_pass(vendor: Any) -> None:
    fault = {"match": {"method": "GET", "path": "/campaigns*"}, "do": "status", "value": 503, "times": 2, "skip": 1}
    vendor.control("POST", "faults", {"faults": [fault]})
    assert [vendor.http.get("/campaigns").status_code for _ in range(4)] == [200, 503, 503, 200]
    assert vendor.http.post("/campaigns", json={}).status_code == 400


@pytest.mark.parametrize("path", ["/campaigns/*/pause", "/api/v2/campaigns/*/pause", "*/pause"])
def test_a_fault_matches_the_whole_path_or_the_one_after_the_prefix(vendor: Any, path: str) -> None:
    campaign = vendor.campaign()
    vendor.control("POST", "faults", [{"match": {"path": path}, "do": "status", "status": 500}])
    assert vendor.http.post(f"/campaigns/{campaign}/pause", json={}).json()["statusCode"] == 500
    assert vendor.status(campaign) == 0


def test_two_faults_for_one_path_apply_one_after_the_other(vendor: Any) -> None:
    match = {"path": "/campaigns"}
    vendor.control(
        "POST",
        "faults",
        [{"match": match, "do": "status", "value": 500}, {"match": match, "do": "status", "value": 502}],
    )
    assert [vendor.http.get("/campaigns").status_code for _ in range(3)] == [500, 502, 200]


def test_a_drop_before_does_nothing_and_a_drop_after_has_done_it(vendor: Any) -> None:
    campaign = vendor.campaign()
    for action, count in (("drop_before", 0), ("drop_after_commit", 1)):
        vendor.control("POST", "faults", [{"match": {"method": "POST", "path": "/leads/add"}, "do": action}])
        with pytest.raises(ConnectionDropped):
            vendor.add(campaign, "ana@alder.example.com")
        assert vendor.totals(campaign)["leads_count"] == count


def test_a_fault_can_be_slow_and_can_carry_a_body(vendor: Any) -> None:
    vendor.control(
        "POST",
        "faults",
        [
            {"match": {}, "do": "latency_ms", "ms": 400},
            {"match": {}, "do": "status", "value": 403, "body": "error code: 1010"},
        ],
    )
    answer = vendor.http.get("/campaigns")
    assert (answer.status_code, answer.text, vendor.slept) == (403, "error code: 1010", [0.2, 0.2])


def test_faults_can_be_cleared_and_wrong_ones_are_refused(vendor: Any) -> None:
    vendor.control("POST", "faults", [{"match": {}, "do": "status", "times": 9}])
    assert vendor.control("DELETE", "faults") == {"faults": []}
    assert vendor.http.get("/campaigns").status_code == 200
    for wrong in ({"do": "explode"}, {"do": "status", "value": "high"}, "nothing"):
        assert vendor.http.post("http://sandbox.example.com/_sandbox/faults", json=wrong).status_code == 400
    assert vendor.control("GET", "faults") == {"faults": []}


def test_reset_starts_over_with_another_world(vendor: Any) -> None:
    vendor.campaign()
    vendor.control("POST", "faults", [{"match": {}, "do": "status", "times": 9}])
    vendor.control("POST", "reset", {"world": "demo", "seed": 7})
    state = vendor.control("GET", "state")
    assert (len(state["campaigns"]), state["seed"], state["faults"]) == (10, 7, [])
    assert vendor.control("GET", "log") == {"items": []}
    assert vendor.http.post("http://sandbox.example.com/_sandbox/reset", json={"world": "mars"}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "counter", "lead_status"),
    [
        ("open", "open_count", 1),
        ("click", "link_click_count", 1),
        ("reply", "reply_count", 3),
        ("bounce", "bounced_count", -1),
        ("unsubscribe", "unsubscribed_count", -2),
    ],
)
def test_an_injected_event_happens_now(vendor: Any, kind: str, counter: str, lead_status: int) -> None:
    campaign = vendor.campaign()
    vendor.add(campaign, "ana@alder.example.com")
    order = {"kind": kind, "campaign_id": campaign, "email": "Ana@alder.example.com"}
    assert vendor.control("POST", "events", order)["status"] == lead_status
    assert vendor.totals(campaign)[counter] == 1


def test_an_injected_click_on_a_link_that_leads_nowhere_counts_nothing(vendor: Any) -> None:
    """Law 5: the full stop behind a bare domain belongs to its link, which is a 404."""
    clicks = {}
    for body in ("<div>See example.com.</div>", "<div>See example.com today</div>"):
        variant = {"subject": "Hi", "body": body}
        steps = [{"type": "email", "delay": 2, "variants": [variant]}]
        campaign = vendor.campaign(body, sequences=[{"steps": steps}])
        vendor.add(campaign, "ana@alder.example.com")
        vendor.control("POST", "events", {"kind": "click", "campaign_id": campaign, "email": "ana@alder.example.com"})
        clicks[body] = vendor.totals(campaign)["link_click_count"]
    assert [*clicks.values()] == [0, 1]


def test_a_reply_repeats_the_subject_as_it_was_sent(vendor: Any) -> None:
    variant = {"subject": "Hi {{firstName}}", "body": "<div>Hi</div>"}
    campaign = vendor.campaign(sequences=[{"steps": [{"type": "email", "delay": 2, "variants": [variant]}]}])
    lead = {"email": "ana@alder.example.com", "first_name": "Ana"}
    vendor.post("/leads/add", {"campaign_id": campaign, "leads": [lead]})
    order = {"kind": "reply", "campaign_id": campaign, "email": lead["email"]}
    for text in ("", "Yes, please"):
        vendor.control("POST", "events", order | {"text": text})
        vendor.advance(60)
    mails = vendor.get("/emails", campaign_id=campaign, email_type="received")["items"]
    assert {mail["subject"] for mail in mails} == {"Re: Hi Ana"}


def test_an_event_for_nobody_or_of_no_kind_is_refused(vendor: Any) -> None:
    url = "http://sandbox.example.com/_sandbox/events"
    campaign = vendor.campaign()
    stranger = {"type": "open", "campaign_id": campaign, "email": "ana@alder.example.com"}
    assert vendor.http.post(url, json=stranger).status_code == 404
    assert vendor.http.post(url, json=stranger | {"type": "dance"}).status_code == 400


def test_a_change_in_the_vendors_app_is_seen_in_the_audit_log(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.control("PATCH", f"campaigns/{campaign}", {"daily_limit": 99})
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": 1})
    vendor.post(f"/campaigns/{campaign}/pause", {})
    shown = vendor.get(f"/campaigns/{campaign}")
    assert (shown["daily_limit"], shown["status"]) == (99, 2)
    entries = vendor.get("/audit-logs")["items"]
    assert [(entry["activity_type"], entry["from_api"], entry["user_name"]) for entry in entries] == [
        (5, True, None),
        (4, False, "Robin Sandbox"),
        (11, False, "Robin Sandbox"),
    ]
    url = f"http://sandbox.example.com/_sandbox/campaigns/{campaign}"
    assert vendor.http.patch(url, json={"nonsense": 1}).status_code == 400
    assert vendor.http.post(f"{url}/status", json={"status": 7}).status_code == 400
    assert vendor.http.post(f"{url}/launch", json={}).status_code == 404


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("clock", []),
        ("clock", {"rate": -2}),
        ("clock", {"advance_s": "an hour"}),
        ("reset", ["demo"]),
        ("settings", {"credits": "many"}),
        ("settings", {"accounts": ["exec@peers.example.com"]}),
        ("settings", {"accounts": {"exec@peers.example.com": "broken"}}),
        ("settings", {"blocklist": "ana@alder.example.com"}),
        ("faults", {"match": "/campaigns", "do": "drop_before"}),
    ],
)
def test_what_the_control_plane_does_not_understand_is_answered_not_dropped(
    vendor: Any, action: str, body: object
) -> None:
    with httpx.Client(transport=httpx.WSGITransport(app=vendor.app)) as plain:
        assert plain.post(f"http://sandbox.example.com/_sandbox/{action}", json=body).status_code == 400


def test_options_are_shown_and_changed_until_the_next_reset(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(workspaces=2)
    assert vendor.control("GET", "options")["paid_plan"] is True
    vendor.control("POST", "options", {"paid_plan": "off"})
    assert vendor.http.get("/campaigns").status_code == 402
    assert vendor.control("GET", "options?workspace=2")["paid_plan"] is False
    vendor.control("POST", "options?workspace=2", {"paid_plan": True})
    assert vendor.control("GET", "options")["paid_plan"] is False
    vendor.control("POST", "reset", {})
    assert vendor.http.get("/campaigns").status_code == 200


@pytest.mark.parametrize("body", [{"seed": 4}, {"colour": "red"}, {"edge": "strict"}])
def test_options_that_cannot_be_changed_are_refused(vendor: Any, body: Any) -> None:
    before = vendor.control("GET", "options")
    assert vendor.http.post("http://sandbox.example.com/_sandbox/options", json=body).status_code == 400
    assert vendor.control("GET", "options") == before


def test_what_was_sent_is_listed_in_order_with_how_many_are_still_written_to(vendor: Any) -> None:
    campaign = vendor.campaign()
    vendor.add(campaign, "ana@alder.example.com", "ben@birch.example.com")
    assert vendor.control("GET", "sent") == {"items": [], "open": {campaign: 2}}
    vendor.http.post(f"/campaigns/{campaign}/activate")
    vendor.control("POST", "clock", {"advance_s": 1800})
    answer = vendor.control("GET", "sent")
    assert [(one["email"], one["step"], one["variant"], one["campaign"]) for one in answer["items"]] == [
        ("ana@alder.example.com", 0, 0, campaign),
        ("ben@birch.example.com", 0, 0, campaign),
    ]
    assert [one["at"] for one in answer["items"]] == sorted(one["at"] for one in answer["items"])


def test_without_reactions_nobody_opens_answers_or_bounces(make_vendor: Callable[..., Any]) -> None:
    for reactions, expected in ((True, {"bounce"}), (False, set())):
        vendor = make_vendor(reactions=reactions)
        campaign = vendor.campaign()
        vendor.add(campaign, "bounce.ana@alder.example.com")
        vendor.http.post(f"/campaigns/{campaign}/activate")
        vendor.control("POST", "clock", {"advance_s": 1800})
        kinds = {event["kind"] for event in vendor.app.world.events[campaign]}
        assert (kinds - {"sent"}, "sent" in kinds) == (expected, True)
