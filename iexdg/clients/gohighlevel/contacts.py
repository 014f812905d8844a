"""Contacts: found, made, changed, deleted. Tags never travel here, since they would replace those that are there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from iexdg.clients.gohighlevel.answers import done, part, same_id, wrapped
from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import Page, one, page_of, walk
from iexdg.clients.instantly.model import OBJECTS, Flag, Identifier, Model, Moment, Raw, Text, Texts

_PATH = "contacts"
_PAGE = 100
# Source: docs/api/gohighlevel-facts.md §4: what a PUT refuses.
_NOT_IN_PUT = frozenset({"locationId", "companyName", "gender", "createNewIfDuplicateAllowed"})
_OURS = frozenset({"locationId", "tags"})


class CustomField(Model):
    """One custom field of a contact, as it is read."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    value: Text = None


class Contact(Model):
    """One contact; every field but the id may be missing."""

    required = ("remote_id",)

    remote_id: Identifier = Field("", validation_alias="id")
    location_id: Text = Field(None, validation_alias="locationId")
    email: Text = None
    first_name: Text = Field(None, validation_alias="firstName")
    last_name: Text = Field(None, validation_alias="lastName")
    name: Text = None
    phone: Text = None
    company: Text = Field(None, validation_alias="companyName")
    source: Text = None
    tags: Texts = ()
    custom_fields: Annotated[tuple[CustomField, ...], OBJECTS] = Field((), validation_alias="customFields")
    does_not_disturb: Flag = Field(None, validation_alias="dnd")
    added_at: Moment = Field(None, validation_alias="dateAdded")


@dataclass(frozen=True)
class Upserted:
    """What an upsert came to.

    Shapes: is_new - None where the answer did not say; unwritten - GoHighLevel's names of the fields that were sent and
        are not what the answer shows: it leaves a key out that another contact has, without saying so.
    """

    contact: Contact
    is_new: bool | None
    unwritten: tuple[str, ...]


