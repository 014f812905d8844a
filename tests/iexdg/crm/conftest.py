"""A workspace whose location the in-process sandbox plays."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings

from iexdg.clients.gohighlevel.client import SCOPES
from iexdg.crm.client import app_of_settings
from iexdg.crm.models import CrmConnection
from iexdg.crm.verbs import connect_by_sign_in, connect_by_token
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.crm.automation_fixtures import is_active, stage

__all__ = ["is_active", "stage"]
BACK = "https://outreach.example.com/crm/callback/"
TOKEN = "pit-sandbox"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "empty"}


@pytest.fixture
def location(sandbox: Any) -> str:
    """The id of the sandbox's first location."""
    return str(sandbox.world.crm.location)


@pytest.fixture
def by_token(workspace: Workspace, location: str, member: Callable[..., Member]) -> CrmConnection:
    return connect_by_token(workspace, location, TOKEN, by=member("admin"))


@pytest.fixture
def allowed(sandbox: Any, location: str) -> Callable[..., str]:
    """allowed() is the code that a person comes back with who allowed the first location."""

    def allow(*, link: str = "") -> str:
        link = link or app_of_settings().authorise_link(BACK, SCOPES, "s-1")
        with httpx.Client(transport=httpx.WSGITransport(app=sandbox)) as browser:
            answer = browser.post(link, data={"choice": "allow", "location": location})
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    return allow


@pytest.fixture
def by_sign_in(workspace: Workspace, allowed: Callable[..., str], member: Callable[..., Member]) -> CrmConnection:
    return connect_by_sign_in(workspace, allowed(), BACK, by=member("admin"))


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token in the environment."""
    monkeypatch.setattr(settings, "GHL_TOKEN", "")
