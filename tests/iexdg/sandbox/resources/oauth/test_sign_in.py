"""A mailbox is connected by a link: a person signs in on the simulator's page."""

from typing import Any

import pytest

LEE = "lee@peers.example.com"


def opened(vendor: Any, provider: str = "google") -> tuple[str, str]:
    """(session, link) of a new session."""
    answer = vendor.post(f"/oauth/{provider}/init", {})
    assert answer["expires_at"] == "2026-11-23T15:10:00.000Z"
    return answer["session_id"], answer["auth_url"]


def status(vendor: Any, session: str) -> Any:
    return vendor.get(f"/oauth/session/status/{session}")


@pytest.mark.parametrize(("provider", "code"), [("google", 2), ("microsoft", 3)])
def test_who_agrees_connects_the_mailbox(vendor: Any, provider: str, code: int) -> None:
    session, link = opened(vendor, provider)
    assert link == f"http://sandbox.example.com/_oauth/sign-in?session={session}"
    assert status(vendor, session) == {"status": "pending"}
    assert f"Sign in at {provider.title()}" in vendor.http.get(link).text
    page = vendor.http.post(link, data={"choice": "agree", "email": LEE.upper(), "name": "Lee Park"})
    assert "The mailbox is connected" in page.text
    assert status(vendor, session) == {"status": "success", "email": LEE, "name": "Lee Park"}
    account = vendor.get(f"/accounts/{LEE}")
    assert (account["provider_code"], account["status"], account["first_name"]) == (code, 1, "Lee")
    (entry,) = vendor.get("/audit-logs", activity_type=6)["items"]
    assert (entry["from_api"], entry["audit_metadata"]) == (False, {"emails": [LEE]})


def test_who_refuses_connects_nothing(vendor: Any) -> None:
    session, link = opened(vendor)
    assert "Nothing was connected" in vendor.http.post(link, data={"choice": "refuse"}).text
    assert status(vendor, session) == {
        "status": "error",
        "error": "access_denied",
        "error_description": "The sign-in was refused",
    }
    vendor.http.post(link, data={"choice": "agree", "email": LEE})
    assert vendor.http.get(f"/accounts/{LEE}").status_code == 404


def test_a_session_expires_after_ten_minutes(vendor: Any) -> None:
    session, link = opened(vendor)
    vendor.advance(599)
    assert status(vendor, session) == {"status": "pending"}
    vendor.advance(1)
    assert status(vendor, session) == {"status": "expired"}
    vendor.http.post(link, data={"choice": "agree", "email": LEE})
    assert status(vendor, session) == {"status": "expired"}
    assert status(vendor, "unknown") == {"status": "expired"}


def test_what_is_no_address_is_asked_for_again(vendor: Any) -> None:
    session, link = opened(vendor)
    assert "This is no e-mail address" in vendor.http.post(link, data={"choice": "agree", "email": "lee"}).text
    assert status(vendor, session) == {"status": "pending"}


def test_a_mailbox_that_is_connected_stays_what_it_is(vendor: Any) -> None:
    before = vendor.get("/accounts/exec@peers.example.com")
    session, link = opened(vendor)
    vendor.http.post(link, data={"choice": "agree", "email": "exec@peers.example.com"})
    assert status(vendor, session)["status"] == "success"
    assert vendor.get("/accounts/exec@peers.example.com") == before


def test_the_page_of_an_unknown_session_is_a_404(vendor: Any) -> None:
    assert vendor.http.get("http://sandbox.example.com/_oauth/sign-in?session=x").status_code == 404
