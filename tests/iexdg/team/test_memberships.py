"""A role in one workspace: what it allows there, and that the other workspaces do not exist for whoever has none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client

from iexdg.golive.policy import Policy
from iexdg.incidents.kinds import kind_of
from iexdg.incidents.models import Notification
from iexdg.incidents.record import open_incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.current import in_workspace
from iexdg.team.errors import NotAllowedError, UnknownWorkspaceError
from iexdg.team.membership import change_membership, set_password, switch_sign_in
from iexdg.team.models import Member, Membership, SecondFactorRule
from iexdg.team.permissions import require, slugs_seen_by
from iexdg.team.queries import members_of
from iexdg.team.roles import Action, Role
from iexdg.team.second_factor import require_of_roles, reset_second_factor
from iexdg.workspaces.models import Workspace
from tests.browsers import signed_in_recently
from tests.workspaces import connect_every_row, other_workspace

pytestmark = pytest.mark.django_db
People = Callable[..., Member]
Web = Callable[..., Client]
NEW = {"name": "Nia New", "email": "nia@example.com", "role": "operator", "password": "given-in-person"}


@pytest.fixture(autouse=True)
def acme(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The second connected workspace; `workspace` is the first."""
    other = other_workspace("Acme")
    connect_every_row(monkeypatch)
    return other


def only_in(workspace: Workspace, role: str, name: str) -> Member:
    """Someone who has a role in one workspace only."""
    found = Member.objects.create_member(f"{name.lower()}@example.com", name=name, role="", password="a-long-password")
    Membership.objects.create(member=found, workspace=workspace, role=role)
    return found


def browser_of(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    signed_in_recently(client, member)
    return client


# What a role is


def test_a_membership_takes_the_place_of_the_role_in_every_workspace(
    workspace: Workspace, acme: Workspace, member: People
) -> None:
    viewer = member("viewer")
    Membership.objects.create(member=viewer, workspace=acme, role=Role.ADMIN)
    assert (viewer.role_in(workspace), viewer.role_in(acme)) == ("viewer", "admin")
    assert (viewer.may(Action.SETTINGS, workspace), viewer.may(Action.SETTINGS, acme)) == (False, True)
    assert viewer.may_everywhere(Action.SETTINGS) is False


def test_the_role_that_counts_is_the_one_in_the_current_workspace(workspace: Workspace, acme: Workspace) -> None:
    ada = only_in(acme, Role.APPROVER, "Ada")
    assert [ada.role_here, ada.strongest_role] == ["", "approver"]
    with in_workspace("acme"):
        assert ada.role_here == "approver"
        require(ada, Action.DECIDE_GO_LIVE)
        with pytest.raises(NotAllowedError, match="An approver may not change settings"):
            require(ada, Action.SETTINGS)


def test_without_a_role_the_workspace_does_not_exist(workspace: Workspace, acme: Workspace) -> None:
    ada = only_in(acme, Role.ADMIN, "Ada")
    assert slugs_seen_by(ada) == ["acme"]
    for where in (None, workspace):
        with pytest.raises(UnknownWorkspaceError) as raised:
            require(ada, Action.READ, where)
        assert str(raised.value) == "Unknown workspace demo. Connected: acme."


def test_a_verb_asks_for_the_role_in_the_workspace_of_its_thing_whatever_the_current_one_is(
    workspace: Workspace, acme: Workspace
) -> None:
    ada = only_in(acme, Role.ADMIN, "Ada")
    with in_workspace("acme"), pytest.raises(UnknownWorkspaceError):
        require(ada, Action.LIFT_KILL_SWITCH, workspace)


def test_a_role_stored_once_for_each_member_and_workspace(acme: Workspace, member: People) -> None:
    viewer = member("viewer")
    Membership.objects.create(member=viewer, workspace=acme, role=Role.ADMIN)
    for role in (Role.VIEWER, "", "owner"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(member=viewer, workspace=acme, role=role)


def test_members_of_a_workspace_are_those_with_a_role_there_for_two_queries(
    workspace: Workspace, acme: Workspace, member: People, django_assert_num_queries: Any
) -> None:
    ada, bob, gone = only_in(acme, Role.ADMIN, "Ada"), member("viewer"), only_in(acme, Role.VIEWER, "Gil")
    Member.objects.filter(pk=gone.pk).update(is_active=False)
    with django_assert_num_queries(2):
        found = members_of(acme)
        assert [(one.pk, one.role_in(acme)) for one in found] == [(ada.pk, "admin"), (bob.pk, "viewer")]
    assert [one.pk for one in members_of(workspace)] == [bob.pk]


# Pages and commands


def test_the_pages_of_a_workspace_are_not_found_for_whoever_has_no_role_there(
    workspace: Workspace, acme: Workspace
) -> None:
    client = browser_of(only_in(acme, Role.ADMIN, "Ada"))
    for address in (
        "/w/demo/",
        "/w/demo/leads/",
        "/w/demo/settings/",
        "/w/demo/settings/team/",
        "/w/demo/audit/",
        "/w/demo/incidents/",
    ):
        answer = client.get(address)
        assert (address, answer.status_code) == (address, 404)
        assert workspace.name not in answer.content.decode()
        with in_workspace("acme"):
            assert (address, client.get(address.replace("demo", "acme")).status_code) == (address, 200)
    assert client.get("/accounts/").status_code == 200


def test_a_command_knows_the_workspaces_of_the_member_who_acts(acme: Workspace) -> None:
    only_in(acme, Role.ADMIN, "Ada")
    with pytest.raises(CommandError) as raised:
        call_command("lift", "--reason", "fixed", "--as", "ada@example.com")
    assert str(raised.value) == "Unknown workspace demo. Connected: acme."
    call_command("lift", "--reason", "fixed", "--as", "ada@example.com", "--workspace", "acme")


def test_a_member_is_added_to_one_workspace_on_the_command_line(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "a-long-password-9\n", raising=False)
    call_command("add_member", "zoe@example.com", "--role", "approver", "--workspace", "acme")
    zoe = Member.objects.get(email="zoe@example.com")
    assert (zoe.role, zoe.role_in(acme)) == ("", "approver")
    assert capsys.readouterr().out == "Added zoe as Approver in Acme.\n"


# The team page


def test_an_admin_of_one_workspace_sees_only_who_has_a_role_there(acme: Workspace, member: People) -> None:
    ada, everywhere = only_in(acme, Role.ADMIN, "Ada"), member("viewer")
    only_in(other_workspace("Beta"), Role.VIEWER, "Bob")
    with in_workspace("acme"):
        page = browser_of(ada).get("/w/acme/settings/team/").content.decode()
    assert (everywhere.name in page, "Ada" in page, "Bob" in page) == (True, True, False)
    assert "Second factor</h2>" not in page


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("role", {"role": "viewer"}),
        ("membership", {"role": "viewer"}),
        ("sign-in", {"is_active": "no"}),
        ("password", {"password": "given-in-person"}),
        ("second-factor", {}),
    ],
)
def test_nothing_of_a_member_of_another_workspace_can_be_changed(
    what: str, data: dict[str, str], workspace: Workspace, acme: Workspace
) -> None:
    ada, other = only_in(acme, Role.ADMIN, "Ada"), only_in(workspace, Role.ADMIN, "Bob")
    before = (other.password, list(Membership.objects.values()))
    with in_workspace("acme"):
        answer = browser_of(ada).post(f"/w/acme/settings/team/{other.pk}/{what}/", data)
    other.refresh_from_db()
    assert answer.status_code == 404
    assert (other.password, list(Membership.objects.values())) == before
    assert (other.is_active, AuditEvent.objects.count()) == (True, 0)


