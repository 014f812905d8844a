"""The Instantly client: one transport, and the resources as attributes."""

import random as random_module
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.limiter import Limiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, HttpTransport, Timeouts
from iexdg.clients.instantly.accounts import Accounts
from iexdg.clients.instantly.api_keys import ApiKeys
from iexdg.clients.instantly.audit_logs import AuditLogs
from iexdg.clients.instantly.background_jobs import BackgroundJobs
from iexdg.clients.instantly.block_list import BlockList
from iexdg.clients.instantly.campaigns import Campaigns
from iexdg.clients.instantly.custom_tags import CustomTags
from iexdg.clients.instantly.emails import Emails
from iexdg.clients.instantly.lead_labels import LeadLabels
from iexdg.clients.instantly.lead_lists import LeadLists
from iexdg.clients.instantly.leads import Leads
from iexdg.clients.instantly.oauth import SignIns
from iexdg.clients.instantly.placement import Placement
from iexdg.clients.instantly.subsequences import Subsequences
from iexdg.clients.instantly.supersearch import SuperSearch
from iexdg.clients.instantly.verification import Verifications
from iexdg.clients.instantly.warmup import Warmup
from iexdg.clients.instantly.webhook_events import WebhookEvents
from iexdg.clients.instantly.webhooks import Webhooks
from iexdg.clients.instantly.workspaces import Workspace

BASE_URL = "https://api.instantly.ai"
PREFIX = "/api/v2"


class InstantlyClient:
    """Everything we ask of Instantly; safe to share between threads, closed by `close` or `with`.

    Shapes: transport - says where and as whom: `connect` makes the one to Instantly itself; a gateway that passes the
        same API on is a transport with another base URL, prefix and credentials.
    """

    def __init__(self, transport: HttpTransport) -> None:
        self.transport = transport
        self.campaigns = Campaigns(transport)
        self.leads = Leads(transport)
        self.lead_lists = LeadLists(transport)
        self.lead_labels = LeadLabels(transport)
        self.custom_tags = CustomTags(transport)
        self.verification = Verifications(transport)
        self.emails = Emails(transport)
        self.accounts = Accounts(transport)
        self.warmup = Warmup(transport)
        self.sign_ins = SignIns(transport)
        self.placement = Placement(transport)
        self.api_keys = ApiKeys(transport)
        self.audit_logs = AuditLogs(transport)
        self.background_jobs = BackgroundJobs(transport)
        self.block_list = BlockList(transport)
        self.workspace = Workspace(transport)
        self.subsequences = Subsequences(transport)
        self.supersearch = SuperSearch(transport)
        self.webhooks = Webhooks(transport)
        self.webhook_events = WebhookEvents(transport)

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
    api_key: str,
    *,
    limiter: Limiter | None = None,
    http_transport: BaseTransport | None = None,
    timeout: Timeouts | None = None,
    retry: RetryPolicy | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = random_module.random,
) -> InstantlyClient:
    """Open a client on a workspace, directly at Instantly (or at a server that replaces it).

    Shapes: base_url - with or without a trailing /api/v2; limiter - None lets every call through at once.
    Raises: ValueError - the key cannot be one.
    """
    transport = HttpTransport(
        base_url.rstrip("/").removesuffix(PREFIX),
        Credentials.bearer(api_key),
        prefix=PREFIX,
        limiter=limiter,
        transport=http_transport,
        timeout=timeout,
        retry=retry,
        clock=clock,
        sleep=sleep,
        random=random,
    )
    return InstantlyClient(transport)
