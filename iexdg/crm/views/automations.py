"""Automations: the list, one of them, its test step, clean-up and dry run, and what is done with it as a whole."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.automations import activate as activate_it
from iexdg.crm.automations import delete, duplicate, rename, why_not_deleted
from iexdg.crm.automations import pause as pause_it
from iexdg.crm.errors import CrmError
from iexdg.crm.facts import backlog_facts
from iexdg.crm.models import Automation
from iexdg.crm.pages.automations import automation_page
from iexdg.crm.queries import automations_of
from iexdg.crm.trying import DryRun, clean_up, dry_run, run_test
from iexdg.team.models import Member
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_REFUSALS = (CrmError, StoredConnectionError, ClientError, WorkspaceError)
_LAST = 20


@require_GET
@member_may(Action.READ)
def automations(request: HttpRequest) -> HttpResponse:
    """Show what happens in the CRM after a reply."""
    workspace = current_workspace()
    may_write = member_of(request).may(Action.CONNECT, workspace)
    context = {"nav": "crm", "automations": list(automations_of(workspace)), "read_at": timezone.now()}
    context |= {"may_write": may_write}
    return render(request, "crm/automations.html", context | backlog_facts(workspace))


@require_GET
@member_may(Action.READ)
def automation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one automation."""
    return _page(request, _automation(pk))


@posted_from("crm:automation")
@member_may(Action.SYNC)
def try_dry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what it would have done with the last events; nothing is written."""
    found = _automation(pk)
    try:
        dry = dry_run(found, _LAST)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("crm:automation", pk)
    return _page(request, found, dry)


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the example contact, really."""

    def run(one: Automation, by: Member) -> str:
        if not run_test(one, by=by).has_passed:
            raise CrmError("The test step did not pass. The entries below say why.")
        if one.test_contact:
            return "The test step passed. Look at the example contact in GoHighLevel, then clean it up."
        return "The test step passed. There is nothing to clean up."

    return _done(request, pk, run)


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def cleanup(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete exactly the contact that the test step made."""

    def run(one: Automation, by: Member) -> str:
        is_gone = clean_up(one, by=by).answer.get("gone_already")
        return "The test contact was gone already." if is_gone else "The test contact was deleted."

    return _done(request, pk, run)


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it act."""
    return _done(request, pk, lambda one, by: f"{activate_it(one, by=by)} is active.")


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it."""
    return _done(request, pk, lambda one, by: f"{pause_it(one, by=by)} is paused.")


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft that does the same."""
    try:
        made = duplicate(_automation(pk), by=member_of(request))
    except CrmError as refusal:
        messages.error(request, str(refusal))
        return redirect("crm:automation", pk)
    messages.success(request, f"{made} is a draft. Change it, then test it.")
    return redirect("crm:automation", made.pk)


@posted_from("crm:automation")
@member_may(Action.CONNECT)
def name_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Change its name alone."""
    name = request.POST.get("name", "")
    return _done(request, pk, lambda one, by: f"{rename(one, name, by=by)} is its name now.")


@require_http_methods(["GET", "POST"])
@member_may(Action.CONNECT)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete it; its entries of the ledger stay."""
    found = _automation(pk)
    if request.method == "POST":
        try:
            delete(found, by=member_of(request))
        except CrmError as refusal:
            messages.error(request, str(refusal))
            return redirect("crm:automation", pk)
        messages.success(request, f"{found} was deleted. Its entries of the ledger stay.")
        return redirect("crm:automations")
    context = {"nav": "crm", "automation": found, "why_not": why_not_deleted(found)}
    return render(request, "crm/automation_delete.html", context)


def _done(request: HttpRequest, pk: int, run: Callable[[Automation, Member], str]) -> HttpResponse:
    try:
        words = run(_automation(pk), member_of(request))
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("crm:automation", pk)


def _page(request: HttpRequest, found: Automation, dry: DryRun | None = None) -> HttpResponse:
    page = automation_page(found, member_of(request), dry)
    return render(request, "crm/automation.html", {"nav": "crm", "page": page, "read_at": timezone.now()})


def _automation(pk: int) -> Automation:
    found = automations_of(current_workspace()).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such automation in this workspace.")
    return found
