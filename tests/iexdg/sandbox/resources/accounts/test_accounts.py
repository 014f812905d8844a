"""Sending accounts: order, filters and pages."""

from typing import Any

import pytest


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
    (tag,) = demo.get("/accounts", search="nora", include_tags="true")["items"][0]["tags"]
    assert (tag["label"], tag["description"]) == ("Voices", None)
    assert demo.get("/accounts", skip=5)["items"] == demo.get("/accounts")["items"][5:]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ACC_FILTER_PAUSED", {"team@peers.example.com"}),
        ("ACC_FILTER_ERROR", {"chambers@notes.example.com"}),
        ("ACC_FILTER_W_PAUSED", {"chambers@notes.example.com"}),
        ("ACC_FILTER_W_ERROR", {"desk@notes.example.com"}),
        ("ACC_FILTER_W_ACTIVE", {"exec@peers.example.com", "peer@peers.example.com", "team@peers.example.com",
                                 "events@notes.example.com"}),
        ("ACC_FILTER_NO_CTD", {"peer@peers.example.com", "team@peers.example.com", "desk@notes.example.com",
                               "events@notes.example.com", "chambers@notes.example.com"}),
        ("ACC_FILTER_DFY", set()),
        ("ACC_FILTER_DFY_SETUP_PENDING", set()),
        ("ACC_FILTER_PW_ACCOUNTS", set()),
    ],
)  # fmt: skip
def test_every_filter_leaves_just_the_accounts_that_it_names(demo: Any, name: str, expected: set[str]) -> None:
    demo.post("/accounts/team@peers.example.com/pause", {})
    demo.patch("/accounts/exec@peers.example.com", {"tracking_domain_name": "track.example.com"})
    demo.app.world.accounts["desk@notes.example.com"]["warmup_status"] = -1
    assert {item["email"] for item in demo.get("/accounts", filter=name)["items"]} == expected


def test_an_unknown_filter_is_refused_and_a_cursor_that_names_nobody_ends_the_list(demo: Any) -> None:
    assert demo.http.get("/accounts", params={"filter": "ACC_FILTER_ALL"}).status_code == 400
    assert demo.get("/accounts", starting_after="junk") == {"items": []}


def test_who_asks_for_a_tag_that_nobody_has_gets_nobody(demo: Any) -> None:
    tag = "0199cccc-0000-7000-8000-000000000000"
    assert demo.get("/accounts", tag_ids=tag)["items"] == demo.get("/accounts", tag_ids_all=tag)["items"] == []


def test_an_older_cursor_is_a_time_alone(demo: Any) -> None:
    everybody = demo.get("/accounts")["items"]
    assert demo.get("/accounts", starting_after=everybody[0]["timestamp_created"])["items"] == everybody[1:]
