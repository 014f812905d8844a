"""What the doctor says of the connection to GoHighLevel and of its ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iexdg.crm.actions import Event
from iexdg.crm.automations import ensure_shipped
from iexdg.crm.ledger import record_event
from iexdg.crm.models import Automation, CrmConnection, LedgerEntry
from iexdg.operations import doctor
from iexdg.operations.doctor import of_workspaces
from iexdg.operations.health import Health
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def said(name: str) -> Health:
    return doctor._of_apps[name]()


def test_without_a_connection_there_is_nothing_to_check(workspace: Workspace, no_environment: None) -> None:
    assert said("crm") == Health(True, "no workspace is connected to GoHighLevel")
    assert said("crm ledger").ok


def test_a_connection_is_named_with_its_last_read_and_the_end_of_its_token(
    by_token: CrmConnection, by_sign_in: CrmConnection
) -> None:
    found = said("crm")
    assert found.ok
    assert found.detail.startswith(f"connected to {by_sign_in.location_name}, read ")
    assert f"access token until {by_sign_in.expires_at:%Y-%m-%d %H:%M} UTC, renewed automatically" in found.detail


def test_a_missing_scope_and_a_refused_token_fail(by_token: CrmConnection) -> None:
    assert "its token has no end" in said("crm").detail
    CrmConnection.objects.update(scopes={"contacts.write": False, "contacts.readonly": True})
    found = said("crm")
    assert (found.ok, found.detail) == (False, f"{by_token}: scopes missing: contacts.write")
    assert "page CRM" in found.next_step
    CrmConnection.objects.update(refused_at=timezone.now(), error="It was revoked.")
    assert said("crm").detail == f"{by_token}: the token is refused. It was revoked."


def test_an_old_backlog_and_failures_fail(by_token: CrmConnection, workspace: Workspace) -> None:
    assert said("crm ledger").detail.startswith("0 actions waiting, 0 for a person, 0 unmatched replies, as of ")
    automation = ensure_shipped(workspace)
    record_event(automation, Event("m-1", "ada@example.com", None, {"email": "ada@example.com"}))
    Automation.objects.update(state="active")
    assert said("crm ledger").ok
    LedgerEntry.objects.update(asked_at=timezone.now() - timedelta(minutes=20))
    found = said("crm ledger")
    assert (found.ok, "3 actions waiting, the oldest for 20 min" in found.detail) == (False, True)
    LedgerEntry.objects.update(state="refused")
    found = said("crm ledger")
    assert (found.ok, "0 actions waiting, 3 for a person" in found.detail) == (False, True)


def test_several_workspaces_are_one_line_with_the_step_of_the_first_that_fails(workspace: Workspace) -> None:
    found = of_workspaces(lambda one: Health(False, "bad", f"Fix {one.slug}."), "none")
    assert found == Health(False, "bad", f"Fix {workspace.slug}.")
    assert of_workspaces(lambda one: None, "none") == Health(True, "none")
