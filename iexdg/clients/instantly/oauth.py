"""Connecting a mailbox by a link: a person signs in at Google or Microsoft, and we ask what became of it."""

from typing import Literal, TypeAlias

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import understood
from iexdg.clients.instantly.model import Identifier, Model, Moment, Text

_PATH = "oauth"

Provider: TypeAlias = Literal["google", "microsoft"]


class SignIn(Model):
    """One session: the link that a person opens, valid for ten minutes; the link is in no repr."""

    required = ("session_id", "link")

    session_id: Identifier = ""
    link: Text = Field(None, validation_alias="auth_url", repr=False)
    expires_at: Moment = None


class SignInOutcome(Model):
    """What became of a session: status pending, success, error or expired; another word is kept and is no success."""

    required = ("status",)

    status: Text = None
    email: Text = None
    name: Text = None
    error: Text = None
    error_description: Text = None

    @property
    def is_connected(self) -> bool:
        """Say whether the mailbox is connected."""
        return self.status == "success"


class SignIns:
    """Source: docs/api/instantly-facts.md §2.4 and §1 rate limits: 75 sessions a minute, Retry-After on a 429."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def start(self, provider: Provider, *, lane: Lane = Lane.BULK) -> SignIn:
        """Open a session and get its link; a session that nobody uses ends by itself, so a repeat does no harm."""
        answer = self._transport.request("POST", f"{_PATH}/{provider}/init", lane=lane, repeatable=True)
        return understood(answer, SignIn)

    def outcome(self, session_id: str, *, lane: Lane = Lane.BULK) -> SignInOutcome:
        """Read what became of a session."""
        answer = self._transport.request("GET", f"{_PATH}/session/status/{session_id}", lane=lane)
        return understood(answer, SignInOutcome)
