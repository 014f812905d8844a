"""What each kind of object declares: how its list is read, how a change is sent, and how it is read back.

The module of a kind declares it; one whose rows belong to an app above (a subsequence) is declared by that app.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from iexdg.clients.instantly import InstantlyClient
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspaces.models import Workspace

Item = dict[str, Any]


class Seen(Enum):
    """What a read-back shows. otherwise: it was read, and is not as requested."""

    DONE = "done"
    OTHERWISE = "otherwise"


def always_allowed(change: ObjectChange) -> str:
    """Return "": nothing forbids the change at the moment of sending."""
    del change
    return ""


@dataclass(frozen=True)
class ChangeOf:
    """How changes of one kind are carried out.

    Shapes: send - makes the call through `perform_write` with an intent of the change; read_back - reads Instantly,
        raises ClientError where it cannot; repeatable - verbs that may be sent again without harm; forbidden - why it
        must not be sent now, or "". A pause is never forbidden.
    """

    send: Callable[[ObjectChange, InstantlyClient], object]
    read_back: Callable[[ObjectChange, InstantlyClient], Seen]
    repeatable: frozenset[Verb]
    forbidden: Callable[[ObjectChange], str] = always_allowed


_changes: dict[str, ChangeOf] = {}
_lists: dict[str, Callable[[Workspace, InstantlyClient], list[Item]]] = {}


def declare_change(kind: ObjectKind, how: ChangeOf) -> None:
    """Say how changes of a kind are carried out."""
    _changes[kind] = how


def declare_list(kind: ObjectKind, read: Callable[[Workspace, InstantlyClient], list[Item]]) -> None:
    """Say how the list of a kind is read. Shapes: read - raises ClientError; its items are JSON without secrets."""
    _lists[kind] = read


def how_to_change(kind: str) -> ChangeOf:
    """Return how changes of a kind are carried out."""
    return _changes[kind]


def lists() -> Mapping[str, Callable[[Workspace, InstantlyClient], list[Item]]]:
    """Return how each list is read, by its kind."""
    return _lists


def is_urgent(verb: str) -> bool:
    """Whether a change must not wait behind bulk work."""
    return verb == Verb.PAUSE
