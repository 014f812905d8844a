"""Who may do what, and that a guard lets nobody else through."""

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.team.permissions import member_may, member_of, require
from iexdg.team.roles import ALLOWED, Action, Role, role_may

# The lowest role that may: every role above it may as well.
LEAST = {
    Action.READ: Role.VIEWER,
    Action.PAUSE: Role.VIEWER,
    Action.IMPORT: Role.OPERATOR,
    Action.SYNC: Role.OPERATOR,
    Action.BLOCK: Role.OPERATOR,
    Action.PEOPLE: Role.OPERATOR,
    Action.ERASE: Role.ADMIN,
    Action.IMPORT_RECEIPTS: Role.ADMIN,
    Action.MAILBOXES: Role.OPERATOR,
    Action.ANSWER: Role.OPERATOR,
    Action.TAGS: Role.OPERATOR,
    Action.BLUEPRINTS: Role.OPERATOR,
    Action.REHEARSE: Role.OPERATOR,
    Action.DELETE_CAMPAIGNS: Role.OPERATOR,
    Action.SUBSEQUENCES: Role.OPERATOR,
    Action.PLACEMENT: Role.OPERATOR,
    Action.SUPERSEARCH: Role.OPERATOR,
    Action.REQUEST_GO_LIVE: Role.OPERATOR,
    Action.RESOLVE_INCIDENT: Role.OPERATOR,
    Action.DECIDE_GO_LIVE: Role.APPROVER,
    Action.ACTIVATE: Role.APPROVER,
    Action.LIFT_KILL_SWITCH: Role.APPROVER,
    Action.REARM: Role.APPROVER,
    Action.RELEASE_CANARY: Role.APPROVER,
    Action.ADOPT: Role.APPROVER,
    Action.BREAK_GLASS: Role.ADMIN,
    Action.CONNECT_MAILBOXES: Role.ADMIN,
    Action.SETTINGS: Role.ADMIN,
    Action.WEBHOOKS: Role.ADMIN,
    Action.KEYS: Role.ADMIN,
    Action.CONNECT: Role.ADMIN,
}
LADDER = [Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.ADMIN]
EVERY = [(role, action, LADDER.index(role) >= LADDER.index(LEAST[action])) for role, action in product(LADDER, LEAST)]


def member(role: str, *, is_active: bool = True) -> Member:
    return Member(email=f"{role}@example.com", name="Somebody", role=role, is_active=is_active)


def request_of(user: Any) -> HttpRequest:
    request = RequestFactory().post("/w/demo/")
    request.user = user
    return request


def test_the_table_knows_every_action_and_every_role() -> None:
    assert set(LEAST) == set(Action)
    assert list(Role) == LADDER
    assert set(ALLOWED) == set(Role)


@pytest.mark.parametrize(("role", "action", "allowed"), EVERY)
def test_a_role_may_exactly_what_the_table_says(role: Role, action: Action, allowed: bool) -> None:
    assert role_may(role, action) == allowed
    if allowed:
        require(member(role), action)
        return
    with pytest.raises(NotAllowedError) as refusal:
        require(member(role), action)
    assert refusal.value.action == action


@pytest.mark.parametrize("action", list(Action))
def test_an_unknown_role_and_somebody_who_has_left_may_nothing(action: Action) -> None:
    assert not role_may("owner", action)
    assert not role_may("", action)
    with pytest.raises(NotAllowedError):
        require(member(Role.ADMIN, is_active=False), action)


def test_nobody_is_taken_for_a_member() -> None:
    operator = member(Role.OPERATOR)
    assert member_of(request_of(operator)) is operator
    with pytest.raises(PermissionDenied):
        member_of(request_of(AnonymousUser()))


@member_may(Action.IMPORT)
def guarded(request: HttpRequest, word: str) -> HttpResponse:
    """A view that writes."""
    return HttpResponse(word)


def test_a_guarded_view_answers_those_who_may() -> None:
    answer = guarded(request_of(member(Role.OPERATOR)), word="done")
    assert (answer.status_code, answer.content) == (200, b"done")


def test_a_guarded_view_refuses_those_who_may_not_and_says_why() -> None:
    with pytest.raises(PermissionDenied, match="A viewer may not import leads"):
        guarded(request_of(member(Role.VIEWER)), word="done")


def test_a_guarded_view_sends_nobody_to_the_sign_in() -> None:
    request = request_of(AnonymousUser())
    request.session = SessionBase()
    answer = guarded(request, word="done")
    assert answer.status_code == 302
    assert "next=/" in answer["Location"]


def test_a_guarded_view_keeps_its_name() -> None:
    assert (guarded.__name__, guarded.__doc__) == ("guarded", "A view that writes.")
