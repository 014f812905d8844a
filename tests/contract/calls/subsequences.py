"""Every call on subsequences."""

from datetime import date
from typing import Any

from iexdg.clients.instantly import InstantlyClient
from tests.contract.conftest import campaign_body

ID = "c-1"
WANTED = {"crm_status": [1], "lead_activity": [2, 4, 91], "reply_contains": "price"}
CALLS = {
    "subsequences.list": lambda client: list(client.subsequences.list()),
    "subsequences.get": lambda client: client.subsequences.get(ID),
    "subsequences.create": lambda client: client.subsequences.create(ID, "Later", WANTED),
    "subsequences.patch": lambda client: client.subsequences.patch(ID, {"name": "X"}),
    "subsequences.delete": lambda client: client.subsequences.delete(ID),
    "subsequences.duplicate": lambda client: client.subsequences.duplicate(ID, ID),
    "subsequences.pause": lambda client: client.subsequences.pause(ID),
    "subsequences.resume": lambda client: client.subsequences.resume(ID),
    "subsequences.sending_status": lambda client: client.subsequences.sending_status(ID),
    "subsequences.totals": lambda client: client.subsequences.totals(ID),
    "subsequences.steps": lambda client: client.subsequences.steps(ID),
}
WRITES = {
    "subsequences.create", "subsequences.patch", "subsequences.delete", "subsequences.duplicate", "subsequences.pause",
    "subsequences.resume",
}  # fmt: skip


def call_all(client: InstantlyClient, world_time: Any) -> None:
    del world_time
    body = campaign_body(name="With subsequences")
    campaign = client.campaigns.create(body).remote_id
    fields = {"sequences": body["sequences"], "daily_limit_mode": "custom", "daily_limit": 5}
    made = client.subsequences.create(campaign, "Later", WANTED, fields)
    assert (made.reply_contains, len(made.steps)) == ("price", 1)
    assert list(client.subsequences.list(campaign_remote_id=campaign, search="later")) == [made]
    list(client.subsequences.list(not_of_campaign=campaign))
    client.subsequences.get(made.remote_id)
    client.subsequences.patch(made.remote_id, {"name": "Much later", "subsequence_schedule": body["campaign_schedule"]})
    client.subsequences.duplicate(made.remote_id, campaign, name="Copy")
    assert client.subsequences.pause(made.remote_id).status == 2
    assert client.subsequences.resume(made.remote_id).status == 1
    client.subsequences.sending_status(made.remote_id)
    assert len(client.subsequences.totals(campaign)) == 2
    client.subsequences.steps(made.remote_id, start=date(2026, 11, 1), end=date(2026, 11, 30))
    client.subsequences.delete(made.remote_id)
