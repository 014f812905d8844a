"""The OAuth of the app: chosen in the browser, exchanged once, refreshed once for each refresh token."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.iexdg.sandbox.ghl.conftest import Location

BACK = "https://outreach.example.com/crm/callback"
ASKED = {
    "response_type": "code",
    "client_id": "sandbox-app",
    "redirect_uri": BACK,
    "scope": "contacts.readonly contacts.write made.up",
    "state": "s-1",
}
APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}


def choose(location: Location, /, **form: Any) -> httpx.Response:
    filled = {"choice": "allow", "location": location.id, **form}
    return location.http.post("/v2/oauth/chooselocation", params=ASKED, data=filled)


def code_of(location: Location) -> str:
    came_back = urlsplit(choose(location).headers["Location"])
    return parse_qs(came_back.query)["code"][0]


def token(location: Location, **form: Any) -> httpx.Response:
    return location.http.post("/oauth/token", data={**APP, **form})


def first_tokens(location: Location) -> Any:
    answer = token(location, grant_type="authorization_code", code=code_of(location), redirect_uri=BACK)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_chooser_shows_the_locations_and_sends_back_a_code_with_the_state(location: Location) -> None:
    page = location.http.get("/v2/oauth/chooselocation", params=ASKED)
    assert (page.status_code, location.id in page.text) == (200, True)
    came_back = choose(location)
    assert came_back.status_code == 302
    assert came_back.headers["Location"].startswith(f"{BACK}?code=code-")
    assert came_back.headers["Location"].endswith("&state=s-1")
    refused = choose(location, choice="refuse").headers["Location"]
    assert refused == f"{BACK}?error=access_denied&state=s-1"


def test_the_chooser_refuses_another_app_and_no_address(location: Location) -> None:
    for odd in ({"client_id": "other"}, {"redirect_uri": "javascript:alert(1)"}, {"response_type": "token"}):
        assert location.http.get("/v2/oauth/chooselocation", params=ASKED | odd).status_code == 400


def test_a_code_is_exchanged_once_for_tokens_of_that_location(location: Location) -> None:
    code = code_of(location)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "user_type": "Location"}
    tokens = token(location, **form).json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["userType"]) == ("Bearer", 86399, "Location")
    assert tokens["locationId"] == location.id
    assert tokens["scope"] == "contacts.readonly contacts.write"
    opened = Location(location.vendor, token=tokens["access_token"])
    assert opened.upsert(email="ada@example.com")["new"] is True
    refused = opened.call("GET", "/workflows/", params={"locationId": location.id})
    assert refused.json()["message"] == "The token is not authorized for this scope."
    again = token(location, **form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_refresh_hands_out_two_new_tokens_and_ends_the_old_ones(location: Location) -> None:
    first = first_tokens(location)
    second = token(location, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    spent = token(location, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (spent.status_code, spent.json()["error"]) == (400, "invalid_grant")
    assert Location(location.vendor, token=first["access_token"]).call("GET", "/contacts/x").status_code == 401
    assert Location(location.vendor, token=second["access_token"]).call("GET", "/contacts/x").status_code == 400


def test_an_access_token_ends_after_a_day(location: Location) -> None:
    tokens = first_tokens(location)
    location.vendor.advance(86_400)
    refused = Location(location.vendor, token=tokens["access_token"]).call("GET", "/contacts/x")
    assert (refused.status_code, refused.json()["message"]) == (401, "Invalid JWT")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"redirect_uri": "https://other.example.com/"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ],
)
def test_what_is_wrong_with_an_exchange_is_named(
    location: Location, form: dict[str, str], status: int, error: str
) -> None:
    good = {"grant_type": "authorization_code", "code": code_of(location), "redirect_uri": BACK}
    answer = token(location, **{**good, **form})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_form_without_what_is_needed_is_a_422(location: Location) -> None:
    answer = location.http.post("/oauth/token", data={"client_id": "sandbox-app"})
    assert answer.status_code == 422
    assert "grant_type should not be empty" in answer.json()["message"]


def test_revoking_the_app_ends_its_tokens_until_it_is_installed_again(location: Location) -> None:
    tokens = first_tokens(location)
    location.vendor.control("POST", "crm", {"revoked": True})
    assert Location(location.vendor, token=tokens["access_token"]).call("GET", "/contacts/x").status_code == 401
    refused = token(location, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    again = Location(location.vendor, token=first_tokens(location)["access_token"])
    assert again.call("GET", "/contacts/x").status_code == 400


def test_a_company_token_opens_no_location_and_mints_one_that_does(location: Location) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(location), "redirect_uri": BACK}
    company = token(location, **form, user_type="Company").json()
    assert "locationId" not in company
    agency = Location(location.vendor, token=company["access_token"])
    assert "AuthClass is not yet supported" in agency.call("GET", "/contacts/x").json()["message"]
    wanted = {"companyId": company["companyId"], "locationId": location.id}
    minted = agency.http.post("/oauth/locationToken", data=wanted).json()
    assert "refresh_token" not in minted
    assert Location(location.vendor, token=minted["access_token"]).call("GET", "/contacts/x").status_code == 400


def test_the_code_says_which_location_is_meant(make_location: Callable[..., Location]) -> None:
    location = make_location(workspaces=2)
    other = location.vendor.app.simulations.all[1].world.crm.location
    back = urlsplit(choose(location, location=other).headers["Location"])
    code = parse_qs(back.query)["code"][0]
    tokens = token(location, grant_type="authorization_code", code=code, redirect_uri=BACK).json()
    assert tokens["locationId"] == other
