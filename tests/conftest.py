"""Fixtures shared by all tests: people, a workspace, and the sandbox mounted in-process."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import hypothesis
import pytest
from django.core.cache import caches
from django.test import Client

from iexdg.celery import app as celery_app
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.browsers import signed_in_recently
from tests.odd_answers import OddAnswers
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock, wired_sandbox
from tests.wiring import wire_up
from tests.workspaces import connected_workspace

# The machines are shared: how long a test takes says nothing about the code.
hypothesis.settings.register_profile(
    "project", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("project")

# As a worker does when it starts: every task is known, whichever test runs first.
celery_app.loader.import_default_modules()

pytest_plugins = [f"tests.plugins.{name}" for name in ("rows", "migrated", "needs", "network", "order", "skips")]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    # The default one is a table, which ends with the test as the others do.
    for alias in ("shared", "process"):
        caches[alias].clear()
    yield
    for alias in ("shared", "process"):
        caches[alias].clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return connected_workspace()


@pytest.fixture
def sandbox_clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    """Override in a module or class to change the sandbox's options."""
    return {}


@pytest.fixture
def sandbox(sandbox_clock: SandboxClock, sandbox_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sandbox application; every client of the product talks to it."""
    return wired_sandbox(monkeypatch, sandbox_clock, **sandbox_options)


@pytest.fixture
def odd_answers(sandbox: Any, sandbox_clock: SandboxClock, monkeypatch: pytest.MonkeyPatch) -> OddAnswers:
    """What changes the sandbox's answers on their way to the product."""
    wire = OddAnswers(httpx.WSGITransport(app=sandbox))
    wire_up(monkeypatch, wire, sandbox_clock.advance)
    return wire


@pytest.fixture
def control(sandbox: Any) -> SandboxControl:
    """The control plane of the in-process sandbox."""
    return SandboxControl(sandbox)


def member_of(role: str = "operator", name: str = "") -> Member:
    """Make a member of a role, or return the one of that name."""
    email = f"{name or role}@example.com".lower().replace(" ", ".")
    found = Member.objects.filter(email=email).first()
    return found or Member.objects.create_member(
        email, name=name or f"{role.title()} Person", role=role, password="a-long-password"
    )


@pytest.fixture
def member(db: None) -> Callable[..., Member]:
    """member("operator") makes (or returns) the operator; a second argument makes another one."""

    return member_of


@pytest.fixture
def web(member: Callable[..., Member]) -> Callable[..., Client]:
    """web("viewer") is a browser in which a viewer has just signed in; in web() no one has."""

    def make(role: str = "") -> Client:
        client = Client()
        if role:
            client.force_login(member(role))
            signed_in_recently(client, member(role))
        return client

    return make
