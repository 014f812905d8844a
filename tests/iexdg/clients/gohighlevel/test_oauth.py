"""Our app at GoHighLevel: the address for the browser, and tokens that are never shown or asked for twice."""

import logging
from typing import Any

import httpx
import pytest
import respx

from iexdg.clients.gohighlevel.errors import AppRefusedError, GrantRefusedError
from iexdg.clients.gohighlevel.oauth import AUTHORISE_URL, OAuthApp
from iexdg.clients.http.errors import ClientError, ServerError, UnexpectedAnswerError
from tests.iexdg.clients.fake_time import FakeTime

BASE, BACK = "https://crm.example.com", "https://outreach.example.com/crm/callback"
TOKENS = {
    "access_token": "access-1",
    "refresh_token": "refresh-2",
    "expires_in": 86399,
    "scope": "contacts.readonly contacts.write",
    "userType": "Location",
    "locationId": "loc-1",
    "companyId": "co-1",
}


@pytest.fixture
def api() -> Any:
    with respx.mock(base_url=BASE) as router:
        yield router


@pytest.fixture
def app(fake_time: FakeTime) -> Any:
    made = OAuthApp(BASE, "app-1", "secret-1", sleep=fake_time.sleep)
    yield made
    made.close()


def test_the_address_for_the_browser_names_app_scopes_and_state() -> None:
    app = OAuthApp(BASE, "app-1", "secret-1")
    link = httpx.URL(app.authorise_link(BACK, ["contacts.readonly", "contacts.write"], "s 1"))
    app.close()
    assert str(link).startswith(AUTHORISE_URL)
    assert dict(link.params) == {
        "response_type": "code",
        "redirect_uri": BACK,
        "client_id": "app-1",
        "scope": "contacts.readonly contacts.write",
        "state": "s 1",
    }
    assert "secret-1" not in str(link)


def test_a_code_is_exchanged_by_a_form(api: Any, app: OAuthApp) -> None:
    route = api.post("/oauth/token").mock(return_value=httpx.Response(200, json=TOKENS))
    tokens = app.exchange_code("code-1", BACK)
    assert (tokens.access_token, tokens.refresh_token, tokens.lives_s) == ("access-1", "refresh-2", 86399)
    assert (tokens.scopes, tokens.location_id) == (("contacts.readonly", "contacts.write"), "loc-1")
    sent = route.calls.last.request
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in sent.headers
    assert dict(httpx.QueryParams(sent.content.decode())) == {
        "client_id": "app-1",
        "client_secret": "secret-1",
        "user_type": "Location",
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": BACK,
    }


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "used"}, GrantRefusedError),
        (401, {"error": "invalid_client"}, AppRefusedError),
        (500, {}, ServerError),
    ],
)
def test_what_is_refused_is_named_and_asked_once(
    api: Any, app: OAuthApp, status: int, body: Any, kind: type[ClientError]
) -> None:
    route = api.post("/oauth/token").mock(return_value=httpx.Response(status, json=body))
    with pytest.raises(kind):
        app.refresh_tokens("refresh-1")
    assert route.call_count == 1


@pytest.mark.parametrize("change", [{"access_token": ""}, {"access_token": "a b"}, {"expires_in": "soon"}])
def test_tokens_that_cannot_be_used_are_not_understood(api: Any, app: OAuthApp, change: Any) -> None:
    api.post("/oauth/token").mock(return_value=httpx.Response(200, json=TOKENS | change))
    with pytest.raises(UnexpectedAnswerError) as caught:
        app.refresh_tokens("refresh-1")
    assert caught.value.outcome_unknown is True


def test_no_secret_stands_in_an_error_a_log_or_a_repr(
    api: Any, app: OAuthApp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "iexdg.clients")
    route = api.post("/oauth/token")
    route.mock(return_value=httpx.Response(400, json={"message": "refresh-1 of secret-1 is odd"}))
    with pytest.raises(ClientError) as caught:
        app.refresh_tokens("refresh-1")
    route.mock(return_value=httpx.Response(200, json=TOKENS))
    shown = f"{caught.value} {caught.value.body} {caplog.text} {app.refresh_tokens('refresh-1')!r}"
    for secret in ("refresh-1", "secret-1", "access-1", "refresh-2"):
        assert secret not in shown
