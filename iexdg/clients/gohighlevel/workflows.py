"""Workflows: listed, entered and left."""

from datetime import datetime

from pydantic import Field

from iexdg.clients.gohighlevel.answers import done, part, wrapped_list
from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.model import Identifier, Model, Text

PUBLISHED = "published"
_NOT_IN_IT = 404


class Workflow(Model):
    """One workflow; only a published one runs."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    name: Text = None
    status: Text = None

    @property
    def is_published(self) -> bool:
        """Whether contacts that are added to it enter it."""
        return self.status == PUBLISHED


class Workflows:
    """Source: docs/api/gohighlevel-facts.md §5 and §6 (read 2026-11-28)."""

    def __init__(self, transport: HttpTransport, location_id: str) -> None:
        self._transport = transport
        self._location_id = location_id

    def list_workflows(self) -> list[Workflow]:
        """Return all workflows of the location."""
        answer = self._transport.request("GET", "workflows/", query={"locationId": self._location_id})
        return wrapped_list(answer, "workflows", Workflow)

    def add_to_workflow(self, contact_id: str, workflow_id: str, *, starts_at: datetime | None = None) -> None:
        """Let a contact enter a workflow; never repeated automatically, since it may enter again.

        A success says that the request was accepted, not that anything runs: a draft may take nobody in.
        Shapes: starts_at - aware; None for now.
        """
        body = {"eventStartTime": starts_at.isoformat()} if starts_at else {}
        done(self._transport.request("POST", _path(contact_id, workflow_id), body=body))

    def remove_from_workflow(self, contact_id: str, workflow_id: str) -> bool:
        """Take a contact out of a workflow; may be repeated. Returns False where it was not in it.

        Raises: NotFoundError - the contact or the workflow is unknown.
        """
        try:
            done(self._transport.request("DELETE", _path(contact_id, workflow_id), body={}, repeatable=True))
        except NotFoundError as error:
            if error.status != _NOT_IN_IT:
                raise
            return False
        return True


def _path(contact_id: str, workflow_id: str) -> str:
    return f"contacts/{part(contact_id)}/workflow/{part(workflow_id)}"
