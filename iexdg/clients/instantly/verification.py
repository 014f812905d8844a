"""E-mail verification: ask once, then poll until the answer is final."""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from urllib.parse import quote

from pydantic import Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import understood
from iexdg.clients.instantly.model import Amount, Model, Text, amount, text

_PATH = "email-verification"


CatchAll: TypeAlias = Literal[True, False, "pending"] | None

# A word, also one that is not known yet such as accept_all; "1" or a sentence is no verdict.
_A_WORD = re.compile(r"[A-Za-z]+([ _-][A-Za-z]+)*", re.ASCII)
_LONGEST_WORD = 32
# One address costs a fraction of a credit; what is far above that is no cost.
_HIGHEST_COST = 1000

PENDING = "pending"
VERIFIED = "verified"
INVALID = "invalid"


def _catch_all(value: object) -> CatchAll:
    if value is True or value is False:
        return value
    return "pending" if value == PENDING else None


def _cost(value: object) -> Decimal | None:
    read = amount(value)
    return read if read is not None and 0 <= read <= _HIGHEST_COST else None


def _word(value: object) -> str | None:
    read = text(value)
    return read if read and len(read) <= _LONGEST_WORD and _A_WORD.fullmatch(read) else None


class Verification(Model):
    """What the vendor says about one address.

    Shapes: status - pending, verified, invalid, or any other word as received; `request_status` says only
        whether the request worked and is never a verdict.
    Source: docs/api/instantly-facts.md §2.3 and Law 11 (read 2026-11-22).
    """

    required = ("status",)
    checked = ("email", "catch_all")

    email: Text = None
    status: Annotated[str | None, PlainValidator(_word)] = Field(None, validation_alias="verification_status")
    catch_all: Annotated[CatchAll, PlainValidator(_catch_all)] = None
    credits: Amount = None
    credits_used: Annotated[Decimal | None, PlainValidator(_cost)] = None
    request_status: Text = Field(None, validation_alias="status")

    @property
    def is_pending(self) -> bool:
        """Say whether asking again can still change the answer."""
        return self.status == PENDING or (self.status == VERIFIED and self.catch_all == PENDING)


def _verdict_on(email: str, answer: Answer) -> Verification:
    """Read a verdict; one on another address, or one whose words are none, is not understood."""
    read = understood(answer, Verification)
    if read.email is not None and read.email.strip().casefold() != email.strip().casefold():
        raise answer.unexpected("expected the verdict on one address, got the one on another")
    if read.status == VERIFIED and read.catch_all is None:
        raise answer.unexpected("catch_all is not reported, without which a verified address has no verdict")
    return read


class Verifications:
    """Source: docs/api/instantly-facts.md §2.3, §5 "Verify" and Law 11 (read 2026-11-22)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def create(self, email: str, *, webhook_url: str | None = None, lane: Lane = Lane.BULK) -> Verification:
        """Ask for a verification; a repeat of the same address is answered from the cache and costs nothing.

        Raises: UnexpectedAnswerError - the answer cannot be understood: no verdict, and it may have been paid for.
        """
        body = {"email": email} if webhook_url is None else {"email": email, "webhook_url": webhook_url}
        answer = self._transport.request("POST", _PATH, body=body, lane=lane, repeatable=True)
        return _verdict_on(email, answer)

    def check(self, email: str, *, lane: Lane = Lane.BULK) -> Verification:
        """Read how far the verification of an address is.

        Raises: UnexpectedAnswerError - the answer cannot be understood: no verdict.
        """
        path = f"{_PATH}/{quote(email, safe='')}"
        return _verdict_on(email, self._transport.request("GET", path, lane=lane))

    def settle(
        self,
        email: str,
        *,
        every_s: float = 7.0,
        give_up_after_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        lane: Lane = Lane.BULK,
    ) -> Verification:
        """Verify one address and wait for the verdict; the last answer comes back, pending or not.

        Units: seconds. A campaign load polls from its own rows instead; this is for the REPL and small jobs.
        """
        give_up_at = clock() + give_up_after_s
        verification = self.create(email, lane=lane)
        while verification.is_pending and clock() + every_s <= give_up_at:
            sleep(every_s)
            verification = self.check(email, lane=lane)
        return verification
