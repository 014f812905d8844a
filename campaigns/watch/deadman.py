"""What follows when a watcher stops reporting: an incident until it reports again; optionally a pause of all.

Called by beat at its ticks and by pages: a crashed worker cannot report itself.
"""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.incident_kinds import WATCHER_SILENT
from campaigns.watch.stopping import pause_all
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.operations.watchers import SilentWatcher, Watching, silent_watchers
from iexdg.team.audit.record import record
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

_PREFIX = "watcher_silent:"


def check_watchers(workspace: Workspace, now: datetime) -> tuple[SilentWatcher, ...]:
    """Open an incident for each silent watcher, close those that report again; returns the silent ones."""
    silent = silent_watchers(workspace, now)
    open_ones = {
        incident.dedupe_key: incident
        for incident in Incident.objects.filter(workspace=workspace, kind=WATCHER_SILENT.code, state__in=UNRESOLVED)
    }
    for one in silent:
        if f"{_PREFIX}{one.watching}" not in open_ones:
            _open(workspace, one)
        if one.watching == Watching.SCAN:
            _pause_when_blind(workspace, one, now)
    still_silent = {f"{_PREFIX}{one.watching}" for one in silent}
    for key, incident in open_ones.items():
        if key.startswith(_PREFIX) and key not in still_silent:
            resolve_incident(incident, by=None, note="It reports again.")
    return silent


def _open(workspace: Workspace, silent: SilentWatcher) -> None:
    limit = round(silent.watching.limit.total_seconds())
    last = f"It last reported at {silent.since:%Y-%m-%d %H:%M:%S} UTC." if silent.since else "It has never reported."
    why = f" Instantly returned:  {workspace.sync_error}" if workspace.unknown_since and workspace.sync_error else ""
    open_incident(
        workspace,
        WATCHER_SILENT,
        dedupe_key=f"{_PREFIX}{silent.watching}",
        summary=f"{silent.watching.words} has been silent for more than {limit} s",
        detail=f"{last} Until it reports again nothing that depends on it is known. Check that workers, beat "
        f"and Instantly answer.{why}",
        details={"watcher": silent.watching.value, "limit_s": limit},
    )


def _pause_when_blind(workspace: Workspace, silent: SilentWatcher, now: datetime) -> None:
    """Pause all after BLIND_PAUSE_MIN minutes without a scan, once per outage, in write mode only."""
    minutes = settings.BLIND_PAUSE_MIN
    since = silent.since or workspace.created_at
    if not minutes or not workspace.may_write or now - since < timedelta(minutes=minutes):
        return
    # The incident of this outage records that it was done: the database lets one process run.
    marked = Incident.objects.filter(
        workspace=workspace,
        dedupe_key=f"{_PREFIX}{silent.watching}",
        state__in=UNRESOLVED,
        details__paused_all__isnull=True,
    )
    mark = {"watcher": silent.watching.value, "paused_all": now.isoformat()}
    if not marked.update(details=mark):
        return
    requests = pause_all(workspace, by=None, reason=f"nothing could be watched for {minutes:g} minutes")
    record(
        "workspace:blind:paused_all",
        f"Nothing could be watched for {minutes:g} minutes: "
        f"{plural(len(requests), 'campaign is', 'campaigns are')} being paused",
        subject=f"workspace:{workspace.pk}",
    )
