"""A mailbox that disconnects opens an incident within one scan; it closes once the mailbox works again."""

import pytest

from iexdg.incidents.models import Incident
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.tasks import watch_mailboxes
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
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
