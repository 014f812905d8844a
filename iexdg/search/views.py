"""One address to search a workspace: a page, a part of it for the palette, or JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from iexdg.search.pages import search_page
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace


@require_GET
@vary_on_headers("Accept", "HX-Request")
@member_may(Action.READ)
def search(request: HttpRequest) -> HttpResponse:
    """Search by ?q=; JSON where the request prefers it to HTML."""
    page = search_page(current_workspace(), member_of(request), request.GET.get("q", ""))
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(page.as_json())
    template = "search/_results.html" if request.headers.get("HX-Target") == "palette-results" else "search/search.html"
    return render(request, template, {"nav": "search", "page": page})
