"""The location that the token opens."""

from pydantic import AliasPath, Field

from iexdg.clients.gohighlevel.answers import part, same_id, wrapped
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.model import Flag, Identifier, Model, Text


class Location(Model):
    """One location. Shapes: allows_duplicates - whether two contacts may have one address; None where not said."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    company_id: Text = Field(None, validation_alias="companyId")
    name: Text = None
    timezone: Text = None
    allows_duplicates: Flag = Field(None, validation_alias=AliasPath("settings", "allowDuplicateContact"))


class Locations:
    """Source: docs/api/gohighlevel-facts.md §5 (read 2026-11-28)."""

    def __init__(self, transport: HttpTransport, location_id: str) -> None:
        self._transport = transport
        self._location_id = location_id

    def get_location(self) -> Location:
        """Return the location of the connection."""
        answer = self._transport.request("GET", f"locations/{part(self._location_id)}")
        found = wrapped(answer, "location", Location)
        same_id(answer, found.remote_id, self._location_id)
        return found
