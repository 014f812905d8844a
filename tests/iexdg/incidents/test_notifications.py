from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.incident_kinds import DRIFT, FLIP
from iexdg.golive.incident_kinds import BREAK_GLASS
from iexdg.incidents.kinds import IncidentKind, declared_kinds, kind_of
from iexdg.incidents.models import Channel, Notification, NotificationState
from iexdg.incidents.notifications import Choice, choices_of, choose, default_choice, send_test_notification
from iexdg.incidents.record import open_incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

People = Callable[..., Member]


@pytest.fixture(autouse=True)
def _channels(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.NOTIFY_WEBHOOK_URL = "https://hooks.example.com/x"


@pytest.fixture
def everyone(member: People) -> list[Member]:
    return [member(role) for role in ("viewer", "operator", "approver", "admin")]


def notified(code: str, workspace: Workspace) -> list[str]:
    incident, _ = open_incident(workspace, kind_of(code), dedupe_key=code, summary="Something")
    rows = Notification.objects.filter(incident=incident).order_by("channel", "pk")
    return [row.member.role if row.member else "webhook" for row in rows]


def test_approvers_are_notified_of_everything_operators_of_imports_and_viewers_of_nothing(
    workspace: Workspace, everyone: list[Member]
) -> None:
    assert notified("flip", workspace) == ["operator", "approver", "admin", "webhook"]
    assert notified("unreconciled", workspace) == ["operator", "approver", "admin", "webhook"]
    assert notified("guardrail", workspace) == ["approver", "admin", "webhook"]


def test_a_choice_of_ones_own_wins_over_the_default(workspace: Workspace, everyone: list[Member]) -> None:
    viewer, _, approver, _ = everyone
    choose(viewer, [Choice(DRIFT, email=True, webhook=False, is_fixed=False)])
    choose(approver, [Choice(DRIFT, email=False, webhook=False, is_fixed=False)])
    assert notified("drift", workspace) == ["viewer", "admin", "webhook"]


def test_an_approval_by_one_person_alone_cannot_be_silenced(workspace: Workspace, everyone: list[Member]) -> None:
    for someone in everyone[2:]:
        choose(someone, [Choice(BREAK_GLASS, email=False, webhook=False, is_fixed=False)])
    assert notified("break_glass", workspace) == ["approver", "admin"]


def test_one_cause_is_one_message_to_each(workspace: Workspace, everyone: list[Member]) -> None:
    for _ in range(3):
        open_incident(workspace, FLIP, dedupe_key="flip:1", summary="It flipped")
    assert Notification.objects.filter(channel=Channel.EMAIL).count() == 3
    assert Notification.objects.filter(channel=Channel.WEBHOOK).count() == 1


def test_a_deactivated_member_is_not_notified(workspace: Workspace, everyone: list[Member]) -> None:
    Member.objects.exclude(role="operator").update(is_active=False)
    assert notified("flip", workspace) == ["operator", "webhook"]


def test_a_channel_that_is_off_gets_no_rows(workspace: Workspace, everyone: list[Member], settings: Any) -> None:
    settings.EMAIL_HOST = ""
    settings.NOTIFY_WEBHOOK_URL = ""
    assert notified("flip", workspace) == []


def test_messages_wait_half_a_minute_to_be_batched(workspace: Workspace, everyone: list[Member]) -> None:
    open_incident(workspace, FLIP, dedupe_key="flip:1", summary="It flipped")
    waits = {row.next_try_at - row.created_at for row in Notification.objects.all()}
    assert waits == {timedelta(seconds=30)}


def test_a_choice_leaves_an_event_that_says_what_changed(member: People) -> None:
    choose(member("operator"), [Choice(FLIP, email=False, webhook=True, is_fixed=False)])
    event = AuditEvent.objects.get()
    assert event.action == "team:notifications:chosen"
    assert (event.before, event.after) == ({"flip": "e-mail and webhook"}, {"flip": "webhook"})
    assert next(choice for choice in choices_of(member("operator")) if choice.kind is FLIP).email is False


def test_a_second_test_waits_for_the_first(member: People) -> None:
    assert len(send_test_notification(member("viewer"))) == 2
    assert send_test_notification(member("viewer")) == []
    assert len(send_test_notification(member("admin"))) == 2
    Notification.objects.update(state=NotificationState.SENT)
    assert send_test_notification(member("viewer")) == []
    Notification.objects.update(created_at=timezone.now() - timedelta(seconds=31))
    assert len(send_test_notification(member("viewer"))) == 2


@pytest.mark.parametrize("kind", declared_kinds(), ids=str)
def test_somebody_is_notified_of_every_kind(kind: IncidentKind) -> None:
    assert default_choice("approver", kind).email
