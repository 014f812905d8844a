"""Tags of a contact: added to those that are there, or taken off."""

from collections.abc import Iterable

from iexdg.clients.gohighlevel.answers import part
from iexdg.clients.http.answers import Answer
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import one
from iexdg.clients.instantly.model import texts


class Tags:
    """Source: docs/api/gohighlevel-facts.md §5 and §6 (read 2026-11-28)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def add_tags(self, contact_id: str, tags: Iterable[str]) -> tuple[str, ...]:
        """Add tags and return all that the contact has now; may be repeated.

        Raises: ValueError - no tag; nothing was sent. UnexpectedAnswerError - the answer does not show them.
        """
        wanted = _wanted(tags)
        answer = self._sent("POST", contact_id, wanted)
        has = _tags(answer)
        if not set(wanted) <= set(has):
            raise answer.unexpected("the answer does not show the tags that were added")
        return has

    def remove_tags(self, contact_id: str, tags: Iterable[str]) -> tuple[str, ...]:
        """Take tags off and return those that the contact has now; may be repeated.

        Raises: ValueError - no tag; nothing was sent. UnexpectedAnswerError - the answer still shows one of them.
        """
        wanted = _wanted(tags)
        answer = self._sent("DELETE", contact_id, wanted)
        has = _tags(answer)
        if set(wanted) & set(has):
            raise answer.unexpected("the answer still shows tags that were taken off")
        return has

    def _sent(self, method: str, contact_id: str, tags: list[str]) -> Answer:
        path = f"contacts/{part(contact_id)}/tags"
        return self._transport.request(method, path, body={"tags": tags}, repeatable=True, is_write=True)


def normalised(tags: Iterable[str]) -> list[str]:
    """Return tags as GoHighLevel stores them: in lower case, each once, without empty ones."""
    return list(dict.fromkeys(tag.strip().lower() for tag in tags if tag.strip()))


def _wanted(tags: Iterable[str]) -> list[str]:
    wanted = normalised(tags)
    if not wanted:
        raise ValueError("at least one tag is needed")
    return wanted


def _tags(answer: Answer) -> tuple[str, ...]:
    found = one(answer).get("tags")
    if not isinstance(found, list):
        raise answer.unexpected("expected the tags of the contact, got something else")
    return tuple(normalised(texts(found)))
