"""Subscribing the receiver at the sandbox, what arrives then, and a webhook that Instantly disables."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.inbox.models import InboxReading, Message
from iexdg.inbox.tasks import read_hinted
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.webhooks import subscribing
from iexdg.webhooks.errors import ReceiverUnavailableError
from iexdg.webhooks.models import Delivery, Receiver
from iexdg.webhooks.receivers import SECRET_HEADER, rotate_secret, secret_of
from iexdg.webhooks.routing import route
from iexdg.webhooks.tasks import keep_receiver
from iexdg.webhooks.watch import watch_webhooks
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(control: SandboxControl, workspace: Workspace, receiver: Receiver) -> Workspace:
    read_list(workspace, ObjectKind.WEBHOOK)
    return workspace


@pytest.fixture
def subscribed(listed: Workspace, member: Callable[..., Member], sandbox_clock: SandboxClock) -> Workspace:
    """The workspace whose receiver gets everything."""
    settle(subscribing.subscribe(listed, ["all_events"], by=member("admin")), sandbox_clock)
    return listed


def settle(changes: list[ObjectChange], clock: SandboxClock) -> None:
    for change in changes:
        carry_out(change.pk, sleep=clock.advance)
        change.refresh_from_db()
        assert change.state == "confirmed", change.error


def ours(sandbox: Any) -> list[dict[str, Any]]:
    hooks = sandbox.world.hooks.webhooks.values()
    return [one for one in hooks if "/hooks/" in one["fields"]["target_hook_url"]]


def test_a_subscription_has_the_address_and_the_secret_and_leaves_neither_behind(
    subscribed: Workspace, sandbox: Any, receiver: Receiver
) -> None:
    (hook,) = ours(sandbox)
    assert hook["fields"]["headers"] == {SECRET_HEADER: secret_of(receiver)}
    assert hook["fields"]["target_hook_url"].startswith("http://127.0.0.1:8000/hooks/")
    change = ObjectChange.objects.get()
    assert (change.sealed, secret_of(receiver) in str(ObjectChange.objects.values().get())) == ("", False)
    assert secret_of(receiver) not in str(kept(subscribed, ObjectKind.WEBHOOK))
    assert subscribing.missing_events(subscribing.subscriptions_of(subscribed)) == []


def test_what_is_not_subscribed_is_named_and_only_that_is_requested(
    listed: Workspace, member: Callable[..., Member], sandbox_clock: SandboxClock, sandbox: Any
) -> None:
    assert subscribing.missing_events(subscribing.subscriptions_of(listed)) == list(subscribing.NEEDED)
    settle(subscribing.subscribe(listed, ["email_bounced"], by=member("admin")), sandbox_clock)
    assert "email_bounced" not in subscribing.missing_events(subscribing.subscriptions_of(listed))
    made = subscribing.subscribe(listed, ["email_bounced", "reply_received"], by=member("admin"))
    assert [change.values["event"] for change in made] == ["reply_received"]
    settle(made, sandbox_clock)
    with pytest.raises(ObjectChangeRefusedError, match="subscribed already"):
        subscribing.subscribe(listed, ["reply_received"], by=member("admin"))
    assert len(ours(sandbox)) == 2


def test_nothing_is_subscribed_in_observe_mode_or_to_an_address_that_instantly_cannot_reach(
    listed: Workspace, member: Callable[..., Member], settings: Any
) -> None:
    Workspace.objects.update(is_sandbox=False)
    listed.refresh_from_db()
    with pytest.raises(ReceiverUnavailableError, match="Set PUBLIC_URL"):
        subscribing.subscribe(listed, ["all_events"], by=member("admin"))
    settings.PUBLIC_URL = "https://outreach.example.com/"
    Workspace.objects.update(mode="observe")
    listed.refresh_from_db()
    with pytest.raises(ObserveModeError):
        subscribing.subscribe(listed, ["all_events"], by=member("admin"))
    assert not ObjectChange.objects.exists()


def test_a_simulated_reply_arrives_as_a_delivery_and_has_the_inbox_read(
    subscribed: Workspace, control: SandboxControl, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = synced_campaign(subscribed, "05A")
    email = next(one["email"] for one in control.state()["leads"] if one["campaign"] == campaign.remote_id)
    Delivery.objects.all().delete()
    before = Message.objects.count()
    event = {"type": "reply", "campaign_id": campaign.remote_id, "email": email, "text": "Hooked, thank you."}
    control._json("POST", "events", event)
    assert sandbox.courier.send_due() >= 1
    delivery = Delivery.objects.get(kind="reply")
    assert (delivery.lead, delivery.event_type) == (email, "reply_received")
    assert delivery.body["reply_text"] == "Hooked, thank you."
    route(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "routed"
    read_hinted(subscribed.pk)
    assert Message.objects.count() > before
    assert Message.objects.get(lead=email, remote_id=delivery.body["email_id"]).text == "Hooked, thank you."
    reading = InboxReading.objects.get()
    # Only the stream that the hint was about was read.
    assert (reading.wanted_at, reading.read_at) == (None, None)


def test_hints_are_read_every_six_seconds_at_most(subscribed: Workspace, control: SandboxControl) -> None:
    InboxReading.objects.create(workspace=subscribed)
    calls = []
    for _ in range(5):
        InboxReading.objects.update(wanted_at="2026-11-23T15:00:00Z")
        read_hinted(subscribed.pk)
        calls.append(len(control.log(path="/emails")))
    assert calls == [calls[0]] * 5


def test_every_event_of_the_sandbox_is_understood(subscribed: Workspace, control: SandboxControl, sandbox: Any) -> None:
    campaign = synced_campaign(subscribed, "05A")
    people = [one["email"] for one in control.state()["leads"] if one["campaign"] == campaign.remote_id][:5]
    for kind, email in zip(("reply", "open", "click", "bounce", "unsubscribe"), people, strict=True):
        control.event(kind, campaign.remote_id, email)
    sandbox.courier.send_due()
    kinds = set(Delivery.objects.values_list("kind", flat=True))
    assert {"reply", "opened", "bounced", "unsubscribed"} <= kinds
    assert "unknown" not in kinds
    for pk in Delivery.objects.values_list("pk", flat=True):
        route(pk)
    assert not Delivery.objects.filter(state__in=["stored", "failed"]).exists()
    assert not Delivery.objects.filter(note__contains="another workspace").exists()


def test_a_rotation_has_the_webhooks_send_the_new_secret(
    subscribed: Workspace, member: Callable[..., Member], sandbox_clock: SandboxClock, sandbox: Any, receiver: Receiver
) -> None:
    first = secret_of(receiver)
    fresh = rotate_secret(subscribed, by=member("admin"))
    assert len(subscribing.with_another_secret(fresh, subscribing.subscriptions_of(subscribed))) == 1
    settle(subscribing.send_secret(subscribed, by=member("admin")), sandbox_clock)
    (hook,) = ours(sandbox)
    assert hook["fields"]["headers"] == {SECRET_HEADER: secret_of(fresh)} != {SECRET_HEADER: first}
    assert (hook["fields"]["event_type"], hook["fields"]["name"]) == ("all_events", "IEXDG Outreach: all events")
    assert subscribing.with_another_secret(fresh, subscribing.subscriptions_of(subscribed)) == []
    assert subscribing.send_secret(subscribed, by=member("admin")) == []


def test_the_demo_is_subscribed_once_and_never_again_where_a_person_deleted_it(
    control: SandboxControl, workspace: Workspace, sandbox: Any, sandbox_clock: SandboxClock
) -> None:
    keep_receiver(workspace.pk)
    change = ObjectChange.objects.get(kind="webhook")
    assert (change.by, change.values["event"]) == (None, "all_events")
    keep_receiver(workspace.pk)
    settle([change], sandbox_clock)
    sandbox.world.hooks.webhooks.clear()
    read_list(workspace, ObjectKind.WEBHOOK)
    keep_receiver(workspace.pk)
    assert ObjectChange.objects.count() == 1


def test_a_real_workspace_is_not_subscribed_without_being_asked(control: SandboxControl, workspace: Workspace) -> None:
    Workspace.objects.update(is_sandbox=False)
    keep_receiver(workspace.pk)
    assert Receiver.objects.count() == 1
    assert not ObjectChange.objects.exists()


def disabled_by_failures(workspace: Workspace, control: SandboxControl, sandbox: Any) -> None:
    """Ten deliveries that the receiver refuses."""
    secret, world = Receiver.objects.get().secret_digest, sandbox.world
    Receiver.objects.update(secret_digest="0" * 64)
    campaign = synced_campaign(workspace, "05A")
    people = [one["email"] for one in control.state()["leads"] if one["campaign"] == campaign.remote_id]
    for email in people[:12]:
        control.event("open", campaign.remote_id, email)
    sandbox.courier.send_due()
    Receiver.objects.update(secret_digest=secret)
    assert [
        one["status"] for one in world.hooks.webhooks.values() if "/hooks/" in one["fields"]["target_hook_url"]
    ] == [-1]
    read_list(workspace, ObjectKind.WEBHOOK)


def test_a_webhook_that_instantly_disabled_opens_an_incident_that_closes_once_it_is_resumed(
    subscribed: Workspace, control: SandboxControl, sandbox: Any, member: Callable[..., Member],
    sandbox_clock: SandboxClock, web: Callable[..., Client],
) -> None:  # fmt: skip
    watch_webhooks(subscribed)
    # One that was disabled before anybody watched is nobody's news.
    assert not Incident.objects.exists()
    disabled_by_failures(subscribed, control, sandbox)
    watch_webhooks(subscribed)
    watch_webhooks(subscribed)
    incident = Incident.objects.get()
    assert (incident.kind, incident.state) == ("webhook_disabled", "open")
    assert incident.summary == "Instantly disabled IEXDG Outreach: all events"
    assert "Replies arrive only when the inbox is read." in incident.detail
    assert incident.url == "/w/demo/webhooks/"

    answer = web("admin").post(f"/w/demo/webhooks/{ours(sandbox)[0]['id']}/act/", {"verb": "resume"})
    assert answer.status_code == 302
    settle(list(ObjectChange.objects.filter(verb="resume")), sandbox_clock)
    watch_webhooks(subscribed)
    incident.refresh_from_db()
    assert incident.state == "resolved"


def test_a_list_that_cannot_be_read_closes_no_incident(
    subscribed: Workspace, control: SandboxControl, sandbox: Any
) -> None:
    disabled_by_failures(subscribed, control, sandbox)
    watch_webhooks(subscribed)
    sandbox.world.hooks.webhooks.clear()
    control.faults({"match": {"method": "GET", "path": "/webhooks"}, "do": "status", "value": 500, "times": 20})
    assert not read_list(subscribed, ObjectKind.WEBHOOK)
    watch_webhooks(subscribed)
    assert Incident.objects.get().state == "open"
