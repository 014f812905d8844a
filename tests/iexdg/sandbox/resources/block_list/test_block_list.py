"""The block list: what it takes, what it refuses at the next add, what stays the same, and how it is emptied."""

from typing import Any

import pytest

PATH = "/block-lists-entries"


def block(vendor: Any, *values: str) -> list[str]:
    return [str(vendor.post(PATH, {"bl_value": value})["id"]) for value in values]


def values(vendor: Any, **query: Any) -> set[str]:
    return {entry["bl_value"] for entry in vendor.get(PATH, limit=100, **query)["items"]}


@pytest.mark.parametrize("blocked", ["ana@alder.example.com", "Alder.Example.com"])
def test_a_blocked_address_or_domain_is_refused_at_the_next_add(vendor: Any, blocked: str) -> None:
    campaign = vendor.campaign()
    (entry,) = block(vendor, blocked)
    answer = vendor.add(campaign, "ana@alder.example.com", "bo@birch.example.com")
    assert (answer["in_blocklist"], answer["leads_uploaded"]) == (1, 1)
    assert vendor.http.delete(f"{PATH}/{entry}").json()["bl_value"] == blocked.lower()
    assert vendor.add(campaign, "ana@alder.example.com")["leads_uploaded"] == 1


def test_an_entry_keeps_its_id_when_its_value_changes_and_when_others_come_and_go(vendor: Any) -> None:
    first, second = block(vendor, "one.example.com", "two.example.com")
    vendor.patch(f"{PATH}/{first}", {"bl_value": "new@three.example.com"})
    vendor.http.delete(f"{PATH}/{second}")
    block(vendor, "four.example.com")
    entry = vendor.get(f"{PATH}/{first}")
    assert (entry["id"], entry["bl_value"], entry["is_domain"]) == (first, "new@three.example.com", False)
    assert values(vendor) == {"new@three.example.com", "four.example.com"}


def test_a_value_that_is_blocked_already_is_answered_as_it_is(vendor: Any) -> None:
    assert len({*block(vendor, "one.example.com", "ONE.example.com")}) == 1


@pytest.mark.parametrize("value", ["", "no value", "@", "a@b", "-x-.example"])
def test_what_is_neither_an_address_nor_a_domain_is_refused(vendor: Any, value: str) -> None:
    assert vendor.http.post(PATH, json={"bl_value": value}).status_code == 400
    assert values(vendor) == set()


def test_many_are_counted_and_a_wrong_one_stops_none(vendor: Any) -> None:
    body = {"bl_values": ["one.example.com", "two@two.example.com", "!", "one.example.com"]}
    answer = vendor.post(f"{PATH}/bulk-create", body)
    assert (answer["valid_count"], answer["invalid_count"], len(answer["items"])) == (3, 1, 2)
    gone = vendor.post(f"{PATH}/bulk-delete", {"ids": [answer["items"][0]["id"], "unknown"]})
    assert [entry["bl_value"] for entry in gone] == ["one.example.com"]
    assert values(vendor) == {"two@two.example.com"}


def test_a_delete_without_an_id_empties_the_list_or_what_its_filters_mean(vendor: Any) -> None:
    block(vendor, "one.example.com", "two.example.com", "ana@one.example.com")
    assert len(vendor.http.delete(PATH, params={"search": "one", "domains_only": "true"}).json()) == 1
    assert values(vendor) == {"two.example.com", "ana@one.example.com"}
    assert len(vendor.http.delete(PATH).json()) == 2
    assert values(vendor) == set()


def test_the_list_is_filtered_and_paged_to_its_end(vendor: Any) -> None:
    block(vendor, *(f"d{number}.example.com" for number in range(5)), "ana@one.example.com")
    assert values(vendor, search="ana") == {"ana@one.example.com"}
    assert len(values(vendor, domains_only="true")) == 5
    seen: list[str] = []
    page = vendor.get(PATH, limit=2)
    while page["items"]:
        seen += [entry["bl_value"] for entry in page["items"]]
        page = vendor.get(PATH, limit=2, starting_after=page["next_starting_after"])
    assert len(seen) == len({*seen}) == 6


def test_the_file_has_a_header_and_a_line_for_each_value(vendor: Any) -> None:
    block(vendor, "one.example.com", "ana@one.example.com")
    answer = vendor.http.get(f"{PATH}/download", params={"domains_only": "true"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text == "Blocked Email,Date\r\none.example.com,2026-11-23T15:00:00.000Z\r\n"


def test_an_unknown_id_is_not_found(vendor: Any) -> None:
    path = f"{PATH}/0199aaaa-0000-7000-8000-000000000000"
    answers = [vendor.http.get(path), vendor.http.delete(path), vendor.http.patch(path, json={"bl_value": "a.example"})]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
