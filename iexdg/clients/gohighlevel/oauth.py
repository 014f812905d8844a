"""OAuth 2 of our app at GoHighLevel: the address that a browser opens, and what a code is exchanged for."""

import random as random_module
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field, PlainValidator

from iexdg.clients.gohighlevel.refusals import read_refusal
from iexdg.clients.gohighlevel.retry import CrmRetryPolicy
from iexdg.clients.http.answers import Answer
from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, HttpTransport, Timeouts
from iexdg.clients.instantly.answers import understood
from iexdg.clients.instantly.model import Count, Model, Text

# Source: docs/api/gohighlevel-facts.md §1: any named agent.
USER_AGENT = "iexdg-outreach/1.0"
VERSION = "2021-07-28"
# Source: docs/api/gohighlevel-facts.md §2.
AUTHORISE_URL = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
_LONGEST_TOKEN = 8192


def _token(value: object) -> str:
    """Read a token; "" where it cannot be the value of a header."""
    is_one = isinstance(value, str) and len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable()
    return str(value) if is_one and " " not in str(value) else ""


def _scopes(value: object) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else ()


class Tokens(Model):
    """What an exchange hands out; the tokens are never shown. Units: lives_s in seconds.

    Shapes: location_id - None for the token of a company; refresh_token - "" where none came.
    """

    required = ("access_token", "lives_s")

    access_token: Annotated[str, PlainValidator(_token)] = Field("", repr=False)
    refresh_token: Annotated[str, PlainValidator(_token)] = Field("", repr=False)
    lives_s: Count = Field(None, validation_alias="expires_in")
    scopes: Annotated[tuple[str, ...], PlainValidator(_scopes)] = Field((), validation_alias="scope")
    kind: Text = Field(None, validation_alias="userType")
    location_id: Text = Field(None, validation_alias="locationId")
    company_id: Text = Field(None, validation_alias="companyId")


class OAuthApp:
    """Our app at GoHighLevel; closed by `close`. No call of it is repeated: a code and a refresh token count once.

    Source: docs/api/gohighlevel-facts.md §2 (read 2026-11-28).
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        authorise_url: str = AUTHORISE_URL,
        http_transport: BaseTransport | None = None,
        timeout: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        self._client_id, self._client_secret = client_id, client_secret
        self._authorise_url = authorise_url
        self._transport = HttpTransport(
            base_url,
            Credentials(()),
            headers={"User-Agent": USER_AGENT},
            reading=read_refusal,
            transport=http_transport,
            timeout=timeout,
            retry=retry or CrmRetryPolicy(),
            clock=clock,
            sleep=sleep,
            random=random,
        )

    def authorise_link(self, redirect_uri: str, scopes: Iterable[str], state: str) -> str:
        """Return the address at which a person chooses the location; nothing is sent."""
        query = {
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "scope": " ".join(scopes),
            "state": state,
        }
        return f"{self._authorise_url}?{urlencode(query)}"

    def exchange_code(self, code: str, redirect_uri: str) -> Tokens:
        """Exchange the code that the browser came back with.

        Raises: GrantRefusedError - it is used up or unknown. AppRefusedError - our app is not accepted.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(form, code)

    def refresh_tokens(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token; the one that comes with the answer takes its place.

        Raises: GrantRefusedError - it is used up or was taken back. ClientError - `outcome_unknown`: it may be used up.
        """
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token}, refresh_token)

    def close(self) -> None:
        self._transport.close()

    def _tokens(self, form: Mapping[str, str], secret: str) -> Tokens:
        app = {"client_id": self._client_id, "client_secret": self._client_secret, "user_type": "Location"}
        secrets = [self._client_secret, secret]
        answer = self._transport.request("POST", "oauth/token", body={**app, **form}, is_form=True, secrets=secrets)
        return _understood(answer)


def _understood(answer: Answer) -> Tokens:
    return understood(answer, Tokens)
