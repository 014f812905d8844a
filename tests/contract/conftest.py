"""The client against the in-process sandbox, with every request on record and a clock that moves on request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from iexdg.clients.instantly import InstantlyClient, connect
from tests.sandbox_worlds import sandbox_app

BASE_URL = "https://sandbox.example.com"
SANDBOX_KEY = "sandbox-key"


@dataclass
class WorldTime:
    now: float = 1_795_442_400.0  # Monday 2026-11-23, 10:00 in Detroit

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Recorder(httpx.BaseTransport):
    """Passes requests on and keeps them; `change` may alter one on its way."""

    inner: httpx.BaseTransport
    requests: list[httpx.Request] = field(default_factory=list)
    change: Callable[[httpx.Request], None] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.change:
            self.change(request)
        self.requests.append(request)
        return self.inner.handle_request(request)

    def calls(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]


@pytest.fixture
def world_time() -> WorldTime:
    return WorldTime()


@pytest.fixture
def options() -> dict[str, Any]:
    """Override with @pytest.mark.parametrize("options", [{…}]) to turn the sandbox's knobs."""
    return {}


@pytest.fixture
def instantly(world_time: WorldTime, options: dict[str, Any]) -> Any:
    defaults = {"world": "demo", "limits": False, "clock": world_time.clock, "sleep": world_time.sleep}
    return sandbox_app(**{**defaults, **options})


@pytest.fixture
def wire(instantly: Any) -> Recorder:
    return Recorder(httpx.WSGITransport(app=instantly))


@pytest.fixture
def client(wire: Recorder, world_time: WorldTime) -> Iterator[InstantlyClient]:
    with connect(
        BASE_URL, SANDBOX_KEY, http_transport=wire, clock=world_time.clock, sleep=world_time.sleep, random=lambda: 0.5
    ) as made:
        yield made


@pytest.fixture
def control(instantly: Any) -> Callable[..., Any]:
    """control("POST", "clock", {"advance_s": 60}) speaks to the sandbox's control plane."""

    def call(method: str, path: str, body: Any = None) -> Any:
        with httpx.Client(base_url=BASE_URL, transport=httpx.WSGITransport(app=instantly)) as http:
            answer = http.request(method, f"/_sandbox/{path}", json=body)
            answer.raise_for_status()
            return answer.json()

    return call


@pytest.fixture
def campaign_id(client: InstantlyClient) -> str:
    """A new draft campaign of our own with a Detroit schedule, without leads."""
    return client.campaigns.create(campaign_body()).remote_id


def campaign_body(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": "Contract",
        "campaign_schedule": {
            "schedules": [
                {
                    "name": "Business hours",
                    "timing": {"from": "09:00", "to": "17:00"},
                    "days": {str(day): True for day in range(1, 6)},
                    "timezone": "America/Detroit",
                }
            ]
        },
        "sequences": [
            {
                "steps": [
                    {"type": "email", "delay": 2, "variants": [{"subject": "Hello", "body": "<div>Hi there</div>"}]}
                ]
            }
        ],
        "daily_limit": 20,
        "stop_on_reply": True,
    }
    return {**body, **changes}


def people(count: int, prefix: str = "person") -> list[dict[str, str]]:
    return [{"email": f"{prefix}{n}@northwind.example.com", "first_name": f"P{n}"} for n in range(count)]
