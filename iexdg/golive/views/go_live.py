"""The go-live page and its buttons."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.errors import ApprovalError, TestEmailError
from campaigns.models import Approval, ApprovalState, Campaign
from campaigns.tasks import sync_campaign
from campaigns.views.access import campaign_or_404
from iexdg.clients.http.errors import ClientError
from iexdg.golive.pages import go_live_page, is_running, version_of
from iexdg.golive.policy import policy_of
from iexdg.golive.sample import sample_of
from iexdg.golive.sample_email import send_test_email
from iexdg.golive.tasks import go_live
from iexdg.golive.verbs import (
    AlreadyDecidedError,
    approve_go_live,
    break_glass,
    decided_already,
    open_approval,
    reject_go_live,
    request_go_live,
    withdraw_request,
)
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.ui.fragments import part_of
from iexdg.ui.posting import posted_from
from iexdg.workspaces.errors import ObserveModeError

_STOP_POLLING = 286
_POLICY = "workspace__approval_policy"


def _waiting(campaign: Campaign) -> Approval:
    """Return the request that waits.

    Raises: AlreadyDecidedError - none does; the message says who decided and when.
    """
    waiting = Approval.objects.filter(campaign=campaign, state=ApprovalState.REQUESTED)
    found = waiting.select_related("campaign__workspace").first()
    if found is None:
        raise AlreadyDecidedError(decided_already(campaign))
    return found


def _refused(request: HttpRequest, refusal: Exception) -> None:
    """What someone did before is no error of the reader."""
    level = messages.INFO if isinstance(refusal, AlreadyDecidedError) else messages.ERROR
    messages.add_message(request, level, str(refusal))


@require_GET
@member_may(Action.READ)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Preflight, consequences, copy, decision."""
    shown = go_live_page(campaign_or_404(pk, _POLICY), member_of(request), timezone.now())
    return render(request, "golive/go_live.html", {"page": shown, "nav": "campaigns"})


@require_GET
@member_may(Action.READ)
@part_of("golive:go-live")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed while an approved go-live is carried out: nothing (204), something, or the end (286)."""
    campaign = campaign_or_404(pk, _POLICY)
    # Polled every second: nothing is counted again while nothing has changed.
    approval = open_approval(campaign)
    if is_running(approval) and request.GET.get("seen") == version_of(approval):
        return HttpResponse(status=204)
    shown = go_live_page(campaign, member_of(request), timezone.now())
    status = 200 if shown.state.is_running else _STOP_POLLING
    return render(request, "golive/_body.html", {"page": shown, "is_fragment": True}, status=status)


@posted_from("golive:go-live")
@member_may(Action.REQUEST_GO_LIVE)
def request_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Request the go-live."""
    campaign = campaign_or_404(pk)
    try:
        note, confirmed = request.POST.get("note", "").strip(), request.POST.getlist("confirm")
        request_go_live(campaign, by=member_of(request), note=note, confirmed=confirmed)
    except (ApprovalError, ClientError) as refusal:
        _refused(request, refusal)
    else:
        policy = policy_of(campaign.workspace)
        who = "Someone else has to approve" if policy.approvers == 1 else "Two others have to approve"
        messages.success(request, f"Go-live requested. {who} it within {plural(policy.life_h, 'hour')}.")
    return redirect("golive:go-live", pk=pk)


@posted_from("golive:go-live")
@member_may(Action.DECIDE_GO_LIVE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve; a worker loads what is held, activates and reads back."""
    campaign = campaign_or_404(pk)
    try:
        note, confirmed = request.POST.get("note", "").strip(), request.POST.getlist("confirm")
        approval = approve_go_live(_waiting(campaign), by=member_of(request), note=note, confirmed=confirmed)
    except (ApprovalError, ClientError) as refusal:
        _refused(request, refusal)
        return redirect("golive:go-live", pk=pk)
    if approval.state == ApprovalState.REQUESTED:
        messages.success(request, "Your approval is recorded. Another approver has to agree before anything is sent.")
    else:
        enqueue(go_live, approval.pk, queue="watch")
        messages.success(request, "Approved. Activating now; this page shows what Instantly reads back.")
    return redirect("golive:go-live", pk=pk)


@posted_from("golive:go-live")
@member_may(Action.REQUEST_GO_LIVE)
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one variant of one step to the member who pressed the button."""
    campaign, member = campaign_or_404(pk), member_of(request)
    name, lead = sample_of(campaign)
    step, variant = (_number(request.POST.get(key, "")) for key in ("step", "variant"))
    try:
        sent = send_test_email(campaign, step=step, variant=variant, lead=lead, by=member)
    except (TestEmailError, ObserveModeError) as refusal:
        _refused(request, refusal)
    else:
        gaps = f" Without a value:  {', '.join(sent.gaps)}." if sent.gaps else ""
        note = f" {sent.note}." if sent.note else ""
        messages.success(request, f"Sent to {sent.to} from {sent.sender}, as {name} will read it.{gaps}{note}")
    back = "campaigns:copy" if request.POST.get("back") == "campaign" else "golive:go-live"
    return redirect(back, pk=pk)


def _number(typed: str) -> int:
    """A small number from a form; -1 matches nothing."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1


@posted_from("golive:go-live")
@member_may(Action.BREAK_GLASS)
def approve_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """An admin approves alone, with the campaign's name and a reason typed."""
    campaign = campaign_or_404(pk)
    typed, reason = request.POST.get("typed_name", ""), request.POST.get("reason", "")
    try:
        confirmed = request.POST.getlist("confirm")
        approval = break_glass(campaign, by=member_of(request), typed_name=typed, reason=reason, confirmed=confirmed)
    except (ApprovalError, ClientError) as refusal:
        _refused(request, refusal)
    else:
        enqueue(go_live, approval.pk, queue="watch")
        messages.warning(
            request, "Approved by you alone. An incident was opened, and the reason stays on the campaign."
        )
    return redirect("golive:go-live", pk=pk)


@posted_from("golive:go-live")
@member_may(Action.DECIDE_GO_LIVE)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject with a note."""
    campaign = campaign_or_404(pk)
    try:
        reject_go_live(_waiting(campaign), by=member_of(request), note=request.POST.get("note", "").strip())
    except ApprovalError as refusal:
        _refused(request, refusal)
    else:
        messages.success(request, "Rejected. Nothing was started.")
    return redirect("golive:go-live", pk=pk)


@posted_from("golive:go-live")
@member_may(Action.REQUEST_GO_LIVE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one's own request."""
    campaign = campaign_or_404(pk)
    try:
        withdraw_request(_waiting(campaign), by=member_of(request))
    except ApprovalError as refusal:
        _refused(request, refusal)
    else:
        messages.success(request, "Withdrawn. Nothing was started; it can be requested again.")
    return redirect("golive:go-live", pk=pk)


@posted_from("golive:go-live")
@member_may(Action.SYNC)
def rerun_preflight(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the campaign at Instantly so that the preflight checks its current state."""
    enqueue(sync_campaign, campaign_or_404(pk).pk)
    messages.info(request, "Reading from Instantly again; reload in a moment.")
    return redirect("golive:go-live", pk=pk)
