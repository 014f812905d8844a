"""Notes of a contact."""

from pydantic import Field

from iexdg.clients.gohighlevel.answers import part, without_nones, wrapped, wrapped_list
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.model import Identifier, Model, Moment, Text


class Note(Model):
    """One note."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    contact_id: Text = Field(None, validation_alias="contactId")
    body: Text = None
    title: Text = None
    added_at: Moment = Field(None, validation_alias="dateAdded")


class Notes:
    """Source: docs/api/gohighlevel-facts.md §5 (read 2026-11-28)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def add_note(self, contact_id: str, body: str, *, title: str | None = None) -> Note:
        """Add a note; never repeated automatically, since a second one would be written: list the notes first."""
        sent = without_nones({"body": body, "title": title})
        return wrapped(self._transport.request("POST", _path(contact_id), body=sent), "note", Note)

    def list_notes(self, contact_id: str) -> list[Note]:
        """Return all notes of a contact."""
        return wrapped_list(self._transport.request("GET", _path(contact_id)), "notes", Note)


def _path(contact_id: str) -> str:
    return f"contacts/{part(contact_id)}/notes"
