"""What the doctor checks here: the connection of each workspace to GoHighLevel, and what waits or failed in its ledger.

Nothing is asked of GoHighLevel: what was last read is said, with its time.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from iexdg.crm.facts import backlog_facts
from iexdg.crm.models import CrmConnection
from iexdg.crm.queries import connection_of, for_a_person, waiting_unmatched
from iexdg.crm.watch import OLD
from iexdg.operations.doctor import declare_check, of_workspaces
from iexdg.operations.health import Health
from iexdg.ui.formatting import plural, span_words
from iexdg.workspaces.models import Workspace

_CONNECT = "Connect the location again on the page CRM, with a token that has what is missing."
_LEDGER = "Open the ledger: it says of each entry what it waits for. Replay it, or leave it out."
_NOTHING = "no workspace is connected to GoHighLevel"


def declare() -> None:
    """Have the doctor make these checks."""
    declare_check("crm", lambda: of_workspaces(_connection, _NOTHING))
    declare_check("crm ledger", lambda: of_workspaces(_ledger, _NOTHING))


def _connection(workspace: Workspace) -> Health | None:
    connection = connection_of(workspace)
    if connection is None:
        return None
    if connection.is_refused:
        return Health(False, f"{connection}: the token is refused. {connection.error}".strip(), _CONNECT)
    missing = sorted(scope for scope, has in connection.scopes.items() if has is False)
    if missing:
        return Health(False, f"{connection}: scopes missing: {', '.join(missing)}", _CONNECT)
    if connection.error:
        return Health(False, f"{connection}: {connection.error}", "Press Check again on the page CRM.")
    return Health(True, f"connected to {connection}, {_read(connection.checked_at)}, {_expiry(connection)}")


def _read(at: datetime | None) -> str:
    return f"read {_moment(at)}" if at is not None else "not checked yet"


def _expiry(connection: CrmConnection) -> str:
    if connection.expires_at is None:
        return "its token has no end"
    return f"access token until {_moment(connection.expires_at)}, renewed automatically"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _ledger(workspace: Workspace) -> Health | None:
    if connection_of(workspace) is None:
        return None
    facts, failed, unmatched = (
        backlog_facts(workspace),
        for_a_person(workspace).count(),
        waiting_unmatched(workspace).count(),
    )
    oldest = timedelta(seconds=facts["oldest_s"] or 0)
    age = f", the oldest for {span_words(oldest)}" if facts["backlog"] else ""
    detail = (
        f"{plural(facts['backlog'], 'action')} waiting{age}, {failed:,} for a person, "
        f"{plural(unmatched, 'unmatched reply', 'unmatched replies')}, as of {_moment(timezone.now())}"
    )
    return Health(not failed and oldest <= OLD, detail, _LEDGER)
