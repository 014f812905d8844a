"""What an incident is about, as plain data: the apps above make one of their own rows."""

from dataclasses import dataclass

from iexdg.incidents.kinds import IncidentKind
from iexdg.ui.addresses import page_url


@dataclass(frozen=True)
class Subject:
    """A campaign, something that belongs to one, or something of the workspace that has a page of its own.

    Shapes: ref, name - our id and the name of the campaign, None and "" where it is about none; page, page_ref - the
        subject's own page, by the name that `page_url` knows; "" for none.
    """

    ref: int | None
    name: str
    page: str = ""
    page_ref: int = 0


def address_of(kind: IncidentKind, about: Subject | None) -> str:
    """Return where an incident is dealt with: the page that its kind names, else the subject's own, else "".

    In the current workspace (`in_workspace`).
    """
    page = kind.next_step.page
    if not page:
        return page_url(about.page, about.page_ref) if about else ""
    return page_url(page, about.ref) if about and about.ref is not None else page_url(page)
