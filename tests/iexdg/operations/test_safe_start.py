"""Nothing starts with published passwords and a real key."""

from typing import Any

import pytest
import respx
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse

from iexdg.connections.stored import new_access, store
from iexdg.operations.middleware import SafeStartMiddleware
from iexdg.operations.tasks import refuse_an_unsafe_start
from iexdg.team.demo import ensure_demo_people
from iexdg.team.models import Member
from iexdg.workspaces.connected import connect_workspace
from iexdg.workspaces.errors import UnsafeStartError
from iexdg.workspaces.models import Mode, Workspace
from tests.waiting import in_a_loop

# Inside an event loop the check asks from a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def start_web() -> None:
    SafeStartMiddleware(lambda request: HttpResponse())


def start_web_in_a_loop() -> None:
    async def start() -> None:
        start_web()

    in_a_loop(start())


@pytest.fixture
def real_key(settings: Any) -> None:
    settings.USES_SANDBOX = False
    settings.INSTANTLY_API_KEY = "not-a-real-key"
    settings.INSTANTLY_BASE_URL = "https://api.example.com"


def test_web_worker_and_set_up_refuse_demo_people_with_a_real_key(real_key: None) -> None:
    ensure_demo_people()

    for start in (start_web, start_web_in_a_loop, refuse_an_unsafe_start, connect_workspace):
        with pytest.raises(UnsafeStartError, match="Demo sign-ins exist"):
            start()

    assert not Workspace.objects.exists()


def test_web_starts_with_a_real_key_without_demo_people(real_key: None) -> None:
    Member.objects.create_member("zoe@example.org", name="Zoe", role="admin", password="a-long-password")

    with pytest.raises(MiddlewareNotUsed):
        start_web()
    refuse_an_unsafe_start()


def test_a_real_workspace_begins_in_observe_mode_without_demo_people(
    real_key: None, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get("https://api.example.com/api/v2/workspaces/current").respond(json={"id": "w-1", "name": "Acme"})
    assert connect_workspace().mode == Mode.OBSERVE
    assert not Member.objects.exists()


def test_web_and_worker_refuse_demo_people_with_a_real_workspace_that_an_admin_connected() -> None:
    ensure_demo_people()
    store("Acme", new_access("direct", "https://api.example.com", "a-real-key", "", is_sandbox=False), by=None)

    for start in (start_web, refuse_an_unsafe_start):
        with pytest.raises(UnsafeStartError, match="Demo sign-ins exist"):
            start()


def test_with_the_sandbox_demo_people_are_welcome() -> None:
    ensure_demo_people()

    with pytest.raises(MiddlewareNotUsed):
        start_web()
