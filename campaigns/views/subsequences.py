"""Subsequences: the list, one of them, creating, pausing and resuming."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.errors import CampaignError
from campaigns.models import Campaign, Subsequence
from campaigns.pages.subsequences import subsequence_cells, subsequence_list, subsequence_page
from campaigns.sending.subsequence_pauses import pause_subsequence
from campaigns.sending.subsequences import create_subsequence, resume_subsequence
from campaigns.views.subsequence_form import SubsequenceForm
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (CampaignError, ObjectError, WorkspaceError)


@require_GET
@member_may(Action.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the subsequences of every campaign."""
    member = member_of(request)
    context = {
        "nav": "subsequences",
        "page": subsequence_list(current_workspace(), request.GET),
        "may_create": member.may(Action.SUBSEQUENCES),
    }
    return render(request, "campaigns/subsequences.html", context)


@require_GET
@member_may(Action.READ)
def listing_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the subsequences that the list shows as CSV."""
    page = subsequence_list(current_workspace(), request.GET)
    return csv_download("subsequences.csv", csv_lines(subsequence_cells(page)))


@require_GET
@member_may(Action.READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one subsequence: when it begins, what it sends, what came of it, whether it may send."""
    page = subsequence_page(_subsequence_or_404(pk), member=member_of(request))
    return render(request, "campaigns/subsequence.html", {"nav": "subsequences", "page": page})


@require_http_methods(["GET", "POST"])
@member_may(Action.SUBSEQUENCES)
def create(request: HttpRequest) -> HttpResponse:
    """Take what a new subsequence is to be; it is created paused."""
    workspace = current_workspace()
    # Of hundreds, only what the form shows and checks; the rest of the chosen one is read when it is wanted.
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).only("name", "schedule")
    campaigns = list(there.order_by("name", "pk"))
    initial = {"campaign": number_in(request.GET.get("campaign", ""))}
    form = SubsequenceForm(
        request.POST if request.method == "POST" else None,
        campaigns=campaigns,
        interests=interest_choices(workspace),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _requested(create_subsequence(form.chosen_campaign, form.new, by=member_of(request)))
        except _REFUSALS as refusal:
            form.add_error(None, str(refusal))
    status = 422 if form.errors else 200
    return render(request, "campaigns/subsequence_create.html", {"nav": "subsequences", "form": form}, status=status)


@posted_from("campaigns:subsequence")
@member_may(Action.PAUSE)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a subsequence; open to everyone who is signed in, as pausing a campaign is."""
    return _requested(pause_subsequence(_subsequence_or_404(pk), by=member_of(request)))


@posted_from("campaigns:subsequence")
@member_may(Action.ACTIVATE)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a subsequence send, where the approval of its campaign names it as it is."""
    row = _subsequence_or_404(pk)
    if request.POST.get("confirmed") != "yes":
        messages.error(request, "Confirm that it may send. Nothing was changed.")
        return redirect("campaigns:subsequence", pk)
    try:
        return _requested(resume_subsequence(row, by=member_of(request)))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("campaigns:subsequence", pk)


def _requested(change: ObjectChange) -> HttpResponse:
    enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    return redirect("objects:change", change.pk)


def _subsequence_or_404(pk: int) -> Subsequence:
    found = Subsequence.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace", "campaign")
    row = found.first()
    if row is None:
        raise Http404("There is no such subsequence in this workspace.")
    return row
