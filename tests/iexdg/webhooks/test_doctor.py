"""What the doctor says of the receiver, the webhooks that call it, and the deliveries."""

from typing import Any

import pytest
from django.utils import timezone

from iexdg.operations import doctor
from iexdg.operations.health import Health
from iexdg.webhooks.models import Delivery
from iexdg.webhooks.receivers import address_of, ensure_receiver, headers_of
from iexdg.workspace_objects.addresses import digest_of, digest_of_headers
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def said(name: str) -> Health:
    return doctor._of_apps[name]()


def listed(workspace: Workspace, *events: str, status: int = 1, has_secret: bool = True) -> None:
    """What Instantly was last read to list: webhooks that call the receiver."""
    receiver = ensure_receiver(workspace)
    facts = {"digest": digest_of(address_of(receiver)), "campaign": None, "status": status, "url": "", "name": ""}
    facts |= {"headers_digest": digest_of_headers(headers_of(receiver)) if has_secret else ""}
    items: list[dict[str, Any]] = [facts | {"id": name, "event": name} for name in events]
    ListReading.objects.update_or_create(
        workspace=workspace,
        kind=ObjectKind.WEBHOOK,
        defaults={"items": items, "read_at": timezone.now(), "changed_at": timezone.now()},
    )


def test_before_anything_was_read_nothing_fails(workspace: Workspace) -> None:
    assert said("webhooks") == Health(True, "the receiver is not made yet: replies arrive by reading")
    ensure_receiver(workspace)
    assert said("webhooks") == Health(True, "the webhooks are not read from Instantly yet")


def test_missing_events_and_a_disabled_webhook_fail_and_none_at_all_does_not(workspace: Workspace) -> None:
    listed(workspace)
    assert said("webhooks").ok
    assert said("webhooks").detail.startswith("no webhook calls the receiver, so replies arrive by reading alone")
    listed(workspace, "reply_received", "email_bounced", "lead_unsubscribed", "account_error")
    found = said("webhooks")
    assert not found.ok
    assert found.detail.startswith("not subscribed: completed campaigns, completed enrichments, as of ")
    listed(workspace, "all_events")
    assert said("webhooks").detail.startswith("1 webhook to the receiver, nothing missing")
    listed(workspace, "all_events", status=-1)
    found = said("webhooks")
    assert (found.ok, found.detail.split(",")[0]) == (False, "1 webhook to the receiver disabled")
    assert "Resume" in found.next_step
    listed(workspace, "all_events", has_secret=False)
    found = said("webhooks")
    assert (found.ok, found.detail.split(",")[0]) == (
        False, "1 webhook to the receiver without a secret that is accepted",
    )  # fmt: skip


def test_deliveries_that_failed_today_fail(workspace: Workspace) -> None:
    assert said("webhook deliveries").detail == "0 deliveries in 24 hours, 0 failed, none came yet"
    now = timezone.now()
    Delivery.objects.create(
        workspace=workspace, received_at=now, changed_at=now, kind="reply", fingerprint="1", body={}, state="failed"
    )
    found = said("webhook deliveries")
    assert not found.ok
    assert found.detail == f"1 delivery in 24 hours, 1 failed, the newest {now:%Y-%m-%d %H:%M} UTC"
