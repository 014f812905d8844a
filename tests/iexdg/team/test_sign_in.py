from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.team.demo import DEMO_PASSWORD, DEMO_PEOPLE, ensure_demo_people
from iexdg.team.models import Member

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_a_member_signs_in_and_lands_where_they_wanted(member: Callable[..., Member]) -> None:
    member("operator")
    client = Client()
    answer = sign_in(client, "operator@example.com", "a-long-password", next="/w/demo/leads/")
    assert (answer.status_code, answer["Location"]) == (302, "/w/demo/leads/")
    assert client.session["_auth_user_id"] == str(member("operator").pk)


def test_a_wrong_password_says_so_and_signs_nobody_in(member: Callable[..., Member]) -> None:
    member("operator")
    client = Client()
    answer = sign_in(client, "operator@example.com", "not-the-password")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_never_leads_to_another_site(member: Callable[..., Member]) -> None:
    member("operator")
    answer = sign_in(Client(), "operator@example.com", "a-long-password", next="https://evil.example.net/")
    assert answer["Location"] == "/"


def test_a_deactivated_member_gets_an_explanation_and_is_not_signed_in(member: Callable[..., Member]) -> None:
    Member.objects.filter(pk=member("operator").pk).update(is_active=False)
    client = Client()
    answer = sign_in(client, "operator@example.com", "a-long-password")
    assert answer["Location"] == "/accounts/inactive/"
    assert "This sign-in is deactivated" in client.get("/accounts/inactive/").content.decode()
    assert "_auth_user_id" not in client.session


def test_demo_sign_ins_are_shown_with_the_sandbox() -> None:
    ensure_demo_people()
    html = Client().get("/accounts/login/").content.decode()
    assert all(email in html for email in DEMO_PEOPLE)
    assert DEMO_PASSWORD in html


def test_demo_sign_ins_are_never_shown_with_a_real_key(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # A browser test in this process leaves its event loop behind; this one runs outside of any.
    monkeypatch.setattr("iexdg.operations.middleware._is_in_event_loop", lambda: False)
    ensure_demo_people()
    Member.objects.update(is_active=False)
    settings.USES_SANDBOX = False
    html = Client().get("/accounts/login/").content.decode()
    assert "demo" not in html.casefold()
    assert "example.com" not in html


def test_signing_out_needs_a_post(web: Callable[..., Client]) -> None:
    client = web("viewer")
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
