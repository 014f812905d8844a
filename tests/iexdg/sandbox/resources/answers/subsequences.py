"""Every answer about subsequences, with leads in one."""

from typing import Any


def write_all(vendor: Any) -> None:
    campaign = vendor.campaign("With a subsequence")
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Later", "body": "<div>Hi</div>"}]}
    body = {"parent_campaign": campaign, "name": "Later", "conditions": {"crm_status": [1]}}
    made = vendor.post("/subsequences", body | {"sequences": [{"steps": [step, step]}]})
    path = f"/subsequences/{made['id']}"
    vendor.add(campaign, "reply9@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    for hours in (0, 4, 24, 72):
        vendor.advance(hours * 3600)
        vendor.get(path)
        vendor.get(f"{path}/sending-status", with_ai_summary="true")
        vendor.get(f"{path}/analytics/steps")
        vendor.get("/subsequences/analytics", campaign_id=campaign)
        vendor.post("/leads/list", {"campaign": campaign})
    vendor.patch(path, {"name": "Renamed", "subsequence_schedule": made["subsequence_schedule"]})
    vendor.post(f"{path}/duplicate", {"parent_campaign": campaign})
    for action in ("pause", "resume"):
        assert vendor.http.post(f"{path}/{action}").status_code == 200
        vendor.get(f"{path}/sending-status")
    assert vendor.http.delete(path).status_code == 200
