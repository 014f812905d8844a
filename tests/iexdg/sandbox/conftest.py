"""An in-process simulator with a clock that only tests move."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"
DETROIT_HOURS = {
    "name": "Business hours",
    "timing": {"from": "09:00", "to": "17:00"},
    "days": {"1": True, "2": True, "3": True, "4": True, "5": True},
    "timezone": "America/Detroit",
}


@dataclass
class HandClock:
    """Epoch seconds that only tests move."""

    now: float = 1_795_446_000.0  # Monday 2026-11-23 15:00 UTC, 10:00 in Detroit

    def __call__(self) -> float:
        return self.now


@dataclass
class Vendor:
    """One simulator and the few calls that every test makes."""

    app: Sandbox
    clock: HandClock
    slept: list[float]
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            transport=httpx.WSGITransport(app=self.app),
            base_url="http://sandbox.example.com/api/v2",
            headers={"User-Agent": BROWSER, "Authorization": "Bearer sandbox-key"},
        )

    def get(self, path: str, **query: Any) -> Any:
        return self._ok(self.http.get(path, params=query))

    def post(self, path: str, body: Any) -> Any:
        return self._ok(self.http.post(path, json=body))

    def patch(self, path: str, body: Any) -> Any:
        return self._ok(self.http.patch(path, json=body))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        url = f"http://sandbox.example.com/_sandbox/{path}"
        return self._ok(self.http.request(method, url, json={} if body is None else body))

    def advance(self, seconds: float) -> None:
        self.control("POST", "clock", {"advance_s": seconds})

    def campaign(self, name: str = "Trial", *, steps: int = 1, **fields: Any) -> str:
        step = {"type": "email", "delay": 2, "variants": [{"subject": "Hi", "body": "<div>Hi</div>"}]}
        body = {
            "name": name,
            "campaign_schedule": {"schedules": [DETROIT_HOURS]},
            "sequences": [{"steps": [step] * steps}],
            "email_list": ["exec@peers.example.com", "peer@peers.example.com", "team@peers.example.com"],
            "email_gap": 1,
            **fields,
        }
        return str(self.post("/campaigns", body)["id"])

    def named(self, name: str) -> str:
        (found,) = self.get("/campaigns", search=name)["items"]
        return str(found["id"])

    def add(self, campaign_id: str, *emails: str, **more: Any) -> Any:
        return self.post("/leads/add", {"campaign_id": campaign_id, "leads": [{"email": e} for e in emails], **more})

    def status(self, campaign_id: str) -> int:
        return int(self.get(f"/campaigns/{campaign_id}")["status"])

    def totals(self, campaign_id: str, **query: Any) -> Any:
        (found,) = self.get("/campaigns/analytics", id=campaign_id, **query)
        return found

    @staticmethod
    def _ok(response: httpx.Response) -> Any:
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def make_vendor() -> Iterator[Callable[..., Vendor]]:
    """make_vendor(world="demo", …) builds a simulator with these options."""
    made: list[Vendor] = []

    def make(**options: Any) -> Vendor:
        clock, slept = HandClock(), list[float]()
        chosen = {"world": "empty", "limits": False, "clock": clock, "sleep": slept.append, **options}
        vendor = Vendor(create_app(SandboxOptions(**chosen)), clock, slept)
        made.append(vendor)
        return vendor

    yield make
    for vendor in made:
        vendor.http.close()


@pytest.fixture
def vendor(make_vendor: Callable[..., Vendor]) -> Vendor:
    """An empty workspace, without rate limits, at 10:00 on a Monday in Detroit."""
    return make_vendor()


@pytest.fixture
def demo(make_vendor: Callable[..., Vendor]) -> Vendor:
    """The demo workspace at the same moment."""
    return make_vendor(world="demo")
