"""The scopes that we ask for, and what each missing one costs.

Source: docs/api/gohighlevel-facts.md §2.
"""

from collections.abc import Callable, Mapping

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import CrmScopeError
from iexdg.clients.http.errors import ClientError
from iexdg.crm.actions import OPPORTUNITY

COSTS = {
    "locations.readonly": "The name of the location is not known, so it cannot be connected.",
    "contacts.readonly": "Contacts cannot be found or read back.",
    "contacts.write": "No contact is created or changed; no tag, note or workflow is added.",
    "workflows.readonly": "Workflows cannot be listed or chosen.",
    "opportunities.readonly": "Pipelines cannot be listed or chosen, and no opportunity is created.",
    "opportunities.write": "No opportunity is created.",
}
_OF_CONTACTS, _OF_OPPORTUNITIES = "contacts.write", "opportunities.write"
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


def scopes_kept(before: Mapping[str, bool | None], read: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Return what is known after a reading: what it does not show stays as a write has shown it.

    One that a write lacked may have been ticked since, so that is not known any more.
    """
    return {scope: before.get(scope) or None if has is None else has for scope, has in read.items()}


def scope_shown(kind: str, error: ClientError | None) -> tuple[str, bool] | None:
    """Return the scope that a write tells about, and whether it is there; None where it tells nothing.

    Shapes: kind - of the action; error - None where GoHighLevel accepted it.
    """
    scope = _OF_OPPORTUNITIES if kind == OPPORTUNITY else _OF_CONTACTS
    if error is None:
        return scope, True
    return (scope, False) if isinstance(error, CrmScopeError) and error.is_write else None


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
