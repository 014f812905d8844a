"""Custom tags: one of a label, given to accounts and campaigns, whose lists they narrow."""

from typing import Any

import pytest

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"
EXEC, PEER, TEAM = (f"{name}@peers.example.com" for name in ("exec", "peer", "team"))
ACCOUNT, CAMPAIGN = 1, 2


def tag(vendor: Any, label: str = "Voices", **more: Any) -> str:
    return str(vendor.post("/custom-tags", {"label": label, **more})["id"])


def toggle(vendor: Any, tag_id: str, kind: int, *resources: str, assign: bool = True, **more: Any) -> Any:
    body = {"tag_ids": [tag_id], "resource_type": kind, "assign": assign, **more}
    return vendor.http.post(
        "/custom-tags/toggle-resource", json=body | ({"resource_ids": resources} if resources else {})
    )


def tagged(vendor: Any, **query: Any) -> list[str]:
    return sorted(account["email"].partition("@")[0] for account in vendor.get("/accounts", **query)["items"])


def test_a_tag_is_made_read_changed_and_deleted(vendor: Any) -> None:
    made = vendor.post("/custom-tags", {"label": " Voices ", "description": "Who writes"})
    assert (made["label"], made["description"]) == ("Voices", "Who writes")
    changed = vendor.patch(f"/custom-tags/{made['id']}", {"label": "Desks", "description": None})
    assert (changed["label"], changed["description"]) == ("Desks", None)
    assert vendor.get(f"/custom-tags/{made['id']}") == changed
    assert vendor.http.delete(f"/custom-tags/{made['id']}").json() == changed
    assert vendor.http.get(f"/custom-tags/{made['id']}").status_code == 404


def test_a_label_that_exists_once_blanks_are_gone_is_a_conflict_and_changes_nothing(vendor: Any) -> None:
    voices, desks = tag(vendor, "Voices"), tag(vendor, "Desks")
    assert vendor.http.post("/custom-tags", json={"label": " Voices "}).status_code == 409
    refused = vendor.http.patch(f"/custom-tags/{desks}", json={"label": "Voices", "description": "X"})
    assert (refused.status_code, refused.json()["error"]) == (409, "Conflict")
    assert vendor.patch(f"/custom-tags/{voices}", {"label": "Voices "})["label"] == "Voices"
    assert [item["label"] for item in vendor.get("/custom-tags")["items"]] == ["Voices", "Desks"]
    assert vendor.get(f"/custom-tags/{desks}")["description"] is None


def test_accounts_are_listed_by_any_and_by_all_of_their_tags_and_show_them(vendor: Any) -> None:
    voices, desks = tag(vendor, "Voices"), tag(vendor, "Desks", description="Of events")
    assert toggle(vendor, voices, ACCOUNT, EXEC, PEER).json() == {"success": True}
    toggle(vendor, desks, ACCOUNT, PEER.upper(), TEAM)
    assert tagged(vendor, tag_ids=voices) == ["exec", "peer"]
    assert tagged(vendor, tag_ids=f"{voices},{desks}") == ["exec", "peer", "team"]
    assert tagged(vendor, tag_ids_all=f"{voices},{desks}") == ["peer"]
    assert tagged(vendor, tag_ids=UNKNOWN) == []
    (team,) = vendor.get("/accounts", tag_ids=desks, search="team", include_tags="true")["items"]
    assert team["tags"] == [{"id": desks, "label": "Desks", "description": "Of events"}]
    toggle(vendor, voices, ACCOUNT, EXEC, assign=False)
    assert tagged(vendor, tag_ids=voices) == ["peer"]


def test_campaigns_are_listed_by_their_tags_and_not_by_the_tags_of_their_senders(vendor: Any) -> None:
    voices, other = tag(vendor), tag(vendor, "Other")
    one, two = vendor.campaign("One"), vendor.campaign("Two", email_tag_list=[voices])
    toggle(vendor, voices, CAMPAIGN, one)
    assert [item["id"] for item in vendor.get("/campaigns", tag_ids=f"{voices},{other}")["items"]] == [one]
    assert {item["id"] for item in vendor.get("/campaigns")["items"]} == {one, two}


