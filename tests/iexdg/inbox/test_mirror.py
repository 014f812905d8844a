"""The mirror of the inbox: what is stored, what is derived, the budget, and what failed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from iexdg.inbox.budget import MOST_A_MINUTE, take_list_call
from iexdg.inbox.mirror import read_inbox, read_thread
from iexdg.inbox.models import Gap, InboxReading, Kind, Message, Thread
from iexdg.inbox.queries import ALL, ThreadFilters, filtered_threads
from iexdg.workspaces.models import Workspace
from tests.iexdg.inbox.conftest import read_all
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
RECEIVED, MANUAL = 2, 3


def received_in(mails: Any) -> set[str]:
    return {mail["id"] for mail in mails.values() if mail["type"] in (RECEIVED, MANUAL)}


def test_every_reply_and_every_answer_by_hand_is_stored_once(mirrored: Workspace, mails: Any) -> None:
    stored = Message.objects.filter(kind__in=[Kind.RECEIVED, Kind.MANUAL])
    assert set(stored.values_list("remote_id", flat=True)) == received_in(mails)
    before = stored.count(), Thread.objects.count()
    read_all(mirrored)
    assert (stored.count(), Thread.objects.count()) == before


def test_what_waits_is_what_a_person_wrote_and_nobody_answered(mirrored: Workspace, mails: Any, sandbox: Any) -> None:
    expected = {
        mail["thread"]
        for mail in mails.values()
        if mail["type"] == RECEIVED and not mail.get("is_auto")
        if not any(
            one["type"] == MANUAL and one["thread"] == mail["thread"] and one["at"] >= mail["at"]
            for one in mails.values()
        )
    }
    found = list(filtered_threads(mirrored, ThreadFilters(), None))
    assert expected
    assert {thread.remote_id for thread in found} == expected
    since = [thread.waits_since for thread in found]
    assert since == sorted(since, key=lambda moment: moment or timezone.now())
    assert all(thread.campaign_id and thread.mailbox and thread.lead for thread in found)


def test_an_automatic_reply_never_waits(mirrored: Workspace, mails: Any) -> None:
    automatic = {mail["thread"] for mail in mails.values() if mail.get("is_auto")}
    people = {mail["thread"] for mail in mails.values() if mail["type"] == RECEIVED and not mail.get("is_auto")}
    only = Thread.objects.filter(remote_id__in=automatic - people)
    assert only.exists()
    assert not only.filter(waits_since__isnull=False).exists()
    assert only.filter(is_automatic=True).count() == only.count()


def test_a_conversation_is_complete_with_what_the_campaign_sent(waiting: Thread, mails: Any) -> None:
    read_thread(waiting)
    stored = set(Message.objects.filter(thread=waiting).values_list("remote_id", flat=True))
    assert stored == {mail["id"] for mail in mails.values() if mail["thread"] == waiting.remote_id}
    waiting.refresh_from_db()
    assert waiting.complete_at is not None


def test_what_was_deleted_at_instantly_is_removed_with_its_conversation_read(waiting: Thread, mails: Any) -> None:
    read_thread(waiting)
    gone = next(mail for mail in mails.values() if mail["thread"] == waiting.remote_id and mail["type"] == RECEIVED)
    del mails[gone["id"]]
    Message.objects.update(read_at=timezone.now() - timedelta(hours=1))
    read_thread(waiting)
    assert not Message.objects.filter(remote_id=gone["id"]).exists()
    waiting.refresh_from_db()
    assert waiting.waits_since is None


def test_a_minute_has_no_more_list_calls_than_instantly_allows(workspace: Workspace) -> None:
    granted = sum(take_list_call(workspace) for _ in range(50))
    spent = InboxReading.objects.get(workspace=workspace).budget_until
    assert spent is not None
    # In the rest of the minute the budget grows by one call every five seconds.
    assert granted == 8
    assert (spent - timezone.now()).total_seconds() == pytest.approx(40, abs=2)
    assert granted + 60 // 5 == MOST_A_MINUTE


def test_without_a_budget_nothing_is_asked(workspace: Workspace, control: SandboxControl) -> None:
    while take_list_call(workspace):
        pass
    read_inbox(workspace)
    assert control.log(path="/emails") == []
    assert InboxReading.objects.get().read_at is None


def test_a_second_reading_at_the_same_time_returns_at_once(workspace: Workspace, control: SandboxControl) -> None:
    InboxReading.objects.create(workspace=workspace, lease_until=timezone.now() + timedelta(seconds=30))
    assert not read_inbox(workspace)
    assert control.log(path="/emails") == []


def test_a_page_that_failed_is_read_again_and_nothing_is_lost(
    control: SandboxControl, workspace: Workspace, mails: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iexdg.inbox.mirror.MOST_PER_PAGE", 5)
    monkeypatch.setattr("iexdg.clients.instantly.answers.MOST_PER_PAGE", 5)
    read_inbox(workspace)
    assert Gap.objects.exists()
    control.faults({"match": {"method": "GET", "path": "/emails"}, "do": "status", "value": 500, "times": 40})
    InboxReading.objects.update(budget_until=None)
    read_inbox(workspace)
    row = InboxReading.objects.get()
    assert row.error
    control.faults()
    for _ in range(40):
        read_all(workspace)
        if not Gap.objects.exists():
            break
    assert set(Message.objects.values_list("remote_id", flat=True)) >= received_in(mails)
    assert InboxReading.objects.get().error == ""


def test_a_reader_that_died_after_it_stored_has_said_so(
    mirrored: Workspace, control: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = InboxReading.objects.get().changed_at
    campaign = control.id_of("05A Executive-Peer")
    control.advance(60)
    control.event("reply", campaign, control.leads_in(campaign)[0])
    InboxReading.objects.update(budget_until=None)
    granted = iter([True])

    def killed(_: Workspace) -> bool:
        if not next(granted, False):
            raise SystemExit
        return True

    with monkeypatch.context() as patched:
        patched.setattr("iexdg.inbox.mirror.take_list_call", killed)
        with pytest.raises(SystemExit):
            read_inbox(mirrored)
    # What reads on only where the inbox has changed, as the CRM does, finds the reply.
    after = InboxReading.objects.get().changed_at
    assert before is not None
    assert after is not None
    assert after > before


def test_all_conversations_are_listed_newest_first(mirrored: Workspace) -> None:
    times = [thread.newest_at for thread in filtered_threads(mirrored, ThreadFilters(show=ALL), None)]
    assert times == sorted(times, key=lambda moment: moment or timezone.now(), reverse=True)
