"""Marking as unread, deleting at Instantly, blocking, and the ways to stop the campaign of a person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from iexdg.inbox.models import Message, Reply, ReplyState, Thread
from iexdg.inbox.store import forget_deleted
from iexdg.inbox.tasks import send_replies
from iexdg.inbox.verbs import ThreadChangeError, delete_at_instantly, mark_as_unread
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode
from leads.changing.ask import stop_group
from leads.changing.carry_out import carry_out
from leads.models import Lead, PeopleChange, PeopleChangeState, Suppression
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
Web = Callable[..., Client]


def actions() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="inbox:").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_marked_as_unread_at_instantly_read_back_and_here(waiting: Thread, member: MemberOf, mails: Any) -> None:
    for mail in mails.values():
        mail["unread"] = False
    Message.objects.filter(thread=waiting).update(is_unread=False)
    mark_as_unread(waiting, by=member())
    newest = Message.objects.filter(thread=waiting, kind=2).latest("at")
    assert [mail["id"] for mail in mails.values() if mail["unread"]] == [newest.remote_id]
    waiting.refresh_from_db()
    assert (waiting.unread, waiting.has_unread) == (1, True)
    assert actions() == ["inbox:unread:asked", "inbox:unread:done"]


def test_a_lost_answer_to_unread_is_said_and_the_conversation_is_read_next(
    waiting: Thread, member: MemberOf, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "PATCH"}, "do": "drop_after_commit", "times": 9})
    with pytest.raises(ThreadChangeError, match="not known"):
        mark_as_unread(waiting, by=member())
    assert actions() == ["inbox:unread:asked", "inbox:unread:unknown"]
    waiting.refresh_from_db()
    assert waiting.wanted_at is not None


@pytest.mark.parametrize("change", [mark_as_unread, delete_at_instantly])
def test_a_viewer_and_observe_mode_change_nothing(
    change: Any, waiting: Thread, member: MemberOf, control: SandboxControl
) -> None:
    before = len(control.log())
    with pytest.raises(NotAllowedError):
        change(waiting, by=member("viewer"))
    waiting.workspace.mode = Mode.OBSERVE
    with pytest.raises(ObserveModeError):
        change(waiting, by=member())
    assert len(control.log()) == before
    assert not PeopleChange.objects.exists()


def test_a_deleted_conversation_is_gone_at_instantly_then_here_and_nothing_else_is(
    waiting: Thread, member: MemberOf, web: Web, mails: Any
) -> None:
    own = set(Message.objects.filter(thread=waiting).values_list("remote_id", flat=True))
    others = set(mails) - own
    page = f"/w/demo/inbox/{waiting.pk}/delete/"
    html = web("operator").get(page).content.decode()
    assert "It cannot be undone." in html
    answer = web("operator").post(page)
    assert answer.status_code == 302
    assert "/people-changes/" in answer["Location"] or "changes" in answer["Location"]
    assert PeopleChange.objects.filter(wanted="delete_email").count() == len(own)
    assert Thread.objects.filter(pk=waiting.pk).exists()
    carry_out(waiting.workspace)
    assert set(mails) == others
    assert set(PeopleChange.objects.values_list("state", flat=True)) == {PeopleChangeState.CONFIRMED}
    send_replies(waiting.workspace_id)
    assert not Thread.objects.filter(pk=waiting.pk).exists()
    assert forget_deleted(waiting.workspace) is False


def test_a_deletion_is_listed_as_what_it_is_with_whose_and_where(waiting: Thread, member: MemberOf, web: Web) -> None:
    thread = Thread.objects.annotate(number=Count("messages")).filter(number__gt=1, campaign__isnull=False)[0]
    number, campaign = thread.number, thread.campaign
    lead, _ = Lead.objects.get_or_create(
        workspace=thread.workspace, campaign=campaign, email=thread.lead,
        defaults={"remote_id": "l-1", "synced_at": timezone.now()},
    )  # fmt: skip
    group = delete_at_instantly(thread, by=member())
    event = AuditEvent.objects.get(action="people:delete_email:asked")
    assert event.summary == f"Request to delete {number} e-mails of conversation {thread.pk}"
    listed = web("viewer").get("/w/demo/people/changes/").content.decode()
    assert f"Delete {number} e-mails" in listed
    assert f"{campaign}, conversation {thread.pk}" in listed
    page = web("viewer").get(f"/w/demo/people/changes/{group}/").content.decode()
    assert f'<a href="/w/demo/people/{lead.pk}/">{lead.email}</a>' in page
    assert f"{campaign}, conversation {thread.pk}" in page
    stop_group(thread.workspace, group, by=member())
    assert AuditEvent.objects.get(action="people:delete_email:stopped").summary == f"Stopped; {number} e-mails stay"


def test_what_is_not_confirmed_stays(waiting: Thread, member: MemberOf) -> None:
    delete_at_instantly(waiting, by=member())
    assert forget_deleted(waiting.workspace) is False
    assert Thread.objects.filter(pk=waiting.pk).exists()


def test_a_conversation_with_an_answer_on_its_way_is_not_deleted(waiting: Thread, member: MemberOf, web: Web) -> None:
    Reply.objects.create(thread=waiting, by=member(), state=ReplyState.WAITING, saved_at=timezone.now())
    answer = web("operator").post(f"/w/demo/inbox/{waiting.pk}/delete/")
    assert answer.status_code == 422
    assert "on its way" in answer.content.decode()
    assert not PeopleChange.objects.exists()


@pytest.mark.parametrize("what", ["address", "domain"])
def test_whoever_wrote_is_blocked(what: str, waiting: Thread, web: Web) -> None:
    Thread.objects.filter(pk=waiting.pk).update(lead="ada@firm.example.org")
    answer = web("operator").post(f"/w/demo/inbox/{waiting.pk}/block/", {"what": what, "why": "Asked us to"})
    assert answer.status_code == 302
    row = Suppression.objects.get(why="Asked us to")
    assert row.value == {"address": "ada@firm.example.org", "domain": "firm.example.org"}[what]


def test_a_whole_mail_provider_is_not_blocked_by_the_way(waiting: Thread, web: Web) -> None:
    Thread.objects.filter(pk=waiting.pk).update(lead="ada@gmail.com")
    before = Suppression.objects.count()
    assert "everyone at" not in web("operator").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    web("operator").post(f"/w/demo/inbox/{waiting.pk}/block/", {"what": "domain"})
    assert Suppression.objects.count() == before


def test_the_page_leads_to_both_ways_of_stopping(waiting: Thread, web: Web) -> None:
    html = web("operator").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    assert f"/w/demo/campaigns/{waiting.campaign_id}/pause/" in html
    assert "Delete conversation" in html
    viewer = web("viewer").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    assert f"/w/demo/campaigns/{waiting.campaign_id}/pause/" in viewer
    for words in ("Delete conversation", "Add to block list", "Remove from campaign"):
        assert words not in viewer