def test_an_admin_of_one_workspace_changes_roles_there(workspace: Workspace, acme: Workspace) -> None:
    ada, gil = only_in(acme, Role.ADMIN, "Ada"), only_in(acme, Role.VIEWER, "Gil")
    with in_workspace("acme"):
        client = browser_of(ada)
        client.post(f"/w/acme/settings/team/{gil.pk}/membership/", {"role": "operator"})
        assert gil.role_in(acme) == "operator"
        client.post(f"/w/acme/settings/team/{gil.pk}/membership/", {"role": ""})
    assert (gil.role_in(acme), Membership.objects.count()) == ("", 1)
    summaries = list(AuditEvent.objects.order_by("pk").values_list("summary", "before", "after"))
    assert summaries == [
        ("Gil is Operator in Acme now", {"role": "viewer"}, {"role": "operator"}),
        ("Gil has no role of their own in Acme any more", {"role": "operator"}, {"role": ""}),
    ]


def test_only_an_admin_of_all_changes_who_has_a_role_in_every_workspace(acme: Workspace, member: People) -> None:
    ada, viewer = only_in(acme, Role.ADMIN, "Ada"), member("viewer")
    with pytest.raises(NotAllowedError, match="may not change settings for all workspaces"):
        change_membership(viewer, acme, Role.OPERATOR, by=ada)
    with in_workspace("acme"):
        answer = browser_of(ada).post(f"/w/acme/settings/team/{viewer.pk}/role/", {"role": "admin"})
    viewer.refresh_from_db()
    assert (answer.status_code, viewer.role, viewer.role_in(acme)) == (422, "viewer", "viewer")
    assert change_membership(viewer, acme, Role.OPERATOR, by=member("admin")) is True
    assert viewer.role_in(acme) == "operator"


