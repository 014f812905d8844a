"""Routing: what a delivery makes the product read, once, late, twice, and after a worker died."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.inbox import webhook_handlers as of_inbox
from iexdg.inbox.models import InboxReading, Thread
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.webhooks import handlers, routing, webhook_handlers
from iexdg.webhooks.events import event_of, fingerprint_of
from iexdg.webhooks.handlers import Hint
from iexdg.webhooks.models import Delivery, DeliveryState, EventKind
from iexdg.webhooks.receiving import store
from iexdg.webhooks.retention import purge
from iexdg.webhooks.routing import MOST_ATTEMPTS, deliveries_to_route, replay, route
from iexdg.workspace_objects.models import ListReading
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from leads.person import erase_elsewhere
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The tasks that handlers started, with their ids."""
    found: list[tuple[str, int]] = []
    for place in (webhook_handlers, of_inbox):
        monkeypatch.setattr(place, "enqueue", lambda task, pk, **kwargs: found.append((task.name.split(".")[-1], pk)))
    return found


def stored(here: Workspace, event_type: str = "reply_received", /, **payload: Any) -> Delivery:
    body = {"event_type": event_type, "workspace": here.remote_id, "lead_email": "ada@example.com", **payload}
    made = store(here, body)
    assert made is not None
    return made


def again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def handled_by(monkeypatch: pytest.MonkeyPatch, kind: EventKind, handler: Callable[[Hint], str]) -> None:
    monkeypatch.setitem(handlers._handlers, kind, [handler])


def test_a_reply_has_the_inbox_read_and_its_conversation_first(
    workspace: Workspace, asked: list[tuple[str, int]]
) -> None:
    old = Thread.objects.create(workspace=workspace, remote_id="t-1", lead="ada@example.com")
    newest = Thread.objects.create(
        workspace=workspace, remote_id="t-2", lead="ada@example.com", listed_at=timezone.now()
    )
    delivery = stored(workspace, lead_email="ADA@example.com")
    route(delivery.pk)
    assert (again(delivery).state, delivery.note, delivery.attempts) == ("routed", "The inbox is read.", 1)
    assert asked == [("read_hinted", workspace.pk)]
    assert InboxReading.objects.get().wanted_at is not None
    assert [Thread.objects.get(pk=one.pk).wanted_at is None for one in (old, newest)] == [True, False]
    # Nothing of the payload became an e-mail.
    assert not newest.messages.exists()


def test_an_automatic_reply_is_a_reply(workspace: Workspace, asked: list[tuple[str, int]]) -> None:
    route(stored(workspace, "auto_reply_received").pk)
    assert asked == [("read_hinted", workspace.pk)]


@pytest.mark.parametrize("name", ["email_bounced", "lead_unsubscribed", "lead_interested"])
def test_a_bounce_an_unsubscribe_and_an_interest_have_the_lead_read(
    name: str, control: SandboxControl, workspace: Workspace, asked: list[tuple[str, int]]
) -> None:
    lead = Lead.objects.create(
        workspace=workspace, campaign=synced_campaign(workspace, "05A"), email="ada@example.com", status=1,
        synced_at=timezone.now(),
    )  # fmt: skip
    first, second = stored(workspace, name), stored(workspace, name, step=2)
    for one in (first, second):
        route(one.pk)
    # The second is in the same reading.
    assert asked == [("read_lead", lead.pk)]
    assert {again(first).state, again(second).state} == {"routed"}
    lead.refresh_from_db()
    assert lead.status == 1


def test_an_account_error_has_the_mailboxes_read(workspace: Workspace, asked: list[tuple[str, int]]) -> None:
    for number in range(3):
        route(stored(workspace, "account_error", lead_email=None, step=number).pk)
    assert asked == [("watch_mailboxes", workspace.pk)]


def test_a_completed_campaign_has_that_campaign_read(
    control: SandboxControl, workspace: Workspace, asked: list[tuple[str, int]]
) -> None:
    campaign = synced_campaign(workspace, "05A")
    before = campaign.remote_status
    route(stored(workspace, "campaign_completed", campaign_id=campaign.remote_id).pk)
    unknown = stored(workspace, "campaign_completed", campaign_id="another")
    route(unknown.pk)
    assert asked == [("sync_campaign", campaign.pk)]
    assert again(unknown).state == "ignored"
    campaign.refresh_from_db()
    assert campaign.remote_status == before


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("email_sent", "sent"), ("email_opened", "opened"), ("email_link_clicked", "clicked"),
        ("link_clicked", "clicked"), ("something_new", "unknown"), ("", "unknown"), ("lead_promoted", "unknown"),
        ("Call later", "interest"), ("lead_lost", "interest"),
    ],
)  # fmt: skip
def test_what_nothing_reads_because_of_is_kept_and_ignored(
    workspace: Workspace, event_type: str, kind: str, asked: list[tuple[str, int]]
) -> None:
    label = {"id": "1", "label": "Call Later", "kind": "neutral", "interest": 5000, "description": ""}
    ListReading.objects.create(workspace=workspace, kind="label", items=[label], read_at=timezone.now())
    delivery = stored(workspace, event_type)
    route(delivery.pk)
    assert (again(delivery).state, delivery.kind, delivery.event_type) == ("ignored", kind, event_type)
    assert asked == []


def test_a_test_and_the_delivery_of_another_workspace_lead_to_nothing(
    workspace: Workspace, asked: list[tuple[str, int]]
) -> None:
    tried, foreign = stored(workspace, is_test=True), stored(workspace, workspace="another")
    for one in (tried, foreign):
        route(one.pk)
    assert (again(tried).kind, tried.state) == ("test", "ignored")
    assert (again(foreign).state, foreign.note) == ("ignored", "It names another workspace of Instantly.")
    assert asked == []


