"""Every answer about webhooks and their log."""

from typing import Any


def write_all(vendor: Any) -> None:
    url = "https://hooks.example.com/answers"
    campaign = vendor.campaign("Announced")
    webhook = vendor.post("/webhooks", {"target_hook_url": url, "event_type": "all_events", "headers": {"X-A": "b"}})
    failing = vendor.post("/webhooks", {"target_hook_url": f"{url}/status/500", "custom_interest_value": 7})
    path = f"/webhooks/{webhook['id']}"
    vendor.get(path)
    vendor.patch(path, {"name": "Answers", "campaign": campaign})
    for one in (webhook, failing):
        assert vendor.http.post(f"/webhooks/{one['id']}/test").status_code == 200
    vendor.add(campaign, "p1@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(7 * 86_400)
    event = vendor.get("/webhook-events")["items"][0]
    vendor.get(f"/webhook-events/{event['id']}")
    vendor.get("/webhook-events/summary")
    vendor.get("/webhook-events/summary-by-date")
    assert vendor.http.post(f"{path}/resume").status_code == 200
    assert vendor.http.delete(path).status_code == 200
