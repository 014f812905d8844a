"""Where e-mails of a mailbox landed in placement tests. The app that has the tests declares it in `mailbox_page`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iexdg.mailboxes.models import Mailbox


@dataclass(frozen=True)
class Placement:
    """What came of one mailbox in one test. Shapes: rate - of the inbox, as the tag `rate` shows it."""

    name: str
    url: str
    made_at: datetime | None
    read_at: datetime | None
    sent: int
    received: int
    inbox: int
    spam: int
    category: int
    rate: Any


# The newest tests of a mailbox, newest first, at a fixed number of queries.
PlacementSource = Callable[[Mailbox], Sequence[Placement]]
_sources: list[PlacementSource] = []


def shows_placements(source: PlacementSource) -> PlacementSource:
    """Show on the page of a mailbox where its e-mails landed; used as a decorator."""
    _sources.append(source)
    return source


def placements_of(box: Mailbox) -> list[Placement]:
    """Return the newest results of a mailbox."""
    return [one for source in _sources for one in source(box)]