def test_a_delivery_is_routed_once_however_often_it_is_started(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def handler(hint: Hint) -> str:
        seen.append(hint.delivery)
        route(hint.delivery)  # a second worker at the same moment
        return "Read."

    handled_by(monkeypatch, EventKind.REPLY, handler)
    delivery = stored(workspace)
    for _ in range(3):
        route(delivery.pk)
    assert seen == [delivery.pk]


def test_disorder_changes_nothing(workspace: Workspace, asked: list[tuple[str, int]]) -> None:
    first, second = (
        stored(workspace, timestamp="2026-11-23T15:00:00Z"),
        stored(workspace, timestamp="2026-11-23T15:00:01Z"),
    )
    route(second.pk)
    route(first.pk)
    assert {again(first).state, again(second).state} == {"routed"}
    assert Delivery.objects.count() == 2


def test_what_fails_is_tried_five_times_and_holds_up_no_other(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(hint: Hint) -> str:
        raise ValueError("broken")

    handled_by(monkeypatch, EventKind.REPLY, fails)
    poisoned, other = stored(workspace), stored(workspace, "email_sent")
    for number in range(MOST_ATTEMPTS):
        assert again(poisoned).state == "stored"
        with pytest.raises(ValueError, match="broken"):
            route(poisoned.pk)
        assert again(poisoned).attempts == number + 1
    assert (poisoned.state, poisoned.error, poisoned.due_at) == ("failed", "ValueError: broken", None)
    route(other.pk)
    assert again(other).state == "ignored"


def test_a_worker_that_died_between_storing_and_routing_loses_nothing(
    workspace: Workspace, asked: list[tuple[str, int]], time_machine: Any
) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    delivery = stored(workspace)
    # It took the delivery, and nothing was heard of it again.
    assert routing._claim(delivery.pk) is not None
    route(delivery.pk)
    assert (again(delivery).state, deliveries_to_route(workspace), asked) == ("stored", [], [])
    time_machine.move_to(now + routing.LEASE, tick=False)
    assert deliveries_to_route(workspace) == [delivery.pk]
    route(delivery.pk)
    assert (again(delivery).state, delivery.attempts) == ("routed", 2)


def test_a_delivery_that_kills_every_worker_ends_as_failed(workspace: Workspace) -> None:
    delivery = stored(workspace)
    for _ in range(MOST_ATTEMPTS):
        assert routing._claim(delivery.pk) is not None
        Delivery.objects.update(lease_until=timezone.now())
    route(delivery.pk)
    assert (again(delivery).state, delivery.error) == ("failed", "Its routing was interrupted every time.")


def test_the_sweep_finds_what_the_broker_lost_and_sends_it_once(workspace: Workspace, time_machine: Any) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    delivery = stored(workspace)
    assert deliveries_to_route(workspace) == []
    time_machine.move_to(now + timedelta(seconds=10), tick=False)
    assert deliveries_to_route(workspace) == [delivery.pk]
    # Its message waits in the broker.
    assert deliveries_to_route(workspace) == []
    time_machine.move_to(now + timedelta(seconds=40), tick=False)
    assert deliveries_to_route(workspace) == [delivery.pk]


def test_a_replay_routes_once_more_and_is_recorded(
    workspace: Workspace, member: Callable[..., Member], asked: list[tuple[str, int]]
) -> None:
    delivery = stored(workspace)
    assert replay([delivery], by=member("operator")) == []
    route(delivery.pk)
    with pytest.raises(NotAllowedError):
        replay([delivery], by=member("viewer"))
    assert again(delivery).state == "routed"
    assert replay([again(delivery)], by=member("operator")) == [delivery.pk]
    assert (again(delivery).state, delivery.attempts, delivery.note) == ("stored", 0, "")
    route(delivery.pk)
    assert asked == [("read_hinted", workspace.pk)] * 2


def test_a_delivery_of_a_workspace_that_is_not_connected_waits(workspace: Workspace) -> None:
    delivery = stored(workspace)
    Workspace.objects.update(connected_as="")
    route(delivery.pk)
    assert (again(delivery).state, delivery.attempts) == ("stored", 0)


def test_deliveries_are_kept_for_30_days_and_erased_with_the_person(workspace: Workspace) -> None:
    old, new, other = stored(workspace), stored(workspace, step=1), stored(workspace, lead_email="bob@example.com")
    Delivery.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=30, seconds=1))
    assert (purge(workspace), purge(other_workspace())) == (1, 0)
    assert set(Delivery.objects.all()) == {new, other}
    assert erase_elsewhere(workspace, "ada@example.com")["deliveries"] == 1
    assert list(Delivery.objects.all()) == [other]


def test_a_payload_is_read_whatever_is_in_it() -> None:
    event = event_of({"event_type": 5, "lead_email": ["x"], "email": " A@B.example.com ", "workspace": None})
    assert (event.kind, event.name, event.lead, event.workspace) == (EventKind.UNKNOWN, "", "a@b.example.com", "")
    assert event_of({"lead_email": "x" * 400}).lead == ""
    assert fingerprint_of({"a": 1, "b": 2}) == fingerprint_of({"b": 2, "a": 1}) != fingerprint_of({"a": 1, "b": 3})


def test_every_state_has_a_tone() -> None:
    assert {state.tone for state in DeliveryState} == {"busy", "ok", "idle", "bad"}
