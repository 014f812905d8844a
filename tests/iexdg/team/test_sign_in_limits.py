"""Guessing passwords is limited, and neither an office behind one address nor a colleague is locked out by it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.team.sign_in_limits import COOKIE

RIGHT, WRONG = "a-long-password", "not-the-password"
OFFICE, ATTACKER = "203.0.113.9", "198.51.100.7"
TOO_MANY = "Too many attempts failed"

People = Callable[..., Member]


def try_to_sign_in(email: str, password: str, address: str = OFFICE, client: Client | None = None) -> Any:
    return (client or Client()).post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address)


def test_the_sixth_failure_within_five_minutes_is_not_even_checked(member: People) -> None:
    email = member("operator").email
    assert [try_to_sign_in(email, WRONG).status_code for _ in range(6)] == [200] * 5 + [429]
    refused = try_to_sign_in(email, RIGHT)
    assert refused.status_code == 429
    assert TOO_MANY in refused.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert try_to_sign_in(email, RIGHT).status_code == 302


def test_attempts_while_locked_do_not_prolong_the_lock(member: People) -> None:
    email = member("operator").email
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(5):
            try_to_sign_in(email, WRONG)
        for minute in range(1, 5):
            clock.move_to(start + timedelta(minutes=minute))
            assert try_to_sign_in(email, WRONG).status_code == 429
        clock.move_to(start + timedelta(minutes=5, seconds=1))
        assert try_to_sign_in(email, RIGHT).status_code == 302


@pytest.mark.parametrize("spelling", ["OPERATOR@example.com", "  operator@example.com ", "Operator@Example.com"])
def test_another_spelling_of_the_name_is_the_same_name(member: People, spelling: str) -> None:
    email = member("operator").email
    for _ in range(5):
        try_to_sign_in(email, WRONG)
    assert try_to_sign_in(spelling, WRONG).status_code == 429


def test_an_unknown_name_has_the_same_limits_and_words(member: People) -> None:
    email = member("operator", "Nora Known").email
    known = [try_to_sign_in(email, WRONG).content.decode() for _ in range(6)]
    unknown = [try_to_sign_in("nobody@example.com", WRONG).content.decode() for _ in range(6)]
    assert [_words(text, email) for text in known] == [_words(text, "nobody@example.com") for text in unknown]


def _words(html: str, email: str) -> list[str]:
    """The lines of a page without what differs each time: tokens, the clock, the name that was typed."""
    lines = html.replace(email, "NAME").splitlines()
    return [line for line in lines if not re.search("csrf|server-time", line)]


@pytest.mark.parametrize("email", ["nora.known@example.com", "nobody@example.com", "gone@example.com"])
def test_one_password_is_hashed_whether_or_not_the_name_is_known(
    member: People, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    member("operator", "Nora Known")
    Member.objects.filter(pk=member("viewer", "gone").pk).update(is_active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    assert try_to_sign_in(email, WRONG).status_code == 200
    assert hashed == [WRONG]


def test_a_stranger_elsewhere_locks_out_nobody_by_typing_their_name(member: People) -> None:
    email = member("operator").email
    for _ in range(40):
        try_to_sign_in(email, WRONG, ATTACKER)
    assert try_to_sign_in(email, RIGHT, OFFICE).status_code == 302


def test_a_colleague_behind_the_same_address_cannot_lock_a_browser_out_that_is_known(member: People) -> None:
    email = member("operator").email
    mine = Client()
    assert try_to_sign_in(email, RIGHT, client=mine).status_code == 302
    mine.post("/accounts/logout/")
    for _ in range(10):
        try_to_sign_in(email, WRONG)
    assert try_to_sign_in(email, RIGHT).status_code == 429
    assert try_to_sign_in(email, RIGHT, client=mine).status_code == 302


def test_many_strangers_at_many_addresses_are_limited_by_name_and_a_known_browser_still_signs_in(
    member: People,
) -> None:
    email = member("operator").email
    mine = Client()
    try_to_sign_in(email, RIGHT, client=mine)
    mine.post("/accounts/logout/")
    answers = [try_to_sign_in(email, WRONG, f"198.51.100.{n}").status_code for n in range(40)]
    assert answers == [200] * 30 + [429] * 10
    assert try_to_sign_in(email, RIGHT, client=mine).status_code == 302


def test_a_known_browser_cannot_guess_without_limit_either(member: People) -> None:
    email = member("operator").email
    mine = Client()
    try_to_sign_in(email, RIGHT, client=mine)
    mine.post("/accounts/logout/")
    answers = [try_to_sign_in(email, WRONG, client=mine).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_a_browser_is_known_for_the_member_who_used_it_and_no_other(member: People) -> None:
    mine = Client()
    try_to_sign_in(member("viewer").email, RIGHT, client=mine)
    mine.post("/accounts/logout/")
    for _ in range(5):
        try_to_sign_in(member("operator").email, WRONG)
    assert try_to_sign_in(member("operator").email, RIGHT, client=mine).status_code == 429
    assert member("viewer").email not in mine.cookies[COOKIE].value


@pytest.mark.parametrize("cookie", ["", "nonsense", "eyJhIjoxfQ:1abc:forged"])
def test_a_cookie_that_is_not_ours_counts_for_nothing(member: People, cookie: str) -> None:
    email = member("operator").email
    for _ in range(5):
        try_to_sign_in(email, WRONG)
    forger = Client()
    forger.cookies[COOKIE] = cookie
    assert try_to_sign_in(email, RIGHT, client=forger).status_code == 429


def test_sixty_people_behind_one_address_sign_in_within_a_minute_each_after_a_typing_error(member: People) -> None:
    for number in range(60):
        email = member("viewer", f"person {number}").email
        assert try_to_sign_in(email, WRONG).status_code == 200
        assert try_to_sign_in(email, RIGHT).status_code == 302


def test_one_address_cannot_try_one_password_on_every_name(member: People) -> None:
    answers = [try_to_sign_in(f"person{n}@example.com", WRONG, ATTACKER).status_code for n in range(102)]
    assert answers == [200] * 100 + [429] * 2
    assert try_to_sign_in(member("operator").email, RIGHT, OFFICE).status_code == 302


def test_what_a_limit_refuses_uses_up_no_other_limit(member: People) -> None:
    email = member("operator").email
    for _ in range(150):
        try_to_sign_in("victim@example.com", WRONG)
    assert try_to_sign_in(email, RIGHT).status_code == 302


def test_the_address_is_what_the_proxy_says_only_if_it_is_named(member: People, settings: Any) -> None:
    email = member("operator").email

    def through(client_address: str) -> int:
        data = {"login": email, "password": WRONG}
        answer = Client().post("/accounts/login/", data, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=client_address)
        return answer.status_code

    # Anyone may write the header: without a named proxy a new address each time changes nothing.
    assert [through(f"203.0.113.{n}") for n in range(6)] == [200] * 5 + [429]
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    assert through("203.0.113.77") == 200
