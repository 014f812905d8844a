"""The page of a person across campaigns and lists, and what is done with them: variables, erasure."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from leads.changing.ask import FIELDS, change_variables
from leads.changing.erasure import ask_to_erase
from leads.errors import LeadsError
from leads.models import Erasure, Lead, ListedLead
from leads.pages.person import erasure_lines, erasure_plan, listed_person_page, person_page
from leads.queries import lead_of, lead_with
from leads.tasks import change_people

VARIABLE_PREFIX = "variable-"


@require_GET
@member_may(Action.READ)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; with `?emails=1` also the e-mails, which Instantly is asked for then."""
    lead = _lead_or_404(pk)
    page = person_page(lead, member_of(request), reads_emails=request.GET.get("emails") == "1")
    return render(request, "leads/person.html", {"nav": "leads", "page": page, "prefix": VARIABLE_PREFIX})


@require_GET
@member_may(Action.READ)
def former_address(request: HttpRequest, pk: int) -> HttpResponse:
    """The address that a person's page had before; links in messages and bookmarks still work."""
    return redirect("leads:person", pk=_lead_or_404(pk).pk)


@require_GET
@member_may(Action.READ)
def listed_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person of a list: their own page where they are in a campaign too, otherwise what is known of them."""
    listed = _listed_or_404(pk)
    lead = lead_with(listed.workspace, listed.email)
    if lead is not None:
        return redirect("leads:person", pk=lead.pk)
    page = listed_person_page(listed, member_of(request))
    return render(request, "leads/listed_person.html", {"nav": "lists", "page": page})


@posted_from("leads:person")
@member_may(Action.PEOPLE)
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Request other values of a person; what was not posted stays."""
    lead = _lead_or_404(pk)
    fields = {name: request.POST[name].strip() for name in FIELDS if name in request.POST}
    variables = {
        name.removeprefix(VARIABLE_PREFIX): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith(VARIABLE_PREFIX)
    }
    try:
        change_variables(lead, fields, variables, by=member_of(request))
    except (LeadsError, WorkspaceError) as error:
        messages.error(request, str(error))
        return redirect("leads:person", pk=pk)
    enqueue(change_people, lead.workspace_id)
    messages.info(request, "The change is requested. It shows once Instantly has confirmed it.")
    return redirect("leads:person", pk=pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.ERASE)
def erase_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what erasing a person does; request it once their address was typed."""
    return _erase(request, _lead_or_404(pk))


@require_http_methods(["GET", "POST"])
@member_may(Action.ERASE)
def erase_listed(request: HttpRequest, pk: int) -> HttpResponse:
    """Do the same for someone who is in a list only."""
    return _erase(request, _listed_or_404(pk))


def _erase(request: HttpRequest, someone: Lead | ListedLead) -> HttpResponse:
    workspace, error = current_workspace(), ""
    if not someone.email:
        raise Http404("This person has no address; remove them in Instantly.")
    if request.method == "POST":
        try:
            erasure = ask_to_erase(
                workspace,
                someone.email,
                typed=request.POST.get("typed", ""),
                keeps_blocked=request.POST.get("keeps_blocked") == "on",
                by=member_of(request),
            )
        except (LeadsError, WorkspaceError) as refusal:
            error = str(refusal)
        else:
            enqueue(change_people, workspace.pk)
            return redirect("leads:erasure", pk=erasure.pk)
    context = {"nav": "leads", "plan": erasure_plan(workspace, someone), "someone": someone, "error": error}
    return render(request, "leads/person_erase.html", context, status=422 if error else 200)


@require_GET
@member_may(Action.ERASE)
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of an erasure, or how far it is."""
    found = Erasure.objects.filter(workspace=current_workspace(), pk=pk).select_related("by").first()
    if found is None:
        raise Http404("There is no such erasure in this workspace.")
    context = {"nav": "leads", "erasure": found, "lines": erasure_lines(found)}
    return render(request, "leads/erasure.html", context)


def _lead_or_404(pk: int) -> Lead:
    lead = lead_of(current_workspace(), pk)
    if lead is None:
        raise Http404("There is no such lead in this workspace.")
    return lead


def _listed_or_404(pk: int) -> ListedLead:
    found = ListedLead.objects.filter(workspace=current_workspace(), pk=pk).select_related("lead_list__workspace")
    listed = found.first()
    if listed is None:
        raise Http404("There is no such person in a list of this workspace.")
    return listed
