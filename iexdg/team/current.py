"""The current workspace of a request or a command, known by its slug; without one, the first connected one is meant.

Background tasks never rely on it: they pass the workspace. The app above says which workspaces are connected, since
this one knows nothing of connections.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.urls import get_urlconf, set_urlconf

from iexdg.ui.workspace_urls import urls_of


class Connected(Protocol):
    """What this app knows of a connected workspace."""

    pk: Any
    slug: Any
    name: Any


_slug: ContextVar[str | None] = ContextVar("current_workspace", default=None)
_declared: list[Callable[[], Sequence[Connected]]] = []


def current_slug() -> str | None:
    """Return the slug that was set; None where the first connected workspace is meant."""
    return _slug.get()


@contextmanager
def in_workspace(slug: str | None) -> Iterator[None]:
    """Make a workspace the current one within the block, and the addresses those of its pages.

    Whether it exists is for the caller to check.
    """
    before, urls_before = _slug.set(slug), get_urlconf()
    set_urlconf(urls_of(slug) if slug else None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        set_urlconf(urls_before)
        _slug.reset(before)


def declare_connected(rows: Callable[[], Sequence[Connected]]) -> None:
    """Set what lists the connected workspaces, the first one first; called when the apps are ready."""
    _declared[:] = [rows]


def connected() -> list[Connected]:
    """Return the connected workspaces, the first one first."""
    return [row for rows in _declared for row in rows()]


def connected_slugs() -> list[str]:
    """Return the slugs of the connected workspaces, the first one first."""
    return [row.slug for row in connected()]


def workspace_here() -> Connected | None:
    """Return the current workspace; None where it is not connected, or none is yet."""
    return among(connected())


def among(rows: Sequence[Connected]) -> Connected | None:
    """Return the current workspace among connected ones that were read already."""
    slug = current_slug()
    return next((row for row in rows if slug in {None, row.slug}), None)


def slug_here() -> str | None:
    """Return the slug of the current workspace; None before one is connected."""
    return current_slug() or next(iter(connected_slugs()), None)
