"""What was typed as an answer: its limits, and the variables of the person in it."""

from collections.abc import Mapping
from typing import Any

from iexdg.inbox.errors import ReplyRefusedError, UnfilledError
from iexdg.inbox.filling import filled, unfilled
from iexdg.inbox.models import ReplyKind, Thread
from iexdg.inbox.queries import variables_of

MOST_CHARACTERS, MOST_OF_ADDRESSES = 100_000, 1000
_LIMITS = {"text": MOST_CHARACTERS, "to": MOST_OF_ADDRESSES, "cc": MOST_OF_ADDRESSES, "bcc": MOST_OF_ADDRESSES}
_FIELDS = {"text": "The text", "to": "To", "cc": "Cc", "bcc": "Bcc"}


def too_long(name: str, characters: int) -> str:
    """Say that a field is too long, with its limit. Shapes: name - text, to, cc or bcc."""
    return f"{_FIELDS[name]} has {characters:,} characters; at most {_LIMITS[name]:,} can be sent. Shorten it."


def written(typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, by the names of the columns. Raises: ReplyRefusedError - something is too long."""
    for name, limit in _LIMITS.items():
        if len(typed.get(name, "")) > limit:
            raise ReplyRefusedError(too_long(name, len(typed[name])))
    kind = ReplyKind.FORWARD if typed.get("kind") == ReplyKind.FORWARD else ReplyKind.REPLY
    kept = {name: typed[name] for name in ("to", "cc", "bcc") if name in typed}
    return {**kept, "kind": kind, "text": typed.get("text", "")}


def filled_in(thread: Thread, text: str, *, as_is: bool) -> str:
    """Return a text with the values of the person.

    Raises: UnfilledError - a variable has no value; ReplyRefusedError - it is too long then.
    """
    if not unfilled(text):
        return text
    text = filled(text, variables_of(thread))
    if not as_is and (names := unfilled(text)):
        raise UnfilledError(f"No value for {', '.join(names[:5])} is known of {thread.lead or 'this person'}.")
    if len(text) > MOST_CHARACTERS:
        raise ReplyRefusedError(too_long("text", len(text)))
    return text
