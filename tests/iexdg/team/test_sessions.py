"""Sessions end by themselves, by their member, and with their member."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.team.sessions import browser_words
from iexdg.workspaces.models import Workspace

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1"

Web = Callable[..., Client]
People = Callable[..., Member]


@pytest.fixture(autouse=True)
def _workspace(workspace: Workspace, settings: Any) -> None:
    settings.SESSION_IDLE_S = 3600
    settings.SESSION_MAX_S = 24 * 3600


def signed_in(email: str, user_agent: str = FIREFOX, address: str = "203.0.113.9") -> Client:
    client = Client(headers={"User-Agent": user_agent}, REMOTE_ADDR=address)
    answer = client.post("/accounts/login/", {"login": email, "password": "a-long-password"})
    assert answer.status_code == 302
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get("/w/demo/audit/", headers=headers).status_code == 200


def test_a_session_that_is_not_used_ends(web: Web) -> None:
    client, start = web("viewer"), timezone.now()
    with time_machine.travel(start + timedelta(minutes=59)):
        assert is_in(client)
    with time_machine.travel(start + timedelta(minutes=59 + 59)):
        assert is_in(client)
    with time_machine.travel(start + timedelta(minutes=59 + 59 + 61)):
        assert not is_in(client)


def test_a_page_that_was_left_open_does_not_keep_a_session(web: Web) -> None:
    client, start = web("viewer"), timezone.now()
    for minutes in (20, 40, 59):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert is_in(client, **{"X-Poll": "1"})
    with time_machine.travel(start + timedelta(minutes=61)):
        assert not is_in(client, **{"X-Poll": "1"})


def test_a_session_ends_after_its_longest_time_however_much_it_is_used(web: Web) -> None:
    client, start = web("viewer"), timezone.now()
    for half_hours in range(1, 48):
        with time_machine.travel(start + timedelta(minutes=30 * half_hours)):
            assert is_in(client), half_hours
    with time_machine.travel(start + timedelta(hours=24, minutes=1)):
        assert not is_in(client)


def test_a_session_of_which_nothing_is_known_is_over(web: Web) -> None:
    client = web("viewer")
    session = client.session
    del session["began_at"]
    session.save()
    assert not is_in(client)


def test_the_account_page_lists_where_since_when_and_ends_one(member: People) -> None:
    here, phone = (
        signed_in("viewer@example.com" if member("viewer") else ""),
        signed_in("viewer@example.com", IPHONE, "198.51.100.7"),
    )
    html = here.get("/accounts/").content.decode()
    assert "Firefox on Linux" in html
    assert "Safari on iPhone" in html
    assert "198.51.100.7" in html
    row = UserSession.objects.get(ip="198.51.100.7")
    assert here.post(f"/accounts/sessions/{row.pk}/end/").status_code == 302
    assert not is_in(phone)
    assert is_in(here)


def test_sessions_that_ended_by_themselves_or_with_an_earlier_password_are_not_listed(member: People) -> None:
    viewer, start = member("viewer"), timezone.now()
    with time_machine.travel(start - timedelta(minutes=61)):
        signed_in(viewer.email, "curl/8.5")
    here, earlier = signed_in(viewer.email), signed_in(viewer.email, IPHONE)
    html = here.get("/accounts/").content.decode()
    assert ("curl" in html, "Safari on iPhone" in html) == (False, True)

    session = earlier.session
    session["_auth_user_hash"] = "of an earlier password"
    session.save()
    assert "Safari on iPhone" not in here.get("/accounts/").content.decode()
    assert [row.user_agent for row in UserSession.objects.filter(user=viewer)] == [FIREFOX]


def test_the_account_page_asks_as_often_whatever_the_number_of_sessions(
    member: People, django_assert_num_queries: Any
) -> None:
    email = member("viewer").email
    here = signed_in(email)
    here.get("/accounts/")
    with CaptureQueriesContext(connection) as with_one:
        here.get("/accounts/")
    asked = len(with_one)
    for _ in range(5):
        signed_in(email, IPHONE)
    with django_assert_num_queries(asked):
        html = here.get("/accounts/").content.decode()
    assert html.count("Safari on iPhone") == 5


def test_all_others_are_ended_at_once(member: People) -> None:
    email = member("viewer").email
    here, *others = [signed_in(email) for _ in range(4)]
    answer = here.post("/accounts/sessions/end-others/", follow=True)
    assert "3 other sessions ended" in answer.content.decode()
    assert is_in(here)
    assert [is_in(other) for other in others] == [False] * 3


def test_nobody_ends_a_session_of_someone_else(member: People) -> None:
    theirs, mine = signed_in(member("operator").email), signed_in(member("viewer").email)
    row = UserSession.objects.get(user=member("operator"))
    mine.post(f"/accounts/sessions/{row.pk}/end/")
    assert is_in(theirs)


def test_a_deactivated_member_is_out_in_every_tab_and_does_not_come_back_by_reactivation(
    member: People, web: Web
) -> None:
    tabs = [signed_in(member("operator").email) for _ in range(2)]
    admin, pk = web("admin"), member("operator").pk
    admin.post(f"/w/demo/settings/team/{pk}/sign-in/", {"is_active": "no"})
    assert [tab.get("/w/demo/audit/", headers={"HX-Request": "true"}).status_code for tab in tabs] == [401, 401]
    assert tabs[0].post("/w/demo/stop/", {"word": "STOP", "reason": "x"}).status_code == 302
    admin.post(f"/w/demo/settings/team/{pk}/sign-in/", {"is_active": "yes"})
    assert [is_in(tab) for tab in tabs] == [False, False]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("curl/8.5", "curl"),
        ("<img src=x onerror=alert(1)>", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
