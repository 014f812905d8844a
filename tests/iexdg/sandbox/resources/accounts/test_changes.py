"""Sending accounts are connected, changed, paused and disconnected, and their campaigns follow."""

from typing import Any

import pytest

from tests.iexdg.sandbox.resources.answers.accounts import BODY, NEW

EXEC, PEER, TEAM = "exec@peers.example.com", "peer@peers.example.com", "team@peers.example.com"
HOUR = 3600


def sent_by(vendor: Any, email: str) -> int:
    return sum(day["sent"] for day in vendor.get("/accounts/analytics/daily", emails=[email]))


def sending_campaign(vendor: Any, *senders: str) -> str:
    campaign = vendor.campaign(email_list=list(senders))
    vendor.add(campaign, *(f"p{number}@alder.example.com" for number in range(200)))
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(HOUR / 6)
    return str(campaign)


def reason(vendor: Any, campaign: str) -> str:
    return str(vendor.get(f"/campaigns/{campaign}/sending-status")["summary"]["status"])


def test_a_connected_account_is_listed_and_found_whatever_the_case_of_its_address(vendor: Any) -> None:
    made = vendor.post("/accounts", BODY | {"daily_limit": 12, "reply_to": "", "warmup_custom_ftag": "own"})
    assert (made["email"], made["daily_limit"], made["reply_to"]) == (NEW, 12, None)
    assert (made["warmup_status"], made["stat_warmup_score"], made["warmup"]["warmup_custom_ftag"]) == (0, None, "own")
    assert vendor.get(f"/accounts/{NEW.upper()}") == made
    assert vendor.get("/accounts", search=NEW)["items"] == [made]


def test_a_connected_account_sends(vendor: Any) -> None:
    vendor.post("/accounts", BODY)
    sending_campaign(vendor, NEW)
    assert sent_by(vendor, NEW) > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": EXEC}, "Account already exists"),
        ({"imap_password": "wrong"}, "Invalid IMAP credentials"),
        ({"smtp_password": "wrong too"}, "Invalid SMTP credentials"),
        ({"reply_to": "no address"}, 'body/reply_to must match format "email"'),
        ({"tracking_domain_name": "broken.example.com"}, "The tracking domain has no CNAME record that leads here"),
    ],
)
def test_an_account_that_cannot_be_connected_is_a_400(vendor: Any, changes: Any, message: str) -> None:
    before = vendor.get("/accounts")
    answer = vendor.http.post("/accounts", json=BODY | changes)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert vendor.get("/accounts") == before


def test_passwords_are_remembered_and_logged_nowhere(vendor: Any, tmp_path: Any) -> None:
    vendor.post("/accounts", BODY | {"imap_password": "s3cret-of-ada", "smtp_password": "s3cret-of-ada"})
    vendor.http.post("/accounts", json=BODY | {"email": "b@peers.example.com", "imap_password": "wrong s3cret-of-ada"})
    shown = (
        vendor.control("GET", "state"),
        vendor.control("GET", "log"),
        vendor.app.saved(),
        vendor.get("/audit-logs"),
        vendor.get("/accounts"),
    )
    assert "s3cret-of-ada" not in repr(shown)
    assert "imap" not in repr(vendor.app.saved())


def test_a_change_is_merged_and_audited(vendor: Any) -> None:
    vendor.advance(60)
    changed = vendor.patch(f"/accounts/{EXEC}", {"daily_limit": 5, "warmup": {"advanced": {"open_rate": 0.5}}})
    assert (changed["daily_limit"], changed["warmup"]["limit"]) == (5, 40)
    assert changed["warmup"]["advanced"] == {
        "warm_ctd": False,
        "open_rate": 0.5,
        "important_rate": 0.8,
        "read_emulation": True,
        "spam_save_rate": 0.9,
        "weekday_only": True,
    }
    assert changed["timestamp_updated"] > changed["timestamp_created"]
    (entry,) = vendor.get("/audit-logs", activity_type=36)["items"]
    assert entry["audit_metadata"] == {"emails": [EXEC], "fields": ["daily_limit", "warmup"]}


def test_a_tracking_domain_is_set_and_taken_away(vendor: Any) -> None:
    first = vendor.patch(f"/accounts/{EXEC}", {"tracking_domain_name": "track.example.com"})
    assert (first["tracking_domain_name"], first["tracking_domain_status"]) == ("track.example.com", "active")
    gone = vendor.patch(f"/accounts/{EXEC}", {"remove_tracking_domain": True})
    assert (gone["tracking_domain_name"], gone["tracking_domain_status"]) == (None, None)
    unchecked = {"tracking_domain_name": "broken.example.com", "skip_cname_check": True}
    assert vendor.patch(f"/accounts/{EXEC}", unchecked)["tracking_domain_name"] == "broken.example.com"


