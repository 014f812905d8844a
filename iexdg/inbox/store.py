"""Stores e-mails as Instantly listed them, and derives each conversation from its messages. Only this module does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.instantly.emails import Email
from iexdg.inbox.models import FIRST_MOMENT, InboxReading, Kind, Message, Thread, ThreadWords
from iexdg.inbox.words import file_names, search_words, split_quoted, text_of_html
from iexdg.workspaces.models import Workspace
from leads.models import PeopleChange, PeopleChangeState, PeopleWanted

_LONGEST_BODY = 200_000
# Instantly may list an e-mail a moment after it said that it was sent: until then it is not gone.
_MAY_BE_LATE = timedelta(minutes=10)
# A deletion that was confirmed is carried out here at the next tick; looked for again while no tick may have run.
_FORGOTTEN_WITHIN = timedelta(days=2)
_FIELDS = (
    "kind", "at", "sender", "recipients", "cc", "mailbox", "subject", "text", "html", "preview", "files", "step",
    "campaign_remote_id", "lead", "interest", "is_automatic", "is_unread",
)  # fmt: skip
_DERIVED = (
    "campaign", "lead", "mailbox", "subject", "preview", "interest", "unread", "has_unread", "is_automatic",
    "is_answered", "newest_at", "listed_at", "received_at", "waits_since",
)  # fmt: skip


def store_emails(workspace: Workspace, emails: Sequence[Email]) -> None:
    """Store e-mails with their conversations; what is there already as it was read changes nothing."""
    named = [email for email in emails if email.thread_remote_id and len(email.thread_remote_id) <= 128]
    if not named:
        return
    now = timezone.now()
    with transaction.atomic():
        threads = _threads(workspace, {str(email.thread_remote_id) for email in named})
        rows = {
            (threads[str(email.thread_remote_id)].pk, email.remote_id[:64]): _message(
                email, threads[str(email.thread_remote_id)], now
            )
            for email in named
        }
        changed = _changed(rows)
        if not changed:
            return
        Message.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["thread", "remote_id"],
            update_fields=[*_FIELDS, "read_at"],
            batch_size=200,
        )
        derive(workspace, {row.thread_id for row in changed})
        _note_change(workspace)


def store_complete(thread: Thread, emails: Sequence[Email], *, began_at: datetime, is_complete: bool) -> None:
    """Store every e-mail of one conversation; what is no longer listed is removed, unless it is very new."""
    own = [email for email in emails if email.thread_remote_id in (None, thread.remote_id)]
    mine = [email if email.thread_remote_id else _in_thread(email, thread) for email in own]
    with transaction.atomic():
        store_emails(thread.workspace, mine)
        gone = Message.objects.filter(thread=thread, read_at__lt=began_at - _MAY_BE_LATE)
        gone = gone.exclude(remote_id__in=[email.remote_id for email in mine])
        if is_complete and mine and gone.exists():
            gone.delete()
            derive(thread.workspace, {thread.pk})
            _note_change(thread.workspace)
        Thread.objects.filter(pk=thread.pk).update(complete_at=began_at, wanted_at=None)


def forget_deleted(workspace: Workspace) -> bool:
    """Remove the e-mails here that were confirmed to be deleted at Instantly; a conversation without any goes too."""
    confirmed = PeopleChange.objects.filter(
        workspace=workspace, wanted=PeopleWanted.DELETE_EMAIL, state=PeopleChangeState.CONFIRMED,
        closed_at__gte=timezone.now() - _FORGOTTEN_WITHIN,
    )  # fmt: skip
    remote_ids = list(confirmed.order_by("pk").values_list("remote_id", flat=True))
    changed = False
    for place in range(0, len(remote_ids), 500):
        part = remote_ids[place : place + 500]
        gone = Message.objects.filter(thread__workspace=workspace, remote_id__in=part)
        threads = set(gone.values_list("thread", flat=True))
        if not threads:
            continue
        with transaction.atomic():
            gone.delete()
            left = set(Message.objects.filter(thread__in=threads).values_list("thread", flat=True))
            Thread.objects.filter(pk__in=threads - left).delete()
            derive(workspace, left)
            _note_change(workspace)
        changed = True
    return changed


@transaction.atomic(savepoint=False)
def derive(workspace: Workspace, thread_pks: Iterable[int]) -> None:
    """Derive conversations and their words from their messages again, in a fixed number of queries."""
    wanted = set(thread_pks)
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(thread__in=wanted).defer("html", "files").order_by("at", "pk"):
        found[message.thread_id].append(message)
    remote_ids = {one.campaign_remote_id for messages in found.values() for one in messages if one.campaign_remote_id}
    named = Campaign.objects.filter(workspace=workspace, remote_id__in=remote_ids).values_list("remote_id", "pk")
    campaigns: dict[str, int] = dict(named)
    threads = list(Thread.objects.filter(pk__in=wanted).select_for_update().order_by("pk"))
    for thread in threads:
        _derive(thread, found[thread.pk], campaigns)
    # A bulk update takes forty times as long; the lock above keeps a row from being made again by this.
    Thread.objects.bulk_create(
        threads, update_conflicts=True, unique_fields=["id"], update_fields=_DERIVED, batch_size=200
    )
    words = [ThreadWords(thread=thread, words=words_of(thread, found[thread.pk])) for thread in threads]
    ThreadWords.objects.bulk_create(
        words, update_conflicts=True, unique_fields=["thread"], update_fields=["words"], batch_size=200
    )


def words_of(thread: Thread, messages: Sequence[Message]) -> str:
    """The words by which a conversation is found: of its addresses and subjects, and what each e-mail says itself."""
    texts = [thread.lead, thread.mailbox]
    for one in messages:
        texts += [one.sender, one.recipients, one.cc, one.subject, split_quoted(one.text or one.preview).own]
    return " ".join(search_words(*texts))


def _derive(thread: Thread, messages: Sequence[Message], campaigns: Mapping[str, int]) -> None:
    received = [one for one in messages if one.kind == Kind.RECEIVED]
    people = [one for one in received if not one.is_automatic]
    shown = (people or received or messages or [Message()])[-1]
    waiting = _waiting(messages, people)
    thread.lead = _last(messages, "lead").lower()
    thread.mailbox = _last(received or messages, "mailbox").lower()
    thread.campaign_id = campaigns.get(_last(messages, "campaign_remote_id"))
    thread.subject, thread.preview = shown.subject, shown.preview
    thread.interest = next((one.interest for one in reversed(messages)), None)
    thread.unread = sum(one.is_unread for one in received)
    thread.has_unread = thread.unread > 0
    thread.is_automatic = bool(received) and not people
    thread.is_answered = bool(people) and not waiting
    thread.waits_since = min(waiting, default=None)
    thread.received_at = _newest(received)
    _place(thread, _newest(messages))


def _place(thread: Thread, newest_at: datetime | None) -> None:
    """Say when a conversation was last written in, and where it stands in lists."""
    thread.newest_at = newest_at
    thread.listed_at = newest_at or FIRST_MOMENT


def _waiting(messages: Sequence[Message], people: Sequence[Message]) -> list[datetime]:
    """When the replies of people came that nobody answered by hand."""
    answered_at = _newest([one for one in messages if one.kind == Kind.MANUAL])
    return [one.at for one in people if one.at and (answered_at is None or one.at > answered_at)]


def _newest(messages: Sequence[Message]) -> datetime | None:
    return max((one.at for one in messages if one.at and one.kind != Kind.SCHEDULED), default=None)


def _last(messages: Sequence[Message], name: str) -> str:
    """The newest value of a column that is not empty."""
    return next((str(value) for one in reversed(messages) if (value := getattr(one, name))), "")


def _threads(workspace: Workspace, remote_ids: set[str]) -> dict[str, Thread]:
    Thread.objects.bulk_create(
        [Thread(workspace=workspace, remote_id=remote_id) for remote_id in sorted(remote_ids)], ignore_conflicts=True
    )
    rows = Thread.objects.filter(workspace=workspace, remote_id__in=remote_ids).only("pk", "remote_id")
    return {row.remote_id: row for row in rows}


def _changed(rows: Mapping[tuple[int, str], Message]) -> list[Message]:
    """Those that are new or differ from what is stored; what was read twice changes nothing."""
    stored = Message.objects.filter(
        thread__in={thread for thread, _ in rows}, remote_id__in=[remote_id for _, remote_id in rows]
    )
    before = {(one.thread_id, one.remote_id): one for one in stored}
    same = {key for key, one in before.items() if key in rows and _facts(one) == _facts(rows[key])}
    Message.objects.filter(pk__in=[before[key].pk for key in same]).update(read_at=timezone.now())
    return [row for key, row in rows.items() if key not in same]


def _note_change(workspace: Workspace) -> None:
    """Record that the inbox has changed, with the change: who reads on only then must not miss it after a crash."""
    InboxReading.objects.filter(workspace=workspace).update(changed_at=timezone.now())


def _facts(message: Message) -> tuple[Any, ...]:
    return tuple(getattr(message, name) for name in _FIELDS)


def _in_thread(email: Email, thread: Thread) -> Email:
    return Email.model_validate({**email.raw, "thread_id": thread.remote_id})


def _message(email: Email, thread: Thread, now: datetime) -> Message:
    html = email.body.get("html")
    html = _stored(html) if isinstance(html, str) else ""
    files = email.raw.get("attachment_json")
    listed = files.get("files") if isinstance(files, Mapping) else None
    return Message(
        thread=thread,
        remote_id=email.remote_id[:64],
        kind=email.kind,
        at=email.sent_at or email.created_at,
        sender=_stored(email.sender)[:320],
        recipients=_stored(email.recipients)[:1000],
        cc=_stored(email.raw.get("cc_address_email_list"))[:1000],
        mailbox=_stored(email.mailbox)[:320],
        subject=_stored(email.subject)[:300],
        text=_text(email, html),
        html=html,
        preview=" ".join(_stored(email.preview).split())[:200],
        files=file_names(listed) if isinstance(listed, list) else [],
        step=_stored(email.step)[:32],
        campaign_remote_id=_stored(email.campaign_remote_id)[:64],
        lead=_stored(email.lead)[:320],
        interest=email.interest_status,
        is_automatic=bool(email.is_auto_reply),
        is_unread=bool(email.is_unread),
        read_at=now,
    )


def _text(email: Email, html: str) -> str:
    found = email.body.get("text")
    if isinstance(found, str) and found.strip():
        return _stored(found)
    return text_of_html(html) if html else _stored(email.preview)


def _stored(value: object) -> str:
    """A text as a database takes it: no NUL, no half of a surrogate pair, and not longer than anyone reads."""
    if not isinstance(value, str):
        return ""
    return value[:_LONGEST_BODY].replace("\x00", "").encode("utf-8", "ignore").decode()
