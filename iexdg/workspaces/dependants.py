"""What would be cut off if a workspace were disconnected; each app declares it in its module `dependants`."""

from collections.abc import Callable, Iterable

from iexdg.workspaces.models import Workspace

_declared: dict[str, Callable[[Workspace], Iterable[str]]] = {}


def declare(name: str, found: Callable[[Workspace], Iterable[str]]) -> None:
    """Add what an app knows.

    Shapes: found - returns phrases such as "2 campaigns are sending (05A, 05B)"; none where nothing depends on it.
    Raises: ValueError - the name is taken.
    """
    if _declared.setdefault(name, found) is not found:
        raise ValueError(f"{name!r} is declared already")


def what_depends_on(workspace: Workspace) -> tuple[str, ...]:
    """Return what depends on a workspace being connected, as phrases; nothing where it can be cut off safely."""
    return tuple(phrase for found in _declared.values() for phrase in found(workspace))