class Contacts:
    """Source: docs/api/gohighlevel-facts.md §4 to §6 (read 2026-11-28).

    Shapes: fields - GoHighLevel's names, {"email": …, "firstName": …, "customFields": [{"id": …, "field_value": …}]}.
    """

    def __init__(self, transport: HttpTransport, location_id: str) -> None:
        self._transport = transport
        self._location_id = location_id

    def find_contact(self, *, email: str | None = None, phone: str | None = None) -> Contact | None:
        """Return the contact that has an address or a number; None where the vendor knows none.

        Raises: ValueError - neither is given; nothing was sent.
        """
        if not email and not phone:
            raise ValueError("an address or a number is needed to find a contact")
        query = {"locationId": self._location_id, "email": email or None, "number": phone or None}
        answer = self._transport.request("GET", f"{_PATH}/search/duplicate", query=query)
        return None if "contact" in one(answer) and one(answer)["contact"] is None else _contact(answer)

    def get_contact(self, contact_id: str) -> Contact:
        """Return one contact.

        Raises: NotFoundError - there is none with this id, which GoHighLevel answers with 400.
        """
        answer = self._transport.request("GET", f"{_PATH}/{part(contact_id)}")
        found = _contact(answer)
        same_id(answer, found.remote_id, contact_id)
        return found

    def search_contacts(
        self, *, text: str | None = None, filters: list[dict[str, Any]] | None = None, page_size: int = _PAGE
    ) -> Iterator[Contact]:
        """Yield the contacts that an index finds, page by page; it may lag behind what a read shows.

        Shapes: filters - [{"field": "email", "operator": "eq", "value": …}].
        """
        wanted: dict[str, Any] = {"locationId": self._location_id, "pageLimit": page_size}
        wanted |= {"query": text} if text else {}
        wanted |= {"filters": filters} if filters else {}
        after: dict[str, list[Any]] = {}

        def fetch(cursor: str | None) -> Page[Contact]:
            body = wanted | ({"searchAfter": after[cursor]} if cursor else {})
            answer = self._transport.request("POST", f"{_PATH}/search", body=body, is_write=False)
            return _search_page(answer, after)

        return walk(fetch)

    def create_contact(self, fields: Mapping[str, Any]) -> Contact:
        """Make a contact; never repeated automatically.

        Raises: DuplicateContactError - it is there, and carries its id. AmbiguousRefusalError - refused, and perhaps
            made all the same: look it up. ValueError - tags among the fields; nothing was sent.
        """
        return _contact(self._transport.request("POST", f"{_PATH}/", body=self._body(fields)))

    def upsert_contact(self, fields: Mapping[str, Any]) -> Upserted:
        """Make a contact, or change the one that has the address or the number; may be repeated.

        An address that is only an additional one of a contact becomes its own, and the one before is lost:
        `save_contact` looks first.
        Raises: AmbiguousRefusalError - refused, and perhaps made all the same: look it up. ValueError - tags among the
            fields; nothing was sent.
        """
        body = self._body(fields)
        answer = self._transport.request("POST", f"{_PATH}/upsert", body=body, repeatable=True)
        is_new = one(answer).get("new")
        contact = _contact(answer)
        return Upserted(contact, is_new if isinstance(is_new, bool) else None, unwritten(fields, contact.raw))

    def change_contact(self, contact_id: str, fields: Mapping[str, Any]) -> Contact:
        """Change the fields given; may be repeated.

        Raises: ValueError - fields that a PUT refuses or that would replace more than is meant; nothing was sent.
        """
        refused = sorted((_NOT_IN_PUT | _OURS) & set(fields))
        if refused:
            raise ValueError(f"{', '.join(refused)} cannot be changed here")
        path = f"{_PATH}/{part(contact_id)}"
        answer = self._transport.request("PUT", path, body=dict(fields), repeatable=True)
        done(answer)
        found = _contact(answer)
        same_id(answer, found.remote_id, contact_id)
        return found

    def delete_contact(self, contact_id: str) -> None:
        """Delete a contact; may be repeated.

        Raises: NotFoundError - it is gone already.
        """
        done(self._transport.request("DELETE", f"{_PATH}/{part(contact_id)}", repeatable=True, lane=Lane.BULK))

    def _body(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        refused = sorted((_OURS | {"createNewIfDuplicateAllowed"}) & set(fields))
        if refused:
            raise ValueError(f"{', '.join(refused)} cannot be sent with a contact; tags are added by add_tags")
        require_key(fields)
        return {"locationId": self._location_id, **fields}


def require_key(fields: Mapping[str, Any]) -> None:
    """Check that a contact can be found again. Source: docs/api/gohighlevel-facts.md §4.

    Raises: ValueError - it has neither an address nor a number: a contact that is nobody's would be made.
    """
    if not any(str(fields.get(name) or "").strip() for name in ("email", "phone")):
        raise ValueError("A contact needs an address or a number; without one a contact of nobody would be made.")


def unwritten(sent: Mapping[str, Any], shown: Raw) -> tuple[str, ...]:
    """Return the names of the texts that were sent and are not what an answer shows."""
    return tuple(
        name for name, value in sent.items() if isinstance(value, str) and value and not _is_shown(name, value, shown)
    )


def _is_shown(name: str, value: str, shown: Raw) -> bool:
    came = shown.get(name)
    if name == "phone":
        return _digits(came) == _digits(value)
    # The gender of a contact is never read back.
    return name == "gender" or (isinstance(came, str) and came.strip().lower() == value.strip().lower())


def _digits(value: object) -> str:
    return re.sub(r"\D", "", value) if isinstance(value, str) else ""


def _contact(answer: Answer) -> Contact:
    return wrapped(answer, "contact", Contact)


def _search_page(answer: Answer, after: dict[str, list[Any]]) -> Page[Contact]:
    """Read one page; what leads to the next one is kept under the id of its last hit."""
    raw = one(answer)
    hits = raw.get("contacts")
    last = hits[-1] if isinstance(hits, list) and hits else None
    cursor = None
    if isinstance(last, Mapping) and isinstance(last.get("searchAfter"), list) and isinstance(last.get("id"), str):
        cursor = last["id"]
        after[cursor] = last["searchAfter"]
    return page_of(_as_page(answer, hits, cursor), Contact)


def _as_page(answer: Answer, hits: object, cursor: str | None) -> Answer:
    return Answer(
        {"items": hits, "next_starting_after": cursor},
        status=answer.status,
        method=answer.method,
        path=answer.path,
        is_write=answer.is_write,
        secrets=answer.secrets,
    )
