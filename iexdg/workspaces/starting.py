"""Which stored connections cannot be used when the product starts; each is said, and none stops the others."""

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import UnreadableKeyError
from iexdg.connections.maton import refusal
from iexdg.connections.models import Transport
from iexdg.connections.stored import access_of, stored_connections
from iexdg.workspaces.models import Workspace


def refused_at_start() -> list[str]:
    """Return one sentence for each connection that is refused: a key that is unreadable, or not ACTIVE at Maton.

    What cannot be read now is left to the sync, which shows it. The sandbox, which starts later, is not asked.
    """
    rows = stored_connections().filter(is_sandbox=False).order_by("pk")
    found = []
    for connection in rows:
        workspace = Workspace.objects.filter(connected_as=connection.digest).first()
        if workspace is None:
            continue
        try:
            access = access_of(connection)
            reason = refusal(connection, access.api_key) if connection.transport == Transport.MATON else ""
        except UnreadableKeyError as error:
            reason = str(error)
        except ClientError:
            continue
        if reason:
            found.append(f"{workspace.slug} is refused: {reason}")
    return found
