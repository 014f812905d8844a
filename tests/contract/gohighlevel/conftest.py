"""The GoHighLevel client against the in-process sandbox, with every request and every answer on record."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from iexdg.clients.gohighlevel import GoHighLevelClient, connect
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.sandbox.app import Sandbox
from tests.contract.conftest import WorldTime
from tests.sandbox_worlds import sandbox_app

BASE_URL = "https://sandbox.example.com/ghl"
BACK = "https://outreach.example.com/crm/callback"


@dataclass
class Exchanges(httpx.BaseTransport):
    """Passes requests on, and keeps them with their answers."""

    inner: httpx.BaseTransport
    seen: list[tuple[httpx.Request, httpx.Response]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        answer.read()
        self.seen.append((request, answer))
        return answer


@pytest.fixture
def options() -> dict[str, Any]:
    """Override with @pytest.mark.parametrize("options", [{…}]) to turn the sandbox's knobs."""
    return {}


@pytest.fixture
def app(world_time: WorldTime, options: dict[str, Any]) -> Sandbox:
    defaults = {"world": "empty", "limits": False, "clock": world_time.clock, "sleep": world_time.sleep}
    return sandbox_app(**{**defaults, **options})


@pytest.fixture
def wire(app: Sandbox) -> Exchanges:
    return Exchanges(httpx.WSGITransport(app=app))


@pytest.fixture
def crm(app: Sandbox, wire: Exchanges, world_time: WorldTime) -> Iterator[GoHighLevelClient]:
    location = app.world.crm.location
    injected = {"clock": world_time.clock, "sleep": world_time.sleep, "random": lambda: 0.5}
    with connect(BASE_URL, "pit-sandbox", location, http_transport=wire, **injected) as made:
        yield made


@pytest.fixture
def oauth(wire: Exchanges, world_time: WorldTime) -> Iterator[OAuthApp]:
    made = OAuthApp(
        BASE_URL,
        "sandbox-app",
        "sandbox-secret",
        authorise_url=f"{BASE_URL}/v2/oauth/chooselocation",
        http_transport=wire,
        sleep=world_time.sleep,
    )
    yield made
    made.close()


@pytest.fixture
def control(app: Sandbox) -> Callable[..., Any]:
    """control("POST", "faults", {…}) speaks to the sandbox's control plane."""

    def call(method: str, path: str, body: Any = None) -> Any:
        with httpx.Client(base_url="https://sandbox.example.com", transport=httpx.WSGITransport(app=app)) as http:
            answer = http.request(method, f"/_sandbox/{path}", json=body)
            answer.raise_for_status()
            return answer.json()

    return call


def code_of(app: Sandbox, oauth: OAuthApp) -> str:
    """What a person who allows the first location comes back with."""
    link = oauth.authorise_link(BACK, app.options.crm_scopes, "s-1")
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as browser:
        came_back = browser.post(link, data={"choice": "allow", "location": app.world.crm.location})
    return str(httpx.URL(came_back.headers["Location"]).params["code"])


def body_of(request: httpx.Request) -> Any:
    """The body of a request, JSON or form; None where there is none."""
    if not request.content:
        return None
    if request.headers["Content-Type"] == "application/json":
        return json.loads(request.content)
    return dict(httpx.QueryParams(request.content.decode()))
