"""Every call on the inbox."""

from datetime import UTC, datetime
from typing import Any

from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.emails import Draft, EmailFilter

ID, EMAIL = "c-1", "ada@example.com"
MOMENT = datetime(2026, 11, 23, 15, tzinfo=UTC)
SENDER = "exec@peers.example.com"
ANY_ID = "0199aaaa-0000-7000-8000-000000000000"
EVERY_FILTER = EmailFilter(
    campaign_remote_id=ANY_ID,
    lead="jane@example.com",
    search="jane@example.com",
    mailboxes=(SENDER, "team@peers.example.com"),
    kind="received",
    mode="emode_focused",
    is_unread=True,
    has_reminder=False,
    is_done=False,
    interest_status=-1,
    company_domain="example.com",
    list_remote_id=ANY_ID,
    assigned_to=ANY_ID,
    created_from=MOMENT,
    created_to=MOMENT,
    latest_of_thread=True,
    scheduled_only=True,
    preview_only=True,
)


WORDS = Draft(subject="Hi", text="Hi")
CALLS = {
    "emails.list": lambda client: list(client.emails.list()),
    "emails.of_thread": lambda client: list(client.emails.of_thread(ID)),
    "emails.get": lambda client: client.emails.get(ID),
    "emails.unread_count": lambda client: client.emails.unread_count(),
    "emails.reply": lambda client: client.emails.reply(ID, WORDS, sender=EMAIL),
    "emails.forward": lambda client: client.emails.forward(ID, WORDS, sender=EMAIL, to=[EMAIL]),
    "emails.mark": lambda client: client.emails.mark(ID, unread=False),
    "emails.remind": lambda client: client.emails.remind(ID, None),
    "emails.delete": lambda client: client.emails.delete(ID),
    "emails.mark_thread_as_read": lambda client: client.emails.mark_thread_as_read(ID),
}
WRITES = {
    "emails.reply", "emails.forward", "emails.mark", "emails.remind", "emails.delete", "emails.mark_thread_as_read",
}  # fmt: skip


def call_all(client: InstantlyClient, world_time: Any) -> None:
    del world_time
    list(client.emails.list(EVERY_FILTER, oldest_first=True))
    received = next(client.emails.list(EmailFilter(kind="received")))
    assert received.thread_remote_id
    client.emails.get(received.remote_id)
    draft = Draft(subject="Re: Hi", html="<div>Yes</div>", text="Yes", cc=("a@example.com",), bcc=("b@example.com",))
    answer = client.emails.reply(received.remote_id, draft, sender=SENDER, additional_recipients=("other@example.com",))
    client.emails.forward(answer.remote_id, draft, sender=SENDER, to=("desk@example.com", "two@example.com"))
    client.emails.forward(
        answer.remote_id, Draft(subject="Fwd"), sender=SENDER, to=("desk@example.com",), include_original=True
    )
    list(client.emails.of_thread(received.thread_remote_id))
    client.emails.mark(received.remote_id, unread=True)
    client.emails.remind(received.remote_id, MOMENT)
    client.emails.remind(received.remote_id, None)
    client.emails.unread_count()
    client.emails.mark_thread_as_read(received.thread_remote_id)
    client.emails.delete(answer.remote_id)
