"""Every call of the client on lead lists, labels and tags."""

from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.custom_tags import TaggedKind
from tests.contract.conftest import WorldTime

ID = "c-1"
ACCOUNTS, CAMPAIGNS = TaggedKind.ACCOUNT, TaggedKind.CAMPAIGN
SENDER = "exec@peers.example.com"
CALLS = {
    "lead_lists.list": lambda client: list(client.lead_lists.list()),
    "lead_lists.get": lambda client: client.lead_lists.get(ID),
    "lead_lists.create": lambda client: client.lead_lists.create("Autumn"),
    "lead_lists.rename": lambda client: client.lead_lists.rename(ID, "Spring"),
    "lead_lists.delete": lambda client: client.lead_lists.delete(ID),
    "lead_lists.verification_stats": lambda client: client.lead_lists.verification_stats(ID),
    "lead_labels.list": lambda client: list(client.lead_labels.list()),
    "lead_labels.get": lambda client: client.lead_labels.get(ID),
    "lead_labels.create": lambda client: client.lead_labels.create("Later", "positive"),
    "lead_labels.patch": lambda client: client.lead_labels.patch(ID, {"label": "Soon"}),
    "lead_labels.delete": lambda client: client.lead_labels.delete(ID),
    "lead_labels.suggest": lambda client: client.lead_labels.suggest("No, thank you."),
    "custom_tags.list": lambda client: list(client.custom_tags.list()),
    "custom_tags.mappings": lambda client: list(client.custom_tags.mappings()),
    "custom_tags.get": lambda client: client.custom_tags.get(ID),
    "custom_tags.create": lambda client: client.custom_tags.create("Voices"),
    "custom_tags.patch": lambda client: client.custom_tags.patch(ID, {"label": "Desks"}),
    "custom_tags.delete": lambda client: client.custom_tags.delete(ID),
    "custom_tags.assign": lambda client: client.custom_tags.assign([ID], ACCOUNTS, [SENDER]),
    "custom_tags.unassign": lambda client: client.custom_tags.unassign([ID], ACCOUNTS, [SENDER]),
    "custom_tags.assign_to_all": lambda client: client.custom_tags.assign_to_all([ID], CAMPAIGNS),
    "custom_tags.unassign_from_all": lambda client: client.custom_tags.unassign_from_all([ID], CAMPAIGNS),
}
_READS = {"list", "get", "mappings", "suggest", "verification_stats"}
WRITES = {name for name in CALLS if name.partition(".")[2] not in _READS}


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    del world_time
    _call_lists(client)
    _call_labels(client)
    _call_tags(client)


def _call_lists(client: InstantlyClient) -> None:
    made = client.lead_lists.create("Conference")
    client.lead_lists.rename(made.remote_id, "Conference of spring")
    client.lead_lists.get(made.remote_id)
    (demo,) = client.lead_lists.list(search="Autumn conference", limit=5)
    client.lead_lists.verification_stats(demo.remote_id)
    client.lead_lists.delete(made.remote_id)


def _call_labels(client: InstantlyClient) -> None:
    made = client.lead_labels.create("Later", "negative", description="Not this year", is_used_with_ai=True)
    client.lead_labels.patch(made.remote_id, {"label": "Next year", "use_with_ai": None})
    client.lead_labels.get(made.remote_id)
    list(client.lead_labels.list(search="next", kind="negative"))
    client.lead_labels.suggest("Tell me more.")
    client.lead_labels.delete(made.remote_id, reassign_to=-1)
    client.lead_labels.delete(client.lead_labels.create("Other", "neutral").remote_id)


def _call_tags(client: InstantlyClient) -> None:
    made = client.custom_tags.create(" Desks ", description="Who writes")
    client.custom_tags.patch(made.remote_id, {"description": None})
    client.custom_tags.get(made.remote_id)
    client.custom_tags.assign([made.remote_id], ACCOUNTS, [SENDER])
    list(client.custom_tags.list(search="desks", resource_ids=[SENDER]))
    list(client.custom_tags.mappings(resource_ids=[SENDER]))
    client.custom_tags.unassign([made.remote_id], ACCOUNTS, [SENDER])
    client.custom_tags.assign_to_all([made.remote_id], CAMPAIGNS, search="05")
    client.custom_tags.unassign_from_all([made.remote_id], ACCOUNTS, except_for=[SENDER])
    client.custom_tags.delete(made.remote_id)
