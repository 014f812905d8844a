"""Pause and Activate in place: the confirmation, the request, and the row while it is in progress."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.errors import ActivationRefusedError
from campaigns.models import Campaign, StatusRequest, Wanted
from campaigns.pages.control import done_before
from campaigns.pages.rows import CampaignRow, rows_of
from campaigns.sending.lifecycle import request_activation, request_pause
from campaigns.sending.windows import next_windows
from campaigns.tasks import carry_out_request
from campaigns.views.access import campaign_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.fragments import part_of
from iexdg.workspaces.errors import ObserveModeError

_PLACES = {"row": "campaigns/_row.html", "head": "campaigns/_head_control.html"}


@member_may(Action.READ)
@require_GET
@part_of("campaigns:detail")
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row (or the header's control); 204 while nothing has changed since `seen`."""
    campaign = campaign_or_404(pk)
    shown = _row_of(request, campaign)
    if request.GET.get("seen") == shown.control.version:
        return HttpResponse(status=204)
    return _fragment(request, campaign, shown)


@member_may(Action.PAUSE)
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, or record the request to pause and queue it."""
    campaign = campaign_or_404(pk)
    if request.method == "GET":
        return _confirmation(request, campaign, "pause")
    # Said, never refused: the last reading may be wrong, and a pause goes through whatever is known.
    done = done_before(campaign, Wanted.PAUSE)
    status_request = request_pause(campaign, by=member_of(request), reason=request.POST.get("reason", "").strip()[:300])
    return _accepted(request, campaign, status_request, done)


@member_may(Action.READ)
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for confirmation, or show what is missing. Nothing is sent to Instantly without a live approval."""
    campaign = campaign_or_404(pk)
    if request.method == "GET":
        return _confirmation(request, campaign, "activate")
    return _activate(request, campaign)


@member_may(Action.ACTIVATE)
def _activate(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    done = done_before(campaign, Wanted.ACTIVATE)
    if done:
        return _shown(request, campaign, done)
    try:
        status_request = request_activation(campaign, by=member_of(request))
    except (ActivationRefusedError, ObserveModeError) as refusal:
        return _confirmation(request, campaign, "activate", refusal=str(refusal), status=422)
    return _accepted(request, campaign, status_request)


def _confirmation(
    request: HttpRequest, campaign: Campaign, verb: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown = _row_of(request, campaign)
    windows = next_windows(campaign.schedule, timezone.now())
    context = _context(request, campaign, shown) | {
        "verb": verb,
        "refusal": refusal,
        "may_confirm": verb == "pause" or shown.control.may_activate,
        "next_window": windows[0] if windows else None,
        "nav": "campaigns",
    }
    fragment = f"campaigns/_confirm_{context['place']}.html"
    template = fragment if request.htmx else "campaigns/confirm.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _accepted(request: HttpRequest, campaign: Campaign, status_request: StatusRequest, done: str = "") -> HttpResponse:
    enqueue(carry_out_request, status_request.pk, queue="safety")
    if done:
        return _shown(request, campaign, f"{done} It is read back again.")
    if request.htmx:  # type: ignore[attr-defined]
        return _fragment(request, campaign, _row_of(request, campaign))
    verb = "Pausing" if status_request.wanted == "pause" else "Activating"
    messages.success(request, f"{verb} {campaign.name}. It is done when Instantly reads back as such.")
    return redirect("campaigns:detail", pk=campaign.pk)


def _shown(request: HttpRequest, campaign: Campaign, done: str) -> HttpResponse:
    """The campaign as it is, and who did the same before."""
    if not request.htmx:  # type: ignore[attr-defined]
        messages.info(request, done)
        return redirect("campaigns:detail", pk=campaign.pk)
    response = _fragment(request, campaign, _row_of(request, campaign))
    response["HX-Trigger"] = json.dumps({"say": done})
    return response


def _row_of(request: HttpRequest, campaign: Campaign) -> CampaignRow:
    return rows_of([campaign], member=member_of(request), now=timezone.now())[0]


def _context(request: HttpRequest, campaign: Campaign, shown: CampaignRow) -> dict[str, Any]:
    requested = request.POST.get("place") or request.GET.get("place") or "row"
    return {"campaign": campaign, "row": shown, "place": requested if requested in _PLACES else "row"}


def _fragment(request: HttpRequest, campaign: Campaign, shown: CampaignRow) -> HttpResponse:
    context = _context(request, campaign, shown)
    response = render(request, _PLACES[context["place"]], context)
    if request.GET.get("seen") and not shown.control.busy:
        # Polling has ended: other parts of the page that depend on the status reload.
        response["HX-Trigger"] = "campaign-settled"
    return response
