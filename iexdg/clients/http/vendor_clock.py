"""Reads a vendor's clock from the Date header of any answer, so that a wrong clock of ours is noticed."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from iexdg.clients.http.transport import BROWSER_USER_AGENT, BaseTransport

_ANSWERS_WITHIN_S = 10.0


def vendor_time(base_url: str, *, transport: BaseTransport | None = None) -> datetime | None:
    """Return the vendor's time to the second; None without an answer or without a Date in it.

    No key is sent: even a refusal carries the time.
    """
    try:
        with httpx.Client(transport=transport, timeout=_ANSWERS_WITHIN_S) as client:
            answer = client.get(base_url, headers={"User-Agent": BROWSER_USER_AGENT})
        stamp = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, ConnectionError, KeyError, ValueError):
        return None
    return stamp.astimezone(UTC)
