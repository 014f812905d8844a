"""What is announced to whom, and what the payload of each kind of event says."""

from typing import Any

import pytest

from iexdg.sandbox.webhooks.transfer import played

URL = "https://hooks.example.com/announced"
DAY = 86_400


def subscribe(vendor: Any, **fields: Any) -> str:
    return str(vendor.post("/webhooks", {"target_hook_url": URL, "event_type": "all_events", **fields})["id"])


def running(vendor: Any, *emails: str, **fields: Any) -> str:
    campaign = str(vendor.campaign(link_tracking=True, **fields))
    for email in emails:
        vendor.post("/leads", {"campaign": campaign, "email": email, "first_name": "Ana", "company_name": "Alder"})
    vendor.post(f"/campaigns/{campaign}/activate", {})
    return campaign


def sent(vendor: Any) -> list[dict[str, Any]]:
    """The payloads that arrived, the oldest first."""
    items = vendor.get("/webhook-events", limit=100)["items"]
    return [item["payload"] for item in reversed(items)]


def test_a_reply_is_announced_with_its_words_and_the_lead(vendor: Any) -> None:
    subscribe(vendor)
    campaign = running(vendor, "reply@alder.example.com")
    vendor.advance(6 * 3600)
    by_type = {payload["event_type"]: payload for payload in sent(vendor)}
    assert set(by_type) == {"email_sent", "email_opened", "reply_received", "lead_interested", "campaign_completed"}
    reply = by_type["reply_received"]
    (mail,) = vendor.get("/emails", email_type="received")["items"]
    assert (reply["campaign_id"], reply["campaign_name"], reply["lead_email"]) == (campaign, "Trial", mail["lead"])
    assert (reply["step"], reply["variant"], reply["is_first"], reply["email_id"]) == (1, 1, True, mail["id"])
    assert (reply["firstName"], reply["companyName"]) == ("Ana", "Alder")
    assert (reply["reply_subject"], reply["reply_text"]) == ("Re: Hi", mail["body"]["text"])
    assert mail["thread_id"] in reply["unibox_url"]
    assert (reply["workspace"], reply["timestamp"]) == (mail["organization_id"], mail["timestamp_email"])
    assert by_type["email_sent"]["email_subject"] == "Hi"
    assert by_type["campaign_completed"]["campaign_id"] == campaign


@pytest.mark.parametrize(
    ("kind", "event_type"),
    [
        ("open", "email_opened"),
        ("click", "link_clicked"),
        ("reply", "reply_received"),
        ("auto_reply", "auto_reply_received"),
        ("bounce", "email_bounced"),
        ("unsubscribe", "lead_unsubscribed"),
    ],
)
def test_each_reaction_is_announced_by_the_name_that_payloads_have(vendor: Any, kind: str, event_type: str) -> None:
    campaign = running(vendor, "quiet@alder.example.com")
    vendor.advance(300)
    subscribe(vendor)
    vendor.control("POST", "events", {"kind": kind, "campaign_id": campaign, "email": "quiet@alder.example.com"})
    assert event_type in [payload["event_type"] for payload in sent(vendor)]


def test_a_click_is_subscribed_to_under_another_name_than_it_arrives_by(vendor: Any) -> None:
    subscribe(vendor, event_type="email_link_clicked")
    campaign = running(vendor, "quiet@alder.example.com")
    vendor.advance(300)
    vendor.control("POST", "events", {"kind": "click", "campaign_id": campaign, "email": "quiet@alder.example.com"})
    assert [payload["event_type"] for payload in sent(vendor)] == ["link_clicked"]


def test_a_webhook_gets_only_its_event_type_and_its_campaign(vendor: Any) -> None:
    first, second = (running(vendor, f"p{n}@alder.example.com", name=f"Campaign {n}") for n in (1, 2))
    subscribe(vendor, event_type="email_sent", campaign=first)
    subscribe(vendor, event_type="account_error", campaign=second)
    vendor.advance(DAY)
    assert [payload["campaign_id"] for payload in sent(vendor)] == [first]


def test_a_sender_that_fails_is_announced_for_each_of_its_campaigns(vendor: Any) -> None:
    subscribe(vendor, event_type="account_error")
    campaign = vendor.campaign()
    vendor.control("POST", "settings", {"accounts": {"exec@peers.example.com": -1}})
    assert [(one["email_account"], one["campaign_id"]) for one in sent(vendor)] == [
        ("exec@peers.example.com", campaign)
    ]
    vendor.control("POST", "settings", {"accounts": {"exec@peers.example.com": -2}})
    assert len(sent(vendor)) == 1


def test_nothing_is_announced_to_a_webhook_that_is_gone(vendor: Any) -> None:
    webhook = subscribe(vendor)
    running(vendor, "p1@alder.example.com")
    vendor.http.delete(f"/webhooks/{webhook}")
    vendor.advance(DAY)
    assert sent(vendor) == []


def test_the_result_of_a_verification_is_sent_after_ten_seconds(make_vendor: Any) -> None:
    from_webhook: list[Any] = []

    def keep(outgoing: Any) -> Any:
        from_webhook.append(outgoing)
        return played(outgoing)

    vendor = make_vendor(webhook_sender=keep, pending_polls=99)
    for email in ("ana@alder.example.com", "stuck@alder.example.com", "fast@alder.example.com"):
        vendor.post("/email-verification", {"email": email, "webhook_url": URL})
    vendor.advance(9)
    assert vendor.app.courier.send_due() == 0
    vendor.advance(2)
    assert vendor.app.courier.send_due() == 1
    (outgoing,) = from_webhook
    assert outgoing.url == URL
    assert outgoing.payload == vendor.get("/email-verification/ana@alder.example.com") | {"credits": 948.75}
    assert outgoing.payload["verification_status"] == "verified"


@pytest.mark.parametrize(
    ("value", "event_type"),
    [
        (0, "lead_out_of_office"),
        (1, "lead_interested"),
        (2, "lead_meeting_booked"),
        (3, "lead_meeting_completed"),
        (4, "lead_closed"),
        (-1, "lead_not_interested"),
        (-2, "lead_wrong_person"),
        (-4, "lead_no_show"),
    ],
)
def test_an_interest_that_somebody_sets_is_announced_once(vendor: Any, value: int, event_type: str) -> None:
    subscribe(vendor, event_type=event_type)
    running(vendor, "quiet@alder.example.com")
    body = {"lead_email": "quiet@alder.example.com", "interest_value": value}
    for _ in range(2):
        assert vendor.http.post("/leads/update-interest-status", json=body).status_code == 202
    assert [one["event_type"] for one in sent(vendor)] == [event_type]


def test_a_custom_label_is_announced_by_its_own_name_to_those_who_want_its_value(vendor: Any) -> None:
    label = vendor.post("/lead-labels", {"label": "Call in spring", "interest_status_label": "positive"})
    subscribe(vendor, event_type=None, custom_interest_value=label["interest_status"])
    subscribe(vendor, event_type=None, custom_interest_value=label["interest_status"] + 1)
    running(vendor, "quiet@alder.example.com")
    body = {"lead_email": "quiet@alder.example.com", "interest_value": label["interest_status"]}
    assert vendor.http.post("/leads/update-interest-status", json=body).status_code == 202
    assert [one["event_type"] for one in sent(vendor)] == ["Call in spring"]
    types = vendor.get("/webhooks/event-types")["event_types"]
    assert {"id": str(label["interest_status"]), "label": "Call in spring", "type": "custom"} in types
