"""One mailbox."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.pages.mailbox import mailbox_page
from iexdg.mailboxes.tasks import read_vitals_of
from iexdg.mailboxes.views.access import mailbox_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from


@require_GET
@member_may(Action.READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mailbox: how it is, what it sends, whom it serves, what was done with it."""
    box, member = mailbox_or_404(pk), member_of(request)
    context = {
        "nav": "mailboxes",
        "box": box,
        "page": mailbox_page(box, timezone.now()),
        "may_change": member.may(Action.MAILBOXES),
        "may_check": member.may(Action.SYNC),
        "may_connect": member.may(Action.CONNECT_MAILBOXES),
        "may_tag": member.may(Action.TAGS),
    }
    return render(request, "mailboxes/detail.html", context)


@posted_from("mailboxes:detail")
@member_may(Action.SYNC)
def check_vitals(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the mail records of the domain; a worker reads them."""
    box = mailbox_or_404(pk)
    Mailbox.objects.filter(pk=box.pk).update(vitals_asked_at=timezone.now())
    enqueue(read_vitals_of, box.pk)
    messages.success(request, f"Checking the mail records of {box.email.rpartition('@')[2]}. The result appears here.")
    return redirect("mailboxes:detail", box.pk)
