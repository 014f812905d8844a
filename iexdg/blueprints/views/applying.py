"""A draft against Instantly: its plan, applying it, its versions, taking over what Instantly has, its file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.blueprints.drafts.comparing import remote_id_of, request_plan
from iexdg.blueprints.drafts.content import text_of
from iexdg.blueprints.drafts.requests import order_apply
from iexdg.blueprints.drafts.sources import content_at_instantly
from iexdg.blueprints.drafts.verbs import restore, take_over
from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.pages.frame import frame_of
from iexdg.blueprints.pages.lists import versions_page
from iexdg.blueprints.pages.plan import apply_page, plan_page
from iexdg.blueprints.tasks import apply_request, plan_draft
from iexdg.blueprints.views.access import draft_or_404
from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.errors import WorkspaceError


@require_GET
@member_may(Action.READ)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what applying a draft would do, as it was last compared."""
    frame = frame_of(draft_or_404(pk), "plan", member=member_of(request))
    return render(request, "blueprints/plan.html", {"nav": "campaigns", "frame": frame, "page": plan_page(frame)})


@posted_from("blueprints:plan")
@member_may(Action.BLUEPRINTS)
def plan_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a draft with Instantly; a worker does it."""
    draft = draft_or_404(pk)
    request_plan(draft, by=member_of(request))
    enqueue(plan_draft, draft.pk)
    return redirect("blueprints:plan", pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.BLUEPRINTS)
def apply_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what applying does, then record it; a worker does it. Nothing is activated."""
    draft, error = draft_or_404(pk), ""
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        try:
            made = order_apply(draft, pauses_live=request.POST.get("pause") == "yes", by=member_of(request))
        except (BlueprintError, WorkspaceError) as refusal:
            error = str(refusal)
        else:
            enqueue(apply_request, made.pk)
            return redirect("blueprints:plan", pk)
    elif request.method == "POST":
        error = "Confirm that it is to be applied. Nothing was sent."
    context = {"nav": "campaigns", "page": apply_page(draft), "error": error}
    return render(request, "blueprints/apply.html", context, status=422 if error else 200)


@require_GET
@member_may(Action.READ)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who changed a draft when, and what one version changed."""
    frame = frame_of(draft_or_404(pk), "versions", member=member_of(request))
    page = versions_page(frame, number_in(request.GET.get("show", "")))
    return render(request, "blueprints/versions.html", {"nav": "campaigns", "frame": frame, "page": page})


@posted_from("blueprints:versions")
@member_may(Action.BLUEPRINTS)
def restore_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an old version the newest one."""
    draft = draft_or_404(pk)
    number, revision = (number_in(request.POST.get(name, "")) or 0 for name in ("number", "revision"))
    try:
        restore(draft, number, revision=revision, by=member_of(request))
    except BlueprintError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Version {number} was restored. What came after it is still in the list.")
    return redirect("blueprints:versions", pk)


@posted_from("blueprints:plan")
@member_may(Action.BLUEPRINTS)
def take_over_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Make what Instantly has the newest version of a draft."""
    draft = draft_or_404(pk)
    if draft.campaign is None:
        messages.error(request, "This draft is of no campaign yet. Nothing was changed.")
        return redirect("blueprints:plan", pk)
    try:
        content = content_at_instantly(draft.campaign)
        take_over(draft, content, by=member_of(request), what="Took over what Instantly has")
    except (BlueprintError, ClientError) as refusal:
        messages.error(request, str(refusal))
        return redirect("blueprints:plan", pk)
    messages.success(request, "The draft is now what Instantly has. Undo brings back what it was.")
    return redirect("blueprints:draft", pk)


@require_GET
@member_may(Action.READ)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Download a draft as a blueprint."""
    draft = draft_or_404(pk)
    return yaml_download(draft.name, text_of(draft.content, remote_id_of(draft)))


def yaml_download(name: str, text: str) -> HttpResponse:
    """Return a blueprint that the browser saves under the name of its campaign."""
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    file_name = f"{slugify(name) or 'campaign'}.yaml"
    answer["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return answer
