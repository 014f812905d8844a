"""Webhooks: the list, the newest deliveries, creating, changing, testing, resuming and deleting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.addresses import host_of
from iexdg.workspace_objects.forms import DeleteForm, WebhookForm
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.models import ObjectKind, Verb
from iexdg.workspace_objects.pages.exports import webhook_cells
from iexdg.workspace_objects.pages.webhooks import choices_of, webhooks_page
from iexdg.workspace_objects.views.access import item_or_404, requested_by_form, requested_or_refused
from iexdg.workspace_objects.webhooks import create_webhook, edit_webhook, request_of_webhook
from iexdg.workspaces.connected import current_workspace

_VERBS = {"test": Verb.TEST, "resume": Verb.RESUME}


@require_GET
@member_may(Action.READ)
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show the webhooks of the workspace and what Instantly delivered lately."""
    context = {"nav": "webhooks", "page": webhooks_page(current_workspace(), request.GET, member=member_of(request))}
    return render(request, "workspace_objects/webhooks.html", context)


@require_GET
@member_may(Action.READ)
def webhooks_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the webhooks as CSV, with as much of their addresses as the page shows."""
    page = webhooks_page(current_workspace(), request.GET, member=member_of(request))
    return csv_download("webhooks.csv", csv_lines(webhook_cells(page.lines)))


@require_http_methods(["GET", "POST"])
@member_may(Action.WEBHOOKS)
def webhook_create(request: HttpRequest) -> HttpResponse:
    """Create a webhook."""
    form = _form(request, {})
    if request.method == "POST" and form.is_valid():
        values, by = form.values, member_of(request)
        done = requested_by_form(form, lambda: create_webhook(current_workspace(), values, by=by))
        if done is not None:
            return done
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@member_may(Action.WEBHOOKS)
def webhook(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Change a webhook; its headers, and its address where none is entered, stay as they are at Instantly."""
    item = item_or_404(ObjectKind.WEBHOOK, remote_id)
    event = f"label:{item['interest']}" if item["interest"] is not None else item["event"]
    form = _form(request, {name: item[name] for name in ("campaign", "name")} | {"event": event}, has=str(item["url"]))
    if request.method == "POST" and form.is_valid():
        values, by = form.values, member_of(request)
        done = requested_by_form(form, lambda: edit_webhook(current_workspace(), item, values, by=by))
        if done is not None:
            return done
    return _page(request, form, item)


@posted_from("objects:webhook")
@member_may(Action.WEBHOOKS)
def webhook_act(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Let Instantly send a test, or enable a webhook that failures disabled."""
    item, verb = item_or_404(ObjectKind.WEBHOOK, remote_id), _VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        messages.error(request, "Choose what to do with the webhook.")
        return redirect("objects:webhooks")
    by = member_of(request)
    return requested_or_refused(
        request, lambda: request_of_webhook(current_workspace(), item, verb, by=by), back="objects:webhooks"
    )


@require_http_methods(["GET", "POST"])
@member_may(Action.WEBHOOKS)
def webhook_delete(request: HttpRequest, remote_id: str) -> HttpResponse:
    """Ask, then delete a webhook."""
    item = item_or_404(ObjectKind.WEBHOOK, remote_id)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = member_of(request)
        done = requested_by_form(form, lambda: request_of_webhook(current_workspace(), item, Verb.DELETE, by=by))
        if done is not None:
            return done
    context = {"nav": "webhooks", "item": item, "host": host_of(str(item["url"])), "form": form}
    return render(request, "workspace_objects/webhook_delete.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, initial: Item, *, has: str = "") -> WebhookForm:
    campaigns, labels = choices_of(current_workspace())
    posted = request.POST if request.method == "POST" else None
    return WebhookForm(posted, campaigns=campaigns, labels=labels, has=has, initial=initial)


def _page(request: HttpRequest, form: WebhookForm, item: Item | None) -> HttpResponse:
    context = {"nav": "webhooks", "form": form, "item": item}
    return render(request, "workspace_objects/webhook.html", context, status=422 if form.errors else 200)
