"""What waits for a person, counted for the navigation of every page."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from campaigns.incident_kinds import FLIP
from iexdg.crm.models import UnmatchedReply
from iexdg.inbox.models import Thread
from iexdg.incidents.record import open_incident
from iexdg.team.models import Member
from iexdg.workspaces.context import keep_for_frame
from iexdg.workspaces.frame_counts import frame_counts
from iexdg.workspaces.models import Workspace
from tests.workspaces import other_workspace


def waiting(workspace: Workspace, incidents: int, replies: int) -> None:
    now = timezone.now()
    for number in range(incidents):
        open_incident(workspace, FLIP, dedupe_key=f"flip:{workspace.pk}:{number}", summary="It flipped")
    for number in range(replies):
        thread = Thread.objects.create(
            workspace=workspace, remote_id=f"t{number}", newest_at=now, listed_at=now, received_at=now
        )
        UnmatchedReply.objects.create(
            workspace=workspace, thread=thread, reason="no_campaign", received_at=now, found_at=now, changed_at=now
        )


def request_of(member: Member, workspace: Workspace | None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = member
    keep_for_frame(request, workspace)
    return request


def test_what_waits_in_the_workspace_of_the_frame_is_counted_in_one_query(
    workspace: Workspace, member: Callable[..., Member], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    waiting(workspace, 2, 3)
    waiting(other_workspace(), 5, 5)
    request = request_of(member("admin"), workspace)

    with django_assert_num_queries(1):
        counts = frame_counts(request)
        assert counts == {"incident_count": 2, "unmatched_count": 3}


def test_nothing_is_counted_before_a_template_asks(
    workspace: Workspace, member: Callable[..., Member], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = request_of(member("admin"), workspace)

    with django_assert_num_queries(0):
        frame_counts(request)


def test_without_a_workspace_every_count_is_0(member: Callable[..., Member], db: None) -> None:
    counts = frame_counts(request_of(member("admin"), None))

    assert counts == {"incident_count": 0, "unmatched_count": 0}


def test_who_is_not_signed_in_gets_no_counts() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert frame_counts(request) == {}
