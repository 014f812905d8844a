"""What the apps above know of objects: what can have a tag, whom a tag chooses as senders, and what uses an object.

Each app declares it in its module `workspace_object_kinds`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Taggable:
    """Something that can have a tag. Shapes: id - its address or its id at Instantly; page, pk - for `page_url`."""

    id: str
    name: str
    page: str
    pk: int


@dataclass(frozen=True)
class SendsByTag:
    """A campaign that sends from every mailbox with a tag. `is_live`: it sends, or is approved to."""

    tag: str
    pk: int
    name: str
    is_live: bool


_taggable: dict[int, Callable[[Workspace], list[Taggable]]] = {}
_by_tag: list[Callable[[Workspace], list[SendsByTag]]] = []
_uses: dict[str, list[Callable[[Workspace, Item], list[str]]]] = {}


def declare_taggable(kind: TaggedKind, source: Callable[[Workspace], list[Taggable]]) -> None:
    """Say what of a kind can have a tag."""
    _taggable[kind] = source


def declare_senders_by_tag(source: Callable[[Workspace], list[SendsByTag]]) -> None:
    """Say which campaigns choose their senders by tag."""
    _by_tag.append(source)


def declare_use(kind: ObjectKind, source: Callable[[Workspace, Item], list[str]]) -> None:
    """Say what uses an object, as phrases such as "3 conversations have it"."""
    _uses.setdefault(kind, []).append(source)


def taggable(workspace: Workspace, kind: int) -> list[Taggable]:
    """Return everything of a kind that can have a tag, by name; a fixed number of queries."""
    return _taggable[kind](workspace) if kind in _taggable else []


def sends_by_tag(workspace: Workspace, tags: Collection[str]) -> list[SendsByTag]:
    """Return the campaigns that choose their senders by one of these tags."""
    return [one for source in _by_tag for one in source(workspace) if one.tag in tags]


def uses_of(workspace: Workspace, kind: ObjectKind, item: Item) -> list[str]:
    """Return what uses an object, as phrases."""
    return [phrase for source in _uses.get(kind, []) for phrase in source(workspace, item)]


def refuse_new_senders(workspace: Workspace, tag: str) -> None:
    """Refuse to change which mailboxes have a tag while a live campaign sends from them: no approval named the others.

    Raises: ObjectChangeRefusedError - which campaigns; nothing was changed.
    """
    live = [one.name for one in sends_by_tag(workspace, [tag]) if one.is_live]
    if live:
        raise ObjectChangeRefusedError(
            f"{', '.join(live)} may send from every mailbox with this tag. Pause it first: its approval is for the "
            "senders that were reviewed."
        )
