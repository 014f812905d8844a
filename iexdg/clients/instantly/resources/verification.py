"""E-mail verification: ask once, then poll until the answer is final."""

import time
from collections.abc import Callable
from urllib.parse import quote

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import one
from iexdg.clients.instantly.types.workspace import Verification

_PATH = "/api/v2/email-verification"


class Verifications:
    """Source: instantly-api.md §2.3, §5 "Verify" and Law 11 (read 2026-11-22)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def create(self, email: str, *, webhook_url: str | None = None, lane: Lane = Lane.BULK) -> Verification:
        """Ask for a verification; a repeat of the same address is answered from the cache and costs nothing."""
        body = {"email": email} if webhook_url is None else {"email": email, "webhook_url": webhook_url}
        answer = self._transport.request("POST", _PATH, body=body, lane=lane, repeatable=True)
        return Verification.from_raw(one(answer, "POST", _PATH, is_write=True))

    def check(self, email: str, *, lane: Lane = Lane.BULK) -> Verification:
        """Read how far the verification of an address is."""
        path = f"{_PATH}/{quote(email, safe='')}"
        return Verification.from_raw(one(self._transport.request("GET", path, lane=lane), "GET", path))

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
