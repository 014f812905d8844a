"""Verification: paid once, pending first, the verdict by the local part."""

from collections.abc import Callable
from typing import Any

import pytest


def _polled(vendor: Any, email: str, polls: int) -> list[Any]:
    return [vendor.get(f"/email-verification/{email}") for _ in range(polls)]


def test_the_first_post_is_pending_and_the_second_poll_final(vendor: Any) -> None:
    posted = vendor.post("/email-verification", {"email": "Ana@alder.example.com"})
    assert posted == {
        "email": "ana@alder.example.com",
        "verification_status": "pending",
        "status": "success",
        "catch_all": "pending",
        "credits": 948.75,
        "credits_used": 0.25,
    }
    first, second = _polled(vendor, "ana@alder.example.com", 2)
    assert (first["verification_status"], first["catch_all"]) == ("pending", "pending")
    assert (second["verification_status"], second["catch_all"]) == ("verified", False)
    assert second["credits_used"] == 0.25


def test_seven_seconds_are_enough_without_a_poll(vendor: Any) -> None:
    vendor.post("/email-verification", {"email": "ana@alder.example.com"})
    vendor.advance(7)
    assert _polled(vendor, "ana@alder.example.com", 1)[0]["verification_status"] == "verified"


@pytest.mark.parametrize(
    ("email", "verdict", "catch_all"),
    [
        ("invalid.ana@alder.example.com", "invalid", False),
        ("catchall.ana@alder.example.com", "verified", True),
        ("stuck.ana@alder.example.com", "pending", "pending"),
        ("ana@alder.example.com", "verified", False),
    ],
)
def test_the_local_part_decides_the_verdict(vendor: Any, email: str, verdict: str, catch_all: Any) -> None:
    vendor.post("/email-verification", {"email": email})
    vendor.advance(86_400)
    (final,) = _polled(vendor, email, 1)
    assert (final["verification_status"], final["catch_all"]) == (verdict, catch_all)


def test_fast_addresses_are_answered_at_once(vendor: Any) -> None:
    assert (
        vendor.post("/email-verification", {"email": "fast.ana@alder.example.com"})["verification_status"] == "verified"
    )


def test_no_pending_polls_answers_everybody_at_once(make_vendor: Callable[..., Any]) -> None:
    answer = make_vendor(pending_polls=0).post("/email-verification", {"email": "ana@alder.example.com"})
    assert (answer["verification_status"], answer["catch_all"]) == ("verified", False)


def test_a_repeated_post_costs_nothing_and_counts_as_a_poll(vendor: Any) -> None:
    answers = [vendor.post("/email-verification", {"email": "ana@alder.example.com"}) for _ in range(3)]
    assert [answer["credits_used"] for answer in answers] == [0.25, 0, 0]
    assert [answer["credits"] for answer in answers] == [948.75] * 3
    assert [answer["verification_status"] for answer in answers] == ["pending", "pending", "verified"]
    record = vendor.control("GET", "state")["verifications"]["ana@alder.example.com"]
    assert record == {"status": "verified", "catch_all": False, "charged": 0.25, "posts": 3, "gets": 0}


def test_an_address_that_was_never_posted_is_unknown(vendor: Any) -> None:
    assert vendor.http.get("/email-verification/ana@alder.example.com").status_code == 404


def test_an_empty_balance_refuses_and_charges_nothing(vendor: Any) -> None:
    vendor.control("POST", "settings", {"credits": 0.25})
    vendor.post("/email-verification", {"email": "ana@alder.example.com"})
    refused = vendor.http.post("/email-verification", json={"email": "ben@alder.example.com"})
    assert (refused.status_code, refused.json()["error"]) == (402, "Payment Required")
    state = vendor.control("GET", "state")
    assert (state["credits"], list(state["verifications"])) == (0, ["ana@alder.example.com"])
    assert vendor.post("/email-verification", {"email": "ana@alder.example.com"})["credits_used"] == 0


def test_a_share_of_the_addresses_is_pending_at_first_and_always_the_same(make_vendor: Callable[..., Any]) -> None:
    def pending_emails() -> set[str]:
        vendor = make_vendor(pending_share=0.3)
        answers = [vendor.post("/email-verification", {"email": f"p{n}@alder.example.com"}) for n in range(300)]
        return {answer["email"] for answer in answers if answer["verification_status"] == "pending"}

    first = pending_emails()
    assert 60 <= len(first) <= 120
    assert pending_emails() == first


def test_the_old_verdict_for_catch_all_is_there_when_asked_for(make_vendor: Callable[..., Any]) -> None:
    old = make_vendor(legacy_accept_all=True, pending_polls=0)
    answer = old.post("/email-verification", {"email": "catchall.ana@alder.example.com"})
    assert answer["verification_status"] == "accept_all"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "body must have required property 'email'"),
        ({"email": "a@b.example.com", "force": True}, "body must NOT have additional properties"),
        ({"email": "nobody"}, "Invalid email"),
    ],
)
def test_a_wrong_request_is_refused_and_costs_nothing(vendor: Any, body: Any, message: str) -> None:
    answer = vendor.http.post("/email-verification", json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert vendor.control("GET", "state")["credits"] == 949


def test_plan_details_show_the_balance(vendor: Any) -> None:
    vendor.post("/email-verification", {"email": "ana@alder.example.com"})
    credits = vendor.get("/workspace-billing/plan-details")["subscriptions"]["credits"]
    assert (credits["available_credits"], credits["total_credits"]) == (948.75, 1000)
