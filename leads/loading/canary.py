"""The canary release: load a few people, let the campaign write to them, and load the rest only if no one bounced.

The rest is held here, verified, until the set hours have passed since the go-live and the set number of first e-mails
was sent without a hard bounce. A failed read never counts as a pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import GoLiveStage
from campaigns.sending.lifecycle import live_approval_of
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.team.audit.record import record
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.models import Workspace
from leads.events import log
from leads.incident_kinds import CANARY_WAITING
from leads.models import Import, ImportState, Lead, LeadStatus, LoadPolicy, Row, RowState
from leads.queries import rows_in
from leads.states import move_import

# People who are, or may be, in Instantly because of this import.
_POSSIBLY_LOADED = (RowState.LOADING, RowState.LOADED, RowState.UNKNOWN)


@dataclass(frozen=True)
class CanaryPlan:
    """Load `rows` people first; the rest after `hours` and `sends` first e-mails without a hard bounce."""

    rows: int = 10
    hours: int = 24
    sends: int = 10
    asks: bool = False


class CanaryVerdict(StrEnum):
    """loading -> waiting -> watching -> passed | bounced"""

    LOADING = "loading"
    WAITING = "waiting"
    WATCHING = "watching"
    BOUNCED = "bounced"
    PASSED = "passed"


@dataclass(frozen=True)
class CanaryStatus:
    """The state of one canary release. `words`: for the page; `read_at`: when the people were last read, or None."""

    verdict: CanaryVerdict
    words: str
    rest: int
    read_at: datetime | None = None


def is_canary(imported: Import) -> bool:
    """Whether the rest of this import is still held by its canary."""
    return imported.policy == LoadPolicy.CANARY and imported.canary_released_at is None


def canary_capacity(imported: Import) -> int | None:
    """How many more people the canary may load; None for no limit."""
    if not is_canary(imported):
        return None
    return _capacity(imported, rows_in(imported, *_POSSIBLY_LOADED))


def canary_capacity_given(imported: Import, rows: Mapping[str, int]) -> int | None:
    """The same where its rows are counted already. Shapes: rows - state -> how many."""
    if not is_canary(imported):
        return None
    return _capacity(imported, sum(rows.get(state, 0) for state in _POSSIBLY_LOADED))


def _capacity(imported: Import, loaded: int) -> int:
    return max((imported.canary_rows or 0) - loaded, 0)


def holds_remaining_rows(imported: Import) -> bool:
    """Whether the canary's people are loaded and the other rows wait here for the outcome."""
    return imported.state == ImportState.VERIFIED and canary_capacity(imported) == 0


def canaries() -> QuerySet[Import]:
    """Imports whose rest is held by a canary."""
    waiting = Import.objects.filter(
        policy=LoadPolicy.CANARY, canary_released_at__isnull=True, state=ImportState.VERIFIED
    )
    return waiting.filter(workspace__in=connected_workspaces()).select_related("campaign__workspace", "workspace")


def canary_status(imported: Import) -> CanaryStatus:
    """Decide from the mirror of the people who were loaded; a mirror older than the deadline is not evidence yet."""
    rest = rows_in(imported, RowState.VERIFIED)
    if canary_capacity(imported) and imported.state != ImportState.VERIFIED:
        return CanaryStatus(
            CanaryVerdict.LOADING,
            f"The first {plural(imported.canary_rows or 0, 'person is', 'people are')} being loaded.",
            rest,
        )
    campaign = imported.to_campaign
    approval = live_approval_of(campaign)
    if approval is None or approval.stage != GoLiveStage.LIVE or approval.live_at is None or not campaign.is_sending:
        words = (
            f"The other {rest:,} wait until the campaign is live and the first {imported.canary_rows} were written to."
        )
        return CanaryStatus(CanaryVerdict.WAITING, words, rest)
    read_at = campaign.leads_mirrored_at
    written_to, bounced = _outcome_of_first(imported)
    if bounced:
        words = f"{bounced} of the first {imported.canary_rows} bounced, so the other {rest:,} stay here."
        return CanaryStatus(CanaryVerdict.BOUNCED, words, rest, read_at)
    due_at = approval.live_at + timedelta(hours=imported.canary_hours)
    if written_to < imported.canary_sends or timezone.now() < due_at or read_at is None or read_at < due_at:
        words = (
            f"{written_to} of {imported.canary_sends} first e-mails without a bounce; "
            f"the other {rest:,} wait at least {imported.canary_hours} h after the go-live."
        )
        return CanaryStatus(CanaryVerdict.WATCHING, words, rest, read_at)
    words = f"{written_to} first e-mails and {imported.canary_hours} h without a bounce."
    return CanaryStatus(CanaryVerdict.PASSED, words, rest, read_at)


def _outcome_of_first(imported: Import) -> tuple[int, int]:
    """(how many of the loaded people were written to, how many of them bounced), as last read."""
    loaded = Row.objects.filter(imported=imported, state=RowState.LOADED).values("email")
    people = Lead.objects.filter(campaign=imported.to_campaign, email__in=loaded)
    return people.filter(last_contact_at__isnull=False).count(), people.filter(status=LeadStatus.BOUNCED).count()


def sync_canary_incidents(workspace: Workspace) -> None:
    """Keep one incident open for each canary that needs a decision: it bounced, or it passed and was set to ask."""
    found = [(imported, canary_status(imported)) for imported in canaries().filter(workspace=workspace)]
    sync_standing_incidents(
        workspace,
        (CANARY_WAITING,),
        [_waits(imported, status) for imported, status in found if status.rest and _needs_decision(imported, status)],
    )


def _needs_decision(imported: Import, status: CanaryStatus) -> bool:
    return status.verdict == CanaryVerdict.BOUNCED or (status.verdict == CanaryVerdict.PASSED and imported.canary_asks)


def _waits(imported: Import, look: CanaryStatus) -> StandingIncident:
    what = "bounced" if look.verdict == CanaryVerdict.BOUNCED else "passed and asks"
    return StandingIncident(
        CANARY_WAITING,
        f"canary_waiting:{imported.pk}:{look.verdict}",
        f"The canary of {imported.file_name} {what}: {plural(look.rest, 'person waits', 'people wait')}",
        look.words,
        imported.as_subject,
        {"import": imported.pk, "waiting": look.rest},
    )


def release_passed(imported: Import) -> bool:
    """Load the rest if the canary passed and was not set to ask; True if this call released it.

    Safe to run twice: one conditional UPDATE decides. Loading continues under the same tripwire.
    """
    if imported.canary_asks or not imported.workspace.may_write or is_stopped(imported.workspace):
        return False
    found = canary_status(imported)
    if found.verdict != CanaryVerdict.PASSED or not found.rest:
        return False
    now = timezone.now()
    with transaction.atomic():
        released = move_import(
            Import.objects.filter(pk=imported.pk, policy=LoadPolicy.CANARY, canary_released_at__isnull=True),
            to=ImportState.LOADING,
            expected=ImportState.VERIFIED,
            canary_released_at=now,
            stop_reason="",
            due_at=now,
        )
        if released:
            record(
                "import:canary_released",
                f"The rest of import {imported.file_name} is loaded: {found.words}",
                subject=f"import:{imported.pk}",
                campaign_ref=imported.campaign_id,
                after={"rows": found.rest},
            )
            log(imported, f"Canary passed: {found.words} {found.rest} more are loaded", "ok")
    return released
