"""E-mails outside of campaigns: so far only tests to oneself."""

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import one

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


class Emails:
    """Source: docs/api/instantly-facts.md §2, emails (read 2026-11-22)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

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
