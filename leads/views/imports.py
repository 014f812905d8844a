"""The page of one import and its actions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.forms import first_error
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.ui.spreadsheet import csv_download
from iexdg.workspaces.errors import WorkspaceError
from leads.errors import AlreadyDoneError, EffectNotAcceptedError, LeadsError
from leads.forms import StartForm
from leads.importing.failed_rows import failed_rows_csv
from leads.importing.upload import CHECKABLE
from leads.imports.verbs import release_canary, resume, retry_pending, start, stop
from leads.lists.target import effect_of
from leads.models import Import, VerifyBy
from leads.pages.import_page import import_page
from leads.pages.import_rows import rows_page
from leads.pages.mapping import mapping_page
from leads.pages.preview import preview_of
from leads.pages.reading import reading_page
from leads.tasks import advance_import
from leads.views.lookup import import_of

# htmx stops polling on this status and still swaps in the response.
STOP_POLLING = 286


@require_GET
@member_may(Action.READ)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an import, at one address in every state."""
    imported = import_of(pk)
    return show(request, imported, choosing="columns" in request.GET and imported.state in CHECKABLE)


@require_GET
@member_may(Action.READ)
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of an import, by their outcome."""
    return render(request, "leads/import_rows.html", {"nav": "imports", "page": rows_page(import_of(pk), request.GET)})


def show(
    request: HttpRequest, imported: Import, *, error: str = "", choosing: bool = False, form: StartForm | None = None
) -> HttpResponse:
    """Render the page, or with an error the same page as 422."""
    context = _context(request, imported, choosing=choosing)
    context |= {"nav": "imports", "error": error, "start_form": form or StartForm()}
    return render(request, "leads/import.html", context, status=422 if error else 200)


def _context(request: HttpRequest, imported: Import, *, choosing: bool = False) -> dict[str, object]:
    page = import_page(imported, imported.workspace, member_of(request))
    stage = "map" if choosing else page.stage
    context: dict[str, object] = {"page": page, "imported": imported, "stage": stage}
    if stage == "map":
        context["mapping"] = mapping_page(imported)
        context["reading"] = reading_page(imported)
    elif stage == "preview":
        context["preview"] = preview_of(imported, page.counts, imported.workspace)
    return context


@require_GET
@member_may(Action.READ)
@part_of("leads:import")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: 204 if nothing changed since `seen`, 200 if something did, 286 at the end."""
    imported = import_of(pk)
    context = _context(request, imported)
    page = context["page"]
    polls = bool(getattr(page, "polls", False))
    if polls and request.GET.get("seen") == getattr(page, "version", ""):
        return HttpResponse(status=204)
    context |= {"start_form": StartForm(), "is_fragment": True}
    return render(request, "leads/_import_body.html", context, status=200 if polls else STOP_POLLING)


@posted_from("leads:import")
@member_may(Action.IMPORT)
def start_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the import; from here on credits are spent."""
    imported = import_of(pk)
    form = StartForm(request.POST)
    if not form.is_valid():
        return show(request, imported, error=first_error(form), form=form)
    try:
        start(
            imported,
            by=member_of(request),
            hold=form.holds(by_default=effect_of(imported).holds_by_default),
            canary=form.canary,
            accept_catch_all=form.cleaned_data["accept_catch_all"],
            accept_no_room=form.cleaned_data["accept_no_room"],
            accept_marked=form.cleaned_data["accept_marked"],
            verify_by=form.cleaned_data["verify_by"] or VerifyBy.ADDRESS,
            shown=request.POST.get("effect", ""),
        )
    except AlreadyDoneError as done:
        messages.info(request, str(done))
        return redirect("leads:import", pk=pk)
    except EffectNotAcceptedError as error:
        # What was chosen was chosen for another effect: the default of the new one is preselected.
        return show(request, import_of(pk), error=str(error), form=form.without_policy())
    except (LeadsError, WorkspaceError) as error:
        return show(request, imported, error=str(error), form=form)
    enqueue(advance_import, imported.pk)
    return redirect("leads:import", pk=pk)


@posted_from("leads:import")
@member_may(Action.IMPORT)
def stop_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the import."""
    return _act(request, pk, lambda imported: stop(imported, by=member_of(request)))


@posted_from("leads:import")
@member_may(Action.IMPORT)
def resume_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Continue the import."""
    return _act(request, pk, lambda imported: resume(imported, by=member_of(request), accepted=_accepted(request)))


@posted_from("leads:import")
@member_may(Action.RELEASE_CANARY)
def release_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the rows that a canary holds although it has not passed."""
    reason = request.POST.get("reason", "")
    by, accepted = member_of(request), _accepted(request)
    return _act(request, pk, lambda imported: release_canary(imported, by=by, reason=reason, accepted=accepted))


@posted_from("leads:import")
@member_may(Action.IMPORT)
def retry_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify addresses without a verdict again."""
    return _act(
        request, pk, lambda imported: retry_pending(imported, by=member_of(request), accepted=_accepted(request))
    )


def _accepted(request: HttpRequest) -> str:
    """The code of the effect that was confirmed with the checkbox; "" where it was not."""
    return request.POST.get("accepted", "")


def _act(request: HttpRequest, pk: int, act: Callable[[Import], object]) -> HttpResponse:
    """Run the action, then show the import: as a fragment for htmx, otherwise by redirect."""
    imported = import_of(pk)
    refusal = done = ""
    try:
        act(imported)
        enqueue(advance_import, imported.pk)
    except AlreadyDoneError as before:
        done = str(before)
    except (LeadsError, WorkspaceError) as error:
        refusal = str(error)
    if not getattr(request, "htmx", False):
        if refusal:
            messages.error(request, refusal)
        elif done:
            messages.info(request, done)
        return redirect("leads:import", pk=pk)
    context = _context(request, import_of(pk))
    context |= {"start_form": StartForm(), "is_fragment": True, "error": refusal, "done": done}
    return render(request, "leads/_import_body.html", context, status=422 if refusal else 200)


@require_GET
@member_may(Action.IMPORT)
def failed_rows_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Download the lines that were not loaded, with their original cells and the reason."""
    imported = import_of(pk)
    stem = imported.file_name.rpartition(".")[0] or imported.file_name
    return csv_download(f"{stem}-failed.csv", failed_rows_csv(imported))
