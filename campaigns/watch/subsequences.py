"""The watch over subsequences: what runs without an approval that names it is paused, as a campaign is.

running + kill switch on             -> paused
running + approved as it is          -> left
running, not adopted yet             -> shown; an approver adopts its campaign, or it is paused
running without approval, write mode -> paused, incident
running without approval, observing  -> incident only
"""

from collections.abc import Iterator

from campaigns.incident_kinds import SUBSEQUENCE_ADOPTION, UNAPPROVED_SUBSEQUENCE
from campaigns.mirror.subsequences import mirror_subsequences
from campaigns.models import Subsequence
from campaigns.sending.subsequence_pauses import pause_subsequence
from campaigns.sending.subsequences import why_not_running
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.record import open_incident
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import open_changes
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.models import Workspace

REASON = "it was running without an approval that names it"


def watch_subsequences(workspace: Workspace) -> list[ObjectChange]:
    """Read every subsequence in the safety lane and judge those that run; returns the pauses to carry out.

    Each pause is recorded already: if this process crashes, the sweep continues.
    Raises: ClientError - they could not be read, and are marked as unknown.
    """
    running = mirror_subsequences(workspace, lane=Lane.SAFETY)
    pausing = open_changes(workspace, ObjectKind.SUBSEQUENCE).filter(verb=Verb.PAUSE)
    being_paused = set(pausing.values_list("remote_id", flat=True))
    creating = set(
        open_changes(workspace, ObjectKind.SUBSEQUENCE).filter(verb=Verb.CREATE).values_list("key", flat=True)
    )
    found = []
    for one in running:
        if one.remote_id in being_paused:
            continue
        # What is being created runs for a moment, without steps: it is paused, and nobody is alarmed.
        is_new = f"new:{one.campaign_id}:{one.name}"[:200] in creating
        found.append(pause_subsequence(one, by=None, reason="it is created paused") if is_new else judge(one))
    sync_standing_incidents(workspace, [SUBSEQUENCE_ADOPTION], list(_waiting(workspace)))
    return [one for one in found if one is not None]


def watch_where_readable(workspace: Workspace) -> list[ObjectChange]:
    """As `watch_subsequences`, [] where they could not be read: the watch over campaigns must continue."""
    try:
        return watch_subsequences(workspace)
    except ClientError:
        return []


def judge(subsequence: Subsequence) -> ObjectChange | None:
    """Decide about one that runs; None: nothing is to be paused."""
    workspace = subsequence.workspace
    if is_stopped(workspace):
        return pause_subsequence(subsequence, by=None, reason="the kill switch is on")
    why = why_not_running(subsequence)
    if not why:
        Subsequence.objects.filter(pk=subsequence.pk).update(awaits_adoption_since=None)
        return None
    if subsequence.awaits_adoption_since is not None:
        return None
    if not workspace.may_write:
        _report(subsequence, why, "The workspace is in observe mode, so nothing was paused. Pause it on its page.")
        return None
    change = pause_subsequence(subsequence, by=None, reason=REASON)
    _report(subsequence, why, "It is being paused, and is done when it reads back as paused.", change)
    return change


def _report(subsequence: Subsequence, why: str, what: str, change: ObjectChange | None = None) -> None:
    key = f"subsequence:{subsequence.pk}" + (f":{change.pk}" if change else "")
    open_incident(
        subsequence.workspace,
        UNAPPROVED_SUBSEQUENCE,
        dedupe_key=key,
        summary=f"The subsequence {subsequence.name} was running without an approval",
        detail=f"{why} {what}",
        details={"subsequence": subsequence.name, "change": change.pk if change else None},
        about=subsequence.as_subject,
    )


def _waiting(workspace: Workspace) -> Iterator[StandingIncident]:
    there = Subsequence.objects.filter(
        workspace=workspace, awaits_adoption_since__isnull=False, vanished_at__isnull=True
    )
    for one in there.select_related("campaign"):
        yield StandingIncident(
            SUBSEQUENCE_ADOPTION,
            f"subsequence_adoption:{one.pk}",
            f"The subsequence {one.name} is running without an approval",
            "It was running before we were connected. Adopt its campaign, or pause it.",
            one.as_subject,
        )
