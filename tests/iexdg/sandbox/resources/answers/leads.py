"""Every answer about changing, moving and finding leads, and about what organises them."""

from typing import Any

USER = "0199aaaa-0000-7000-8000-0000000000aa"
UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"
SENDER = "exec@peers.example.com"


def write_all(vendor: Any) -> None:
    campaign, target = vendor.campaign("Source"), vendor.campaign("Target")
    made = vendor.post("/lead-lists", {"name": "Autumn", "has_enrichment_task": True})["id"]
    vendor.add(campaign, *(f"w{number}@alder.example.com" for number in range(4)))
    _fill_the_list(vendor, made)
    _change_leads(vendor, campaign, made)
    _move_leads(vendor, campaign, target, made)
    _write_labels(vendor)
    _write_tags(vendor, target)
    _copy_campaigns(vendor, target)
    _provoke_refusals(vendor, campaign)
    vendor.http.request("DELETE", "/leads", json={"campaign_id": campaign})
    vendor.http.delete(f"/campaigns/{campaign}")
    vendor.http.delete(f"/lead-lists/{made}")


def _fill_the_list(vendor: Any, made: str) -> None:
    leads = [{"email": f"{kind}.l@alder.example.com"} for kind in ("invalid", "risky", "catchall", "stuck", "ana")]
    vendor.post("/leads/add", {"list_id": made, "leads": leads, "verify_leads_on_import": True})
    vendor.post("/leads", {"first_name": "Nobody's", "assigned_to": USER})
    for seconds in (0, 10):
        vendor.advance(seconds)
        vendor.post("/leads/list", {"list_id": made, "limit": 100})
        vendor.get(f"/lead-lists/{made}/verification-stats")
    vendor.patch(f"/lead-lists/{made}", {"name": "Spring"})
    vendor.get(f"/lead-lists/{made}")


def _change_leads(vendor: Any, campaign: str, made: str) -> None:
    first, second = vendor.post("/leads/list", {"campaign": campaign, "limit": 2})["items"]
    path = f"/leads/{first['id']}"
    vendor.patch(path, {"first_name": "Ana", "custom_variables": {"a": 1, "b": None}, "lt_interest_status": 1})
    interest = {"lead_email": first["email"], "interest_value": 2}
    assert vendor.http.post("/leads/update-interest-status", json=interest).status_code == 202
    step = {"type": "email", "delay": 1, "variants": [{"subject": "Later", "body": "<div>Hi</div>"}]}
    body = {"parent_campaign": campaign, "name": "Later", "conditions": {"reply_contains": "price"}}
    later = vendor.post("/subsequences", body | {"sequences": [{"steps": [step]}]})
    vendor.post("/leads/subsequence/move", {"id": first["id"], "subsequence_id": later["id"]})
    vendor.get(path)
    vendor.post("/leads/subsequence/remove", {"id": first["id"]})
    vendor.post("/leads/merge", {"lead_id": second["id"], "destination_lead_id": first["id"]})
    assign = {"list_id": made, "organization_user_ids": [USER]}
    assert vendor.http.post("/leads/bulk-assign", json=assign).status_code == 202


def _move_leads(vendor: Any, campaign: str, target: str, made: str) -> None:
    vendor.post("/leads/move", {"campaign": campaign, "to_campaign_id": target, "copy_leads": True})
    job = vendor.post("/leads/move", {"list_id": made, "to_campaign_id": target, "limit": 1})
    for _ in range(3):
        vendor.advance(2)
        vendor.get(f"/background-jobs/{job['id']}")
    vendor.post("/leads/list", {"campaign": target, "limit": 100})


def _write_labels(vendor: Any) -> None:
    label = vendor.post("/lead-labels", {"label": "Later", "interest_status_label": "neutral", "use_with_ai": True})
    path = f"/lead-labels/{label['id']}"
    vendor.patch(path, {"description": "Next year"})
    vendor.get(path)
    vendor.get("/lead-labels")
    vendor.post("/lead-labels/ai-reply-label", {"reply_text": "Later"})
    assert vendor.http.delete(path).status_code == 200


def _write_tags(vendor: Any, campaign: str) -> None:
    tag = vendor.post("/custom-tags", {"label": "Voices"})
    path = f"/custom-tags/{tag['id']}"
    for kind, resource in ((1, SENDER), (2, campaign)):
        body = {"tag_ids": [tag["id"]], "resource_type": kind, "resource_ids": [resource], "assign": True}
        vendor.post("/custom-tags/toggle-resource", body)
    vendor.get("/custom-tag-mappings")
    vendor.get(path)
    vendor.patch(path, {"description": "Who writes"})
    assert vendor.http.post("/custom-tags", json={"label": "Voices"}).status_code == 409
    assert vendor.http.delete(path).status_code == 200


def _copy_campaigns(vendor: Any, campaign: str) -> None:
    vendor.post(f"/campaigns/{campaign}/variables", {"variables": ["region"]})
    vendor.post(f"/campaigns/{campaign}/duplicate", {})
    vendor.post(f"/campaigns/{campaign}/export", {})
    assert vendor.http.post(f"/campaigns/{campaign}/from-export").status_code == 403
    assert vendor.http.post(f"/campaigns/{campaign}/share").status_code == 204
    vendor.post(f"/campaigns/{campaign}/from-export", {})
    vendor.get("/campaigns/search-by-contact", search="w3@alder.example.com")
    vendor.get("/campaigns/count-launched")


def _provoke_refusals(vendor: Any, campaign: str) -> None:
    for method, path, body, status in (
        ("POST", "/leads/update-interest-status", {"lead_email": "x", "interest_value": 1}, 400),
        ("POST", "/leads/bulk-assign", {"search": "zzz", "organization_user_ids": [USER]}, 400),
        ("POST", "/leads/move", {"campaign": campaign, "to_campaign_id": UNKNOWN}, 404),
        ("POST", "/leads/merge", {"lead_id": UNKNOWN, "destination_lead_id": UNKNOWN}, 404),
        ("POST", "/leads/subsequence/remove", {"id": UNKNOWN}, 404),
        ("DELETE", "/leads", {"campaign_id": UNKNOWN}, 404),
        ("PATCH", f"/leads/{UNKNOWN}", {"first_name": "Ana"}, 404),
        ("POST", "/lead-lists", {}, 400),
        ("GET", f"/lead-lists/{UNKNOWN}", None, 404),
        ("POST", "/lead-labels", {"label": "X"}, 400),
        ("GET", f"/lead-labels/{UNKNOWN}", None, 404),
        ("POST", "/custom-tags", {"label": " "}, 400),
        ("GET", f"/custom-tags/{UNKNOWN}", None, 404),
        ("GET", f"/background-jobs/{'0' * 24}", None, 404),
        ("POST", f"/campaigns/{UNKNOWN}/share", None, 404),
    ):
        answer = vendor.http.request(method, path, **({} if body is None else {"json": body}))
        assert answer.status_code == status, (path, answer.text)
