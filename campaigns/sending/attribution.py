"""Who turned a campaign active: joins our own requests with Instantly's audit log. The verdict itself is pure.

"this app, by X at T" · "in Instantly, by Y at T" · "nobody: adding leads flipped it"
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from campaigns.models import Campaign, StatusRequest, Wanted
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly.audit_logs import AuditActivity, AuditLog
from iexdg.workspaces.connected import client_for

# Instantly's clock and ours differ a little, and a reading is older than what it saw.
SLACK = timedelta(seconds=30)
# Without a quiet reading nobody knows when it began; further back nothing is looked for.
LONGEST = timedelta(hours=24)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# One page of each kind is plenty for minutes; an endless log must not hold up the watch.
_MOST_ENTRIES = 200
_PAUSE = AuditActivity.CAMPAIGN_PAUSE
_KINDS = (AuditActivity.CAMPAIGN_LAUNCH, AuditActivity.CAMPAIGN_PAUSE, AuditActivity.LEAD_ADDED)


class Actor(StrEnum):
    """Whose doing it was."""

    US = "us"
    PERSON = "person"
    OTHER_KEY = "other_key"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attribution:
    """The verdict; `label` completes "who did it: ", `what` completes the campaign's name."""

    actor: Actor
    label: str
    what: str
    at: datetime | None = None


def attribute(campaign: Campaign, *, after: datetime | None, before: datetime) -> Attribution:
    """Say who turned a campaign active between the last quiet reading and the one that found it sending."""
    began = max(after or before - LONGEST, before - LONGEST) - SLACK
    until = before + SLACK
    own = StatusRequest.objects.filter(
        campaign=campaign, wanted=Wanted.ACTIVATE, sent_at__gte=began, sent_at__lte=until
    ).select_related("by")
    try:
        entries = _entries(campaign, began, until)
    except ClientError:
        entries = None
    return verdict(list(own), entries)


def verdict(own: Sequence[StatusRequest], entries: Sequence[AuditLog] | None) -> Attribution:
    """Judge by what lies in the window. Shapes: entries - of this campaign alone, None where they are unreadable.

    The last launch that no pause has undone did it, whose ever it was; without one, added leads did. Our own activation
    stands in the log too, as one by a key at about the same time.
    """
    # Only a person's: our own pause, which followed when it was found, stands in the log as one by a key.
    by_hand = [one for one in entries or () if one.activity_type == _PAUSE and one.is_from_api is not True]
    paused_at = max((_when(entry) for entry in by_hand), default=LONG_AGO)
    entries = None if entries is None else [entry for entry in entries if _when(entry) >= paused_at]
    # The pause is dated by Instantly's clock, our activation by ours.
    standing = [request for request in own if request.sent_at and request.sent_at + SLACK > paused_at]
    mine = max(standing, key=lambda request: request.sent_at or LONG_AGO, default=None)
    if mine is not None and not _launched_later(mine, entries or ()):
        who = mine.by.name if mine.by else "the product itself"
        at = mine.sent_at
        return Attribution(Actor.US, f"this app, by {who}{_at(at)}", f"was activated by this app, by {who}", at)
    if entries is None:
        label = "unknown: Instantly's audit log could not be read"
        return Attribution(Actor.UNKNOWN, label, "was sending without a live approval")
    launches = [entry for entry in entries if entry.activity_type == AuditActivity.CAMPAIGN_LAUNCH]
    last = max(launches, key=lambda entry: entry.at or LONG_AGO, default=None)
    if last is not None and last.is_from_api is not True:
        who = last.user_name or last.user_id or "somebody"
        what = f"was turned active in Instantly by {who}"
        return Attribution(Actor.PERSON, f"in Instantly, by {who}{_at(last.at)}", what, last.at)
    if last is not None:
        label = f"through Instantly's API, not from here{_at(last.at)}"
        what = "was turned active through Instantly's API, not from here"
        return Attribution(Actor.OTHER_KEY, label, what, last.at)
    added = [entry for entry in entries if entry.activity_type == AuditActivity.LEAD_ADDED]
    if added:
        label = f"nobody: adding leads flipped it (last added{_at(added[0].at)})"
        return Attribution(Actor.NOBODY, label, "turned active by itself", added[0].at)
    # A flip may follow long after the leads that caused it, so their entry may lie before the window.
    return Attribution(Actor.NOBODY, "nobody: Instantly's audit log names no launch", "turned active by itself")


def who_changed(campaign: Campaign, *, after: datetime) -> str:
    """Say who changed a campaign last since then, as Instantly's audit log has it: "in Instantly, by Y at T"."""
    try:
        entries = _entries(campaign, after - SLACK, datetime.now(UTC) + SLACK, kinds=(AuditActivity.CAMPAIGN_UPDATE,))
    except ClientError:
        return "unknown: Instantly's audit log could not be read"
    if not entries:
        return "Instantly's audit log names nobody"
    last = entries[0]
    if last.is_from_api is True:
        return f"through Instantly's API{_at(last.at)}"
    return f"in Instantly, by {last.user_name or last.user_id or 'somebody'}{_at(last.at)}"


def _when(entry: AuditLog) -> datetime:
    return entry.at or LONG_AGO


def _launched_later(mine: StatusRequest, entries: Sequence[AuditLog]) -> bool:
    """Whether somebody else launched it after our own activation; a key only where the clocks cannot explain it."""
    sent_at = mine.sent_at or LONG_AGO
    return any(
        entry.activity_type == AuditActivity.CAMPAIGN_LAUNCH
        and entry.at is not None
        and entry.at > (sent_at + SLACK if entry.is_from_api is True else sent_at)
        for entry in entries
    )


def _at(at: datetime | None) -> str:
    return f" at {at:%H:%M:%S} UTC" if at else ""


def _entries(
    campaign: Campaign, began: datetime, until: datetime, kinds: Sequence[AuditActivity] = _KINDS
) -> list[AuditLog]:
    logs = client_for(campaign.workspace).audit_logs
    found: list[AuditLog] = []
    for kind in kinds:
        # Source: instantly-facts.md §2.6: start_date is a date; the exact moment is cut here.
        listed = logs.list(activity_type=kind, start=began.date(), lane=Lane.SAFETY)
        found += _of_campaign(listed, campaign.remote_id, began, until)
    return found


def _of_campaign(listed: Iterable[AuditLog], remote_id: str, began: datetime, until: datetime) -> list[AuditLog]:
    """Newest first, as Instantly lists them (assumed); whatever the order, a fixed number of entries is read."""
    found = []
    for count, entry in enumerate(listed):
        if count >= _MOST_ENTRIES:
            break
        if entry.campaign_remote_id == remote_id and entry.at is not None and began <= entry.at <= until:
            found.append(entry)
    return sorted(found, key=lambda entry: entry.at or began, reverse=True)
