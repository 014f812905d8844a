"""Whether a workflow takes anybody in: GoHighLevel accepts contacts for a draft as well, and nothing happens then.

Source: docs/api/gohighlevel-facts.md §6.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.errors import CrmScopeError
from iexdg.clients.gohighlevel.workflows import PUBLISHED
from iexdg.crm.actions import WORKFLOW
from iexdg.crm.errors import CrmRefusedError


def why_not_published(client: GoHighLevelClient, workflow_id: str, *, then: str) -> str:
    """Read why a workflow takes nobody in; "" where it is published.

    Shapes: then - what a person does once it is published, as "replay this entry".
    Raises: ClientError - it could not be read.
    """
    try:
        listed = {one.remote_id: one for one in client.workflows.list_workflows()}
    except CrmScopeError as error:
        return f"Whether the workflow is published could not be read. {error}"
    found = listed.get(workflow_id)
    if found is None:
        return f"GoHighLevel lists no workflow {workflow_id or 'without an id'}. Choose another one in the automation."
    if found.is_published:
        return ""
    name, status = found.name or workflow_id, found.status or "of unknown status"
    return f"The workflow {name} is not published ({status}), so it takes nobody in. Publish it, then {then}."


def require_published(client: GoHighLevelClient, actions: Iterable[Mapping[str, Any]], *, then: str) -> None:
    """Raises: CrmRefusedError - a workflow of these actions takes nobody in. ClientError - it could not be read."""
    for action in actions:
        why = action["kind"] == WORKFLOW and why_not_published(client, action.get("workflow_id", ""), then=then)
        if why:
            raise CrmRefusedError(why)


def workflow_words(workflow: Mapping[str, str]) -> str:
    """Return the name of a listed workflow, and its status where nobody enters it."""
    name = workflow["name"] or workflow["id"]
    return name if workflow["status"] == PUBLISHED else f"{name} ({workflow['status'] or 'status unknown'})"
