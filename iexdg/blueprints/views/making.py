"""The list of drafts, new campaigns, what was sent by blueprints, and discarding a draft."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.blueprints.drafts.sources import copy_of, drafts_of_file
from iexdg.blueprints.drafts.verbs import create_draft, discard
from iexdg.blueprints.errors import BlueprintError, InvalidBlueprintError
from iexdg.blueprints.forms import CopyForm, FileForm, ShortForm
from iexdg.blueprints.pages.lists import campaigns_to_copy, draft_list, writes_page
from iexdg.blueprints.pages.plan import change_line
from iexdg.blueprints.views.access import campaign_or_404, draft_or_404, request_or_404
from iexdg.clients.http.errors import ClientError
from iexdg.mailboxes.models import Mailbox
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace


@require_GET
@member_may(Action.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the drafts of the workspace."""
    page = draft_list(current_workspace(), member=member_of(request))
    return render(request, "blueprints/list.html", {"nav": "campaigns", "page": page})


@require_http_methods(["GET", "POST"])
@member_may(Action.BLUEPRINTS)
def new(request: HttpRequest) -> HttpResponse:
    """Take a new campaign by a short form; it is a draft here, and nothing at Instantly."""
    workspace = current_workspace()
    form = ShortForm(request.POST if request.method == "POST" else None, senders=_senders(request))
    if request.method == "POST" and form.is_valid():
        draft = create_draft(workspace, form.content, by=member_of(request), what="From the short form")
        return redirect("blueprints:draft", draft.pk)
    return _new(request, short=form, status=422 if form.errors else 200)


@posted_from("blueprints:new")
@member_may(Action.BLUEPRINTS)
def upload(request: HttpRequest) -> HttpResponse:
    """Make a draft of every campaign of a file; a file with mistakes makes none."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _new(request, file=form, status=422)
    try:
        name = str(form.cleaned_data["file"].name)[:200]
        made = drafts_of_file(current_workspace(), form.text, name, by=member_of(request))
    except forms.ValidationError as error:
        form.add_error("file", error)
        return _new(request, file=form, status=422)
    except InvalidBlueprintError as error:
        for problem in error.problems[:20]:
            form.add_error("file", problem.words[0].upper() + problem.words[1:])
        return _new(request, file=form, status=422)
    except BlueprintError as error:
        form.add_error("file", str(error))
        return _new(request, file=form, status=422)
    if len(made) == 1:
        return redirect("blueprints:draft", made[0].pk)
    messages.success(request, f"{plural(len(made), 'draft')} made from {name}. Nothing was sent.")
    return redirect("blueprints:drafts")


@posted_from("blueprints:new")
@member_may(Action.BLUEPRINTS)
def copy(request: HttpRequest) -> HttpResponse:
    """Make a draft with everything that a campaign has at Instantly, but its people."""
    form = CopyForm(request.POST, campaigns=campaigns_to_copy(current_workspace()))
    if not form.is_valid():
        return _new(request, copied=form, status=422)
    try:
        draft = copy_of(campaign_or_404(form.cleaned_data["campaign"]), by=member_of(request))
    except (BlueprintError, ClientError) as error:
        form.add_error("campaign", str(error))
        return _new(request, copied=form, status=422)
    return redirect("blueprints:draft", draft.pk)


@require_GET
@member_may(Action.READ)
def writes(request: HttpRequest) -> HttpResponse:
    """Show what was sent for campaigns, from here and by the command, and what became of it."""
    return render(request, "blueprints/writes.html", {"nav": "campaigns", "page": writes_page(current_workspace())})


@require_GET
@member_may(Action.READ)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request to apply, and what became of it."""
    found = request_or_404(pk)
    changes = [change_line(one) for one in found.result.get("changes", [])]
    return render(request, "blueprints/request.html", {"nav": "campaigns", "one": found, "changes": changes})


@require_http_methods(["GET", "POST"])
@member_may(Action.BLUEPRINTS)
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a draft with its versions."""
    draft, error = draft_or_404(pk), ""
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        try:
            discard(draft, by=member_of(request))
        except BlueprintError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"The draft {draft.name} was discarded.")
            return redirect("blueprints:drafts")
    context = {"nav": "campaigns", "draft": draft, "error": error, "versions": draft.versions.count()}
    return render(request, "blueprints/discard.html", context, status=422 if error else 200)


def _senders(request: HttpRequest) -> list[str]:
    del request
    there = Mailbox.objects.filter(workspace=current_workspace(), vanished_at__isnull=True)
    return list(there.order_by("email").values_list("email", flat=True))


def _new(
    request: HttpRequest,
    *,
    short: ShortForm | None = None,
    file: FileForm | None = None,
    copied: CopyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav": "campaigns",
        "short": short or ShortForm(senders=_senders(request)),
        "file": file or FileForm(),
        "copied": copied or CopyForm(campaigns=campaigns_to_copy(current_workspace())),
    }
    return render(request, "blueprints/new.html", context, status=status)
