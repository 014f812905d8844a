"""What the inbox knows of a person: their conversations."""

from collections.abc import Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from iexdg.inbox.models import InboxReading, Thread
from iexdg.inbox.pages.inbox import interest_words
from iexdg.workspace_objects.interests import own_labels
from iexdg.workspaces.models import Workspace
from leads.person import PersonThread, erases, finds_threads

_MOST = 20


@finds_threads
def threads(workspace: Workspace, email: str) -> list[PersonThread]:
    """The newest conversations with an address; two queries."""
    found = list(Thread.objects.filter(workspace=workspace, lead=email).order_by("-listed_at", "-pk")[:_MOST])
    own = own_labels(workspace) if found else {}
    return [_shown(one, own) for one in found]


def _shown(thread: Thread, own: Mapping[int, tuple[str, str]]) -> PersonThread:
    interest, _ = interest_words(thread.interest, own)
    return PersonThread(str(thread), thread.newest_at, interest, reverse("inbox:thread", args=[thread.pk]))


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Delete the conversations with an address, their e-mails, and what was answered."""
    # Of a stranger's e-mail Instantly names no lead.
    theirs = Q(lead=email) | Q(lead="", messages__sender__iexact=email)
    pks = list(Thread.objects.filter(theirs, workspace=workspace).order_by().values_list("pk", flat=True).distinct())
    number = len(pks)
    Thread.objects.filter(pk__in=pks).delete()
    if number:
        # What was computed from the conversations is computed again.
        InboxReading.objects.filter(workspace=workspace).update(changed_at=timezone.now())
    return {"conversations": number}
