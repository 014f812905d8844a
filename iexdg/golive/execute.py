"""Carries an approved go-live out: load what is held, check again, activate, read back.

The stages and their moves are in campaigns/sending/approvals.py. Every step may run twice: a stage is moved by one
conditional UPDATE, the loads and the activation have guards of their own.
"""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.errors import ActivationRefusedError
from campaigns.models import Approval, ApprovalState, GoLiveStage, RequestState, StatusRequest, Wanted
from campaigns.sending import approvals
from campaigns.sending.lifecycle import carry_out, request_activation
from iexdg.golive.audience import held_imports
from iexdg.golive.incident_kinds import GO_LIVE_FAILED
from iexdg.golive.preflight import preflight
from iexdg.golive.verbs import drift_of
from iexdg.incidents.record import open_incident
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.errors import ObserveModeError
from leads.imports.verbs import release_held
from leads.models import Import, ImportState


def open_go_lives() -> QuerySet[Approval]:
    """Approved go-lives that are still being carried out."""
    stages = [GoLiveStage.LOADING, GoLiveStage.ACTIVATING]
    approved = Approval.objects.filter(campaign__workspace__in=connected_workspaces(), state=ApprovalState.APPROVED)
    return approved.filter(stage__in=stages)


def carry_out_go_live(approval_pk: int) -> Approval:
    """Carry out what can be done without waiting. Call again until the stage is live or failed."""
    approval = Approval.objects.select_related("campaign__workspace", "decided_by").get(pk=approval_pk)
    if approval.state != ApprovalState.APPROVED or not open_go_lives().filter(pk=approval_pk).exists():
        return approval
    if approval.stage == GoLiveStage.LOADING:
        _load_held(approval)
    if approval.stage == GoLiveStage.ACTIVATING:
        _activate(approval)
    return approval


def _load_held(approval: Approval) -> None:
    for imported in held_imports(approval.campaign):
        release_held(imported, by=approval.decided_by)
    loading = Import.objects.filter(campaign=approval.campaign, state__in=[ImportState.LOADING, ImportState.VERIFYING])
    if loading.exists():
        return
    approval.campaign.refresh_from_db()
    blockers = preflight(approval.campaign, timezone.now()).blockers
    drift = drift_of(approval)
    if blockers or drift:
        words = [finding.title for finding in blockers] + [f"{one.what} changed" for one in drift]
        _fail(approval, f"after loading the held leads: {'; '.join(words)}")
        return
    approvals.begin_activating(approval)
    approval.refresh_from_db()


def _activate(approval: Approval) -> None:
    request = _last_activation(approval)
    if request is None:
        try:
            request = request_activation(approval.campaign, by=approval.decided_by, reason="go-live approved")
        except (ActivationRefusedError, ObserveModeError) as error:
            _fail(approval, str(error))
            return
    if request.is_open:
        request = carry_out(request.pk)
    if request.state == RequestState.CONFIRMED:
        approvals.mark_live(approval, at=request.confirmed_at)
        approval.refresh_from_db()
    elif not request.is_open:
        _fail(approval, request.error or "Instantly did not activate it.")


def _last_activation(approval: Approval) -> StatusRequest | None:
    """The activation of this approval; one from before the decision belongs to another."""
    return StatusRequest.objects.filter(
        campaign=approval.campaign, wanted=Wanted.ACTIVATE, asked_at__gte=approval.decided_at
    ).first()


def _fail(approval: Approval, reason: str) -> None:
    approvals.fail(approval, reason)
    approval.refresh_from_db()
    campaign = approval.campaign
    open_incident(
        campaign.workspace,
        GO_LIVE_FAILED,
        dedupe_key=f"go_live_failed:{approval.pk}",
        summary=f"The approved go-live of {campaign.name} did not happen",
        detail=f"{reason} The approval is void; fix the cause, then request the go-live again.",
        details={"approval": approval.pk},
        about=campaign.as_subject,
    )
