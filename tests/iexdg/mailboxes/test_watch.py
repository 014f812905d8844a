"""A mailbox that disconnects opens an incident within one scan; it closes once the mailbox works again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from iexdg.incidents.models import Incident
from iexdg.mailboxes.models import Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import order
from iexdg.mailboxes.tasks import watch_mailboxes
from iexdg.mailboxes.watch import watch_gone
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[int], list[MailboxChange]]
ONE, BROKEN = "exec@peers.example.com", "chambers@notes.example.com"


def states() -> list[tuple[str, str]]:
    return list(Incident.objects.filter(kind="mailbox_disconnected").order_by("pk").values_list("summary", "state"))


def test_it_opens_with_the_campaigns_that_it_serves_and_closes_by_itself(
    office: Workspace, control: SandboxControl
) -> None:
    synced_campaign(office, "05A")
    control.settings(accounts={ONE: -1})
    watch_mailboxes(office.pk)
    watch_mailboxes(office.pk)
    assert states() == [(f"{ONE} disconnected", "open")]
    incident = Incident.objects.get(kind="mailbox_disconnected")
    box = Mailbox.objects.get(email=ONE)
    assert incident.url == f"/w/{office.slug}/mailboxes/{box.pk}/"
    assert "05A Executive-Peer" in str(incident.details["campaigns"])
    assert incident.campaign_ref is None
    assert box.disconnected_at is not None

    control.settings(accounts={ONE: 1})
    watch_mailboxes(office.pk)
    assert states() == [(f"{ONE} disconnected", "resolved")]
    box.refresh_from_db()
    # What the last problem was stays known.
    assert (box.disconnected_at, box.problem.startswith("Connection error")) == (None, True)


def test_one_that_failed_before_it_was_first_listed_did_not_disconnect(
    office: Workspace, control: SandboxControl
) -> None:
    watch_mailboxes(office.pk)
    assert states() == []
    assert Mailbox.objects.get(email=BROKEN).problem.startswith("Connection error: 535")


def test_one_that_is_paused_is_no_incident(office: Workspace, control: SandboxControl) -> None:
    control.settings(accounts={ONE: 2})
    watch_mailboxes(office.pk)
    assert states() == []


def test_a_list_that_cannot_be_read_keeps_the_incident(office: Workspace, control: SandboxControl) -> None:
    control.settings(accounts={ONE: -3})
    watch_mailboxes(office.pk)
    control.faults({"match": {"path": "*/accounts"}, "do": "status", "value": 503, "times": 99})
    watch_mailboxes(office.pk)
    assert states() == [(f"{ONE} disconnected", "open")]


def gone() -> list[tuple[str, str]]:
    return list(Incident.objects.filter(kind="mailbox_gone").order_by("pk").values_list("summary", "state"))


def test_one_that_disappears_at_instantly_opens_an_incident_within_one_scan_and_only_once(
    office: Workspace,
) -> None:
    synced_campaign(office, "05A")
    client_for(office).accounts.delete(ONE)
    watch_mailboxes(office.pk)
    assert gone() == [(f"{ONE} is no longer at Instantly", "open")]
    incident = Incident.objects.get(kind="mailbox_gone")
    assert incident.url == f"/w/{office.slug}/mailboxes/{Mailbox.objects.get(email=ONE).pk}/"
    assert "05A Executive-Peer" in str(incident.details["campaigns"])
    watch_mailboxes(office.pk)
    # Whoever resolves it is not asked again about the same disappearance.
    Incident.objects.filter(kind="mailbox_gone").update(state="resolved")
    watch_mailboxes(office.pk)
    assert gone() == [(f"{ONE} is no longer at Instantly", "resolved")]


def test_it_is_resolved_when_the_mailbox_is_listed_again_and_opens_anew_the_next_time(office: Workspace) -> None:
    Mailbox.objects.create(workspace=office, email="back@peers.example.com", status=1)
    watch_mailboxes(office.pk)
    assert gone() == [("back@peers.example.com is no longer at Instantly", "open")]
    Mailbox.objects.filter(email="back@peers.example.com").update(vanished_at=None)
    watch_gone(office)
    assert [state for _, state in gone()] == ["resolved"]
    watch_mailboxes(office.pk)
    assert [state for _, state in gone()] == ["resolved", "open"]


def test_one_that_is_deleted_here_opens_none_and_a_deletion_of_the_past_excuses_none(
    office: Workspace, settle: Settle
) -> None:
    (change,) = settle(order(office, [ONE], Wanted.DELETE, by=None).group)
    assert change.state == "confirmed"
    watch_mailboxes(office.pk)
    assert gone() == []
    MailboxChange.objects.filter(pk=change.pk).update(
        asked_at=timezone.now() - timedelta(days=9), closed_at=timezone.now() - timedelta(days=9)
    )
    watch_mailboxes(office.pk)
    assert [summary for summary, _ in gone()] == [f"{ONE} is no longer at Instantly"]


def test_one_that_was_gone_for_long_opens_none(office: Workspace) -> None:
    Mailbox.objects.filter(email=ONE).update(vanished_at=timezone.now() - timedelta(days=2))
    watch_gone(office)
    assert gone() == []
