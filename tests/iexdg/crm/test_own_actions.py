"""Notifying people and suppressing an address: without GoHighLevel, once, and unknown where nothing can tell."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, RateLimitError, RequestTimeoutError, ServerError, ValidationError
from iexdg.crm import notifying
from iexdg.crm.actions import Event
from iexdg.crm.automations import activate, create
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import claim, record_event, replay
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.own_actions import carry_out_own, drain_own
from iexdg.crm.tasks import carry_out_ledger
from iexdg.crm.trying import clean_up, dry_run, run_test
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads.blocklist.ask import ask_to_unblock
from leads.models import Lead, Suppression
from tests.campaigns import factories

pytestmark = pytest.mark.django_db
FILTER = {"campaigns": [], "excludes_automatic": False, "labels": []}
APPROVERS = {"kind": "notify", "channel": "email", "roles": ["approver"], "members": []}
WEBHOOK = {"kind": "notify", "channel": "webhook"}
SUPPRESS = {"kind": "suppress"}
LEAD = "lead@firm.example.com"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "empty"}


@pytest.fixture(autouse=True)
def _outside(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.NOTIFY_WEBHOOK_URL = "https://hooks.example.com/secret"


@pytest.fixture
def make(workspace: Workspace, member: Callable[..., Member]) -> Callable[..., Automation]:
    def made(*actions: dict[str, Any], is_active: bool = True, name: str = "Alert") -> Automation:
        admin = member("admin")
        facts = {"name": name, "trigger": "unsubscribed", "filter": FILTER, "actions": list(actions)}
        one = create(workspace, by=admin, facts=facts | {"field_map": {}, "tag_template": ""})
        if is_active:
            Automation.objects.filter(pk=one.pk).update(tested_at=timezone.now(), tested_version=one.version)
            one.refresh_from_db()
            activate(one, by=admin)
        return one

    return made


def an_event(workspace: Workspace, key: str = "unsubscribed:1") -> Event:
    campaign = factories.campaign(workspace, name="05A x@y.example.com")
    return Event(key=key, lead=LEAD, campaign=campaign, variables={}, trigger="unsubscribed")


def states() -> list[tuple[str, str]]:
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", "state"))


def test_an_automation_with_neither_contact_nor_connection_notifies_and_suppresses(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member]
) -> None:
    named, approver = member("viewer"), member("approver")
    automation = make({**APPROVERS, "members": [named.pk]}, SUPPRESS, name="Alert for x@y.example.com")
    record_event(automation, an_event(workspace))
    carry_out_ledger(workspace.pk)
    carry_out_ledger(workspace.pk)
    assert states() == [("notify", "done"), ("suppress", "done")]
    (message,) = mail.outbox
    assert (sorted(message.bcc), message.to) == (sorted([named.email, approver.email]), [])
    assert message.subject == "[Outreach] A lead unsubscribed: 05A (an address)"
    entry = LedgerEntry.objects.get(kind="notify")
    assert f"/crm/ledger/{entry.pk}/" in message.body
    assert "@" not in message.subject + message.body
    assert entry.answer == {"accepted": True, "members": [approver.pk, named.pk]}
    blocked = Suppression.objects.get()
    assert (blocked.value, blocked.source) == (LEAD, "automation")
    assert blocked.why == "The automation Alert for x@y.example.com: a lead unsubscribed"
    assert AuditEvent.objects.filter(action="blocklist:values:asked").count() == 1
    assert LedgerEntry.objects.get(kind="suppress").read_back is True


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPServerDisconnected("gone"), "unknown"),
        (TimeoutError("late"), "unknown"),
        (smtplib.SMTPDataError(550, b"no"), "refused"),
        (smtplib.SMTPDataError(451, b"later"), "asked"),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"no")}), "refused"),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"later")}), "asked"),
    ],
)
def test_a_message_that_may_have_left_is_unknown_and_not_sent_again(
    workspace: Workspace,
    make: Callable[..., Automation],
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    state: str,
) -> None:
    member("approver")
    record_event(make(APPROVERS), an_event(workspace))

    def fails(*_: Any, **__: Any) -> int:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", fails)
        drain_own(workspace)
    assert states() == [("notify", state)]
    assert "@" not in LedgerEntry.objects.get().error
    drain_own(workspace)
    assert len(mail.outbox) == 0


def test_the_intent_is_recorded_before_a_message_leaves_and_two_workers_act_once(
    workspace: Workspace,
    make: Callable[..., Automation],
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member("approver")
    record_event(make(APPROVERS, SUPPRESS), an_event(workspace))
    at_sending: list[list[tuple[str, str]]] = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *_, **__: at_sending.append(states()))
    rows = LedgerEntry.objects.select_related("workspace", "automation").order_by("pk")
    for entry in [*rows.all(), *rows.all()]:
        carry_out_own(entry)
    assert at_sending == [[("notify", "sent"), ("suppress", "asked")]]
    assert states() == [("notify", "done"), ("suppress", "done")]
    assert list(rows.values_list("attempts", flat=True)) == [1, 1]
    assert AuditEvent.objects.filter(action="blocklist:values:asked").count() == 1


def test_a_mail_server_that_cannot_be_reached_is_asked_again(
    workspace: Workspace,
    make: Callable[..., Automation],
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member("approver")
    record_event(make(APPROVERS), an_event(workspace))

    def refuses(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuses)
        drain_own(workspace)
    assert states() == [("notify", "asked")]
    LedgerEntry.objects.update(due_at=timezone.now())
    drain_own(workspace)
    assert (states(), len(mail.outbox)) == ([("notify", "done")], 1)


def test_a_worker_killed_while_it_sends_leaves_a_notification_unknown_and_a_suppression_asked(
    workspace: Workspace, make: Callable[..., Automation]
) -> None:
    record_event(make(APPROVERS, SUPPRESS), an_event(workspace))
    for entry in LedgerEntry.objects.all():
        assert claim(entry)
    LedgerEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    drain_own(workspace)
    assert states() == [("notify", "unknown"), ("suppress", "done")]
    assert (len(mail.outbox), Suppression.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (None, "done"),
        (RequestTimeoutError("late"), "unknown"),
        (ServerError("x", status=500), "unknown"),
        (RateLimitError("x", status=429), "asked"),
        (ValidationError("x", status=404), "refused"),
        (ValidationError("no https"), "refused"),
    ],
)
def test_the_teams_webhook_is_called_once(
    workspace: Workspace,
    make: Callable[..., Automation],
    monkeypatch: pytest.MonkeyPatch,
    error: ClientError | None,
    state: str,
) -> None:
    sent: list[str] = []

    def post(url: str, message: dict[str, str], **_: Any) -> None:
        sent.append(message["text"])
        if error is not None:
            raise error

    monkeypatch.setattr(notifying, "post_webhook", post)
    record_event(make(WEBHOOK, name="<b>Hot</b>"), an_event(workspace))
    drain_own(workspace)
    drain_own(workspace)
    assert states() == [("notify", state)]
    (text,) = sent
    assert "The automation &lt;b&gt;Hot&lt;/b&gt; sent this." in text


@pytest.mark.parametrize(
    ("setting", "action", "words"),
    [
        ("EMAIL_HOST", APPROVERS, "E-mail is off: EMAIL_HOST is not set."),
        ("NOTIFY_WEBHOOK_URL", WEBHOOK, "The team's webhook is off: NOTIFY_WEBHOOK_URL is not set."),
    ],
)
def test_a_channel_that_is_off_is_refused_with_what_to_do(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member], web: Callable[..., Client],
    settings: Any, setting: str, action: Any, words: str,
) -> None:  # fmt: skip
    form = "/w/demo/crm/automations/new/"
    assert "is off" not in web("admin").get(form).content.decode()
    setattr(settings, setting, "")
    assert words.replace("'", "&#x27;") in web("admin").get(form).content.decode()
    automation = make(action)
    record_event(automation, an_event(workspace))
    drain_own(workspace)
    assert states() == [("notify", "refused")]
    assert LedgerEntry.objects.get().error == f"{words} Set it, then replay this entry."
    # Nobody replays an entry of a test step.
    (entry,) = run_test(automation, by=member("admin")).entries
    assert (entry.error, entry.is_replayable) == (f"{words} Set it, then run the test step again.", False)


def test_roles_that_nobody_has_are_refused(workspace: Workspace, make: Callable[..., Automation]) -> None:
    record_event(make(APPROVERS), an_event(workspace))
    drain_own(workspace)
    assert states() == [("notify", "refused")]
    assert "No active member" in LedgerEntry.objects.get().error


def test_in_observe_mode_a_suppression_waits_and_a_notification_does_not(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member]
) -> None:
    member("approver")
    record_event(make(APPROVERS, SUPPRESS), an_event(workspace))
    Workspace.objects.update(mode=Mode.OBSERVE)
    drain_own(workspace)
    assert states() == [("notify", "done"), ("suppress", "asked")]
    assert Suppression.objects.count() == 0


def test_what_a_person_takes_off_the_list_later_is_not_put_on_again(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member]
) -> None:
    admin = member("admin")
    record_event(make(SUPPRESS), an_event(workspace))
    drain_own(workspace)
    ask_to_unblock(workspace, [LEAD], by=admin)
    LedgerEntry.objects.update(state="refused")
    replay(LedgerEntry.objects.all(), by=admin)
    drain_own(workspace)
    assert states() == [("suppress", "skipped")]
    assert Suppression.objects.count() == 0


def test_the_test_step_notifies_the_tester_alone_and_suppresses_nobody(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member]
) -> None:
    member("approver")
    admin, automation = member("admin"), make(APPROVERS, SUPPRESS, is_active=False)
    result = run_test(automation, by=admin)
    assert result.has_passed
    (message,) = mail.outbox
    assert (message.bcc, message.subject) == ([admin.email], "[Outreach] Test: Alert")
    assert message.body.startswith("This is a test.")
    assert Suppression.objects.count() == 0
    assert LedgerEntry.objects.get(kind="suppress").answer == {
        "suppressed": False, "why": "A test suppresses nobody.",
    }  # fmt: skip
    automation.refresh_from_db()
    assert (automation.is_tested, automation.test_contact) == (True, "")
    with pytest.raises(CrmRefusedError, match="no test contact"):
        clean_up(automation, by=admin)
    assert activate(automation, by=admin).state == "active"


def test_a_test_step_whose_mail_is_refused_does_not_pass(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member], settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    automation = make(APPROVERS, SUPPRESS, is_active=False)
    assert not run_test(automation, by=member("admin")).has_passed
    assert states() == [("notify", "refused"), ("suppress", "skipped")]
    assert not Automation.objects.get().is_tested


def test_a_dry_run_counts_messages_and_addresses_and_asks_no_crm(
    workspace: Workspace, make: Callable[..., Automation]
) -> None:
    campaign = factories.campaign(workspace)
    for name in ("ada", "bob"):
        Lead.objects.create(
            workspace=workspace, campaign=campaign, email=f"{name}@firm.example.com", remote_id=name, status=-2,
            synced_at=timezone.now(),
        )  # fmt: skip
    Suppression.objects.create(workspace=workspace, value="ada@firm.example.com", is_domain=False)
    found = dry_run(make(APPROVERS, WEBHOOK, SUPPRESS), 5)
    assert (found.creates, found.updates, found.notifies, found.suppresses) == (0, 0, 4, 1)
    assert found.words == "It would send 4 notifications and suppress 1 address."
    assert (len(mail.outbox), LedgerEntry.objects.count()) == (0, 0)


def test_a_contact_that_waits_for_a_connection_holds_up_no_notification(
    workspace: Workspace, make: Callable[..., Automation], member: Callable[..., Member], no_environment: None
) -> None:
    member("approver")
    automation = make(APPROVERS)
    Automation.objects.update(actions=[{"kind": "contact"}, APPROVERS], field_map={"email": "email"})
    automation.refresh_from_db()
    record_event(automation, an_event(workspace))
    carry_out_ledger(workspace.pk)
    assert states() == [("contact", "asked"), ("notify", "done")]
    assert len(mail.outbox) == 1
