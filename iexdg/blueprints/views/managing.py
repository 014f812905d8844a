"""What is done with a campaign as a whole: edit, duplicate, rename, delete, download, switch a variant off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.copy.sequence import read_sequence
from campaigns.models import Campaign
from iexdg.blueprints.deleting import order_delete, what_is_lost, why_not_deleted
from iexdg.blueprints.drafts.content import html_at, turned_off
from iexdg.blueprints.drafts.requests import order_rename
from iexdg.blueprints.drafts.sources import copy_of, draft_to_edit
from iexdg.blueprints.drafts.verbs import take_over
from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.forms import RenameForm, TypedNameForm
from iexdg.blueprints.pull import pull_campaign
from iexdg.blueprints.tasks import apply_request
from iexdg.blueprints.views.access import campaign_or_404
from iexdg.blueprints.views.applying import yaml_download
from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (BlueprintError, ClientError, ObjectError, WorkspaceError)


@posted_from("campaigns:copy")
@member_may(Action.BLUEPRINTS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft of a campaign; the first time, it is made from what Instantly has."""
    campaign = campaign_or_404(pk)
    try:
        draft = draft_to_edit(campaign, by=member_of(request))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:copy", pk)
    return redirect("blueprints:draft", draft.pk)


@posted_from("campaigns:settings")
@member_may(Action.BLUEPRINTS)
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of a new campaign with everything that this one has, but its people."""
    campaign = campaign_or_404(pk)
    try:
        draft = copy_of(campaign, by=member_of(request))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:settings", pk)
    return redirect("blueprints:draft", draft.pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.BLUEPRINTS)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another name; it is applied like a blueprint, and read back."""
    campaign = campaign_or_404(pk)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": campaign.name})
    if request.method == "POST" and form.is_valid():
        try:
            entered = form.cleaned_data
            made = order_rename(campaign, entered["name"].strip(), pauses_live=entered["pause"], by=member_of(request))
        except _REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            enqueue(apply_request, made.pk)
            return redirect("blueprints:request", made.pk)
    context = {"nav": "campaigns", "campaign": campaign, "form": form}
    return render(request, "blueprints/rename.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_may(Action.DELETE_CAMPAIGNS)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Name what is lost, and delete a campaign at Instantly once its name was typed."""
    campaign = campaign_or_404(pk)
    form = TypedNameForm(request.POST if request.method == "POST" else None, wanted=campaign.name)
    if request.method == "POST" and form.is_valid():
        try:
            change = order_delete(campaign, by=member_of(request))
        except _REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
            return redirect("objects:change", change.pk)
    context = {
        "nav": "campaigns",
        "campaign": campaign,
        "form": form,
        "lost": what_is_lost(campaign),
        "why_not": why_not_deleted(campaign),
    }
    return render(request, "blueprints/delete.html", context, status=422 if form.errors else 200)


@require_GET
@member_may(Action.READ)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Download a campaign as a blueprint, as Instantly has it now."""
    campaign = campaign_or_404(pk)
    try:
        return yaml_download(campaign.name, pull_campaign(campaign.workspace, campaign.remote_id))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:settings", pk)


@posted_from("campaigns:copy")
@member_may(Action.BLUEPRINTS)
def turn_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a variant off in the draft of a campaign; it is planned, applied and approved as every change is."""
    campaign = campaign_or_404(pk)
    step, variant = (number_in(request.POST.get(name, "")) for name in ("step", "variant"))
    try:
        draft = draft_to_edit(campaign, by=member_of(request))
        content = turned_off(draft.content, (step or 0) - 1, variant or 0) if step else None
        if content is None:
            messages.error(request, "That variant cannot be switched off: it is gone, or the only one that is sent.")
            return redirect("campaigns:copy", pk)
        if html_at(draft.content, (step or 0) - 1, variant or 0) != _body_at(campaign, step or 0, variant or 0):
            messages.error(request, "The draft has other words there than Instantly. Nothing was changed.")
            return redirect("blueprints:plan", draft.pk)
        take_over(draft, content, by=member_of(request), what=f"Switched a variant of step {step} off")
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:copy", pk)
    messages.success(request, "Switched off in the draft. Plan it, apply it, then request a go-live.")
    return redirect("blueprints:plan", draft.pk)


def _body_at(campaign: Campaign, step: int, variant: int) -> str | None:
    """The body of a variant as it was last read. Shapes: step counts from 1, variant from 0."""
    found = read_sequence(campaign.sequences).step(step)
    return next((one.body for one in found.variants if one.place == variant), None) if found is not None else None
