"""The rehearsal of a campaign: its page, how far it is, its request, its days as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from campaigns.views.access import campaign_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.rehearsals.asking import ask_to_rehearse
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.forms import RehearseForm
from iexdg.rehearsals.pages.rehearsal import csv_rows, rehearsal_page
from iexdg.rehearsals.queries import newest_done
from iexdg.rehearsals.tasks import play_rehearsal
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download, csv_lines

_STOP_POLLING = 286


@require_GET
@member_may(Action.READ)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest result, and the form for another one."""
    return _page(request, campaign_or_404(pk), RehearseForm())


@require_GET
@member_may(Action.READ)
@part_of("rehearsals:rehearsal")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed while one is played: nothing (204), something, or the end (286)."""
    shown = rehearsal_page(campaign_or_404(pk), member_of(request))
    if shown.running is not None and request.GET.get("seen") == shown.version:
        return HttpResponse(status=204)
    status = 200 if shown.running is not None else _STOP_POLLING
    context = {"page": shown, "form": RehearseForm()}
    return render(request, "rehearsals/_body.html", context, status=status)


@posted_from("rehearsals:rehearsal")
@member_may(Action.REHEARSE)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Request one; a worker plays it."""
    campaign, form = campaign_or_404(pk), RehearseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, campaign, form, status=422)
    entered = form.cleaned_data
    try:
        asked = ask_to_rehearse(
            campaign, by=member_of(request), upload=form.upload, pairs=entered["pairs"], starts_on=entered["starts_on"]
        )
    except RehearsalError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, campaign, form, status=422)
    enqueue(play_rehearsal, asked.pk)
    return redirect("rehearsals:rehearsal", pk=pk)


@require_GET
@member_may(Action.READ)
def days_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Download the days of the newest result; the header alone where there is none."""
    found = newest_done(campaign_or_404(pk))
    return csv_download("rehearsal.csv", csv_lines(csv_rows(found)))


def _page(request: HttpRequest, campaign: Campaign, form: RehearseForm, *, status: int = 200) -> HttpResponse:
    context = {"nav": "campaigns", "page": rehearsal_page(campaign, member_of(request)), "form": form}
    return render(request, "rehearsals/rehearsal.html", context, status=status)
