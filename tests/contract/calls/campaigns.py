"""The calls of the client on campaigns beside running them: copies, sharing, variables, finding and deleting."""

from iexdg.clients.instantly import InstantlyClient
from tests.contract.conftest import WorldTime, campaign_body

ID = "c-1"
CALLS = {
    "campaigns.delete": lambda client: client.campaigns.delete(ID),
    "campaigns.duplicate": lambda client: client.campaigns.duplicate("c-2"),
    "campaigns.share": lambda client: client.campaigns.share(ID),
    "campaigns.export": lambda client: client.campaigns.export(ID),
    "campaigns.create_from_shared": lambda client: client.campaigns.create_from_shared("c-2"),
    "campaigns.add_variables": lambda client: client.campaigns.add_variables(ID, ["segment"]),
    "campaigns.with_contact": lambda client: client.campaigns.with_contact("ada@example.com"),
    "campaigns.count_launched": lambda client: client.campaigns.count_launched(),
}
WRITES = set(CALLS) - {"campaigns.export", "campaigns.with_contact", "campaigns.count_launched"}


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    del world_time
    campaigns = client.campaigns
    made = campaigns.create(campaign_body(name="Copied")).remote_id
    campaigns.add_variables(made, ["segment"])
    campaigns.duplicate(made)
    copy = campaigns.duplicate(made, name="Another name").remote_id
    campaigns.share(made)
    campaigns.export(made)
    campaigns.create_from_shared(made)
    campaigns.count_launched()
    client.leads.create(copy, {"email": "found@northwind.example.com"})
    campaigns.with_contact("found@northwind.example.com")
    campaigns.delete(copy)
