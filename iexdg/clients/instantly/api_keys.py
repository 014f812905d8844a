"""The API keys of the workspace; the key itself is in no repr."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed
from iexdg.clients.instantly.model import Identifier, Model, Moment, Text, Texts

_PATH = "api-keys"


class ApiKey(Model):
    """One key. Shapes: scopes - such as "campaigns:read"; key - the secret, where Instantly shows it."""

    required = ("remote_id",)
    checked = ("scopes",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    scopes: Texts = ()
    key: Text = Field(None, repr=False)
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class ApiKeys:
    """Source: docs/api/instantly-facts.md §1 Scopes and §2.6 api-keys."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(self, *, limit: int = MOST_PER_PAGE, lane: Lane = Lane.BULK) -> Iterator[ApiKey]:
        """Yield the keys of the workspace, page by page."""
        return listed(self._transport, _PATH, ApiKey, {"limit": limit}, lane=lane)

    def create(self, name: str, scopes: Sequence[str], *, lane: Lane = Lane.BULK) -> ApiKey:
        """Make a key; not repeated when its answer is lost, and then the key is listed without being known here.

        Raises: ValueError - without a scope a key may do nothing; nothing was sent.
        """
        if not scopes:
            raise ValueError("a key needs at least one scope")
        body = {"name": name, "scopes": [*scopes]}
        answer = self._transport.request("POST", _PATH, body=body, lane=lane)
        return ApiKey.model_validate(identified(answer))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Delete a key, which opens nothing from then on; neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)
