"""Carries an approved go-live out: load what is held, check again, activate, read back.

    loading -> activating -> live | failed

Every step may run twice: the stage is moved by conditional UPDATEs, the loads and the activation guard themselves.
"""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.errors import ActivationRefusedError
from campaigns.models import Approval, ApprovalState, GoLiveStage, RequestState, StatusRequest, Wanted
from campaigns.sending.lifecycle import carry_out, request_activation
from iexdg.golive.audience import held_imports
from iexdg.golive.incident_kinds import GO_LIVE_FAILED
from iexdg.golive.preflight import preflight
from iexdg.golive.verbs import drift_of, fail_go_live
from iexdg.incidents.record import open_incident
from iexdg.workspaces.errors import ObserveModeError
from leads.imports.verbs import release_held
from leads.models import Import, ImportState


def open_go_lives() -> QuerySet[Approval]:
    """Approved go-lives that are not done."""
    stages = [GoLiveStage.LOADING, GoLiveStage.ACTIVATING]
    return Approval.objects.filter(state=ApprovalState.APPROVED, stage__in=stages)


def carry_out_go_live(approval_pk: int) -> Approval:
    """Go one step further, as far as can be gone without waiting. Call again until the stage is live or failed."""
    approval = Approval.objects.select_related("campaign__workspace", "decided_by").get(pk=approval_pk)
    if approval.state != ApprovalState.APPROVED:
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
    _move(approval, GoLiveStage.LOADING, GoLiveStage.ACTIVATING)


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
        if _move(approval, GoLiveStage.ACTIVATING, GoLiveStage.LIVE):
            Approval.objects.filter(pk=approval.pk).update(live_at=request.confirmed_at)
    elif not request.is_open:
        _fail(approval, request.error or "Instantly did not activate it.")


def _last_activation(approval: Approval) -> StatusRequest | None:
    """The activation of this approval; one from before the sign-off belongs to another."""
    return StatusRequest.objects.filter(
        campaign=approval.campaign, wanted=Wanted.ACTIVATE, asked_at__gte=approval.decided_at
    ).first()


def _move(approval: Approval, before: GoLiveStage, after: GoLiveStage) -> bool:
    changed = Approval.objects.filter(pk=approval.pk, state=ApprovalState.APPROVED, stage=before).update(stage=after)
    approval.refresh_from_db()
    return bool(changed)


def _fail(approval: Approval, reason: str) -> None:
    fail_go_live(approval, reason)
    approval.refresh_from_db()
    campaign = approval.campaign
    open_incident(
        campaign.workspace,
        GO_LIVE_FAILED,
        dedupe_key=f"go_live_failed:{approval.pk}",
        summary=f"The approved go-live of {campaign.name} did not happen",
        detail=f"{reason} The approval is void; mend the cause, then request the go-live again.",
        details={"approval": approval.pk},
        about=campaign.as_subject,
    )
