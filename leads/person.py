"""What other apps know of a person: shown on their page, and erased with them. Each adds it in its `person_page`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class PersonThread:
    """One conversation with a person. Shapes: interest - what Instantly has for it, "" for nothing."""

    subject: str
    newest_at: datetime | None
    interest: str
    url: str


_threads: list[Callable[[Workspace, str], list[PersonThread]]] = []
_erasers: list[Callable[[Workspace, str], Mapping[str, int]]] = []


def finds_threads(
    finder: Callable[[Workspace, str], list[PersonThread]],
) -> Callable[[Workspace, str], list[PersonThread]]:
    """Have a function of the app above find the conversations with an address; a decorator."""
    _threads.append(finder)
    return finder


def threads_of(workspace: Workspace, email: str) -> list[PersonThread]:
    """The conversations with an address, the newest first."""
    return [thread for finder in _threads for thread in finder(workspace, email)]


def erases(eraser: Callable[[Workspace, str], Mapping[str, int]]) -> Callable[[Workspace, str], Mapping[str, int]]:
    """Have a function of the app above erase what it stores of an address, and say what and how many; a decorator."""
    _erasers.append(eraser)
    return eraser


def erase_elsewhere(workspace: Workspace, email: str) -> dict[str, int]:
    """Erase what the apps above store of an address: what -> how many."""
    return {what: number for eraser in _erasers for what, number in eraser(workspace, email).items()}


def deleted(rows: QuerySet[Any]) -> int:
    """Delete rows and return how many of them; what hangs on them goes with them and is not counted."""
    return rows.delete()[1].get(rows.model._meta.label, 0)
