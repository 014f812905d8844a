"""What keeps a change of mailboxes from being sent where, when or more often than it may be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.clients.instantly.oauth import SignIn
from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import LEASE, claim, order
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.mailboxes.test_changes import ONE, TWO, age
from tests.iexdg.mailboxes.test_connecting import LOGIN, NEW, post
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[int], list[MailboxChange]]
Team = Callable[..., Member]
Web = Callable[..., Client]


def test_nothing_is_sent_for_a_workspace_that_is_disconnected(
    office: Workspace, member: Team, control: SandboxControl
) -> None:
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    Workspace.objects.update(connected_as="")
    carry_out(ordered.group)
    assert MailboxChange.objects.get().state == "asked"
    assert control.log(path="/accounts/pause") == []


def test_a_lease_of_a_clock_that_was_far_ahead_is_free(office: Workspace, member: Team) -> None:
    ordered = order(office, [ONE], Wanted.PAUSE, by=member())
    MailboxChange.objects.update(lease_until=timezone.now() + LEASE * 3)
    assert len(claim(ordered.group)) == 1


def test_what_may_be_repeated_is_sent_five_times_at_most(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "PATCH", "path": f"*/accounts/{ONE}"}, "do": "drop_before", "times": 99})
    ordered = order(office, [ONE], Wanted.LIMITS, by=member(), values={"daily_limit": 12})
    calls = []
    for _ in range(8):
        (change,) = settle(ordered.group)
        calls.append(len([one for one in control.log(path=f"/accounts/{ONE}") if one["method"] == "PATCH"]))
    assert (change.state, change.attempts) == ("unknown", 5)
    assert calls[3] < calls[4] == calls[7]


def test_a_pause_is_sent_however_late_and_anything_else_is_not(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    pause = order(office, [ONE], Wanted.PAUSE, by=member())
    warm = order(office, [TWO], Wanted.WARMUP_OFF, by=member())
    age(pause.group, 1000)
    age(warm.group, 1000)
    assert [one.state for one in settle(pause.group)] == ["confirmed"]
    assert [one.error for one in settle(warm.group)] == ["It was not confirmed in 15 minutes."]
    assert control.log(path="/warmup/disable") == []


def test_a_login_that_another_worker_has_is_not_sent_twice(
    office: Workspace, web: Web, member: Team, control: SandboxControl
) -> None:
    first = order(office, [NEW], Wanted.CONNECT, by=member("admin"))
    claim(first.group)
    answer = post(web, LOGIN)
    assert "is being connected or deleted" in answer.content.decode()
    assert [one for one in control.log(path="/accounts") if one["method"] == "POST"] == []


def test_a_login_that_was_never_sent_is_closed_and_said(office: Workspace, member: Team, settle: Settle) -> None:
    ordered = order(office, [NEW], Wanted.CONNECT, by=member("admin"))
    (change,) = settle(ordered.group)
    assert (change.state, change.error) == ("refused", "It was not sent. Enter the mailbox once more.")


def test_only_an_address_of_the_web_is_shown_as_a_link(
    office: Workspace, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = SignIn.model_validate({"session_id": "s1", "auth_url": "javascript:alert(1)"})
    monkeypatch.setattr("iexdg.clients.instantly.oauth.SignIns.start", lambda *_: link)
    answer = web("admin").post("/w/demo/mailboxes/sign-in/", {"provider": "google"}, follow=True)
    assert "Instantly gave no link to sign in at." in answer.content.decode()
    assert "javascript:" not in answer.content.decode()


def test_a_whole_list_leaves_out_who_is_gone(office: Workspace, web: Web) -> None:
    Mailbox.objects.filter(email=ONE).update(vanished_at=timezone.now())
    data: dict[str, Any] = {"verb": "warmup_off", "all": "yes", "state": "gone"}
    web("operator").post("/w/demo/mailboxes/change/", data)
    assert not MailboxChange.objects.filter(email=ONE).exists()
