"""Checks of domains, and which campaigns an account sends for."""

from typing import Any

import pytest

EXEC = "exec@peers.example.com"


@pytest.mark.parametrize(("host", "works"), [("track.example.com", True), ("pending.example.com", False)])
def test_a_tracking_domain_has_a_certificate_or_not_yet(vendor: Any, host: str, works: bool) -> None:
    answer = vendor.get("/accounts/ctd/status", host=host)
    assert answer == {"success": works, "ssl": works, "cname": True, "host": host}


def test_a_tracking_domain_that_leads_nowhere_is_a_400_of_its_own_form(vendor: Any) -> None:
    answer = vendor.http.get("/accounts/ctd/status", params={"host": "broken.example.com"})
    message = "No CNAME record was found"
    assert (answer.status_code, answer.json()) == (
        400,
        {"status": "error", "message": message, "host": "broken.example.com"},
    )
    assert vendor.http.get("/accounts/ctd/status").status_code == 400


def test_vitals_sort_each_domain_into_one_of_two_lists(vendor: Any) -> None:
    emails = [EXEC, "peer@peers.example.com", "a@no-dkim.example.com", "b@broken.example.com"]
    answer = vendor.post("/accounts/test/vitals", {"accounts": emails})
    fine = {"domain": "peers.example.com", "allPass": True, "mx": True, "spf": True, "dkim": True, "dmarc": True}
    assert answer["success_list"] == [fine]
    assert answer["failure_list"] == [
        fine | {"domain": "no-dkim.example.com", "allPass": False, "dkim": False},
        {
            "domain": "broken.example.com",
            "allPass": False,
            "mx": False,
            "spf": False,
            "dkim": False,
            "dmarc": False,
        },
    ]


def test_vitals_of_nobody_are_a_400_of_its_own_form(vendor: Any) -> None:
    answer = vendor.http.post("/accounts/test/vitals", json={})
    assert (answer.status_code, answer.json()) == (400, {"error": "Bad request - no emails sent"})


def test_the_campaigns_of_an_account_are_paged_oldest_first(demo: Any) -> None:
    path = f"/account-campaign-mappings/{EXEC}"
    everything = demo.get(path, limit=100)["items"]
    senders = {item["name"]: item["email_list"] for item in demo.get("/campaigns", limit=100)["items"]}
    assert {item["campaign_name"] for item in everything} == {name for name, who in senders.items() if EXEC in who}
    assert [item["timestamp_created"] for item in everything] == sorted(
        item["timestamp_created"] for item in everything
    )
    paged: list[Any] = []
    query: dict[str, Any] = {"limit": 1}
    while items := (answer := demo.get(path, **query))["items"]:
        paged += items
        query["starting_after"] = answer["next_starting_after"]
    assert paged == everything
    assert demo.get("/account-campaign-mappings/nobody@peers.example.com")["items"] == []


def test_an_account_that_leaves_a_campaign_leaves_its_campaigns(vendor: Any) -> None:
    campaign = vendor.campaign(email_list=[EXEC])
    path = f"/account-campaign-mappings/{EXEC}"
    assert [item["campaign_id"] for item in vendor.get(path)["items"]] == [campaign]
    vendor.patch(f"/campaigns/{campaign}", {"email_list": ["peer@peers.example.com"]})
    assert vendor.get(path)["items"] == []
