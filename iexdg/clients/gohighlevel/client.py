"""The GoHighLevel client: one transport, one location, and the resources as attributes."""

import random as random_module
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from iexdg.clients.gohighlevel.contacts import Contacts
from iexdg.clients.gohighlevel.limits import LimitsSeen, LimitsWatch
from iexdg.clients.gohighlevel.locations import Locations
from iexdg.clients.gohighlevel.notes import Notes
from iexdg.clients.gohighlevel.oauth import USER_AGENT, VERSION
from iexdg.clients.gohighlevel.opportunities import Opportunities
from iexdg.clients.gohighlevel.refusals import read_refusal
from iexdg.clients.gohighlevel.retry import CrmRetryPolicy
from iexdg.clients.gohighlevel.tags import Tags
from iexdg.clients.gohighlevel.workflows import Workflows
from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.limiter import Limiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, HttpTransport, Timeouts

# Source: docs/api/gohighlevel-facts.md §1.
BASE_URL = "https://services.leadconnectorhq.com"
# Source: docs/api/gohighlevel-facts.md §2.
SCOPES = (
    "contacts.readonly",
    "contacts.write",
    "workflows.readonly",
    "locations.readonly",
    "opportunities.readonly",
    "opportunities.write",
)


class GoHighLevelClient:
    """Everything we ask of one location; safe to share between threads, closed by `close` or `with`."""

    def __init__(self, transport: HttpTransport, location_id: str, watch: LimitsWatch | None = None) -> None:
        self.transport = transport
        self.location_id = location_id
        self._watch = watch or LimitsWatch()
        self.contacts = Contacts(transport, location_id)
        self.tags = Tags(transport)
        self.notes = Notes(transport)
        self.workflows = Workflows(transport, location_id)
        self.locations = Locations(transport, location_id)
        self.opportunities = Opportunities(transport, location_id)

    @property
    def limits(self) -> LimitsSeen | None:
        """What the newest answer said about the request limits; None before there was one."""
        return self._watch.seen

    def close(self) -> None:
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(
    base_url: str,
    token: str,
    location_id: str,
    *,
    limiter: Limiter | None = None,
    http_transport: BaseTransport | None = None,
    timeout: Timeouts | None = None,
    retry: RetryPolicy | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = random_module.random,
) -> GoHighLevelClient:
    """Open a client on a location, with a private integration token or an access token.

    Shapes: limiter - None lets every call through at once.
    Raises: ValueError - the token cannot be one, or there is no location id.
    """
    if not location_id.strip():
        raise ValueError("The location has no id. It stands in the address of the location at GoHighLevel.")
    watch = LimitsWatch(clock)
    transport = HttpTransport(
        base_url.rstrip("/"),
        Credentials.bearer(token),
        headers={"User-Agent": USER_AGENT, "Version": VERSION},
        reading=read_refusal,
        watch=watch,
        limiter=limiter,
        transport=http_transport,
        timeout=timeout,
        retry=retry or CrmRetryPolicy(),
        clock=clock,
        sleep=sleep,
        random=random,
    )
    return GoHighLevelClient(transport, location_id, watch)
