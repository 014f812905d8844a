"""Subsequences: who is moved into one, what is sent to them, when it stops, and what the campaign is meanwhile."""

from typing import Any

import pytest

DAY, HOUR = 86_400, 3600


def subsequence(vendor: Any, campaign: str, steps: int = 1, **fields: Any) -> str:
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Later {{firstName}}", "body": "<div>More</div>"}]}
    body = {"parent_campaign": campaign, "name": "Later", "conditions": {"crm_status": [1]}}
    return str(vendor.post("/subsequences", body | {"sequences": [{"steps": [step] * steps}]} | fields)["id"])


def started(vendor: Any, *emails: str, **fields: Any) -> str:
    campaign = str(vendor.campaign(link_tracking=True, **fields))
    vendor.add(campaign, *emails)
    vendor.post(f"/campaigns/{campaign}/activate", {})
    return campaign


def happen(vendor: Any, campaign: str, kind: str, email: str, text: str = "") -> None:
    vendor.control("POST", "events", {"kind": kind, "campaign_id": campaign, "email": email, "text": text})


def lead_of(vendor: Any, email: str) -> Any:
    (found,) = vendor.app.world.leads_with_email(email)
    return vendor.get(f"/leads/{found['id']}")


def sent_by(vendor: Any, one: str) -> int:
    return sum(event["kind"] == "sent" for event in vendor.app.world.events.get(one, ()))


@pytest.mark.parametrize(
    ("conditions", "kind", "text"),
    [
        ({"lead_activity": [2]}, "open", ""),
        ({"lead_activity": [4]}, "click", ""),
        ({"reply_contains": "Price"}, "reply", "What is the PRICE of it?"),
    ],
)
def test_a_lead_is_moved_once_it_meets_a_condition(
    vendor: Any, conditions: dict[str, Any], kind: str, text: str
) -> None:
    campaign = started(vendor, "quiet@alder.example.com", "still@birch.example.com", steps=3)
    one = subsequence(vendor, campaign, conditions=conditions)
    vendor.advance(600)
    happen(vendor, campaign, kind, "quiet@alder.example.com", text)
    assert lead_of(vendor, "quiet@alder.example.com")["subsequence_id"] == one
    assert lead_of(vendor, "still@birch.example.com")["subsequence_id"] is None


def test_a_reply_without_the_words_moves_nobody(vendor: Any) -> None:
    campaign = started(vendor, "quiet@alder.example.com")
    subsequence(vendor, campaign, conditions={"reply_contains": "price"})
    vendor.advance(600)
    happen(vendor, campaign, "reply", "quiet@alder.example.com", "No, thank you.")
    assert lead_of(vendor, "quiet@alder.example.com")["subsequence_id"] is None


def test_who_completes_without_a_reply_is_moved(vendor: Any) -> None:
    campaign = started(vendor, "quiet@alder.example.com", "reply@birch.example.com")
    one = subsequence(vendor, campaign, conditions={"lead_activity": [91]})
    vendor.advance(HOUR)
    assert lead_of(vendor, "quiet@alder.example.com")["subsequence_id"] == one


