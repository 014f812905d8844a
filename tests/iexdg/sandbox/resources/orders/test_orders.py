"""Orders of domains with mailboxes, and telephone numbers."""

from typing import Any

import pytest

from tests.iexdg.sandbox.resources.answers.orders import ADA, ITEM, ORDERS

BOB = {"email_address_prefix": "bob", "first_name": "Bob", "last_name": "Lane"}
NEW = "ada@new-alder.example.com"
HOUR = 3600


def order(vendor: Any, *items: Any, order_type: str = "dfy", **more: Any) -> Any:
    return vendor.post(ORDERS, {"order_type": order_type, "items": list(items), **more})


def test_a_placed_order_sets_a_mailbox_up(vendor: Any) -> None:
    answer = order(vendor, ITEM)
    assert (answer["order_placed"], answer["order_is_valid"], "order_error" in answer) == (True, True, False)
    assert (answer["total_price"], answer["total_price_per_month"], answer["total_price_per_year"]) == (20, 5, 15)
    account = vendor.get(f"/accounts/{NEW}")
    assert (account["is_managed_account"], account["setup_pending"], account["provider_code"]) == (True, True, 2)
    pending = vendor.get("/accounts", filter="ACC_FILTER_DFY_SETUP_PENDING")["items"]
    assert [one["email"] for one in pending] == [NEW]
    vendor.advance(7 * HOUR)
    assert vendor.get("/accounts", filter="ACC_FILTER_DFY_SETUP_PENDING")["items"] == []
    assert [one["email"] for one in vendor.get("/accounts", filter="ACC_FILTER_DFY")["items"]] == [NEW]
    (placed,) = vendor.get(ORDERS)["items"]
    assert (placed["domain"], placed["forwarding_mode"]) == ("new-alder.example.com", "redirect")


