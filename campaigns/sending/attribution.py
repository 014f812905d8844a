"""Who turned a campaign active: joins our own requests with Instantly's audit log. The verdict itself is pure.

"this app, by X at T" · "in Instantly, by Y at T" · "no one: adding leads flipped it"
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from campaigns.models import Campaign, StatusRequest, Wanted
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly.audit_logs import AuditActivity, AuditLog
from iexdg.workspaces.connected import client_for

# Instantly's clock and ours differ slightly, and a reading is recorded after the status it read.
SLACK = timedelta(seconds=30)
# Without a quiet reading the start is unknown; entries older than this are not considered.
LONGEST = timedelta(hours=24)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# One page of each kind covers minutes; an endless log must not delay the watch.
_MOST_ENTRIES = 200
_PAUSE = AuditActivity.CAMPAIGN_PAUSE
_KINDS = (AuditActivity.CAMPAIGN_LAUNCH, AuditActivity.CAMPAIGN_PAUSE, AuditActivity.LEAD_ADDED)


class Actor(StrEnum):
    """Who did it."""

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
    """Return who turned a campaign active between the last quiet reading and the one that found it sending."""
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


@dataclass(frozen=True)
class History:
    """What is in the window and was not undone by a pause; None where there is nothing."""

    activation: StatusRequest | None
    launch: AuditLog | None
    added: AuditLog | None
    is_readable: bool
    is_launched_later: bool

    @property
    def is_ours(self) -> bool:
        """Whether our own activation came last."""
        return self.activation is not None and not self.is_launched_later


def verdict(own: Sequence[StatusRequest], entries: Sequence[AuditLog] | None) -> Attribution:
    """Judge by the entries in the window. Shapes: entries - of this campaign only, None where they are unreadable.

    The last launch that no pause has undone did it, by anyone; without one, added leads did. Our own activation
    is in the log too, as one by a key at about the same time.
    """
    history = history_of(own, entries)
    return next(attribution(history) for holds, attribution in VERDICTS if holds(history))


def history_of(own: Sequence[StatusRequest], entries: Sequence[AuditLog] | None) -> History:
    """Reduce the window to the relevant entries. Shapes: as `verdict`."""
    paused_at = _paused_at(entries or ())
    remaining = [entry for entry in entries or () if _when(entry) >= paused_at]
    activation = _last_activation(own, paused_at)
    launches = [entry for entry in remaining if entry.activity_type == AuditActivity.CAMPAIGN_LAUNCH]
    added = [entry for entry in remaining if entry.activity_type == AuditActivity.LEAD_ADDED]
    return History(
        activation=activation,
        launch=max(launches, key=_when, default=None),
        added=added[0] if added else None,
        is_readable=entries is not None,
        is_launched_later=activation is not None and any(_is_later(entry, activation) for entry in launches),
    )


def _paused_at(entries: Sequence[AuditLog]) -> datetime:
    """When a person last paused it; our own pause, sent once it was found, is listed as one by a key."""
    by_hand = [entry for entry in entries if entry.activity_type == _PAUSE and entry.is_from_api is not True]
    return max((_when(entry) for entry in by_hand), default=LONG_AGO)


def _last_activation(own: Sequence[StatusRequest], paused_at: datetime) -> StatusRequest | None:
    # The pause is dated by Instantly's clock, our activation by ours.
    remaining = [request for request in own if request.sent_at and request.sent_at + SLACK > paused_at]
    return max(remaining, key=_sent_at, default=None)


def _is_later(launch: AuditLog, activation: StatusRequest) -> bool:
    """Whether someone else launched it after our own activation; a key only where clock skew cannot explain it."""
    sent_at = _sent_at(activation)
    return launch.at is not None and launch.at > (sent_at + SLACK if launch.is_from_api is True else sent_at)


def _ours(history: History) -> Attribution:
    by = history.activation.by if history.activation else None
    at = history.activation.sent_at if history.activation else None
    who = by.name if by else "IEXDG Outreach"
    return Attribution(Actor.US, f"this app, by {who}{_at(at)}", f"was activated by this app, by {who}", at)


def _unreadable(_: History) -> Attribution:
    label = "unknown: Instantly's audit log could not be read"
    return Attribution(Actor.UNKNOWN, label, "was sending without a live approval")


def _person(history: History) -> Attribution:
    who, at = _name_in(history.launch), _at_of(history.launch)
    what = f"was turned active in Instantly by {who}"
    return Attribution(Actor.PERSON, f"in Instantly, by {who}{_at(at)}", what, at)


def _other_key(history: History) -> Attribution:
    at = _at_of(history.launch)
    label = f"through Instantly's API, not from here{_at(at)}"
    return Attribution(Actor.OTHER_KEY, label, "was turned active through Instantly's API, not from here", at)


def _added_leads(history: History) -> Attribution:
    at = _at_of(history.added)
    return Attribution(
        Actor.NOBODY, f"no one: adding leads flipped it (last added{_at(at)})", "turned active by itself", at
    )


def _nobody(_: History) -> Attribution:
    # A flip may follow long after the leads that caused it, so their entry may be before the window.
    return Attribution(Actor.NOBODY, "no one: Instantly's audit log names no launch", "turned active by itself")


# The first predicate that is true gives the verdict; the last is always true.
VERDICTS: tuple[tuple[Callable[[History], bool], Callable[[History], Attribution]], ...] = (
    (lambda history: history.is_ours, _ours),
    (lambda history: not history.is_readable, _unreadable),
    (lambda history: history.launch is not None and history.launch.is_from_api is not True, _person),
    (lambda history: history.launch is not None, _other_key),
    (lambda history: history.added is not None, _added_leads),
    (lambda _: True, _nobody),
)


def who_changed(campaign: Campaign, *, after: datetime) -> str:
    """Return who last changed a campaign since then, by Instantly's audit log: "in Instantly, by Y at T"."""
    try:
        entries = _entries(campaign, after - SLACK, datetime.now(UTC) + SLACK, kinds=(AuditActivity.CAMPAIGN_UPDATE,))
    except ClientError:
        return "unknown: Instantly's audit log could not be read"
    if not entries:
        return "Instantly's audit log names no one"
    last = entries[0]
    if last.is_from_api is True:
        return f"through Instantly's API{_at(last.at)}"
    return f"in Instantly, by {_name_in(last)}{_at(last.at)}"