def test_whoever_could_sign_in_as_someone_must_be_an_admin_of_all_that_they_see(
    workspace: Workspace, acme: Workspace, member: People
) -> None:
    ada, gil = only_in(acme, Role.ADMIN, "Ada"), only_in(acme, Role.VIEWER, "Gil")
    both = only_in(acme, Role.VIEWER, "Bea")
    Membership.objects.create(member=both, workspace=workspace, role=Role.VIEWER)
    for someone in (both, member("viewer")):
        with pytest.raises(NotAllowedError):
            set_password(someone, "given-in-person", by=ada, workspace=acme)
        with pytest.raises(NotAllowedError):
            switch_sign_in(someone, is_active=False, by=ada, workspace=acme)
        with pytest.raises(NotAllowedError):
            reset_second_factor(someone, by=ada, workspace=acme)
    set_password(gil, "given-in-person", by=ada, workspace=acme)
    assert switch_sign_in(gil, is_active=False, by=ada, workspace=acme) is True
    assert switch_sign_in(both, is_active=False, by=member("admin")) is True


def test_an_admin_of_one_workspace_adds_members_to_it_and_someone_from_another_keeps_name_and_password(
    workspace: Workspace, acme: Workspace
) -> None:
    ada, bob = only_in(acme, Role.ADMIN, "Ada"), only_in(workspace, Role.VIEWER, "Bob")
    with in_workspace("acme"):
        client = browser_of(ada)
        client.post("/w/acme/settings/team/add/", {**NEW, "where": "everywhere"})
        client.post("/w/acme/settings/team/add/", {**NEW, "email": bob.email})
        again = client.post("/w/acme/settings/team/add/", {**NEW, "email": bob.email})
    nia = Member.objects.get(email="nia@example.com")
    assert (nia.role, nia.role_in(acme), nia.role_in(workspace)) == ("", "operator", "")
    bob.refresh_from_db()
    assert (bob.name, bob.role_in(acme), bob.role_in(workspace)) == ("Bob", "operator", "viewer")
    assert bob.check_password("a-long-password")
    assert (again.status_code, "on the team already" in again.content.decode()) == (422, True)


@pytest.mark.parametrize(("where", "role", "here"), [("everywhere", "operator", "operator"), ("here", "", "operator")])
def test_an_admin_of_all_says_where_a_new_role_holds(
    where: str, role: str, here: str, web: Web, acme: Workspace
) -> None:
    with in_workspace("acme"):
        assert web("admin").post("/w/acme/settings/team/add/", {**NEW, "where": where}).status_code == 302
    nia = Member.objects.get(email="nia@example.com")
    assert (nia.role, nia.role_in(acme)) == (role, here)


# What follows from a role


def test_an_incident_notifies_members_with_a_role_in_its_workspace(
    workspace: Workspace, acme: Workspace, member: People, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    ada, admin, viewer = only_in(acme, Role.ADMIN, "Ada"), member("admin"), member("viewer")
    Membership.objects.create(member=viewer, workspace=acme, role=Role.APPROVER)
    Membership.objects.create(member=admin, workspace=acme, role=Role.VIEWER)
    flips = [
        open_incident(one, kind_of("flip"), dedupe_key="flip:1", summary="It flipped")[0] for one in (workspace, acme)
    ]
    rows = Notification.objects.order_by("member")
    recipients = [list(rows.filter(incident=flip).values_list("member", flat=True)) for flip in flips]
    assert recipients == [[admin.pk], sorted([ada.pk, viewer.pk])]


def test_who_decides_about_a_go_live_is_who_has_the_role_in_its_workspace(
    workspace: Workspace, acme: Workspace, member: People
) -> None:
    ada, admin = only_in(acme, Role.APPROVER, "Ada"), member("admin")
    Membership.objects.create(member=admin, workspace=acme, role=Role.OPERATOR)
    policy = Policy()
    assert [policy.may_decide(ada, one) for one in (workspace, acme)] == [False, True]
    assert [policy.may_decide(admin, one) for one in (workspace, acme)] == [True, False]
    assert [policy.may_request(ada, one) for one in (workspace, acme)] == [False, True]


def test_the_rule_for_second_factors_goes_by_the_strongest_role_anywhere(acme: Workspace, member: People) -> None:
    SecondFactorRule.objects.create(role=Role.ADMIN)
    ada, viewer = only_in(acme, Role.ADMIN, "Ada"), member("viewer")
    Membership.objects.create(member=viewer, workspace=acme, role=Role.OPERATOR)
    with in_workspace("acme"):
        answers = [browser_of(one).get("/w/acme/leads/") for one in (ada, viewer)]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert answers[0]["Location"] == "/accounts/2fa/"


def test_only_an_admin_of_all_requires_second_factors(acme: Workspace) -> None:
    ada = only_in(acme, Role.ADMIN, "Ada")
    with in_workspace("acme"), pytest.raises(NotAllowedError):
        require_of_roles([Role.VIEWER], by=ada)
    assert not SecondFactorRule.objects.exists()
