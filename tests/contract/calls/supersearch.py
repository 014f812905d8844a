"""Every call on SuperSearch."""

from typing import Any

from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.supersearch import LIST

ID = "c-1"
WANTED = {"level": ["C-Level"], "department": ["Human Resources"]}
AI = {"column": "intro", "model": "gpt-4o"}
CALLS = {
    "supersearch.count": lambda client: client.supersearch.count(WANTED),
    "supersearch.preview": lambda client: client.supersearch.preview(WANTED),
    "supersearch.import_leads": lambda client: client.supersearch.import_leads(WANTED, most=1),
    "supersearch.enrich": lambda client: client.supersearch.enrich(ID, "email_verification"),
    "supersearch.run": lambda client: client.supersearch.run(ID, most=1),
    "supersearch.get": lambda client: client.supersearch.get(ID),
    "supersearch.change_settings": lambda client: client.supersearch.change_settings(ID, {"auto_update": True}),
    "supersearch.history": lambda client: client.supersearch.history(ID),
    "supersearch.fill_column": lambda client: client.supersearch.fill_column(ID, LIST, **AI),
    "supersearch.columns_in_progress": lambda client: client.supersearch.columns_in_progress(ID),
    "supersearch.signal_keywords": lambda client: client.supersearch.signal_keywords("job_change", "title"),
}
WRITES = {
    "supersearch.import_leads", "supersearch.enrich", "supersearch.run", "supersearch.change_settings",
    "supersearch.fill_column",
}  # fmt: skip


def call_all(client: InstantlyClient, world_time: Any) -> None:
    del world_time
    assert client.supersearch.count(WANTED, skip_owned=True, one_per_company=True) > 0
    assert client.supersearch.preview(WANTED).people
    order = client.supersearch.import_leads(WANTED, most=5, list_name="Found", find_addresses=True)
    resource = order.resource_remote_id
    client.supersearch.import_leads(WANTED, most=2, resource_remote_id=resource)
    client.supersearch.enrich(resource, "email_verification", most=10)
    client.supersearch.run(resource, lead_remote_ids=["0199aaaa-0000-7000-8000-000000000000"], most=1)
    client.supersearch.run(resource, run_for_every_lead=True)
    assert client.supersearch.get(resource).exists
    client.supersearch.change_settings(resource, {"auto_update": True, "skip_rows_without_email": False})
    assert len(client.supersearch.history(resource, limit=10, offset=1)) == 4
    client.supersearch.fill_column(resource, LIST, column="intro", model="gpt-4o", fields={"prompt": "Say hello"})
    assert [one.column for one in client.supersearch.columns_in_progress(resource)] == ["intro"]
    client.supersearch.signal_keywords("linkedin_post_contact", "tags", prefix="ai", limit=5)
