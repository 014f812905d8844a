"""Saves a contact without falling into what surprises about an upsert.

Source: docs/api/gohighlevel-facts.md §6 and §7.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from iexdg.clients.gohighlevel.client import GoHighLevelClient
from iexdg.clients.gohighlevel.contacts import Contact, require_key, unwritten
from iexdg.clients.gohighlevel.errors import AmbiguousRefusalError, ContactRefusedError
from iexdg.clients.http.errors import ValidationError

# A PUT does not take them.
_LEFT_OUT_OF_PUT = ("email", "companyName", "gender")

Saved = TypeVar("Saved")


@dataclass(frozen=True)
class SavedContact:
    """What saving came to.

    Shapes: is_new - None where that is not known; unwritten - GoHighLevel's names of the fields that were sent and are
        not what it shows; was_additional - the address is an additional one of the contact, whose own was kept.
    """

    contact: Contact
    is_new: bool | None
    unwritten: tuple[str, ...]
    was_additional: bool = False


def save_contact(client: GoHighLevelClient, fields: Mapping[str, Any]) -> SavedContact:
    """Make the contact of an address, or change it; may be repeated.

    Shapes: fields - GoHighLevel's names, with `email` or `phone`.
    Raises: ClientError - `outcome_unknown` says whether it may have been carried out. ValueError - nothing was sent.
    """
    require_key(fields)
    email = str(fields.get("email") or "")
    known = client.contacts.find_contact(email=email) if email else None
    if known is not None and known.email and known.email.strip().lower() != email.strip().lower():
        return _changed(client, known, fields)
    sent = _without_anothers_number(client, known, fields) if email else dict(fields)
    try:
        saved = _without_refused_number(client.contacts.upsert_contact, sent)
    except AmbiguousRefusalError as error:
        return _looked_up(client, known, sent, error)
    return SavedContact(saved.contact, saved.is_new, unwritten(fields, saved.contact.raw))


def _without_refused_number(send: Callable[[Mapping[str, Any]], Saved], fields: Mapping[str, Any]) -> Saved:
    """Send the fields, and without the number where it is refused: one bad number must not cost the contact."""
    try:
        return send(fields)
    except ValidationError as error:
        rest = {name: value for name, value in fields.items() if name != "phone"}
        if "phone" not in error.detail.lower() or not rest or len(rest) == len(fields):
            raise
    return send(rest)


def _looked_up(
    client: GoHighLevelClient, known: Contact | None, sent: Mapping[str, Any], error: AmbiguousRefusalError
) -> SavedContact:
    """Return the contact that a refusal made all the same.

    Raises: ContactRefusedError - there is none, or the one from before was not changed.
    """
    key = "email" if sent.get("email") else "phone"
    there = client.contacts.find_contact(**{key: str(sent[key])})
    missing = unwritten(sent, there.raw) if there is not None else ()
    may_be_from_before = known is not None or key == "phone"
    if there is None or (may_be_from_before and missing):
        raise ContactRefusedError(error) from None
    return SavedContact(there, is_new=None, unwritten=missing)


def _without_anothers_number(
    client: GoHighLevelClient, known: Contact | None, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Leave a number out that another person's contact has: an upsert would write this person over that one.

    Colleagues share the number of a switchboard. A contact that has no address yet is the person's own.
    """
    number = str(fields.get("phone") or "")
    try:
        holder = client.contacts.find_contact(phone=number) if number else None
        is_own = holder is None or (holder.remote_id == known.remote_id if known else not holder.email)
    except ValidationError:
        # It is no number for GoHighLevel, so whose it is cannot be said.
        is_own = False
    return {name: value for name, value in fields.items() if is_own or name != "phone"}


def _changed(client: GoHighLevelClient, known: Contact, fields: Mapping[str, Any]) -> SavedContact:
    """Change a contact by its id: an upsert by its additional address would drop its own."""
    taken = {name: value for name, value in fields.items() if name not in _LEFT_OUT_OF_PUT}
    change = partial(client.contacts.change_contact, known.remote_id)
    contact = _without_refused_number(change, taken) if taken else known
    wanted = {name: value for name, value in fields.items() if name != "email"}
    return SavedContact(contact, is_new=False, unwritten=unwritten(wanted, contact.raw), was_additional=True)
