"""What a delivery makes the product read. Each app declares its own in its module `webhook_handlers`.

A handler records that something is wanted and starts the task that reads it; it calls no vendor, writes no status and
no verdict out of the payload, and may run twice for the same delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from iexdg.webhooks.events import Event
from iexdg.webhooks.models import EventKind
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Hint:
    """A delivery as handlers see it. Shapes: delivery - its id, the same however often it is routed."""

    delivery: int
    workspace: Workspace
    received_at: datetime
    event: Event


# Returns in words what was asked for; "" where there was nothing to ask.
Handler = Callable[[Hint], str]
_handlers: dict[EventKind, list[Handler]] = {}


def handles(*kinds: EventKind) -> Callable[[Handler], Handler]:
    """Have a function called for every delivery of these kinds; a decorator."""

    def add(handler: Handler) -> Handler:
        for kind in kinds:
            _handlers.setdefault(kind, []).append(handler)
        return handler

    return add


def handlers_of(kind: EventKind) -> tuple[Handler, ...]:
    """Return what is called for a kind, lower apps first."""
    return tuple(_handlers.get(kind, ()))
