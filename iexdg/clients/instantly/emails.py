"""E-mails: tests to oneself, and what was sent to a lead and came back."""

from collections.abc import Iterator

from pydantic import Field

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, listed, one
from iexdg.clients.instantly.model import Integer, Model, Moment, Object, Text, TextOrEmpty

_PATH = "emails"
_TEST = "emails/test"
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
    advice = "Reconnect the sending account in Instantly, or choose another one."


class Email(Model):
    """One e-mail that was sent or received; `kind` is Instantly's ue_type.

    Source: docs/api/instantly-facts.md §2.0: 1 sent from a campaign, 2 received, 3 sent by hand, 4 scheduled.
    """

    required = ("remote_id",)

    remote_id: TextOrEmpty = Field("", validation_alias="id")
    sent_at: Moment = Field(None, validation_alias="timestamp_email")
    subject: Text = None
    sender: Text = Field(None, validation_alias="from_address_email")
    recipients: Text = Field(None, validation_alias="to_address_email_list")
    body: Object = Field(default_factory=dict)
    preview: Text = Field(None, validation_alias="content_preview")
    kind: Integer = Field(None, validation_alias="ue_type")
    is_auto_reply: Integer = None

    @property
    def words(self) -> str:
        """What it says, as plain text; Instantly's preview where it sent none."""
        found = self.body.get("text")
        return found if isinstance(found, str) and found.strip() else self.preview or ""


class Emails:
    """Source: docs/api/instantly-facts.md §2, emails (read 2026-11-22)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def of_lead(self, email: str, campaign_remote_id: str, *, lane: Lane = Lane.BULK) -> Iterator[Email]:
        """Yield the e-mails with one lead of a campaign, the newest first, page by page; 20 calls a minute in all."""
        query = {"lead": email, "campaign_id": campaign_remote_id, "sort_order": "desc", "limit": MOST_PER_PAGE}
        return listed(self._transport, _PATH, Email, query, lane=lane)

    def send_test(self, sender: str, to: str, *, subject: str, html: str, lane: Lane = Lane.BULK) -> None:
        """Send one e-mail from a sending account to a person of our own; ten a minute for the whole workspace.

        Never repeated automatically: a second one would be a second e-mail.
        Raises: SenderRefusedError - 200 with an error inside, nothing was sent; RateLimitError - too many;
            UnexpectedAnswerError - the answer cannot be understood, so it may have been sent.
        """
        body = {"eaccount": sender, "to_address_email_list": to, "subject": subject, "body": {"html": html}}
        answer = self._transport.request("POST", _TEST, body=body, lane=lane)
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
