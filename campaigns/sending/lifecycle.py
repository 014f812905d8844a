"""The only module that changes a campaign's status at Instantly: read it, pause it, activate it, and read back.

Every change writes a `StatusRequest` before the call and closes it only by a read-back. Only this module
writes these rows:

    -> asked
    asked -> sent | refused
    sent -> sent | confirmed | unknown | refused
    unknown -> sent | confirmed | unknown | refused
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from campaigns.errors import ActivationRefusedError
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    ReadingWhy,
    RequestState,
    StatusReading,
    StatusRequest,
    Wanted,
)
from campaigns.models.campaign import SENDING
from campaigns.models.request import OPEN_REQUEST
from campaigns.queries import blocking_trips
from campaigns.sending.approvals import void_completed, void_live
from campaigns.sending.subsequence_pauses import pause_subsequences_of
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for, connected_workspaces, require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.writes import perform_write

STATUS_REQUESTS = StateTable(
    "StatusRequest",
    starts=(RequestState.ASKED,),
    moves={
        RequestState.ASKED: (RequestState.SENT, RequestState.REFUSED),
        RequestState.SENT: (RequestState.SENT, RequestState.CONFIRMED, RequestState.UNKNOWN, RequestState.REFUSED),
        RequestState.UNKNOWN: (RequestState.SENT, RequestState.CONFIRMED, RequestState.UNKNOWN, RequestState.REFUSED),
    },
)
# Sent at least once: only these can be read back.
_LEFT = (RequestState.SENT, RequestState.UNKNOWN)
# The waits between the read-backs of one attempt, before the rest is left to the sweep (seconds).
READ_BACK_WAITS_S = (0.0, 0.3, 0.7, 1.5, 3.0)
GIVE_UP_AFTER = timedelta(minutes=15)
LEASE = timedelta(seconds=20)
# A slow Instantly must not keep a worker from the next pause: after this the sweep reads back.
_READ_BACK_FOR_S = 10.0
# A request sent this recently still awaits its answer or its read-back.
_JUST_SENT = timedelta(seconds=10)


def read_status(campaign: Campaign, *, why: str, lane: Lane = Lane.SAFETY) -> int | None:
    """Read a campaign's status at Instantly and store the reading.

    Returns the code, or None where the read failed: the campaign is then "unknown since", never green.
    """
    now = timezone.now()
    try:
        remote = client_for(campaign.workspace).campaigns.get(campaign.remote_id, lane=lane)
    except ClientError as error:
        _record_failed_reading(campaign, why=why, error=error)
        return None
    status = remote.status
    if status is None:
        _record_failed_reading(campaign, why=why, error=ClientError("the answer has no status"))
        return None
    StatusReading.objects.create(campaign=campaign, at=now, status=status, why=why)
    store_reading(campaign, status, remote.not_sending_status, now)
    campaign.remote_status = status
    campaign.status_read_at = now
    campaign.status_unknown_since = None
    apply_reading(campaign, status, now)
    return int(status)


def store_reading(campaign: Campaign, status: int, not_sending_status: int | None, read_at: datetime) -> bool:
    """Store a status that was read, and return whether it was: of two readings that overtake each other the later wins.

    What Instantly said about another status is dropped with that status; the next sync reads the new words.
    """
    not_newer = Q(status_read_at__isnull=True) | has_come("status_read_at", read_at, longest=timedelta(0))
    return bool(
        Campaign.objects.filter(not_newer, pk=campaign.pk).update(
            status_message=Case(When(remote_status=status, then=F("status_message")), default=Value("")),
            remote_status=status,
            not_sending_status=not_sending_status,
            status_read_at=read_at,
            status_unknown_since=None,
        )
    )


def apply_reading(campaign: Campaign, status: int, read_at: datetime) -> None:
    """Apply the consequences of a reading of the status, from any reader."""
    if status in SENDING:
        return
    Campaign.objects.filter(pk=campaign.pk).update(quiet_read_at=read_at)
    campaign.quiet_read_at = read_at
    end_waiting_for_adoption(campaign)
    if status == CampaignStatus.COMPLETED:
        # What was approved has been sent; a completed campaign turns active as soon as leads arrive (Law 7).
        void_completed(campaign, read_at)


def end_waiting_for_adoption(campaign: Campaign) -> None:
    """Someone decided, or it stopped sending: from now on it sends with an approval or is paused."""
    Campaign.objects.filter(pk=campaign.pk, awaits_adoption_since__isnull=False).update(awaits_adoption_since=None)
    campaign.awaits_adoption_since = None


def _record_failed_reading(campaign: Campaign, *, why: str, error: ClientError) -> None:
    """Record a failed reading as unknown, a 404 as well: only the whole list proves that a campaign is gone, and until
    then the watch and the kill switch must still cover it.
    """
    now = timezone.now()
    StatusReading.objects.create(campaign=campaign, at=now, status=None, why=why, error=str(error)[:300])
    Campaign.objects.filter(pk=campaign.pk, status_unknown_since__isnull=True).update(status_unknown_since=now)
    campaign.status_unknown_since = campaign.status_unknown_since or now


def live_approval_of(campaign: Campaign) -> Approval | None:
    """The approval that lets this campaign send now, if there is one."""
    return Approval.objects.filter(campaign=campaign, state=ApprovalState.APPROVED).first()


def open_request_of(campaign: Campaign) -> StatusRequest | None:
    """The pause or activation whose outcome is not known yet."""
    return StatusRequest.objects.filter(campaign=campaign, state__in=OPEN_REQUEST).order_by("-id").first()


def request_pause(campaign: Campaign, *, by: Member | None, reason: str = "", via: str | None = None) -> StatusRequest:
    """Record a request to pause a campaign; call `carry_out` to do it.

    Works in observe mode too: stopping is never forbidden. A second request joins the open one. An activation
    that is still open is refused: stopping wins. A live approval ends with the pause.
    """
    with transaction.atomic():
        refuse_activation(campaign, "A pause was requested.")
        void_live(campaign, f"paused: {reason}" if reason else "paused", by=by, via=via)
        end_waiting_for_adoption(campaign)
        # They send under its approval, which has just ended.
        pause_subsequences_of(campaign, by=by, reason=reason, via=via)
        return _create_request(campaign, Wanted.PAUSE, by=by, reason=reason, via=via)


def request_activation(
    campaign: Campaign, *, by: Member | None, reason: str = "", via: str | None = None
) -> StatusRequest:
    """Record a request to activate a campaign; call `carry_out` to do it.

    Raises: ActivationRefusedError - no live approval, the kill switch, or a pause is in progress; nothing was written.
        ObserveModeError - the workspace may only be observed; nothing was written.
    """
    require_write_mode(campaign.workspace)
    if is_stopped(campaign.workspace):
        raise ActivationRefusedError(f"{campaign.name} cannot be activated. {STOPPED_WORDS}")
    if live_approval_of(campaign) is None:
        raise ActivationRefusedError(f"{campaign.name} has no live approval. Request a go-live first.")
    require_no_trip(campaign)
    if StatusRequest.objects.filter(campaign=campaign, wanted=Wanted.PAUSE, state__in=OPEN_REQUEST).exists():
        raise ActivationRefusedError(f"A pause of {campaign.name} is in progress. Wait until it is read back.")
    return _create_request(campaign, Wanted.ACTIVATE, by=by, reason=reason, via=via)


def require_no_trip(campaign: Campaign) -> None:
    """Refuse while a guardrail that tripped is not re-armed.

    Raises: ActivationRefusedError - which one, and where to acknowledge it.
    """
    trip = blocking_trips(campaign).first()
    if trip is not None:
        raise ActivationRefusedError(
            f"The guardrail “{trip.get_kind_display()}” of {campaign.name} tripped ({trip.words}). "
            "An approver acknowledges it on the campaign's guardrails page first."
        )


def _create_request(
    campaign: Campaign, wanted: Wanted, *, by: Member | None, reason: str, via: str | None
) -> StatusRequest:
    try:
        with transaction.atomic():
            request = StatusRequest.objects.create(
                campaign=campaign, wanted=wanted, by=by, reason=reason[:300], asked_at=timezone.now()
            )
            record(
                f"campaign:{wanted.value}:asked",
                f"Request to {wanted.value} {campaign.name}",
                subject=f"campaign:{campaign.pk}",
                campaign_ref=campaign.pk,
                by=by,
                via=via,
                before={"status": campaign.status_label},
                note=reason,
            )
            return request
    except IntegrityError:
        return StatusRequest.objects.get(campaign=campaign, wanted=wanted, state__in=OPEN_REQUEST)


def refuse_activation(campaign: Campaign, reason: str) -> None:
    """Refuse an activation whose outcome is still open; a call in flight is undone once it has returned."""
    activations = StatusRequest.objects.filter(campaign=campaign, wanted=Wanted.ACTIVATE)
    STATUS_REQUESTS.move(activations, to=RequestState.REFUSED, expected=OPEN_REQUEST, error=reason)


def carry_out(request_pk: int, *, sleep: Callable[[float], None] = time.sleep) -> StatusRequest:
    """Send the request (pausing and activating are idempotent) and read back until it shows.

    May run twice and at the same time: a lease lets one process run, the others return the row as it is.
    Leaves the request confirmed, refused, or unknown; an unknown one is retried by the sweep.
    """
    request = StatusRequest.objects.select_related("campaign__workspace").get(pk=request_pk)
    if not _take_lease(request):
        request.refresh_from_db()
        return request
    try:
        if _may_still_be_sent(request):
            if not _was_just_sent(request):
                _send(request)
            _read_back(request, sleep)
            _undo_if_approval_ended(request, sleep)
    finally:
        _this(request).update(lease_until=None)
    request.refresh_from_db()
    return request


def send_open_pauses(workspace: Workspace) -> int:
    """Send every pause of a workspace that is not sent yet, and read none of them back: where many are to be paused and
    Instantly answers slowly, no pause waits for another one's read-back. Returns how many; `carry_out` does the rest.
    """
    there = StatusRequest.objects.filter(campaign__workspace=workspace)
    waiting = there.filter(wanted=Wanted.PAUSE, state=RequestState.ASKED).order_by("id")
    sent = 0
    for request in waiting.select_related("campaign__workspace"):
        if not _take_lease(request):
            continue
        try:
            request.refresh_from_db(fields=["state"])
            if request.state == RequestState.ASKED:
                _send(request)
                sent += 1
        finally:
            _this(request).update(lease_until=None)
    return sent


def _was_just_sent(request: StatusRequest) -> bool:
    if request.wanted != Wanted.PAUSE or request.state != RequestState.SENT or request.sent_at is None:
        return False
    return abs(timezone.now() - request.sent_at) < _JUST_SENT


def _take_lease(request: StatusRequest) -> bool:
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    connected = _this(request).filter(state__in=OPEN_REQUEST, campaign__workspace__in=connected_workspaces())
    return bool(connected.filter(free).update(lease_until=now + LEASE))


def _may_still_be_sent(request: StatusRequest) -> bool:
    """Check an activation once more before it is sent: its permission may have ended since it was requested."""
    if request.wanted == Wanted.PAUSE:
        return True
    if is_stopped(request.campaign.workspace):
        _close(request, RequestState.REFUSED, error="The kill switch is on.")
        return False
    if not Workspace.objects.filter(pk=request.campaign.workspace_id, mode=Mode.WRITE).exists():
        _close(request, RequestState.REFUSED, error="The workspace was put into observe mode.")
        return False
    if live_approval_of(request.campaign) is None:
        _close(request, RequestState.REFUSED, error="The approval is no longer live.")
        return False
    return True


def _undo_if_approval_ended(request: StatusRequest, sleep: Callable[[float], None]) -> None:
    """Pause again where the permission ended while the activation was in flight: stopping wins."""
    if request.wanted != Wanted.ACTIVATE:
        return
    if live_approval_of(request.campaign) is not None and not is_stopped(request.campaign.workspace):
        return
    pause = request_pause(request.campaign, by=None, reason="its approval ended while it was being activated")
    carry_out(pause.pk, sleep=sleep)


class _StatusRequestIntent:
    """A status request as the intent of a write. Whatever the answer, only the read-back shows the current status."""

    def __init__(self, request: StatusRequest) -> None:
        self.request = request

    def begin(self) -> bool:
        """Count the attempt; False where it was closed meanwhile, for example an activation refused by a pause."""
        request = self.request
        return bool(
            STATUS_REQUESTS.move(
                _this(request),
                to=RequestState.SENT,
                expected=OPEN_REQUEST,
                sent_at=request.sent_at or timezone.now(),
                attempts=request.attempts + 1,
            )
        )

    def done(self, answer: object) -> None:
        """Change nothing: the read-back decides."""

    def refused(self, error: ClientError) -> None:
        """Treat as unknown: it may be refused because it already has the requested status; the read-back decides."""
        self.unknown(error)

    def unknown(self, error: ClientError) -> None:
        """Store the error, then read back."""
        STATUS_REQUESTS.move(_this(self.request), to=RequestState.UNKNOWN, expected=_LEFT, error=str(error)[:300])


def _send(request: StatusRequest) -> None:
    campaigns, remote_id = client_for(request.campaign.workspace).campaigns, request.campaign.remote_id
    if request.wanted == Wanted.PAUSE:
        perform_write(_StatusRequestIntent(request), lambda: campaigns.pause(remote_id))
    else:
        perform_write(_StatusRequestIntent(request), lambda: campaigns.activate(remote_id))


def _read_back(request: StatusRequest, sleep: Callable[[float], None]) -> None:
    wanted = Wanted(request.wanted)
    ends_at = time.monotonic() + _READ_BACK_FOR_S
    for wait_s in READ_BACK_WAITS_S:
        if time.monotonic() > ends_at:
            break
        if wait_s:
            sleep(wait_s)
        status = read_status(request.campaign, why=ReadingWhy.READ_BACK)
        if status is None:
            continue
        _this(request).update(last_read_at=timezone.now(), last_read_status=status)
        if _is_done(wanted, status):
            _close(request, RequestState.CONFIRMED)
            return
    _leave_open_or_refuse(request)


def _is_done(wanted: Wanted, status: int) -> bool:
    """A pause is done at 2; a draft or a stopped campaign does not send either, but only 2 was requested."""
    return status == wanted.status


def _leave_open_or_refuse(request: StatusRequest) -> None:
    request.refresh_from_db()
    age = timezone.now() - request.asked_at
    read = request.last_read_status
    words = CampaignStatus.label_of(read) if read is not None else "unreadable"
    if age >= GIVE_UP_AFTER or (request.wanted == Wanted.ACTIVATE and read is not None):
        _close(request, RequestState.REFUSED, error=request.error or f"Instantly still reads as: {words}.")
    else:
        STATUS_REQUESTS.move(_this(request), to=RequestState.UNKNOWN, expected=_LEFT)


def _this(request: StatusRequest) -> QuerySet[StatusRequest]:
    return StatusRequest.objects.filter(pk=request.pk)


def _close(request: StatusRequest, state: RequestState, *, error: str = "") -> None:
    confirmed = state == RequestState.CONFIRMED
    facts = {"confirmed_at": timezone.now() if confirmed else None, "error": error}
    if not STATUS_REQUESTS.move(_this(request), to=state, expected=_LEFT if confirmed else OPEN_REQUEST, **facts):
        return
    campaign = request.campaign
    verb = "paused" if request.wanted == Wanted.PAUSE else "activated"
    record(
        f"campaign:{request.wanted}:{state.value}",
        f"{campaign.name} {verb}, read back" if confirmed else f"{campaign.name} was not {verb}: {error}",
        subject=f"campaign:{campaign.pk}",
        campaign_ref=campaign.pk,
        after={"status": campaign.status_label},
        note=request.reason,
    )
