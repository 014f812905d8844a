"""E-mails: the inbox with its threads, answers to them, and tests to oneself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import Field

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import (
    MOST_PER_PAGE,
    Page,
    checked_limit,
    identified,
    one,
    page_of,
    understood,
    walk,
)
from iexdg.clients.instantly.model import Count, Flag, Integer, Model, Moment, Object, Text, TextOrEmpty

_PATH = "emails"
_TEST = "emails/test"
# Source: docs/api/instantly-facts.md §1, Rate limits: both beside the limit of the workspace.
_LISTS_A_MINUTE, _TESTS_A_MINUTE = 20, 10
# Source: OpenAPI sendTestEmail, 200 with {error} (read 2026-11-22).
_WORDS = {
    "ACC_AUTH_ERROR": "Instantly could not sign in to the sending account",
    "ACC_NOT_FOUND": "the sending account is not in this workspace",
    "ACC_UNKNOWN_ERROR": "the sending account failed for a reason that Instantly does not name",
}


class SenderRefusedError(ClientError):
    """The answer was 200 and said inside that nothing was sent."""

    code = "sender_refused"
    happened = "sent nothing"
    advice = "Reconnect the sending account, or choose another one."


class Email(Model):
    """One e-mail that was sent or received; `kind` is Instantly's ue_type, `thread_remote_id` its conversation.

    Source: docs/api/instantly-facts.md §2.0: 1 sent from a campaign, 2 received, 3 sent by hand, 4 scheduled.
    """

    required = ("remote_id",)

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    sent_at: Moment = Field(None, validation_alias="timestamp_email")
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    subject: Text = None
    sender: Text = Field(None, validation_alias="from_address_email")
    recipients: Text = Field(None, validation_alias="to_address_email_list")
    mailbox: Text = Field(None, validation_alias="eaccount")
    body: Object = Field(default_factory=dict)
    preview: Text = Field(None, validation_alias="content_preview")
    kind: Integer = Field(None, validation_alias="ue_type")
    is_auto_reply: Integer = None
    is_unread: Integer = None
    thread_remote_id: Text = Field(None, validation_alias="thread_id")
    campaign_remote_id: Text = Field(None, validation_alias="campaign_id")
    subsequence_remote_id: Text = Field(None, validation_alias="subsequence_id")
    lead: Text = None
    lead_remote_id: Text = Field(None, validation_alias="lead_id")
    interest_status: Integer = Field(None, validation_alias="i_status")
    reminder_at: Moment = Field(None, validation_alias="reminder_ts")
    step: Text = None

    @property
    def words(self) -> str:
        """What it says, as plain text; Instantly's preview where it sent none."""
        found = self.body.get("text")
        return found if isinstance(found, str) and found.strip() else self.preview or ""


class _UnreadCount(Model):
    required = ("count",)

    count: Count = None


class _Success(Model):
    required = ("success",)

    success: Flag = None


@dataclass(frozen=True, kw_only=True)
class EmailFilter:
    """Which e-mails to list; what is None or False filters nothing.

    Shapes: search - the address of a lead, or "thread:<id>"; kind - "received", "sent" or "manual"; mode -
        "emode_focused", "emode_others" or "emode_all"; created_from, created_to - times with a zone.
    """

    campaign_remote_id: str | None = None
    lead: str | None = None
    search: str | None = None
    mailboxes: Sequence[str] = ()
    kind: str | None = None
    mode: str | None = None
    is_unread: bool | None = None
    has_reminder: bool | None = None
    is_done: bool | None = None
    interest_status: int | None = None
    company_domain: str | None = None
    list_remote_id: str | None = None
    assigned_to: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    latest_of_thread: bool = False
    scheduled_only: bool = False
    preview_only: bool = False

    def query(self) -> Mapping[str, Any]:
        """Return the parameters by Instantly's names."""
        wanted: dict[str, Any] = {
            "campaign_id": self.campaign_remote_id,
            "lead": self.lead,
            "search": self.search,
            "eaccount": ",".join(self.mailboxes) or None,
            "email_type": self.kind,
            "mode": self.mode,
            "is_unread": _word(self.is_unread),
            "has_reminder": _word(self.has_reminder),
            "marked_as_done": _word(self.is_done),
            "i_status": self.interest_status,
            "company_domain": self.company_domain,
            "list_id": self.list_remote_id,
            "assigned_to": self.assigned_to,
            "min_timestamp_created": self.created_from.isoformat() if self.created_from else None,
            "max_timestamp_created": self.created_to.isoformat() if self.created_to else None,
            "latest_of_thread": _word(self.latest_of_thread or None),
            "scheduled_only": _word(self.scheduled_only or None),
            "preview_only": _word(self.preview_only or None),
        }
        return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is written by hand: at least one of html and text, and whom else it goes to."""

    subject: str
    html: str | None = None
    text: str | None = None
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()

    def body(self) -> Mapping[str, Any]:
        """Return the fields of a request by Instantly's names."""
        words = {name: value for name, value in (("html", self.html), ("text", self.text)) if value}
        more = {"cc_address_email_list": ",".join(self.cc), "bcc_address_email_list": ",".join(self.bcc)}
        parts = {"body": words} if words else {}
        return {"subject": self.subject, **parts, **{name: value for name, value in more.items() if value}}


