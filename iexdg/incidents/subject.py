"""What an incident is about, as plain data: the apps above make one of their own rows."""

from dataclasses import dataclass

from iexdg.incidents.kinds import IncidentKind
from iexdg.ui.addresses import page_url


@dataclass(frozen=True)
class Subject:
    """A campaign, or something that belongs to one.

    Shapes: ref, name - our id and the name of the campaign; url - the subject's own page.
    """

    ref: int
    name: str
    url: str


def address_of(kind: IncidentKind, about: Subject | None) -> str:
    """Return where an incident is dealt with: the page that its kind names, else the subject's own, else ""."""
    page = kind.next_step.page
    if not page:
        return about.url if about else ""
    return page_url(page, about.ref) if about else page_url(page)
