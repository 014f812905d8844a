"""Sending accounts: order, filters and pages."""

from typing import Any


def test_accounts_page_by_time_and_address(demo: Any) -> None:
    everybody = demo.get("/accounts", limit=100)["items"]
    assert len(everybody) == 6
    paged: list[Any] = []
    query: dict[str, Any] = {"limit": 4}
    while items := (answer := demo.get("/accounts", **query))["items"]:
        paged += items
        if "next_starting_after" not in answer:
            break
        query["starting_after"] = answer["next_starting_after"]
    assert paged == everybody
    first = demo.get("/accounts", limit=4)
    fourth = everybody[3]
    assert first["next_starting_after"] == f"{fourth['timestamp_created']}&{fourth['email']}"


def test_accounts_filter_sort_and_carry_tags_on_request(demo: Any) -> None:
    assert [item["email"] for item in demo.get("/accounts", status=-1)["items"]] == ["chambers@notes.example.com"]
    scores = [item["stat_warmup_score"] for item in demo.get("/accounts", sort_by="stat_warmup_score")["items"]]
    assert scores == sorted(scores, reverse=True)
    assert demo.get("/accounts", search="nora", include_tags="true")["items"][0]["tags"] == []
    assert demo.get("/accounts", skip=5)["items"] == demo.get("/accounts")["items"][5:]
