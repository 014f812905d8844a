import smtplib
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from iexdg.celery import app
from iexdg.clients.http.errors import ServerError
from iexdg.incidents import delivery, tasks
from iexdg.incidents.models import Channel, Incident, Notification, NotificationState
from iexdg.incidents.notifications import send_test_notification
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.operations import scheduler as beat_scheduler
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

SECRET = "https://hooks.example.com/services/not-for-eyes"


@pytest.fixture(autouse=True)
def _email(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.PUBLIC_URL = "https://outreach.example.com/"


@pytest.fixture
def posted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that reached the webhook."""
    settings.NOTIFY_WEBHOOK_URL = SECRET
    texts: list[str] = []
    monkeypatch.setattr(delivery, "post_webhook", lambda url, message, **how: texts.append(message["text"]))
    return texts


@pytest.fixture
def approver(member: Callable[..., Member]) -> Member:
    return member("approver")


def flip(workspace: Workspace, name: str, detail: str = "") -> None:
    open_incident(workspace, FLIP, dedupe_key=name, summary=f"{name} turned active by itself", detail=detail)


def later(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def refused(self: mail.EmailMessage, fail_silently: bool = False) -> int:
    raise smtplib.SMTPRecipientsRefused({"approver@example.com": (550, b"approver@example.com unknown")})


def states() -> Sequence[tuple[str, int]]:
    return list(Notification.objects.order_by("pk").values_list("state", "attempts"))


def test_nothing_is_sent_before_it_is_due(workspace: Workspace, approver: Member) -> None:
    flip(workspace, "05A")
    assert delivery.send_due() == 0
    assert mail.outbox == []
    assert states() == [(NotificationState.DUE, 0)]


def test_several_incidents_reach_a_person_as_one_mail(workspace: Workspace, approver: Member) -> None:
    flip(workspace, "05A")
    flip(workspace, "05B")
    assert delivery.send_due(later(31)) == 1
    (sent,) = mail.outbox
    assert sent.to == ["approver@example.com"]
    assert sent.subject == "[Outreach] 05A turned active by itself and 1 more"
    for words in (
        "05A turned active",
        "05B turned active",
        "What to do:",
        "https://outreach.example.com/w/demo/incidents/",
    ):
        assert words in sent.body
    assert states() == [(NotificationState.SENT, 1)] * 2


def test_where_several_workspaces_are_connected_each_message_names_its_own(
    workspace: Workspace, approver: Member, posted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "connected_slugs", lambda: ["demo", "acme"])
    workspace.name = "Acme <West> bo@firm.example.com"
    workspace.save()
    flip(workspace, "05A")
    assert delivery.send_due(later(31)) == 2
    (sent,) = mail.outbox
    assert sent.subject == "[Outreach] Acme <West> (an address): 05A turned active by itself"
    assert sent.body.startswith("Acme <West> (an address): 05A turned active by itself\n")
    assert posted[0].startswith("*Acme &lt;West&gt; (an address): 05A turned active by itself*\n")


def test_what_was_sent_is_not_sent_again(workspace: Workspace, approver: Member) -> None:
    flip(workspace, "05A")
    delivery.send_due(later(31))
    assert delivery.send_due(later(3600)) == 0
    assert len(mail.outbox) == 1


def test_of_two_workers_one_sends(workspace: Workspace, approver: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(workspace, "05A")
    seen = delivery._messages(later(31))
    delivery.send_due(later(31))
    monkeypatch.setattr(delivery, "_messages", lambda now: seen)
    assert delivery.send_due(later(31)) == 0
    assert len(mail.outbox) == 1


def test_the_claim_of_a_worker_that_crashed_expires(workspace: Workspace, approver: Member) -> None:
    flip(workspace, "05A")
    claimed_at = later(31)
    for row in Notification.objects.all():
        assert delivery._claim(row, claimed_at)
    assert delivery.send_due(claimed_at) == 0
    assert delivery.send_due(claimed_at + timedelta(seconds=61)) == 1
    assert states() == [(NotificationState.SENT, 2)]


def test_a_failed_mail_is_tried_again_later_and_given_up_in_the_end(
    workspace: Workspace, approver: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(workspace, "05A")
    monkeypatch.setattr(mail.EmailMessage, "send", refused)
    now = later(31)
    delivery.send_due(now)
    row = Notification.objects.get()
    assert (row.state, row.attempts, row.next_try_at) == (NotificationState.DUE, 1, now + timedelta(seconds=30))
    assert row.error == "The mail server: SMTPRecipientsRefused"
    for _ in range(delivery.MOST_ATTEMPTS):
        delivery.send_due(Notification.objects.get().next_try_at)
    assert states() == [(NotificationState.FAILED, delivery.MOST_ATTEMPTS)]


def test_a_mail_that_failed_once_and_was_then_delivered_is_sent(
    workspace: Workspace, approver: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(workspace, "05A")
    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", refused)
        delivery.send_due(later(31))
    delivery.send_due(later(62))
    row = Notification.objects.get()
    assert (row.state, row.attempts, row.error) == (NotificationState.SENT, 2, "")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (40, 3600)])
def test_each_wait_is_twice_the_one_before_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert delivery.wait_after(attempts) == timedelta(seconds=seconds)


def test_the_webhook_gets_one_message_for_the_whole_team(
    workspace: Workspace, approver: Member, member: Callable[..., Member], posted: list[str]
) -> None:
    member("admin")
    flip(workspace, "05A & <05B>")
    delivery.send_due(later(31))
    (text,) = posted
    assert text.startswith("*05A &amp; &lt;05B&gt; turned active by itself*\n")
    assert "<https://outreach.example.com/w/demo/incidents/" in text


def test_a_webhook_that_fails_keeps_its_address_to_itself(
    workspace: Workspace, approver: Member, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NOTIFY_WEBHOOK_URL = SECRET

    def fail(url: str, message: dict[str, str], **how: Any) -> None:
        raise ServerError("down", status=503, method="POST", path="to the webhook")

    monkeypatch.setattr(delivery, "post_webhook", fail)
    flip(workspace, "05A")
    delivery.send_due(later(31))
    row = Notification.objects.get(channel=Channel.WEBHOOK)
    assert row.error == "The webhook answered 503: down"
    assert "not-for-eyes" not in row.error
    assert len(mail.outbox) == 1


def test_outside_the_sandbox_a_webhook_without_tls_gets_nothing(
    workspace: Workspace, approver: Member, settings: Any
) -> None:
    settings.NOTIFY_WEBHOOK_URL = "http://127.0.0.1:9/not-for-eyes"
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    settings.USES_SANDBOX = False
    flip(workspace, "05A")
    delivery.send_due(later(31))
    row = Notification.objects.get(channel=Channel.WEBHOOK)
    assert row.error.endswith("the address begins with https:// outside the sandbox")


def test_no_address_of_a_lead_is_ever_in_a_message(workspace: Workspace, approver: Member, posted: list[str]) -> None:
    flip(workspace, "jane.doe@example.com", detail="Row 3: Jane <jane.doe@example.com>, jane%40example.org")
    delivery.send_due(later(31))
    everything = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}\n{posted[0]}"
    assert "jane" not in everything.replace("Jane", "")
    assert "(an address) turned active by itself" in everything


def test_what_was_resolved_meanwhile_is_reported_as_resolved(
    workspace: Workspace, approver: Member, posted: list[str]
) -> None:
    flip(workspace, "05A")
    resolve_incident(Incident.objects.get(), by=None)
    delivery.send_due(later(31))
    assert "Resolved meanwhile." in mail.outbox[0].body
    assert "Resolved meanwhile." in posted[0]


def test_a_test_goes_out_at_once_and_alone(workspace: Workspace, approver: Member, posted: list[str]) -> None:
    flip(workspace, "05A")
    send_test_notification(approver)
    assert delivery.send_due(later(1)) == 2
    assert [one.subject for one in mail.outbox] == ["[Outreach] Test: messages reach you"]
    assert posted == ["This is a test of IEXDG Outreach. When an incident opens, you are notified like this."]


def test_a_channel_turned_off_meanwhile_says_so(workspace: Workspace, approver: Member, settings: Any) -> None:
    flip(workspace, "05A")
    settings.EMAIL_HOST = ""
    delivery.send_due(later(31))
    assert Notification.objects.get().error == "E-mail is off: EMAIL_HOST is not set."


def test_while_one_run_sends_another_leaves_at_once(
    workspace: Workspace, approver: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def run_again() -> int:
        runs.append(1)
        tasks.send_notifications()
        return 0

    monkeypatch.setattr(tasks, "send_due", run_again)
    tasks.send_notifications()
    assert runs == [1]
    tasks.send_notifications()
    assert runs == [1, 1]


def test_what_no_worker_sends_is_sent_by_beat_and_what_is_merely_due_is_left_to_them(
    workspace: Workspace, approver: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beat_scheduler.connection, "close", lambda: None)
    flip(workspace, "05A")
    for seconds, mails in ((-20, 0), (-40, 1), (-40, 1)):
        Notification.objects.filter(state=NotificationState.DUE).update(next_try_at=later(seconds))
        beat_scheduler.notify_overdue(tasks.send_overdue)
        assert len(mail.outbox) == mails


def test_a_hanging_mail_server_holds_up_one_thread_of_beat_and_no_tick(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    released, begun = threading.Event(), []

    def hangs(task: Any) -> None:
        begun.append(task.name)
        released.wait(30)

    monkeypatch.setattr(beat_scheduler, "notify_overdue", hangs)
    scheduler = beat_scheduler.HeartbeatScheduler(app, schedule_filename=str(tmp_path / "beat"), lazy=True)
    for _ in range(2):
        scheduler._notify()
    released.set()
    assert scheduler._notifier is not None
    scheduler._notifier.join(30)
    assert begun == [beat_scheduler.NOTIFY_TASK]


def test_open_incidents_come_first_and_resolved_ones_need_no_action(workspace: Workspace, approver: Member) -> None:
    flip(workspace, "05A")
    flip(workspace, "05B")
    resolve_incident(Incident.objects.get(dedupe_key="05A"), by=approver)
    delivery.send_due(later(31))
    (message,) = mail.outbox
    assert message.subject == "[Outreach] 05B turned active by itself and 1 more"
    open_one, over, _ = str(message.body).split("\n\n")
    assert "What to do:" in open_one
    assert over.splitlines()[-2] == "Resolved meanwhile."
    assert "What to do:" not in over
