"""A forgotten password: the page gives nothing away, the link works once and for an hour."""

import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member, PasswordLink
from iexdg.team.tasks import send_password_links

NEW = "an-other-long-password"
People = Callable[..., Member]


@pytest.fixture(autouse=True)
def _email(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.PUBLIC_URL = "https://outreach.example.com/"


def ask(email: str) -> Any:
    return Client().post("/accounts/password/reset/", {"email": email})


def link_sent_to(email: str) -> str:
    """The path of the link in the only message."""
    send_password_links()
    (message,) = mail.outbox
    assert message.to == [email]
    (path,) = re.findall(r"https://outreach\.example\.com(/\S+)", message.body)
    return str(path)


def follow(path: str, client: Client | None = None) -> tuple[Client, Any]:
    browser = client or Client()
    return browser, browser.get(path, follow=True)


def test_the_link_sets_a_new_password_ends_sessions_and_works_once(member: People, web: Callable[..., Client]) -> None:
    email, open_one = member("operator").email, web("operator")
    assert ask("  OPERATOR@example.com ")["Location"] == "/accounts/password/reset/done/"
    path = link_sent_to(email)
    browser, page = follow(path)
    address = page.redirect_chain[-1][0]
    # The key is not in the address of the page, so that it is in no Referer and no history.
    assert address.endswith("-set-password/")
    answer = browser.post(address, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    assert member("operator").check_password(NEW)
    assert open_one.get("/w/demo/audit/").status_code == 302
    event = AuditEvent.objects.get()
    assert event.summary == "Operator Person chose a new password through a link sent by e-mail"
    assert "The link is not valid" in follow(path)[1].content.decode()


def test_the_link_is_valid_for_an_hour(member: People) -> None:
    ask(member("operator").email)
    path = link_sent_to("operator@example.com")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "The link is not valid" in follow(path)[1].content.decode()


def test_a_password_that_breaks_the_rules_is_refused_with_the_reason(member: People) -> None:
    ask(member("operator").email)
    browser, page = follow(link_sent_to("operator@example.com"))
    address = page.redirect_chain[-1][0]
    for password, reason in [("short", "too short"), ("password1234", "too common"), ("2938475610293", "numeric")]:
        html = browser.post(address, {"password1": password, "password2": password}).content.decode()
        assert reason in html
    similar = "operator-person"
    assert "too similar" in browser.post(address, {"password1": similar, "password2": similar}).content.decode()
    assert member("operator").check_password("a-long-password")


def test_the_answer_is_the_same_for_an_unknown_address_and_nothing_is_sent(member: People) -> None:
    known, unknown = ask(member("operator").email), ask("nobody@example.com")
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    # The same work as well: a row each, and no message until a worker has run.
    assert PasswordLink.objects.count() == 2
    assert mail.outbox == []
    send_password_links()
    assert [message.to for message in mail.outbox] == [["operator@example.com"]]
    assert not PasswordLink.objects.exists()


def test_the_same_queries_are_made_for_known_and_unknown(member: People) -> None:
    known, unknown = queries_of(member("operator").email), queries_of("nobody@example.com")
    assert known == unknown
    # Beside the limits, which are counted in the database too, and the check with which a web process starts.
    others = ("team_cacheentry", "SAVEPOINT", "connections_connection")
    assert len([query for query in known if not any(name in query for name in others)]) == 2


def queries_of(email: str) -> list[str]:
    """The queries of asking for a link, without the values, while nothing has been counted yet."""
    caches["default"].clear()
    with CaptureQueriesContext(connection) as found:
        ask(email)
    shapes = [re.sub(r"'[^']*'|\d+|NULL", "?", one["sql"]) for one in found]
    return [text.split("VALUES")[0] for text in shapes]


def test_a_deactivated_member_gets_no_link(member: People) -> None:
    Member.objects.filter(pk=member("operator").pk).update(is_active=False)
    ask("operator@example.com")
    send_password_links()
    assert mail.outbox == []


def test_a_mail_server_that_fails_is_tried_again_for_ten_minutes(
    member: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(member("operator").email)

    def fail(self: EmailMessage, fail_silently: bool = False) -> int:
        raise smtplib.SMTPServerDisconnected("operator@example.com")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fail)
        send_password_links()
    assert PasswordLink.objects.count() == 1
    send_password_links()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        send_password_links()
    assert len(mail.outbox) == 1
    ask("operator@example.com")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send_password_links()
    assert len(mail.outbox) == 1
    assert not PasswordLink.objects.exists()


def test_a_mailbox_is_not_flooded(member: People) -> None:
    assert [ask(member("operator").email).status_code for _ in range(4)] == [302, 302, 302, 429]
    assert [ask("nobody@example.com").status_code for _ in range(4)] == [302, 302, 302, 429]


def test_without_e_mail_the_page_says_who_helps(settings: Any, member: People) -> None:
    settings.EMAIL_HOST = ""
    assert "An admin of your team sets a new password" in Client().get("/accounts/password/reset/").content.decode()
    assert ask(member("operator").email).status_code == 422
    assert not PasswordLink.objects.exists()


@pytest.mark.django_db
def test_a_link_that_is_not_valid_leads_only_to_what_there_is(settings: Any) -> None:
    address, asks = "/accounts/password/reset/key/1-nothing/", 'href="/accounts/password/reset/">Ask for a new link</a>'
    page = Client().get(address).content.decode()
    assert (asks in page, "sends no e-mail" in page) == (True, False)
    settings.EMAIL_HOST = ""
    page = Client().get(address).content.decode()
    assert asks not in page
    assert "This dashboard sends no e-mail now: an admin of your team sets a new password under Settings, Team." in page


def test_the_new_password_signs_in_although_strangers_used_up_the_attempts(member: People) -> None:
    email = member("operator").email
    for _ in range(6):
        Client().post("/accounts/login/", {"login": email, "password": "not-the-password"})
    ask(email)
    browser, page = follow(link_sent_to(email))
    browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert browser.post("/accounts/login/", {"login": email, "password": NEW}).status_code == 302


def test_one_s_own_password_is_changed_with_the_old_one_and_ends_other_sessions(
    member: People, web: Callable[..., Client]
) -> None:
    here, elsewhere = web("viewer"), web("viewer")
    wrong = {"oldpassword": "not-the-password", "password1": NEW, "password2": NEW}
    assert "not your current password" in here.post("/accounts/password/change/", wrong).content.decode()
    answer = here.post("/accounts/password/change/", {**wrong, "oldpassword": "a-long-password"})
    assert answer["Location"] == "/accounts/"
    assert member("viewer").check_password(NEW)
    assert here.get("/accounts/password/change/").status_code == 200
    assert elsewhere.get("/accounts/password/change/").status_code == 302
    assert AuditEvent.objects.get().summary == "Viewer Person chose a new password on their account page"