def test_a_mailbox_that_is_being_set_up_does_not_send(vendor: Any) -> None:
    order(vendor, ITEM)
    campaign = vendor.campaign(email_list=[NEW])
    vendor.add(campaign, "p@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(HOUR)
    assert vendor.totals(campaign)["emails_sent_count"] == 0
    vendor.advance(24 * HOUR)
    assert vendor.totals(campaign)["emails_sent_count"] == 1


def test_a_simulation_quotes_and_orders_nothing(vendor: Any) -> None:
    answer = order(vendor, ITEM, simulation=True)
    assert (answer["order_is_valid"], answer["order_placed"], answer["simulation"]) == (True, False, True)
    assert vendor.get(ORDERS)["items"] == []
    assert vendor.http.get(f"/accounts/{NEW}").status_code == 404


@pytest.mark.parametrize(
    ("item", "error", "listed"),
    [
        (ITEM | {"domain": "google-desk.example.com"}, "blacklist_domains", ["google-desk.example.com"]),
        (ITEM | {"domain": "alder.example.net"}, "invalid_domains", ["alder.example.net"]),
        (ITEM | {"domain": "taken-alder.example.com"}, "unavailable_domains", ["taken-alder.example.com"]),
        (ITEM | {"accounts": []}, "domains_without_accounts", ["new-alder.example.com"]),
        (ITEM | {"forwarding_domain": ITEM["domain"]}, "invalid_forwarding_domains", ["new-alder.example.com"]),
    ],
)
def test_an_order_that_is_not_valid_says_why_and_orders_nothing(
    vendor: Any, item: Any, error: str, listed: list[str]
) -> None:
    answer = order(vendor, item)
    assert (answer["order_is_valid"], answer["order_placed"], answer["order_error"]) == (False, False, error)
    assert answer[error] == listed
    assert vendor.get(ORDERS)["items"] == []


@pytest.mark.parametrize(
    ("accounts", "provider", "reason"),
    [
        ([ADA | {"first_name": " "}], 1, "First name is required"),
        ([ADA | {"email_address_prefix": "a b"}], 1, "The address is not valid"),
        ([ADA] * 6, 1, "A domain of this provider has at most 5 accounts"),
        ([ADA], 3, "A domain of this provider has at least 50 accounts"),
    ],
)
def test_accounts_that_are_not_valid_are_named(vendor: Any, accounts: Any, provider: int, reason: str) -> None:
    answer = order(vendor, ITEM | {"accounts": accounts, "email_provider": provider})
    assert answer["order_error"] == "invalid_accounts"
    assert {one["reason"] for one in answer["invalid_accounts"]} == {reason}


def test_extra_accounts_need_an_ordered_domain_of_the_same_provider(vendor: Any) -> None:
    extra = {"domain": ITEM["domain"], "accounts": [BOB]}
    assert order(vendor, extra, order_type="extra_accounts")["order_error"] == "missing_domain_orders"
    order(vendor, ITEM)
    other = order(vendor, extra | {"email_provider": 2}, order_type="extra_accounts")
    assert other["order_error"] == "provider_mismatch"
    added = order(vendor, extra, order_type="extra_accounts")
    assert (added["order_placed"], added["total_domains_price_per_year"]) == (True, 0)
    assert [one["email"] for one in vendor.get(f"{ORDERS}/accounts")["items"]] == [NEW, "bob@new-alder.example.com"]


def test_a_domain_that_was_warmed_up_in_advance_is_ready_at_once_and_sold_once(vendor: Any) -> None:
    path = f"{ORDERS}/domains/pre-warmed-up-list"
    domain = vendor.post(path, {"search": "alder"})["domains"][0]
    assert order(vendor, {"domain": domain}, order_type="pre_warmed_up")["order_placed"] is True
    warmed = vendor.get("/accounts", filter="ACC_FILTER_PW_ACCOUNTS")["items"]
    assert {(one["setup_pending"], one["stat_warmup_score"]) for one in warmed} == {(False, 95)}
    assert vendor.post(path, {"search": "alder"})["domains"] == []
    again = order(vendor, {"domain": domain}, order_type="pre_warmed_up")
    assert again["order_error"] == "unavailable_domains"


def test_passwords_are_shown_on_request_once_the_mailbox_is_ready_and_never_stored(vendor: Any) -> None:
    order(vendor, ITEM)
    path = f"{ORDERS}/accounts"
    assert "password" not in vendor.get(path)["items"][0]
    assert vendor.get(path, with_passwords="true")["items"][0]["password"] == ""
    vendor.advance(7 * HOUR)
    (ready,) = vendor.get(path, with_passwords="true")["items"]
    assert ready["password"]
    assert ready["password"] not in repr((vendor.app.saved(), vendor.control("GET", "state")))


def test_cancelling_disconnects_the_mailbox_and_ends_the_domain(vendor: Any) -> None:
    order(vendor, ITEM)
    (gone,) = vendor.post(f"{ORDERS}/accounts/cancel", {"accounts": [NEW.upper()]})["items"]
    assert (gone["email"], gone["timestamp_cancelled"]) == (NEW, "2026-11-23T15:00:00.000Z")
    assert vendor.http.get(f"/accounts/{NEW}").status_code == 404
    assert vendor.get(ORDERS)["items"][0]["timestamp_cancelled"] == "2026-11-23T15:00:00.000Z"


def test_domains_are_checked_in_the_order_of_the_question(vendor: Any) -> None:
    order(vendor, ITEM)
    asked = ["free.example.com", ITEM["domain"], "my-google.example.com", "free.example.net"]
    results = vendor.post(f"{ORDERS}/domains/check", {"domains": asked})["results"]
    assert [one["domain"] for one in results] == asked
    assert [one["available"] for one in results] == [True, False, False, False]
    assert (results[2]["unavailable_reason"], results[2]["restricted_keyword"]) == ("restricted", "google")


def test_checking_domains_has_a_budget_of_its_own(make_vendor: Any) -> None:
    limited = make_vendor(limits=True)
    body = {"domains": ["free.example.com"]}
    statuses = [limited.http.post(f"{ORDERS}/domains/check", json=body).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_similar_domains_can_all_be_ordered(vendor: Any) -> None:
    found = vendor.post(f"{ORDERS}/domains/similar", {"domain": "alder.example.com", "tlds": ["org"]})["domains"]
    assert 10 <= len(found) <= 67
    assert all(domain.endswith(".example.org") and "alder" in domain for domain in found)
    results = vendor.post(f"{ORDERS}/domains/check", {"domains": found[:50]})["results"]
    assert all(one["available"] for one in results)


def test_a_restricted_name_has_an_error_body_of_its_own(vendor: Any) -> None:
    answer = vendor.http.post(f"{ORDERS}/domains/similar", json={"domain": "google.com"})
    assert (answer.status_code, answer.json()["code"], answer.json()["keyword"]) == (400, "restricted_domain", "google")


def test_a_telephone_number_is_listed_and_given_up(demo: Any) -> None:
    (phone,) = demo.get("/crm-actions/phone-numbers")
    assert (phone["phone_number"], phone["renewal_date"]) == ("+15550100123", "2026-12-08")
    gone = demo.http.delete(f"/crm-actions/phone-numbers/{phone['id']}").json()
    assert gone["phone_number"] == "+15550100123"
    assert demo.get("/crm-actions/phone-numbers") == []
