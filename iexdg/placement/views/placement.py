"""Placement tests: the list, one of them, starting, pausing, resuming, deleting, and reading results now."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.mailboxes.models import Mailbox
from iexdg.operations.enqueue import enqueue
from iexdg.placement.errors import PlacementError
from iexdg.placement.forms import DeleteForm, PlacementForm
from iexdg.placement.models import PlacementKind, PlacementTest
from iexdg.placement.pages.placement import consequences, placement_list, placement_page, why_not_started
from iexdg.placement.tasks import read_results_of, watch_tests
from iexdg.placement.verbs import delete_test, pause_test, resume_test, start_test
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspace_objects.errors import ObjectError
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (PlacementError, ObjectError, WorkspaceError)
_READING = "Reading from Instantly. The times on this page say when it is done."


@require_GET
@member_may(Action.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the placement tests of the workspace."""
    page = placement_list(current_workspace(), request.GET, member=member_of(request))
    return render(request, "placement/list.html", {"nav": "placement-tests", "page": page})


@require_GET
@member_may(Action.READ)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one test: where its e-mails landed, by provider and mailbox, and the reports of its domains."""
    page = placement_page(_test_or_404(pk), member=member_of(request))
    return render(request, "placement/detail.html", {"nav": "placement-tests", "page": page})


@require_http_methods(["GET", "POST"])
@member_may(Action.PLACEMENT)
def create(request: HttpRequest) -> HttpResponse:
    """Take what a test is to be, show what it does, and start it once that is confirmed."""
    workspace, is_post = current_workspace(), request.method == "POST"
    boxes = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("email")
    (kinds,) = kept(workspace, ObjectKind.SEED_KIND)
    form = PlacementForm(
        request.POST if is_post else None,
        mailboxes=list(boxes.values_list("email", flat=True)),
        kinds=kinds.items,
        initial={"senders": request.GET.getlist("mailbox")},
    )
    if is_post and form.is_valid() and request.POST.get("confirmed") == "yes":
        try:
            return _requested(start_test(workspace, form.new, by=member_of(request)))
        except _REFUSALS as refusal:
            form.add_error(None, str(refusal))
    elif is_post and form.is_valid() and "back" not in request.POST:
        return _confirm(request, form)
    why_not = why_not_started(workspace, member_of(request))
    context = {"nav": "placement-tests", "form": form, "why_not": why_not, "kinds": kinds}
    return render(request, "placement/create.html", context, status=422 if form.errors else 200)


def _confirm(request: HttpRequest, form: PlacementForm) -> HttpResponse:
    workspace, new = current_workspace(), form.new
    newest = PlacementTest.objects.filter(workspace=workspace, seeds__isnull=False).first()
    seeds = newest.seeds if newest is not None and not new.seed_kinds else None
    kind = PlacementKind.AUTOMATED if new.schedule else PlacementKind.ONE_TIME
    context = {
        "nav": "placement-tests",
        "form": form,
        "new": new,
        "consequences": consequences(new.senders, kind, seeds, at_once=new.at_once),
        "boxes": list(Mailbox.objects.filter(workspace=workspace, email__in=new.senders).order_by("email")),
        "why_not": why_not_started(workspace, member_of(request)),
    }
    return render(request, "placement/confirm.html", context)


@posted_from("placement:test")
@member_may(Action.PAUSE)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a test; open to everyone who is signed in, as pausing a campaign is."""
    try:
        return _requested(pause_test(_test_or_404(pk), by=member_of(request)))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("placement:test", pk)


@posted_from("placement:test")
@member_may(Action.PLACEMENT)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a paused test send again, once that is confirmed."""
    test = _test_or_404(pk)
    if request.POST.get("confirmed") != "yes":
        messages.error(request, "Confirm that it may send. Nothing was changed.")
        return redirect("placement:test", pk)
    try:
        return _requested(resume_test(test, by=member_of(request)))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("placement:test", pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.PLACEMENT)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a test with its results."""
    test = _test_or_404(pk)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _requested(delete_test(test, by=member_of(request)))
        except _REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {"nav": "placement-tests", "test": test, "form": form}
    return render(request, "placement/delete.html", context, status=422 if form.errors else 200)


@posted_from("placement:list")
@member_may(Action.SYNC)
def read_now(request: HttpRequest) -> HttpResponse:
    """Read the list of tests; a worker does it."""
    enqueue(watch_tests, current_workspace().pk)
    messages.success(request, _READING)
    return redirect("placement:list")


@posted_from("placement:test")
@member_may(Action.SYNC)
def read_results_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the results of one test; a worker does it."""
    enqueue(read_results_of, _test_or_404(pk).pk)
    messages.success(request, _READING)
    return redirect("placement:test", pk)


def _requested(change: ObjectChange) -> HttpResponse:
    enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    return redirect("objects:change", change.pk)


def _test_or_404(pk: int) -> PlacementTest:
    found = PlacementTest.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace").first()
    if found is None:
        raise Http404("There is no such placement test in this workspace.")
    return found
