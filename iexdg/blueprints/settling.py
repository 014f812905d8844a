"""Reads back what was sent for a campaign, and settles what a process left behind. It sends nothing but a pause.

What was created is found by the id of the answer, or by its name, which was free when it was requested; it is never
created again. A campaign that sends after a write without an approval is paused at once, as after a load (Law 7).
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.mirror.sync import store_campaign
from campaigns.models import ReadingWhy
from campaigns.sending.tripwire import check_status
from iexdg.blueprints.comparison import Change, compare
from iexdg.blueprints.facts import LISTED, THERE, Facts, current_facts, field_of
from iexdg.blueprints.models import CampaignWrite, WriteState, WriteVerb
from iexdg.blueprints.orders import (
    belongs_to,
    close_as_read,
    found_as,
    leave_unknown,
    refuse,
    writes_to_settle,
)
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly import campaigns as remote
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

# The waits between the read-backs of a write, before the rest is left to the sweep (seconds).
READ_BACK_WAITS_S = (0.0, 0.5, 1.5, 3.0)
GIVE_UP_AFTER = timedelta(minutes=15)
_CAUSE = "A blueprint was applied to it."


def facts_of_body(body: Mapping[str, Any]) -> Facts:
    """Return what the fields of a request say, in the shape that a campaign is compared in."""
    if "variables" in body:
        return {("variables",): tuple(sorted(body["variables"]))}
    facts: Facts = {path: value for path, value in current_facts(body).items() if field_of(path) in body}
    # A list that was sent is what is stored, and nothing else.
    for path in [path for path, value in facts.items() if value == THERE]:
        facts[path[:-1]] = LISTED
    return facts


def differences(body: Mapping[str, Any], stored: remote.Campaign) -> list[Change]:
    """Return what Instantly stored otherwise than it was sent: its sanitizer strips, its defaults fill in."""
    return compare(facts_of_body(body), current_facts(stored.raw))


def read_back(write: CampaignWrite, *, sleep: Callable[[float], None] = time.sleep) -> list[Change]:
    """Read a write back until it shows, and close it; returns what is stored otherwise.

    What cannot be read stays unknown, and the sweep reads it again. Raises: nothing of Instantly.
    """
    found: list[Change] = []
    for number, wait_s in enumerate(READ_BACK_WAITS_S, 1):
        if wait_s:
            sleep(wait_s)
        found = read_back_once(write, is_last=number == len(READ_BACK_WAITS_S)) or []
        if not write.is_open:
            break
    return found


def read_back_once(write: CampaignWrite, *, is_last: bool = True) -> list[Change] | None:
    """Read a write back once; None where it could not be read. `write` is as it is stored then."""
    rows = CampaignWrite.objects.filter(pk=write.pk)
    found: list[Change] | None = None
    try:
        stored = _stored(write)
        if stored is None:
            leave_unknown(rows)
            write.refresh_from_db()
            return []
        _mirror(write, stored)
        found = differences(write.body, stored)
        if not found:
            close_as_read(write, [])
        elif is_last and write.answered_at is not None:
            close_as_read(write, [_plain(one) for one in found])
        else:
            leave_unknown(rows)
    except ClientError as error:
        leave_unknown(rows, str(error))
        found = None
    write.refresh_from_db()
    return found


def _plain(change: Change) -> dict[str, Any]:
    return {"path": change.path, "before": change.before, "after": change.after}


def _stored(write: CampaignWrite) -> remote.Campaign | None:
    """Read the campaign; one whose creation was not answered is looked for by its name.

    Raises: ClientError - it could not be read.
    """
    campaigns = client_for(write.workspace).campaigns
    if write.remote_id:
        return campaigns.get(write.remote_id, lane=Lane.SAFETY)
    wanted = str(write.body.get("name") or "").strip().lower()
    named = [one for one in campaigns.list(lane=Lane.SAFETY) if (one.name or "").strip().lower() == wanted]
    if len(named) != 1:
        return None
    found_as(write, named[0].remote_id)
    return named[0]


def _mirror(write: CampaignWrite, stored: remote.Campaign) -> None:
    """Mirror what was read, and pause it at once where it sends without an approval."""
    campaign = store_campaign(write.workspace, stored)
    belongs_to(write, campaign)
    check_status(campaign, why=ReadingWhy.APPLY, since=write.asked_at, cause=_CAUSE)


def settle_writes(workspace: Workspace) -> int:
    """Read back what processes left behind; returns how many are still open. Nothing is created or changed again."""
    for write in writes_to_settle(workspace):
        rows = CampaignWrite.objects.filter(pk=write.pk)
        if write.state == WriteState.ASKED:
            refuse(rows, "It was never sent: the process that requested it ended.")
            continue
        was_read = read_back_once(write) is not None
        # What could not be read may have been carried out, however long ago.
        if was_read and write.is_open and timezone.now() - write.asked_at > GIVE_UP_AFTER:
            refuse(rows, _given_up(write))
    return CampaignWrite.objects.filter(workspace=workspace, closed_at__isnull=True).count()


def _given_up(write: CampaignWrite) -> str:
    if write.verb == WriteVerb.CREATE and not write.remote_id:
        return "Instantly lists no campaign of this name after 15 minutes."
    return "It does not read as it was sent after 15 minutes."
