"""One location of the simulated GoHighLevel, and the few calls that every test makes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from iexdg.sandbox.world.crm import Crm
from tests.iexdg.sandbox.conftest import Vendor

VERSION = "2021-07-28"


@dataclass
class Location:
    """The first location of a simulator; `call` returns the answer as it came, `ok` its JSON."""

    vendor: Vendor
    token: str = "pit-sandbox"
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"User-Agent": "iexdg-outreach/1.0", "Version": VERSION, "Authorization": f"Bearer {self.token}"}
        transport = httpx.WSGITransport(app=self.vendor.app)
        self.http = httpx.Client(transport=transport, base_url="http://sandbox.example.com/ghl", headers=headers)

    @property
    def crm(self) -> Crm:
        return self.vendor.app.world.crm

    @property
    def id(self) -> str:
        return self.crm.location

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.http.request(method, path, json=body, **options)

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        answer = self.call(method, path, body, **options)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def contact(self, **fields: Any) -> str:
        """Make a contact and return its id."""
        made = self.ok("POST", "/contacts/", {"locationId": self.id, **fields})
        return str(made["contact"]["id"])

    def upsert(self, **fields: Any) -> Any:
        return self.ok("POST", "/contacts/upsert", {"locationId": self.id, **fields})

    def read(self, contact_id: str) -> Any:
        return self.ok("GET", f"/contacts/{contact_id}")["contact"]

    def workflow(self, name: str = "Hot reply alert") -> str:
        return next(one["id"] for one in self.crm.workflows.values() if one["name"] == name)


@pytest.fixture
def make_location(make_vendor: Callable[..., Vendor]) -> Callable[..., Location]:
    """make_location(crm_duplicates=True, …) opens the first location of a simulator with these options."""
    return lambda **options: Location(make_vendor(**options))


@pytest.fixture
def location(make_location: Callable[..., Location]) -> Location:
    return make_location()
