"""A result that Instantly sends brings the poll forward, and decides nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.webhooks.receivers import ensure_receiver, result_address_of
from iexdg.webhooks.receiving import store
from iexdg.webhooks.routing import route
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.models import Import, Receipt
from leads.verification.push import poll_now, push_address
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 99, "pending_max_s": 9.0}


@pytest.fixture
def pending(control: SandboxControl, workspace: Workspace, member: Callable[..., Member], settings: Any) -> Receipt:
    """A receipt whose verdict Instantly does not have yet, with a poll that is far away."""
    settings.VERIFY_POLL_S = 30
    settings.VERIFY_GIVE_UP_S = 900
    ensure_receiver(workspace)
    imported = checked_import(synced_campaign(workspace, "05A"), people(1), by=member("operator"))
    verbs.start(imported, by=member("operator"))
    drive.advance(imported.pk)
    receipt = Receipt.objects.get()
    assert (receipt.posted_at is not None, receipt.answered_at) == (True, None)
    return receipt


def test_the_request_names_the_address_for_results(
    pending: Receipt, workspace: Workspace, sandbox: Any, settings: Any
) -> None:
    (waiting,) = (one for one in sandbox.world.hooks.waiting if one[2]["webhook"] is None)
    assert waiting[2]["url"] == push_address(workspace) == result_address_of(ensure_receiver(workspace))
    assert waiting[2]["headers"] == {}


def test_a_result_has_its_address_polled_at_once_and_the_poll_decides(
    pending: Receipt, workspace: Workspace, sandbox_clock: Any
) -> None:
    imported = Import.objects.get()
    assert imported.due_at is not None
    assert imported.due_at > timezone.now() + timedelta(seconds=10)
    # It says the contrary of what Instantly will say.
    result = {"email": pending.email.upper(), "verification_status": "invalid", "status": "success", "catch_all": False}
    delivery = store(workspace, result)
    assert delivery is not None
    route(delivery.pk)
    delivery.refresh_from_db()
    pending.refresh_from_db()
    imported.refresh_from_db()
    assert (delivery.state, delivery.note) == ("routed", "The address is polled at once.")
    assert pending.answered_at is None
    assert pending.next_poll_at is not None
    assert pending.next_poll_at <= timezone.now()
    assert imported.due_at is not None
    assert imported.due_at <= timezone.now()
    sandbox_clock.advance(10)
    drive.advance(imported.pk)
    pending.refresh_from_db()
    assert (pending.verdict, pending.remote_verdict) == ("verified", "verified")


def test_a_result_for_what_is_not_waited_for_changes_nothing(pending: Receipt, workspace: Workspace) -> None:
    assert poll_now(workspace, "someone.else@example.com") == []
    Receipt.objects.update(posted_at=None)
    assert poll_now(workspace, pending.email) == []
    before = pending.next_poll_at
    pending.refresh_from_db()
    assert pending.next_poll_at == before


def test_nothing_is_named_where_instantly_cannot_reach_us(workspace: Workspace, settings: Any) -> None:
    assert push_address(workspace) is None
    ensure_receiver(workspace)
    Workspace.objects.update(is_sandbox=False)
    workspace.refresh_from_db()
    assert push_address(workspace) is None
    settings.PUBLIC_URL = "https://outreach.example.com"
    assert str(push_address(workspace)).startswith("https://outreach.example.com/hooks/")