def test_an_interested_lead_gets_the_steps_of_the_subsequence_and_no_more_of_the_campaign(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com", steps=3, stop_on_reply=False)
    one = subsequence(vendor, campaign, steps=2)
    vendor.advance(6 * DAY)
    mails = vendor.get("/emails", email_type="sent", sort_order="asc")["items"]
    assert [(mail["subsequence_id"], mail["campaign_id"]) for mail in mails] == [
        (None, campaign),
        (one, campaign),
        (one, campaign),
    ]
    assert mails[1]["subject"] == "Later "
    assert mails[1]["thread_id"] != mails[0]["thread_id"]
    lead = lead_of(vendor, "reply@alder.example.com")
    assert lead["status_summary_subseq"]["stepID"] == "0_1_0"
    assert lead["timestamp_added_subsequence"] is not None
    assert vendor.totals(campaign)["emails_sent_count"] == 1
    (row,) = vendor.get("/subsequences/analytics", campaign_id=campaign)
    assert (row["subsequence_id"], row["emails_sent"]) == (one, 2)
    assert [(step["step"], step["sent"]) for step in vendor.get(f"/subsequences/{one}/analytics/steps")] == [
        ("0", 1),
        ("1", 1),
    ]
    sender = mails[1]["eaccount"]
    days = vendor.get("/accounts/analytics/daily", emails=sender)
    assert sum(day["sent"] for day in days) == sum(mail["eaccount"] == sender for mail in mails)


def test_a_campaign_that_is_done_runs_its_subsequences_until_they_are_done_too(vendor: Any) -> None:
    hook = {"target_hook_url": "https://hooks.example.com/done", "event_type": "campaign_completed"}
    vendor.post("/webhooks", hook)
    campaign = started(vendor, "reply@alder.example.com")
    subsequence(vendor, campaign, steps=2)
    vendor.advance(4 * HOUR)
    assert vendor.status(campaign) == 4
    assert vendor.get(f"/campaigns/{campaign}/sending-status")["summary"]["status"] == "campaign_running_subsequences"
    vendor.advance(5 * DAY)
    assert vendor.status(campaign) == 3
    assert len(vendor.get("/webhook-events")["items"]) >= 1


def test_a_paused_subsequence_sends_nothing_until_it_is_resumed(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com")
    one = subsequence(vendor, campaign)
    assert vendor.http.post(f"/subsequences/{one}/pause").json()["status"] == 2
    vendor.advance(DAY)
    assert (sent_by(vendor, one), lead_of(vendor, "reply@alder.example.com")["subsequence_id"]) == (0, None)
    assert vendor.get(f"/subsequences/{one}/sending-status")["diagnostics"] is None
    assert vendor.http.post(f"/subsequences/{one}/resume").json()["status"] == 1
    vendor.advance(HOUR)
    assert sent_by(vendor, one) == 1


def test_a_subsequence_whose_campaign_is_paused_sends_nothing(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com")
    one = subsequence(vendor, campaign, steps=2)
    vendor.advance(4 * HOUR)
    before = sent_by(vendor, one)
    vendor.post(f"/campaigns/{campaign}/pause", {})
    vendor.advance(5 * DAY)
    assert sent_by(vendor, one) == before
    assert vendor.get(f"/subsequences/{one}/sending-status")["summary"]["status"] == "campaign_paused"
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(2 * DAY)
    assert sent_by(vendor, one) == 2


def test_a_reply_ends_the_subsequence_of_a_lead(vendor: Any) -> None:
    campaign = started(vendor, "quiet@alder.example.com")
    one = subsequence(vendor, campaign, steps=3, conditions={"lead_activity": [2]})
    vendor.advance(600)
    happen(vendor, campaign, "open", "quiet@alder.example.com")
    vendor.advance(HOUR)
    assert sent_by(vendor, one) == 1
    happen(vendor, campaign, "reply", "quiet@alder.example.com")
    vendor.advance(5 * DAY)
    assert sent_by(vendor, one) == 1
    assert vendor.status(campaign) == 3


def test_the_limit_and_the_schedule_of_its_own_count(vendor: Any) -> None:
    campaign = started(vendor, *(f"reply{number}@alder{number}.example.com" for number in range(4)))
    one = subsequence(vendor, campaign, daily_limit_mode="custom", daily_limit=1)
    vendor.advance(5 * HOUR)
    assert sent_by(vendor, one) == 1
    assert vendor.get(f"/subsequences/{one}/sending-status")["summary"]["status"] == "daily_limit_met"
    vendor.advance(DAY)
    assert sent_by(vendor, one) == 2
    weekend = {
        "days": {"0": True},
        "timing": {"from": "09:00", "to": "17:00"},
        "name": "S",
        "timezone": "America/Detroit",
    }
    schedule = {"schedules": [weekend]}
    vendor.patch(f"/subsequences/{one}", {"subsequence_schedule": schedule, "daily_limit_mode": "unlimited"})
    vendor.advance(2 * DAY)
    assert sent_by(vendor, one) == 2
    assert vendor.get(f"/subsequences/{one}/sending-status")["summary"]["status"] == "out_of_schedule"


def test_nobody_is_moved_into_the_same_subsequence_twice_or_into_two_at_once(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com")
    first = subsequence(vendor, campaign)
    subsequence(vendor, campaign, name="Second")
    vendor.advance(5 * DAY)
    assert lead_of(vendor, "reply@alder.example.com")["subsequence_id"] == first
    assert sent_by(vendor, first) == 1


def test_somebody_can_move_a_lead_in_and_out_whatever_its_conditions(vendor: Any) -> None:
    campaign = started(vendor, "quiet@alder.example.com", steps=3)
    one, other = subsequence(vendor, campaign, steps=3), subsequence(vendor, vendor.campaign("Other"))
    vendor.advance(600)
    lead = lead_of(vendor, "quiet@alder.example.com")["id"]
    wrong = {"id": lead, "subsequence_id": other}
    assert vendor.http.post("/leads/subsequence/move", json=wrong).status_code == 400
    assert vendor.post("/leads/subsequence/move", {"id": lead, "subsequence_id": one})["subsequence_id"] == one
    vendor.advance(HOUR)
    assert sent_by(vendor, one) == 1
    assert vendor.post("/leads/subsequence/remove", {"id": lead})["subsequence_id"] is None
    vendor.advance(5 * DAY)
    assert sent_by(vendor, one) == 1


def test_an_interest_that_somebody_sets_moves_a_lead(vendor: Any) -> None:
    campaign = started(vendor, "quiet@alder.example.com")
    one = subsequence(vendor, campaign, conditions={"crm_status": [2]})
    body = {"lead_email": "quiet@alder.example.com", "interest_value": 2}
    assert vendor.http.post("/leads/update-interest-status", json=body).status_code == 202
    assert lead_of(vendor, "quiet@alder.example.com")["subsequence_id"] == one


def test_a_deleted_subsequence_lets_its_leads_go(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com")
    one = subsequence(vendor, campaign, steps=3)
    vendor.advance(4 * HOUR)
    assert vendor.http.delete(f"/subsequences/{one}").json()["id"] == one
    assert lead_of(vendor, "reply@alder.example.com")["subsequence_id"] is None
    assert vendor.http.get(f"/subsequences/{one}").status_code == 404
    vendor.advance(DAY)
    assert vendor.status(campaign) == 3


def test_a_copy_has_the_conditions_and_steps_and_no_leads(vendor: Any) -> None:
    campaign, other = started(vendor, "reply@alder.example.com"), vendor.campaign("Other")
    one = subsequence(vendor, campaign, steps=2)
    vendor.advance(4 * HOUR)
    copy = vendor.post(f"/subsequences/{one}/duplicate", {"parent_campaign": other})
    original = vendor.get(f"/subsequences/{one}")
    assert (copy["name"], copy["parent_campaign"]) == ("Later (copy)", other)
    assert (copy["conditions"], copy["sequences"]) == (original["conditions"], original["sequences"])
    assert [row["emails_sent"] for row in vendor.get("/subsequences/analytics", campaign_id=other)] == [0]
    assert [found["id"] for found in vendor.get("/subsequences", parent_campaign=other)["items"]] == [copy["id"]]
    assert [found["id"] for found in vendor.get("/subsequences", parent_campaign_not=other)["items"]] == [one]
    assert vendor.get("/subsequences", search="copy")["items"] == [copy]


def test_an_unknown_campaign_has_no_subsequence(vendor: Any) -> None:
    unknown = "0199aaaa-0000-7000-8000-000000000000"
    body = {"parent_campaign": unknown, "name": "Later", "conditions": {}}
    assert vendor.http.post("/subsequences", json=body).status_code == 404


def test_subsequences_survive_a_restart(vendor: Any) -> None:
    campaign = started(vendor, "reply@alder.example.com")
    one = subsequence(vendor, campaign, steps=2)
    vendor.advance(4 * HOUR)
    vendor.app.restore(vendor.app.saved())
    vendor.advance(3 * DAY)
    assert sent_by(vendor, one) == 2


def test_the_demo_has_leads_that_wait_in_a_subsequence(demo: Any) -> None:
    campaign = demo.named("08 Webinar follow-up")
    (one,) = demo.get("/subsequences", parent_campaign=campaign)["items"]
    status = demo.get(f"/subsequences/{one['id']}/sending-status")
    assert status["diagnostics"]["follow_ups_waiting"]["count"] == 3
    assert demo.status(campaign) == 4
    demo.advance(20 * DAY)
    assert demo.status(campaign) == 4


def test_a_bad_date_of_its_steps_is_refused_with_the_whole_body_of_errors(vendor: Any) -> None:
    one = subsequence(vendor, started(vendor, "ada@firm.example.com"))
    answer = vendor.http.get(f"/subsequences/{one}/analytics/steps?start_date=never")
    assert (answer.status_code, answer.json()) == (
        400,
        {"statusCode": 400, "error": "Bad Request", "message": "Invalid date"},
    )