def test_a_paused_account_stops_sending_and_goes_on_when_it_is_resumed(vendor: Any) -> None:
    campaign = sending_campaign(vendor, EXEC)
    assert reason(vendor, campaign) == "healthy"
    assert vendor.post(f"/accounts/{EXEC}/pause", {})["status"] == 2
    before = sent_by(vendor, EXEC)
    vendor.advance(2 * HOUR)
    assert (sent_by(vendor, EXEC), reason(vendor, campaign)) == (before, "no_accounts_available")
    assert (vendor.status(campaign), vendor.get(f"/campaigns/{campaign}")["not_sending_status"]) == (1, 99)
    assert vendor.post(f"/accounts/{EXEC}/resume", {})["status"] == 1
    vendor.advance(HOUR / 2)
    assert sent_by(vendor, EXEC) > before


def test_while_one_sender_is_paused_the_others_send(vendor: Any) -> None:
    campaign = sending_campaign(vendor, EXEC, PEER)
    vendor.post(f"/accounts/{EXEC}/pause", {})
    before = sent_by(vendor, EXEC), sent_by(vendor, PEER)
    vendor.advance(60)
    assert reason(vendor, campaign) == "healthy"
    vendor.advance(HOUR)
    assert sent_by(vendor, EXEC) == before[0]
    assert sent_by(vendor, PEER) > before[1]


def test_a_deleted_account_stops_its_campaigns_and_leaves_their_lists(vendor: Any) -> None:
    campaign = sending_campaign(vendor, EXEC)
    both = vendor.campaign("Both", email_list=["Exec@peers.example.com", PEER])
    before = vendor.totals(campaign)["emails_sent_count"]
    assert vendor.http.delete(f"/accounts/{EXEC}").json()["email"] == EXEC
    vendor.advance(4 * HOUR)
    assert vendor.totals(campaign)["emails_sent_count"] == before
    assert vendor.get(f"/campaigns/{campaign}")["email_list"] == []
    assert vendor.get(f"/campaigns/{both}")["email_list"] == [PEER]
    assert (vendor.status(campaign), reason(vendor, campaign)) == (1, "no_accounts_available")
    assert vendor.http.get(f"/accounts/{EXEC}").status_code == 404
    assert sent_by(vendor, EXEC) == before
    (entry,) = vendor.get("/audit-logs", activity_type=7)["items"]
    assert entry["audit_metadata"] == {"emails": [EXEC]}


def test_a_campaign_stops_when_its_last_senders_are_broken_and_a_fix_does_not_start_it(vendor: Any) -> None:
    campaign = sending_campaign(vendor, EXEC)
    vendor.control("POST", "settings", {"accounts": {EXEC: -1}})
    assert reason(vendor, campaign) == "all_accounts_unhealthy"
    vendor.advance(HOUR)
    assert vendor.status(campaign) == -1
    fixed = vendor.post(f"/accounts/{EXEC}/mark-fixed", {})
    assert (fixed["status"], "status_message" in fixed) == (1, False)
    vendor.advance(HOUR)
    assert vendor.status(campaign) == -1
    assert vendor.post(f"/campaigns/{campaign}/activate", {})["status"] == 1


def test_resuming_does_not_fix_and_fixing_does_not_resume(vendor: Any) -> None:
    vendor.control("POST", "settings", {"accounts": {EXEC: -3}})
    assert vendor.post(f"/accounts/{EXEC}/resume", {})["status"] == -3
    vendor.post(f"/accounts/{PEER}/pause", {})
    assert vendor.post(f"/accounts/{PEER}/mark-fixed", {})["status"] == 2


def test_several_are_paused_at_once_and_each_is_named_once(vendor: Any) -> None:
    asked = [EXEC, "EXEC@peers.example.com", "nobody@peers.example.com", PEER]
    answer = vendor.post("/accounts/pause", {"emails": asked})
    assert answer == {"paused_emails": [EXEC, PEER], "failed_emails": ["nobody@peers.example.com"]}
    assert {item["email"] for item in vendor.get("/accounts", status=2)["items"]} == {EXEC, PEER}
    assert vendor.http.post("/accounts/pause", json={"emails": [EXEC] * 101}).status_code == 400


def test_a_maintenance_ends_by_itself(vendor: Any) -> None:
    vendor.control("POST", "settings", {"accounts": {EXEC: 3}})
    assert vendor.get(f"/accounts/{EXEC}")["status"] == 3
    vendor.advance(HOUR + 1)
    assert vendor.get(f"/accounts/{EXEC}")["status"] == 1