def _when(entry: AuditLog) -> datetime:
    return entry.at or LONG_AGO


def _sent_at(request: StatusRequest) -> datetime:
    return request.sent_at or LONG_AGO


def _name_in(entry: AuditLog | None) -> str:
    return (entry.user_name or entry.user_id if entry else None) or "someone"


def _at_of(entry: AuditLog | None) -> datetime | None:
    return entry.at if entry else None


def _at(at: datetime | None) -> str:
    return f" at {at:%H:%M:%S} UTC" if at else ""


def _entries(
    campaign: Campaign, began: datetime, until: datetime, kinds: Sequence[AuditActivity] = _KINDS
) -> list[AuditLog]:
    logs = client_for(campaign.workspace).audit_logs
    found: list[AuditLog] = []
    for kind in kinds:
        # Source: instantly-facts.md §2.6: start_date is a date; the exact time is filtered here.
        listed = logs.list(activity_type=kind, start=began.date(), lane=Lane.SAFETY)
        found += _of_campaign(listed, campaign.remote_id, began, until)
    return found


def _of_campaign(listed: Iterable[AuditLog], remote_id: str, began: datetime, until: datetime) -> list[AuditLog]:
    """Newest first, as Instantly lists them (assumed); in any case a fixed number of entries is read."""
    found = []
    for count, entry in enumerate(listed):
        if count >= _MOST_ENTRIES:
            break
        if entry.campaign_remote_id == remote_id and entry.at is not None and began <= entry.at <= until:
            found.append(entry)
    return sorted(found, key=lambda entry: entry.at or began, reverse=True)
