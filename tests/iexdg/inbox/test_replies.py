"""Answers: 20 s to undo, sent once, read back; a lost answer and a crash are looked for, never sent again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.inbox import replies
from iexdg.inbox.errors import AnsweredMeanwhileError, ReplyRefusedError
from iexdg.inbox.models import InboxReading, Message, Reply, ReplyState, Thread
from iexdg.inbox.queries import answers_seen, replies_to_carry_out
from iexdg.inbox.replies import carry_out, queue_reply, save_draft, undo_reply
from iexdg.inbox.tasks import send_replies
from iexdg.inbox.verbs import assign, mark_as_read, mark_as_unread, set_interest
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.killswitch import turn_on
from iexdg.workspaces.models import Mode
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
TEXT = "Thank you, Tuesday suits us.\n\nOlive"
REPLY = {"method": "POST", "path": "/emails/reply"}


def answers(mails: Any, thread: Thread) -> list[Any]:
    return [mail for mail in mails.values() if mail["type"] == 3 and mail["thread"] == thread.remote_id]


def queued(thread: Thread, by: Member, text: str = TEXT) -> Reply:
    return queue_reply(thread, by=by, seen=answers_seen(thread), text=text)


def let_it_leave(reply: Reply) -> Reply:
    """Twenty seconds later, carried out by a worker."""
    Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    return carry_out(reply.pk) or reply


def look_again(reply: Reply) -> Reply:
    """A later sweep, with a budget that is full."""
    InboxReading.objects.update(budget_until=None)
    Reply.objects.filter(pk=reply.pk).update(read_at=None)
    return carry_out(reply.pk) or reply


def verbs() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="inbox:reply:").order_by("pk")
    return [action.rpartition(":")[2] for action in found.values_list("action", flat=True)]


def test_it_waits_then_leaves_once_from_the_mailbox_that_received_and_is_read_back(
    waiting: Thread, member: MemberOf, mails: Any
) -> None:
    reply = queued(waiting, member())
    assert reply.state == ReplyState.WAITING
    assert carry_out(reply.pk) is not None
    assert answers(mails, waiting) == []

    reply = let_it_leave(reply)
    assert (reply.state, reply.confirmed_at is not None) == (ReplyState.SENT, True)
    (mail,) = answers(mails, waiting)
    assert mail["words"]["text"] == TEXT
    assert mail["account"] == waiting.mailbox
    assert mail["recipients"] == waiting.lead
    assert mail["words"]["subject"].startswith("Re: ")
    assert not mail["words"]["subject"].startswith("Re: Re:")
    waiting.refresh_from_db()
    assert (waiting.waits_since, waiting.is_answered) == (None, True)
    assert verbs() == ["asked", "sent"]
    for _ in range(3):
        carry_out(reply.pk)
    assert len(answers(mails, waiting)) == 1


def test_the_sweep_sends_what_is_due_and_nothing_before(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queued(waiting, member())
    send_replies(waiting.workspace_id)
    assert answers(mails, waiting) == []
    Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now())
    send_replies(waiting.workspace_id)
    assert len(answers(mails, waiting)) == 1


def test_undone_in_time_nothing_leaves_and_the_text_is_a_draft(waiting: Thread, member: MemberOf, mails: Any) -> None:
    reply = queued(waiting, member())
    save_draft(waiting, by=member(), text="something newer")
    assert undo_reply(waiting, by=member())
    reply = let_it_leave(reply)
    assert answers(mails, waiting) == []
    assert (reply.state, reply.text) == (ReplyState.DRAFT, TEXT)
    assert not undo_reply(waiting, by=member())


def test_what_has_left_cannot_be_undone(waiting: Thread, member: MemberOf) -> None:
    let_it_leave(queued(waiting, member()))
    assert not undo_reply(waiting, by=member())


def test_a_worker_with_an_old_row_does_not_send_it_again(waiting: Thread, member: MemberOf, mails: Any) -> None:
    """The second worker read the row before the first one claimed it."""
    reply = queued(waiting, member())
    Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now())
    old = Reply.objects.select_related("thread__workspace", "by", "answers").get(pk=reply.pk)
    carry_out(reply.pk)
    assert old.state == ReplyState.WAITING
    replies._send(old)
    assert len(answers(mails, waiting)) == 1


def test_an_answer_that_was_lost_is_found_in_the_conversation_and_not_sent_again(
    waiting: Thread, member: MemberOf, mails: Any, control: SandboxControl
) -> None:
    control.faults({"match": REPLY, "do": "drop_after_commit", "times": 1})
    InboxReading.objects.update(budget_until=timezone.now() + timedelta(seconds=60))
    reply = let_it_leave(queued(waiting, member()))
    assert reply.state == ReplyState.UNKNOWN
    assert len(answers(mails, waiting)) == 1

    reply = look_again(reply)
    assert (reply.state, reply.remote_id) == (ReplyState.SENT, answers(mails, waiting)[0]["id"])
    assert reply.confirmed_at is not None
    assert len(answers(mails, waiting)) == 1
    assert verbs() == ["asked", "unknown", "sent"]


def test_one_that_never_arrived_is_not_sent_again_and_says_so_after_a_while(
    waiting: Thread, member: MemberOf, mails: Any, control: SandboxControl
) -> None:
    reply = queued(waiting, member())
    # The worker crashed in flight: the row says that it is sent, and no call was made.
    early = timezone.now() - timedelta(minutes=20)
    crashed(reply, at=early)
    reply = look_again(reply)
    assert reply.state == ReplyState.REFUSED
    assert "was not sent" in reply.error
    assert answers(mails, waiting) == []


def crashed(reply: Reply, *, at: Any) -> None:
    known = Message.objects.filter(thread=reply.thread_id).order_by("-pk").values_list("pk", flat=True).first()
    Reply.objects.filter(pk=reply.pk).update(
        state=ReplyState.SENDING, due_at=at, sending_at=at, known_message=known or 0
    )


def test_a_worker_that_died_after_the_call_is_settled_by_reading(
    waiting: Thread, member: MemberOf, mails: Any, sandbox: Any
) -> None:
    reply = queued(waiting, member())
    crashed(reply, at=timezone.now())
    assert (carry_out(reply.pk) or reply).state == ReplyState.SENDING  # it may still be in flight
    like = next(mail for mail in mails.values() if mail["thread"] == waiting.remote_id and mail["type"] == 2)
    sent = {**like, "id": "sent-by-the-dead-worker", "type": 3, "words": {"subject": "Re: x", "text": TEXT}}
    mails[sent["id"]] = sent
    crashed(reply, at=timezone.now() - timedelta(minutes=2))
    assert reply.pk in replies_to_carry_out(waiting.workspace, timezone.now()).values_list("pk", flat=True)
    reply = look_again(reply)
    assert (reply.state, reply.remote_id) == (ReplyState.SENT, "sent-by-the-dead-worker")
    assert len(answers(mails, waiting)) == 1


def test_an_older_answer_with_the_same_words_is_not_taken_for_it(waiting: Thread, member: MemberOf, mails: Any) -> None:
    let_it_leave(queued(waiting, member()))
    second = queued(waiting, member())
    crashed(second, at=timezone.now() - timedelta(minutes=2))
    assert look_again(second).state == ReplyState.UNKNOWN


def test_a_refusal_is_final_and_says_why(waiting: Thread, member: MemberOf, mails: Any, sandbox: Any) -> None:
    sandbox.world.accounts[waiting.mailbox]["status"] = -1
    reply = let_it_leave(queued(waiting, member()))
    assert reply.state == ReplyState.REFUSED
    assert "not connected" in reply.error
    assert (carry_out(reply.pk) or reply).state == ReplyState.REFUSED
    assert answers(mails, waiting) == []


def test_the_kill_switch_and_observe_mode_stop_it_before_and_while_it_waits(
    waiting: Thread, member: MemberOf, mails: Any
) -> None:
    reply = queued(waiting, member())
    turn_on(waiting.workspace, by=member(), reason="stop")
    waiting.workspace.refresh_from_db()
    with pytest.raises(ReplyRefusedError, match="kill switch"):
        queued(waiting, member("admin"))
    assert let_it_leave(reply).state == ReplyState.REFUSED
    waiting.workspace.mode = Mode.OBSERVE
    with pytest.raises(ObserveModeError):
        queued(waiting, member("admin"))
    assert answers(mails, waiting) == []


def test_a_viewer_answers_nothing_and_an_empty_answer_is_refused(waiting: Thread, member: MemberOf) -> None:
    with pytest.raises(NotAllowedError):
        queued(waiting, member("viewer"))
    assert not Reply.objects.exists()
    with pytest.raises(ReplyRefusedError):
        queued(waiting, member(), " \n")


def test_the_second_of_two_people_is_warned_and_may_send_all_the_same(
    waiting: Thread, member: MemberOf, mails: Any
) -> None:
    seen = answers_seen(waiting)
    first = queue_reply(waiting, by=member("admin"), seen=seen, text="From the first.")
    for given in (seen, None):
        with pytest.raises(AnsweredMeanwhileError, match="Admin Person answered"):
            queue_reply(waiting, by=member(), seen=given, text="From the second.")
    assert Reply.objects.get(by=member()).text == "From the second."
    shown = answers_seen(waiting)
    # Who has seen the first answer while it waited is not warned again because it was sent.
    let_it_leave(first)
    let_it_leave(queue_reply(waiting, by=member(), seen=shown, text="From the second."))
    assert [mail["words"]["text"] for mail in answers(mails, waiting)] == ["From the first.", "From the second."]


def test_the_page_sends_undoes_and_shows_the_first_answer_to_the_second_person(
    waiting: Thread, web: Callable[..., Client], mails: Any
) -> None:
    page = f"/w/demo/inbox/{waiting.pk}/"
    one, two = web("operator"), web("admin")
    seen = answers_seen(waiting)
    html = one.get(f"{page}?write=reply").content.decode()
    assert ">Send</button>" in html
    assert one.post(f"{page}reply/", {"kind": "reply", "seen": seen, "text": TEXT})["Location"] == page
    assert ">Undo</button>" in one.get(page).content.decode()
    assert ">Undo</button>" in two.get(page).content.decode()
    warned = two.post(f"{page}reply/", {"kind": "reply", "seen": seen, "text": "Mine"})
    assert warned.status_code == 422
    html = warned.content.decode()
    assert "Operator Person answered this conversation meanwhile" in html
    assert "Mine" in html
    assert f'value="{answers_seen(waiting)}"' in html
    one.post(f"{page}undo/")
    html = one.get(page).content.decode()
    assert TEXT.splitlines()[0] in html
    assert ">Undo</button>" not in html
    assert answers(mails, waiting) == []


def test_what_is_typed_is_kept_on_the_server_and_others_see_who_writes(
    waiting: Thread, web: Callable[..., Client]
) -> None:
    page = f"/w/demo/inbox/{waiting.pk}/"
    assert web("operator").post(f"{page}draft/", {"kind": "reply", "text": "Half a sen"}).status_code == 200
    assert "Half a sen" in web("operator").get(page).content.decode()
    html = web("admin").get(page).content.decode()
    assert "Operator Person is writing an answer" in html
    assert "Half a sen" not in html


def test_an_e_mail_is_sent_on_with_copies(waiting: Thread, web: Callable[..., Client], mails: Any) -> None:
    page = f"/w/demo/inbox/{waiting.pk}/"
    typed = {
        "kind": "forward",
        "seen": answers_seen(waiting),
        "to": "cto@example.com",
        "cc": "a@example.com",
        "text": "See",
    }
    assert web("operator").post(f"{page}reply/", {**typed, "to": "no address"}).status_code == 422
    assert web("operator").post(f"{page}reply/", typed).status_code == 302
    reply = let_it_leave(Reply.objects.get(state=ReplyState.WAITING))
    assert reply.state == ReplyState.SENT
    (mail,) = answers(mails, waiting)
    assert (mail["recipients"], mail["cc"]) == ("cto@example.com", "a@example.com")


def test_no_audit_row_names_the_person_so_that_erasing_them_leaves_nothing_of_them(
    waiting: Thread, member: MemberOf
) -> None:
    by = member()
    queued(waiting, by)
    undo_reply(waiting, by=by)
    let_it_leave(queued(waiting, by))
    assign(waiting, to=by, by=by)
    mark_as_unread(waiting, by=by)
    mark_as_read(waiting, by=by)
    set_interest(waiting, 1, by=by)

    summaries = [
        f"{one.summary} {one.note} {one.after}" for one in AuditEvent.objects.filter(action__startswith="inbox")
    ]
    assert len(summaries) >= 9
    assert [words for words in summaries if waiting.lead in words] == []
    assert f"Answer undone before it left, conversation {waiting.pk}" in " ".join(summaries)


def test_a_worker_that_hung_does_not_send_words_that_were_rewritten_meanwhile(
    waiting: Thread, member: MemberOf, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = member()
    reply = queued(waiting, by)

    def much_later(_: Reply) -> str:
        undo_reply(waiting, by=by)
        queued(waiting, by, "Not Tuesday, Thursday.")
        Reply.objects.filter(pk=reply.pk).update(due_at=timezone.now() - timedelta(milliseconds=1))
        return ""

    monkeypatch.setattr(replies, "_why_not", much_later)
    assert let_it_leave(reply).state == ReplyState.WAITING
    assert answers(mails, waiting) == []