class Emails:
    """Source: docs/api/instantly-facts.md §1 and §2.5, emails (read 2026-11-27).

    Listing has a budget of its own, 20 calls a minute, and tests have one of 10: a call waits until it fits.
    """

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport
        self._list_limit = transport.own_limit(_LISTS_A_MINUTE, period_s=60)
        self._test_limit = transport.own_limit(_TESTS_A_MINUTE, period_s=60)

    def list(
        self,
        wanted: EmailFilter | None = None,
        *,
        oldest_first: bool = False,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Email]:
        """Yield the e-mails that a filter means, the newest first, page by page; 20 pages a minute in all."""
        order = "asc" if oldest_first else "desc"
        query = {**(wanted or EmailFilter()).query(), "sort_order": order, "limit": checked_limit(limit)}

        def fetch(cursor: str | None) -> Page[Email]:
            asked = {**query, "starting_after": cursor}
            return page_of(
                self._transport.request("GET", _PATH, query=asked, lane=lane, own_limit=self._list_limit), Email
            )

        return walk(fetch)

    def of_lead(self, email: str, campaign_remote_id: str, *, lane: Lane = Lane.BULK) -> Iterator[Email]:
        """Yield the e-mails with one lead of a campaign, the newest first, page by page; 20 calls a minute in all."""
        return self.list(EmailFilter(lead=email, campaign_remote_id=campaign_remote_id), lane=lane)

    def of_thread(self, thread_remote_id: str, *, lane: Lane = Lane.BULK) -> Iterator[Email]:
        """Yield the e-mails of one conversation, the oldest first; counts as listing."""
        return self.list(EmailFilter(search=f"thread:{thread_remote_id}"), oldest_first=True, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Email:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        identified(answer, remote_id)
        return understood(answer, Email)

    def unread_count(self, *, lane: Lane = Lane.BULK) -> int:
        """Return how many e-mails of the workspace were not read yet."""
        return understood(self._transport.request("GET", f"{_PATH}/unread/count", lane=lane), _UnreadCount).count or 0

    def reply(
        self,
        to_remote_id: str,
        draft: Draft,
        *,
        sender: str,
        additional_recipients: Sequence[str] = (),
        lane: Lane = Lane.BULK,
    ) -> Email:
        """Answer an e-mail from one of our mailboxes; never repeated automatically: that would be a second e-mail.

        Raises: ValueError - it says nothing, nothing was sent; ClientError - see its `outcome_unknown`, then list the
            thread before trying again.
        """
        body: dict[str, Any] = {**draft.body(), "eaccount": sender, "reply_to_uuid": to_remote_id}
        if "body" not in body:
            raise ValueError("a reply needs html or text")
        if additional_recipients:
            body["additional_recipients"] = [*additional_recipients]
        return understood(self._transport.request("POST", f"{_PATH}/reply", body=body, lane=lane), Email)

    def forward(
        self,
        remote_id: str,
        draft: Draft,
        *,
        sender: str,
        to: Sequence[str],
        include_original: bool = True,
        lane: Lane = Lane.BULK,
    ) -> Email:
        """Send an e-mail on to others; never repeated automatically.

        Raises: ValueError - nobody to send it to, or nothing to send; nothing was sent.
        """
        if not to:
            raise ValueError("forwarding needs a recipient")
        body: dict[str, Any] = {**draft.body(), "eaccount": sender, "reply_to_uuid": remote_id}
        body["to_address_email_list"] = ",".join(to)
        if include_original:
            body["include_original_body"] = True
        elif "body" not in body:
            raise ValueError("forwarding needs words or the original e-mail")
        return understood(self._transport.request("POST", f"{_PATH}/forward", body=body, lane=lane), Email)

    def mark(self, remote_id: str, *, unread: bool, lane: Lane = Lane.BULK) -> Email:
        """Mark one e-mail as unread or as read; may be repeated."""
        return self._patch(remote_id, {"is_unread": int(unread)}, lane)

    def remind(self, remote_id: str, at: datetime | None, *, lane: Lane = Lane.BULK) -> Email:
        """Set when to be reminded of an e-mail, a time with a zone; None takes the reminder off. May be repeated."""
        return self._patch(remote_id, {"reminder_ts": at.isoformat() if at else None}, lane)

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove one e-mail from the inbox; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def mark_thread_as_read(self, thread_remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Mark every e-mail of a conversation as read; may be repeated.

        Raises: UnexpectedAnswerError - the answer does not say that it was done.
        """
        path = f"{_PATH}/threads/{quote(thread_remote_id, safe='')}/mark-as-read"
        answer = self._transport.request("POST", path, lane=lane, repeatable=True)
        if not understood(answer, _Success).success:
            raise answer.unexpected("it does not say that the thread was marked")

    def _patch(self, remote_id: str, fields: Mapping[str, Any], lane: Lane) -> Email:
        path = f"{_PATH}/{remote_id}"
        answer = self._transport.request("PATCH", path, body=fields, lane=lane, repeatable=True)
        identified(answer, remote_id)
        return understood(answer, Email)

    def send_test(self, sender: str, to: str, *, subject: str, html: str, lane: Lane = Lane.BULK) -> None:
        """Send one e-mail from a sending account to a person of our own; ten a minute for the whole workspace.

        Never repeated automatically: a second one would be a second e-mail.
        Raises: SenderRefusedError - 200 with an error inside, nothing was sent; RateLimitError - too many;
            UnexpectedAnswerError - the answer cannot be understood, so it may have been sent.
        """
        body = {"eaccount": sender, "to_address_email_list": to, "subject": subject, "body": {"html": html}}
        answer = self._transport.request("POST", _TEST, body=body, lane=lane, own_limit=self._test_limit)
        said = one(answer)
        code = said.get("error")
        if code is not None and not isinstance(code, str):
            raise answer.unexpected("error could not be understood")
        if not code and said.get("status") != "success":
            raise answer.unexpected("it says neither that the e-mail was sent nor why it was not")
        if code:
            words = _WORDS.get(code, f"Instantly answered {code}")
            raise SenderRefusedError(
                words, status=200, method=answer.method, path=answer.path, is_write=True, request_arrived=True
            )


def _word(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()
