"""Opens an incident for each webhook that Instantly has disabled since the workspace is connected, and closes it."""

from collections.abc import Iterator

from django.utils.dateparse import parse_datetime

from iexdg.clients.instantly.webhooks import DISABLED as DISABLED_STATUS
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.incidents.subject import Subject
from iexdg.webhooks.incident_kinds import DISABLED
from iexdg.webhooks.subscribing import is_ours
from iexdg.workspace_objects.addresses import host_of
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace


def watch_webhooks(workspace: Workspace) -> None:
    """Keep an incident open for each webhook that is disabled; a list that could not be read changes nothing."""
    (read,) = kept(workspace, ObjectKind.WEBHOOK)
    if read.read_at is None or read.error:
        return
    sync_standing_incidents(workspace, [DISABLED], _incidents(workspace, read.items))


def _incidents(workspace: Workspace, items: tuple[Item, ...]) -> Iterator[StandingIncident]:
    for item in items:
        ours = is_ours(workspace, item) if item["status"] == DISABLED_STATUS else False
        if item["status"] != DISABLED_STATUS or not (ours or _is_news(workspace, item)):
            continue
        name = str(item["name"] or f"the webhook to {host_of(str(item['url']))}")
        lost = "Replies arrive only when the inbox is read." if ours else "What it was to get is not delivered later."
        yield StandingIncident(
            kind=DISABLED,
            key=f"webhook:{item['id']}:disabled",
            summary=f"Instantly disabled {name}",
            detail=f"Its address failed several times in a row. {lost}",
            about=Subject(None, "", "webhooks"),
            details={"webhook": name, "failed_at": item["failed"] or None, "is_our_receiver": ours},
        )


def _is_news(workspace: Workspace, item: Item) -> bool:
    """One that was disabled before the workspace was connected is shown on its page, and is nobody's news."""
    failed_at = parse_datetime(str(item["failed"] or ""))
    return failed_at is None or failed_at > workspace.created_at
