"""The receiver: its address and secret, rotating the secret, and subscribing it at Instantly. For admins."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.team.sign_in_again import recent_sign_in
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.webhooks import subscribing
from iexdg.webhooks.errors import WebhookError
from iexdg.webhooks.forms import RotateForm, SubscribeForm
from iexdg.webhooks.pages.receiver import shown_receiver
from iexdg.webhooks.receivers import rotate_secret
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (WebhookError, ObjectError, WorkspaceError)


@require_GET
@member_may(Action.WEBHOOKS)
def receiver(request: HttpRequest) -> HttpResponse:
    """Show the address, the secret, and what is subscribed."""
    return _page(request, SubscribeForm(initial={"events": subscribing.NEEDED}), RotateForm())


@posted_from("webhooks:receiver")
@member_may(Action.WEBHOOKS)
@recent_sign_in
def rotate(request: HttpRequest) -> HttpResponse:
    """Make a new secret, and have the webhooks send it."""
    form, workspace, by = RotateForm(request.POST), current_workspace(), member_of(request)
    if not form.is_valid():
        return _page(request, SubscribeForm(initial={"events": subscribing.NEEDED}), form, status=422)
    try:
        rotate_secret(workspace, by=by)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("webhooks:receiver")
    messages.success(request, "There is a new secret. The former one is accepted for 24 hours.")
    return _requested(request, lambda: subscribing.send_secret(workspace, by=by))


@posted_from("webhooks:receiver")
@member_may(Action.WEBHOOKS)
def send_secret(request: HttpRequest) -> HttpResponse:
    """Have every webhook to the receiver send its newest secret."""
    workspace, by = current_workspace(), member_of(request)
    return _requested(request, lambda: subscribing.send_secret(workspace, by=by))


@posted_from("webhooks:receiver")
@member_may(Action.WEBHOOKS)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Create webhooks to the receiver at Instantly."""
    form, workspace, by = SubscribeForm(request.POST), current_workspace(), member_of(request)
    if not form.is_valid():
        return _page(request, form, RotateForm(), status=422)
    return _requested(request, lambda: subscribing.subscribe(workspace, form.chosen, by=by))


def _requested(request: HttpRequest, ask: Callable[[], list[ObjectChange]]) -> HttpResponse:
    try:
        changes = ask()
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("webhooks:receiver")
    for change in changes:
        enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    if len(changes) == 1:
        return redirect("objects:change", changes[0].pk)
    if changes:
        messages.success(request, f"{plural(len(changes), 'request')} sent to Instantly; each is shown below.")
        return redirect("objects:webhooks")
    return redirect("webhooks:receiver")


def _page(request: HttpRequest, form: SubscribeForm, rotating: RotateForm, *, status: int = 200) -> HttpResponse:
    shown = shown_receiver(current_workspace(), member=member_of(request), with_secret=True)
    context = {"nav": "webhooks", "section": shown, "form": form, "rotating": rotating}
    return render(request, "webhooks/receiver.html", context, status=status)
