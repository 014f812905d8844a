"""What the inbox knows of a person: their conversations."""

from collections.abc import Mapping

from django.urls import reverse

from iexdg.inbox.models import Interest, Thread
from iexdg.workspaces.models import Workspace
from leads.person import PersonThread, erases, finds_threads

_MOST = 20


@finds_threads
def threads(workspace: Workspace, email: str) -> list[PersonThread]:
    """The newest conversations with an address; one query."""
    found = Thread.objects.filter(workspace=workspace, lead=email).order_by("-newest_at", "-pk")[:_MOST]
    return [
        PersonThread(str(one), one.newest_at, _interest(one.interest), reverse("inbox:thread", args=[one.pk]))
        for one in found
    ]


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Delete the conversations with an address, their e-mails, and what was answered."""
    found = Thread.objects.filter(workspace=workspace, lead=email)
    number = found.count()
    found.delete()
    return {"conversations": number}


def _interest(code: int | None) -> str:
    if code is None:
        return ""
    return str(Interest(code).label) if code in Interest.values else f"label {code}"
