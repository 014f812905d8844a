"""Reads the workflows and pipelines of a location, so that they are chosen by name; what cannot be read keeps why."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.http.errors import ClientError
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmNotConnectedError
from iexdg.crm.models import CrmLists
from iexdg.crm.queries import connection_of
from iexdg.workspaces.models import Workspace

_FRESH_FOR = timedelta(minutes=10)


def claim_reading(workspace: Workspace) -> bool:
    """Whether the lists are to be read now; True for one process of all that ask."""
    connection = connection_of(workspace)
    if connection is None or connection.is_refused:
        return False
    now = timezone.now()
    facts = {"location_id": connection.location_id, "tried_at": now}
    row, is_new = CrmLists.objects.get_or_create(workspace=workspace, defaults=facts)
    if is_new:
        return True
    if row.location_id == connection.location_id and row.tried_at > now - _FRESH_FOR:
        return False
    return bool(CrmLists.objects.filter(pk=row.pk, tried_at=row.tried_at).update(tried_at=now))


def read_lists(workspace: Workspace) -> CrmLists:
    """Read both lists and store them; one that cannot be read stays as it was, with the reason.

    Raises: CrmError, StoredConnectionError, ClientError - there is no client; nothing was stored.
    """
    connection = connection_of(workspace)
    if connection is None:
        raise CrmNotConnectedError
    client, now = client_for(workspace), timezone.now()
    row, is_new = CrmLists.objects.get_or_create(
        workspace=workspace, defaults={"location_id": connection.location_id, "tried_at": now}
    )
    facts: dict[str, Any] = {"location_id": connection.location_id, "tried_at": now}
    if not is_new and row.location_id != connection.location_id:
        facts |= {"workflows": [], "workflows_at": None, "pipelines": [], "pipelines_at": None}
    facts |= _workflows(client) | _pipelines(client)
    CrmLists.objects.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    return row


def _workflows(client: GoHighLevelClient) -> dict[str, Any]:
    try:
        found = client.workflows.list_workflows()
    except ClientError as error:
        return {"workflows_error": str(error)[:400]}
    listed = [{"id": one.remote_id, "name": one.name or "", "status": one.status or ""} for one in found]
    return {"workflows": listed, "workflows_at": timezone.now(), "workflows_error": ""}


def _pipelines(client: GoHighLevelClient) -> dict[str, Any]:
    try:
        found = client.opportunities.list_pipelines()
    except ClientError as error:
        return {"pipelines_error": str(error)[:400]}
    listed = [
        {
            "id": one.remote_id,
            "name": one.name or "",
            "stages": [{"id": stage.remote_id, "name": stage.name or ""} for stage in one.stages],
        }
        for one in found
    ]
    return {"pipelines": listed, "pipelines_at": timezone.now(), "pipelines_error": ""}
