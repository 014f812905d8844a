"""Reads what GoHighLevel wraps into one key of its answers, and whether it says that something was done."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from iexdg.clients.http.answers import Answer
from iexdg.clients.instantly.answers import Listing, one, understood
from iexdg.clients.instantly.model import Model

M = TypeVar("M", bound=Model)


def wrapped(answer: Answer, key: str, kind: type[M]) -> M:
    """Return the object under a key of the answer.

    Raises: UnexpectedAnswerError - it is missing, or cannot be understood; a write may have been carried out.
    """
    return understood(replace(answer, value=one(answer).get(key)), kind)


def wrapped_list(answer: Answer, key: str, kind: type[M]) -> list[M]:
    """Return the objects under a key of the answer.

    Raises: UnexpectedAnswerError - it is no list; PartlyUnreadError - some were not understood.
    """
    found = Listing(kind)
    found.add(replace(answer, value=one(answer).get(key)))
    return found.result()


def done(answer: Answer) -> None:
    """Check an answer that only says that something was done.

    Source: docs/api/gohighlevel-facts.md §5: it says `succeded`, `succeeded` or nothing.
    Raises: UnexpectedAnswerError - it says no, or something else altogether.
    """
    if answer.value is None:
        return
    said = one(answer)
    if any(said.get(word, True) is not True for word in ("succeded", "succeeded")):
        raise answer.unexpected("the answer does not say that it was done")


def part(remote_id: str) -> str:
    """Return an id as a part of a path.

    Raises: ValueError - without an id another path would be asked; nothing was sent.
    """
    if not remote_id.strip():
        raise ValueError("an id is needed: without one another path would be asked")
    return quote(remote_id, safe="")


def same_id(answer: Answer, found: str, wanted: str) -> None:
    """Check that an answer is about what was asked for.

    Raises: UnexpectedAnswerError - it is about another one.
    """
    if found != wanted:
        raise answer.unexpected("expected the object that was asked for, got another one")


def without_nones(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that are there."""
    return {name: value for name, value in values.items() if value is not None}
