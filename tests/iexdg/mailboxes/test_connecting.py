"""Connecting a mailbox: a login goes to Instantly and nowhere else; a link is shown once and followed to its end."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from iexdg.mailboxes.models import Mailbox, MailboxChange
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.test_permissions import everything

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
Settle = Callable[[int], list[MailboxChange]]
NEW = "desk@peers.example.com"
PASSWORD = "Correct-Horse-7-Battery"
LOGIN = {
    "email": "Desk@peers.example.com", "first_name": "Dora", "last_name": "Desk",
    "imap_host": "imap.peers.example.com", "imap_port": "993", "imap_username": NEW, "imap_password": PASSWORD,
    "smtp_host": "smtp.peers.example.com", "smtp_port": "587", "smtp_username": NEW, "smtp_password": PASSWORD,
}  # fmt: skip


def post(web: Web, data: dict[str, Any], page: str = "connect") -> Any:
    return web("admin").post(f"/w/demo/mailboxes/{page}/", data)


def test_a_login_is_handed_on_read_back_and_kept_nowhere(
    office: Workspace, web: Web, control: SandboxControl, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = post(web, LOGIN)
    change = MailboxChange.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/w/demo/mailboxes/changes/{change.group}/")
    assert (change.email, change.state) == (NEW, "confirmed")
    assert Mailbox.objects.get(email=NEW).provider_code == 1
    assert PASSWORD not in str(everything())
    assert PASSWORD not in caplog.text
    assert not any(PASSWORD in query["sql"] for query in connection.queries)
    assert control.log(path="/accounts")[-2]["status"] == 200


def test_a_login_that_is_refused_says_why_without_the_password(office: Workspace, web: Web) -> None:
    secret = f"wrong-{PASSWORD}"
    post(web, LOGIN | {"imap_password": secret})
    change = MailboxChange.objects.get()
    assert change.state == "refused"
    assert "Invalid IMAP credentials" in change.error
    assert secret not in str(everything())
    assert not Mailbox.objects.filter(email=NEW).exists()


def test_a_form_that_is_shown_again_has_no_password(office: Workspace, web: Web) -> None:
    answer = post(web, LOGIN | {"imap_port": "x"})
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert "Dora" in answer.content.decode()
    assert not MailboxChange.objects.exists()


def test_a_mailbox_that_is_there_is_not_connected_twice(office: Workspace, web: Web, control: SandboxControl) -> None:
    answer = post(web, LOGIN | {"email": "exec@peers.example.com"})
    assert "is connected already" in answer.content.decode()
    assert not MailboxChange.objects.exists()
    assert [one for one in control.log(path="/accounts") if one["method"] == "POST"] == []


def test_a_lost_answer_is_read_back_and_never_sent_again(
    office: Workspace, web: Web, control: SandboxControl, settle: Settle
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/accounts"}, "do": "drop_before", "times": 1})
    post(web, LOGIN)
    change = MailboxChange.objects.get()
    assert change.state in {"unknown", "refused"}
    calls = len([one for one in control.log(path="/accounts") if one["method"] == "POST"])
    settle(change.group)
    assert len([one for one in control.log(path="/accounts") if one["method"] == "POST"]) == calls


def test_an_answer_that_is_lost_after_it_was_carried_out_is_confirmed(
    office: Workspace, web: Web, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": "*/accounts"}, "do": "drop_after_commit", "times": 1})
    post(web, LOGIN)
    assert MailboxChange.objects.get().state == "confirmed"


def session_of(html: str) -> str:
    return html.partition("?session=")[2].partition('"')[0]


def test_a_link_is_shown_once_and_followed_until_the_mailbox_is_there(
    office: Workspace, web: Web, control: SandboxControl, settle: Settle
) -> None:
    html = post(web, {"provider": "google"}, "sign-in").content.decode()
    change = MailboxChange.objects.get()
    session = session_of(html)
    assert (change.state, change.job) == ("sent", session)
    assert "auth_url" not in str(everything())
    assert "_oauth/sign-in" not in str(everything())
    assert "_oauth/sign-in" not in web("admin").get(f"/w/demo/mailboxes/changes/{change.group}/").content.decode()
    assert [one.state for one in settle(change.group)] == ["sent"]

    control.http.post("/_oauth/sign-in", params={"session": session}, data={"choice": "agree", "email": NEW})
    (change,) = settle(change.group)
    assert (change.state, change.email) == ("confirmed", NEW)
    assert Mailbox.objects.get(email=NEW).provider_code == 2


def test_a_sign_in_that_is_refused_or_too_late_says_so(
    office: Workspace, web: Web, control: SandboxControl, settle: Settle
) -> None:
    refused = session_of(post(web, {"provider": "microsoft"}, "sign-in").content.decode())
    control.http.post("/_oauth/sign-in", params={"session": refused}, data={"choice": "refuse"})
    # Two may be open at once.
    post(web, {"provider": "google"}, "sign-in")
    control.advance(700)
    words = [one.error for change in MailboxChange.objects.order_by("pk") for one in settle(change.group)]
    # What Instantly says is not said twice.
    assert words[0] == "The sign-in was refused. Start again if it was not meant so."
    assert words[1].startswith("Nobody signed in within ten minutes")


def test_only_google_and_microsoft_have_links(office: Workspace, web: Web) -> None:
    assert post(web, {"provider": "aol"}, "sign-in").status_code == 302
    assert not MailboxChange.objects.exists()