def test_tags_and_mappings_are_found_by_what_has_them(vendor: Any) -> None:
    voices, desks = tag(vendor), tag(vendor, "Desks")
    campaign = vendor.campaign()
    toggle(vendor, voices, ACCOUNT, EXEC)
    toggle(vendor, desks, CAMPAIGN, campaign)
    assert [item["id"] for item in vendor.get("/custom-tags", resource_ids=EXEC)["items"]] == [voices]
    assert [item["id"] for item in vendor.get("/custom-tags", tag_ids=f"{desks},{UNKNOWN}")["items"]] == [desks]
    assert [item["id"] for item in vendor.get("/custom-tags", search="DESK")["items"]] == [desks]
    mapped = vendor.get("/custom-tag-mappings")["items"]
    assert [(item["tag_id"], item["resource_type"]) for item in mapped] == [(voices, 1), (desks, 2)]
    assert mapped[1]["resource_id"] == campaign
    by_id = vendor.get("/custom-tag-mappings", resource_ids=f"{mapped[0]['resource_id']},{UNKNOWN}")["items"]
    assert by_id == vendor.get("/custom-tag-mappings", resource_ids=EXEC)["items"] == mapped[:1]


def test_tags_and_mappings_page_to_their_end(vendor: Any) -> None:
    for label in ("One", "Two", "Three"):
        toggle(vendor, tag(vendor, label), ACCOUNT, EXEC)
    for path in ("/custom-tags", "/custom-tag-mappings"):
        first = vendor.get(path, limit=2)
        rest = vendor.get(path, limit=2, starting_after=first["next_starting_after"])["items"]
        assert (len(first["items"]), len(rest)) == (2, 1)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({}, ["exec", "peer", "team"]),
        ({"excluded_resource_ids": [EXEC]}, ["peer", "team"]),
        ({"search": "marcus"}, ["peer"]),
        ({"filter": "ACC_FILTER_PAUSED"}, ["team"]),
        ({"filter": {"filter": "ACC_FILTER_PAUSED", "search": "exec"}}, []),
        ({"filter": {"tag_id": "{known}"}}, ["exec"]),
        ({"filter": {"tag_id": "no-tag"}}, ["peer", "team"]),
        ({"filter": {"tag_ids": ["{known}"]}}, ["exec"]),
        ({"filter": {"tag_ids_all": ["{known}", UNKNOWN]}}, []),
    ],
)
def test_all_accounts_are_meant_or_all_that_a_filter_finds(vendor: Any, more: Any, names: list[str]) -> None:
    vendor.control("POST", "settings", {"accounts": {TEAM: 2}})
    known, voices = tag(vendor, "Known"), tag(vendor)
    toggle(vendor, known, ACCOUNT, EXEC)
    if isinstance(more.get("filter"), dict):
        asked = {name: _filled(value, known) for name, value in more["filter"].items()}
        more = {"filter": asked}
    assert toggle(vendor, voices, ACCOUNT, selected_all=True, **more).status_code == 200
    assert tagged(vendor, tag_ids=voices) == names


def _filled(value: Any, known: str) -> Any:
    if isinstance(value, list):
        return [_filled(one, known) for one in value]
    return known if value == "{known}" else value


def test_nothing_is_tagged_where_a_tag_or_a_resource_is_unknown_or_none_is_named(vendor: Any) -> None:
    voices = tag(vendor)
    assert toggle(vendor, voices, ACCOUNT).status_code == 400
    assert toggle(vendor, voices, ACCOUNT, EXEC, "nobody@peers.example.com").status_code == 404
    assert toggle(vendor, UNKNOWN, ACCOUNT, EXEC).status_code == 404
    assert toggle(vendor, voices, CAMPAIGN, EXEC).status_code == 404
    assert vendor.get("/custom-tag-mappings")["items"] == []


def test_a_campaign_sends_from_accounts_that_have_one_of_its_tags(vendor: Any) -> None:
    voices = tag(vendor)
    campaign = vendor.campaign(email_list=[], email_tag_list=[voices])
    vendor.add(campaign, "ana@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(3600)
    assert vendor.totals(campaign)["emails_sent_count"] == 0
    toggle(vendor, voices, ACCOUNT, EXEC)
    vendor.advance(2 * 3600)
    (sent,) = vendor.get("/emails", campaign_id=campaign)["items"]
    assert sent["eaccount"] == EXEC


def test_a_deleted_account_leaves_no_mapping(vendor: Any) -> None:
    toggle(vendor, tag(vendor), ACCOUNT, EXEC)
    vendor.http.delete(f"/accounts/{EXEC}")
    assert vendor.get("/custom-tag-mappings")["items"] == []


def test_a_deleted_tag_and_a_deleted_campaign_leave_no_mapping(vendor: Any) -> None:
    voices, desks = tag(vendor), tag(vendor, "Desks")
    campaign = vendor.campaign()
    toggle(vendor, voices, CAMPAIGN, campaign)
    toggle(vendor, desks, ACCOUNT, EXEC)
    vendor.http.delete(f"/campaigns/{campaign}")
    vendor.http.delete(f"/custom-tags/{desks}")
    assert vendor.get("/custom-tag-mappings")["items"] == []
    assert tagged(vendor, tag_ids=desks) == []
