"""Every answer about SuperSearch and enrichments."""

from typing import Any

PATH = "/supersearch-enrichment"


def write_all(vendor: Any) -> None:
    search = {"search_filters": {"level": ["C-Level"]}}
    vendor.post(f"{PATH}/count-leads-from-supersearch", search)
    vendor.post(f"{PATH}/preview-leads-from-supersearch", search)
    ordered = vendor.post(f"{PATH}/enrich-leads-from-supersearch", search | {"limit": 3, "work_email_enrichment": True})
    resource = ordered["resource_id"]
    vendor.post(f"{PATH}/", {"resource_id": resource, "type": "email_verification", "limit": 10})
    vendor.get(f"{PATH}/{resource}")
    vendor.post(f"{PATH}/run", {"resource_id": resource})
    assert vendor.http.patch(f"{PATH}/{resource}/settings", json={"auto_update": True}).status_code == 200
    vendor.get(f"{PATH}/history/{resource}")
    ai = {"resource_id": resource, "resource_type": 2, "output_column": "intro", "model_version": "gpt-4o"}
    vendor.post(f"{PATH}/ai", ai | {"limit": 5})
    vendor.get(f"{PATH}/ai/{resource}/in-progress")
    vendor.post(f"{PATH}/signal-keywords-facet", {"category": "job_change", "field": "title"})
    vendor.advance(10)
    vendor.get(f"{PATH}/{resource}")
    nothing = vendor.http.post(f"{PATH}/run", json={"resource_id": vendor.campaign("Never enriched")})
    assert nothing.status_code == 400
