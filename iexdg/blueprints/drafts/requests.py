"""Requests to apply a draft, or to rename a campaign: recorded, claimed by one worker, closed with what was read back.

    -> asked
    asked -> applying | refused
    applying -> applied | different | refused

A request whose worker ended is not taken up again: what it had sent is read back, and a person plans anew.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.errors import CampaignError
from campaigns.models import Campaign
from iexdg.blueprints.applying import Application, apply
from iexdg.blueprints.drafts.comparing import compare_draft, remote_id_of, why_not_applied
from iexdg.blueprints.drafts.content import text_of
from iexdg.blueprints.drafts.verbs import belongs_to
from iexdg.blueprints.errors import BlueprintError, DraftRefusedError
from iexdg.blueprints.models import OPEN_APPLY, ApplyRequest, ApplyState, CampaignWrite, Draft, WriteVerb
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.settling import settle_writes
from iexdg.clients.http.errors import ClientError
from iexdg.states import StateTable, has_come
from iexdg.team.audit.models import Via
from iexdg.team.audit.record import record
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import connected_workspaces, require_write_mode
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace

APPLY_REQUESTS = StateTable(
    "ApplyRequest",
    starts=(ApplyState.ASKED,),
    moves={
        ApplyState.ASKED: (ApplyState.APPLYING, ApplyState.REFUSED),
        ApplyState.APPLYING: (ApplyState.APPLIED, ApplyState.DIFFERENT, ApplyState.REFUSED),
    },
)
# Longer than the time limit of the task.
LEASE = timedelta(seconds=130)
GIVE_UP_AFTER = timedelta(minutes=15)
# What was just requested is with a worker already; the sweep ignores it for this long.
_SWEEP_AFTER = timedelta(seconds=3)
_ENDED = "The process that applied it ended. What it had sent was read back; plan again to see what is left."


def order_apply(draft: Draft, *, pauses_live: bool, by: Member) -> ApplyRequest:
    """Record that the plan of a draft is to be carried out; `carry_out` does it. Nothing is ever activated.

    Raises: NotAllowedError, ObserveModeError; DraftRefusedError - the plan is not that of the draft as it is now, has
        blockers, or another request of it is open. Nothing was recorded.
    """
    require(by, Action.BLUEPRINTS, draft.workspace)
    require_write_mode(draft.workspace)
    reason = why_not_applied(draft)
    if reason:
        raise DraftRefusedError(reason)
    text = text_of(draft.content, remote_id_of(draft))
    wanted = _Wanted(draft.name, f"draft:{draft.pk}", text, pauses_live, draft, draft.campaign)
    return _ordered(draft.workspace, wanted, by)


def order_rename(campaign: Campaign, name: str, *, pauses_live: bool, by: Member) -> ApplyRequest:
    """Record that a campaign is to have another name at Instantly, which is applied like a blueprint.

    Raises: NotAllowedError, ObserveModeError; DraftRefusedError - another request of it is open.
    """
    require(by, Action.BLUEPRINTS, campaign.workspace)
    require_write_mode(campaign.workspace)
    text = text_of({"name": name}, campaign.remote_id)
    wanted = _Wanted(name, f"rename:{campaign.pk}", text, pauses_live, campaign=campaign)
    return _ordered(campaign.workspace, wanted, by)


@dataclass(frozen=True)
class _Wanted:
    """What is requested. Shapes: key - what there is one open request of; text - the blueprint."""

    name: str
    key: str
    text: str
    pauses_live: bool
    draft: Draft | None = None
    campaign: Campaign | None = None

    @property
    def of_draft(self) -> tuple[int | None, str]:
        """Version and plan of the draft."""
        return (self.draft.shown_version, self.draft.plan_digest) if self.draft is not None else (None, "")


def _ordered(workspace: Workspace, wanted: _Wanted, by: Member) -> ApplyRequest:
    now, (version, digest) = timezone.now(), wanted.of_draft
    try:
        with transaction.atomic():
            made = ApplyRequest.objects.create(
                workspace=workspace,
                draft=wanted.draft,
                campaign=wanted.campaign,
                name=wanted.name[:300],
                key=wanted.key,
                text=wanted.text,
                version=version,
                plan_digest=digest,
                pauses_live=wanted.pauses_live,
                by=by,
                asked_at=now,
                changed_at=now,
            )
            _record(made, "asked", f"Request to {'rename it to' if made.is_rename else 'apply'} {wanted.name}", by=by)
            return made
    except IntegrityError:
        raise DraftRefusedError("It is being applied already. Wait until that is done.") from None


def carry_out(pk: int) -> None:
    """Apply a request; a lease lets one worker have it, once."""
    request = _claimed(pk)
    if request is None:
        return
    rows = ApplyRequest.objects.filter(pk=pk)
    try:
        made = apply(
            request.workspace,
            parse(request.text),
            by=request.by,
            pauses_live=request.pauses_live,
            via=Via.WEB,
            planned=request.plan_digest,
        )
    except (BlueprintError, CampaignError, WorkspaceError, NotAllowedError, ClientError) as error:
        _close(request, rows, ApplyState.REFUSED, str(error))
        return
    _store(request, rows, made)


def _claimed(pk: int) -> ApplyRequest | None:
    now = timezone.now()
    mine = ApplyRequest.objects.filter(pk=pk, workspace__in=connected_workspaces().order_by())
    if not APPLY_REQUESTS.move(
        mine, to=ApplyState.APPLYING, expected=ApplyState.ASKED, lease_until=now + LEASE, changed_at=now
    ):
        return None
    request = mine.select_related("workspace", "by", "draft", "campaign").get()
    if now - request.asked_at > GIVE_UP_AFTER:
        _close(request, mine, ApplyState.REFUSED, "No worker took it within 15 minutes. Plan again, then apply.")
        return None
    return request


def _store(request: ApplyRequest, rows: QuerySet[ApplyRequest], made: Application) -> None:
    (one,) = made.campaigns
    if one.error and one.read_back is None:
        _close(request, rows, ApplyState.REFUSED, one.error)
        return
    _link(request, one.remote_id or "")
    is_equal = one.read_back == "equal" and not one.error
    state = ApplyState.APPLIED if is_equal else ApplyState.DIFFERENT
    _close(request, rows, state, one.error, result=one.facts)
    if request.draft is not None:
        compare_draft(Draft.objects.select_related("workspace", "campaign").get(pk=request.draft.pk))


def _link(request: ApplyRequest, remote_id: str) -> None:
    """Let the draft belong to the campaign that it became."""
    campaign = Campaign.objects.filter(workspace=request.workspace, remote_id=remote_id).first() if remote_id else None
    if campaign is None:
        return
    ApplyRequest.objects.filter(pk=request.pk).update(campaign=campaign)
    if request.draft is not None:
        belongs_to(request.draft, campaign)


def requests_to_continue(workspace: Workspace) -> QuerySet[ApplyRequest]:
    """Requests that no worker took yet."""
    now = timezone.now()
    asked = has_come("asked_at", now - _SWEEP_AFTER, longest=_SWEEP_AFTER)
    return ApplyRequest.objects.filter(asked, workspace=workspace, state=ApplyState.ASKED).order_by("id")


def close_abandoned(workspace: Workspace) -> int:
    """Close the requests whose worker ended, after what they had sent was read back; returns how many.

    Shapes: a write that is still unknown leaves its request open: it is not known yet what became of it.
    """
    free = Q(lease_until__isnull=True) | has_come("lease_until", timezone.now(), longest=LEASE)
    left = ApplyRequest.objects.filter(free, workspace=workspace, state=ApplyState.APPLYING)
    found = list(left.select_related("workspace", "draft", "campaign"))
    if not found or settle_writes(workspace):
        return 0
    for request in found:
        _link(request, _created_by(request))
        _close(request, ApplyRequest.objects.filter(pk=request.pk), ApplyState.REFUSED, _ENDED)
    return len(found)


def _created_by(request: ApplyRequest) -> str:
    """The id of the campaign that a request created before its worker ended; "" for none."""
    made = CampaignWrite.objects.filter(
        workspace=request.workspace,
        verb=WriteVerb.CREATE,
        name=request.name,
        asked_at__gte=request.asked_at,
        campaign__isnull=False,
    )
    return made.values_list("remote_id", flat=True).first() or ""


def has_open_request(campaign: Campaign) -> bool:
    """Whether something is being applied to a campaign."""
    return ApplyRequest.objects.filter(campaign=campaign, state__in=OPEN_APPLY).exists()


def _close(
    request: ApplyRequest,
    rows: QuerySet[ApplyRequest],
    state: ApplyState,
    error: str,
    *,
    result: dict[str, Any] | None = None,
) -> None:
    now = timezone.now()
    with transaction.atomic():
        moved = APPLY_REQUESTS.move(
            rows,
            to=state,
            expected=ApplyState.APPLYING,
            error=error[:500],
            result=result or {},
            closed_at=now,
            changed_at=now,
            lease_until=None,
        )
        if moved:
            _record(request, state.value, f"{state.label.capitalize()}: {request.name}", note=error)


def _record(request: ApplyRequest, verb: str, summary: str, *, by: Member | None = None, note: str = "") -> None:
    record(
        f"apply:{verb}",
        summary,
        subject=f"blueprint:{request.workspace_id}:apply-{request.pk}",
        campaign_ref=request.campaign_id,
        by=by,
        note=note[:300],
    )
