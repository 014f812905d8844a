"""What keeps an answer from leaving, from leaving for somebody else, or from being taken for another one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.inbox import replies
from iexdg.inbox.errors import ReplyRefusedError
from iexdg.inbox.models import Message, Reply, ReplyState, Thread
from iexdg.inbox.replies import carry_out, queue_reply, undo_reply
from iexdg.inbox.verbs import assign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.iexdg.inbox.conftest import read_all
from tests.iexdg.inbox.test_replies import TEXT, answers, crashed, let_it_leave, look_again, queued

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


def written_in_instantly(mails: Any, thread: Thread, name: str, **other: Any) -> None:
    """Someone answers the conversation in Instantly's own app, with the same words."""
    like = next(mail for mail in mails.values() if mail["thread"] == thread.remote_id and mail["type"] == 2)
    mails[name] = {**like, "id": name, "type": 3, "words": {"subject": "Re: x", "text": TEXT}, **other}


def test_a_colleague_takes_an_answer_back_and_it_is_a_draft_of_its_author(
    waiting: Thread, member: MemberOf, web: Callable[..., Client]
) -> None:
    reply = queued(waiting, member())
    assert not undo_reply(waiting, by=member("admin"))
    client, page = web("admin"), f"/w/demo/inbox/{waiting.pk}/"
    assert f'name="reply" value="{reply.pk}"' in client.get(page).content.decode()
    said = client.post(f"{page}undo/", {"reply": str(reply.pk)}, follow=True).content.decode()
    assert "the text is a draft of Operator Person again" in said
    reply.refresh_from_db()
    assert (reply.state, reply.by) == (ReplyState.DRAFT, member())
    event = AuditEvent.objects.get(action="inbox:reply:undone")
    assert event.actor == member("admin")
    assert "has left already" in client.post(f"{page}undo/", {"reply": str(reply.pk)}, follow=True).content.decode()


def test_who_may_no_longer_answer_takes_nothing_back(waiting: Thread, member: MemberOf) -> None:
    by = member()
    reply = queued(waiting, by)
    Member.objects.filter(pk=by.pk).update(role="viewer")
    with pytest.raises(NotAllowedError):
        undo_reply(waiting, by=Member.objects.get(pk=by.pk))
    assert Reply.objects.get(pk=reply.pk).state == ReplyState.WAITING


def test_a_viewer_assigns_nothing(waiting: Thread, member: MemberOf) -> None:
    with pytest.raises(NotAllowedError):
        assign(waiting, to=member(), by=member("viewer"))
    with pytest.raises(NotAllowedError):
        assign(waiting, to=None, by=member("viewer"))
    waiting.refresh_from_db()
    assert waiting.assigned_to is None


def test_observe_mode_stops_what_waits_to_leave(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queued(waiting, member())
    Workspace.objects.update(mode=Mode.OBSERVE)
    reply = let_it_leave(reply)
    assert (reply.state, reply.error) == (ReplyState.REFUSED, "The workspace was put into observe mode.")
    assert answers(mails, waiting) == []


def test_observe_mode_refuses_nothing_that_was_undone_meanwhile(
    waiting: Thread, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal is for what is due: a draft, or what was requested again, stays as it is."""
    by = member()
    reply = queued(waiting, by)

    def undone(_: Reply) -> str:
        undo_reply(waiting, by=by)
        queued(waiting, by)
        return "The workspace was put into observe mode."

    monkeypatch.setattr(replies, "_why_not", undone)
    assert let_it_leave(reply).state == ReplyState.WAITING


def test_an_answer_to_an_e_mail_that_is_gone_is_not_sent(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queued(waiting, member())
    Message.objects.filter(pk=reply.answers_id).delete()
    reply = let_it_leave(reply)
    assert (reply.state, reply.error) == (ReplyState.REFUSED, "The e-mail that it answers was deleted.")
    assert answers(mails, waiting) == []


def test_nothing_is_sent_for_a_workspace_that_is_disconnected(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queued(waiting, member())
    Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    Workspace.objects.update(connected_as="")
    assert carry_out(reply.pk) is None
    assert Reply.objects.get(pk=reply.pk).state == ReplyState.WAITING
    assert answers(mails, waiting) == []


def test_an_answer_leaves_only_from_the_mailbox_that_received(waiting: Thread, member: MemberOf) -> None:
    Message.objects.filter(thread=waiting).update(mailbox="")
    with pytest.raises(ReplyRefusedError, match="which mailbox received it"):
        queued(waiting, member())


def test_a_forward_to_nobody_is_refused(waiting: Thread, member: MemberOf) -> None:
    with pytest.raises(ReplyRefusedError, match="to whom"):
        queue_reply(waiting, by=member(), seen=None, kind="forward", text="See", to="  ")


def test_a_second_tab_that_sent_the_same_draft_is_said(
    waiting: Thread, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def the_other_tab(*_: Any) -> None:
        Reply.objects.update(state=ReplyState.WAITING, due_at=timezone.now())

    monkeypatch.setattr(replies, "_refuse_second_answer", the_other_tab)
    with pytest.raises(ReplyRefusedError, match="another tab"):
        queued(waiting, member())
    assert Reply.objects.count() == 1


def test_what_someone_wrote_before_with_the_same_words_is_not_taken_for_it(
    waiting: Thread, member: MemberOf, mails: Any
) -> None:
    written_in_instantly(mails, waiting, "before")
    read_all(waiting.workspace)
    reply = queued(waiting, member())
    crashed(reply, at=timezone.now() - timedelta(minutes=2))
    assert look_again(reply).state == ReplyState.UNKNOWN


def test_one_e_mail_is_not_taken_for_two_answers(waiting: Thread, member: MemberOf, mails: Any) -> None:
    first = queued(waiting, member())
    # As if the second person had seen the first answer and sent the same all the same.
    Reply.objects.filter(pk=first.pk).update(state=ReplyState.SENT)
    second = queue_reply(waiting, by=member("admin"), seen=None, text=TEXT)
    for reply in (first, second):
        crashed(reply, at=timezone.now() - timedelta(minutes=2))
    written_in_instantly(mails, waiting, "one")
    assert look_again(first).state == ReplyState.SENT
    assert look_again(second).state == ReplyState.UNKNOWN


def test_the_same_words_from_another_mailbox_are_not_taken_for_it(
    waiting: Thread, member: MemberOf, mails: Any
) -> None:
    reply = queued(waiting, member())
    crashed(reply, at=timezone.now() - timedelta(minutes=2))
    written_in_instantly(mails, waiting, "other", account="desk@elsewhere.example.com")
    assert look_again(reply).state == ReplyState.UNKNOWN


def test_a_forward_to_somebody_else_is_not_taken_for_it(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queue_reply(waiting, by=member(), seen=None, kind="forward", text=TEXT, to="cto@example.com")
    crashed(reply, at=timezone.now() - timedelta(minutes=2))
    written_in_instantly(mails, waiting, "reply", recipients=waiting.lead)
    assert look_again(reply).state == ReplyState.UNKNOWN
    written_in_instantly(mails, waiting, "forward", recipients="cto@example.com")
    assert look_again(reply).state == ReplyState.SENT
