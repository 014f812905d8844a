"""`manage.py inbox` and `manage.py reply`: one object, the names that others rely on, and honest exit codes."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from iexdg.inbox.management.commands import reply as command
from iexdg.inbox.models import InboxReading, Reply, Thread
from iexdg.team.models import Member
from tests.iexdg.inbox.conftest import mails, mirrored, waiting

pytestmark = pytest.mark.django_db
__all__ = ["mails", "mirrored", "waiting"]
MemberOf = Callable[..., Member]


def ran(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_inbox_is_one_object_with_the_agreed_names(waiting: Thread) -> None:
    found = ran("inbox")
    assert set(found) == {"threads", "as_of"}
    names = {"id", "lead", "campaign", "mailbox", "received_at", "automatic", "interest", "answered"}
    assert all(set(one) == names for one in found["threads"])
    assert len(found["threads"]) == Thread.objects.count()
    unanswered = ran("inbox", "--unanswered")["threads"]
    assert unanswered[0]["id"] == waiting.pk
    assert not any(one["automatic"] or one["answered"] for one in unanswered)


def test_in_words_a_conversation_has_its_minute(waiting: Thread) -> None:
    Thread.objects.filter(pk=waiting.pk).update(received_at="2026-11-22T06:43:12.123456+00:00", campaign=None)
    out = StringIO()
    call_command("inbox", "--unanswered", stdout=out)
    assert out.getvalue().splitlines()[1] == f"{waiting.pk}  {waiting.lead}  2026-11-22 06:43 UTC  -"


def test_an_inbox_that_was_read_long_ago_is_read_first(waiting: Thread) -> None:
    InboxReading.objects.update(read_at=timezone.now() - timedelta(hours=1), budget_until=None)
    assert ran("inbox")["as_of"] > (timezone.now() - timedelta(minutes=1)).isoformat()


def test_an_answer_without_waiting_waits_for_its_time(waiting: Thread, member: MemberOf, mails: Any) -> None:
    said = ran("reply", str(waiting.pk), "--text", "Thank you.", "--as", member().email)
    assert (said["state"], said["thread"]) == ("waiting", waiting.pk)
    assert [mail for mail in mails.values() if mail["type"] == 3 and mail["thread"] == waiting.remote_id] == []


def test_with_wait_it_is_sent_and_read_back(
    waiting: Thread, member: MemberOf, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pass_time(seconds: float) -> None:
        Reply.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    monkeypatch.setattr(command.time, "sleep", pass_time)
    said = ran("reply", waiting.remote_id, "--text", "Thank you.", "--as", member().email, "--wait")
    assert (said["state"], bool(said["confirmed_at"])) == ("sent", True)
    (mail,) = [mail for mail in mails.values() if mail["type"] == 3 and mail["thread"] == waiting.remote_id]
    assert mail["words"]["text"] == "Thank you."


@pytest.mark.parametrize(
    ("thread", "text", "role", "words"),
    [
        ("99999", "x", "operator", "No conversation 99999"),
        ("", "x", "viewer", "may not"),
    ],
)
def test_what_cannot_be_done_fails_with_one_line(
    thread: str, text: str, role: str, words: str, waiting: Thread, member: MemberOf
) -> None:
    with pytest.raises(CommandError, match=words):
        ran("reply", thread or str(waiting.pk), "--text", text, "--as", member(role).email)
