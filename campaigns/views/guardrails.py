"""Guardrails: the workspace's, a campaign's own, their readings, and re-arming one that tripped."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.errors import GuardrailError
from campaigns.forms import GuardrailForm, RearmForm
from campaigns.guardrails.change import RuleChange, change_rule
from campaigns.guardrails.rearm import acknowledge
from campaigns.models import Campaign, GuardrailKind, GuardrailTrip
from campaigns.pages.guardrails import campaign_page, defaults_page, panel_lines
from campaigns.views.access import campaign_or_404, connected_workspace
from iexdg.team.audit.already import already
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspaces.models import Workspace


@member_may(Action.READ)
@require_http_methods(["GET", "POST"])
def defaults(request: HttpRequest) -> HttpResponseBase:
    """Show the limits for every campaign; an admin may change them."""
    if request.method == "POST":
        return _change_default(request)
    return _defaults(request, _workspace())


@member_may(Action.READ)
@require_http_methods(["GET", "POST"])
def of_campaign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the limits and readings of one campaign; an admin may change the limits."""
    campaign = campaign_or_404(pk)
    if request.method == "POST":
        return _change_override(request, campaign)
    return _campaign(request, campaign)


@member_may(Action.READ)
@require_GET
@part_of("campaigns:settings")
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The readings, as the campaign's page embeds them."""
    campaign = campaign_or_404(pk)
    context = {"campaign": campaign, "lines": panel_lines(campaign, timezone.now())}
    return render(request, "campaigns/_guardrails_panel.html", context)


@member_may(Action.REARM)
@posted_from("campaigns:guardrails")
def rearm(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge a trip with a reason."""
    campaign = campaign_or_404(pk)
    form = RearmForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give a reason why it may continue. The reason is stored with the trip.")
        return _campaign(request, campaign, status=422)
    trip = GuardrailTrip.objects.filter(pk=form.cleaned_data["trip"], campaign=campaign).first()
    if trip is None:
        raise Http404("This campaign has no such trip.")
    try:
        acknowledge(trip, by=member_of(request), reason=form.cleaned_data["reason"])
    except GuardrailError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Acknowledged. The guardrail is armed again.")
    return redirect("campaigns:guardrails", pk=pk)


@member_may(Action.SETTINGS)
def _change_default(request: HttpRequest) -> HttpResponse:
    workspace = _workspace()
    form = _posted(request)
    if not form.is_valid():
        return _defaults(request, workspace, refused=form)
    _change(request, workspace, form, None)
    return redirect("campaigns:guardrail-defaults")


@member_may(Action.SETTINGS)
def _change_override(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = _posted(request)
    if not form.is_valid():
        return _campaign(request, campaign, refused=form, status=422)
    _change(request, campaign.workspace, form, campaign)
    return redirect("campaigns:guardrails", pk=campaign.pk)


def _posted(request: HttpRequest) -> GuardrailForm:
    kind = request.POST.get("kind", "")
    return GuardrailForm(request.POST, kind=GuardrailKind(kind) if kind in GuardrailKind.values else None)


def _change(request: HttpRequest, workspace: Workspace, form: GuardrailForm, campaign: Campaign | None) -> None:
    data = form.cleaned_data
    kind = GuardrailKind(data["kind"])
    change = RuleChange(data.get("mode") or "", data.get("limit"), data.get("floor"), data.get("count"))
    if change_rule(workspace, kind, change, by=member_of(request), campaign=campaign):
        messages.success(request, f"Guardrail “{kind.label}” changed.")
    else:
        about = f"campaign:{campaign.pk}" if campaign else f"workspace:{workspace.pk}"
        done = already("set", about, "campaign:guardrail:changed", "workspace:guardrail:changed")
        messages.info(request, f"{done or 'It is set like this.'} Nothing was changed.")


def _workspace() -> Workspace:
    workspace = connected_workspace()
    if workspace is None:
        raise Http404("No workspace is connected yet.")
    return workspace


def _defaults(request: HttpRequest, workspace: Workspace, *, refused: GuardrailForm | None = None) -> HttpResponse:
    page = defaults_page(workspace, member=member_of(request), now=timezone.now(), refused=refused)
    context = {"nav": "settings", "tab": "guardrails", "page": page}
    return render(request, "campaigns/guardrail_defaults.html", context, status=422 if refused else 200)


def _campaign(
    request: HttpRequest, campaign: Campaign, *, refused: GuardrailForm | None = None, status: int = 200
) -> HttpResponse:
    page = campaign_page(campaign, member=member_of(request), now=timezone.now(), refused=refused)
    context = {"nav": "campaigns", "campaign": campaign, "page": page}
    return render(request, "campaigns/guardrails.html", context, status=status)
