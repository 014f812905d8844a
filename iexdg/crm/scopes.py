"""The scopes that we ask for, and what each missing one costs.

Source: docs/api/gohighlevel-facts.md §2.
"""

from collections.abc import Callable

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import CrmScopeError
from iexdg.clients.http.errors import ClientError

COSTS = {
    "locations.readonly": "The name of the location is not known, so it cannot be connected.",
    "contacts.readonly": "Contacts cannot be found or read back.",
    "contacts.write": "No contact is created or changed; no tag, note or workflow is added.",
    "workflows.readonly": "Workflows cannot be listed or chosen.",
    "opportunities.readonly": "Pipelines cannot be listed or chosen.",
    "opportunities.write": "No opportunity is created or changed.",
}
# An address that nobody has: only the scope is asked for.
_NOBODY = "scope-check@example.invalid"
_READS: dict[str, Callable[[GoHighLevelClient], object]] = {
    "contacts.readonly": lambda client: client.contacts.find_contact(email=_NOBODY),
    "workflows.readonly": lambda client: client.workflows.list_workflows(),
    "opportunities.readonly": lambda client: client.opportunities.list_pipelines(),
}


def scopes_by_reading(client: GoHighLevelClient) -> dict[str, bool | None]:
    """Return which scopes a token has, as far as reading shows; None for those that only a write would show.

    The location was read before, so that scope is there.
    """
    found: dict[str, bool | None] = dict.fromkeys(COSTS)
    found["locations.readonly"] = True
    for scope, read in _READS.items():
        found[scope] = _is_there(client, read)
    return found


def scopes_granted(scopes: tuple[str, ...]) -> dict[str, bool | None]:
    """Return which of the scopes that we ask for a person granted."""
    return {scope: scope in scopes for scope in COSTS}


def _is_there(client: GoHighLevelClient, read: Callable[[GoHighLevelClient], object]) -> bool | None:
    try:
        read(client)
    except CrmScopeError:
        return False
    except ClientError:
        return None
    return True
