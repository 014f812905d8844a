from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.membership import OwnMembershipError, change_role, switch_sign_in
from iexdg.team.models import Member
from iexdg.team.roles import Role
from iexdg.workspaces.models import Workspace

Web = Callable[..., Client]
People = Callable[..., Member]
NEW = {"name": "Nia New", "email": "nia@example.com", "role": "operator", "password": "given-in-person"}


@pytest.fixture(autouse=True)
def _workspace(workspace: Workspace) -> None:
    """Every page has its bar."""


def test_a_new_member_can_sign_in_and_the_event_holds_no_address_or_password(web: Web) -> None:
    assert web("admin").post("/w/demo/settings/team/add/", NEW).status_code == 302
    member = Member.objects.get(email="nia@example.com")
    assert (member.name, member.role, member.is_active) == ("Nia New", Role.OPERATOR, True)
    assert member.check_password("given-in-person")
    event = AuditEvent.objects.get()
    assert (event.action, event.summary) == ("team:member:added", "Nia New was added as Operator")
    assert "nia@" not in str(event.__dict__)
    assert "given-in-person" not in str(event.__dict__)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "viewer@example.com"}, "on the team already"),
        ({"email": "VIEWER@example.com"}, "on the team already"),
        ({"email": "nonsense"}, "“Email” is not an e-mail address. Enter one such as name@example.com."),
        ({"password": "short"}, "The password is too short. Enter 10 characters or more."),
        (
            {"password": "password1234"},
            "The password is too common. Enter one that is not on",
        ),
        ({"password": "2938475610293"}, "The password is entirely numeric. Add letters to it."),
        ({"password": "nia-example.com"}, "The password is too similar to the email. Enter another one."),
        ({"role": "emperor"}, "What was chosen under “Role” is not one of the choices."),
        ({"name": ""}, "“Name” is empty. Fill it in."),
    ],
)
def test_a_form_that_is_wrong_says_why_and_adds_nobody(
    wrong: dict[str, str], words: str, web: Web, member: People
) -> None:
    member("viewer")
    client = web("admin")
    before = Member.objects.count()
    answer = client.post("/w/demo/settings/team/add/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert NEW["password"] not in answer.content.decode()
    assert Member.objects.count() == before
    assert not AuditEvent.objects.exists()


def test_a_role_is_changed_with_before_and_after(web: Web, member: People) -> None:
    other = member("viewer")
    web("admin").post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "approver"})
    other.refresh_from_db()
    assert other.role == Role.APPROVER
    event = AuditEvent.objects.get()
    assert (event.before, event.after) == ({"role": "viewer"}, {"role": "approver"})


def test_the_same_role_again_changes_nothing(web: Web, member: People) -> None:
    other = member("viewer")
    answer = web("admin").post(f"/w/demo/settings/team/{other.pk}/role/", {"role": "viewer"}, follow=True)
    assert "It is like that. Nothing was changed." in answer.content.decode()
    assert not AuditEvent.objects.exists()


def test_who_is_deactivated_is_out_at_once_and_can_come_back(web: Web, member: People) -> None:
    theirs, admin, other = web("operator"), web("admin"), member("operator")
    assert theirs.get("/w/demo/audit/").status_code == 200
    admin.post(f"/w/demo/settings/team/{other.pk}/sign-in/", {"is_active": "no"})
    assert theirs.get("/w/demo/audit/").status_code == 302
    admin.post(f"/w/demo/settings/team/{other.pk}/sign-in/", {"is_active": "yes"})
    other.refresh_from_db()
    assert other.is_active
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["team:member:deactivated", "team:member:reactivated"]


@pytest.mark.parametrize(("what", "data"), [("role", {"role": "viewer"}), ("sign-in", {"is_active": "no"})])
def test_nobody_locks_themselves_out(what: str, data: dict[str, str], web: Web, member: People) -> None:
    admin = member("admin")
    answer = web("admin").post(f"/w/demo/settings/team/{admin.pk}/{what}/", data)
    assert answer.status_code == 422
    assert "You cannot change your own role or sign-in" in answer.content.decode()
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)
    assert not AuditEvent.objects.exists()


def test_two_admins_who_demote_each_other_leave_one_admin(member: People) -> None:
    first, second = member("admin"), member("admin", "Second Admin")
    assert change_role(second, Role.VIEWER, by=first) is True
    # The second request was let in while its sender was still an admin.
    with pytest.raises(NotAllowedError):
        change_role(first, Role.VIEWER, by=second)
    with pytest.raises(NotAllowedError):
        switch_sign_in(first, is_active=False, by=second)
    assert Member.objects.filter(role=Role.ADMIN, is_active=True).get() == first


def test_the_verbs_refuse_oneself_whoever_calls_them(member: People) -> None:
    admin = member("admin")
    with pytest.raises(OwnMembershipError):
        change_role(admin, Role.VIEWER, by=admin)
    with pytest.raises(OwnMembershipError):
        switch_sign_in(admin, is_active=False, by=admin)


def test_a_new_password_ends_open_sessions_but_not_one_s_own(web: Web, member: People) -> None:
    theirs, admin = web("viewer"), web("admin")
    admin.post(f"/w/demo/settings/team/{member('viewer').pk}/password/", {"password": "another-long-one"})
    assert theirs.get("/w/demo/audit/").status_code == 302
    assert member("viewer").check_password("another-long-one")
    admin.post(f"/w/demo/settings/team/{member('admin').pk}/password/", {"password": "my-own-long-one"})
    assert admin.get("/w/demo/settings/team/").status_code == 200


def test_a_password_that_is_too_short_is_refused_in_words(web: Web, member: People) -> None:
    other = member("viewer")
    answer = web("admin").post(f"/w/demo/settings/team/{other.pk}/password/", {"password": "short"})
    assert answer.status_code == 422
    assert "The password was not set. The password is too short" in answer.content.decode()
    assert member("viewer").check_password("a-long-password")


def test_the_number_of_queries_does_not_grow_with_the_team(
    web: Web, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = web("admin")
    for number in range(30):
        Member.objects.create_member(f"m{number}@example.com", name=f"Member {number}", role=Role.VIEWER)
    client.get("/w/demo/")
    with django_assert_max_num_queries(10):
        html = client.get("/w/demo/settings/team/").content.decode()
    assert html.count("Deactivate…</button>") == 30


def test_deactivating_asks_first(web: Web, member: People) -> None:
    other = member("viewer", "Vera Other")
    html = web("admin").get("/w/demo/settings/team/").content.decode()
    assert f'popovertarget="deactivate-{other.pk}" aria-describedby="member-{other.pk}">Deactivate…</button>' in html
    question = html[html.index(f'<div class="question" id="deactivate-{other.pk}" popover role="dialog"') :]
    question = question[: question.index("</form>")]
    assert "Vera Other is signed out everywhere at once, and cannot sign in until reactivated." in question
    assert '<button class="btn danger" type="submit" autofocus>Confirm</button>' in question
