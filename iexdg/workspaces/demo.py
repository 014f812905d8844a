"""The second workspace of the demo: the sandbox's own, reached through the sandbox's Maton gateway."""

from django.conf import settings
from django.core.cache import caches

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.connections.maton import Account, listed
from iexdg.connections.models import Connection, Transport
from iexdg.connections.stored import new_access
from iexdg.workspaces.connected import configured_is_connected
from iexdg.workspaces.connecting import connected_by
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace

_NAME = "Demo (Maton)"
# A sandbox that plays only one workspace is not asked every few seconds whether it plays another one by now.
_ASK_AGAIN_S = 60


def connect_demo() -> Workspace | None:
    """Connect the demo's second workspace once; None where there is none, it is there, or an admin disconnected it.

    It follows the first one, and never stands in its way: whatever goes wrong is tried again later.
    """
    if not (settings.USES_SANDBOX and settings.DEMO_WORKSPACES > 1 and settings.FIELD_KEYS):
        return None
    if Connection.objects.filter(is_sandbox=True, transport=Transport.MATON).exists() or not configured_is_connected():
        return None
    if not caches["shared"].add("connect-demo", 1, timeout=_ASK_AGAIN_S):
        return None
    account = Account(f"{settings.INSTANTLY_BASE_URL.rstrip('/')}/maton", settings.SANDBOX_MATON_KEY)
    try:
        active = [one for one in listed(account) if one.is_usable]
        if len(active) < 2:
            return None
        access = new_access(Transport.MATON, account.base_url, account.key, active[1].remote_id, is_sandbox=True)
        return connected_by(_NAME, access, by=None)
    except (ClientError, StoredConnectionError, WorkspaceError):
        return None
