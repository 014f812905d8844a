"""What is typed as an answer: limits, variables of the person, and drafts that do not take over each other."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from iexdg.inbox.errors import ReplyRefusedError
from iexdg.inbox.models import AnswerTemplate, Reply, ReplyKind, ReplyState, Thread
from iexdg.inbox.queries import answers_seen
from iexdg.inbox.replies import queue_reply, save_draft, undo_reply
from iexdg.inbox.typed import MOST_CHARACTERS
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
MemberOf = Callable[..., Member]
TOO_LONG = "y" * (MOST_CHARACTERS + 1)
SAYS_LIMIT = "The text has 100,001 characters; at most 100,000 can be sent."


@pytest.fixture
def thread(control: SandboxControl, workspace: Workspace) -> Thread:
    """A conversation with a person whose first name is known."""
    campaign = synced_campaign(workspace, "05A")
    Lead.objects.create(
        workspace=workspace, campaign=campaign, remote_id="l-1", email="ada@firm.example", first_name="Ada",
        synced_at=timezone.now(),
    )  # fmt: skip
    thread = Thread.objects.create(
        workspace=workspace, campaign=campaign, remote_id="t-1", lead="ada@firm.example", mailbox="me@sender.example",
        complete_at=timezone.now(),
    )  # fmt: skip
    thread.messages.create(
        remote_id="m-1", kind=2, at=timezone.now(), sender="ada@firm.example", mailbox="me@sender.example",
        subject="Hello", text="Yes?", read_at=timezone.now(),
    )  # fmt: skip
    return thread


def replied(thread: Thread, by: Member, text: str, *more: str) -> str:
    out = StringIO()
    call_command("reply", str(thread.pk), "--text", text, "--as", by.email, *more, stdout=out)
    return out.getvalue()


def test_a_text_that_is_too_long_is_refused_with_the_limit_and_never_cut(
    thread: Thread, member: MemberOf, web: Web
) -> None:
    page, seen = f"/w/demo/inbox/{thread.pk}/", answers_seen(thread)
    answer = web("operator").post(f"{page}reply/", {"kind": "reply", "seen": seen, "text": TOO_LONG})
    assert (answer.status_code, SAYS_LIMIT in answer.content.decode()) == (422, True)
    with pytest.raises(ReplyRefusedError, match=SAYS_LIMIT):
        queue_reply(thread, by=member(), seen=None, text=TOO_LONG)
    with pytest.raises(CommandError, match=SAYS_LIMIT):
        replied(thread, member(), TOO_LONG)
    said = web("operator").post(f"{page}draft/", {"kind": "reply", "text": TOO_LONG}).content.decode()
    assert said.startswith(f"The draft is not kept: {SAYS_LIMIT}")
    assert not Reply.objects.exists()
    assert 'maxlength="1' not in web("operator").get(f"{page}?write=forward").content.decode().partition("write")[2]


def test_addresses_and_an_inserted_template_are_not_cut_either(thread: Thread, member: MemberOf, web: Web) -> None:
    page, many = f"/w/demo/inbox/{thread.pk}/", ", ".join(f"person{number:03}@firm.example" for number in range(50))
    typed = {"kind": "forward", "seen": answers_seen(thread), "to": many, "text": "See below."}
    answer = web("operator").post(f"{page}reply/", typed)
    assert (answer.status_code, "To has 1,198 characters; at most 1,000" in answer.content.decode()) == (422, True)
    with pytest.raises(ReplyRefusedError, match="Cc has 1,198 characters"):
        save_draft(thread, by=member(), text="a", cc=many)
    template = AnswerTemplate.objects.create(
        workspace=thread.workspace, name="T", text="Hello", changed_at=timezone.now()
    )
    typed = {"kind": "reply", "text": TOO_LONG[:-1], "template": str(template.pk)}
    answer = web("operator").post(f"{page}insert/", typed)
    assert (answer.status_code, "at most 100,000 can be sent" in answer.content.decode()) == (422, True)
    assert not Reply.objects.exists()


def test_variables_in_typed_text_are_filled_in(thread: Thread, member: MemberOf, web: Web) -> None:
    typed = {"kind": "reply", "seen": answers_seen(thread), "text": "Hello {{firstName}}"}
    assert web("operator").post(f"/w/demo/inbox/{thread.pk}/reply/", typed).status_code == 302
    reply = Reply.objects.get()
    assert (reply.state, reply.text) == (ReplyState.WAITING, "Hello Ada")


def test_the_command_fills_in_and_its_next_step_is_one_that_it_has(thread: Thread, member: MemberOf) -> None:
    kept = save_draft(thread, by=member(), text="typed on the page")
    with pytest.raises(CommandError, match=r"No value for \{\{jobTitle\}\} is known of ada@firm\.example.*--as-is"):
        replied(thread, member(), "Dear {{firstName}}, {{jobTitle}}")
    assert [(one.pk, one.state, one.text) for one in Reply.objects.all()] == [
        (kept.pk, ReplyState.DRAFT, "typed on the page")
    ]
    replied(thread, member(), "Dear {{firstName}}, {{jobTitle}}", "--as-is")
    sent = Reply.objects.get(state=ReplyState.WAITING)
    assert (sent.text, sent.answers is not None) == ("Dear Ada, {{jobTitle}}", True)
    kept.refresh_from_db()
    assert (kept.state, kept.text) == (ReplyState.DRAFT, "typed on the page")

    assert undo_reply(thread, by=member())
    assert Reply.objects.get().text == "Dear Ada, {{jobTitle}}\n\ntyped on the page"


def test_a_forward_and_a_reply_are_drafts_of_their_own(thread: Thread, member: MemberOf, web: Web) -> None:
    client, page = web("operator"), f"/w/demo/inbox/{thread.pk}/"
    save_draft(thread, by=member(), text="my reply")
    typed = {"kind": "forward", "to": "boss@firm.example", "cc": "c@firm.example", "bcc": "b@firm.example", "text": "F"}
    assert client.post(f"{page}draft/", typed).content.decode() == "The draft is kept while you type."
    assert set(Reply.objects.values_list("kind", "text")) == {("reply", "my reply"), ("forward", "F")}
    assert "my reply" in client.get(f"{page}?write=reply").content.decode()
    assert "boss@firm.example" in client.get(f"{page}?write=forward").content.decode()
    Reply.objects.filter(kind=ReplyKind.REPLY).update(saved_at=timezone.now() + timedelta(seconds=1))
    assert "my reply" in client.get(page).content.decode()

    queue_reply(thread, by=member(), seen=None, **typed)
    html = client.get(page).content.decode()
    assert "forwards to boss@firm.example · cc c@firm.example · bcc b@firm.example" in html
    assert Reply.objects.get(state=ReplyState.DRAFT).text == "my reply"
