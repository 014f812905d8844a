"""SuperSearch in the client: what spends credits says how much, and a subsequence needs a condition."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.clients.instantly import InstantlyClient, connect


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.supersearch.run("list"),
        lambda client: client.supersearch.run("list", lead_remote_ids=[]),
        lambda client: client.supersearch.import_leads({}, most=0),
        lambda client: client.supersearch.import_leads({}, most=1_000_001),
        lambda client: client.supersearch.import_leads({}, most=1, list_name="a", resource_remote_id="b"),
        lambda client: client.subsequences.create("c", "Later", {}),
        lambda client: client.subsequences.create("c", "Later", {"crm_status": [], "reply_contains": ""}),
    ],
)
def test_what_would_spend_without_a_limit_or_never_happen_is_not_sent(call: Callable[[InstantlyClient], Any]) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    client = connect("https://api.example.com", "key", http_transport=httpx.MockTransport(answer))
    with client, pytest.raises(ValueError, match=r"\w"):
        call(client)
    assert seen == []
