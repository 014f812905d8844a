"""Grave actions need a recent sign-in: without one nothing changes, and what was asked for is continued afterwards."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member, SecondFactorRule
from iexdg.team.roles import Role
from iexdg.workspaces.killswitch import is_stopped, turn_on
from iexdg.workspaces.models import Mode, Workspace
from tests.browsers import signed_in_recently

PASSWORD = "a-long-password"
KEPT = "You had not signed in recently, so this was not sent. What you had entered is in the form again."

Web = Callable[..., Client]
People = Callable[..., Member]


@pytest.fixture
def stale(web: Web, member: People, workspace: Workspace) -> Callable[[str], Client]:
    """stale("admin") is a browser in which an admin signed in a day ago."""

    def make(role: str) -> Client:
        client = web(role)
        signed_in_recently(client, member(role), ago_s=24 * 3600)
        return client

    return make


def is_asked(answer: Any, page: str = "/w/demo/settings/team/") -> bool:
    """Whether the answer leads to signing in again, and from there to the page of the form."""
    return bool(answer["Location"] == f"/accounts/reauthenticate/?{urlencode({'next': page})}")


def sign_in_again(client: Client, page: str = "/w/demo/settings/team/", password: str = PASSWORD) -> str:
    data = {"password": password, "next": page}
    return client.post("/accounts/reauthenticate/", data, follow=True).content.decode()


def test_a_role_is_changed_only_after_signing_in_again_with_what_was_chosen(
    stale: Callable[[str], Client], member: People
) -> None:
    admin, other = stale("admin"), member("viewer")
    assert is_asked(admin.post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"}))
    assert member("viewer").role == Role.VIEWER
    html = sign_in_again(admin)
    # Signing in alone changes nothing yet; the form has what was chosen.
    assert member("viewer").role == Role.VIEWER
    assert KEPT in html
    form = html.partition(f'action="/w/demo/settings/team/{other.pk}/role/"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="(\w+)" selected>', form) == ["approver"]
    assert admin.post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"}).status_code == 302
    other.refresh_from_db()
    assert other.role == Role.APPROVER


def test_a_wrong_password_does_not_count(stale: Callable[[str], Client], member: People) -> None:
    admin, other = stale("admin"), member("viewer")
    admin.post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"})
    assert "The password is wrong" in sign_in_again(admin, password="not-the-password")
    assert admin.post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"}).status_code == 302
    other.refresh_from_db()
    assert other.role == Role.VIEWER


def test_the_kill_switch_is_lifted_only_after_signing_in_again_and_the_reason_is_kept(
    stale: Callable[[str], Client], member: People, workspace: Workspace
) -> None:
    turn_on(workspace, by=member("viewer"), reason="wrong copy")
    approver = stale("approver")
    assert is_asked(approver.post("/w/demo/stop/lift/", {"reason": "It was <fixed>"}), "/w/demo/stop/")
    assert is_stopped(workspace)
    assert "It was &lt;fixed&gt;" in sign_in_again(approver, "/w/demo/stop/")
    assert is_stopped(workspace)
    approver.post("/w/demo/stop/lift/", {"reason": "It was <fixed>"})
    assert not is_stopped(workspace)


def test_stopping_never_waits_for_a_password(stale: Callable[[str], Client], workspace: Workspace) -> None:
    stale("viewer").post("/w/demo/stop/", {"word": "STOP", "reason": "wrong copy"})
    assert is_stopped(workspace)


def test_writing_is_turned_on_only_after_signing_in_again_and_off_at_once(
    stale: Callable[[str], Client], workspace: Workspace
) -> None:
    admin = stale("admin")
    admin.post("/w/demo/settings/mode/", {"mode": "observe", "note": ""})
    workspace.refresh_from_db()
    assert workspace.mode == Mode.OBSERVE
    assert is_asked(admin.post("/w/demo/settings/mode/", {"mode": "write", "note": "ready"}), "/w/demo/settings/")
    workspace.refresh_from_db()
    assert workspace.mode == Mode.OBSERVE


def test_a_password_that_was_typed_is_kept_nowhere(stale: Callable[[str], Client], member: People) -> None:
    admin, other = stale("admin"), member("viewer")
    new = {"name": "Nia New", "email": "nia@example.com", "role": "operator", "password": "given-in-person"}
    assert is_asked(admin.post("/w/demo/settings/team/add/", new))
    assert not Member.objects.filter(email="nia@example.com").exists()
    html = sign_in_again(admin)
    assert 'value="nia@example.com"' in html
    assert "given-in-person" not in html
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert "given-in-person" not in str(kept)
    admin = stale("admin")
    admin.post(f"/w/demo/settings/team/{other.pk}/password/", {"password": "given-in-person"})
    assert member("viewer").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/w/demo/settings/team/{pk}/sign-in/", {"is_active": "yes"}),
        ("/w/demo/settings/team/{pk}/second-factor/", {}),
        ("/w/demo/settings/team/second-factor/", {"roles": "viewer"}),
    ],
)
def test_every_other_grave_action_waits_too(
    path: str, data: dict[str, str], stale: Callable[[str], Client], member: People
) -> None:
    other = member("viewer")
    Member.objects.filter(pk=other.pk).update(is_active=False)
    assert is_asked(stale("admin").post(path.format(pk=other.pk), data))
    other.refresh_from_db()
    assert not other.is_active
    assert not SecondFactorRule.objects.exists()
    assert not AuditEvent.objects.exists()


def test_deactivating_does_not_wait(stale: Callable[[str], Client], member: People) -> None:
    other = member("viewer")
    stale("admin").post(f"/w/demo/settings/team/{other.pk}/sign-in/", {"is_active": "no"})
    other.refresh_from_db()
    assert not other.is_active


def test_who_has_just_signed_in_is_not_asked_again(member: People, workspace: Workspace) -> None:
    admin, other = Client(), member("viewer")
    admin.post("/accounts/login/", {"login": member("admin").email, "password": PASSWORD})
    admin.post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"})
    other.refresh_from_db()
    assert other.role == Role.APPROVER


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(stale: Callable[[str], Client], member: People) -> None:
    pk = member("viewer").pk
    answer = stale("admin").post(f"/w/demo/settings/team/{pk}/role/", {"role": "admin"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/accounts/reauthenticate/?next=%2Fw%2Fdemo%2Fsettings%2Fteam%2F"


def test_who_may_not_is_refused_and_not_asked_for_a_password(stale: Callable[[str], Client], member: People) -> None:
    assert (
        stale("viewer").post(f"/w/demo/settings/team/{member('operator').pk}/role/", {"role": "admin"}).status_code
        == 403
    )
