"""Moving people to another campaign or list: who, where to, and what it does, before an import of them is made."""

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign
from campaigns.views.access import campaign_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import query_of
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from leads.errors import LeadsError
from leads.forms import MoveForm
from leads.importing.errors import UnreadableFileError
from leads.imports.moving import (
    People,
    figures_of,
    one_person,
    people_of_campaign,
    people_of_campaigns,
    people_of_list,
    prepare_move,
    prepare_moves,
)
from leads.lists.mirror import lasting_lists_of
from leads.queries import lead_of
from leads.selection import LeadFilters
from leads.sources import Source
from leads.tasks import advance_import
from leads.views.lists import list_or_404


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT)
def move_from_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the people that a filter leaves of a campaign. The filter is in the query string."""
    campaign = campaign_or_404(pk)
    filters = LeadFilters.read(request.GET)
    people = people_of_campaign(campaign, filters, takes_replied=_takes_replied(request))
    back = f"../leads/{query_of(filters.named()) or ''}"
    return _move(request, people, back)


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT)
def move_from_filter(request: HttpRequest) -> HttpResponse:
    """Move the people that a filter over all campaigns leaves: an import for each campaign that they are in."""
    workspace, filters = current_workspace(), LeadFilters.read(request.GET)
    form = _form(request)
    groups: list[People] = []
    refusal = ""
    try:
        groups = people_of_campaigns(workspace, filters, takes_replied=_takes_replied(request))
        if request.method == "POST" and form.is_valid():
            moves = prepare_moves(groups, into=form.into, by=member_of(request))
            for imported in moves:
                enqueue(advance_import, imported.pk)
            words = plural(len(moves), "move is", "moves are")
            messages.info(request, f"{words} being checked, one for each campaign. Start each on its page.")
            return redirect("leads:imports")
    except (LeadsError, UnreadableFileError) as error:
        refusal = str(error)
    lines = [(people.source.name, figures_of(people)) for people in groups]
    total = sum(figures.people for _, figures in lines)
    back = f"../{query_of(filters.named())}"
    context = {"nav": "leads", "form": form, "lines": lines, "total": total, "back": back, "refusal": refusal}
    is_refused = bool(form.errors) or (request.method == "POST" and bool(refusal))
    return render(request, "leads/move_many.html", context, status=422 if is_refused else 200)


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT)
def move_from_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the people that a search leaves of a lead list. The search is in the query string."""
    words = request.GET.get("q", "").strip()[:200]
    people = people_of_list(list_or_404(pk), words, takes_replied=_takes_replied(request))
    return _move(request, people, f"../{query_of({'q': words})}")


@require_http_methods(["GET", "POST"])
@member_may(Action.IMPORT)
def move_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one person of a campaign."""
    lead = lead_of(current_workspace(), pk)
    if lead is None or lead.vanished_at is not None:
        raise Http404("There is no such person in a campaign of this workspace.")
    return _move(request, one_person(lead, takes_replied=_takes_replied(request)), "../")


def _takes_replied(request: HttpRequest) -> bool:
    return request.POST.get("takes_replied") == "on"


def _form(request: HttpRequest, source: Source | None = None) -> MoveForm:
    """Every campaign and list that people may be moved into; where they are is none of them."""
    workspace = current_workspace()
    campaigns = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    lists = lasting_lists_of(workspace).order_by(Lower("name"), "pk")
    if source is not None and source.campaign is not None:
        campaigns = campaigns.exclude(pk=source.campaign.pk)
    if source is not None and source.lead_list is not None:
        lists = lists.exclude(pk=source.lead_list.pk)
    return MoveForm(request.POST if request.method == "POST" else None, campaigns=campaigns, lists=lists)


def _move(request: HttpRequest, people: People, back: str) -> HttpResponse:
    form = _form(request, people.source)
    if request.method == "POST" and form.is_valid():
        try:
            imported = prepare_move(people, into=form.into, by=member_of(request))
        except (LeadsError, UnreadableFileError) as error:
            form.add_error("campaign" if form.cleaned_data["campaign"] else "lead_list", str(error))
        else:
            enqueue(advance_import, imported.pk)
            return redirect("leads:import", pk=imported.pk)
    context = {"nav": "leads", "form": form, "figures": figures_of(people), "source": people.source, "back": back}
    return render(request, "leads/move.html", context, status=422 if form.errors else 200)
