"""Every call on the block list."""

from typing import Any

from iexdg.clients.instantly import InstantlyClient

ID, EMAIL = "c-1", "ada@example.com"
CALLS = {
    "block_list.get": lambda client: client.block_list.get(ID),
    "block_list.download": lambda client: client.block_list.download(),
    "block_list.add": lambda client: client.block_list.add(EMAIL),
    "block_list.add_many": lambda client: client.block_list.add_many([EMAIL]),
    "block_list.change": lambda client: client.block_list.change(ID, EMAIL),
    "block_list.remove": lambda client: client.block_list.remove(ID),
    "block_list.remove_many": lambda client: client.block_list.remove_many([ID]),
    "block_list.remove_matching": lambda client: client.block_list.remove_matching(search="ada"),
}
WRITES = {
    "block_list.add", "block_list.add_many", "block_list.change", "block_list.remove", "block_list.remove_many",
    "block_list.remove_matching",
}  # fmt: skip


def call_all(client: InstantlyClient, world_time: Any) -> None:
    del world_time
    list(client.block_list.list(search="rival", domains_only=True))
    entry = client.block_list.add("rival.example.org")
    client.block_list.get(entry.remote_id)
    client.block_list.change(entry.remote_id, "other.example.org")
    client.block_list.remove(entry.remote_id)
    many = client.block_list.add_many(["one@rival.example.org", "two.example.org", "no value"])
    client.block_list.download(search="rival", domains_only=True)
    client.block_list.remove_many([one.remote_id for one in many.entries])
    client.block_list.remove_matching(search="example", domains_only=True)
    client.block_list.remove_matching(delete_everything_blocked=True)
