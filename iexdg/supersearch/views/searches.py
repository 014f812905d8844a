"""SuperSearch: the searches, one of them, counting again, and spending credits once the price is confirmed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.models import Campaign
from iexdg.operations.enqueue import enqueue
from iexdg.supersearch import orders
from iexdg.supersearch.errors import EnrichmentRefusedError, SuperSearchError
from iexdg.supersearch.forms import EnrichForm, SearchForm
from iexdg.supersearch.models import Enrichment, EnrichmentState, Search
from iexdg.supersearch.orders import look_again, order, price_of
from iexdg.supersearch.pages.searches import campaigns_to_choose, search_list, search_page
from iexdg.supersearch.tasks import carry_out_enrichment, count_search
from iexdg.supersearch.verbs import count_again, new_search
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (SuperSearchError, WorkspaceError)


@require_GET
@member_may(Action.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the searches of the workspace."""
    page = search_list(current_workspace(), member=member_of(request))
    return render(request, "supersearch/list.html", {"nav": "supersearch", "page": page})


@require_http_methods(["GET", "POST"])
@member_may(Action.SUPERSEARCH)
def create(request: HttpRequest) -> HttpResponse:
    """Take the filters of a search; counting and previewing it spends nothing."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        search = new_search(
            current_workspace(),
            entered["name"],
            form.filters,
            skip_owned=entered["skip_owned"],
            one_per_company=entered["one_per_company"],
            by=member_of(request),
        )
        enqueue(count_search, search.pk)
        return redirect("supersearch:search", search.pk)
    status = 422 if form.errors else 200
    return render(request, "supersearch/create.html", {"nav": "supersearch", "form": form}, status=status)


@require_GET
@member_may(Action.READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one search: how many it finds, the first of them, and what became of its enrichments."""
    return _detail(request, _search_or_404(pk), None)


@posted_from("supersearch:search")
@member_may(Action.SUPERSEARCH)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a search again; a worker does it."""
    search = _search_or_404(pk)
    count_again(search, by=member_of(request))
    enqueue(count_search, search.pk)
    messages.success(request, "Counting at Instantly. The time on this page says when it is done.")
    return redirect("supersearch:search", pk)


@posted_from("supersearch:search")
@member_may(Action.SUPERSEARCH)
def enrich(request: HttpRequest, pk: int) -> HttpResponse:
    """Say the price of some people; spend it once that price is confirmed."""
    search = _search_or_404(pk)
    form = _form(search, request)
    if not form.is_valid():
        return _detail(request, search, form, status=422)
    entered = form.cleaned_data
    campaign = Campaign.objects.get(workspace=search.workspace, pk=entered["campaign"])
    if request.POST.get("confirmed") != "yes" or entered["price"] is None:
        return _confirm(request, search, form, campaign)
    try:
        made = order(search, into=campaign, most=entered["most"], price=entered["price"], by=member_of(request))
    except _REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _detail(request, search, form, status=422)
    enqueue(carry_out_enrichment, made.pk)
    return redirect("supersearch:search", pk)


@posted_from("supersearch:search")
@member_may(Action.SUPERSEARCH)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Await the end of an enrichment that is overdue once more, or look for one that was abandoned; nothing is sent."""
    search = _search_or_404(pk)
    closed = Enrichment.objects.filter(search=search, state__in=(EnrichmentState.OVERDUE, EnrichmentState.ABANDONED))
    for made in closed.select_related("workspace", "search")[:1]:
        try:
            if look_again(made, by=member_of(request)):
                enqueue(carry_out_enrichment, made.pk)
        except EnrichmentRefusedError as refusal:
            messages.error(request, str(refusal))
    return redirect("supersearch:search", pk)


@posted_from("supersearch:search")
@member_may(Action.SUPERSEARCH)
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an enrichment without an answer, so that another one of the search can be requested."""
    search = _search_or_404(pk)
    there = Enrichment.objects.filter(search=search, state=EnrichmentState.UNKNOWN)
    unanswered = there.select_related("workspace", "search")
    abandoned = [made for made in unanswered if orders.abandon(made, by=member_of(request))]
    if not abandoned:
        messages.info(request, "It has gone on since, or was sent less than 30 minutes ago. Nothing was changed.")
    return redirect("supersearch:search", pk)


def _confirm(request: HttpRequest, search: Search, form: EnrichForm, campaign: Campaign) -> HttpResponse:
    context = {
        "nav": "supersearch",
        "page": search_page(search, member=member_of(request)),
        "campaign": campaign,
        "most": form.cleaned_data["most"],
        "price": price_of(form.cleaned_data["most"]),
    }
    return render(request, "supersearch/confirm.html", context)


def _detail(request: HttpRequest, search: Search, form: EnrichForm | None, *, status: int = 200) -> HttpResponse:
    context = {
        "nav": "supersearch",
        "page": search_page(search, member=member_of(request)),
        "form": form or _form(search, None),
    }
    return render(request, "supersearch/detail.html", context, status=status)


def _form(search: Search, request: HttpRequest | None) -> EnrichForm:
    most = search.count or 0
    return EnrichForm(
        request.POST if request is not None else None,
        campaigns=campaigns_to_choose(search.workspace),
        most=most,
        initial={"most": min(most, 100) or None},
    )


def _search_or_404(pk: int) -> Search:
    found = Search.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace", "by").first()
    if found is None:
        raise Http404("There is no such search in this workspace.")
    return found
