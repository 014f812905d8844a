"""Mirroring the sending accounts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender, disconnected, senders
from iexdg.mailboxes.sync import sync_mailboxes, sync_sent_today
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def test_every_account_is_kept_with_its_health(control: SandboxControl, workspace: Workspace) -> None:
    assert sync_mailboxes(workspace) == Mailbox.objects.count() == 6
    box = Mailbox.objects.get(email="exec@peers.example.com")
    assert (box.status, box.warmup_status, box.warmup_score, box.setup_pending) == (1, 1, 96.0, False)
    assert box.synced_at is not None


def test_an_account_that_is_gone_is_marked_and_comes_back(control: SandboxControl, workspace: Workspace) -> None:
    ghost = Mailbox.objects.create(workspace=workspace, email="ghost@peers.example.com", status=1)
    sync_mailboxes(workspace)
    ghost.refresh_from_db()
    assert ghost.vanished_at is not None
    back = Mailbox.objects.get(email="exec@peers.example.com")
    Mailbox.objects.filter(pk=back.pk).update(vanished_at=ghost.vanished_at)
    sync_mailboxes(workspace)
    back.refresh_from_db()
    assert back.vanished_at is None


def test_a_failed_read_changes_nothing(control: SandboxControl, workspace: Workspace) -> None:
    sync_mailboxes(workspace)
    control.faults({"match": {"path": "/accounts"}, "do": "status", "value": 401, "times": 9})
    with pytest.raises(ClientError):
        sync_mailboxes(workspace)
    assert Mailbox.objects.filter(vanished_at__isnull=True).count() == 6


def test_senders_keep_their_order_and_name_the_missing(control: SandboxControl, workspace: Workspace) -> None:
    sync_mailboxes(workspace)
    found = senders(workspace, ["TEAM@peers.example.com", "nobody@peers.example.com"])
    assert [(one.email, one.is_ready, one.words, one.tone) for one in found] == [
        ("team@peers.example.com", True, "Connected", "ok"),
        ("nobody@peers.example.com", False, "Not in this workspace", "bad"),
    ]


def test_what_cannot_send_is_named(control: SandboxControl, workspace: Workspace) -> None:
    sync_mailboxes(workspace)
    assert disconnected(workspace) == {"chambers@notes.example.com"}


@pytest.mark.parametrize(
    ("status", "pending", "words", "tone"),
    [
        (-1, False, "Connection error", "bad"),
        (2, False, "Paused", "idle"),
        (1, True, "Setup not finished", "warn"),
        (17, False, "Unknown status 17", "warn"),
        (None, False, "Not read yet", "warn"),
    ],
)
def test_only_a_connected_mailbox_is_ready(status: int | None, pending: bool, words: str, tone: str) -> None:
    sender = Sender("a@example.com", Mailbox(email="a@example.com", status=status, setup_pending=pending))
    assert (sender.is_ready, sender.words, sender.tone) == (False, words, tone)


@pytest.mark.parametrize("status", [None, 1, 2, -1])
@pytest.mark.parametrize("pending", [False, True])
@pytest.mark.parametrize("is_gone", [False, True])
def test_the_database_and_the_page_agree_on_who_cannot_send(
    workspace: Workspace, status: int | None, pending: bool, is_gone: bool
) -> None:
    gone = timezone.now() if is_gone else None
    box = Mailbox.objects.create(
        workspace=workspace, email="a@example.com", status=status, setup_pending=pending, vanished_at=gone
    )
    assert (box.email in disconnected(workspace)) is not Sender(box.email, box).is_ready


def test_what_each_has_sent_today_counts_all_campaigns_and_is_unknown_where_it_cannot_be_read(
    control: SandboxControl, workspace: Workspace
) -> None:
    sync_mailboxes(workspace)
    everybody = list(Mailbox.objects.values_list("email", flat=True))
    campaigns = client_for(workspace).campaigns
    with time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC), tick=False):
        today = timezone.now().date()

        sync_sent_today(workspace)

        days = [day for one in campaigns.list() for day in campaigns.daily(one.remote_id, start=today)]
        sent = [one.sent_on(today) or 0 for one in senders(workspace, everybody)]
        assert sum(sent) == sum(day.sent or 0 for day in days if day.day == today) > 0
        # Today's count says nothing about tomorrow.
        assert senders(workspace, everybody)[0].sent_on(today + timedelta(days=1)) is None

        control.faults({"match": {"path": "*/accounts/analytics/daily"}, "do": "status", "value": 401, "times": 9})
        with pytest.raises(ClientError):
            sync_sent_today(workspace)
        assert {one.sent_on(today) for one in senders(workspace, everybody)} == {None}
