"""Changing the limits of one mailbox or many: entered, shown beside the old ones, then requested."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.mailboxes.forms import LimitsForm
from iexdg.mailboxes.limit_words import LABELS
from iexdg.mailboxes.models import Mailbox, Wanted
from iexdg.mailboxes.pages.limits import review
from iexdg.mailboxes.views.access import chosen_in
from iexdg.mailboxes.views.changing import requested
from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace


@require_http_methods(["GET", "POST"])
@member_may(Action.MAILBOXES)
def limits(request: HttpRequest) -> HttpResponse:
    """Ask for new limits, show them beside the old ones, change them once that is confirmed."""
    posted = request.POST if request.method == "POST" else request.GET
    boxes = chosen_in(current_workspace(), posted)
    if not boxes and request.method == "POST":
        messages.error(request, "Choose at least one mailbox.")
        return redirect("mailboxes:list")
    if "daily_limit" not in posted:
        one = boxes[0] if len(boxes) == 1 else None
        initial = {name: getattr(one, name) for name in LABELS} if one else {}
        return _page(request, boxes, LimitsForm(initial=initial))
    form = LimitsForm(posted)
    if not form.is_valid() or request.method == "GET":
        return _page(request, boxes, form, status=422 if form.errors else 200)
    return _reviewed(request, boxes, form)


def _reviewed(request: HttpRequest, boxes: list[Mailbox], form: LimitsForm) -> HttpResponse:
    shown = review(boxes, form.values)
    if not shown.lines:
        messages.info(request, "These are the limits already. Nothing was changed.")
        return redirect("mailboxes:list")
    if request.POST.get("step") != "change":
        return _page(request, boxes, form, shown=shown)
    if shown.raises and request.POST.get("raise") != "yes":
        problem = "Confirm that more e-mails may leave."
        return _page(request, boxes, form, shown=shown, problem=problem, status=422)
    return requested(request, boxes, Wanted.LIMITS, form.values)


def _page(
    request: HttpRequest, boxes: list[Mailbox], form: LimitsForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"nav": "mailboxes", "boxes": boxes, "form": form, **more}
    return render(request, "mailboxes/limits.html", context, status=status)
